"""What is said about each error code of the API, in Chinese and English: HTTP status, what is wrong, the next
step; and the problem that is made of it.
"""

from schemas.errors import ErrorCode, FieldProblem, Message, Problem
from schemas.messages_contacts import CONTACTS
from schemas.messages_journeys import JOURNEYS
from schemas.specifics import choose_step, tell_specifics
from schemas.texts import choose

_E = ErrorCode

REQUESTS: dict[ErrorCode, Message] = {
    _E.ACCOUNT_EXISTS: Message(
        409,
        ("账号名已被使用", "请换一个账号名。"),
        ("the user name is taken", "Choose another user name."),
    ),
    _E.BODY_TOO_LARGE: Message(
        413,
        ("提交的内容过大", "请分批提交。"),
        ("the request is too large", "Send it in parts."),
    ),
    _E.CHANGED_SINCE_CHECK: Message(
        409,
        ("比对之后数据库中的记录已变化", "未覆盖；请重新运行导入以再次比对。"),
        ("the stored record changed since the check", "Nothing overwritten; run the import again."),
    ),
    _E.CONFLICT: Message(
        409,
        ("与同时进行的另一操作冲突", "本次未保存；请原样重发，不会重复。"),
        ("another operation got there first", "Nothing was saved; send the same again."),
    ),
    _E.CREDENTIALS_WRONG: Message(
        401,
        ("账号或密码不正确", "请重新输入；忘记密码请联系县管理员。"),
        ("user name or password is wrong", "Try again, or ask the county's administrator."),
    ),
    _E.DATABASE_UNAVAILABLE: Message(
        503,
        ("数据库暂时不可用", "本次未保存；请稍后原样重发，不会重复。"),
        ("the database is not available", "Nothing was saved; send the same again in a moment."),
    ),
    _E.ENCODING_UNSUPPORTED: Message(
        415,
        ("不支持该压缩方式", "请用 gzip 压缩，或不压缩后重发。"),
        ("the content encoding is not supported", "Send it as gzip, or not compressed."),
    ),
    _E.FIELD_INVALID: Message(
        422,
        ("内容有误", "请按提示修改后重发。"),
        ("a field is not right", "Mend what is named and send again."),
    ),
    _E.ID_NAME_CONFLICT: Message(
        409,
        ("数据库中同一身份证号是另一个姓名", "未登记；请对照证件核对，并与登记此人的乡镇联系。"),
        ("the registry has another name for this number", "Nothing saved; compare with the card."),
    ),
    _E.IMPORT_EXPIRED: Message(
        410,
        ("导入方案已过期", "请重新运行导入命令。"),
        ("the import plan has expired", "Run the import again."),
    ),
    _E.IMPORT_UNDONE: Message(
        409,
        ("这次导入已撤销", "请重新导入该文件：fangang roster import。"),
        ("this import was undone", "Import the file anew: fangang roster import."),
    ),
    _E.INTERNAL: Message(
        500,
        ("系统内部错误", "本次未保存；请稍后重试并联系管理员。"),
        ("an internal error", "Nothing was saved; try again later and tell the administrator."),
    ),
    _E.MEDIA_TYPE_UNSUPPORTED: Message(
        415,
        ("不认识的内容类型", "请以 JSON 发送，并写请求头 Content-Type: application/json。"),
        ("unsupported content type", "Send JSON, with the header Content-Type: application/json."),
    ),
    _E.METHOD_NOT_ALLOWED: Message(
        405,
        ("不支持该操作", "请查阅接口文档。"),
        ("the method is not allowed", "See the API document."),
    ),
    _E.NOT_FOUND: Message(
        404,
        ("没有找到", "请核对编号；也可能不在您的权限范围内。"),
        ("not found", "Check the id; it may be outside of your scope."),
    ),
    _E.NOT_LOGGED_IN: Message(
        401,
        ("尚未登录", "请先登录：fangang login。"),
        ("not logged in", "Log in first: fangang login."),
    ),
    _E.NOT_READY: Message(
        503,
        (
            "服务尚未就绪",
            "请管理员查看 facts 中为 false 的项；数据库版本不符时先运行 fangang-server migrate。",
        ),
        ("not ready to serve", "See what is false; for revision run fangang-server migrate."),
    ),
    _E.OLDER_SOURCE: Message(
        409,
        ("数据库中已有本人更新日期的登记", "未覆盖；请核对登记日期 signed_on。"),
        ("a newer sign-up is there already", "Nothing overwritten; check signed_on."),
    ),
    _E.PASSWORD_WEAK: Message(
        422,
        ("密码太弱", "至少12个字符，不要用常见词或账号名。"),
        ("the password is weak", "At least 12 characters, no common words, not the user name."),
    ),
    _E.PERMISSION_DENIED: Message(
        403,
        ("没有此项权限", "请联系县管理员。"),
        ("not permitted", "Ask the county's administrator."),
    ),
    _E.POINT_UNKNOWN: Message(
        422,
        ("本趟没有这个上下车点", "请按趟次方案中的上车点、交接点填写。"),
        ("the trip has no such point", "Name a boarding or handover point of its plan."),
    ),
    _E.POLICY_OVERLAPS: Message(
        409,
        (
            "同一地区同一天已有另一项政策开始执行",
            "请核对起始日期；是修订版的，请改为新的起始日期。",
        ),
        (
            "another policy begins in this region on that day",
            "Check the first day; give a revision a first day of its own.",
        ),
    ),
    _E.POLICY_VERSION_USED: Message(
        409,
        ("这个政策编号已用于另一份内容", "已载入的政策不能改；请用新的编号载入。"),
        ("this version was loaded with other content", "Load what is new under a new version."),
    ),
    _E.PRECONDITION_REQUIRED: Message(
        428,
        ("缺少版本号", "请先读取，再带 If-Match 提交修改。"),
        ("If-Match is missing", "Read first, then send the change with If-Match."),
    ),
    _E.RECORD_EXISTS: Message(
        409,
        ("记录已存在", "请直接使用已有的记录；要登记的是另一个，请换一个编号或名称。"),
        (
            "the record exists already",
            "Use the one that is there; for another one take another number or name.",
        ),
    ),
    _E.REQUEST_INVALID: Message(
        422,
        ("提交的内容格式有误", "请按下列各项修改后重发。"),
        ("the request has the wrong shape", "Mend the fields named below and send again."),
    ),
    _E.RISK_AREAS_OVERLAP: Message(
        422,
        ("同一地区同一天写了两个风险等级", "请核对该地区的起止日期后重新载入；本次未保存。"),
        (
            "one area has two levels on the same day",
            "Check that area's first and last days and load again; nothing was saved.",
        ),
    ),
    _E.ROW_INVALID: Message(
        422,
        ("有行未通过检查", "请先运行 fangang roster check 并改正。"),
        ("rows did not pass the check", "Run fangang roster check and mend them."),
    ),
    _E.SERVER_BUSY: Message(
        503,
        ("此刻提交的事件太多", "本次未保存；请按 Retry-After 的秒数稍候，再原样重发，不会重复。"),
        ("too many events are waiting", "Nothing was saved; wait as Retry-After says, send again."),
    ),
    _E.TOKEN_INVALID: Message(
        401,
        ("登录已失效", "请重新登录：fangang login。"),
        ("the login has ended", "Log in again: fangang login."),
    ),
    _E.TOO_MANY_ATTEMPTS: Message(
        429,
        ("尝试次数过多", "请稍候再试。"),
        ("too many attempts", "Wait a little and try again."),
    ),
    _E.TOO_MANY_REVEALS: Message(
        429,
        (
            "本账号一小时内查看完整信息已达上限",
            "请稍后再看；成批联系请用名册或待办清单，不必逐人查看。",
        ),
        ("this account has looked at too many people in one hour", "Wait, or use a work list."),
    ),
    _E.TOWNSHIP_OUT_OF_SCOPE: Message(
        403,
        ("不属于您的乡镇", "只能导入和查看本乡镇的人员。"),
        ("outside of your township", "You can import and see your own township only."),
    ),
    _E.TOWNSHIP_UNKNOWN: Message(
        422,
        ("不认识这个乡镇", "请核对乡镇名称。"),
        ("unknown township", "Check the township's name."),
    ),
    _E.UNDO_EXPIRED: Message(
        410,
        (
            "导入已超过30天，不能撤销",
            "请逐人更正（fangang worker set）或撤出（fangang worker withdraw）。",
        ),
        (
            "the import is older than 30 days and cannot be undone",
            "Correct people one by one (fangang worker set), or withdraw them.",
        ),
    ),
    _E.UNDO_SUPERSEDED: Message(
        409,
        (
            "有人的记录在这次导入之后又变过",
            "请先撤销 receipts 中列出的导入；没有列出的，请加 --keep-changed 保留这些人。",
        ),
        (
            "some of its people were changed since",
            "Undo the later imports first (see receipts), or keep these people: --keep-changed.",
        ),
    ),
    _E.UNDO_TRAVELLED: Message(
        409,
        (
            "有人在这次导入之后编入过专车",
            "这些人的记录不能撤销；可加 --keep-changed 保留他们、只撤销其余的人。",
        ),
        (
            "some of its people were given a seat since",
            "They stay; take back the others with --keep-changed.",
        ),
    ),
    _E.VERSION_STALE: Message(
        412,
        ("记录已被他人修改", "请重新读取后再改。"),
        ("somebody else changed the record", "Read it again, then change it."),
    ),
}


