"""Applying a chunk: what is sealed before the lock; rows whose worker changed since the plan are conflicts;
expired or undone imports refused; township, guardian, demand written; what is kept for undoing; the event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_passengers import PersonRole
from schemas.events.payloads_records import RosterApplied
from schemas.ids import derive_id
from schemas.imports import MAX_CHUNK_ROWS, ChunkAppliedOut, ChunkPlanOut
from service.clock import new_id_in_order
from service.context import Work
from service.db.bulk import write_many
from service.db.columns import freeze
from service.demand.actions import Demand, describe_demand, seal_wish, write_demands
from service.demand.rules import DemandStep
from service.errors import DomainError
from service.ledger.bodies import StreamKey
from service.recording.commands import make_command
from service.registry import actions as registry
from service.registry.actions import Entry
from service.registry.columns import WorkerIndex
from service.registry.merging import Household, Merged, choose_guardian
from service.rosters.actions.planning import (
    Stored,
    check_staged,
    find_basis,
    find_facts,
    keep_answer,
    list_numbers,
    load_stored,
    number_chunk,
    open_rows,
    read_answer,
)
from service.rosters.models import RosterChunk, RosterImport
from service.rosters.queries import imports
from service.rosters.rules.imports import Before, Leaf, hash_leaf, make_root
from service.rosters.rules.rows import (
    Incoming,
    StoredWorker,
    Verdict,
    decide,
    make_plan,
    read_rows,
)
from service.stranded.actions import keep_statements
from service.vault.vault import Keyring

_WRITTEN_DEMANDS: Final = frozenset({DemandStep.OPEN, DemandStep.UPDATE, DemandStep.CANCEL})
_LINK: Final = ("version", "guardian_worker_id", "household_key")
"""Of a child whose guardian is entered or moves: the columns that change, and the version."""


class Accepted(NamedTuple):
    """A row that is written, and whom it is about: `stored` None is somebody new."""

    row: Incoming
    verdict: Verdict
    merged: Merged
    stored: StoredWorker | None
    worker_id: UUID
    number: int | None


@dataclass(slots=True)
class Change:
    """Worker and demand as they shall stand after a row. `columns` and `wish` are the same sealed, for
    somebody new whom `prepare_chunk` has sealed; `leaf` and its hash what the ledger commits to of them.
    """

    row: Incoming
    verdict: Verdict
    worker: Entry
    demand: Demand | None
    columns: Mapping[str, Any] | None = None
    wish: bytes = b""
    leaf: Leaf | None = None
    leaf_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Prepared:
    """`newcomers` by position: sealed under keys that are drawn, and stored nowhere yet. `content_mac`:
    of the staged chunk that was read. `numbers`: position → the short number that is kept for somebody unknown.
    """

    content_mac: bytes
    rows: Sequence[Incoming]
    index: WorkerIndex
    newcomers: Mapping[int, Change]
    drawn: Keyring
    numbers: Mapping[int, int]

    def find_verdict(self, row: Incoming, stored: Stored) -> Verdict | None:
        """What was decided of somebody unknown, if that still holds and no enterprise told of them."""
        found = self.newcomers.get(row.position)
        is_known = row.id_digest in stored.workers or row.id_digest in stored.told
        return None if found is None or is_known else found.verdict

    def find(self, row: Incoming, verdict: Verdict) -> Change | None:
        """Whoever was sealed for this verdict."""
        found = self.newcomers.get(row.position)
        return found if found is not None and found.verdict is verdict else None


# --- before the lock -----------------------------------------------------------------------------
def prepare_chunk(work: Work, *, import_id: UUID, chunk: int) -> Prepared | None:
    """In a read transaction. None where there is nothing to prepare: applying says why. Raises
    not-found as applying does.
    """
    roster_import = imports.find_import(work, import_id=import_id)
    kept = imports.get_chunk(work.session, work.county_code, import_id=import_id, chunk=chunk)
    if kept is None or kept.staged_sealed is None:
        return None
    return _read_staged(work, roster_import, kept, seals=True)


def _read_staged(
    work: Work, roster_import: RosterImport, chunk: RosterChunk, *, seals: bool
) -> Prepared:
    """The staged rows. `seals`: with whoever was unknown when the chunk was planned."""
    staged, facts = open_rows(work, chunk), find_facts(work, roster_import)
    index = WorkerIndex(work.context.vault.indexes, work.county_code)
    rows = read_rows(
        staged.rows, facts=facts, actor=work.actor, index=index, digests=staged.digests
    )
    unknown = [row for row, basis in zip(rows, chunk.bases, strict=True) if not basis]
    numbers = list_numbers(chunk)
    changes = list(_list_newcomers(work, unknown, numbers)) if seals else []
    drawn = registry.draw_keyring(
        work.context.vault, work.county_code, [each.worker.id for each in changes]
    )
    newcomers = {each.row.position: _seal(each, index, drawn) for each in changes}
    for each in changes:
        each.leaf = _make_leaf(
            roster_import, chunk.chunk, each.row, each.verdict, worker=each.worker
        )
        each.leaf_hash = hash_leaf(each.leaf)
    return Prepared(chunk.content_mac, rows, index, newcomers, drawn, numbers)


def _list_newcomers(
    work: Work, rows: Iterable[Incoming], numbers: Mapping[int, int]
) -> Iterator[Change]:
    """A child whose guardian is named waits for the lock, which tells the household."""
    now = work.now()
    for row in rows:
        if row.guardian_digest is None and (merged := (verdict := decide(row, None)).merged):
            worker_id = new_id_in_order(lambda: now, row.position)
            number = numbers.get(row.position)
            yield _make_change(Accepted(row, verdict, merged, None, worker_id, number), {}, now)


def _seal(change: Change, index: WorkerIndex, drawn: Keyring) -> Change:
    change.columns = registry.prepare_worker(change.worker, index, drawn)
    change.wish = seal_wish(change.demand, drawn) if change.demand else b""
    return change


# --- a worker and a demand as they shall stand ----------------------------------------------------
def _make_change(
    accepted: Accepted, households: Mapping[bytes, Household], now: datetime
) -> Change:
    """With one time of making for both, by which undoing knows that they came together."""
    worker = _make_entry(accepted, households, now)
    is_written = accepted.verdict.demand in _WRITTEN_DEMANDS
    demand = _make_demand(accepted, worker, now) if is_written else None
    return Change(accepted.row, accepted.verdict, worker, demand)


def _make_entry(accepted: Accepted, households: Mapping[bytes, Household], now: datetime) -> Entry:
    row, merged, stored = accepted.row, accepted.merged, accepted.stored
    guardian = _find_guardian(accepted, households)
    said = {row.source.key: row.content_mac.hex()}
    return Entry(
        id=accepted.worker_id,
        version=stored.version + 1 if stored else 1,
        created_at=stored.created_at if stored else now,
        # An import gives a township to whoever has none; it moves nobody.
        township_code=(stored.township_code if stored else None) or row.township_code,
        person_role=PersonRole(merged.values.get("person_role", PersonRole.WORKER)),
        values=merged.values,
        origins=merged.origins,
        source_macs={
            **(stored.source_macs if stored else {}),
            **accepted.verdict.told_macs,
            **said,
        },
        guardian_worker_id=guardian.worker_id if guardian else None,
        household_key=guardian.key if guardian else None,
        number=stored.number if stored else accepted.number,
    )


def _find_guardian(accepted: Accepted, households: Mapping[bytes, Household]) -> Household | None:
    """Of the guardian who is believed, which need not be the one that the row names."""
    stored, digest = accepted.stored, accepted.row.guardian_digest
    if stored is None or "guardian_id" in accepted.merged.changed:
        return choose_guardian(digest, known=households, linked=None)
    guardian_id = stored.guardian_worker_id
    linked = Household(guardian_id, stored.household_key) if guardian_id is not None else None
    return choose_guardian(stored.guardian_index, known=households, linked=linked)


def _make_demand(accepted: Accepted, worker: Entry, now: datetime) -> Demand:
    newest = accepted.stored.demand if accepted.stored else None
    return describe_demand(
        worker.values,
        newest,
        step=accepted.verdict.demand,
        changed=accepted.merged.changed,
        worker_id=worker.id,
        township_code=worker.township_code,
        source=accepted.row.source.feed,
        fresh_id=new_id_in_order(lambda: now, accepted.row.position),
        now=now,
        enterprise_id=accepted.verdict.enterprise_id,
    )


# --- under the lock ------------------------------------------------------------------------------
def apply_chunk(
    work: Work, *, import_id: UUID, chunk: int, prepared: Prepared | None = None
) -> ChunkAppliedOut:
    """A repeat gets the answer of the first time. Rows whose worker changed since the plan are left as
    they are. `prepared` (by prepare_chunk) spares the transaction work and changes nothing. Raises
    import-expired when the staged rows are gone, import-undone when the import was taken back.
    """
    roster_import = imports.find_import(work, import_id=import_id, lock=True)
    kept = imports.get_chunk(work.session, work.county_code, import_id=import_id, chunk=chunk)
    if kept is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    if kept.answer is not None:
        return read_answer(kept, kept.answer)
    check_staged(work, roster_import, kept)
    if number_chunk(work, kept) or prepared is None or prepared.content_mac != kept.content_mac:
        prepared = _read_staged(work, roster_import, kept, seals=False)
    _keep_list(work, roster_import, prepared.rows)
    stored = load_stored(work, prepared.rows, lock=True)
    verdicts = _decide_rows(prepared, kept, stored)
    changes = _list_changes(work, prepared, verdicts, stored)
    wards = _write_changes(work, prepared, changes)
    _keep_befores(work, kept, changes, wards, stored)
    decided = zip(prepared.rows, verdicts, _list_workers(prepared, changes, stored), strict=True)
    sealed = {each.row.position: each.leaf for each in changes if each.leaf}
    leaves = [
        sealed.get(row.position) or _make_leaf(roster_import, chunk, row, verdict, worker=worker)
        for row, verdict, worker in decided
    ]
    write_many(work.session, imports.WORKER_SOURCE, [leaf.columns for leaf in leaves])
    plan = make_plan(chunk, verdicts)
    known = {each.row.position: each.leaf_hash for each in changes}
    receipt = _record(work, roster_import, plan, make_root(leaves, known=known))
    return _finish(work, roster_import, kept, ChunkAppliedOut(**dict(plan), receipt=receipt))


def _keep_list(work: Work, roster_import: RosterImport, rows: Sequence[Incoming]) -> None:
    """Of an enterprise everybody who is listed is kept, known or not; of a township nothing."""
    if roster_import.enterprise_id is not None:
        keep_statements(
            work,
            enterprise_id=roster_import.enterprise_id,
            import_id=roster_import.id,
            as_of=roster_import.as_of,
            statements=rows,
        )


def _decide_rows(prepared: Prepared, chunk: RosterChunk, stored: Stored) -> list[Verdict]:
    planned = frozenset(chunk.known_ids or ())
    return [
        prepared.find_verdict(row, stored)
        or decide(
            row,
            stored.get(row),
            basis=find_basis(basis, stored.get(row), planned),
            told=stored.told.get(row.id_digest, ()),
        )
        for row, basis in zip(prepared.rows, chunk.bases, strict=True)
    ]


def _list_changes(
    work: Work, prepared: Prepared, verdicts: Sequence[Verdict], stored: Stored
) -> list[Change]:
    """Of the rows that are written, in their order: those that were sealed before, and those made now."""
    now, written = work.now(), list[tuple[Change | None, Accepted]]()
    households = {
        digest: Household(worker.id, worker.household_key)
        for digest, worker in stored.workers.items()
    }
    for row, verdict in zip(prepared.rows, verdicts, strict=True):
        if verdict.merged is not None:
            sealed, worker = prepared.find(row, verdict), stored.get(row)
            known = sealed.worker if sealed else worker
            worker_id = known.id if known else new_id_in_order(lambda: now, row.position)
            number = prepared.numbers.get(row.position)
            accepted = Accepted(row, verdict, verdict.merged, worker, worker_id, number)
            written.append((sealed, accepted))
            key = sealed.columns["household_key"] if sealed and sealed.columns else None
            key = key or prepared.index.household(verdict.merged.values)
            households[row.id_digest] = Household(worker_id, key)
    return [sealed or _make_change(each, households, now) for sealed, each in written]


def _write_changes(work: Work, prepared: Prepared, changes: Sequence[Change]) -> list[imports.Ward]:
    """The children outside of the chunk who were linked to a guardian, as they stood before. The number
    of statements is fixed.
    """
    if not changes:
        return []
    session, county_code, vault = work.session, work.county_code, work.context.vault
    sealed = {each.worker.id: each for each in changes if each.columns is not None}
    vault.store_keyring(session, prepared.drawn, sealed)
    others = [each.worker.id for each in changes if each.worker.id not in sealed]
    keyring = registry.make_keyring(session, vault, county_code, others)
    registry.write_workers(
        session,
        county_code,
        [each.worker for each in changes],
        keyring=keyring,
        index=prepared.index,
        now=work.now(),
        prepared={key: each.columns for key, each in sealed.items() if each.columns},
    )
    wards = _link_wards(work, changes, prepared.index)
    write_demands(
        session,
        county_code,
        [each.demand for each in changes if each.demand],
        keyring=keyring,
        index=prepared.index,
        now=work.now(),
        sealed={each.demand.id: each.wish for each in sealed.values() if each.demand},
    )
    return wards


def _link_wards(work: Work, changes: Sequence[Change], index: WorkerIndex) -> list[imports.Ward]:
    """Children who were entered before the guardian, or whose guardian's household changed."""
    guardians = {each.row.id_digest: each.worker for each in changes}
    found = imports.list_wards(work.session, work.county_code, guardian_digests=guardians)
    if not found:
        return []
    written = {each.worker.id for each in changes}
    wards = [ward for ward in found if ward.id not in written]
    links = [
        registry.Ward(ward.id, guardian.id, index.household(guardian.values))
        for ward in wards
        for guardian in [guardians[ward.guardian_index]]
    ]
    registry.link_wards(work.session, work.county_code, links)
    return wards


