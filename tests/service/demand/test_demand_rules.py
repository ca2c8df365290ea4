"""When a row of a roster opens, changes or ends a travel demand; what demands are counted by."""

from datetime import date

import pytest

from schemas.demands import DemandGroup, DemandGrouping, DemandState
from service.demand.rules import (
    Count,
    DemandStep,
    city_of,
    decide_demand,
    is_firm_name,
    make_groups,
    read_destination,
    read_week,
    week_of,
)

OPEN, ASSIGNED, TRAVELLED = DemandState.OPEN, DemandState.ASSIGNED, DemandState.TRAVELLED
WISH = {"destination": "苏州", "destination_code": "320500"}


@pytest.mark.parametrize(
    ("newest", "incoming", "changed", "step"),
    [
        (None, {}, (), DemandStep.KEEP),
        (None, {"phone": "1"}, ("phone",), DemandStep.KEEP),
        (None, WISH, ("destination",), DemandStep.OPEN),
        (None, {"employer": "厂"}, (), DemandStep.OPEN),
        (None, {"departure_date": "2020-03-26"}, (), DemandStep.OPEN),
        (None, {"departure_text": "随时"}, ("departure_text",), DemandStep.KEEP),
        (None, WISH | {"return_status": "已返岗"}, ("destination",), DemandStep.KEEP),
        (None, WISH | {"return_status": "未返岗"}, ("destination",), DemandStep.OPEN),
        (OPEN, WISH, (), DemandStep.KEEP),
        (OPEN, WISH, ("phone",), DemandStep.KEEP),
        (OPEN, WISH, ("destination_code",), DemandStep.UPDATE),
        (OPEN, {"departure_date": "2020-03-26"}, ("departure_date",), DemandStep.UPDATE),
        (OPEN, {"return_status": "就近就业"}, ("return_status",), DemandStep.CANCEL),
        (ASSIGNED, WISH, ("phone",), DemandStep.KEEP),
        (ASSIGNED, WISH, ("destination",), DemandStep.KEEP_ASSIGNED),
        (ASSIGNED, {"return_status": "已返岗"}, ("return_status",), DemandStep.KEEP_ASSIGNED),
        (TRAVELLED, WISH, ("phone",), DemandStep.KEEP),
        (TRAVELLED, WISH, ("employer",), DemandStep.OPEN),
        (DemandState.CANCELLED, WISH, (), DemandStep.KEEP),
        (
            DemandState.CANCELLED,
            WISH | {"return_status": "未返岗"},
            ("return_status",),
            DemandStep.OPEN,
        ),
    ],
)
def test_decide_demand(
    newest: DemandState | None, incoming: dict[str, str], changed: tuple[str, ...], step: DemandStep
) -> None:
    decided = decide_demand(newest, incoming=incoming, values=incoming, changed=changed)
    assert decided is step


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("320500", "320500"),
        ("320583", "320583"),
        ("320583100000", "320583"),
        ("999999", None),
        ("苏州", None),
        (None, None),
    ],
)
def test_read_destination(code: str | None, known: str | None) -> None:
    assert read_destination(code) == known


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("320583", "320500"),
        ("320500", "320500"),
        ("320000", "320000"),
        ("110105", "110100"),
        ("429004", "429004"),
    ],
)
def test_city_of(code: str, city: str) -> None:
    assert city_of(code) == city


@pytest.mark.parametrize(
    ("day", "label", "monday"),
    [
        (date(2020, 3, 26), "2020-W13", date(2020, 3, 23)),
        (date(2020, 3, 29), "2020-W13", date(2020, 3, 23)),
        (date(2021, 1, 3), "2020-W53", date(2020, 12, 28)),
    ],
)
def test_weeks(day: date, label: str, monday: date) -> None:
    assert week_of(day) == (label, monday)
    assert read_week(label) == monday


def test_read_week_of_no_week() -> None:
    assert [read_week(label) for label in ("2021-W53", "2020-W00", "week")] == [None, None, None]


def test_groups_are_folded_and_ordered() -> None:
    counts = [
        Count("320583", OPEN, 2),
        Count("320500", ASSIGNED, 3),
        Count("310100", OPEN, 7),
        Count(None, OPEN, 9),
    ]
    assert make_groups(DemandGrouping.CITY, counts, employer_names={}) == [
        DemandGroup(key="310100", label="上海市", open=7, assigned=0),
        DemandGroup(key="320500", label="江苏省苏州市", open=2, assigned=3),
        DemandGroup(key=None, label="目的地未定", open=9, assigned=0),
    ]


def test_groups_without_a_name_are_one() -> None:
    counts = [Count("a" * 32, OPEN, 1), Count("b" * 32, OPEN, 2), Count(None, OPEN, 4)]
    names = {"a" * 32: "合成电子有限公司"}
    assert make_groups(DemandGrouping.EMPLOYER, counts, employer_names=names) == [
        DemandGroup(key="a" * 32, label="合成电子有限公司", open=1, assigned=0),
        DemandGroup(key=None, label="未填单位或单位名称不全", open=6, assigned=0),
    ]


@pytest.mark.parametrize(
    ("text", "is_firm"),
    [
        ("合成电子有限公司", True),
        ("合成电子（苏州）有限公司", True),
        ("合成服装厂", True),
        ("中建某局二公司第三项目部", True),
        ("跟李四干活", False),
        ("李四", False),
        ("张老板15400001234工地", False),
        ("公司", False),
        ("打工", False),
        ("找老王，工厂", False),
        ("合成" * 40 + "有限公司", False),
        ("合成\x00电子有限公司", False),
        ("合成\x1b[31m电子有限公司", False),
        ("合成\n电子有限公司", True),
    ],
)
def test_only_what_certainly_is_a_firm_stands_unsealed(text: str, is_firm: bool) -> None:  # noqa: FBT001 (a table)
    assert is_firm_name(text) is is_firm
