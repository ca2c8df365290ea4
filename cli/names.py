"""Chinese and English names of the values and fields that the API gives: exceptions, parties, roles, channels,
outcomes, reasons, vehicles, feeds, fields of events; how balance and temperature are shown.

Names of states and of events are in schemas, because the server shows them too.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from cli import output
from cli.names_health import HEALTH_NAMES
from schemas.clearance import VERDICT_NAMES, Verdict
from schemas.contact_lists import ANSWER_NAMES, LINE_KIND_NAMES, AnswerStatus, LineKind
from schemas.contacts import (
    BASIS_NAMES,
    RELATION_NAMES,
    SEAT_SOURCE_NAMES,
    Basis,
    Relation,
    SeatSource,
)
from schemas.demands import DemandState
from schemas.enterprises import EnterpriseKind
from schemas.events.envelope import OutcomeStatus
from schemas.events.fields import UNREADABLE
from schemas.events.kinds import (
    EVENT_NAMES,
    EXCEPTION_NAMES,
    EventKind,
    ExceptionCode,
    Mode,
    Source,
)
from schemas.events.payloads_carriage import (
    CHECKED_ITEM_NAMES,
    DISINFECTED_AREA_NAMES,
    KIT_ITEM_NAMES,
    CheckedItem,
    DisinfectedArea,
    KitItem,
)
from schemas.events.payloads_passengers import (
    IdentityShown,
    NoticeChannel,
    NoticeOutcome,
    PartyKind,
    PersonRole,
)
from schemas.events.payloads_records import CallResult, WithdrawalReason
from schemas.events.payloads_trips import Channel, SignatureMethod
from schemas.fleets import VehicleKind
from schemas.imports import RowOutcome
from schemas.passengers import HandoverPoint
from schemas.permissions import ROLE_NAMES, Role
from schemas.stranded import CALL_RESULT_NAMES, STRANDED_STATE_NAMES, StrandedState
from schemas.texts import choose, get_language
from schemas.trips import (
    PASSENGER_STATUS_NAMES,
    TRIP_STATE_NAMES,
    BalanceOut,
    PassengerStatus,
    TripState,
)
from schemas.workers import Feed

_Pairs = Mapping[Any, tuple[str, str]]  # of one enum each; a mapping's keys are invariant

_PARTIES: Final[_Pairs] = {
    PartyKind.COMMUNITY: ("社区", "community"),
    PartyKind.DESTINATION_BUREAU: ("输入地人社局", "destination bureau"),
    PartyKind.ENTERPRISE: ("用工企业", "enterprise"),
    PartyKind.ESCORT: ("领队", "escort"),
    PartyKind.HEALTH_POINT: ("医疗机构", "health point"),
    PartyKind.LABOUR_COMPANY: ("劳务公司", "labour company"),
    PartyKind.OTHER: ("他人", "somebody else"),
    PartyKind.OWN_WAY: ("自行前往", "own way"),
    PartyKind.STATION: ("车站", "station"),
    PartyKind.TOWNSHIP: ("乡镇", "township"),
}
_ROLES: Final[_Pairs] = {
    PersonRole.WORKER: ("务工", "worker"),
    PersonRole.FAMILY: ("家属", "family"),
    PersonRole.CHILD: ("儿童", "child"),
}
_NOTICE_OUTCOMES: Final[_Pairs] = {
    NoticeOutcome.DECLINED: ("本人不去", "declined"),
    NoticeOutcome.NO_ANSWER: ("无人接听", "no answer"),
    NoticeOutcome.PASSED_ON: ("请人转告", "passed on"),
    NoticeOutcome.REACHED: ("已通知到", "reached"),
    NoticeOutcome.WRONG_NUMBER: ("号码不对", "wrong number"),
}
_NOTICE_CHANNELS: Final[_Pairs] = {
    NoticeChannel.IN_PERSON: ("当面", "in person"),
    NoticeChannel.SMS: ("短信", "sms"),
    NoticeChannel.TELEPHONE: ("电话", "telephone"),
    NoticeChannel.VILLAGE: ("村里转告", "village"),
    NoticeChannel.WECHAT: ("微信", "wechat"),
}
_CHANNELS: Final[_Pairs] = {
    Channel.API: ("系统", "system"),
    Channel.LETTER: ("函件", "letter"),
    Channel.PAPER: ("纸质", "paper"),
    Channel.TELEPHONE: ("电话", "telephone"),
    Channel.WECHAT: ("微信", "wechat"),
}
_SIGNATURES: Final[_Pairs] = {
    SignatureMethod.CODE: ("交接码", "code"),
    SignatureMethod.OWN_ACCOUNT: ("本人账号", "own account"),
    SignatureMethod.PAPER: ("纸质签字", "paper"),
    SignatureMethod.TELEPHONE: ("电话", "telephone"),
}
_IDENTITIES: Final[_Pairs] = {
    IdentityShown.CARD: ("身份证", "card"),
    IdentityShown.ELECTRONIC_CARD: ("电子身份证", "electronic card"),
    IdentityShown.HOUSEHOLD_BOOK: ("户口簿", "household book"),
    IdentityShown.KNOWN_PERSON: ("熟人指认", "known person"),
    IdentityShown.POLICE_PAPER: ("公安证明", "police paper"),
    IdentityShown.TEMPORARY_CARD: ("临时身份证", "temporary card"),
}
_SOURCES: Final[_Pairs] = {
    Source.API: ("系统", "api"),
    Source.APP: ("手机", "app"),
    Source.CLI: ("命令行", "cli"),
    Source.PAPER: ("纸质", "paper"),
    Source.TELEPHONE: ("电话", "telephone"),
}
_MODES: Final[_Pairs] = {
    Mode.AFTERWARDS: ("补录", "afterwards"),
    Mode.LIVE: ("实时", "live"),
}
_OUTCOMES: Final[_Pairs] = {
    OutcomeStatus.RECORDED: ("已登记", "recorded"),
    OutcomeStatus.REFUSED: ("未登记", "refused"),
    OutcomeStatus.REPEATED: ("此前已登记", "recorded before"),
}
_WITHDRAWALS: Final[_Pairs] = {
    WithdrawalReason.DECEASED: ("去世", "deceased"),
    WithdrawalReason.DUPLICATE: ("重复", "duplicate"),
    WithdrawalReason.EMPLOYED_NEARBY: ("已就近就业", "employed nearby"),
    WithdrawalReason.NOT_GOING: ("不去了", "not going"),
    WithdrawalReason.SELF_TRAVELLED: ("已自行返岗", "travelled alone"),
}
_VEHICLES: Final[_Pairs] = {
    VehicleKind.CAR: ("小客车", "car"),
    VehicleKind.CARRIAGE: ("列车车厢", "carriage"),
    VehicleKind.COACH: ("大客车", "coach"),
    VehicleKind.MINIBUS: ("中型客车", "minibus"),
}
_ENTERPRISES: Final[_Pairs] = {
    EnterpriseKind.ENTERPRISE: ("企业", "enterprise"),
    EnterpriseKind.FARM: ("农场、种养户", "farm"),
    EnterpriseKind.HOUSEHOLD: ("家庭雇主", "household"),
    EnterpriseKind.SITE: ("工地、作坊", "site"),
}
_FEEDS: Final[_Pairs] = {
    Feed.CORRECTION: ("人工更正", "correction by hand"),
    Feed.ENTERPRISE: ("企业名单", "enterprise list"),
    Feed.OWN: ("本人登记", "own sign-up"),
    Feed.TOWNSHIP: ("乡镇花名册", "township roster"),
}
_DEMANDS: Final[_Pairs] = {
    DemandState.ASSIGNED: ("已编入专车", "assigned"),
    DemandState.CANCELLED: ("已取消", "cancelled"),
    DemandState.OPEN: ("待安排", "open"),
    DemandState.TRAVELLED: ("已出行", "travelled"),
}
_ROWS: Final[_Pairs] = {
    RowOutcome.CONFLICT: ("有冲突", "conflict"),
    RowOutcome.NEW: ("新增", "new"),
    RowOutcome.RECEIVED: ("已收到", "received"),
    RowOutcome.UNCHANGED: ("无变化", "unchanged"),
    RowOutcome.UNMATCHED: ("当时未对上", "not known then"),
    RowOutcome.UPDATED: ("更新", "updated"),
}

# By class first: two enums may write the same value and mean different things.
NAMES: Final[Mapping[type[StrEnum], _Pairs]] = MappingProxyType(
    {
        **HEALTH_NAMES,
        AnswerStatus: ANSWER_NAMES,
        Basis: BASIS_NAMES,
        CallResult: CALL_RESULT_NAMES,
        Channel: _CHANNELS,
        CheckedItem: CHECKED_ITEM_NAMES,
        DemandState: _DEMANDS,
        DisinfectedArea: DISINFECTED_AREA_NAMES,
        EnterpriseKind: _ENTERPRISES,
        EventKind: EVENT_NAMES,
        ExceptionCode: EXCEPTION_NAMES,
        Feed: _FEEDS,
        IdentityShown: _IDENTITIES,
        KitItem: KIT_ITEM_NAMES,
        LineKind: LINE_KIND_NAMES,
        Mode: _MODES,
        NoticeChannel: _NOTICE_CHANNELS,
        NoticeOutcome: _NOTICE_OUTCOMES,
        OutcomeStatus: _OUTCOMES,
        PartyKind: _PARTIES,
        PassengerStatus: PASSENGER_STATUS_NAMES,
        PersonRole: _ROLES,
        Relation: RELATION_NAMES,
        Role: ROLE_NAMES,
        RowOutcome: _ROWS,
        SeatSource: SEAT_SOURCE_NAMES,
        SignatureMethod: _SIGNATURES,
        Source: _SOURCES,
        StrandedState: STRANDED_STATE_NAMES,
        TripState: TRIP_STATE_NAMES,
        VehicleKind: _VEHICLES,
        Verdict: VERDICT_NAMES,
        WithdrawalReason: _WITHDRAWALS,
    }
)


_SHOWN_ID: Final = 8


def shorten_id(text: str) -> str:
    """The last eight digits: the first ones of ids made in one minute are alike."""
    return f"…{text[-_SHOWN_ID:]}" if len(text) > _SHOWN_ID else text


def get_name(value: StrEnum) -> str:
    """A value without a name shows as itself: a newer server may know more of them."""
    pair = NAMES[type(value)].get(value)
    return choose(*pair) if pair else str(value)


def read_named(values: type[StrEnum], text: str) -> str:
    """What people call a value, as the API writes it; anything else stays what it is."""
    wanted = text.strip().casefold()
    named = (value for value in values if wanted in (value, *NAMES[values].get(value, ())))
    return str(next(named, text))


def join_names(values: Sequence[StrEnum]) -> str:
    return output.join_words(get_name(each) for each in values)


_TERMS: Final = ("received", "refused", "given_on", "left", "moved", "returned", "missing")


def show_balance(balance: BalanceOut) -> str:
    """The sum in one line. The Chinese one is the server's own."""
    if get_language() == "zh":
        return balance.line
    counts = {term: getattr(balance, term) for term in _TERMS}
    terms = [f"{term.replace('_', ' ')} {count}" for term, count in counts.items() if count]
    return f"carried {balance.carried} = {' + '.join(terms) or 0}; open {balance.unaccounted}"


