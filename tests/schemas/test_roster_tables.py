"""Further tables below a header and beside each other, households in a row, forms, example rows, sections."""

import pytest

from schemas.roster.cells import MergedRange, RawCell
from schemas.roster.codes import FileCode, WarningCode
from schemas.roster.report import RosterReport
from tests.schemas.roster_factories import HEADINGS, check, make_id, make_phone, make_raw_sheet

FIRST = ("1", "张三", make_id(1), make_phone(1))
SECOND = ("2", "李四", make_id(2), make_phone(2))


def list_people(report: RosterReport) -> list[tuple[str, str | None]]:
    return [(row.record.name, row.record.phone) for row in report.accepted]


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        (("序号", "姓名", "手机号码", "身份证号"), ("1", "王五", make_phone(3), make_id(3))),
        (("姓名", "身份证号", "手机号码"), ("王五", make_id(3), make_phone(3))),
        (("联系电话", "姓名", "身份证号"), (make_phone(3), "王五", make_id(3))),
        (
            ("序号", "姓名", "身份证号", "家属电话", "手机号码"),
            ("1", "王五", make_id(3), make_phone(9), make_phone(3)),
        ),
    ],
)
def test_another_heading_is_another_table(
    heading: tuple[RawCell, ...], row: tuple[RawCell, ...]
) -> None:
    report = check(make_raw_sheet(HEADINGS, FIRST, ("合计", "1人"), ("二组名单",), heading, row))
    assert list_people(report) == [("张三", make_phone(1)), ("王五", make_phone(3))]
    assert [facts.header.row for facts in report.sheets] == [1, 5]
    assert (report.sheets_read, report.rejected) == (["花名册"], [])


def test_the_same_heading_again_is_no_other_table() -> None:
    report = check(make_raw_sheet(HEADINGS, FIRST, ("编号", "姓 名", "身份证号码", "电话"), SECOND))
    assert (len(report.accepted), len(report.sheets)) == (2, 1)
    assert [row.reason for row in report.ignored] == ["repeated-header"]


def test_an_error_names_the_column_of_its_own_table() -> None:
    heading = ("序号", "身份证号码", "姓名", "手机")
    rows = (HEADINGS, FIRST, heading, ("1", "2112", "王五", make_phone(3)))
    (rejected,) = check(make_raw_sheet(*rows)).rejected
    assert [(e.cell, e.column) for e in rejected.errors] == [("B4", "身份证号码")]


def test_a_heading_that_cannot_be_mapped_refuses_its_rows_at_its_place() -> None:
    rows = (
        HEADINGS,
        FIRST,
        ("序号", "姓名", "身份证号", "住址"),
        ("1", "王五", make_id(3), "东兴村"),
    )
    report = check(make_raw_sheet(*rows))
    assert list_people(report) == [("张三", make_phone(1))]
    (rejected,) = report.rejected
    (error,) = rejected.errors
    assert (rejected.row, error.code, error.cell) == (4, "table-unreadable", "C4")
    assert "第3行表头缺少：手机号码" in error.get_message()


def test_nobody_without_name_or_number_is_taken_for_a_title() -> None:
    rows = (HEADINGS, FIRST, ("", "", "", "没有"), ("", "王五"), HEADINGS, SECOND)
    report = check(make_raw_sheet(*rows))
    assert [row.row for row in report.rejected] == [3, 4]


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("gap", [(), ("",)])
def test_equal_tables_side_by_side_are_read_each(count: int, gap: tuple[str, ...]) -> None:
    heading = ((*HEADINGS, *gap) * count)[: None if not gap else -1]
    people = [(str(n), "王五", make_id(n), make_phone(n)) for n in range(1, 2 * count + 1)]
    lines = [sum(((*each, *gap) for each in people[n::2]), ()) for n in range(2)]
    report = check(make_raw_sheet(heading, *lines))
    assert sorted(row.record.phone or "" for row in report.accepted) == [p[3] for p in people]
    assert [w.code for w in report.file_warnings] == [WarningCode.TABLES_BESIDE]


def test_a_shorter_right_side_loses_nobody() -> None:
    rows = ((*HEADINGS, *HEADINGS), (*FIRST, *SECOND), ("3", "王五", make_id(3), make_phone(3)))
    report = check(make_raw_sheet(*rows))
    assert (len(report.accepted), report.rejected, report.ignored) == (3, [], [])


def test_an_error_on_the_right_names_its_cell() -> None:
    rows = ((*HEADINGS, *HEADINGS), (*FIRST, "2", "李四", "2112", make_phone(2)))
    (rejected,) = check(make_raw_sheet(*rows)).rejected
    assert [error.cell for error in rejected.errors] == ["G2"]


def test_unequal_tables_side_by_side_refuse_the_file_with_what_helps() -> None:
    rows = ((*HEADINGS, "备注", *HEADINGS), (*FIRST, "", *SECOND))
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert error.code is FileCode.TABLES_SIDE_BY_SIDE
    assert "右边的人接到左边下面" in error.get_message()


