"""One row of an import: which township it belongs to; new, changed, unchanged, unmatched or a conflict (older
source, other name, changed since the check); when a name may be corrected; the plan. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic_core import to_json

from schemas.demands import DemandState
from schemas.divisions.reading import find_township
from schemas.errors import FieldProblem
from schemas.events.payloads_passengers import PersonRole
from schemas.imports import ChunkPlanOut, Counts, PlanCode, RosterRowIn, RowOutcome, RowPlan
from schemas.roster.checking import check_records
from schemas.roster.codes import WarningCode
from schemas.roster.records import record_to_json
from schemas.shapes import FieldText
from schemas.types import search_key
from schemas.workers import Feed
from service.auth import Actor
from service.demand.rules import DemandStep, decide_demand
from service.errors import object_to
from service.registry.columns import WorkerIndex
from service.registry.merging import Merged, Source, merge
from service.stranded.rules import Told

_HARMLESS: Final = frozenset({WarningCode.ID_AREA_UNKNOWN})


# --- as sent and staged --------------------------------------------------------------------------
class StagedRow(NamedTuple):
    """How a row lies staged: `record` is the JSON of a RosterRecord."""

    sheet: int
    row_number: int
    record: dict[str, Any]


def list_problems(
    rows: Sequence[RosterRowIn], *, sheet_count: int, as_of: date
) -> list[FieldProblem]:
    """What the shared rules say against rows that claim to be normalised; never a value."""
    records = [row.record for row in rows]
    findings, doubles = check_records(records, as_of=as_of)
    problems = [
        FieldProblem(field=f"rows.{position}.{field}", message=str(code))
        for position, found in enumerate(findings)
        for field, code in found
        if code not in _HARMLESS
    ]
    twice = sorted({*doubles.same, *doubles.different, *doubles.conflicts})
    problems += [
        FieldProblem(field=f"rows.{position}", message="duplicate-in-file") for position in twice
    ]
    problems += [
        object_to(f"rows.{position}.sheet", FieldText.NO_SHEET)
        for position, row in enumerate(rows)
        if row.sheet >= sheet_count
    ]
    return problems


def stage_rows(rows: Sequence[RosterRowIn]) -> list[StagedRow]:
    """Fields in alphabetical order: what is encoded then is always encoded alike."""
    records = (record_to_json(row.record, include_ids=True) for row in rows)
    return [
        StagedRow(row.sheet, row.row, dict(sorted(record.items())))
        for row, record in zip(rows, records, strict=True)
    ]


def encode_rows(rows: Sequence[StagedRow]) -> str:
    """As `stage_rows` gave them: a list of [sheet, row number, record]."""
    return to_json(rows).decode()


# --- read ----------------------------------------------------------------------------------------
class ImportFacts(NamedTuple):
    """What all rows of an import share. `enterprise_id` is set for an enterprise's list; `workplace`
    holds its name and its place as cells, for rows that name no employer or no destination.
    """

    county_code: str
    township_code: str | None
    as_of: date
    feed: Feed = Feed.TOWNSHIP
    enterprise_id: UUID | None = None
    workplace: tuple[Mapping[str, str], ...] = ()

    def make_source(self, township_code: str | None) -> Source:
        if self.feed is Feed.TOWNSHIP:
            return Source(self.feed, township_code or "", self.as_of)
        return Source(self.feed, str(self.enterprise_id or ""), self.as_of)


# Rows and stored workers are made by the thousand and not frozen: that would cost ten times as much.
@dataclass(slots=True)
class Incoming:
    """One row. `position`: in its chunk, from 0. `problem`: it belongs to no township that the account
    may import; such a row is looked into no further. `township_code`: where the person lives, as far as
    the row or its file says. `division_prefix`: a sign-up may only change people who live there.
    """

    position: int
    sheet: int
    row_number: int
    values: dict[str, Any]
    source: Source
    problem: PlanCode | None
    content_mac: bytes
    id_digest: bytes
    name_digest: bytes
    guardian_digest: bytes | None
    township_code: str | None = None
    division_prefix: str = ""


class Digests(NamedTuple):
    """Of one row, as they were made when it was planned: its content's, number's and name's. `has_problem`:
    under which source the content was digested then.
    """

    has_problem: bool
    content_mac: bytes
    id_digest: bytes
    name_digest: bytes


def read_rows(
    rows: Sequence[StagedRow],
    *,
    facts: ImportFacts,
    actor: Actor,
    index: WorkerIndex,
    digests: Sequence[Digests] = (),
) -> list[Incoming]:
    """`index`: of the import's county; it remembers the digests of those who are written. `digests`: those that
    were staged with the rows; they are made anew where they would be others now.
    """
    prefix = actor.division_prefix if facts.feed is Feed.OWN else ""
    townships: dict[str | None, str | PlanCode | None] = {}
    incoming = []
    for position, (sheet, row_number, record) in enumerate(rows):
        written = record.get("township")
        if written not in townships:
            townships[written] = _find_township(written, facts, actor)
        found = townships[written]
        problem, code = (found, None) if isinstance(found, PlanCode) else (None, found)
        source = facts.make_source(code)
        values = _complete(record, facts)
        guardian = values.get("guardian_id")
        known = digests[position] if digests and not facts.workplace else None
        if known is None or known.has_problem != (problem is not None):
            said_by = None if problem else source
            known = _digest_values(index, values, source=said_by)
        else:
            index.remember(values, known.id_digest, known.name_digest)
        incoming.append(
            Incoming(
                position=position,
                sheet=sheet,
                row_number=row_number,
                values=values,
                source=source,
                problem=problem,
                content_mac=known.content_mac,
                id_digest=known.id_digest,
                name_digest=known.name_digest,
                guardian_digest=index.id_number(guardian) if guardian else None,
                township_code=code,
                division_prefix=prefix,
            )
        )
    return incoming


def _find_township(written: str | None, facts: ImportFacts, actor: Actor) -> str | PlanCode | None:
    """Only a township's roster must say whose people they are; an enterprise often cannot."""
    code = facts.township_code if written is None else find_township(facts.county_code, written)
    if facts.feed is Feed.ENTERPRISE:
        return code
    if code is None:
        is_needed = facts.feed is Feed.TOWNSHIP or written is not None
        return PlanCode.TOWNSHIP_UNKNOWN if is_needed else None
    return code if actor.scope.covers_township(code) else PlanCode.TOWNSHIP_OUT_OF_SCOPE