# --- what is kept of it --------------------------------------------------------------------------
def _keep_befores(
    work: Work,
    chunk: RosterChunk,
    changes: Sequence[Change],
    wards: Sequence[imports.Ward],
    stored: Stored,
) -> None:
    """What was overwritten, as it was loaded, and locked, for the decision itself. Of a newcomer nothing."""
    now = work.now()
    known = [(each, stored.get(each.row)) for each in changes]
    kept = [
        *(_describe_change(chunk, each, worker, now) for each, worker in known if worker),
        *(_describe_link(chunk, number, ward, now) for number, ward in enumerate(wards)),
    ]
    write_many(work.session, imports.BEFORE, [before._asdict() for before in kept])


def _describe_change(
    chunk: RosterChunk, change: Change, stored: StoredWorker, now: datetime
) -> Before:
    demand, newest = change.demand, stored.demand
    is_described = demand is not None and newest is not None and newest.id == demand.id
    return Before(
        county_code=chunk.county_code,
        import_id=chunk.import_id,
        chunk=chunk.chunk,
        place=change.row.position,
        worker_id=change.worker.id,
        worker_version=change.worker.version,
        worker=freeze(stored.columns),
        demand_id=demand.id if demand else None,
        demand_version=demand.version if demand else None,
        demand=freeze(newest.columns) if newest and is_described else None,
        written_at=now,
    )


