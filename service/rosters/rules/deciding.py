"""What a row does to the registry. Plan and apply ask the same function."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from schemas.demands import DemandState
from schemas.imports import Counts, PlanCode, RowOutcome, RowPlan
from schemas.workers import Feed
from service.demand.rules import DemandStep, decide_demand
from service.rosters.rules.reading import Incoming
from service.workers.rules.merging import Merged, Source, merge


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

    def said_before(self, row: Incoming) -> bool:
        """Whether the row's source said exactly this the last time."""
        source = row.source
        return source is not None and self.source_macs.get(source.key) == row.content_mac.hex()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`merged` is there for rows that are written."""

    outcome: RowOutcome
    code: PlanCode | None = None
    notes: tuple[PlanCode, ...] = ()
    changed: tuple[str, ...] = ()
    merged: Merged | None = None
    demand: DemandStep = DemandStep.KEEP


UNCHANGED = Verdict(RowOutcome.UNCHANGED)
UNMATCHED = Verdict(RowOutcome.UNMATCHED)


def decide(row: Incoming, stored: Stored | None, *, basis: int | None = None) -> Verdict:
    """`basis` is given when applying: the version of the worker that the plan saw (0: none).
    What changed since is not overwritten; a row that changes nothing does not mind.
    """
    verdict = _decide(row, stored)
    version = stored.version if stored else 0
    if verdict.merged is not None and basis is not None and basis != version:
        return _conflict(PlanCode.CHANGED_SINCE_CHECK)
    return verdict


def _decide(row: Incoming, stored: Stored | None) -> Verdict:
    if row.source is None:
        return _conflict(row.problem or PlanCode.TOWNSHIP_UNKNOWN)
    if stored is None:
        is_known_only = row.source.feed is Feed.ENTERPRISE
        return UNMATCHED if is_known_only else _decide_new(row, row.source)
    if stored.said_before(row):
        return UNCHANGED
    if stored.newest_as_of is not None and row.source.as_of < stored.newest_as_of:
        return _conflict(PlanCode.OLDER_SOURCE)
    if stored.name_digest != row.name_digest and not _may_rename(row.source, stored):
        return _conflict(PlanCode.ID_NAME_CONFLICT)
    return _decide_known(row, row.source, stored)


def _may_rename(source: Source, stored: Stored) -> bool:
    """The township of residence corrects what it wrote itself; nobody corrects another's name."""
    at_home = source.township_code is not None and source.township_code == stored.township_code
    return at_home and source.key in stored.source_macs


def _decide_new(row: Incoming, source: Source) -> Verdict:
    merged = merge({}, {}, incoming=row.values, source=source, residence=row.township_code)
    step = decide_demand(None, incoming=row.values, values=merged.values, changed=merged.changed)
    return Verdict(RowOutcome.NEW, merged=merged, demand=step)


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
    is_elsewhere = source.feed is Feed.TOWNSHIP and residence != source.township_code
    notes = [PlanCode.REGISTERED_ELSEWHERE] if is_elsewhere else []
    if step is DemandStep.KEEP_ASSIGNED:
        notes.append(PlanCode.ALREADY_ON_TRIP)
    if not merged.changed and step is DemandStep.KEEP:
        return Verdict(RowOutcome.UNCHANGED, notes=tuple(notes))
    return Verdict(
        RowOutcome.UPDATED,
        notes=tuple(notes),
        # To the clerk of another township even the names of the gaps say too much.
        changed=() if is_elsewhere else merged.changed,
        merged=merged,
        demand=step,
    )


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
