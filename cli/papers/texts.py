"""What the printed papers write_label, in Chinese and English: the one table of the papers."""

from schemas.texts import Text, choose, say


class PaperText(Text):
    ABOARD_LINE = (
        "实点 ______ 人    未到 ______ 人    候补顶替 ______ 人    发车时车上 ______ 人",
        "counted ______    no-show ______    stand-bys aboard ______    at departure ______",
    )
    ARRIVAL = ("计划到达", "planned arrival")
    BATCH = ("批次", "batch")
    BOARDING_POINTS = ("上车点", "boarding")
    CARRIER = ("承运单位", "carrier")
    CHARTER_SIGN = ("包车标志牌号", "charter sign")
    CODE = ("交接码", "handover code")
    CONTACT = ("联系人", "contact")
    CREDIT_CODE = ("统一社会信用代码", "credit code")
    DAY = ("{year}年{month}月{day}日", "{year}-{month:02}-{day:02}")
    DEPARTURE = ("计划发车", "planned departure")
    DESTINATION = ("目的地", "destination")
    DRIVERS = ("驾驶员", "drivers")
    DUTY_PHONE = ("值班电话", "duty phone")
    EMPLOYER = ("用工单位", "employer")
    EMPLOYER_ADDRESS = ("企业地址", "address")
    ESCORT = ("领队", "escort")
    EXPLAINED = (
        "应交 ______ 人    实交 ______ 人    相差 ______ 人    差额说明：",
        "due ______    handed over ______    difference ______    explained:",
    )
    GENDER = ("性别", "sex")
    HANDED_BY = (
        "移交人（领队）：______________  时间：____________",
        "handed over by (escort): ______________  time: ____________",
    )
    HANDOVER = ("人员交接单", "Handover sheet")
    HANDOVER_COUNTS = ("名单 {people} 人：{counts}", "{people} people: {counts}")
    HANDOVER_POINT = ("交接点", "handover point")
    HANDOVER_POINTS = ("交接点", "handover")
    HASH = ("名册哈希", "list hash")
    IDENTITY = ("证件", "identity")
    ID_END = ("证件末四位", "id, last 4")
    ID_NUMBER = ("身份证号", "id number")
    IN_ALL = ("全车：{line}", "whole trip: {line}")
    KIN = ("{phone}（家人）", "{phone} (family)")
    LETTER = ("协助函", "Letter of request")
    LETTER_BODY = (
        (
            "　　{here}用工企业报来下列员工{count}人，户籍在贵地，目前尚未返岗，{here}花名册中没有"
            "登记。为做好返岗服务保障，请贵局协助核实其联系方式、所在地和返岗意愿，并为有意愿的"
            "员工返岗提供便利；核实结果请告知我局联系人。"
        ),
        (
            "Enterprises here expect back the {count} people below, who are at home in your "
            "county and in none of our rosters. Please help to find out how they can be reached, "
            "where they are and whether they want to return, and tell our contact."
        ),
    )
    LETTER_CARE = (
        "　　名单含个人信息，仅供本次核实使用，请妥善保管。",
        "The list holds personal data: for this purpose only, please keep it safe.",
    )
    LETTER_FROM = (
        "{sender}人力资源和社会保障局（盖章）",
        "Human Resources and Social Security Bureau of {sender} (stamp)",
    )
    LETTER_NUMBER = ("编号", "number")
    LETTER_TO = (
        "致：{bureau}人力资源和社会保障局",
        "To: Human Resources and Social Security Bureau of {bureau}",
    )
    LICENSED_PLACES = ("核定载客", "licensed places")
    MANIFEST = ("乘客信息登记表", "Passenger list")
    MANIFEST_COUNTS = (
        "乘车 {people} 人，候补 {stand_bys} 人",
        "{people} passengers, {stand_bys} stand-bys",
    )
    NAME = ("姓名", "name")
    NOT_CARRIED = ("以下人员未随车", "Not carried")
    NOT_LOCKED = ("名册未锁定", "list not locked")
    NOT_LOCKED_LINE = (
        "名册尚未锁定，仅供核对，不得据此组织上车。",
        "The list is not locked: for checking only, nobody boards by it.",
    )
    NOW_AT = ("现在地", "now at")
    NUMBER = ("序号", "no.")
    ORGANISER = ("组织方", "organiser")
    OTHER = ("其他", "other")
    PAGE = ("第 &P 页 共 &N 页", "page &P of &N")
    PASS_NUMBER = ("通行证号", "pass no.")
    PHONE = ("联系电话", "phone")
    PLANNED_AT = ("计划时间", "planned")
    PLANNED_RETURN = ("计划返岗", "planned return")
    PLATE = ("车牌", "plate")
    POINT_SUM = ("本点：{line}", "this point: {line}")
    PRINTED = ("打印 {at}", "printed {at}")
    RECEIVED = ("接收", "received")
    RECEIVER = (
        "接收人（单位盖章）：______________  时间：____________",
        "received by (stamp): ______________  time: ____________",
    )
    RECEPTION = ("输入地接站", "reception")
    REFUSED = ("未接收", "refused")
    REMARK = ("备注", "remarks")
    ROLL_CALL = ("点名", "present")
    ROUTE = ("路线", "route")
    SEAT = ("座位", "seat")
    SIGNATURE = ("签名", "signature")
    SIGNED = ("已签收", "signed")
    SIGN_DRIVER = (
        "驾驶员签字：______________  时间：____________",
        "driver: ______________  time: ____________",
    )
    SIGN_ORGANISER = (
        "组织方签字：______________  时间：____________",
        "organiser: ______________  time: ____________",
    )
    SIGN_RECEIVER = (
        "接收方签字：______________  时间：____________",
        "receiver: ______________  time: ____________",
    )
    STAND_BYS = (
        "候补人员（有人未到时，按此顺序顶替）",
        "Stand-bys (in this order, when somebody does not come)",
    )
    STATUS = ("状态", "state")
    TEMPERATURE = ("体温", "temp.")
    TRANSFERRED = ("移交医疗", "to health")
    TRIP = ("趟次", "trip")
    VEHICLE = ("车型", "vehicle")
    VERSION = ("名册第 {version} 版", "list version {version}")
    VILLAGE = ("乡镇、村", "township, village")


def write_label(label: PaperText, value: object) -> str:
    """`车牌：辽M12345`; without a value a line to write on."""
    colon = choose("：", ": ")
    return f"{say(label)}{colon}{value or '____________'}"
