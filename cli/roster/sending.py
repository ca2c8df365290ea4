"""Options of an import, its key (the same content is the same import), chunks of 500 rows, or 100 after one
that took over 10 s; announcing, comparing, applying; counts of this run and an earlier one.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from cli.api import Api, make_id
from cli.roster.check import CheckOptions
from cli.roster.error_list import is_excerpt
from cli.roster.reading import CheckedFile
from schemas.imports import (
    ChunkAppliedOut,
    ChunkPlanOut,
    Counts,
    ImportState,
    RosterImportOut,
    RowPlan,
)
from schemas.roster.records import RosterRecord
from schemas.roster.report import RULES_VERSION, AcceptedRow
from schemas.workers import Feed


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`township` as typed; empty: the account's own. `is_settled`: the columns were mapped when the
    import began, and what is remembered now changes nothing. `enterprise_id`: it is that
    enterprise's list of its staff, and no township's; `known`: headings of such a list.
    """

    as_of: date
    mapping: Mapping[str, str]
    township: str = ""
    dry_run: bool = False
    yes: bool = False
    as_json: bool = False
    include_ids: bool = False
    accept_partial: bool = False
    all_or_nothing: bool = False
    require_phone: bool = False
    is_settled: bool = False
    enterprise_id: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    show_changes: bool = False
    error_list: Path | None = None
    wants_error_list: bool = True

    @property
    def door(self) -> str:
        return "/v1/staff-imports" if self.enterprise_id else "/v1/roster-imports"

    @property
    def for_check(self) -> CheckOptions:
        return CheckOptions(
            as_of=self.as_of,
            mapping=self.mapping,
            township=None if self.is_settled else self.township,
            enterprise_id=self.enterprise_id,
            known=self.known,
            require_phone=self.require_phone,
            error_list=self.error_list,
            wants_error_list=self.wants_error_list,
        )


def make_key(checked: CheckedFile, options: ImportOptions, *, township: str | None) -> str:
    """What names the content of an import: the same again is the same import."""
    content = {
        "file": checked.sha256,
        "mapping": sorted(checked.mapping.items()),
        "township": township,
        "as_of": options.as_of.isoformat(),
        "require_phone": options.require_phone,
        "rules": RULES_VERSION,
    }
    if options.enterprise_id:
        content["enterprise"] = options.enterprise_id
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


CHUNK_ROWS: Final = 500
SLOW_CHUNK_ROWS: Final = 100
SLOW_SECONDS: Final = 10.0
_MAX_NAME: Final = 200
Advance = Callable[[int], None]


class PlannedRow(NamedTuple):
    row: AcceptedRow
    plan: RowPlan


@dataclass(slots=True)
class Comparison:
    """What importing one file would do (`rows` in the order of the file), or did. `counts` are of
    this run; `before`: of the chunks that an earlier run of the same import had written.
    """

    checked: CheckedFile
    opened: RosterImportOut
    chunks: list[int] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    before: Counts = field(default_factory=Counts)
    absent: int | None = None

    @property
    def is_done(self) -> bool:
        """The same content was imported before."""
        return self.opened.state is ImportState.APPLIED

    @property
    def total(self) -> Counts:
        return self.counts + self.before

    def add(self, number: int, counts: Counts) -> None:
        """What one chunk does or did."""
        if any(chunk.applied for chunk in self.opened.chunks if chunk.chunk == number):
            self.before += counts
        else:
            self.counts += counts

    @property
    def writes_nothing(self) -> bool:
        counts = self.counts
        return counts.new + counts.updated + counts.unmatched + counts.received == 0

    @property
    def has_begun(self) -> bool:
        """Some of it is written already; the rest waits to be gone on with."""
        return any(chunk.applied for chunk in self.opened.chunks)

    @property
    def importable(self) -> int:
        counts = self.counts
        written = counts.new + counts.updated + counts.unchanged
        return written + counts.unmatched + counts.received