def _complete(record: Mapping[str, Any], facts: ImportFacts) -> dict[str, Any]:
    """The values of a worker: without the township, and with the workplace where the row names none."""
    values = {name: value for name, value in record.items() if name != "township"}
    for cell in facts.workplace:
        if not cell.keys() & values.keys():
            values |= cell
    return values


def _digest_values(index: WorkerIndex, values: dict[str, Any], *, source: Source | None) -> Digests:
    return Digests(
        source is None,
        make_content_mac(index, values, source=source),
        index.id_number(values["id_number"]),
        index.name(values["name"]),
    )


def make_content_mac(index: WorkerIndex, values: dict[str, Any], *, source: Source | None) -> bytes:
    """Equal for equal content of one source, on whatever day and in whatever file it comes. `source`:
    None for a row with a problem.
    """
    names = list(values)
    in_order = values if names == sorted(names) else {name: values[name] for name in sorted(names)}
    content = to_json(in_order).decode()
    said_by = (str(source.feed), source.place) if source else ("", "")
    return index.content(*said_by, content)


# --- stored --------------------------------------------------------------------------------------
@dataclass(slots=True)
class StoredDemand:
    """A whole row of travel_demand."""

    county_code: str
    id: UUID
    worker_id: UUID
    township_code: str | None
    destination_code: str | None
    enterprise_id: UUID | None
    employer_name_key: str | None
    wish_sealed: bytes
    window_from: date | None
    window_to: date | None
    source: str
    version: int
    created_at: datetime
    updated_at: datetime
    state: str

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class StoredWorker:
    """A row of worker. The rest is read only for a worker of whom a row says something new: what is
    sealed and the opened `values` of it, `newest_as_of` (the newest day of the row's source), and the
    newest demand.
    """

    county_code: str
    id: UUID
    id_number_index: bytes
    name_index: bytes
    phone_index: bytes | None
    township_code: str | None
    person_role: str
    sixteen_on: date | None
    guardian_index: bytes | None
    guardian_worker_id: UUID | None
    reachable: bool
    household_key: str | None
    employer_key: str | None
    village_key: str | None
    source_macs: dict[str, str]
    origins: dict[str, str]
    version: int
    created_at: datetime
    updated_at: datetime
    number: int | None = None
    identity_sealed: bytes = b""
    contact_sealed: bytes = b""
    detail_sealed: bytes = b""
    values: Mapping[str, Any] = field(default_factory=dict)
    newest_as_of: date | None = None
    demand: StoredDemand | None = None

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in WORKER_COLUMNS}

    def said_before(self, row: Incoming) -> bool:
        """Whether the row's source said exactly this the last time."""
        return self.source_macs.get(row.source.key) == row.content_mac.hex()


