"""What fuzzing has found, as small as it goes."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import pytest

from cli.sheets.opening import open_table
from schemas.roster.codes import Detail, FileCode
from tests.cli.sheet_readings import read, refuse
from tests.cli.workbook_factories import (
    make_biff_record,
    make_biff_text,
    make_ods,
    make_ods_row,
    make_raw_xlsx,
    make_row_xml,
    make_sheet_xml,
    make_xls,
    make_zip,
)

# The beginning of a sheet, as make_xls writes it.
_SHEET = struct.pack("<HHHH", 0x809, 16, 0x0600, 0x0010)
BOOK = make_raw_xlsx(make_sheet_xml(make_row_xml(1, "姓名")))
SPREADSHEET = make_ods(f'<table:table table:name="a">{make_ods_row("姓名")}</table:table>')


def unpack(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def declare(data: bytes, part: str, encoding: str) -> bytes:
    """The same zip, one part of which says that it is encoded otherwise."""
    parts = unpack(data)
    words = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    return make_zip({**parts, part: words + parts[part]})


@pytest.mark.parametrize("encoding", ["utf-9", "U99999999999s", "gb18030", "utf-16", "latin-1"])
@pytest.mark.parametrize(
    ("data", "part"),
    [
        (BOOK, "xl/workbook.xml"),
        (BOOK, "xl/_rels/workbook.xml.rels"),
        (BOOK, "xl/worksheets/sheet1.xml"),
        (SPREADSHEET, "content.xml"),
    ],
)
def test_xml_is_utf8_whatever_it_says(data: bytes, part: str, encoding: str) -> None:
    assert read(declare(data, part, encoding)) == {1: ["姓名"]}


@pytest.mark.parametrize("before", ["", "<!-- x -->"], ids=["patterns", "parser"])
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B110485761"><v>1</v></c>',
        '<c r="ABCD2"><v>1</v></c>',
        '<c r="XFDXFDXFD99999999999"><v>1</v></c>',
        f'<c r="A{"9" * 5_000}"><v>1</v></c>',
        '</row><row r="110485761"><c><v>1</v></c>',
        f'</row><row r="{"9" * 5_000}"><c><v>1</v></c>',
    ],
)
def test_a_cell_where_no_sheet_has_one_is_refused(before: str, cell: str) -> None:
    """calamine would reserve memory as far as that, and abort. A comment asks for the parser."""
    data = make_raw_xlsx(make_sheet_xml(before, make_row_xml(1, "姓名", cell)))
    assert refuse(lambda: list(open_table(data).sheets)) == (FileCode.FILE_CORRUPT, Detail.UNSAFE)


@pytest.mark.parametrize("number", ["²", "-1", ""])
def test_the_number_of_a_row_is_ascii_digits(number: str) -> None:
    odd = f'<row r="{number}"><c r="A3"><v>1</v></c></row>'
    data = make_raw_xlsx(make_sheet_xml("<!-- x -->", make_row_xml(1, "姓名"), odd))
    assert refuse(lambda: list(open_table(data).sheets)) == (FileCode.FILE_CORRUPT, Detail.UNSAFE)


@pytest.mark.parametrize("bounds", [(6, 5, 17, 75), (0, 0xFFFF, 0, 257), (0, 1, 9, 3)])
def test_bounds_of_an_old_workbook_are_not_believed(bounds: tuple[int, int, int, int]) -> None:
    """Ten bytes, as before Excel 97: calamine would reserve terabytes for them and abort."""
    record = make_biff_record(0x200, struct.pack("<HHHHH", *bounds, 0))
    data = make_xls(record, make_biff_text(0, 0, "姓名"))
    assert refuse(lambda: list(open_table(data).sheets)) == (FileCode.FILE_CORRUPT, Detail.UNSAFE)


@pytest.mark.parametrize(
    "hidden",
    [
        # Instead of the sheet's beginning, inside something that looks like another, and in a chart.
        lambda cell: make_xls(cell).replace(_SHEET, b"\x03\x02" + _SHEET[2:]),
        lambda cell: make_xls(make_biff_record(0x909, bytes(16)), cell),
        lambda cell: make_xls(make_biff_record(0x809, bytes(16)), cell, make_biff_record(0x0A)),
    ],
    ids=["no beginning", "false beginning", "chart"],
)
def test_cells_of_an_old_workbook_are_not_hidden(hidden: Callable[[bytes], bytes]) -> None:
    """calamine finds them wherever they are, and makes room for all cells up to the furthest."""
    data = hidden(make_biff_text(60_000, 60_000, "x"))
    code, _ = refuse(lambda: list(open_table(data).sheets))
    assert code in (FileCode.FILE_TOO_LARGE, FileCode.FILE_CORRUPT)


@pytest.mark.parametrize(
    "promise",
    [
        'uniqueCount="114294967296">',
        "uniqueCount='99999999'/>",
        f'uniqueCount{" " * 200}= "99999999">',
        f'{" " * 1_048_500}uniqueCount="99999999">',
        f'{" " * 1_048_520}uniqueCount{" " * 99}="99999999">',
    ],
)
def test_promised_texts_are_not_believed(promise: str) -> None:
    """calamine makes room for as many, and aborts."""
    parts = {"xl/sharedStrings.xml": f"<sst {promise}", **unpack(BOOK)}
    found = refuse(lambda: list(open_table(make_zip(parts)).sheets))
    assert found == (FileCode.FILE_CORRUPT, Detail.UNSAFE)
