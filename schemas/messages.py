"""What is said about each error code of the API, in Chinese and English: HTTP status, what is wrong, the next
step; and the problem that is made of it.
"""

from schemas.errors import ErrorCode, FieldProblem, Message, Problem
from schemas.specifics import tell_specifics
from schemas.texts import choose

_E = ErrorCode

JOURNEYS: dict[ErrorCode, Message] = {
    _E.ALREADY_ABOARD: Message(
        409,
        ("此人已经上车", "无需重复登记；如登记有误，请先冲正原记录。"),
        ("this person is aboard already", "Nothing to do; if that was wrong, reverse it first."),
    ),
    _E.ALREADY_ON_THIS_TRIP: Message(
        409,
        ("此人已在本趟名册中", "无需重复编入；要换座位，请登记“换座”。"),
        ("this person is on this trip already", "Nothing to do; to move them, change the seat."),
    ),
    _E.ALREADY_ON_TRIP: Message(
        409,
        ("此人已编入另一趟车", "请先从原趟次移出，再编入本趟。"),
        ("this person is on another trip", "Take them off the other trip first."),
    ),
    _E.APPROVAL_INCOMPLETE: Message(
        422,
        (
            "电话批准的内容不全",
            "请写明批准人姓名（person）、职务（post）和批准时间（approved_at）。",
        ),
        (
            "an approval by telephone is incomplete",
            "Say who approved (person), the post held (post) and when (approved_at).",
        ),
    ),
    _E.APPROVAL_UNKNOWN: Message(
        409,
        ("没有这项待确认的电话批准", "请核对编号；可能已经确认或冲正。"),
        (
            "no such approval waits for its confirmation",
            "Check the id: it may have been confirmed or reversed.",
        ),
    ),
    _E.CANNOT_REVERSE: Message(
        409,
        ("该记录不能冲正", "冲正记录本身及系统记录不能再冲正；请补录正确的事实。"),
        ("this event cannot be reversed", "Record the correct fact as a new event instead."),
    ),
    _E.CAPTAIN_MISSING: Message(
        409,
        (
            "领队同时带几趟车，本趟还没有车长",
            "请先指定一名本趟乘客或驾驶员为车长（captain.named）。",
        ),
        (
            "the escort leads several trips at once, and this one has no captain",
            "Name one of its passengers or drivers first: captain.named.",
        ),
    ),
    _E.CLOCK_AHEAD: Message(
        422,
        ("手机时间不对", "发生时间比现在晚24小时以上，请校准手机时间后重发。"),
        ("the device's clock is wrong", "It is over 24 h ahead; set the clock and send again."),
    ),
    _E.CODE_WRONG: Message(
        403,
        ("交接码不正确", "请核对交接单上的交接码，或改用其他签收方式。"),
        ("the handover code is wrong", "Check the code on the sheet or sign another way."),
    ),
    _E.DRIVER_BUSY: Message(
        409,
        (
            "驾驶员在同一时间已排在另一趟车上",
            "请换驾驶员或改时间；已经发生的，请用“事后补录”方式登记。",
        ),
        (
            "the driver is on another trip then",
            "Take another driver or time; if it happened: afterwards.",
        ),
    ),
    _E.EQUATION_OPEN: Message(
        409,
        (
            "人数尚未平衡",
            "还有人员没有去向，请逐人登记接收、移交、离开或失联；没有上车的，登记“未到”。",
        ),
        ("the sum does not balance", "Record an end for each; a no-show for who never boarded."),
    ),
    _E.ESCORT_BUSY: Message(
        409,
        ("领队在同一时间已带另一批次的车", "同一领队只能带同一批次的几趟车；请换领队或改时间。"),
        (
            "the escort leads a trip of another batch then",
            "One escort may lead several trips of one batch only: name another, or another time.",
        ),
    ),
    _E.EVENT_KIND_UNKNOWN: Message(
        422,
        ("不接受该事件类型", "请查阅接口文档中的事件清单。"),
        ("this kind of event is not accepted here", "See the list of kinds in the API document."),
    ),
    _E.EXCEPTIONS_OPEN: Message(
        409,
        ("还有例外情况未说明", "请逐项冲正或说明后再归档。"),
        ("exceptions are still open", "Correct or explain each of them before closing."),
    ),
    _E.EXCEPTION_UNKNOWN: Message(
        409,
        ("没有这项待说明的例外", "请先查看趟次的例外清单。"),
        ("there is no such open exception", "Look at the trip's list of exceptions first."),
    ),
    _E.FILING_UNACKNOWLEDGED: Message(
        409,
        ("输入地尚未回复确认", "请先登记输入地的确认（何人、何单位、何种方式）。"),
        ("the destination has not acknowledged", "Record who acknowledged, and how, first."),
    ),
    _E.HEALTH_HOLD: Message(
        409,
        ("此人暂缓出行", "请联系卫健部门，解除后再安排。"),
        ("this person is on hold", "Ask the health office to release the hold first."),
    ),
    _E.HOLD_UNKNOWN: Message(
        409,
        ("没有这项暂缓记录", "请先查看此人的暂缓清单。"),
        ("there is no such open hold", "Look at the person's holds first."),
    ),
    _E.ID_REUSED: Message(
        409,
        ("编号已用于另一内容", "同一编号只能重发相同内容；新内容请换新编号。"),
        ("the id was used for other content", "Repeat it unchanged, or use a new id."),
    ),
    _E.LICENCE_EXPIRED: Message(
        409,
        ("车辆或驾驶员的证件在到达前已过期", "请更换车辆或驾驶员；证件已换新的，请先更新有效期。"),
        ("papers of vehicle or driver end before arrival", "Replace it, or enter the renewal."),
    ),
    _E.LIST_EMPTY: Message(
        409,
        ("名册上还没有人", "请先把乘客编入本趟，再锁定名册。"),
        ("nobody is on the list", "Assign passengers before locking."),
    ),
    _E.MANIFEST_LOCKED: Message(
        409,
        ("名册已锁定", "请先说明原因解锁，改好后重新锁定。"),
        ("the manifest is locked", "Unlock it with a reason, change it, and lock it again."),
    ),
    _E.MANIFEST_NOT_LOCKED: Message(
        409,
        ("名册尚未锁定", "请先锁定名册；已经发生的事请用“事后补录”方式登记。"),
        ("the manifest is not locked", "Lock it first; what already happened: mode afterwards."),
    ),
    _E.NOT_ABOARD: Message(
        409,
        (
            "此人没有上车记录",
            "请先补录“上车”（登记成“未到”等的，先冲正那一条）；确已发生的，用“事后补录”登记。",
        ),
        (
            "this person is not recorded as ever aboard",
            "Tell the boarding first (reverse a wrong no-show before); or send it afterwards.",
        ),
    ),
    _E.NOT_BALANCED_HANDOVER: Message(
        409,
        (
            "签收名单与记录不一致",
            "登记有误的先冲正，没登记上车的补录“上车”，不在场的从名单去掉；确已签收的，用“事后补录”登记。",
        ),
        (
            "the signed list differs from the record",
            "Reverse what was wrong, tell a missing boarding, or leave them out; else: mode afterwards.",
        ),
    ),
    _E.NOT_ON_LIST: Message(
        409,
        (
            "此人不在本趟名册中",
            "请核对人和趟次；要上车须先编入名册，已在车上的请登记“名单外在车”。",
        ),
        ("this person is not on the list", "Check person and trip; if aboard: found aboard."),
    ),
    _E.OVERLAPPING_TRIP: Message(
        409,
        ("与此人的另一趟车时间重叠", "请先从另一趟移出，或调整计划时间。"),
        ("this overlaps another trip of this person", "Take them off it, or change a plan's time."),
    ),
    _E.OVER_CAPACITY: Message(
        409,
        ("超过可乘人数", "请减少人数，或改用更大的车辆。"),
        ("more people than places", "Take fewer people or a larger vehicle."),
    ),
    _E.PASSENGER_UNKNOWN: Message(
        409,
        (
            "本趟没有这名人员",
            "请核对趟次和人员编号（见本趟人员列表）；还没编入本趟的，请先编入。",
        ),
        (
            "nobody with this id is on the trip's record",
            "Check the trip and the passenger's id in the trip's list of passengers.",
        ),
    ),
    _E.PERSON_UNKNOWN: Message(
        404,
        (
            "没有找到证件号码和姓名都相符的人员",
            "请对照证件重新输入；确实没有登记的，按未登记人员（unregistered）登记。",
        ),
        (
            "nobody has both this number and this name",
            "Compare with the card; record somebody who is in no registry as unregistered.",
        ),
    ),
    _E.PHONE_UNREACHABLE: Message(
        409,
        (
            "有人没有可联系的电话",
            "请补录本人、家属或村里的电话后再锁定名册；清单见 fangang roster todo。",
        ),
        ("somebody has no phone", "Add an own, family or village number: fangang roster todo."),
    ),
    _E.PLAN_INCOMPLETE: Message(
        409,
        ("趟次方案不完整", "请补齐车辆、驾驶员、上下车点、计划时间和联系人。"),
        ("the plan is incomplete", "Add vehicle, driver, points, times and contacts."),
    ),
    _E.PLATE_EXISTS: Message(
        409,
        ("该车牌已登记", "请直接使用已登记的车辆。"),
        ("the plate is registered already", "Use the vehicle that is there."),
    ),
    _E.PROOF_MISSING: Message(
        409,
        ("缺少有效的健康证明", "请先登记防控政策要求的证明，且出行当日仍有效。"),
        ("a valid health proof is missing", "Record one that the policy asks for and is valid."),
    ),
    _E.SEAT_KEPT_FREE: Message(
        409,
        ("该座位按方案须空出", "请另选座位。"),
        ("this seat is kept free by the plan", "Choose another seat."),
    ),
    _E.SEAT_TAKEN: Message(
        409,
        ("该座位已有人", "请另选座位。"),
        ("this seat is taken", "Choose another seat."),
    ),
    _E.SEAT_UNKNOWN: Message(
        409,
        ("车上没有这个座位", "请核对车辆座位图。"),
        ("the vehicle has no such seat", "Look at the vehicle's seat layout."),
    ),
    _E.STATE_FORBIDS: Message(
        409,
        (
            "当前状态下不能这样做",
            "请查看趟次状态和可做的下一步；登记有误的先冲正，已经发生的用“事后补录”登记。",
        ),
        (
            "the present state does not allow this",
            "See what may come next; reverse what was wrong; what happened already: afterwards.",
        ),
    ),
    _E.TIME_OUT_OF_RANGE: Message(
        422,
        ("时间不合理", "请核对日期和时间。"),
        ("the time is out of range", "Check date and time."),
    ),
    _E.UNDER_AGE: Message(
        409,
        ("未满16周岁，不能作为务工人员", "如为随行家属，请改为家属或儿童并填写监护人。"),
        ("younger than 16: not as a worker", "Enter as family or child with a guardian."),
    ),
    _E.VEHICLE_BUSY: Message(
        409,
        ("车辆在同一时间已排在另一趟上", "请换车辆或改时间；已经发生的，请用“事后补录”方式登记。"),
        (
            "the vehicle is on another trip then",
            "Take another or another time; if it happened: afterwards.",
        ),
    ),
    _E.WORKER_WITHDRAWN: Message(
        409,
        ("此人已撤出", "如确需出行，请先恢复登记。"),
        ("this person was withdrawn", "Register the person again first."),
    ),
}


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
    _E.PRECONDITION_REQUIRED: Message(
        428,
        ("缺少版本号", "请先读取，再带 If-Match 提交修改。"),
        ("If-Match is missing", "Read first, then send the change with If-Match."),
    ),
    _E.RECORD_EXISTS: Message(
        409,
        ("记录已存在", "请直接使用已有的记录。"),
        ("the record exists already", "Use the one that is there."),
    ),
    _E.REQUEST_INVALID: Message(
        422,
        ("提交的内容格式有误", "请按下列各项修改后重发。"),
        ("the request has the wrong shape", "Mend the fields named below and send again."),
    ),
    _E.ROW_INVALID: Message(
        422,
        ("有行未通过检查", "请先运行 fangang roster check 并改正。"),
        ("rows did not pass the check", "Run fangang roster check and mend them."),
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


MESSAGES: dict[ErrorCode, Message] = {**REQUESTS, **JOURNEYS, **ATTACHMENTS}


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
        detail=tell_specifics(code, facts) + detail,
        code=code,
        errors=errors,
        facts=facts,
    )
