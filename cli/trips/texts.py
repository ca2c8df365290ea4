"""The sentences and column headings of `fangang trip`, in Chinese and English (those of the printed papers are
in cli/papers.py).
"""

from schemas.texts import Text, choose


class TripText(Text):
    ABOARD = ("在车", "aboard")
    ABOARD_AT = ("{at}（北京时间）车上 {count} 人", "{at} (China time): {count} aboard")
    ACKNOWLEDGED = ("输入地确认", "acknowledged")
    ACKNOWLEDGED_BY = ("确认人", "acknowledged by")
    ARRIVED = ("实际抵达", "arrived")
    ATTACHED = (
        "附件已上传：{id}  {kind}  {size} 字节",
        "Uploaded: {id}  {kind}  {size} bytes",
    )
    ATTACHED_HASH = (
        "哈希（SHA-256，去除拍摄位置后的内容）：{sha256}",
        "Hash (SHA-256, of the content without the place it was taken): {sha256}",
    )
    ATTACHMENTS = ("附件", "attachments")
    ATTACHMENTS_SAVED = (
        "已保存 {count} 个附件到 {path}（仅本人可读，用完请删除；每次读取都会被记录）",
        "{count} attachments saved to {path} (delete them after use; each reading is recorded)",
    )
    BALANCE = ("人数平衡", "Sum")
    BATCH = ("批次", "batch")
    BOARDING_POINTS = ("上车点", "boarding")
    CHARTER_SIGN = ("包车标志牌号", "charter sign")
    CHECK_BY = (
        "{number}：按“{policy}”核验，文号：{document}；预计 {arrival} 抵达",
        "{number}: by {policy}, document: {document}; to arrive {arrival}",
    )
    CHECK_CANCELLED = (
        "趟次已取消，不再核验。",
        "The trip was cancelled; nothing is judged any more.",
    )
    CHECK_CLOSED = (
        "趟次已归档，不再核验。",
        "The trip is closed; nothing is judged any more.",
    )
    CHECK_ENDED = (
        "{name}在抵达前到期：请换发或换车后更新登记",
        "{name} ends before the arrival: renew it, or another vehicle",
    )
    CHECK_NOTED = ("（提醒）{says}", "(note) {says}")
    CHECK_SUM = (
        "核验：名册 {people} 人，{held} 人未通过，{passed} 人破例放行",
        "clearance: {people} on the list, {held} not cleared, {passed} let pass",
    )
    CURE = ("谁来办", "to be cured by")
    CUSTODY = ("责任方", "held by")
    CUSTODY_NONE = ("无人负责", "nobody")
    DATA_SHAPE = (
        "--data 要写成 字段=值，例如 --data temperature=36.5。",
        "--data is field=value, such as --data temperature=36.5.",
    )
    DATA_WHOLE = ("“{kind}”还不完整：{rule}。", "“{kind}” is not complete: {rule}.")
    DATA_WRONG = (
        "--data {field}（{name}）的值不合要求：{rule}。",
        "--data {field} ({name}) does not fit: {rule}.",
    )
    DEPARTED = ("实际发车", "departed")
    DEPARTURE = ("计划发车", "departure")
    DESTINATION = ("目的地", "destination")
    DAY_SHAPE = (
        "“{text}”不是日期，请写成 2020-03-24。",
        "“{text}” is no day: write 2020-03-24.",
    )
    DRIVERS = ("驾驶员", "drivers")
    EMPTY_ASK = (
        "车上没有人登记上车；现在发车，会记为例外。确定发车？(y/N) ",
        "Nobody is recorded aboard; a departure now is an exception. Depart all the same? (y/N) ",
    )
    EMPTY_DECLINED = (
        "已取消，没有登记发车。请先登记上车（点名、上车）。",
        "Cancelled; no departure was recorded. Record who is aboard first.",
    )
    EMPTY_UNASKED = (
        "没有登记发车：车上没有人登记上车（不在终端中，不能询问）。请先登记上车；确定发车，请加 --yes。",
        (
            "No departure was recorded: nobody is recorded aboard, and nobody to ask here. "
            "Record who is aboard first; to send it all the same, add --yes."
        ),
    )
    ESCORT = ("领队", "escort")
    EVENT_EXCEPTIONS = (
        "例外：{names}（照实登记；冲正或说明后才能归档）",
        "Exceptions: {names} (correct or explain them before closing)",
    )
    EVENT_KEPT = ("已留痕：{kind}", "Kept as: {kind}")
    EVENT_RECEIPT = (
        "回执：事件 {id}  第 {sequence} 条  {at}  {hash}",
        "Receipt: event {id}  no. {sequence}  {at}  {hash}",
    )
    EVENT_RESEND = (
        "不确定是否已登记。网络恢复后，原样再发一次并加上：--id {id} --at {at}（不会重复登记）",
        "It may or may not be recorded. Send the same again with: --id {id} --at {at}",
    )
    EVENT_STATUS = ("{status}：{kind}  {who}  {at}", "{status}: {kind}  {who}  {at}")
    EXCEPTIONS = ("例外", "exceptions")
    EXCEPTION_OF = ("  {who}：{names}", "  {who}: {names}")
    EXCEPTION_EVENTS = ("    {name}  事件 {events}", "    {name}  events {events}")
    EXPECTED = ("预计抵达", "expected")
    FIELDS_MISSING = (
        "“{kind}”还要写明：{fields}。例如 {example}",
        "“{kind}” needs: {fields}. Such as {example}",
    )
    FIELD_TWICE = ("--data {field} 写了两次。", "--data {field} stands there twice.")
    LET_PASS = ("（已破例放行）", "(let pass) ")
    LIST_TWICE = (
        "--data {field} 写了两次。几个值写在一起，用逗号隔开：--data {field}=A,B。",
        "--data {field} stands there twice. Join its values with commas: --data {field}=A,B.",
    )
    FIELD_UNKNOWN = (
        "“{kind}”没有字段 {field}。可用：{fields}。",
        "“{kind}” has no field {field}. Fields: {fields}.",
    )
    FILED = ("函告输入地", "filed")
    FILE_ENDING = (
        "文件名要以 .xlsx 结尾，例如 -o 名册.xlsx。",
        "The file's name must end in .xlsx, such as -o list.xlsx.",
    )
    FILE_EXISTS = (
        "文件已存在：{path}。请换一个文件名，或加 --force 覆盖。",
        "{path} exists. Choose another name, or add --force to overwrite it.",
    )
    FILE_MISSING = (
        "读不了文件：{path}。请检查路径。",
        "Cannot read {path}. Check the path.",
    )
    FILE_UNWRITABLE = (
        "写不了文件：{path}。如在WPS中打开，请先关闭；或换一个位置。",
        "Cannot write {path}. Close it if it is open, or choose another place.",
    )
    FOLLOW = ("接下来可以", "May come next")
    FROM = ("上座", "from")
    HANDOVER_POINTS = ("交接点", "handover")
    HANDOVER_WRITTEN = (
        "人员交接单已写到：{path}（{points} 个交接点，{people} 人，{version}）",
        "Handover sheet written to {path} ({points} points, {people} people, {version})",
    )
    HASH = ("哈希", "hash")
    ID = ("编号", "id")
    KIND = ("类型", "kind")
    KIND_UNKNOWN = (
        "没有事件“{kind}”。可用：{kinds}",
        "No event “{kind}”. Events: {kinds}",
    )
    KM = ("{km} 公里", "{km} km")
    LAST_PLACE = ("最后位置", "last place")
    LEFT_ABOARD = (
        "该交接点还在车 {count} 人：{people}",
        "Still aboard for this point: {count}: {people}",
    )
    MANIFEST_WRITTEN = (
        "乘客信息登记表已写到：{path}（乘车 {people} 人，候补 {stand_bys} 人，{version}）",
        "Passenger list written to {path} ({people} people, {stand_bys} stand-bys, {version})",
    )
    NAME = ("姓名", "name")
    NEED = ("  {name}{since}：{advice}", "  {name}{since}: {advice}")
    NEED_RED = ("  [急] {name}{since}：{advice}", "  [!] {name}{since}: {advice}")
    NEEDS = ("需要处理", "needs")
    NOBODY_TO_RECEIVE = (
        "没有登记：{point}没有在车的人员（已接收 {received} 人）。请先核对上车的登记。",
        "Nothing was recorded: nobody is aboard for {point} (received: {received}). Check who boarded.",
    )
    NOBODY_TO_SIGN = (
        "该交接点没有待签收的人员：没有人在车上，也没有人已接收而未签收。请先核对上车、接收的登记。",
        "Nobody waits for a signature at this point: nobody is aboard, or received and unsigned.",
    )
    NONE = ("无", "none")
    NOTE = ("{name} {at}：{text}  （事件 {id}）", "{name} {at}: {text}  (event {id})")
    NOTICE = ("通知", "notice")
    NOT_RECEIVED = ("  {who}：{problem}", "  {who}: {problem}")
    NO_ATTACHMENTS = ("本趟还没有附件。", "The trip has no attachments.")
    NO_PASSENGER = (
        "名册上没有“{text}”。请用 fangang trip passengers {trip} 查看。",
        "Nobody “{text}” on the list. See fangang trip passengers {trip}.",
    )
    NO_POINT = (
        "没有交接点“{text}”。可用：{points}。",
        "No point “{text}”. Points: {points}.",
    )
    NO_POINTS = (
        "这趟车还没有交接点。请先在方案里填写交接点。",
        "The trip has no handover point yet. Put one into its plan first.",
    )
    NO_POLICY = (
        "没有政策“{text}”。已加载的有：{known}。",
        "No policy “{text}”. Loaded: {known}.",
    )
    NO_SEAT = ("这辆车没有座位“{text}”。", "The vehicle has no seat “{text}”.")
    NO_STATE = (
        "没有状态“{text}”。可用：{states}。",
        "No state “{text}”. States: {states}.",
    )
    NO_TRIP = (
        "没有趟次“{text}”。请用 fangang trip list 查看趟次。",
        "No trip “{text}”. See fangang trip list.",
    )
    NO_TRIPS = ("没有趟次。", "No trips.")
    NO_VEHICLE = (
        "没有车牌为“{text}”的车辆。请核对车牌，或先登记车辆。",
        "No vehicle with the plate “{text}”. Check it, or register the vehicle first.",
    )
    NUMBER = ("趟次", "trip")
    ONE_PASSENGER = (
        "只能指明一人：--passenger、--seat、--name 用一个、写一次，也不能再写 --data passenger_id。",
        "Name one person: one of --passenger, --seat and --name, once, and no --data passenger_id.",
    )
    PEOPLE_TWICE = (
        "已用 --data passenger_ids 写明人员，就不要再写 --passenger、--seat、--name。",
        "With --data passenger_ids leave out --passenger, --seat and --name.",
    )
    PASSENGER_NEEDED = (
        "“{kind}”要指明人员：--seat 座位，或 --name 姓名（证件末四位），或 --passenger 编号。",
        "“{kind}” needs a person: --seat, --name (or the id's last four), or --passenger.",
    )
    PASSENGER_SHAPE = (
        "“{text}”不是编号。按座位找用 --seat，按姓名或证件末四位找用 --name。",
        "“{text}” is no id. Use --seat for a seat, --name for a name or the id's last four.",
    )
    PASSENGER_UNUSED = (
        "“{kind}”说的是整趟车，不用指明人员。",
        "“{kind}” is about the whole trip: name no passenger.",
    )
    PAPER_NEEDED = (
        "纸质签收要有签字件：用 --attach 上传照片或扫描件，或用 --file 只登记它的哈希。",
        "A signature on paper needs the sheet: --attach uploads it, --file records its hash only.",
    )
    PEOPLE = ("人员", "People")
    PERSON_WITH_STATUS = ("{who}（{status}）", "{who} ({status})")
    PLATE = ("车牌", "plate")
    POINT_UNUSED = ("“{kind}”不用交接点。", "“{kind}” has no handover point.")
    PRIVATE_HANDOVER = (
        "文件里有姓名和电话，仅本人可读；用完请删除。本次导出已记录用途。",
        "The file holds names and phones. Delete it after use; this export is recorded.",
    )
    PRIVATE_MANIFEST = (
        "文件里有完整身份证号，仅本人可读；用完请删除。本次导出已记录用途。",
        "The file holds whole identity numbers. Delete it after use; this export is recorded.",
    )
    PURPOSE = (
        "用途要写 2 到 200 个字，例如 --purpose 随车名册。",
        "The purpose needs 2 to 200 characters, such as --purpose 'for the escort'.",
    )
    REASON = ("情况和办法", "what, and what to do")
    RECEIVED_COUNT = (
        "接收  {point}  {at}：已登记 {recorded} 人，未登记 {refused} 人",
        "Received  {point}  {at}: recorded {recorded}, refused {refused}",
    )
    RECEIVE_RESEND = (
        "不确定是否已登记。网络恢复后，原样再运行一次并加上：--at {at}（已接收的人不会重复登记）",
        "It may or may not be recorded. Run the same again with: --at {at} (nobody is received twice)",
    )
    ROLE = ("类别", "role")
    ROUTE = ("路线", "route")
    SEAT = ("座位", "seat")
    SEAT_AT = ("第{row}排第{column}座", "row {row} seat {column}")
    SEVERAL_PASSENGERS = (
        "“{text}”有 {count} 人，请用 --passenger 编号：{people}",
        "“{text}” fits {count} people, use --passenger: {people}",
    )
    SEVERAL_POINTS = (
        "有几个交接点，请用 --point 指明：{points}。",
        "There are several points, name one with --point: {points}.",
    )
    SIZE = ("字节", "bytes")
    SIGNED_EMPTY = (
        "签收名单是空的。请写明签收了哪些人，或不写 passenger_ids，由系统列出该交接点的人员。",
        "The list is empty. Say who is signed for, or leave passenger_ids out.",
    )
    SIGNED_FOR = ("签收 {count} 人", "signed for: {count}")
    SIGNED_WITHOUT = (
        "该交接点未签收 {count} 人：{people}",
        "Not signed for at this point: {count}: {people}",
    )
    SINCE = ("自", "since")
    SINCE_WHEN = ("（自 {at}）", " (since {at})")
    SOURCE = ("依据", "by")
    STATE = ("状态", "state")
    STEP = ("  {name}{done}：{advice}", "  {name}{done}: {advice}")
    STEP_DONE = ("（已登记）", " (told)")
    TAKEN = ("人数/座位", "people/places")
    TO = ("离座", "to")
    TOWNSHIP = ("乡镇", "township")
    UNCONFIRMED = ("待批准人确认的电话批准", "approval by telephone, to be confirmed")
    UPLOADED = ("上传时间", "uploaded")
    UPLOADED_BY = ("上传人", "by")
    BETWEEN = (
        "无人负责：{name}，{number} → {other}，{since}",
        "in nobody's hands: {name}, {number} → {other}, since {since}",
    )
    BETWEEN_FROM = ("原趟次", "from")
    BETWEEN_NONE = ("没有无人负责的人员。", "Nobody is in nobody's hands.")
    BETWEEN_TO = ("转入趟次", "to")
    UNDECIDED_ASK = (
        "名册上还有 {count} 人没有结果（{seats}号座）：先登记“未到”或“不准上车”。仍要发车？(y/N) ",
        (
            "{count} people on the list are neither aboard nor absent (seats {seats}): tell no-show or "
            "denied first. Depart all the same? (y/N) "
        ),
    )
    UNDECIDED_DECLINED = (
        "已取消，没有登记发车。请先登记“未到”或“不准上车”。",
        "Cancelled; no departure was recorded. Tell no-show or denied first.",
    )
    UNDECIDED_UNASKED = (
        (
            "没有登记发车：名册上还有 {count} 人没有结果（{seats}号座）。"
            "请先登记“未到”或“不准上车”；仍要发车，请加 --yes。"
        ),
        (
            "No departure was recorded: {count} people on the list are neither aboard nor absent "
            "(seats {seats}). Tell no-show or denied first; to send it all the same, add --yes."
        ),
    )
    UNREAD = (
        "无法识别的事件：{count}（未登记，原文已封存备查；用 fangang trip unread 查看）",
        "events that could not be read: {count} (not recorded, kept sealed: fangang trip unread)",
    )
    UNREAD_CONTENT = ("原文：", "As it came:")
    UNREAD_ERASED = ("原文已依法删除。", "The content was erased.")
    UNREAD_EVENT = ("事件编号", "event")
    UNREAD_FIELDS = ("无法识别的字段", "fields")
    UNREAD_NONE = ("没有无法识别的事件。", "No event waits that could not be read.")
    UNREAD_PLACE = ("第几条", "place")
    UNREAD_RECEIVED = ("收到", "received")
    UNREGISTERED = ("未登记人员 {id}", "unregistered {id}")
    UUID_SHAPE = ("“{text}”不是编号。", "“{text}” is no id.")
    TODAY = (
        "{day} 专车 {count} 趟：需要处理 {needing}（急 {red}），在途 {moving}，已交接 {done}。{at} 的数据",
        "{day}: {count} trips, {needing} need somebody ({red} now), {moving} under way, {done} done. At {at}",
    )
    TODAY_NONE = ("{day} 没有专车。", "No trips on {day}.")
    TODAY_OFFLINE = (
        "连接中断，以上是 {at} 的数据；正在重试。",
        "No answer; what stands above is of {at}. Trying again.",
    )
    TODAY_LINE = (
        "{number}  {plate}  {state}  {way}  计划 {planned}  {real}人数 {people}  在车 {aboard}",
        "{number}  {plate}  {state}  {way}  planned {planned}  {real}people {people}  aboard {aboard}",
    )
    TODAY_REAL = ("{name} {at}  ", "{name} {at}  ")
    TODAY_WORD = ("  最后消息：{kind} {at}", "  last word: {kind} {at}")
    WHOLE_TRIP = ("全车", "whole trip")
    WITHOUT_POINT = ("未指定交接点", "without a point")


def colon() -> str:
    return choose("：", ": ")
