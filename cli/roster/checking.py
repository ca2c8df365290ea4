"""Steps 1 to 6 of an import: a file becomes a value, nothing is printed or written."""

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from cli.roster.mappings import find_used
from cli.roster.sources import Source
from cli.sheets import FileRefusedError, open_table
from schemas.roster.cells import RawCell, RawSheet
from schemas.roster.codes import FileCode
from schemas.roster.parsing import iter_filled_rows, parse_rows
from schemas.roster.report import FileError, RosterReport, report_to_json

_CHINA: Final = timezone(timedelta(hours=8))


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
        """One case of the contract."""
        body = report_to_json(self.report, include_ids=include_ids)
        return {"file": self.source.name, "sha256": self.sha256, **body}


def get_today() -> date:
    """Today in China, where every date of a roster is meant."""
    return datetime.now(_CHINA).date()


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
    headers = {facts.name: facts.header for facts in checked.report.sheets}
    for sheet in open_table(checked.source.read()).sheets:
        if sheet.name not in headers or sheet.hidden:
            continue
        for number, cells in iter_filled_rows(sheet, headers[sheet.name]):
            if (sheet.name, number) in wanted:
                found[sheet.name, number] = tuple(cells)
    return found
