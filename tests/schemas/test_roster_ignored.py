import pytest

from schemas.roster.cells import RawCell
from tests.schemas.roster_factories import (
    HEADINGS,
    check,
    make_id,
    make_phone,
    make_raw_sheet,
)

FIRST = ("1", "张三", make_id(1), make_phone(1))
LAST = ("9", "李四", make_id(2), make_phone(2))


def get_reasons(*rows: tuple[RawCell, ...]) -> dict[int, str]:
    """Rows between two people: row → reason, or the codes of a row taken for a person's."""
    report = check(make_raw_sheet(("登记表",), HEADINGS, FIRST, *rows, LAST))
    reasons = {row: reason.value for _, row, reason in report.ignored}
    people = {r.row: " ".join(e.code for e in r.errors) for r in report.rejected}
    taken = {row: "accepted" for _, row, _ in report.accepted if row > 3}
    del taken[max(taken)]
    return dict(sorted((reasons | people | taken).items()))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((), "blank-row"),
        (("", " ", "\u3000", "\u200b"), "blank-row"),
        ((None, None), "blank-row"),
        (("7",), "blank-row"),
        ((7.0, "", "", ""), "blank-row"),
        (("合计", "9人"), "total-row"),
        (("", "小计", "3人"), "total-row"),
        (("小计:3人",), "total-row"),
        (("总 计", "", "6"), "total-row"),
        (("东兴村合计：12人",), "total-row"),
        (("本页小计", "", "", "12"), "total-row"),
        (("5", "合计", "12"), "total-row"),
        (("填表人:合成", "", "", "审核人:合成"), "footer-row"),
        (("审核人（签字）：",), "footer-row"),
        (("注:1.身份证号必须为18位;2.每人一行。",), "footer-row"),
        (("注1：每人一行",), "footer-row"),
        (("备注：无",), "footer-row"),
        (("说明",), "footer-row"),
        (("", "填报单位（盖章）：凡河镇", "", "2020-03-24"), "footer-row"),
        (("2020年3月24日",), "footer-row"),
        (("   年  月  日",), "footer-row"),
        (("请各村于3月25日前上报",), "footer-row"),
        (("", "请各村于3月25日前上报"), "name-invalid id-missing"),
        (("凡河镇",), "name-missing id-missing"),
        (("以上共12人",), "total-row"),
        (("共12名。",), "total-row"),
        (HEADINGS, "repeated-header"),
        (("编号", "姓 名", "身份证号码", "电话"), "repeated-header"),
        (("登记表",), "repeated-header"),
        (("合计", "王合计", make_id(5), make_phone(5)), "accepted"),
        (("注：", "赵六", make_id(5), make_phone(5)), "accepted"),
        (("", "赵六", "", ""), "id-missing"),
        (("", "", make_id(5), ""), "name-missing"),
        (("5", "", "", make_phone(5)), "name-missing id-missing"),
        (("合计", "赵六", 2.11221197805e17, ""), "number-precision-lost"),
        (("合计", "赵六", "2.11221E+17", ""), "number-precision-lost"),
        (("5", "赵六", "2112", make_phone(5)), "id-format"),
    ],
)
def test_rows(row: tuple[RawCell, ...], reason: str) -> None:
    assert get_reasons(row) == {4: reason}


def test_blank_rows_at_the_end_are_not_listed() -> None:
    rows = (HEADINGS, FIRST, (), LAST, (), ("", " "), ("8",))
    report = check(make_raw_sheet(*rows))
    assert [(row.row, row.reason) for row in report.ignored] == [(3, "blank-row")]


def test_blank_rows_before_a_total_are_listed() -> None:
    report = check(make_raw_sheet(HEADINGS, FIRST, (), ("合计", "1人"), ()))
    assert [(row.row, row.reason) for row in report.ignored] == [
        (3, "blank-row"),
        (4, "total-row"),
    ]


@pytest.mark.parametrize(("gap", "listed"), [(1_000, 1_000), (1_001, 0)])
def test_a_long_empty_stretch_is_no_list_of_blank_rows(gap: int, listed: int) -> None:
    sheet = make_raw_sheet(HEADINGS, FIRST)
    far = type(sheet)(sheet.name, [*sheet.rows, (3 + gap, LAST)])
    report = check(far)
    assert (len(report.accepted), len(report.ignored)) == (2, listed)
