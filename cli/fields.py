"""What the fields of events and of workers are called: the one table, zh and en."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.texts import choose, get_language

FIELD_NAMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "aboard": ("车上人数", "aboard"),
        "all_normal": ("全部正常", "all normal"),
        "authority": ("决定机关", "authority"),
        "batch_id": ("批次", "batch"),
        "boarding_point_id": ("上车点", "boarding point"),
        "boarding_points": ("上车点", "boarding points"),
        "bureau": ("函往何处", "written to"),
        "carrier_id": ("承运单位", "carrier"),
        "channel": ("方式", "channel"),
        "charter_sign_number": ("包车标志牌号", "charter sign"),
        "code": ("代码", "code"),
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
        "enterprise_id": ("企业", "enterprise"),
        "ethnicity": ("民族", "ethnic group"),
        "event_id": ("冲正对象", "reversed event"),
        "expected_at": ("预计到达", "expected"),
        "explanation": ("说明", "explanation"),
        "fields": ("修改项", "changed"),
        "file_hash": ("签字件哈希", "file hash"),
        "from_passenger_id": ("原名册人员", "listed as"),
        "from_trip_id": ("原趟次", "from trip"),
        "guardian_id": ("监护人身份证号", "guardian's number"),
        "handover_party": ("交给", "hand over to"),
        "handover_point_id": ("交接点", "handover point"),
        "handover_point_ids": ("交接点", "handover points"),
        "handover_points": ("交接点", "handover points"),
        "highest": ("最高体温", "highest"),
        "id_number": ("证件号码", "identity number"),
        "identity_shown": ("证件", "identity"),
        "kept_free_rows": ("留空的排", "rows kept free"),
        "last_seen": ("最后见到", "last seen"),
        "leg": ("第几段", "leg"),
        "letter_id": ("协助函", "letter"),
        "list_hash": ("名册哈希", "list hash"),
        "list_version": ("名册版本", "list version"),
        "masked": ("戴口罩", "masked"),
        "measured": ("测温人数", "measured"),
        "method": ("签收方式", "signed by"),
        "name": ("姓名", "name"),
        "next_holder": ("转交", "next holder"),
        "next_holder_name": ("转交何人", "next holder's name"),
        "not_returned_reason": ("未返岗原因", "why not returned"),
        "note": ("备注", "note"),
        "number": ("编号", "number"),
        "occupation": ("工种", "occupation"),
        "other_phones": ("其他电话", "other phones"),
        "outcome": ("结果", "outcome"),
        "party": ("接收方", "received by"),
        "passenger_id": ("人员", "passenger"),
        "passenger_ids": ("人员", "people"),
        "person": ("联系人", "person"),
        "person_role": ("人员类型", "role"),
        "phone": ("电话", "phone"),
        "phone_text": ("电话原文", "phone as written"),
        "place": ("地点", "place"),
        "places": ("可坐", "places"),
        "planned_arrival_at": ("计划抵达", "planned arrival"),
        "planned_departure_at": ("计划发车", "planned departure"),
        "point_id": ("交接点", "point"),
        "reason": ("原因", "reason"),
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
        "stand_by": ("候补", "stand-by"),
        "stranded_id": ("滞留人员", "stranded person"),
        "symptoms": ("症状", "symptoms"),
        "temperature": ("体温", "temperature"),
        "to_passenger_id": ("新趟次人员", "listed as"),
        "to_trip_id": ("转入趟次", "to trip"),
        "unit": ("单位", "unit"),
        "vehicle_id": ("车辆", "vehicle"),
        "version": ("版本", "version"),
        "village": ("村", "village"),
        "worker_id": ("务工人员", "worker"),
    }
)


def get_field_name(field: str) -> str:
    """A field without a name shows as itself: a newer server may know more of them."""
    pair = FIELD_NAMES.get(field)
    return choose(*pair) if pair else field


def show_temperature(value: object) -> str:
    """36.9℃ of 369 tenths; what the thermometer did not show is said."""
    if isinstance(value, int):
        return f"{value // 10}.{value % 10}℃"
    return "unreadable" if get_language() == "en" else "读不出"
