"""Rows of a text with more or fewer cells than their header."""

import pytest

from schemas.roster.cells import RawSheet
from schemas.roster.report import RosterReport
from tests.schemas.roster_factories import check, make_id, make_phone

HEADING = ["姓名", "身份证号", "手机号码", "务工地", "用工单位", "备注"]


def person(number: int, *rest: str) -> list[str]:
    return ["张三", make_id(number), make_phone(number), *rest]


def read(*rows: list[str], is_text: bool = True) -> RosterReport:
    return check(RawSheet("csv", list(enumerate(rows, 1)), is_text=is_text))


FULL = ("苏州", "甲厂", "无")
OPEN = ("苏州", "甲厂", "")


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([FULL, ("江苏", "苏州", "甲厂", "无"), FULL], [3]),
        ([OPEN, ("江苏", "苏州", "甲厂", ""), OPEN], [3]),
        ([FULL, ("苏州", "甲厂"), FULL], [3]),
        ([OPEN, ("甲厂", ""), OPEN], [3]),
        ([OPEN, ("甲厂", ""), ("苏州", ""), OPEN], [3, 4]),
        ([FULL, ("苏州", "甲厂"), ("宁波", "乙厂")], []),
        ([(*FULL, "", ""), (*OPEN, ""), FULL], []),
        ([FULL, (*FULL, ""), FULL], []),
        ([("苏州", "甲厂")], []),
    ],
)
def test_rows(rows: list[tuple[str, ...]], wrong: list[int]) -> None:
    report = read(HEADING, *(person(n, *row) for n, row in enumerate(rows, 1)))
    assert [row.row for row in report.rejected] == wrong
    assert {error.code for row in report.rejected for error in row.errors} <= {"row-ragged"}
    assert len(report.accepted) == len(rows) - len(wrong)


def test_both_counts_are_said() -> None:
    (rejected,) = read(HEADING, person(1, *FULL), person(2, *FULL, "多")).rejected
    message = rejected.errors[0].get_message()
    assert ("7格" in message, "6格" in message) == (True, True)


def test_titles_and_footers_are_exempt() -> None:
    report = read(["花名册"], HEADING, person(1, *FULL), ["填表人：合成"], ["合计", "1人"])
    assert (len(report.accepted), report.rejected) == (1, [])


def test_a_workbook_has_no_ragged_rows() -> None:
    assert len(read(HEADING, person(1, *FULL, "多"), is_text=False).accepted) == 1


def test_nobody_takes_a_value_from_such_a_row() -> None:
    rows = [
        person(1, *FULL),
        person(2, "江苏", "苏州", "甲厂", "无"),
        person(3, "同上", "乙厂", ""),
    ]
    report = read(HEADING, *rows)
    assert [row.record.destination for row in report.accepted] == ["苏州", None]