class Sender:
    """Speaks for one account; `township` is the code for rows that name none."""

    def __init__(self, api: Api, options: ImportOptions, *, township: str | None) -> None:
        self._api = api
        self._options = options
        self._township = township

    def open(self, checked: CheckedFile) -> RosterImportOut:
        report = checked.report
        form = {
            "id": str(make_id()),
            "key": make_key(checked, self._options, township=self._township),
            "file_name": checked.source.name[:_MAX_NAME],
            "sha256": checked.sha256,
            "rules_version": RULES_VERSION,
            "township": self._township,
            "as_of": report.as_of.isoformat(),
            "sheets": report.sheets_read,
            "accepted": len(report.accepted),
            "rejected": len(report.rejected),
            "ignored": len(report.ignored),
        }
        if self._options.enterprise_id:
            form |= {"feed": Feed.ENTERPRISE, "enterprise_id": self._options.enterprise_id}
        return RosterImportOut.model_validate(self._api.post(self._options.door, form))

    def compare(
        self, checked: CheckedFile, opened: RosterImportOut, *, advance: Advance
    ) -> Comparison:
        """Send every chunk and gather the plan. Nothing is applied."""
        found = Comparison(checked, opened)
        if found.is_done:
            return found
        cutter = _Cutter(checked.report.accepted, [chunk.rows for chunk in opened.chunks])
        sheets = {name: place for place, name in enumerate(checked.report.sheets_read)}
        for number, rows in enumerate(cutter):
            begun = time.monotonic()
            plan = self._stage(opened, number, rows, sheets)
            cutter.note(time.monotonic() - begun)
            found.chunks.append(number)
            found.rows += [PlannedRow(rows[each.place], each) for each in plan.rows]
            found.add(number, plan.counts)
            advance(len(rows))
        # An excerpt holds only some people: those it leaves out are not absent.
        found.absent = None if is_excerpt(checked) else self.get(opened).absent
        return found

    def _stage(
        self,
        opened: RosterImportOut,
        number: int,
        rows: Sequence[AcceptedRow],
        sheets: dict[str, int],
    ) -> ChunkPlanOut:
        path = f"{self._options.door}/{opened.id}/chunks/{number}"
        return self._api.post_for(ChunkPlanOut, path, encode_chunk(rows, sheets))

    def apply(self, compared: Comparison, *, advance: Advance) -> Comparison:
        """Apply the chunks in their order; one that was applied before answers as it did then."""
        done = Comparison(compared.checked, compared.opened, compared.chunks)
        done.absent = compared.absent
        rows = iter(compared.rows)
        for number in compared.chunks:
            path = f"{self._options.door}/{compared.opened.id}/apply"
            applied = self._api.post_for(ChunkAppliedOut, path, {"chunk": number})
            done.rows += [PlannedRow(next(rows).row, each) for each in applied.rows]
            done.add(number, applied.counts)
            advance(len(applied.rows))
        return done

    def get(self, opened: RosterImportOut) -> RosterImportOut:
        return RosterImportOut.model_validate(self._api.get(f"{self._options.door}/{opened.id}"))


class _Cutter:
    """Chunks of rows: first as the server has them already, then of 500, of 100 once it is slow."""

    def __init__(self, rows: Sequence[AcceptedRow], known: Sequence[int]) -> None:
        self._rows = rows
        self._known = known
        self._size = CHUNK_ROWS

    def note(self, seconds: float) -> None:
        if seconds > SLOW_SECONDS:
            self._size = SLOW_CHUNK_ROWS

    def __iter__(self) -> Iterator[Sequence[AcceptedRow]]:
        start = 0
        sizes = iter(self._known)
        while start < len(self._rows):
            size = next(sizes, self._size)
            yield self._rows[start : start + size]
            start += size


@dataclass(frozen=True, slots=True)
class _SentRow:
    """A RosterRowIn before it is encoded."""

    sheet: int
    row: int
    record: RosterRecord


_ROWS: Final = TypeAdapter(list[_SentRow])


def encode_chunk(rows: Sequence[AcceptedRow], sheets: Mapping[str, int]) -> bytes:
    """A RosterChunkIn as JSON: of a record the fields that have a value."""
    sent = [_SentRow(sheets[sheet], row, record) for sheet, row, record in rows]
    return b'{"rows":%b}' % _ROWS.dump_json(sent, exclude_none=True)
