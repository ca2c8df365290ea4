"""Which files a roster command reads: folders, endings, standard input, no lock files, no untouched error
lists; checking one file; `--require-phone`; today in China; cells of rejected rows.

Nothing is printed or written but what a folder holds that is no roster.
"""

import gc
import hashlib
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from cli import output
from cli.exits import CommandError, ExitCode
from cli.roster.remembered import LOCK_PREFIXES, find_used, is_open, is_untouched
from cli.roster.texts import RosterText
from cli.sheets.opening import open_table
from cli.sheets.refusals import MAX_FILE_BYTES, FileRefusedError
from cli.times import CHINA
from schemas.identity import mask_label
from schemas.roster.cells import RawCell, RawSheet
from schemas.roster.codes import Detail, FileCode, RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.parsing import iter_filled_rows, parse_rows
from schemas.roster.report import (
    AcceptedRow,
    FileError,
    RejectedRow,
    RosterReport,
    RowError,
    RowWarning,
    name_cell,
    stream_report,
)
from schemas.texts import say

STANDARD_INPUT: Final = "-"
_UNREADABLE: Final = frozenset(
    {".7z", ".doc", ".docx", ".jpeg", ".jpg", ".pdf", ".png", ".rar", ".wps", ".xlsb"}
)
_ENDINGS: Final = frozenset(
    {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".tsv", ".txt", ".zip"}
)


@dataclass(frozen=True)
class Source:
    """One file, or standard input when `path` is None. Numbers of people in its name are masked."""

    name: str
    path: Path | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", mask_label(self.name))

    def read(self) -> bytes:
        """The whole file, read anew each time; standard input can be read only once and is kept.

        Raises OSError, and FileRefusedError for what is too large or no file: a device has no end,
        and a pipe none before something is written.
        """
        data = _read_standard_input() if self.path is None else _read_file(self.path)
        if len(data) > MAX_FILE_BYTES:
            raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.FILE_SIZE)
        return data

    def is_open_elsewhere(self) -> bool:
        """Whether an office program left its lock file beside it."""
        return self.path is not None and is_open(self.path)


@cache
def _read_standard_input() -> bytes:
    return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)


def _read_file(path: Path) -> bytes:
    """At most a byte more than is allowed, whatever the file says of its size."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise FileRefusedError(FileCode.FILE_TYPE_UNSUPPORTED, Detail.NO_FILE)
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def find_sources(arguments: Sequence[str]) -> list[Source]:
    """Files as named; of a folder the files that look like rosters, by name, without lock files."""
    return [source for argument in arguments for source in _expand(argument)]


def _expand(argument: str) -> Iterator[Source]:
    if argument == STANDARD_INPUT:
        yield Source(STANDARD_INPUT, None)
        return
    path = Path(argument)
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path.resolve(strict=True)]
    except (OSError, RuntimeError, ValueError) as error:
        # Not there, not ours to open, a link that leads to itself, no possible name.
        message = say(RosterText.FILE_MISSING, path=argument)
        raise CommandError(message, ExitCode.USAGE) from error
    if not path.is_dir():
        yield Source(path.name, path)
        return
    rosters = [file for file in files if _is_roster(file)]
    if others := [mask_label(file.name) for file in files if _may_hold_people(file)]:
        output.tell(say(RosterText.NOT_CHECKED, path=argument, names=output.join_words(others)))
    if not rosters:
        message = say(RosterText.FOLDER_EMPTY, path=argument)
        raise CommandError(message, ExitCode.USAGE)
    yield from (Source(file.name, file) for file in rosters)


def _is_roster(file: Path) -> bool:
    """Whether a file of a folder is read as a roster. Lock files are not, and error lists of an earlier
    check only when they were changed: otherwise each check would write a list of a list.
    """
    is_lock = file.name.startswith((*LOCK_PREFIXES, "."))
    is_table = file.is_file() and not is_lock and file.suffix.lower() in _ENDINGS
    return is_table and not is_untouched(file)


def _may_hold_people(file: Path) -> bool:
    """A village may have sent its roster as a document or a picture."""
    return file.suffix.lower() in _UNREADABLE and not file.name.startswith((*LOCK_PREFIXES, "."))


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file and everything that a check found. `kind` and `sheets` are empty when refused early;
    `mapping` has the columns mapped by hand that this file has.
    """

    source: Source
    sha256: str
    kind: str
    sheets: int
    report: RosterReport
    mapping: Mapping[str, str] = field(default_factory=dict)

    def to_json(self, *, include_ids: bool) -> dict[str, Any]:
        """One case of the contract, its rows as iterators."""
        body = stream_report(self.report, include_ids=include_ids)
        return {"file": self.source.name, "sha256": self.sha256, **body}


def get_today() -> date:
    """Today in China, where every date of a roster is meant."""
    return datetime.now(CHINA).date()