def _describe_link(chunk: RosterChunk, number: int, ward: imports.Ward, now: datetime) -> Before:
    return Before(
        county_code=chunk.county_code,
        import_id=chunk.import_id,
        chunk=chunk.chunk,
        place=MAX_CHUNK_ROWS + number,
        worker_id=ward.id,
        worker_version=ward.version,
        worker=freeze({name: getattr(ward, name) for name in _LINK}),
        demand_id=None,
        demand_version=None,
        demand=None,
        written_at=now,
    )


def _list_workers(
    prepared: Prepared, changes: Sequence[Change], stored: Stored
) -> Iterator[Entry | StoredWorker | None]:
    """Whom each row is about, as they are now; None also for a row with a problem, whose person the
    account may not know.
    """
    written = {each.row.position: each.worker for each in changes}
    for row in prepared.rows:
        known = None if row.problem else stored.get(row)
        yield written.get(row.position) or known


def _make_leaf(
    roster_import: RosterImport,
    chunk: int,
    row: Incoming,
    verdict: Verdict,
    *,
    worker: Entry | StoredWorker | None,
) -> Leaf:
    return Leaf(
        county_code=roster_import.county_code,
        import_id=roster_import.id,
        chunk=chunk,
        place=row.position,
        worker_id=worker.id if worker else None,
        feed=roster_import.feed,
        township_code=row.township_code,
        as_of=roster_import.as_of,
        sheet=row.sheet,
        row_number=row.row_number,
        outcome=str(verdict.outcome),
        code=str(verdict.code) if verdict.code else None,
        content_mac=row.content_mac,
        worker_version=worker.version if worker else None,
    )


