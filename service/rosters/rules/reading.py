"""A row as it came, made ready to be decided: its township, its digests, its plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import to_json

from schemas.divisions.reading import find_township
from schemas.errors import FieldProblem
from schemas.imports import PlanCode, RosterRowIn
from schemas.roster.checking import check_records
from schemas.roster.codes import WarningCode
from schemas.roster.records import RosterRecord, record_to_json
from schemas.workers import Feed
from service.auth import Actor
from service.registry.indexing import WorkerIndex
from service.registry.merging import Source

_HARMLESS = frozenset({WarningCode.ID_AREA_UNKNOWN})
StagedRow = tuple[int, int, dict[str, Any]]
"""Sheet, row number, JSON of the record: how a row lies staged."""


class Frame(NamedTuple):
    """What all rows of an import share. `enterprise_id` is set for an enterprise's list; `workplace`
    holds its name and place, for rows that name no employer or no destination.
    """

    county_code: str
    township_code: str | None
    as_of: date
    feed: Feed = Feed.TOWNSHIP
    enterprise_id: UUID | None = None
    workplace: tuple[Mapping[str, str], ...] = ()

    def make_source(self, township_code: str | None) -> Source:
        places = {Feed.TOWNSHIP: township_code or "", Feed.ENTERPRISE: str(self.enterprise_id)}
        return Source(self.feed, places.get(self.feed, ""), self.as_of)


def make_frame(head: Mapping[Any, Any], *, workplace: tuple[Mapping[str, str], ...] = ()) -> Frame:
    """Of a row of roster_import. `workplace`: the cells that it fills where they are empty."""
    return Frame(
        head["county_code"],
        head["township_code"],
        head["as_of"],
        Feed(head["feed"]),
        head["enterprise_id"],
        workplace,
    )


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row. `problem`: it belongs to no township that the account may import; then it has no
    `source`. `township_code`: where the person lives, as far as the row or its file says.
    `division_prefix`: a sign-up may only change people who live there.
    """

    place: int
    sheet: int
    row_number: int
    values: dict[str, Any]
    source: Source | None
    problem: PlanCode | None
    content_mac: bytes
    id_digest: bytes
    name_digest: bytes
    guardian_digest: bytes | None
    township_code: str | None = None
    division_prefix: str = ""


def list_problems(
    rows: Sequence[RosterRowIn], *, sheet_count: int, as_of: date
) -> list[FieldProblem]:
    """What the shared rules say against rows that claim to be normalised; never a value."""
    records = [row.record for row in rows]
    findings, doubles = check_records(records, as_of=as_of)
    problems = [
        FieldProblem(field=f"rows.{place}.{field}", message=str(code))
        for place, found in enumerate(findings)
        for field, code in found
        if code not in _HARMLESS
    ]
    twice = sorted({*doubles.same, *doubles.different, *doubles.conflicts})
    problems += [
        FieldProblem(field=f"rows.{place}", message="duplicate-in-file") for place in twice
    ]
    problems += [
        FieldProblem(field=f"rows.{place}.sheet", message="no such sheet")
        for place, row in enumerate(rows)
        if row.sheet >= sheet_count
    ]
    return problems


def stage_rows(rows: Iterable[RosterRowIn]) -> list[StagedRow]:
    """Fields in alphabetical order: what is encoded then is always encoded alike."""
    return [(row.sheet, row.row, _sort(row.record)) for row in rows]


def _sort(record: RosterRecord) -> dict[str, Any]:
    return dict(sorted(record_to_json(record, include_ids=True).items()))


def encode_rows(rows: Sequence[StagedRow]) -> str:
    """As `stage_rows` gave them."""
    return to_json(rows).decode()


def read_rows(
    rows: Sequence[StagedRow], *, frame: Frame, actor: Actor, index: WorkerIndex
) -> list[Incoming]:
    """`index`: of the frame's county; it remembers the digests of those who are written."""
    prefix = actor.division_prefix if frame.feed is Feed.OWN else ""
    townships: dict[str | None, str | PlanCode | None] = {}
    incoming = []
    for place, (sheet, row_number, record) in enumerate(rows):
        written = record.get("township")
        if written not in townships:
            townships[written] = _find_township(written, frame, actor)
        found = townships[written]
        problem, code = (found, None) if isinstance(found, PlanCode) else (None, found)
        source = None if problem else frame.make_source(code)
        values = {name: value for name, value in record.items() if name != "township"}
        for cell in frame.workplace:
            if not cell.keys() & values.keys():
                values |= cell
        guardian = values.get("guardian_id")
        incoming.append(
            Incoming(
                place=place,
                sheet=sheet,
                row_number=row_number,
                values=values,
                source=source,
                problem=problem,
                content_mac=make_content_mac(index, values, source=source),
                id_digest=index.id_number(values["id_number"]),
                name_digest=index.name(values["name"]),
                guardian_digest=index.id_number(guardian) if guardian else None,
                township_code=code,
                division_prefix=prefix,
            )
        )
    return incoming


def _find_township(written: str | None, frame: Frame, actor: Actor) -> str | PlanCode | None:
    """Only a township's roster must say whose people they are; an enterprise often cannot."""
    code = frame.township_code if written is None else find_township(frame.county_code, written)
    if frame.feed is Feed.ENTERPRISE:
        return code
    if code is None:
        is_needed = frame.feed is Feed.TOWNSHIP or written is not None
        return PlanCode.TOWNSHIP_UNKNOWN if is_needed else None
    return code if actor.scope.covers_township(code) else PlanCode.TOWNSHIP_OUT_OF_SCOPE


def make_content_mac(index: WorkerIndex, values: dict[str, Any], *, source: Source | None) -> bytes:
    """Equal for equal content of one source, on whatever day and in whatever file it comes."""
    content = to_json(dict(sorted(values.items()))).decode()
    said_by = (str(source.feed), source.place) if source else ("", "")
    return index.content(*said_by, content)
