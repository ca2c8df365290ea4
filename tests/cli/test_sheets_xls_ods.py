import struct

import pytest

from cli.sheets.opening import FileKind, Table, open_table
from schemas.roster.cells import CellError, CellKind, MergedRange
from schemas.roster.codes import Detail, FileCode
from tests.cli.sheet_readings import NOT_AVAILABLE, VALUELESS, make_table, open_sheets, read, refuse
from tests.cli.workbook_factories import (
    make_biff_error,
    make_biff_formula_error,
    make_biff_number,
    make_biff_record,
    make_biff_text,
    make_ods,
    make_ods_row,
    make_ole,
    make_xls,
    make_xlsx,
)

# --- xls -----------------------------------------------------------------------------------------
PEOPLE = (make_biff_text(0, 0, "姓名"), make_biff_text(1, 0, "张三"))


def test_an_xls_with_numbers_and_errors() -> None:
    data = make_xls(
        *PEOPLE,
        make_biff_number(1, 1, 2.11221197805123e17),
        make_biff_error(2, 0, 0x2A),
        make_biff_formula_error(2, 1, 0x07),
    )
    table = open_table(data)
    assert table.kind is FileKind.XLS
    assert read(data) == {
        1: ["姓名"],
        2: ["张三", 2.11221197805123e17],
        3: [NOT_AVAILABLE, CellError(CellKind.ERROR, "#DIV/0!")],
    }


def test_an_xls_that_counts_from_1904() -> None:
    data = make_xls(*PEOPLE, before_sheets=make_biff_record(0x22, b"\x01\x00"))
    assert [sheet.counts_from_1904 for sheet, _ in open_sheets(data)] == [True]


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (
            make_xls(*PEOPLE, before_sheets=make_biff_record(0x2F, bytes(6))),
            FileCode.FILE_ENCRYPTED,
            None,
        ),
        (
            make_ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
            FileCode.FILE_ENCRYPTED,
            None,
        ),
        (make_ole({"WordDocument": b"x"}), FileCode.FILE_TYPE_UNSUPPORTED, Detail.WORD),
        (
            make_ole({"PowerPoint Document": b"x"}),
            FileCode.FILE_TYPE_UNSUPPORTED,
            Detail.PRESENTATION,
        ),
        (make_ole({"Thumbs": b"x"}), FileCode.FILE_TYPE_UNSUPPORTED, Detail.OTHER),
        (make_ole({"Workbook": b""}), FileCode.FILE_CORRUPT, Detail.TRUNCATED),
        (
            make_xls(make_biff_record(0x200, struct.pack("<IIHH2x", 0, 2**31, 0, 4)), *PEOPLE),
            FileCode.FILE_CORRUPT,
            Detail.UNSAFE,
        ),
        (
            make_xls(make_biff_record(0x200, struct.pack("<IIHH2x", 0, 4, 0, 257)), *PEOPLE),
            FileCode.FILE_CORRUPT,
            Detail.UNSAFE,
        ),
        (
            make_xls(make_biff_record(0x200, struct.pack("<IIHH2x", 5, 4, 0, 4)), *PEOPLE),
            FileCode.FILE_CORRUPT,
            Detail.UNSAFE,
        ),
        (
            make_xls(before_sheets=make_biff_record(0xFC, struct.pack("<II", 1, 2**31))),
            FileCode.FILE_CORRUPT,
            Detail.UNSAFE,
        ),
        (make_xls(*PEOPLE)[:700], FileCode.FILE_CORRUPT, Detail.TRUNCATED),
        (make_xls(*PEOPLE)[:40], FileCode.FILE_CORRUPT, Detail.TRUNCATED),
        (
            make_xls(*PEOPLE, make_biff_text(65_535, 255, "x")),
            FileCode.FILE_TOO_LARGE,
            Detail.CELL_EXTENT,
        ),
    ],
)
def test_what_is_refused_of_ole(data: bytes, code: FileCode, detail: Detail | None) -> None:
    assert refuse(lambda: list(open_table(data).sheets)) == (code, detail)


# --- ods -----------------------------------------------------------------------------------------
ERROR = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
    'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)
NUMBER = '<table:table-cell office:value-type="float" office:value="2.11221197805123E17"/>'
SPANNED = (
    '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
    "<text:p>东兴村</text:p></table:table-cell>"
)


def test_an_ods() -> None:
    data = make_ods(
        make_table(make_ods_row("旧"), name="旧数据", attributes='table:style-name="hidden"'),
        make_table(
            make_ods_row("姓名", "号码"),
            make_ods_row("<table:table-cell/>", attributes='table:number-rows-repeated="3"'),
            make_ods_row(SPANNED, NUMBER, ERROR),
            make_ods_row(
                "<table:covered-table-cell/>", '<table:table-cell table:formula="of:=A1"/>'
            ),
            make_ods_row(
                '<table:table-cell table:number-columns-repeated="16384"/>',
                attributes='table:number-rows-repeated="1048000"',
            ),
        ),
    )
    assert open_table(data).kind is FileKind.ODS
    (hidden, _), (sheet, rows) = open_sheets(data)
    assert (hidden.name, hidden.hidden, sheet.merged) == ("旧数据", True, [MergedRange(5, 0, 6, 0)])
    assert rows == {
        1: ["姓名", "号码"],
        5: ["东兴村", 2.11221197805123e17, CellError(CellKind.ERROR, "#DIV/0!")],
        6: [VALUELESS],
    }


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (
            make_ods_row(
                '<table:table-cell office:value-type="string" '
                'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>',
                attributes='table:number-rows-repeated="1048576"',
            ),
            FileCode.FILE_TOO_LARGE,
        ),
        (
            make_ods_row("x", attributes='table:number-rows-repeated="99999999999999999999"'),
            FileCode.FILE_CORRUPT,
        ),
        ("<table:table-row", FileCode.FILE_CORRUPT),
    ],
)
def test_what_is_refused_of_ods(row: str, code: FileCode) -> None:
    data = make_ods(make_table(row))
    assert refuse(lambda: list(open_table(data).sheets))[0] is code


def test_opening_is_lazy() -> None:
    assert isinstance(open_table(make_xlsx({"a": [["x"]]})), Table)
