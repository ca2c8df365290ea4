"""What becomes of one row: decided against what is stored. The leaves that commit to rows, receipts,
and whose imports an account sees."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json

from schemas.demands import DemandState
from schemas.enterprises import search_key
from schemas.events.payloads_passengers import PersonRole
from schemas.ids import derive_id
from schemas.imports import (
    ChunkAppliedOut,
    ChunkPlanOut,
    Counts,
    PlanCode,
    RosterImportOut,
    RowOutcome,
    RowPlan,
)
from schemas.permissions import Role
from schemas.workers import Feed
from service.auth import Actor
from service.demand.rules import DemandStep, decide_demand
from service.registry.merging import Merged, Source, merge
from service.rosters.rules.reading import Incoming
from service.stranded.rules import Told

_DOMAIN: Final = b"fangang/roster-row/1\0"
_LEAF, _NODE = b"\x00", b"\x01"


def hash_leaf(row: Mapping[Any, Any]) -> bytes:
    """A row of worker_source. The canonical form (ledger/canonical.py), made directly: keys in their
    order, and nothing but plain texts and whole numbers.
    """
    worker_id = row["worker_id"]
    content = {
        "as_of": row["as_of"].isoformat(),
        "chunk": row["chunk"],
        "code": row["code"],
        "content_mac": row["content_mac"].hex(),
        "feed": row["feed"],
        "import": str(row["import_id"]),
        "outcome": row["outcome"],
        "place": row["place"],
        "row": row["row_number"],
        "sheet": row["sheet"],
        "township": row["township_code"],
        "worker": None if worker_id is None else str(worker_id),
    }
    return hashlib.sha256(_LEAF + _DOMAIN + to_json(content)).digest()


def make_root(rows: Sequence[Mapping[Any, Any]]) -> str:
    """Over the rows in the order of their places; there is at least one."""
    level = [hash_leaf(row) for row in rows]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(_NODE + _DOMAIN + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()


def receipt_prefix(day: date) -> str:
    return f"R-{day:%Y%m%d}-"


def make_receipt(import_id: UUID, *, day: date, taken: Collection[str]) -> str:
    """Four characters of the id's hash, and more where another import of the day has them."""
    digest = hashlib.sha256(import_id.bytes).hexdigest().upper()
    candidates = (receipt_prefix(day) + digest[:length] for length in range(4, 17))
    return next(candidate for candidate in candidates if candidate not in taken)


def make_undo_event_id(import_id: UUID) -> UUID:
    return derive_id(import_id, "undo")


def make_undone_key(import_id: UUID) -> str:
    """The key of an import that was undone: its content's own key is free again."""
    return hashlib.sha256(b"fangang/undone/1\0" + import_id.bytes).hexdigest()


def covers_import(actor: Actor, head: Mapping[Any, Any]) -> bool:
    """`head`: the row of roster_import. An enterprise's account sees its own lists only, others what
    lies in their townships.
    """
    if is_enterprise(actor):
        own = actor.scope.enterprise_id
        return head["feed"] == Feed.ENTERPRISE and own is not None and head["enterprise_id"] == own
    return actor.scope.covers_township(head["township_code"])


def is_enterprise(actor: Actor) -> bool:
    return actor.role is Role.ENTERPRISE_RECEIVER or actor.scope.enterprise_id is not None


def conceal_counts(counts: Counts) -> Counts:
    """Only how many: who of them is in the registry is nobody's at the enterprise to learn."""
    return Counts(received=sum(counts.model_dump().values()))


def conceal_plan(plan: ChunkPlanOut) -> ChunkPlanOut:
    """Each row is received, whether the registry knows, contradicts or lacks the person."""
    return ChunkPlanOut(
        chunk=plan.chunk,
        counts=conceal_counts(plan.counts),
        rows=[
            row.model_copy(
                update={
                    "outcome": RowOutcome.RECEIVED,
                    "code": None,
                    "notes": [],
                    "changed": [],
                }
            )
            for row in plan.rows
        ],
    )


def conceal_applied(applied: ChunkAppliedOut) -> ChunkAppliedOut:
    return ChunkAppliedOut(**dict(conceal_plan(applied)), receipt=applied.receipt)


def conceal_import(shown: RosterImportOut) -> RosterImportOut:
    return shown.model_copy(update={"counts": conceal_counts(shown.counts), "absent": None})


_SAME_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Stored:
    """What the registry holds about the worker of a row. `values` are opened only for a row that
    differs from what its source said last; `newest_as_of` is that source's newest day.
    """

    worker_id: UUID
    version: int
    township_code: str | None
    name_digest: bytes
    village_key: str | None
    source_macs: dict[str, str]
    origins: dict[str, str]
    values: dict[str, Any] | None = None
    newest_as_of: date | None = None
    demand: DemandState | None = None
    demand_enterprise_id: UUID | None = None

    def said_before(self, row: Incoming) -> bool:
        """Whether the row's source said exactly this the last time."""
        source = row.source
        return source is not None and self.source_macs.get(source.key) == row.content_mac.hex()


@dataclass(frozen=True, slots=True)
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


UNCHANGED = Verdict(RowOutcome.UNCHANGED)
UNMATCHED = Verdict(RowOutcome.UNMATCHED)


