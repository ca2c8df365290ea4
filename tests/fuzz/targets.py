"""What must hold for any bytes: the reader either refuses or reads, and the rules account for every row.

Nothing but FileRefusedError may come out, within five seconds and 300 MB.
"""

import json
import resource
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Final, get_args

from cli.sheets.opening import open_table
from cli.sheets.refusals import FileRefusedError
from schemas.identity import find_problem, normalise_id
from schemas.roster.cells import CellError, CellKind, MergedRange, RawCell, RawSheet, show
from schemas.roster.checking import check_record
from schemas.roster.codes import RowCode
from schemas.roster.columns import SYNONYMS, Field
from schemas.roster.parsing import parse_rows
from schemas.roster.report import RosterReport, report_to_json
from schemas.texts import Language, speaking
from tests.schemas.roster_factories import make_id, make_phone

AS_OF: Final = date(2020, 3, 24)
MAX_SECONDS: Final = 5.0
MAX_GROWTH_KB: Final = 300 * 1024
Target = Callable[[bytes], None]


class LimitError(AssertionError):
    """An input took more time or memory than a hostile file may."""


def limited(target: Target) -> Target:
    """The same, with the limits of the contract. Memory is the process's peak since now."""
    before = get_peak_kb()

    def run(data: bytes) -> None:
        begun = time.process_time()
        target(data)
        if time.process_time() - begun > MAX_SECONDS:
            raise LimitError(f"{time.process_time() - begun:.1f} s")
        growth = get_peak_kb() - before
        if growth > MAX_GROWTH_KB:
            raise LimitError(f"{growth // 1024} MB")

    return run


def get_peak_kb() -> int:
    """What this program needed at most. `ru_maxrss` begins with the peak of whoever started it: under a
    large test run it hides what an input takes, or calls nothing too much. VmHWM begins at the exec.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.split("VmHWM:")[1].split()[0])


def read_file(data: bytes) -> None:
    """A file from its first byte to the report."""
    with suppress(FileRefusedError):
        check_report(parse_rows(open_table(data).sheets, as_of=AS_OF, county_code="211221"))


def judge_cells(data: bytes) -> None:
    """A sheet of cells of every kind, as if some reader had given them."""
    sheet = make_sheet(data)
    report = parse_rows([sheet], as_of=AS_OF, county_code="211221")
    check_report(report)
    if report.file_error is None:
        _check_untouched(sheet, report)


def check_report(report: RosterReport) -> None:
    for language in get_args(Language):
        with speaking(language):
            json.dumps(report_to_json(report, include_ids=False))
    if report.file_error is not None:
        assert report.file_error.get_message()
        assert (report.accepted, report.rejected, report.ignored) == ([], [], [])
        return
    places = [(row.sheet, row.row) for row in report.accepted]
    places += [(row.sheet, row.row) for row in report.rejected]
    places += [(row.sheet, row.row) for row in report.ignored]
    is_shared = any(facts.part for facts in report.sheets)
    assert is_shared or len(places) == len(set(places)), "a row in two lists"
    for row in report.accepted:
        assert find_problem(row.record.id_number, as_of=AS_OF) is None
        wrong = [f for f in check_record(row.record, as_of=AS_OF) if isinstance(f[1], RowCode)]
        assert not wrong, "the server would refuse what the client takes"
    for rejected in report.rejected:
        assert rejected.errors
        for error in rejected.errors:
            assert error.cell.endswith(str(rejected.row)), "an error in another row"


def _check_untouched(sheet: RawSheet, report: RosterReport) -> None:
    rows = dict(sheet.rows)
    place = report.sheets[0].header.places[Field.ID_NUMBER]
    for row in report.accepted:
        written = normalise_id(show(rows[row.row][place])).removesuffix(".0")
        assert row.record.id_number == written, "an id was altered"


# --- cells from bytes ---------------------------------------------------------------------------
_HEADINGS: Final = [SYNONYMS[field].split()[0] for field in Field]
_WORDS: Final = (
    *(
        "张三",
        "阿依古丽•买买提",
        "𠮷 野",
        "O'Neil",
        "合计",
        "填表人：",
        "同上",
        "无",
        "待定",
        "3月底",
    ),
    *("2020.2.30", "20200328", "5/3", "43918", "2020年3月24号", "1954000000", "2.11E+17", "\u200b"),
    *("'", '="1"', "=1+1", "男", "女", "家属", "儿童", "苏州", "江苏省苏州市", "凡河", "_x000D_"),
    *("024-74840000转801", "15400000001/15400000002", "+86 154 0000 0003", "１５４", "×", "\t\n"),
)
_NUMBERS: Final = (float("inf"), float("nan"), -1.0, 0.5, 43918.0, 2958466.0, 99999.9, 20200328.0,
    15400000001.0, 211221780512341.0, 2.11221197805123e17, 1e308, -43918.0)  # fmt: skip
_LETTERS: Final = "0123456789Xx×-/.E+ \u3000王\u200d\U0002f81a٣"


class _Bytes:
    """Bytes taken from the front; at the end only zeros come."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def take(self, count: int) -> bytes:
        taken = self._data[self._place : self._place + count]
        self._place += count
        return taken.ljust(count, b"\0")

    def number(self, limit: int) -> int:
        return int.from_bytes(self.take(2), "little") % limit


