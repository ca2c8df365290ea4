"""Checking a roster against reading it: the library's bare reader over the same file, processor
time of one process, median of three."""

import csv
import statistics
import time
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from cli.roster.reading import Source, check_source
from schemas.roster.records import record_to_json
from schemas.roster.report import RosterReport
from tests.factories import make_id_number, make_name, make_phone

AS_OF = date(2020, 3, 24)
HEADINGS = ("姓名", "性别", "身份证号码", "联系电话", "民族", "乡镇", "村", "目的地", "用工单位")
VILLAGES = ("东兴", "新立", "前进", "后营", "大台", "小台", "河西", "河东", "靠山", "平安")
CITIES = ("江苏省苏州市", "浙江省宁波市", "上海市", "广东省东莞市", "辽宁省大连市")
HEADINGS_MORE = ("工种", "出发时间", "健康状况", "家庭电话", "备注", "序号")


def measure(folder: Path, rows: int) -> dict[str, float]:
    """check ÷ reader, for an xlsx and a csv of `rows` × 15 columns."""
    book, text = write_files(folder, rows)
    return {
        "xlsx": _ratio(lambda: check(book), lambda: read_book(book)),
        "csv": _ratio(lambda: check(text), lambda: read_text(text)),
    }


def write_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """One roster of synthetic people, as a workbook and as text."""
    table = [make_row(number) for number in range(rows)]
    book, text = folder / f"bench-{rows}.xlsx", folder / f"bench-{rows}.csv"
    _write_book(book, table)
    lines = "\n".join(",".join(line) for line in [[*HEADINGS, *HEADINGS_MORE], *table])
    text.write_text(lines, encoding="utf-8")
    return book, text


def make_row(number: int) -> list[str]:
    day, sequence = divmod(number, 900)
    birth = f"{1960 + day % 40}-{1 + day // 40 % 12:02d}-{1 + day // 480 % 28:02d}"
    return [
        make_name(number),
        "男" if (100 + sequence) % 2 else "女",
        make_id_number(birth=birth, sequence=100 + sequence),
        make_phone(number),
        ("汉族", "满族", "蒙古族")[number % 3],
        "凡河镇",
        f"{VILLAGES[number % len(VILLAGES)]}村",
        CITIES[number % len(CITIES)],
        f"合成{number % 40}电子有限公司",
        ("普工", "焊工", "电工", "保洁")[number % 4],
        f"2020-03-{26 + number % 6}",
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


def check(path: Path) -> RosterReport:
    checked = check_source(Source(path.name, path), as_of=AS_OF, county_code="211221")
    if checked.report.rejected or checked.report.file_error:
        raise RuntimeError("the bench roster was not accepted")
    return checked.report


def list_records(path: Path) -> list[dict[str, Any]]:
    """As the client sends them."""
    return [record_to_json(row.record, include_ids=True) for row in check(path).accepted]


def read_book(path: Path) -> None:
    for _ in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows():
        pass


def read_text(path: Path) -> None:
    for _ in csv.reader(StringIO(path.read_text(encoding="utf-8"))):
        pass


def _ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(3)]
    return statistics.median(mine / other for mine, other in pairs)


def _seconds(function: Callable[[], object]) -> float:
    began = time.process_time()
    function()
    return time.process_time() - began