def decide(
    row: Incoming,
    stored: Stored | None,
    *,
    basis: int | None = None,
    told: Sequence[Told] = (),
) -> Verdict:
    """`basis` is given when applying: the version of the worker that the plan saw (0: none).
    What changed since is not overwritten; a row that changes nothing does not mind. `told`: what
    enterprises said before of somebody whom the registry does not know.
    """
    verdict = _decide(row, stored, told)
    version = stored.version if stored else 0
    if verdict.merged is not None and basis is not None and basis != version:
        return _conflict(PlanCode.CHANGED_SINCE_CHECK)
    return verdict


def _decide(row: Incoming, stored: Stored | None, told: Sequence[Told]) -> Verdict:
    if row.source is None:
        return _conflict(row.problem or PlanCode.TOWNSHIP_UNKNOWN)
    if stored is None:
        return _decide_unknown(row, row.source, told)
    if not (stored.township_code or row.division_prefix).startswith(row.division_prefix):
        return _conflict(PlanCode.TOWNSHIP_OUT_OF_SCOPE)
    if stored.said_before(row):
        return UNCHANGED
    objection = _find_objection(row, row.source, stored)
    return _conflict(objection) if objection else _decide_known(row, row.source, stored)


def _find_objection(row: Incoming, source: Source, stored: Stored) -> PlanCode | None:
    if stored.newest_as_of is not None and source.as_of < stored.newest_as_of:
        return PlanCode.OLDER_SOURCE
    if stored.name_digest != row.name_digest and not _may_rename(row, source, stored):
        return PlanCode.ID_NAME_CONFLICT
    return None


def _may_rename(row: Incoming, source: Source, stored: Stored) -> bool:
    """The township of residence corrects what it wrote itself; nobody corrects another's name. A name
    that has little of the old one is no correction: the number may be somebody else's (a parent's in
    the child's row).
    """
    at_home = source.township_code is not None and source.township_code == stored.township_code
    before = (stored.values or {}).get("name", "")
    return at_home and source.key in stored.source_macs and _resembles(before, row.values["name"])


def _resembles(before: str, after: str) -> bool:
    """Half of both or more is the same: 张三 and 张珊, not 王小明 and 王强. Erased, all do."""
    return not before or SequenceMatcher(None, before, after).ratio() >= _SAME_SHARE


def _decide_unknown(row: Incoming, source: Source, told: Sequence[Told]) -> Verdict:
    """An enterprise's word alone registers nobody, and everybody has to live somewhere."""
    if source.feed is Feed.ENTERPRISE:
        return UNMATCHED
    if row.township_code is None:
        return _conflict(PlanCode.TOWNSHIP_UNKNOWN)
    return _decide_new(row, source, [each for each in told if each.name_digest == row.name_digest])


def _decide_new(row: Incoming, source: Source, told: Sequence[Told]) -> Verdict:
    """As if the enterprises had told it after the person was registered."""
    residence, incoming = row.township_code, dict(row.values)
    merged = merge({}, {}, incoming=incoming, source=source, residence=residence)
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
    believed = merged.values.get("employer")
    found = None
    for source, values in tellers:
        if source.feed is Feed.ENTERPRISE and _is_same_firm(values.get("employer"), believed):
            found = UUID(source.place)
    return found


def _is_same_firm(told: str | None, believed: str | None) -> bool:
    if told is None or believed is None:
        return False
    return search_key(told) == search_key(believed)


def _decide_known(row: Incoming, source: Source, stored: Stored) -> Verdict:
    residence = stored.township_code or row.township_code
    merged = merge(
        stored.values or {},
        stored.origins,
        incoming=row.values,
        source=source,
        residence=residence,
    )
    step = decide_demand(
        stored.demand, incoming=row.values, values=merged.values, changed=merged.changed
    )
    enterprise_id = _find_enterprise(merged, [(source, row.values)])
    if step is DemandStep.KEEP and _misses_enterprise(stored, enterprise_id):
        step = DemandStep.UPDATE
    is_elsewhere = source.feed is Feed.TOWNSHIP and residence != source.township_code
    notes = [PlanCode.REGISTERED_ELSEWHERE] if is_elsewhere else []
    if source.feed is Feed.ENTERPRISE and enterprise_id is None:
        notes.append(PlanCode.EMPLOYER_DIFFERS)
    if step is DemandStep.KEEP_ASSIGNED:
        notes.append(PlanCode.ALREADY_ON_TRIP)
    if "name" in merged.changed and stored.name_digest != row.name_digest:
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


def _misses_enterprise(stored: Stored, enterprise_id: UUID | None) -> bool:
    """The open demand names the employer, but is not yet the enterprise's that told it."""
    is_open = stored.demand is DemandState.OPEN and stored.demand_enterprise_id is None
    return is_open and enterprise_id is not None


def _conflict(code: PlanCode) -> Verdict:
    return Verdict(RowOutcome.CONFLICT, code=code)


def show_verdict(place: int, verdict: Verdict) -> RowPlan:
    return RowPlan(
        place=place,
        outcome=verdict.outcome,
        code=verdict.code,
        notes=list(verdict.notes),
        changed=list(verdict.changed),
    )


def count_verdicts(verdicts: Iterable[Verdict]) -> Counts:
    numbers = dict.fromkeys(RowOutcome, 0)
    for verdict in verdicts:
        numbers[verdict.outcome] += 1
    return Counts(
        new=numbers[RowOutcome.NEW],
        updated=numbers[RowOutcome.UPDATED],
        unchanged=numbers[RowOutcome.UNCHANGED],
        conflicts=numbers[RowOutcome.CONFLICT],
        unmatched=numbers[RowOutcome.UNMATCHED],
    )