def make_sheet(data: bytes) -> RawSheet:
    """A header that has the three columns that are needed, and a row for about every 40 bytes."""
    source = _Bytes(data)
    fields = [1, 3, 5] if source.number(2) else []
    places = [*_HEADINGS[:5], *(_HEADINGS[source.number(len(_HEADINGS))] for _ in fields)]
    headings = list(dict.fromkeys(places))
    rows: list[tuple[int, list[RawCell]]] = [(1, [*headings])]
    number = 1
    while source.left > 0 and len(rows) < 60:
        number += 1 + (source.number(256) == 0)
        rows.append((number, [_make_cell(source, number) for _ in headings]))
    merged = [MergedRange(2, column, 5, column) for column in range(source.number(3))]
    return RawSheet("东兴村", rows, merged=merged, counts_from_1904=bool(source.number(2)))


def _make_cell(source: _Bytes, row: int) -> RawCell:
    kinds = (
        lambda: None,
        lambda: _WORDS[source.number(len(_WORDS))],
        lambda: make_id(source.number(1_000), born=f"{1900 + source.number(125)}0228"),
        lambda: make_id(row) if source.number(4) else make_id(7),
        lambda: make_phone(source.number(60_000)),
        lambda: _spoil(make_id(row), source),
        lambda: source.take(source.number(24)).decode("utf-8", "replace"),
        lambda: "".join(_LETTERS[b % len(_LETTERS)] for b in source.take(source.number(20))),
        lambda: struct.unpack("<d", source.take(8))[0],
        lambda: int.from_bytes(source.take(8), "little", signed=True),
        lambda: _NUMBERS[source.number(len(_NUMBERS))],
        lambda: bool(source.number(2)),
        lambda: date(1 + source.number(9_999), 1 + source.number(12), 1 + source.number(28)),
        lambda: datetime(1899 + source.number(200), 12, 31, source.number(24)),  # noqa: DTZ001
        lambda: clock_time(source.number(24), source.number(60)),
        lambda: timedelta(days=source.number(60_000), seconds=source.number(60_000)),
        lambda: CellError(CellKind.ERROR, ("#N/A", "", "#REF!")[source.number(3)]),
        lambda: CellError(CellKind.FORMULA),
    )
    return kinds[source.number(len(kinds))]()  # type: ignore[no-any-return]  # each gives a cell


def _spoil(number: str, source: _Bytes) -> str:
    place = source.number(len(number))
    return number[:place] + _LETTERS[source.number(len(_LETTERS))] + number[place + 1 :]


TARGETS: Final[dict[str, Target]] = {"reader": read_file, "rules": judge_cells}
