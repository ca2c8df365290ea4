import pytest

from schemas.roster.cells import MergedRange, RawCell, RawSheet
from schemas.roster.codes import FileCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.report import WHOLE_SHEET
from tests.schemas.roster_factories import (
    HEADINGS,
    check,
    make_id,
    make_person,
    make_phone,
    make_raw_sheet,
    make_sheet,
)

PERSON = ("1", "张三", make_id(1), make_phone(1))
OTHER = ("2", "李四", make_id(2), make_phone(2))


def get_header_row(*rows: tuple[RawCell, ...]) -> int | str:
    report = check(make_raw_sheet(*rows))
    return report.file_error.code if report.file_error else report.sheets[0].header.row


def test_the_header_may_stand_below_titles_and_blank_rows() -> None:
    title = ("铁岭县外出务工人员返岗登记表",)
    filler = ("填报单位:凡河镇", "", "填报日期:2020年3月24日")
    assert get_header_row(title, filler, (), HEADINGS, PERSON) == 4


@pytest.mark.parametrize(("titles", "found"), [(19, 20), (20, FileCode.HEADER_NOT_FOUND)])
def test_the_header_is_within_the_first_twenty_non_blank_rows(
    titles: int, found: int | FileCode
) -> None:
    assert get_header_row(*[("说明",)] * titles, HEADINGS, PERSON) == found


def test_blank_rows_do_not_count() -> None:
    assert get_header_row(*[()] * 50, ("说明",), HEADINGS, PERSON) == 52


def test_nothing_is_read_beyond_the_rows_searched() -> None:
    def rows() -> object:
        yield from ((number, ["文字"]) for number in range(1, 21))
        pytest.fail("read on")

    report = check(RawSheet("Sheet1", rows()), make_sheet(make_person()))  # type: ignore[arg-type]  # a generator of rows
    assert report.sheets_read == ["花名册"]


def test_a_group_line_above_the_headings() -> None:
    report = check(
        make_raw_sheet(
            ("基本信息", "", "", "", "监护人", ""),
            (*HEADINGS, "姓名", "身份证号"),
            (*PERSON, "王五", make_id(9)),
            merged=[MergedRange(1, 0, 1, 3), MergedRange(1, 4, 1, 5)],
        )
    )
    header = report.sheets[0].header
    assert (header.row, header.places) == (
        2,
        {
            Field.SERIAL: 0,
            Field.NAME: 1,
            Field.ID_NUMBER: 2,
            Field.PHONE: 3,
            Field.GUARDIAN_ID: 5,
        },
    )
    assert report.accepted[0].record.guardian_id == make_id(9)


def test_a_title_above_the_headings_is_no_group() -> None:
    report = check(
        make_raw_sheet(
            ("单位(盖章):凡河镇 联系人:合成", "", "", ""),
            HEADINGS,
            PERSON,
            merged=[MergedRange(1, 0, 1, 3)],
        )
    )
    assert [row.record.name for row in report.accepted] == ["张三"]


TWO_LINES = (
    (*HEADINGS, "务工地", "", ""),
    ("", "", "", "", "省", "市", "县"),
    (*PERSON, "辽宁省", "大连市", "金州区"),
    (*OTHER, "北京市", "北京市", ""),
)


@pytest.mark.parametrize(
    "merged",
    [
        [MergedRange(1, 4, 1, 6), *(MergedRange(1, place, 2, place) for place in range(4))],
        [],
    ],
    ids=["merged", "merged ranges unknown"],
)
def test_a_second_line_under_a_group(merged: list[MergedRange]) -> None:
    report = check(make_raw_sheet(*TWO_LINES, merged=merged))
    assert report.sheets[0].header.row == 2
    assert [row.record.destination for row in report.accepted] == ["辽宁省大连市金州区", "北京市"]


def test_a_first_person_is_no_second_line() -> None:
    headings = (*HEADINGS, "备注", "")
    report = check(make_raw_sheet(headings, (*PERSON, "", "同行"), OTHER))
    assert [row.row for row in report.accepted] == [2, 3]


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (("序号", "姓名", "身份证号"), FileCode.REQUIRED_COLUMN_MISSING),
        (("序号", "姓名", "手机号码"), FileCode.REQUIRED_COLUMN_MISSING),
        (("序号", "身份证号", "手机号码"), FileCode.REQUIRED_COLUMN_MISSING),
        (("性别", "民族", "乡镇", "村"), FileCode.REQUIRED_COLUMN_MISSING),
        (("村", "人数", "电话"), FileCode.HEADER_NOT_FOUND),
        ((*HEADINGS, "身份证号码"), FileCode.DUPLICATE_COLUMN),
        ((*HEADINGS, "联系电话"), FileCode.DUPLICATE_COLUMN),
        (HEADINGS, FileCode.NO_DATA_ROWS),
    ],
)
def test_headers_that_refuse_the_file(headings: tuple[str, ...], code: FileCode) -> None:
    report = check(make_raw_sheet(headings))
    assert report.file_error is not None
    assert (report.file_error.code, report.accepted, report.sheets_read) == (code, [], [])


def test_the_message_names_the_columns() -> None:
    twice = check(make_raw_sheet((*HEADINGS, "身份证号码"))).file_error
    assert twice is not None
    assert twice.get_message() == (
        "表“花名册”有两列都是“身份证号”：C列“身份证号”、E列“身份证号码”。"
        "请删掉多余的一列，或用 --map '列名=ignore' 不读其中一列。"
    )


