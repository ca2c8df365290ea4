"""What is missing about somebody: a table."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.corrections import Gap, get_gap_text
from schemas.events.payloads_passengers import PersonRole
from schemas.texts import speaking
from service.registry.people import Person
from service.workers.rules import complete_cells, find_phone_to_ask, list_gaps

DAY = date(2020, 3, 24)
SOMEBODY = UUID(int=7)
CHILD: dict[str, Any] = {"person_role": PersonRole.CHILD, "phone": "15400000001"}

CASES: list[tuple[dict[str, Any], bool, list[tuple[str, str | None]]]] = [
    ({"phone": "15400000001"}, True, []),
    ({"reachable": False}, True, [("phone-missing", None)]),
    ({"reachable": False, "emergency_phone": "村长"}, True, [("phone-missing", "村长")]),
    ({"reachable": False, "phone_text": "1540000"}, True, [("phone-unreadable", "1540000")]),
    ({"phone_text": "同上", "emergency_phone": "15400000009"}, True,
     [("phone-unreadable", "同上")]),
    ({"phone": "15400000001", "phone_text": "15400000001老婆"}, True, []),
    ({"other_phones": ("024-74840000",), "phone_text": "x"}, True, []),
    ({"departure_text": "月底"}, True, [("date-unreadable", "月底")]),
    ({"departure_text": "月底"}, False, []),
    ({"destination": "老张那儿"}, True, [("destination-unclear", "老张那儿")]),
    ({"destination": "老张那儿"}, False, []),
    ({"destination": "苏州", "destination_code": "320500"}, True, []),
    ({"destination": "苏州", "destination_code": "999999"}, True,
     [("destination-unclear", "苏州")]),
    (CHILD, False, [("guardian-missing", None)]),
    ({**CHILD, "guardian_id": "x"}, False, [("guardian-unknown", None)]),
    ({**CHILD, "guardian_id": "x", "guardian_worker_id": SOMEBODY}, False, []),
    ({"person_role": PersonRole.FAMILY, "birth_date": date(2010, 1, 1)}, False,
     [("guardian-missing", None)]),
    ({"person_role": PersonRole.FAMILY, "birth_date": date(2005, 1, 1)}, False, []),
    ({**CHILD, "reachable": False, "phone": None, "departure_text": "待定"}, True,
     [("phone-missing", None), ("guardian-missing", None), ("date-unreadable", "待定")]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "waits", "expected"), CASES)
def test_list_gaps(
    *, given: dict[str, Any], waits: bool, expected: list[tuple[str, str | None]]
) -> None:
    start = {"person_role": PersonRole.WORKER, "reachable": True}
    person = Person(id=SOMEBODY, version=1, **{**start, **given})
    gaps = list_gaps(person, waits=waits, on=DAY)
    assert [(gap.code.value, gap.written) for gap in gaps] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"phone": "1", "other_phones": ("2",)}, "1"),
        ({"other_phones": ("2", "3")}, "2"),
        ({"emergency_phone": "15400000009、15400000008"}, "15400000009"),
        ({"emergency_phone": "村长"}, None),
    ],
)
def test_whom_to_ask(given: dict[str, Any], expected: str | None) -> None:
    person = Person(SOMEBODY, PersonRole.WORKER, reachable=True, version=1, **given)
    assert find_phone_to_ask(person) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"destination": "辽宁省大连市"}, {"destination_code": "210200"}),
        ({"destination": "老张那儿"}, {"destination_code": None}),
        ({"destination": None}, {"destination_code": None}),
        ({"destination_code": "320500"}, {"destination": "老地方"}),
        ({"destination": "甲", "destination_code": "320500"}, {}),
        ({"phone": "1"}, {}),
    ],
)
def test_a_destination_is_text_and_code(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert complete_cells(given, {"destination": "老地方"}) == given | expected


@pytest.mark.parametrize("gap", Gap)
def test_every_gap_has_a_text_that_gbk_can_print(gap: Gap) -> None:
    assert get_gap_text(gap).encode("gbk")
    with speaking("en"):
        assert get_gap_text(gap).isascii()