def show_signatures(point: HandoverPoint) -> str:
    """Who was signed for against who was received. The Chinese line is the server's own."""
    if get_language() == "zh":
        return point.line
    counted = "" if point.counted is None else f"; counted on arrival {point.counted}"
    sign = "+" if point.difference > 0 else "-"
    rest = f" {sign} difference {abs(point.difference)}" if point.difference else ""
    return f"signed {point.signed} = received {point.balance.received}{rest}{counted}"


FIELD_NAMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "aboard": ("车上人数", "aboard"),
        "account_id": ("账号", "account"),
        "action": ("办理", "action"),
        "agent": ("消毒剂", "agent"),
        "all_normal": ("全部正常", "all normal"),
        "approval_id": ("电话批准", "approval"),
        "approved_at": ("批准时间", "approved at"),
        "area": ("部位", "area"),
        "authority": ("决定机关", "authority"),
        "batch_id": ("批次", "batch"),
        "boarding_point_id": ("上车点", "boarding point"),
        "boarding_points": ("上车点", "boarding points"),
        "bureau": ("函往何处", "written to"),
        "by": ("何人", "by"),
        "carrier_id": ("承运单位", "carrier"),
        "channel": ("方式", "channel"),
        "charter_sign_number": ("包车标志牌号", "charter sign"),
        "checked": ("检查项目", "checked"),
        "clock_ahead": ("设备时钟偏快", "the device's clock is ahead"),
        "code": ("代码", "code"),
        "companion_id": ("同行照看人", "companion"),
        "concentration_mg_l": ("浓度（毫克/升）", "mg/L"),
        "contacts": ("联系人员", "contacts"),
        "count": ("人数", "people"),
        "demand_state": ("出行需求", "travel demand"),
        "departure_date": ("拟出发日期", "day of departure"),
        "departure_text": ("出发日期原文", "departure as written"),
        "description": ("情况", "description"),
        "destination": ("务工地", "destination"),
        "destination_code": ("务工地代码", "destination code"),
        "distance_km": ("里程", "distance"),
        "division_code": ("区划代码", "division"),
        "driver_id": ("驾驶员", "driver"),
        "driver_ids": ("驾驶员", "drivers"),
        "elsewhere": ("另有趟次", "on another trip"),
        "emergency_phone": ("紧急联系电话", "emergency phone"),
        "employer": ("用工单位", "employer"),
        "end": ("离开方式", "how they left"),
        "enterprise_id": ("企业", "enterprise"),
        "ethnicity": ("民族", "ethnic group"),
        "event_id": ("冲正对象", "reversed event"),
        "events": ("所涉事件", "events"),
        "expected_at": ("预计到达", "expected"),
        "expressway": ("全程高速", "by expressway"),
        "explanation": ("说明", "explanation"),
        "failed": ("不合格项目", "failed"),
        "fields": ("修改项", "changed"),
        "file_hash": ("签字件哈希", "file hash"),
        "from_passenger_id": ("原名册人员", "listed as"),
        "from_trip_id": ("原趟次", "from trip"),
        "given_to": ("交给", "given to"),
        "guardian": ("监护人", "guardian"),
        "guardian_id": ("监护人身份证号", "guardian's number"),
        "guardian_phone": ("监护人电话", "guardian's phone"),
        "handover_party": ("交给", "hand over to"),
        "handover_point_id": ("交接点", "handover point"),
        "handover_point_ids": ("交接点", "handover points"),
        "handover_points": ("交接点", "handover points"),
        "highest": ("最高体温", "highest"),
        "id_number": ("证件号码", "identity number"),
        "document": ("其他证件", "other document"),
        "items": ("物资", "items"),
        "minor_alone": ("未成年人没有照看人同车", "a minor without the companion"),
        "minutes": ("分钟", "minutes"),
        "passed": ("合格", "passed"),
        "quantities": ("数量", "quantities"),
        "unregistered": ("没有登记", "in no registry"),
        "identity_shown": ("证件", "identity"),
        "incident_id": ("情况", "incident"),
        "kept_free_rows": ("留空的排", "rows kept free"),
        "last_seen": ("最后见到", "last seen"),
        "leg": ("第几段", "leg"),
        "letter_id": ("协助函", "letter"),
        "list_hash": ("名册哈希", "list hash"),
        "list_version": ("名册版本", "list version"),
        "masked": ("戴口罩", "masked"),
        "may_release": ("谁可解除", "who may release"),
        "measured": ("测温人数", "measured"),
        "method": ("签收方式", "signed by"),
        "name": ("姓名", "name"),
        "next_holder": ("转交", "next holder"),
        "next_holder_name": ("转交何人", "next holder's name"),
        "not_returned_reason": ("未返岗原因", "why not returned"),
        "note": ("备注", "note"),
        "number": ("编号", "number"),
        "occupation": ("工种", "occupation"),
        "other_destination": ("目的地与需求不同", "another destination than the demand's"),
        "other_phones": ("其他电话", "other phones"),
        "outcome": ("结果", "outcome"),
        "party": ("接收方", "received by"),
        "passenger_id": ("人员", "passenger"),
        "passenger_ids": ("人员", "people"),
        "paper_seen": ("见到签字件", "paper seen"),
        "person": ("联系人", "person"),
        "person_role": ("人员类型", "role"),
        "phone": ("电话", "phone"),
        "phone_text": ("电话原文", "phone as written"),
        "place": ("地点", "place"),
        "places": ("可坐", "places"),
        "planned_arrival_at": ("计划抵达", "planned arrival"),
        "planned_departure_at": ("计划发车", "planned departure"),
        "point_id": ("交接点", "point"),
        "policy": ("政策", "policy"),
        "policy_before": ("原政策", "policy before"),
        "policy_misfits": ("政策不适用之处", "policy does not hold by"),
        "post": ("职务", "post"),
        "reason": ("原因", "reason"),
        "reason_class": ("原因类别", "class of reason"),
        "receiver": ("接收人", "receiver"),
        "receiver_phone": ("接收人电话", "receiver's phone"),
        "recipient_unit": ("函告单位", "filed with"),
        "reference": ("文号", "reference"),
        "refused": ("被拦原因", "why refused"),
        "remark": ("备注", "remark"),
        "replaces_driver_id": ("替换驾驶员", "replaces"),
        "replaces_passenger_id": ("顶替", "replaces"),
        "reported_to": ("报告给", "reported to"),
        "return_status": ("返岗情况", "return status"),
        "reversed_kind": ("被冲正", "reversed"),
        "result": ("结果", "result"),
        "role": ("类别", "role"),
        "route": ("路线", "route"),
        "seat": ("座位", "seat"),
        "seat_column": ("座位列", "seat column"),
        "seat_row": ("座位排", "seat row"),
        "seat_unknown": ("没有这个座位", "no such seat"),
        "signature": ("随签收", "with the signature"),
        "stand_by": ("候补", "stand-by"),
        "stranded_id": ("滞留人员", "stranded person"),
        "symptoms": ("症状", "symptoms"),
        "temperature": ("体温", "temperature"),
        "to_passenger_id": ("新趟次人员", "listed as"),
        "to_trip_id": ("转入趟次", "to trip"),
        "unconfirmed": ("待批准人确认", "to be confirmed"),
        "unit": ("单位", "unit"),
        "vehicle_id": ("车辆", "vehicle"),
        "version": ("版本", "version"),
        "village": ("村", "village"),
        "what": ("类别", "what"),
        "worker_id": ("务工人员", "worker"),
    }
)


def get_field_name(field: str) -> str:
    """A field without a name shows as itself: a newer server may know more of them."""
    pair = FIELD_NAMES.get(field)
    return choose(*pair) if pair else field


def show_answer(*, is_true: bool) -> str:
    return choose("是", "yes") if is_true else choose("否", "no")


UNREADABLE_NAMES: Final = ("读不出", UNREADABLE)
"""Of a reading that the device did not show."""


def show_temperature(value: object) -> str:
    """36.9℃ of 369 tenths; what the thermometer did not show is said."""
    if isinstance(value, int):
        return f"{value // 10}.{value % 10}℃"
    return choose(*UNREADABLE_NAMES)