def check_source(
    source: Source,
    *,
    as_of: date,
    mapping: Mapping[str, str] | None = None,
    county_code: str | None = None,
) -> CheckedFile:
    """Read and check one file. Whatever is wrong with it is in the report; nothing is raised."""
    try:
        data = source.read()
    except FileRefusedError as refused:
        return CheckedFile(source, "", "", 0, RosterReport(as_of, file_error=refused.error))
    except OSError:
        report = RosterReport(as_of, file_error=FileError(FileCode.FILE_IN_USE))
        return CheckedFile(source, "", "", 0, report)
    digest = hashlib.sha256(data).hexdigest()
    counter = _SheetCounter()
    kind = ""
    try:
        table = open_table(data)
        del data  # a text is given back while it is read
        kind = table.kind.value
        with _without_collector():
            report = parse_rows(
                counter.count(table.sheets), as_of=as_of, mapping=mapping, county_code=county_code
            )
        report.file_warnings.extend(table.warnings)
    except FileRefusedError as refused:
        report = RosterReport(as_of, file_error=refused.error)
    used = find_used(mapping or {}, report)
    return CheckedFile(source, digest, kind, counter.sheets, report, used)


class _SheetCounter:
    def __init__(self) -> None:
        self.sheets = 0

    def count(self, sheets: Iterable[RawSheet]) -> Iterator[RawSheet]:
        for sheet in sheets:
            self.sheets += 1
            yield sheet


@contextmanager
def _without_collector() -> Iterator[None]:
    """A roster is a million live objects without a cycle: walking them again and again is waste,
    while it is read and, set aside, ever after.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()


def read_rejected_cells(checked: CheckedFile) -> dict[tuple[str, int], tuple[RawCell, ...]]:
    """The cells of every rejected row. The file is read again only for rows that were not kept."""
    rejected = checked.report.rejected
    found = {(row.sheet, row.row): tuple(row.cells) for row in rejected if row.cells is not None}
    wanted = {(row.sheet, row.row) for row in rejected} - found.keys()
    if not wanted:
        return found
    for sheet in open_table(checked.source.read()).sheets:
        tables = [facts for facts in checked.report.sheets if facts.name == sheet.name]
        if not tables or sheet.hidden:
            continue
        for number, cells in iter_filled_rows(sheet, tables):
            if (sheet.name, number) in wanted:
                found[sheet.name, number] = tuple(cells)
    return found


_MISSING: Final = frozenset({WarningCode.PHONE_INVALID, WarningCode.PHONE_MISSING})


def require_phones(checked: CheckedFile) -> CheckedFile:
    """The same check with these people among the rejected, in the order of the file."""
    report = checked.report
    warnings: dict[tuple[str, int], list[RowWarning]] = {}
    for warning in report.warnings:
        if warning.code in _MISSING:
            warnings.setdefault((warning.sheet, warning.row), []).append(warning)
    rejected, accepted = [], []
    for row in report.accepted:
        waiting = warnings.get((row.sheet, row.row))
        # Of several people in a row those without a phone, in the order of their columns.
        if waiting and row.record.phone is None and not row.record.other_phones:
            rejected.append(_reject(report, row, waiting.pop(0)))
        else:
            accepted.append(row)
    if not rejected:
        return checked
    return replace(checked, report=_move(report, accepted, rejected))


def _reject(report: RosterReport, row: AcceptedRow, warning: RowWarning) -> RejectedRow:
    """The table is the one whose column the warning names."""
    tables = [
        facts
        for facts in report.sheets
        if (facts.name, facts.header.row < row.row) == (row.sheet, True)
        and name_cell(Field.PHONE, facts.header, row.row)[1] == warning.cell
    ]
    facts = max(tables, key=lambda each: each.header.row)
    return RejectedRow(row.sheet, row.row, (_make_error(warning),), record=row.record, facts=facts)


def _move(
    report: RosterReport, accepted: list[AcceptedRow], rejected: list[RejectedRow]
) -> RosterReport:
    places = {name: place for place, name in enumerate(report.sheets_read)}
    left = {(row.sheet, row.row) for row in accepted}
    gone = {(row.sheet, row.row) for row in rejected} - left
    cells = {(row.sheet, row.row, row.errors[0].cell) for row in rejected}
    return replace(
        report,
        accepted=accepted,
        rejected=sorted(
            [*report.rejected, *rejected], key=lambda row: (places[row.sheet], row.row)
        ),
        warnings=[
            each
            for each in report.warnings
            if (each.sheet, each.row) not in gone
            and not (each.code in _MISSING and (each.sheet, each.row, each.cell) in cells)
        ],
    )


def _make_error(warning: RowWarning) -> RowError:
    # The same code as the warning: what was doubtful is wrong because it was asked to be.
    code = cast("RowCode", warning.code)
    return RowError(warning.field, warning.column, warning.cell, code)