ATTACHMENTS: dict[ErrorCode, Message] = {
    _E.ATTACHMENT_DAMAGED: Message(
        422,
        ("文件不完整或已损坏", "请在本机打开核对，重新拍照或扫描后再上传。"),
        ("the file is cut off or damaged", "Open it here first; photograph or scan it again."),
    ),
    _E.ATTACHMENT_ERASED: Message(
        410,
        ("附件内容已依法删除", "记录中只保留其哈希值；如另有原件，请与哈希值核对。"),
        ("the attachment was erased", "Only its hash is kept; compare an original with it."),
    ),
    _E.ATTACHMENT_LIMIT: Message(
        409,
        ("附件数量或总大小已达上限", "请合并成PDF或降低分辨率后再上传；仍不够的，请联系县管理员。"),
        ("there is no room for another attachment", "Join pages into one PDF, or ask the county."),
    ),
    _E.ATTACHMENT_TOO_LARGE: Message(
        413,
        ("附件超过10MB", "请降低照片分辨率，或把扫描件分成几个文件后再上传。"),
        ("the attachment is larger than 10 MB", "Lower its resolution, or split the scan."),
    ),
    _E.ATTACHMENT_TYPE: Message(
        415,
        ("附件只能是 jpg、png 或 pdf", "请拍照或另存为 jpg、png、pdf 后再上传（只改文件名无效）。"),
        ("an attachment is a jpg, png or pdf", "Save it as one; renaming it is not enough."),
    ),
    _E.ATTACHMENT_UNKNOWN: Message(
        409,
        ("本趟没有这个附件", "请先上传附件，再原样重发本条记录。"),
        ("the trip has no such attachment", "Upload it first, then send the same event again."),
    ),
    _E.ATTACHMENT_UNREADABLE: Message(
        500,
        (
            "服务器上的附件文件缺失或已损坏",
            "请联系县管理员运行 fangang-server verify，并从备份恢复。",
        ),
        (
            "the stored file is missing or damaged",
            "Let the administrator run fangang-server verify.",
        ),
    ),
}


MESSAGES: dict[ErrorCode, Message] = {**REQUESTS, **JOURNEYS, **ATTACHMENTS, **CONTACTS}


def make_problem(
    code: ErrorCode,
    *,
    errors: list[FieldProblem] | None = None,
    facts: dict[str, object] | None = None,
) -> Problem:
    """The wire form of an error, in the language in force."""
    message = MESSAGES[code]
    title, detail = map(choose, message.zh, message.en)
    return Problem(
        type=f"urn:fangang:problem:{code}",
        title=title,
        status=message.status,
        detail=tell_specifics(code, facts) + (choose_step(code, facts) or detail),
        code=code,
        errors=errors,
        facts=facts,
    )