_READ_FOR_NEWS: Final = ("values", "newest_as_of", "demand")
WORKER_COLUMNS: Final = tuple(n for n in StoredWorker.__slots__ if n not in _READ_FOR_NEWS)


# --- decided -------------------------------------------------------------------------------------
_SAME_SHARE: Final = 0.5


@dataclass(slots=True)
class Verdict:
    """`merged` is there for rows that are written. `enterprise_id`: the one that told the employer
    itself. `told_macs`: sources beside the row's own whose statements were merged with it.
    """

    outcome: RowOutcome
    code: PlanCode | None = None
    notes: tuple[PlanCode, ...] = ()
    changed: tuple[str, ...] = ()
    merged: Merged | None = None
    demand: DemandStep = DemandStep.KEEP
    enterprise_id: UUID | None = None
    told_macs: Mapping[str, str] = field(default_factory=dict)


_UNCHANGED: Final = Verdict(RowOutcome.UNCHANGED)
_UNMATCHED: Final = Verdict(RowOutcome.UNMATCHED)


def decide(
    row: Incoming,
    stored: StoredWorker | None,
    *,
    basis: int | None = None,
    told: Sequence[Told] = (),
) -> Verdict:
    """`basis` is given when applying: the version of the worker that the plan saw (0: none). A row that
    would change a worker who was changed since is a conflict. `told`: what enterprises said before of
    somebody whom the registry does not know.
    """
    verdict = _decide(row, stored, told)
    version = stored.version if stored else 0
    if verdict.merged is not None and basis is not None and basis != version:
        return _conflict(PlanCode.CHANGED_SINCE_CHECK)
    return verdict


def _decide(row: Incoming, stored: StoredWorker | None, told: Sequence[Told]) -> Verdict:
    if row.problem is not None:
        return _conflict(row.problem)
    if stored is None:
        return _decide_unknown(row, told)
    if not (stored.township_code or row.division_prefix).startswith(row.division_prefix):
        return _conflict(PlanCode.TOWNSHIP_OUT_OF_SCOPE)
    if stored.said_before(row):
        return _UNCHANGED
    objection = _find_objection(row, stored)
    return _conflict(objection) if objection else _decide_known(row, stored)


def _conflict(code: PlanCode) -> Verdict:
    return Verdict(RowOutcome.CONFLICT, code=code)


def _find_objection(row: Incoming, stored: StoredWorker) -> PlanCode | None:
    if stored.newest_as_of is not None and row.source.as_of < stored.newest_as_of:
        return PlanCode.OLDER_SOURCE
    if stored.name_index != row.name_digest and not _may_rename(row, stored):
        return PlanCode.ID_NAME_CONFLICT
    return None


def _may_rename(row: Incoming, stored: StoredWorker) -> bool:
    """The township of residence corrects what it wrote itself; nobody corrects another's name. A name
    that has little of the old one is no correction: the number may be somebody else's (a parent's in
    the child's row).
    """
    source = row.source
    at_home = source.township_code is not None and source.township_code == stored.township_code
    before = stored.values.get("name", "")
    return at_home and source.key in stored.source_macs and _resembles(before, row.values["name"])


def _resembles(before: str, after: str) -> bool:
    """Half of both or more is the same: 张三 and 张珊, not 王小明 and 王强. Any name resembles an erased
    one.
    """
    return not before or SequenceMatcher(None, before, after).ratio() >= _SAME_SHARE


def _decide_unknown(row: Incoming, told: Sequence[Told]) -> Verdict:
    """An enterprise's word alone registers nobody, and everybody has to live somewhere."""
    if row.source.feed is Feed.ENTERPRISE:
        return _UNMATCHED
    if row.township_code is None:
        return _conflict(PlanCode.TOWNSHIP_UNKNOWN)
    return _decide_new(row, [each for each in told if each.name_digest == row.name_digest])