def test_two_serial_columns_do_no_harm() -> None:
    report = check(make_raw_sheet((*HEADINGS, "编号"), (*PERSON, "7")))
    assert len(report.accepted) == 1


def test_mapping_by_hand() -> None:
    rows = (("序号", "姓名", "身份证号", "联系方法", "身份证号码"), (*PERSON, "旧号"))
    sheet = make_raw_sheet(*rows)
    report = check(sheet, mapping={"联系 方法": "phone", "身份证号码": "ignore"})
    assert report.file_error is None
    assert (report.accepted[0].record.phone, report.sheets[0].header.unused) == (
        make_phone(1),
        ("身份证号码",),
    )


def test_a_column_mapped_by_hand_wins() -> None:
    rows = ((*HEADINGS, "备用电话"), (*PERSON, make_phone(5)))
    report = check(make_raw_sheet(*rows), mapping={"备用电话": "phone"})
    assert report.accepted[0].record.phone == make_phone(5)


def test_sheets() -> None:
    report = check(
        make_sheet(make_person(1), name="东兴村"),
        RawSheet("旧数据", (), hidden=True),
        make_raw_sheet(("1. 身份证号请设为文本格式",), name="填表说明"),
        make_raw_sheet(name="Sheet3"),
        make_sheet(make_person(2), name="b.xlsx/向阳社区", own_name="向阳社区"),
        make_sheet(make_person(3), name="花名册"),
        make_sheet(make_person(4, 村="红旗村"), name="榆树村"),
    )
    assert report.sheets_read == ["东兴村", "b.xlsx/向阳社区", "花名册", "榆树村"]
    assert [tuple(warning) for warning in report.file_warnings] == [
        ("旧数据", WarningCode.HIDDEN_SHEET_IGNORED),
        ("填表说明", WarningCode.SHEET_IGNORED),
        ("Sheet3", WarningCode.SHEET_IGNORED),
    ]
    villages = [row.record.village for row in report.accepted]
    assert villages == ["东兴村", "向阳社区", None, "红旗村"]


@pytest.mark.parametrize(
    ("cells", "headless"),
    [
        ((*PERSON,), ("新立村",)),
        (("1", "李四", make_id(5).lower(), "月底"), ("新立村",)),
        (("李四", make_id(5)[:-1], "月底"), ()),
        (("共 20 人", 20, 211_221_197_805_120_013.0), ()),
    ],
)
def test_people_without_a_header_are_told(
    cells: tuple[RawCell, ...], headless: tuple[str, ...]
) -> None:
    """Their sheet is passed over, as any without a header is."""
    report = check(make_sheet(make_person(1)), make_raw_sheet(cells, name="新立村"))
    passed_over = tuple(each.sheet for each in report.unread if each.place == WHOLE_SHEET)
    assert passed_over == headless
    assert (len(report.accepted), len(report.file_warnings)) == (1, 1)


def test_a_summary_beside_the_rosters_is_no_roster() -> None:
    summary = make_raw_sheet(("乡镇", "村", "联系电话", "备注"), ("凡河镇", "东兴村"), name="汇总")
    report = check(summary, make_sheet(make_person()))
    assert (report.file_error, report.sheets_read) == (None, ["花名册"])
    assert [tuple(w) for w in report.file_warnings] == [("汇总", WarningCode.SHEET_IGNORED)]
    alone = check(summary).file_error
    assert alone is not None
    assert (alone.code, alone.fields[0]) == (FileCode.REQUIRED_COLUMN_MISSING, Field.NAME)


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ([make_raw_sheet()], FileCode.FILE_EMPTY),
        ([make_raw_sheet(("", " ", "\u200b", None))], FileCode.FILE_EMPTY),
        ([], FileCode.FILE_EMPTY),
        ([make_raw_sheet(PERSON, OTHER)], FileCode.HEADER_NOT_FOUND),
        ([make_raw_sheet(HEADINGS, ("合计", "0人"))], FileCode.NO_DATA_ROWS),
    ],
)
def test_files_without_people(sheets: list[RawSheet], code: FileCode) -> None:
    report = check(*sheets)
    assert report.file_error is not None
    assert report.file_error.code is code


def test_a_file_error_keeps_the_warnings_about_sheets() -> None:
    report = check(RawSheet("旧数据", (), hidden=True), make_raw_sheet(HEADINGS))
    assert [warning.sheet for warning in report.file_warnings] == ["旧数据"]


def test_values_are_filled_down_inside_merged_ranges_only() -> None:
    people = [
        make_person(1, 村="东兴村", 手机号码=make_phone(1)),
        make_person(2, 村=None, 手机号码=None),
        make_person(3, 村=None),
    ]
    report = check(make_sheet(*people, merged=[MergedRange(2, 4, 3, 4), MergedRange(2, 1, 4, 1)]))
    assert [row.record.village for row in report.accepted] == ["东兴村", "东兴村", None]
    assert [row.record.phone for row in report.accepted] == [make_phone(1), None, make_phone(3)]


def test_a_name_merged_over_rows_names_one_person() -> None:
    people = [make_person(1), make_person(2, 姓名=None)]
    report = check(make_sheet(*people, merged=[MergedRange(2, 1, 3, 1)]))
    assert [(row.row, row.errors[0].code) for row in report.rejected] == [(3, "name-missing")]