HOUSEHOLD = ("张三", make_id(1), make_phone(1))


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (("家庭成员1", "身份证号1", "家庭成员2", "身份证号2"), ("李四", make_id(2), "", "")),
        (("成员1姓名", "成员1身份证号"), ("李四", make_id(2))),
        (("随行人员姓名", "身份证号码"), ("李四", make_id(2))),
        (("家属1", "与户主关系1", "身份证号1", "电话1"), ("李四", "妻", make_id(2), make_phone(2))),
        (("姓名2", "身份证号2"), ("李四", make_id(2))),
    ],
)
def test_members_of_a_household_are_people(
    headings: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    rows = (("姓名", "身份证号", "手机号码", *headings, "务工地"), (*HOUSEHOLD, *cells, "苏州"))
    report = check(make_raw_sheet(*rows))
    assert report.file_error is None
    assert [row.record.name for row in report.accepted] == ["张三", "李四"]
    assert {row.record.destination for row in report.accepted} == {"苏州"}
    own = make_phone(2) if make_phone(2) in cells else None
    assert report.accepted[1].record.phone == own


@pytest.mark.parametrize(
    "headings",
    [
        ("身份证号1", "身份证号2"),
        ("家庭成员1", "身份证号1", "身份证号2", "家庭成员2"),
    ],
)
def test_an_unclear_household_refuses_the_file(headings: tuple[str, ...]) -> None:
    cells = tuple(make_id(n) if "号" in h else "李四" for n, h in enumerate(headings, start=2))
    rows = (("姓名", "身份证号", "手机号码", *headings), (*HOUSEHOLD, *cells))
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert error.code is FileCode.HOUSEHOLD_UNCLEAR


def test_a_child_in_the_row_has_the_head_as_guardian() -> None:
    child = make_id(3, born="20150304")
    headings = ("姓名", "身份证号", "手机号码", "成员1", "与户主关系1", "身份证号1")
    report = check(make_raw_sheet(headings, (*HOUSEHOLD, "张小宝", "子女", child)))
    record = report.accepted[1].record
    assert (record.person_role, record.guardian_id) == ("child", make_id(1))


def card(number: int) -> tuple[tuple[str, ...], ...]:
    return (
        ("返岗人员登记卡",),
        ("姓名", "王五", "身份证号", make_id(number), "联系电话", make_phone(number)),
    )


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((*card(1), (), *card(2)), FileCode.FORM_PER_PERSON),
        (
            (("姓名", "王五", "性别", "男", "民族", "汉"), ("身份证号", make_id(1), "电话", "")),
            FileCode.FORM_PER_PERSON,
        ),
        ((("个人信息",), ("身份证号码", make_id(1))), FileCode.FORM_PER_PERSON),
        ((("姓名：王五",), (f"身份证号：{make_id(1)}",)), FileCode.FORM_PER_PERSON),
        (
            (("姓名", "王五", "赵六"), ("身份证号", make_id(1), make_id(2)), ("电话", "", "")),
            FileCode.TABLE_TRANSPOSED,
        ),
    ],
)
def test_forms_are_named_and_show_nothing(rows: tuple[tuple[str, ...], ...], code: str) -> None:
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert error.code == code
    assert "王五" not in error.get_message()


@pytest.mark.parametrize(
    ("row", "is_example"),
    [
        (("示例", *FIRST[1:]), True),
        (("例", *FIRST[1:]), True),
        (("例1", *FIRST[1:]), True),
        (("样表", "张三", "2112211990XXXXXXXX", "154"), True),
        (("填写示例（请删除）", *FIRST[1:]), True),
        (("【示例】", *FIRST[1:]), True),
        (("1", "示例", *FIRST[2:]), True),
        (("", "示例", *FIRST[2:]), True),
        (("1", "张三（示例）", *FIRST[2:]), True),
        (("1", "例：张三", *FIRST[2:]), True),
        (("1", "示例张三", *FIRST[2:]), True),
        ((*FIRST, "示例"), True),
        (FIRST, False),
        (("1", "范例明"[:1] + "丽", *FIRST[2:]), False),
        ((*FIRST, "苏州示例电子有限公司"), False),
    ],
)
def test_examples_are_no_people(row: tuple[str, ...], *, is_example: bool) -> None:
    report = check(make_raw_sheet((*HEADINGS, "备注"), row, SECOND))
    assert len(report.accepted) == (1 if is_example else 2)
    reasons = [each.reason.value for each in report.ignored]
    assert (reasons, report.rejected) == (["example-row"] if is_example else [], [])


@pytest.mark.parametrize(
    "text",
    [
        "东兴村",
        "一、东兴村（3人）",
        "1.东兴村",
        "（一）东兴村：",
        "村名：东兴村",
        "东兴村（共3人）",
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_section_names_the_village_of_those_below(text: str, place: int) -> None:
    section = ("",) * place + (text,)
    merged = [MergedRange(2, place, 2, 3)] if place == 0 else []
    rows = (HEADINGS, section, FIRST, ("新立村",), SECOND)
    report = check(make_raw_sheet(*rows, merged=merged))
    assert [row.record.village for row in report.accepted] == ["东兴村", "新立村"]
    assert [row.reason for row in report.ignored] == ["section-row", "section-row"]
    (warning,) = report.file_warnings
    assert (warning.code, warning[-1]) == (WarningCode.VILLAGE_FROM_SECTION, 2)


def test_a_section_ends_with_its_table() -> None:
    other = ("序号", "姓名", "手机号码", "身份证号")
    rows = (HEADINGS, ("东兴村",), FIRST, other, ("2", "李四", make_phone(2), make_id(2)))
    villages = [row.record.village for row in check(make_raw_sheet(*rows)).accepted]
    assert villages == ["东兴村", None]


def test_endless_tables_are_too_many() -> None:
    other = ("序号", "姓名", "手机号码", "身份证号")
    rows = [HEADINGS, FIRST, *[each for _ in range(600) for each in (other, HEADINGS)]]
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert error.code is FileCode.FILE_TOO_LARGE
