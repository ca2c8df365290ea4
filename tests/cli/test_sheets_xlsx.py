import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from cli.sheets.opening import open_table
from cli.sheets.refusals import FileRefusedError
from schemas.roster.cells import MergedRange, RawSheet, letter_column
from schemas.roster.codes import Detail, FileCode
from schemas.roster.parsing import parse_rows
from tests.cli.sheet_readings import NOT_AVAILABLE, VALUELESS, make_table, open_sheets, read, refuse
from tests.cli.workbook_factories import (
    make_biff_text,
    make_ods,
    make_ods_row,
    make_raw_xlsx,
    make_row_xml,
    make_sheet_xml,
    make_xls,
    make_xlsx,
)
from tests.schemas.roster_factories import AS_OF


# --- xlsx ----------------------------------------------------------------------------------------
def test_kinds_of_cells_and_row_numbers() -> None:
    rows: list[list[Any]] = [
        [],
        ["姓名", "号码"],
        [],
        ["张三", 15400001234, date(2020, 3, 28), True],
    ]
    assert read(make_xlsx({"花名册": rows})) == {
        2: ["姓名", "号码"],
        4: ["张三", 15400001234.0, date(2020, 3, 28), True],
    }


@pytest.mark.parametrize(
    "data",
    [
        make_xlsx({"a": [[], ["", "", "姓名"]]}),
        make_xls(make_biff_text(1, 2, "姓名")),
        make_ods(
            make_table(
                make_ods_row("<table:table-cell/>"),
                make_ods_row('<table:table-cell table:number-columns-repeated="2"/>', "姓名"),
            )
        ),
    ],
    ids=["xlsx", "xls", "ods"],
)
def test_cells_keep_their_places(data: bytes) -> None:
    (sheet,) = open_table(data).sheets
    places = [
        (number, column)
        for number, cells in sheet.rows
        for column, cell in enumerate(cells)
        if cell == "姓名"
    ]
    assert places == [(2, 2)]


def test_hidden_sheets_are_not_read_and_charts_are_none() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("花名册").write(0, 0, "x")
        book.add_worksheet("旧数据").hide()
        book.add_worksheet("很隐蔽").very_hidden()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=花名册!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)
        merged = book.add_worksheet("合并")
        merged.merge_range(1, 2, 4, 2, "东兴村")
    sheets = open_sheets(buffer.getvalue())
    assert [(sheet.name, sheet.hidden, rows) for sheet, rows in sheets] == [
        ("花名册", False, {1: ["x"]}),
        ("旧数据", True, {}),
        ("很隐蔽", True, {}),
        ("合并", False, {2: ["东兴村"]}),
    ]
    assert sheets[3][0].merged == [MergedRange(2, 2, 5, 2)]


@pytest.mark.parametrize(
    ("attributes", "counts"), [("", False), ('date1904="1"', True), ('date1904="true"', True)]
)
def test_workbooks_that_count_from_1904(attributes: str, counts: bool) -> None:  # noqa: FBT001 - one of the cases
    data = make_raw_xlsx(make_sheet_xml(make_row_xml(1, "a")), workbook_attributes=attributes)
    assert [sheet.counts_from_1904 for sheet, _ in open_sheets(data)] == [counts]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', NOT_AVAILABLE),
        ('<c t="e" r="B2" s="1"><v>#N/A</v></c>', NOT_AVAILABLE),
        ('<c r="B2" t="e"><f>VLOOKUP(A1,C:D,2)</f><v>#N/A</v></c>', NOT_AVAILABLE),
        ('<c r="B2"><f>VLOOKUP(A1,C:D,2)</f></c>', VALUELESS),
        ('<c r="B2"><f>A1</f><v></v></c>', VALUELESS),
        ('<c r="B2"><f>A1</f><v/></c>', VALUELESS),
        ('<c r="B2"><f t="shared" si="0"/></c>', VALUELESS),
        ('<c r="B2" t="str"><f>A1</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>A1</f><v>甲</v></c>', "甲"),
        ('<c r="B2"><f>A1</f><v>5</v></c>', 5.0),
        ('<c r="B2" s="1"/>', None),
    ],
)
@pytest.mark.parametrize(
    "spell",
    [
        lambda xml: xml,
        lambda xml: xml.replace('"', "'"),
        lambda xml: xml.replace(' r="', '\n r="').replace("><", ">\n<"),
        lambda xml: xml.replace('r="', 'r = "').replace("<v>#", "<!-- x --><v>#"),
        lambda xml: (
            xml.replace("</", "</x:")
            .replace("<c ", "<x:c ")
            .replace("<row", "<x:row")
            .replace("<v", "<x:v")
            .replace("<f", "<x:f")
            .replace("<is", "<x:is")
            .replace("<t>", "<x:t>")
            .replace("<sheetData", "<x:sheetData")
            .replace("<worksheet xmlns", "<x:worksheet xmlns:x")
        ),
    ],
    ids=["usual", "quotes", "lines", "spaces", "prefix"],
)
def test_errors_and_formulas_without_a_value(
    cell: str, value: object, spell: Callable[[str], str]
) -> None:
    rows = make_row_xml(1, "姓名", "号码"), make_row_xml(2, "张三", cell)
    expected = {1: ["姓名", "号码"], 2: ["张三"] if value is None else ["张三", value]}
    assert read(make_raw_xlsx(spell(make_sheet_xml(*rows)))) == expected


