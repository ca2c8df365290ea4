"""What the printed papers say, in Chinese and English: the one table of the papers."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose, get_language


class Text(StrEnum):
    ABOARD_LINE = "aboard-line"
    ARRIVAL = "arrival"
    BATCH = "batch"
    BOARDING_POINTS = "boarding-points"
    CARRIER = "carrier"
    CHARTER_SIGN = "charter-sign"
    CODE = "code"
    CONTACT = "contact"
    CREDIT_CODE = "credit-code"
    DAY = "day"
    DEPARTURE = "departure"
    DESTINATION = "destination"
    DRIVERS = "drivers"
    DUTY_PHONE = "duty-phone"
    EMPLOYER = "employer"
    EMPLOYER_ADDRESS = "employer-address"
    ESCORT = "escort"
    EXPLAINED = "explained"
    GENDER = "gender"
    HANDED_BY = "handed-by"
    HANDOVER = "handover"
    HANDOVER_COUNTS = "handover-counts"
    HANDOVER_POINT = "handover-point"
    HANDOVER_POINTS = "handover-points"
    HASH = "hash"
    IDENTITY = "identity"
    ID_END = "id-end"
    ID_NUMBER = "id-number"
    IN_ALL = "in-all"
    KIN = "kin"
    LETTER = "letter"
    LETTER_BODY = "letter-body"
    LETTER_CARE = "letter-care"
    LETTER_FROM = "letter-from"
    LETTER_NUMBER = "letter-number"
    LETTER_TO = "letter-to"
    LICENSED_PLACES = "licensed-places"
    MANIFEST = "manifest"
    MANIFEST_COUNTS = "manifest-counts"
    NAME = "name"
    NOT_CARRIED = "not-carried"
    NOT_LOCKED = "not-locked"
    NOT_LOCKED_LINE = "not-locked-line"
    NOW_AT = "now-at"
    NUMBER = "number"
    ORGANISER = "organiser"
    OTHER = "other"
    PAGE = "page"
    PASS_NUMBER = "pass-number"  # noqa: S105 (of a road toll, not a password)
    PHONE = "phone"
    PLANNED_AT = "planned-at"
    PLANNED_RETURN = "planned-return"
    PLATE = "plate"
    POINT_SUM = "point-sum"
    PRINTED = "printed"
    RECEIVED = "received"
    RECEIVER = "receiver"
    RECEPTION = "reception"
    REFUSED = "refused"
    REMARK = "remark"
    ROLL_CALL = "roll-call"
    ROUTE = "route"
    SEAT = "seat"
    SIGNATURE = "signature"
    SIGNED = "signed"
    SIGN_DRIVER = "sign-driver"
    SIGN_ORGANISER = "sign-organiser"
    SIGN_RECEIVER = "sign-receiver"
    STAND_BYS = "stand-bys"
    STATUS = "status"
    TEMPERATURE = "temperature"
    TRANSFERRED = "transferred"
    TRIP = "trip"
    VEHICLE = "vehicle"
    VERSION = "version"
    VILLAGE = "village"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ABOARD_LINE: (
            "实点 ______ 人    未到 ______ 人    候补顶替 ______ 人    发车时车上 ______ 人",
            "counted ______    no-show ______    stand-bys aboard ______    at departure ______",
        ),
        Text.ARRIVAL: ("计划到达", "planned arrival"),
        Text.BATCH: ("批次", "batch"),
        Text.BOARDING_POINTS: ("上车点", "boarding"),
        Text.CARRIER: ("承运单位", "carrier"),
        Text.CHARTER_SIGN: ("包车标志牌号", "charter sign"),
        Text.CODE: ("交接码", "handover code"),
        Text.CONTACT: ("联系人", "contact"),
        Text.CREDIT_CODE: ("统一社会信用代码", "credit code"),
        Text.DAY: ("{year}年{month}月{day}日", "{year}-{month:02}-{day:02}"),
        Text.DEPARTURE: ("计划发车", "planned departure"),
        Text.DESTINATION: ("目的地", "destination"),
        Text.DRIVERS: ("驾驶员", "drivers"),
        Text.DUTY_PHONE: ("值班电话", "duty phone"),
        Text.EMPLOYER: ("用工单位", "employer"),
        Text.EMPLOYER_ADDRESS: ("企业地址", "address"),
        Text.ESCORT: ("领队", "escort"),
        Text.EXPLAINED: (
            "应交 ______ 人    实交 ______ 人    相差 ______ 人    差额说明：",
            "due ______    handed over ______    difference ______    explained:",
        ),
        Text.GENDER: ("性别", "sex"),
        Text.HANDED_BY: (
            "移交人（领队）：______________  时间：____________",
            "handed over by (escort): ______________  time: ____________",
        ),
        Text.HANDOVER: ("人员交接单", "Handover sheet"),
        Text.HANDOVER_COUNTS: ("名单 {people} 人：{counts}", "{people} people: {counts}"),
        Text.HANDOVER_POINT: ("交接点", "handover point"),
        Text.HANDOVER_POINTS: ("交接点", "handover"),
        Text.HASH: ("名册哈希", "list hash"),
        Text.IDENTITY: ("证件", "identity"),
        Text.ID_END: ("证件末四位", "id, last 4"),
        Text.ID_NUMBER: ("身份证号", "id number"),
        Text.IN_ALL: ("全车：{line}", "whole trip: {line}"),
        Text.KIN: ("{phone}（家人）", "{phone} (family)"),
        Text.LETTER: ("协助函", "Letter of request"),
        Text.LETTER_BODY: (
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
        ),
        Text.LETTER_CARE: (
            "　　名单含个人信息，仅供本次核实使用，请妥善保管。",
            "The list holds personal data: for this purpose only, please keep it safe.",
        ),
        Text.LETTER_FROM: (
            "{sender}人力资源和社会保障局（盖章）",
            "Human Resources and Social Security Bureau of {sender} (stamp)",
        ),
        Text.LETTER_NUMBER: ("编号", "number"),
        Text.LETTER_TO: (
            "致：{bureau}人力资源和社会保障局",
            "To: Human Resources and Social Security Bureau of {bureau}",
        ),
        Text.LICENSED_PLACES: ("核定载客", "licensed places"),
        Text.MANIFEST: ("乘客信息登记表", "Passenger list"),
        Text.MANIFEST_COUNTS: (
            "乘车 {people} 人，候补 {stand_bys} 人",
            "{people} passengers, {stand_bys} stand-bys",
        ),
        Text.NAME: ("姓名", "name"),
        Text.NOT_CARRIED: ("以下人员未随车", "Not carried"),
        Text.NOT_LOCKED: ("名册未锁定", "list not locked"),
        Text.NOT_LOCKED_LINE: (
            "名册尚未锁定，仅供核对，不得据此组织上车。",
            "The list is not locked: for checking only, nobody boards by it.",
        ),
        Text.NOW_AT: ("现在地", "now at"),
        Text.NUMBER: ("序号", "no."),
        Text.ORGANISER: ("组织方", "organiser"),
        Text.OTHER: ("其他", "other"),
        Text.PAGE: ("第 &P 页 共 &N 页", "page &P of &N"),
        Text.PASS_NUMBER: ("通行证号", "pass no."),
        Text.PHONE: ("联系电话", "phone"),
        Text.PLANNED_AT: ("计划时间", "planned"),
        Text.PLANNED_RETURN: ("计划返岗", "planned return"),
        Text.PLATE: ("车牌", "plate"),
        Text.POINT_SUM: ("本点：{line}", "this point: {line}"),
        Text.PRINTED: ("打印 {at}", "printed {at}"),
        Text.RECEIVED: ("接收", "received"),
        Text.RECEIVER: (
            "接收人（单位盖章）：______________  时间：____________",
            "received by (stamp): ______________  time: ____________",
        ),
        Text.RECEPTION: ("输入地接站", "reception"),
        Text.REFUSED: ("未接收", "refused"),
        Text.REMARK: ("备注", "remarks"),
        Text.ROLL_CALL: ("点名", "present"),
        Text.ROUTE: ("路线", "route"),
        Text.SEAT: ("座位", "seat"),
        Text.SIGNATURE: ("签名", "signature"),
        Text.SIGNED: ("已签收", "signed"),
        Text.SIGN_DRIVER: (
            "驾驶员签字：______________  时间：____________",
            "driver: ______________  time: ____________",
        ),
        Text.SIGN_ORGANISER: (
            "组织方签字：______________  时间：____________",
            "organiser: ______________  time: ____________",
        ),
        Text.SIGN_RECEIVER: (
            "接收方签字：______________  时间：____________",
            "receiver: ______________  time: ____________",
        ),
        Text.STAND_BYS: (
            "候补人员（有人未到时，按此顺序顶替）",
            "Stand-bys (in this order, when somebody does not come)",
        ),
        Text.STATUS: ("状态", "state"),
        Text.TEMPERATURE: ("体温", "temp."),
        Text.TRANSFERRED: ("移交医疗", "to health"),
        Text.TRIP: ("趟次", "trip"),
        Text.VEHICLE: ("车型", "vehicle"),
        Text.VERSION: ("名册第 {version} 版", "list version {version}"),
        Text.VILLAGE: ("乡镇、村", "township, village"),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)


def say(label: Text, value: object) -> str:
    """`车牌：辽M12345`; without a value a line to write on."""
    colon = ": " if get_language() == "en" else "："
    return f"{get_text(label)}{colon}{value or '____________'}"
