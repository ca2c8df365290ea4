"""The sentences of `fangang contacts` and `where`, and of the workbook, in Chinese and English."""

from schemas.texts import Text


class ContactsText(Text):
    ABOARD = (
        "车上乘客{aboard}人，其中在范围内{within}人（其中因座位未核实列入{unsure}人），司乘{crew}人",
        "{aboard} passengers aboard, {within} within the rule ({unsure} for an unsure seat only), crew {crew}",
    )
    ANSWERED = ("已登记。还有{count}人没有答复。", "Recorded. {count} people are unanswered.")
    ANSWER_OF = (
        "请写明是谁的答复：--county 县代码，或 --line 名单里的编号，只写一种。",
        "Say of whom: --county with its code, or --line with ids of the list; one of both.",
    )
    ASKED = ("查询对象：{who}", "About: {who}")
    ASK_WHO = (
        "身份证号、短编号、手机号或姓名：",
        "Identity number, short number, phone or name: ",
    )
    CHOICES = (
        "序号|趟次|车辆|发车|座位|姓名|身份证号|乡镇",
        "no.|trip|vehicle|departure|seat|name|identity number|township",
    )
    CHOOSE = (
        "有几个符合，请加 --choose 序号再查一次。",
        "Several fit: ask again with --choose and the number.",
    )
    CHOOSE_RANGE = (
        "没有第{number}个，请在1至{count}中选。",
        "There is no {number}: choose 1 to {count}.",
    )
    COUNTIES = (
        "名单编号|案例|查询时间|县|人数|未答复",
        "list|case|asked|county|people|unanswered",
    )
    COUNTED = ("最近一次清点{count}人（{at}）", "last head count {count} ({at})")
    COUNTY_SHAPE = (
        "“{text}”不是县代码，请写6位数字，如 320583。",
        "“{text}” is no county's code: write six digits, such as 320583.",
    )
    HERE_ONLY = ("不知道在哪里或在途中", "on the way, or unknown")
    LEGEND = (
        "[17]查询对象  17在范围内  (17)同车、不在范围内  17?座位未经点名核实  ·无人",
        "[17] asked about  17 within  (17) aboard only  17? not confirmed  · nobody",
    )
    NEXT = (
        "出名单（含电话）：在同一条命令后加 --out 名单.xlsx",
        "For the list with telephones add --out list.xlsx to the same command.",
    )
    NOBODY_OPEN = ("没有等待答复的名单。", "No list waits for answers.")
    NOT_TRAVELLED = ("{name} 没有乘车记录。", "{name}: no trip is recorded.")
    NO_COUNTY = (
        "名单里没有现在在 {code} 的人。有的县：{counties}。",
        "Nobody of the list is in {code} now. Its counties: {counties}.",
    )
    NO_LINE = (
        "名单里没有这些编号：{lines}。编号见 fangang contacts-open {id}。",
        "The list has no such ids: {lines}. See fangang contacts-open {id}.",
    )
    NO_LIST = (
        "没有名单 {id}。请用 fangang contacts-open 查看名单。",
        "No list {id}. See fangang contacts-open.",
    )
    NO_PURPOSE = (
        "用途请写“流调”或“事故”，后面可加说明，如 流调：县疾控来函。",
        "Write the purpose as 流调 (epidemiological) or 事故 (accident), and more after a colon.",
    )
    NO_STATUS = ("没有“{text}”这种答复，可以写：{names}", "No such answer as {text}: {names}")
    PEOPLE_OPEN = (
        "编号|趟次|类别|姓名|现在地|答复|答复时间",
        "id|trip|as what|name|county now|answer|answered",
    )
    PRIVATE = (
        "文件里有完整的身份证号和电话，仅供本次使用，请妥善保管。",
        "The file has whole numbers and telephones: for this purpose only, keep it safe.",
    )
    REPEAT = ("编号 {id}（重发时加 --id）", "id {id} (with --id when sent again)")
    RULE_EVERYBODY = ("全车", "everybody")
    RULE_ROWS = ("前后{rows}排、司乘、同行家人", "{rows} rows before and behind, crew, family")
    RULE_NONE = ("全车（无现行规定）", "everybody (no rule holds)")
    VEHICLE = (
        "趟次{number}  {plate}  {begun}—{ended}  范围：{rule}  {document}",
        "Trip {number}  {plate}  {begun} to {ended}  rule: {rule}  {document}",
    )
    WHERE = (
        "{name}：{custody}，自{since}起（{event}，登记于{told}）",
        "{name}: {custody}, since {since} ({event}, recorded {told})",
    )
    WHERE_PLACE = ("趟次{number}  {place}  {enterprise}", "Trip {number}  {place}  {enterprise}")
    WHERE_NOBODY = ("无人负责（换乘途中）", "nobody, between two trips")
    WRITTEN = (
        "已写入 {path}：{people}人，{sheets}张名单。",
        "{path}: {people} people on {sheets} sheets.",
    )


class SheetText(Text):
    """The workbook."""

    AGE = ("年龄", "age")
    ANSWER = ("答复", "answer")
    BASIS = ("依据", "basis")
    BODY = (
        (
            "　　因工作需要，现将与有关趟次同乘、目前在贵地的人员名单随函送上，请协助联系本人并将情况"
            "答复我方联系人。是否采取措施由贵地卫健部门依规判定。"
        ),
        (
            "The people on the sheet for your county rode on the trips named below. Please help to "
            "reach them and tell our contact what became of it. What is to be done is for your "
            "health authority to judge."
        ),
    )
    CARE = (
        "　　名单含个人信息，仅供本次核实使用，不得外传，用后妥善保管或销毁。",
        "The list holds personal data: for this purpose only.",
    )
    CASE = ("案例编号：{case}", "Case: {case}")
    CONDITION = ("最近登记的体温、症状", "last reading, symptoms")
    COUNTY_LINE = ("{name}：{count}人", "{name}: {count} people")
    COVER = ("协查函", "Letter of request")
    FAMILY = ("同行家人", "family aboard")
    FAMILY_PHONE = ("家属电话", "family's phone")
    FIRST = ("同乘起", "together from")
    FROM = ("{sender}（盖章）", "{sender} (stamp)")
    HOME = ("户籍或登记地址", "home")
    ID_NUMBER = ("身份证号", "identity number")
    LAST = ("同乘止", "together until")
    NAME = ("姓名", "name")
    NUMBER = ("序号", "no.")
    OTHER_PHONES = ("其他电话", "other phones")
    PHONE = ("本人电话", "phone")
    PRESENT = ("现在地", "now at")
    RECEIVER = ("接收人", "received by")
    RELATION = ("关系", "relation")
    ROWS_OFF = ("相隔{rows}排", "{rows} rows off")
    SAME_ROW = ("同排", "same row")
    SEAT = ("座位（来源）", "seat (source)")
    SEX = ("性别", "sex")
    STATUS = ("状态", "state")
    SUM = ("共{people}人，分{sheets}张表", "{people} people on {sheets} sheets")
    TITLE = ("同乘人员名单（供流调判定）", "Who rode along, for the health authority to judge")
    TITLE_ACCIDENT = ("事故车辆在车人员名单", "Who was aboard")
    TO = ("致：各表所列地区卫健部门", "To the health authorities of the counties listed")
    TRIP = ("趟次、车辆", "trip, vehicle")
    UNANSWERED = ("未答复", "unanswered")
    UNKNOWN_PLACE = ("在途或不详", "on the way or unknown")
    USED_FOR = ("用途：{reason}", "Purpose: {reason}")