def _record(work: Work, roster_import: RosterImport, plan: ChunkPlanOut, rows_root: str) -> Receipt:
    payload = RosterApplied(
        import_id=roster_import.id,
        chunk=plan.chunk,
        file_sha256=roster_import.file_sha256,
        created=plan.counts.new,
        updated=plan.counts.updated,
        unchanged=plan.counts.unchanged,
        conflicts=plan.counts.conflicts,
        unmatched=plan.counts.unmatched,
        rows_root=rows_root,
    )
    return work.record(
        make_command(
            payload,
            identifier=derive_id(roster_import.id, "chunk", str(plan.chunk)),
            kind=EventKind.ROSTER_APPLIED,
            stream=StreamKey(StreamKind.IMPORT, roster_import.id),
            now=work.now(),
        )
    )


def _finish(
    work: Work, roster_import: RosterImport, chunk: RosterChunk, applied: ChunkAppliedOut
) -> ChunkAppliedOut:
    """The answer is kept, the import's counts grow."""
    keep_answer(chunk, applied)
    before = roster_import.counts
    roster_import.counts = {name: before.get(name, 0) + number for name, number in applied.counts}
    if sum(roster_import.counts.values()) >= roster_import.accepted:
        roster_import.applied_at = work.now()
    work.session.add_all([chunk, roster_import])
    return applied
