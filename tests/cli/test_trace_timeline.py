"""A trace as a person reads it: pure, from what the API says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cli.trace.timeline import Known, describe_facts, describe_trace
from schemas.texts import speaking
from schemas.tracing import TraceItem, TraceOrigin, TraceOut

START = datetime(2020, 3, 24, 0, 0, tzinfo=UTC)
TRIP, POINT, PERSON = (str(UUID(int=n)) for n in (1, 2, 3))
KNOWN = Known({TRIP: "P20200324-01", POINT: "合成电子3号门", PERSON: "17 张*"})
EVENT, ACCOUNT = UUID(int=0xAB), UUID(int=0x12345678)


def make_item(kind: str, *, late: int = 0, **given: Any) -> TraceItem:
    values = {
        "event_id": EVENT,
        "kind": kind,
        "name": kind,
        "happened_at": START,
        "recorded_at": START + timedelta(seconds=late),
        "late_seconds": late,
        "mode": "live",
        "source": "api",
        "actor_id": ACCOUNT,
        "actor": None,
        "stream": f"trip/{TRIP}",
        "sequence": 1,
        "passenger_id": None,
        "worker_id": None,
        "data": {},
        "decided": {},
        "exceptions": [],
        "reversed": False,
        "hash": "ab" * 32,
        **given,
    }
    return TraceItem.model_validate(values)


def read(kind: str, data: dict[str, Any], **given: Any) -> list[str]:
    return list(describe_facts(make_item(kind, data=data, **given), KNOWN))


@pytest.mark.parametrize(
    ("kind", "data", "decided", "facts"),
    [
        (
            "passenger.assigned",
            {"passenger_id": PERSON, "worker_id": PERSON, "leg": 1, "stand_by": False},
            {
                "journey_id": PERSON,
                "role": "family",
                "handover_party": "enterprise",
                "handover_point_id": POINT,
                "seat_row": 5,
                "seat_column": 1,
                "seat_label": "17",
            },
            ["17号座", "类别 家属", "交给 用工企业", "交接点 合成电子3号门"],
        ),
        ("passenger.assigned", {"leg": 2, "stand_by": True}, {}, ["第几段 2", "候补"]),
        ("passenger.boarded", {"seat_row": 5, "seat_column": 1}, {}, ["第5排第1座"]),
        (
            "manifest.locked",
            {},
            {"list_version": 3, "list_hash": "ab12" * 16, "count": 24},
            ["人数 24", "名册第3版 ab12ab12ab12"],
        ),
        (
            "temperature_round.taken",
            {"measured": 24, "all_normal": True},
            {},
            ["测温人数 24", "全部正常 是"],
        ),
        (
            "trip.delayed",
            {"expected_at": "2020-03-24T15:30:00Z"},
            {},
            ["预计到达 2020-03-24 23:30"],
        ),
        (
            "handover.signed",
            {
                "point_id": POINT,
                "passenger_ids": [PERSON] * 24,
                "method": "paper",
                "file_hash": "cd34" * 16,
            },
            {"count": 24, "receipts": {PERSON: TRIP}},
            [
                "交接点 合成电子3号门",
                "人员 24人",
                "签收方式 纸质签字",
                "签字件哈希 cd34cd34cd34",
            ],
        ),
        ("handover.signed", {}, {"receipts": {PERSON: TRIP}, "map_of_tomorrow": {"a": 1}}, []),
        (
            "passenger.refused",
            {"next_holder": "station", "point_id": POINT},
            {},
            ["转交 车站", "交接点 合成电子3号门"],
        ),
        (
            "trip.changed",
            {"version": 2, "fields": ["contacts", "route"], "plan_hash": "ab" * 32},
            {"plan_complete": True},
            ["修改项 联系人员、路线"],
        ),
        ("event.reversed", {"event_id": PERSON}, {"reversed_kind": "passenger.left"}, None),
        ("exception.explained", {"code": "seat-taken"}, {}, ["代码 座位重复"]),
        ("exception.explained", {"events": [TRIP + "0", POINT + "0"]}, {}, ["所涉事件 2条"]),
        ("passenger.received", {}, {"signature": "合成"}, ["随签收 合成"]),
        ("passenger.moved", {"to_trip_id": TRIP}, {"elsewhere": True}, None),
    ],
)
def test_facts_are_words(
    kind: str, data: dict[str, Any], decided: dict[str, Any], facts: list[str] | None
) -> None:
    known = {
        "event.reversed": ["冲正对象 17 张*", "被冲正 途中离开"],
        "passenger.moved": ["转入趟次 P20200324-01", "另有趟次"],
    }
    assert read(kind, data, decided=decided) == (known[kind] if facts is None else facts)


DECIDED = {
    "against_clearance": True,
    "busy": {"driver-busy": "x"},
    "disinfect_since": "2020-03-24T00:00:00+00:00",
    "isolation_rows": [10, 11],
    "known_until": "2020-03-24T00:00:00+00:00",
    "receiver_mark": "ab" * 32,
    "told": {"destination_code": "320500"},
    "told_version": 3,
    "waits": True,
}
"""What only the fold reads."""
NAMED = {
    "clock_ahead": "设备时钟偏快",
    "minor_alone": "未成年人没有照看人同车",
    "other_destination": "目的地与需求不同",
}


def test_what_the_system_decided_is_named_or_left_out() -> None:
    assert read("trip.departed", {}, decided=DECIDED) == []
    assert read("trip.departed", {}, decided=dict.fromkeys(NAMED, True)) == list(NAMED.values())


def test_attachments_are_named_by_their_hash() -> None:
    named = [{"id": TRIP, "sha256": "ef56" * 16}]
    facts = read(
        "handover.signed", {"method": "paper"}, decided={"paper_seen": True}, attachments=named
    )
    assert facts == ["签收方式 纸质签字", "见到签字件 是", "附件 ef56ef56ef56"]
    assert read("handover.signed", {}, decided={"paper_seen": False}) == ["见到签字件 否"]


def test_what_is_not_known_is_a_short_id() -> None:
    enterprise = "01710a3e-2400-7000-8000-0000000a1b2c"
    assert read("passenger.received", {"enterprise_id": enterprise}) == ["企业 …000a1b2c"]


def test_opened_details_are_facts_and_erased_ones_are_said() -> None:
    details = {"what": "fever", "temperature": 385, "symptoms": "咳嗽"}
    assert read("passenger.noted", {}, details=details) == ["类别 发热", "体温 38.5℃", "症状 咳嗽"]
    assert read("passenger.boarded", {}, details={"temperature": "unreadable"}) == ["体温 读不出"]
    assert read("passenger.denied", {}, details={}, erased=True) == ["部分内容已删除"]
    refused = {"refused": "manifest-not-locked"}
    assert read("passenger.boarding_refused", {}, details=refused) == ["被拦原因 名册尚未锁定"]


def test_an_opened_note_of_health_is_told_in_words() -> None:
    readings = [{"code": "body_temperature", "value": 365}, {"code": "systolic", "value": 121}]
    measured = {"what": "measured", "readings": readings, "place": "卫生院"}
    assert read("worker.health_noted", {}, details={"content": measured}) == [
        "测量",
        "体温 36.5℃",
        "收缩压 121 mmHg",
        "地点 卫生院",
    ]
    called = {"what": "follow_up", "day": 3, "reached": True, "status": "well", "called_by": "王"}
    assert read("worker.health_noted", {}, details={"content": called}) == [
        *("随访", "第几天 3", "联系上 是", "情况 健康", "随访人 王")
    ]
    assert read("worker.health_noted", {}, details={"content": {"what": "dreamt"}}) == []


def test_a_value_of_a_newer_server_shows_as_itself() -> None:
    assert read("passenger.received", {"party": "airport", "odometer": 7}) == [
        "接收方 airport",
        "odometer 7",
    ]


PLACE = "文件“凡河镇花名册.xlsx” 表“东兴村” 第17行"
PLACE_EN = "file “凡河镇花名册.xlsx” sheet “东兴村” row 17"
ORIGIN = TraceOrigin(
    import_id=UUID(int=5),
    receipt="R-20200323-7F3A",
    feed="township",
    township_code="211221105",
    file="凡河镇花名册.xlsx",
    sheet="东兴村",
    row=17,
    outcome="new",
    imported_at=START - timedelta(days=1),
)


def describe(trace: TraceOut, *, with_trips: bool = True) -> list[str]:
    return list(describe_trace(trace, KNOWN, with_trips=with_trips))


def test_a_workers_trace_begins_with_file_sheet_and_row() -> None:
    item = make_item("passenger.boarded", name="上车", data={"seat_label": "17"}, source="app")
    assert describe(TraceOut(origins=[ORIGIN], items=[item])) == [
        "来源：",
        f"  乡镇花名册  凡河镇  {PLACE}  新增  2020-03-23 08:00  回执 R-20200323-7F3A",
        "轨迹（北京时间）：1 条",
        "2020-03-24 08:00:00  P20200324-01  上车  17号座",
        f"    登记 2020-03-24 08:00:00  手机  账号 …12345678  事件 {EVENT}",
    ]


def test_late_exceptional_and_reversed_are_marked() -> None:
    item = make_item(
        "passenger.left",
        name="途中离开",
        late=7_500,
        mode="afterwards",
        source="paper",
        passenger_id=PERSON,
        exceptions=["out-of-order", "not-on-list"],
        reversed=True,
    )
    marks = ["[例外：先后顺序不合、不在名册上]", "[迟录2小时5分]", "[已冲正]"]
    assert describe(TraceOut(origins=[], items=[item]), with_trips=False)[1:] == [
        f"2020-03-24 08:00:00  途中离开  17 张*  {'  '.join(marks)}",
        f"    登记 2020-03-24 10:05:00  纸质 补录  账号 …12345678  事件 {EVENT}",
    ]


@pytest.mark.parametrize(("late", "shown"), [(299, ""), (300, "  [迟录5分]")])
def test_five_minutes_are_late(late: int, shown: str) -> None:
    trace = TraceOut(origins=[], items=[make_item("trip.departed", name="发车", late=late)])
    assert describe(trace)[1] == f"2020-03-24 08:00:00  P20200324-01  发车{shown}"


def test_in_english() -> None:
    item = make_item("trip.departed", name="departed", data={"aboard": 24}, late=7_500)
    with speaking("en"):
        described = describe(TraceOut(origins=[ORIGIN], items=[item]))
    assert described == [
        "From:",
        f"  township roster  凡河镇  {PLACE_EN}  new  2020-03-23 08:00  receipt R-20200323-7F3A",
        "Events (China time): 1",
        "2020-03-24 08:00:00  P20200324-01  departed  aboard 24  [2 h 5 min late]",
        f"    recorded 2020-03-24 10:05:00  api  account …12345678  event {EVENT}",
    ]


def test_what_an_undone_import_said_is_marked() -> None:
    undone = ORIGIN.model_copy(update={"undone_at": START})
    trace = TraceOut(origins=[undone], items=[])
    assert describe(trace)[1].endswith("[2020-03-24 08:00 已撤销]")
    with speaking("en"):
        described = describe(trace)
    assert described[1].endswith("[undone 2020-03-24 08:00]")
