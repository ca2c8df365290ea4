"""What stands for the value above: marks, and blanks below a value where merged cells were saved as text."""

from collections.abc import Sequence
from datetime import date

import pytest

from schemas.roster.cells import RawCell, RawSheet
from schemas.roster.codes import WarningCode
from schemas.roster.filling import find_groups
from schemas.roster.report import RosterReport
from tests.schemas.roster_factories import check, get_codes, make_id, make_phone

A, B, C = "东兴村", "新立村", "大台村"


def read(column: Sequence[RawCell], heading: str = "村", *, is_text: bool = True) -> RosterReport:
    """One person a row, with these values in one column."""
    rows: list[tuple[int, list[RawCell]]] = [(1, ["姓名", "身份证号", "手机号码", heading])]
    rows += [
        (n + 1, ["张三", make_id(n), make_phone(n), value]) for n, value in enumerate(column, 1)
    ]
    return check(RawSheet("花名册", rows, is_text=is_text))


@pytest.mark.parametrize(
    "mark", ["同上", "上同", "〃", "″", '"', ",,", "，，", "（同上）", " 同 上 ", "''", "同上行"]
)
@pytest.mark.parametrize(
    ("heading", "field", "value"),
    [
        ("村", "village", A),
        ("乡镇", "township", "凡河镇"),
        ("务工地", "destination", "江苏苏州"),
        ("用工单位", "employer", "苏州示例电子有限公司"),
        ("工种", "occupation", "普工"),
        ("拟出发日期", "departure_date", date(2020, 3, 26)),
    ],
)
def test_a_mark_is_the_value_above(mark: str, heading: str, field: str, value: object) -> None:
    cell = value.isoformat() if isinstance(value, date) else str(value)
    report = read([cell, mark, mark], heading, is_text=False)
    assert [getattr(row.record, field) for row in report.accepted] == [value] * 3
    (warning,) = report.file_warnings
    assert (warning.code, warning[-1]) == (WarningCode.VALUE_FROM_ABOVE, 2)
    assert report.warnings == []


@pytest.mark.parametrize("column", [["同上", A], ["", "同上"]])
def test_a_mark_with_nothing_above_is_told_and_not_stored(column: list[str]) -> None:
    report = read(column, is_text=False)
    assert "同上" not in [row.record.village for row in report.accepted]
    assert "value-above-missing" in [
        code for each in get_codes(report).values() for _, code in each
    ]


@pytest.mark.parametrize(("place", "code"), [(0, "name-invalid"), (1, "id-format"), (2, None)])
def test_a_mark_is_nobodys_name_number_or_phone(place: int, code: str | None) -> None:
    cells = ["李四", make_id(2), make_phone(2)]
    cells[place] = "同上"
    rows = [["姓名", "身份证号", "手机号码"], ["张三", make_id(1), make_phone(1)], cells]
    report = check(RawSheet("花名册", list(enumerate(rows, 1))))
    if code is None:
        record = report.accepted[1].record
        assert (record.phone, record.phone_text) == (None, "同上")
    else:
        assert [error.code for error in report.rejected[0].errors] == [code]


def test_the_row_below_an_error_takes_its_value() -> None:
    rows = [
        ["姓名", "身份证号", "手机号码", "村"],
        ["张三", "2112", make_phone(1), A],
        ["李四", make_id(2), make_phone(2), "同上"],
        ["王五", "2112", make_phone(3), "同上"],
    ]
    report = check(RawSheet("花名册", list(enumerate(rows, 1))))
    assert report.accepted[0].record.village == A
    cells = report.rejected[1].cells
    assert cells is not None
    assert cells[3] == A


@pytest.mark.parametrize(
    ("column", "filled"),
    [
        ([A, "", "", B, "", ""], [A, A, A, B, B, B]),
        ([A, "", "", ""], [A] * 4),
        ([A, "", B, C, ""], [A, A, B, C, C]),
        ([A, B, "", C], None),
        ([A, A, "", B], None),
        ([A, "", B, "", A, ""], None),
        (["", A, "", ""], None),
        ([A, B, C], None),
    ],
)
def test_blank_villages(column: list[str], filled: list[str] | None) -> None:
    report = read(column)
    wanted = filled or [each or None for each in column]
    assert [row.record.village for row in report.accepted] == wanted
    assert len(report.file_warnings) == (1 if filled else 0)


@pytest.mark.parametrize(
    ("column", "is_filled"),
    [
        (["甲厂", "", "", "乙厂", "", ""], True),
        (["甲厂", "", "乙厂", ""], False),
        (["甲厂", "", "", "", ""], False),
        (["甲厂", "", "乙厂", "丙厂", "", ""], False),
    ],
)
@pytest.mark.parametrize("is_text", [True, False])
def test_other_blanks_may_be_missing_values(
    column: list[str], *, is_filled: bool, is_text: bool
) -> None:
    report = read(column, "用工单位", is_text=is_text)
    employers = [row.record.employer for row in report.accepted]
    assert (None not in employers) == (is_filled and is_text)


@pytest.mark.parametrize("is_text", [True, False])
def test_what_has_the_groups_of_the_villages_goes_with_them(*, is_text: bool) -> None:
    rows: list[list[RawCell]] = [["姓名", "身份证号", "手机号码", "村", "务工地", "拟出发日期"]]
    for n, village in enumerate([A, "", B, ""], 1):
        cells = [village, "苏州", "2020-03-26"] if village else ["", "", ""]
        rows.append(["张三", make_id(n) if n != 2 else "2112", make_phone(n), *cells])
    report = check(RawSheet("花名册", list(enumerate(rows, 1)), is_text=is_text))
    values = [(r.record.village, r.record.destination) for r in report.accepted]
    assert values == [(A, "苏州"), (B, "苏州"), (B, "苏州")]
    assert {row.record.departure_date for row in report.accepted} == {date(2020, 3, 26)}
    (rejected,) = report.rejected
    assert rejected.cells is not None
    assert list(rejected.cells[3:]) == [A, "苏州", "2020-03-26"]


def test_find_groups() -> None:
    assert find_groups([1, None, 2, None]) == [0, 2]
    assert find_groups([1, None, 1, None]) is None
    assert find_groups([1, None, 1, None], [0, 2]) == [0, 2]
    assert find_groups([None, 1]) is None
    assert find_groups([None, None]) is None