def _decide_new(row: Incoming, told: Sequence[Told]) -> Verdict:
    """As if the enterprises had told it after the person was registered."""
    residence, incoming = row.township_code, dict(row.values)
    merged = merge({}, {}, incoming=incoming, source=row.source, residence=residence)
    for each in told:
        known = {"person_role": str(PersonRole.WORKER), **merged.values}
        merged = merge(
            known, merged.origins, incoming=each.values, source=each.source, residence=residence
        )
        incoming = {**each.values, **incoming}
    step = decide_demand(None, incoming=incoming, values=merged.values, changed=merged.changed)
    return Verdict(
        RowOutcome.NEW,
        merged=merged,
        demand=step,
        enterprise_id=_find_enterprise(merged, [(each.source, each.values) for each in told]),
        told_macs={each.source.key: each.content_mac.hex() for each in told},
    )


def _find_enterprise(
    merged: Merged, tellers: Iterable[tuple[Source, Mapping[str, Any]]]
) -> UUID | None:
    """The newest of the enterprises that told the employer which is believed."""
    found, believed = None, merged.values.get("employer")
    for source, values in tellers:
        told = values.get("employer") if source.feed is Feed.ENTERPRISE else None
        if told and believed and search_key(told) == search_key(believed):
            found = UUID(source.place)
    return found


def _decide_known(row: Incoming, stored: StoredWorker) -> Verdict:
    source, residence = row.source, stored.township_code or row.township_code
    merged = merge(
        stored.values, stored.origins, incoming=row.values, source=source, residence=residence
    )
    state = DemandState(stored.demand.state) if stored.demand else None
    step = decide_demand(state, incoming=row.values, values=merged.values, changed=merged.changed)
    enterprise_id = _find_enterprise(merged, [(source, row.values)])
    if step is DemandStep.KEEP and _misses_enterprise(stored.demand, enterprise_id):
        step = DemandStep.UPDATE
    is_elsewhere = source.feed is Feed.TOWNSHIP and residence != source.township_code
    notes = [PlanCode.REGISTERED_ELSEWHERE] if is_elsewhere else []
    if source.feed is Feed.ENTERPRISE and enterprise_id is None:
        notes.append(PlanCode.EMPLOYER_DIFFERS)
    if step is DemandStep.KEEP_ASSIGNED:
        notes.append(PlanCode.ALREADY_ON_TRIP)
    if "name" in merged.changed and stored.name_index != row.name_digest:
        notes.append(PlanCode.NAME_CHANGED)
    if not merged.changed and step is DemandStep.KEEP:
        return Verdict(RowOutcome.UNCHANGED, notes=tuple(notes))
    return Verdict(
        RowOutcome.UPDATED,
        notes=tuple(notes),
        # To the clerk of another township even the names of the gaps say too much.
        changed=() if is_elsewhere else merged.changed,
        merged=merged,
        demand=step,
        enterprise_id=enterprise_id,
    )


def _misses_enterprise(demand: StoredDemand | None, enterprise_id: UUID | None) -> bool:
    """The open demand names the employer, but is not yet the enterprise's that told it."""
    if demand is None or demand.state != DemandState.OPEN:
        return False
    return demand.enterprise_id is None and enterprise_id is not None


# --- shown ---------------------------------------------------------------------------------------
def make_plan(chunk: int, verdicts: Sequence[Verdict]) -> ChunkPlanOut:
    """`verdicts`: in the order of the rows."""
    rows = [
        RowPlan(
            place=position,
            outcome=verdict.outcome,
            code=verdict.code,
            notes=list(verdict.notes),
            changed=list(verdict.changed),
        )
        for position, verdict in enumerate(verdicts)
    ]
    numbers = Counter(verdict.outcome for verdict in verdicts)
    counts = Counts(
        new=numbers[RowOutcome.NEW],
        updated=numbers[RowOutcome.UPDATED],
        unchanged=numbers[RowOutcome.UNCHANGED],
        conflicts=numbers[RowOutcome.CONFLICT],
        unmatched=numbers[RowOutcome.UNMATCHED],
    )
    return ChunkPlanOut(chunk=chunk, counts=counts, rows=rows)
