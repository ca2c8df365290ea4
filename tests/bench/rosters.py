"""Checking a roster against reading it: the library's bare reader over the same file, processor
time of one process, median of three."""

import csv
import statistics
import time
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from cli.roster.checking import check_source
from cli.roster.sources import Source
from tests.factories import make_id_number, make_name, make_phone

AS_OF = date(2020, 3, 24)
HEADINGS = ("姓名", "性别", "身份证号码", "联系电话", "民族", "乡镇", "村", "目的地", "用工单位")
HEADINGS_MORE = ("工种", "出发时间", "健康状况", "家庭电话", "备注", "序号")


def measure(folder: Path, rows: int) -> dict[str, float]:
    """check ÷ reader, for an xlsx and a csv of `rows` × 15 columns."""
    table = [_row(number) for number in range(rows)]
    book, text = folder / "bench.xlsx", folder / "bench.csv"
    _write_book(book, table)
    lines = "\n".join(",".join(line) for line in [[*HEADINGS, *HEADINGS_MORE], *table])
    text.write_text(lines, encoding="utf-8")
    return {
        "xlsx": _ratio(lambda: _check(book), lambda: _read_book(book)),
        "csv": _ratio(lambda: _check(text), lambda: _read_text(text)),
    }


def _row(number: int) -> list[str]:
    day, sequence = divmod(number, 900)
    birth = f"{1960 + day % 40}-{1 + day // 40 % 12:02d}-{1 + day // 480 % 28:02d}"
    return [
        make_name(number),
        "男" if (100 + sequence) % 2 else "女",
        make_id_number(birth=birth, sequence=100 + sequence),
        make_phone(number),
        "满族",
        "凡河镇",
        "东兴村",
        "江苏省苏州市",
        "合成电子有限公司",
        "普工",
        "2020-03-28",
        "正常",
        make_phone(50_000_000 + number),
        "",
        str(number),
    ]


def _write_book(path: Path, table: list[list[str]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, [*HEADINGS, *HEADINGS_MORE])
        for place, line in enumerate(table, start=1):
            for column, value in enumerate(line):
                sheet.write_string(place, column, value)


def _check(path: Path) -> None:
    checked = check_source(Source(path.name, path), as_of=AS_OF, county_code="211221")
    if checked.report.rejected or checked.report.file_error:
        raise RuntimeError("the bench roster was not accepted")


def _read_book(path: Path) -> None:
    for _ in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows():
        pass


def _read_text(path: Path) -> None:
    for _ in csv.reader(StringIO(path.read_text(encoding="utf-8"))):
        pass


def _ratio(ours: Callable[[], None], theirs: Callable[[], None]) -> float:
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(3)]
    return statistics.median(mine / other for mine, other in pairs)


def _seconds(function: Callable[[], None]) -> float:
    began = time.process_time()
    function()
    return time.process_time() - began
