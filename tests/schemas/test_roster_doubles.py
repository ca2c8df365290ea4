from schemas.roster.cells import CellError, CellKind
from schemas.roster.codes import WarningCode
from schemas.roster.report import RosterReport
from schemas.texts import speaking
from tests.schemas.roster_factories import (
    check,
    check_people,
    get_codes,
    make_id,
    make_person,
    make_phone,
    make_sheet,
)

DUPLICATE = [("id_number", "duplicate-in-file")]
CONFLICT = [("id_number", "id-name-conflict")]


def get_rows(report: RosterReport) -> tuple[list[int], dict[int, str]]:
    """Rows taken, and rows ignored with their reasons."""
    ignored = {row.row: row.reason.value for row in report.ignored}
    return [row.row for row in report.accepted], ignored


def test_the_same_row_again_is_ignored() -> None:
    first = make_person(1, 拟出发日期="2020-04-12", 年龄="41")
    again = first | {"序号": "7", "姓名": "张 三", "拟出发日期": "2020.4.12", "年龄": "42"}
    report = check_people(first, again, first)
    assert get_rows(report) == ([2], {3: "same-row", 4: "same-row"})
    assert report.rejected == []


def test_another_value_is_a_duplicate_and_the_first_is_kept() -> None:
    first = make_person(1, 用工单位="甲厂", 工种="焊工")
    people = (
        first,
        first | {"用工单位": "乙厂", "手机号码": make_phone(9)},
        first | {"工种": ""},
        first,
    )
    report = check_people(*people)
    assert get_rows(report) == ([2], {5: "same-row"})
    assert get_codes(report) == {3: DUPLICATE, 4: DUPLICATE}
    assert report.rejected[0].errors[0].get_message() == (
        "与第2行是同一人，但手机号码、用工单位不同，已保留前一行。请核对后只留一行。"
    )


def test_an_unused_column_is_not_compared() -> None:
    first = make_person(1, 座右铭="天道酬勤")
    assert get_rows(check_people(first, first | {"座右铭": ""})) == ([2], {3: "same-row"})


def test_another_name_refuses_every_row_of_that_id() -> None:
    first = make_person(1)
    report = check_people(first, first, first | {"姓名": "李四"}, make_person(2))
    assert get_rows(report) == ([5], {})
    assert get_codes(report) == {2: CONFLICT, 3: CONFLICT, 4: CONFLICT}
    with speaking("en"):
        said = [row.errors[0].get_message() for row in report.rejected]
    assert said == [
        f"The same identity number (211221********{make_id(1)[-4:]}) has different names, "
        f"see row {row}. None of them is imported: compare with the card."
        for row in (4, 4, 2)
    ]


def test_a_conflict_is_found_on_rows_that_are_wrong_anyway() -> None:
    first = make_person(1, 用工单位="甲厂")
    broken = first | {"姓名": "李四", "用工单位": CellError(CellKind.ERROR, "#N/A")}
    assert get_codes(check_people(first, broken)) == {
        2: CONFLICT,
        3: [*CONFLICT, ("employer", "cell-error")],
    }


def test_the_first_row_without_an_error_is_the_one_that_is_kept() -> None:
    person = make_person(1, 用工单位="甲厂")
    broken = person | {"用工单位": CellError(CellKind.ERROR, "#N/A")}
    report = check_people(broken, person, person)
    assert get_rows(report) == ([3], {4: "same-row"})
    assert get_codes(report) == {2: [("employer", "cell-error")]}


def test_an_unreadable_id_is_nobodys_double() -> None:
    people = [make_person(n, 身份证号="", 姓名=name) for n, name in ((1, "张三"), (2, "李四"))]
    assert get_codes(check_people(*people)) == {
        2: [("id_number", "id-missing")],
        3: [("id_number", "id-missing")],
    }


def test_doubles_are_found_across_sheets() -> None:
    one = make_sheet(make_person(1), name="a.xlsx/东兴村", own_name="东兴村")
    two = make_sheet(make_person(1), name="b.xls/红旗村", own_name="红旗村")
    report = check(one, two)
    assert [(row.sheet, row.row) for row in report.accepted] == [("a.xlsx/东兴村", 2)]
    assert report.rejected[0].errors[0].get_message() == (
        "与“a.xlsx/东兴村”第2行是同一人，但村(社区)不同，已保留前一行。请核对后只留一行。"
    )


def test_a_phone_of_three_people_is_a_warning_on_each() -> None:
    shared = {"手机号码": make_phone(1)}
    people = [
        make_person(1, **shared),
        make_person(2),
        make_person(3, **shared),
        make_person(4, **shared, 姓名="王"),
        make_person(1, **shared),
    ]
    assert check_people(*people).warnings == []
    report = check_people(*people, make_person(5, **shared, 性别="女"))
    assert get_codes(report) == {
        2: [("phone", WarningCode.PHONE_SHARED)],
        4: [("phone", WarningCode.PHONE_SHARED)],
        5: [("name", "name-invalid")],
        7: [("phone", WarningCode.PHONE_SHARED), ("gender", WarningCode.GENDER_MISMATCH)],
    }
