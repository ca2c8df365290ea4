"""People outside of what is read are counted, and never shown."""

import pytest

from schemas.roster.cells import RawSheet
from schemas.roster.report import report_to_json
from tests.schemas.roster_factories import HEADINGS, check, make_id, make_phone, make_raw_sheet

FIRST = ("1", "张三", make_id(1), make_phone(1))
OTHER = make_id(9)


@pytest.mark.parametrize(
    ("rows", "place", "people"),
    [
        (((*HEADINGS, "配偶身份证号"), (*FIRST, OTHER)), "column", 1),
        (((*HEADINGS, ""), (*FIRST, f"妻子李四{OTHER}")), "column", 1),
        ((("李四", OTHER, make_phone(9)), HEADINGS, FIRST), "heading", 1),
        (((*HEADINGS, f"李四{OTHER}"), FIRST), "heading", 1),
        ((HEADINGS, FIRST, (f"注：李四{OTHER}也要去",)), "ignored-row", 1),
        (((*HEADINGS, "监护人号"), (*FIRST, make_id(1))), None, 0),
        (((*HEADINGS, "订单号"), (*FIRST, "211221197805123418")), None, 0),
        ((HEADINGS, FIRST), None, 0),
    ],
)
def test_places(rows: tuple[tuple[str, ...], ...], place: str | None, people: int) -> None:
    report = check(make_raw_sheet(*rows))
    found = [(each.place, each.people) for each in report.unread]
    assert found == ([(place, people)] if place else [])
    assert report.is_silent_about_people == (place is not None)
    codes = [warning.code for warning in report.file_warnings]
    assert codes == (["people-unread"] if place else [])
    assert OTHER not in repr(report_to_json(report, include_ids=True))


def test_a_column_left_out_by_hand_is_confirmed() -> None:
    sheet = make_raw_sheet((*HEADINGS, "配偶身份证号"), (*FIRST, OTHER))
    assert check(sheet, mapping={"配偶身份证号": "ignore"}).unread == ()


def test_a_hidden_sheet_is_counted_and_not_loud() -> None:
    hidden = RawSheet("旧表", [(1, [*FIRST]), (2, ["李四", OTHER])], hidden=True)
    report = check(hidden, make_raw_sheet(HEADINGS, ("1", "王五", make_id(3), make_phone(3))))
    assert [(each.place, each.people) for each in report.unread] == [("hidden-sheet", 2)]
    assert not report.is_silent_about_people


def test_the_example_of_a_sheet_of_notes_is_nobody() -> None:
    notes = make_raw_sheet(("姓名", "与证件一致", "张三"), ("号码", "18位", OTHER), name="填表说明")
    report = check(make_raw_sheet(HEADINGS, FIRST), notes)
    assert report.unread == ()
