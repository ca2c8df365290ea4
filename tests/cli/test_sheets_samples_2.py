"""The rosters that went wrong in trial, where they are beside the checkout: the right value of each."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.roster.check import choose_exit, describe
from cli.roster.reading import CheckedFile, Source, check_source
from schemas.roster.codes import IgnoredReason, RowCode, WarningCode

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "rosters-2"
AS_OF = date(2020, 3, 24)


def read(name: str) -> CheckedFile:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"NOT TESTED: {name} is not in {SAMPLES.name}/")
    return check_source(Source(name, path), as_of=AS_OF)


def list_values(name: str, *fields: str) -> list[Any]:
    """Of the accepted rows, in their order."""
    values = [[getattr(row.record, f) for f in fields] for row in read(name).report.accepted]
    return [each[0] if len(fields) == 1 else tuple(each) for each in values]


@pytest.mark.parametrize(
    ("name", "accepted", "rejected"),
    [
        ("a01b-extra-comma-silent.csv", 2, 1),
        ("a02-second-table-other-order.csv", 6, 0),
        ("a03-example-row.csv", 2, 0),
        ("a04-csv-from-merged.csv", 6, 0),
        ("b04-backslash.xlsx", 6, 0),
        ("d01-pua-two-codepoints.xlsx", 2, 0),
        ("d09-ditto.csv", 4, 0),
        ("f01-same-heading-twice.csv", 3, 0),
        ("f04-phonetic-far-cell.xlsx", 6, 0),
        ("n02b-household-row-simple.xlsx", 9, 0),
        ("n05-two-halves.xlsx", 8, 0),
        ("n10-village-section-rows.xlsx", 9, 0),
        ("五角湖村上下两段.xlsx", 16, 0),
        ("大莲花村（划掉的不去）.xlsx", 20, 0),
        ("新立村.csv", 20, 0),
        ("松山村左右两栏.xlsx", 30, 0),
        ("返岗家庭登记（含孩子）.xlsx", 27, 0),
    ],
)
def test_everybody_is_there(name: str, accepted: int, rejected: int) -> None:
    report = read(name).report
    assert (len(report.accepted), len(report.rejected), report.unread) == (accepted, rejected, ())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("c03-biff5-cp936.xls", "file-type-unsupported"),
        ("c09-html-center-first.xls", "file-type-unsupported"),
        ("n04b-forms-stacked.xlsx", "form-per-person"),
        ("n14-sheet-named-by-id.xlsx", "form-per-person"),
    ],
)
def test_what_is_no_list_is_named(name: str, code: str) -> None:
    checked = read(name)
    error = checked.report.file_error
    assert error is not None
    assert error.code == code
    said = "\n".join(describe(checked, error_list=None)) + repr(checked.to_json(include_ids=True))
    assert "211221197001101001" not in said


def test_an_extra_comma_is_an_error_of_its_row() -> None:
    (row,) = read("a01b-extra-comma-silent.csv").report.rejected
    assert (row.row, [error.code for error in row.errors]) == (4, [RowCode.ROW_RAGGED])
    assert "8格" in row.errors[0].get_message()
    assert "7格" in row.errors[0].get_message()


def test_a_second_table_has_its_own_order() -> None:
    values = list_values("a02-second-table-other-order.csv", "employer", "destination")
    assert set(values) == {("苏州示例电子有限公司", "江苏苏州")}


def test_an_example_is_named() -> None:
    ignored = read("a03-example-row.csv").report.ignored
    assert [(row.row, row.reason) for row in ignored] == [(2, IgnoredReason.EXAMPLE_ROW)]


def test_villages_go_down_and_that_is_told_once() -> None:
    checked = read("a04-csv-from-merged.csv")
    villages = [row.record.village for row in checked.report.accepted]
    assert villages == ["东兴村"] * 3 + ["新立村"] * 3
    lines = [line for line in describe(checked, error_list=None) if "沿用上一行" in line]
    assert len(lines) == 1
    assert "4 行" in lines[0]


def test_private_characters_are_those_that_are_meant() -> None:
    assert list_values("d01-pua-two-codepoints.xlsx", "name") == ["马䶮", "李㭎"]


def test_marks_mean_what_stands_above() -> None:
    fields = ("village", "destination", "employer", "departure_date")
    day = date(2020, 3, 26)
    full = ("东兴村", "江苏苏州", "苏州示例电子有限公司", day)
    assert list_values("d09-ditto.csv", *fields)[:3] == [full] * 3
    assert list_values("d09-ditto.csv", "village", "employer")[3] == (full[0], full[2])


def test_two_columns_of_one_heading_are_two_phones() -> None:
    values = list_values("f01-same-heading-twice.csv", "phone", "other_phones")
    assert values[0] == ("15400001000", ("15400009000",))


def test_phonetic_guides_are_no_text() -> None:
    values = list_values("f04-phonetic-far-cell.xlsx", "name", "destination")
    assert values[0] == ("王国强", "江苏苏州")


def test_sections_are_villages() -> None:
    checked = read("n10-village-section-rows.xlsx")
    villages = [row.record.village for row in checked.report.accepted]
    assert villages == ["东兴村"] * 3 + ["新立村"] * 3 + ["大台村"] * 3


def test_household_members_are_people() -> None:
    report = read("n02b-household-row-simple.xlsx").report
    assert [row.record.name for row in report.accepted][:3] == ["王国强", "李秀英", "张建军"]
    assert {row.record.destination for row in report.accepted} == {"江苏苏州"}
    assert WarningCode.HOUSEHOLD_ROWS in [warning.code for warning in report.file_warnings]


def test_children_have_the_head_of_their_household() -> None:
    report = read("返岗家庭登记（含孩子）.xlsx").report
    rows = {row.row: row.record for row in report.accepted}
    children = [row for row, record in rows.items() if record.person_role is not None]
    assert children == list(range(5, 30, 3))
    assert all(rows[row].guardian_id == rows[row - 2].id_number for row in children)


def test_spoken_headings_are_understood_and_told() -> None:
    checked = read("新立村.csv")
    row = checked.report.accepted[0].record
    assert (row.destination, row.departure_date) == ("浙江宁波", date(2020, 3, 28))
    assert any("“去哪”=务工地" in line for line in describe(checked, error_list=None))


def test_nothing_of_it_ends_well_where_people_are_lost() -> None:
    assert choose_exit([read("a01b-extra-comma-silent.csv")]) == 5
    assert choose_exit([read("n10-village-section-rows.xlsx")]) == 0