@pytest.mark.parametrize("reference", ["A1", "A1:XFD1048576", "B7:C9"])
def test_a_wrong_dimension_is_not_believed(reference: str) -> None:
    rows = make_row_xml(1, "姓名", "号码"), make_row_xml(2, "张三", "1")
    xml = make_sheet_xml(*rows, head=f'<dimension ref="{reference}"/>')
    assert read(make_raw_xlsx(xml)) == {1: ["姓名", "号码"], 2: ["张三", "1"]}


def test_cells_without_references_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row>", '<row r="5"><c><v>3</v></c></row>'
    assert read(make_raw_xlsx(make_sheet_xml(*rows))) == {1: [1.0, 2.0], 5: [3.0]}


def test_errors_are_found_across_the_chunks_of_a_large_sheet() -> None:
    count = 30_000
    wrong = {7, 15_000, count - 1}
    rows = (
        make_row_xml(n, "张三", f'<c r="B{n}" t="e"><v>#N/A</v></c>' if n in wrong else "2112")
        for n in range(1, count)
    )
    (sheet,) = open_table(make_raw_xlsx(make_sheet_xml(*rows))).sheets
    assert {number for number, cells in sheet.rows if cells[1] == NOT_AVAILABLE} == wrong


FAR = '<c r="XFD1048576" t="inlineStr"><is><t>{}</t></is></c>'


@pytest.mark.parametrize("text", [" ", "x"])
def test_a_stray_cell_in_the_far_corner_costs_nothing(text: str) -> None:
    rows = (
        make_row_xml(1, "姓名", "日期"),
        make_row_xml(3, "张三", '<c r="B3" t="e"><v>#N/A</v></c>'),
        f'<row r="1048576">{FAR.format(text)}</row>',
    )
    tail = '<mergeCells count="1"><mergeCell ref="A3:A9"/></mergeCells>'
    ((sheet, found),) = open_sheets(make_raw_xlsx(make_sheet_xml(*rows, tail=tail)))
    assert found == {1: ["姓名", "日期"], 3: ["张三", NOT_AVAILABLE]}
    assert sheet.merged == [MergedRange(3, 0, 9, 0)]


@pytest.mark.parametrize("spelling", ['r="{}"', "r='{}'", 'r = "{}"', '\nr="{}"'])
def test_a_far_row_keeps_its_number(spelling: str) -> None:
    far = f"<row {spelling.format(1048576)}><c {spelling.format('F1048576')}><v>43918</v></c></row>"
    data = make_raw_xlsx(make_sheet_xml(make_row_xml(1, "姓名", "日期"), far))
    assert read(data) == {1: ["姓名", "日期"], 1048576: [43918.0]}


def test_dates_and_shared_texts_survive_the_way_around() -> None:
    rows: list[list[Any]] = [["姓名", "日期"], ["刘𬍛 & <合>", date(2020, 3, 28)]]
    rows += [[]] * 399_998 + [["张三", date(2020, 4, 1), *[""] * 30, "AG"]]
    assert read(make_xlsx({"花名册": rows})) == {
        1: ["姓名", "日期"],
        2: ["刘𬍛 & <合>", date(2020, 3, 28)],
        400_001: ["张三", date(2020, 4, 1), "AG"],
    }


def test_a_diagonal_that_no_reader_could_hold_is_refused() -> None:
    def name(place: int) -> str:
        return f"{letter_column(place % 1024)}{place + 1}"

    rows = (f'<row r="{n + 1}"><c r="{name(n)}"><v>1</v></c></row>' for n in range(40_000))
    data = make_raw_xlsx(make_sheet_xml(*rows))
    assert refuse(lambda: list(open_table(data).sheets)) == (
        FileCode.FILE_TOO_LARGE,
        Detail.CELL_EXTENT,
    )


@pytest.mark.parametrize(
    "sheet_xml",
    [
        '<!DOCTYPE x [<!ENTITY a "aa">]>' + make_sheet_xml(make_row_xml(1, "&a;")),
        make_sheet_xml(make_row_xml(1, "a")).encode("utf-16"),
        b" " * 1_048_560 + b"<!DOCTYPE x []>" + make_sheet_xml().encode(),
    ],
)
def test_unsafe_xml_is_refused(sheet_xml: str | bytes) -> None:
    data = make_raw_xlsx(sheet_xml)
    assert refuse(lambda: list(open_table(data).sheets)) == (
        FileCode.FILE_CORRUPT,
        Detail.UNSAFE,
    )


@pytest.mark.parametrize("sheet_xml", ["<worksheet><sheetData><row", "<worksheet", "x"])
def test_broken_xml_holds_no_row(sheet_xml: str) -> None:
    """Whether the reader says so or gives nothing, nobody is made up."""
    report = parse_rows(_read_or_refuse(make_raw_xlsx(sheet_xml)), as_of=AS_OF)
    assert report.file_error is not None
    assert report.file_error.code is FileCode.FILE_EMPTY


def _read_or_refuse(data: bytes) -> list[RawSheet]:
    try:
        return list(open_table(data).sheets)
    except FileRefusedError:
        return []
