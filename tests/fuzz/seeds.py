"""Small files to begin with, one or more of every kind, made here; and the acceptance examples where
they are beside the checkout.
"""

import codecs
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from tests.cli.sheet_readings import make_table
from tests.cli.workbook_factories import (
    make_biff_error,
    make_biff_formula_error,
    make_biff_number,
    make_biff_record,
    make_biff_text,
    make_ods,
    make_ods_row,
    make_raw_xlsx,
    make_row_xml,
    make_sheet_xml,
    make_xls,
    make_xlsx,
    make_zip,
)
from tests.schemas.roster_factories import make_id, make_phone

_SAMPLES: Final = Path(__file__).parents[3] / "shared" / "samples" / "rosters"
_LARGEST_SAMPLE: Final = 64 * 1024
_HEADINGS: Final = ["序号", "姓名", "性别", "身份证号", "手机号码", "拟出发日期", "备注"]
_ROWS: Final[list[list[Any]]] = [
    ["凡河镇务工人员返岗花名册"],
    [],
    _HEADINGS,
    [1, "张三", "男", make_id(1), make_phone(1), date(2020, 3, 28), ""],
    [2, "阿依古丽·买买提", "女", make_id(2), 15400000002, "3月底", "=1+1"],
    [3, "李四", "男", 2.11221197805123e17, f"{make_phone(3)}/024-74840000", 43918, ""],
    [4, "王五", "男", 211221780512341, "同上", "待定", "x"],
    ["合计", 4],
    ["填表人：张三", "", "", "审核人："],
]
_FAR: Final = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
_CELLS: Final = (
    '<c r="B2" t="e"><v>#N/A</v></c>',
    '<c r="C2"><f>VLOOKUP(A1,C:D,2)</f></c>',
    '<c r="D2"><v>1E999</v></c>',
    '<c r="E2" t="s"><v>0</v></c>',
    '<c r="F2" t="d"><v>2020-03-28T00:00:00</v></c>',
    '<c r="G2" t="b"><v>1</v></c>',
)


def make_seeds() -> dict[str, bytes]:
    """By name. Nobody in them exists."""
    texts = "\r\n".join(",".join(map(str, row)) for row in _ROWS)
    book = make_xlsx({"东兴村": _ROWS})
    old = make_xls(*_make_records(), before_sheets=make_biff_record(0x22, b"\x01\x00"))
    xml = make_sheet_xml(make_row_xml(1, *_HEADINGS), make_row_xml(2, "张三", *_CELLS), _FAR)
    return {
        "book.xlsx": book,
        "formats.xlsx": _make_formatted(),
        "raw.xlsx": make_raw_xlsx(xml, workbook_attributes='date1904="1"'),
        "old.xls": old,
        "open.ods": make_ods(_make_ods_table()),
        "utf8.csv": codecs.BOM_UTF8 + texts.encode(),
        "gbk.csv": texts.encode("gb18030"),
        "utf16.csv": texts.replace(",", "\t").encode("utf-16"),
        "sep.csv": b"sep=;\n" + texts.replace(",", ";").encode(),
        "bundle.zip": make_zip({"东兴村.xlsx": book, "旧.xls": old, "a.csv": texts.encode("gbk")}),
    } | dict(_list_samples())


def _list_samples() -> Iterator[tuple[str, bytes]]:
    for path in sorted(_SAMPLES.glob("s*")) if _SAMPLES.is_dir() else ():
        if path.stat().st_size <= _LARGEST_SAMPLE:
            yield path.name, path.read_bytes()


def _make_formatted() -> bytes:
    """Merged cells, hidden sheets, shared texts, formulas, dates of several formats."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy/m/d"}) as book:
        sheet = book.add_worksheet("红旗村")
        sheet.merge_range(0, 0, 0, 4, "花名册")
        sheet.write_row(1, 0, ["姓名", "身份证号", "电话", "村", "出发日期"])
        sheet.write_row(2, 0, ["张三", make_id(5), make_phone(5)])
        sheet.merge_range(2, 3, 3, 3, "红旗村")
        sheet.write_row(3, 0, ["李四", make_id(6), make_phone(6)])
        sheet.write_datetime(2, 4, date(2020, 3, 28))  # type: ignore[arg-type]  # dates are taken
        sheet.write_formula(3, 4, "=E3+1", None, 43919)
        book.add_worksheet("旧数据").hide()
    return buffer.getvalue()


def _make_records() -> list[bytes]:
    people = [
        make_biff_text(row, column, str(cell))
        for row, cells in enumerate(_ROWS)
        for column, cell in enumerate(cells)
    ]
    people.append(make_biff_number(4, 3, 2.11221197805123e17))
    return [*people, make_biff_error(5, 4, 0x2A), make_biff_formula_error(6, 4, 0x07)]


def _make_ods_table() -> str:
    rows = [make_ods_row(*map(str, row)) for row in _ROWS[2:6]]
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    return make_table(*rows, make_ods_row(blank, attributes='table:number-rows-repeated="1048000"'))
