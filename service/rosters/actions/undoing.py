"""Undoing an import: when it is refused (expired, a seat given, changed since) and what keep_changed lets
stay; restoring and removing workers and demands; dropping overwritten rows that are too old.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import RosterUndone
from schemas.imports import UndoIn, UndoOut
from service.auth import Actor
from service.context import Work
from service.db.bulk import delete_many, write_many
from service.db.columns import thaw
from service.demand.queries import DEMAND
from service.errors import DomainError
from service.ledger import queries as ledger
from service.ledger.actions import close_unused_streams, lock_or_open_streams
from service.ledger.bodies import StreamKey, read_body
from service.recording.commands import make_command, worker_stream
from service.registry.actions import Ward, link_wards
from service.registry.columns import WorkerIndex, open_values
from service.registry.queries import WORKER
from service.rosters.models import RosterImport
from service.rosters.queries import imports, undoing
from service.rosters.rules.imports import (
    KEPT_FOR,
    Before,
    Fate,
    History,
    Present,
    judge,
    keep_families,
    make_undo_event_id,
    make_undone_key,
    order_histories,
)
from service.rosters.rules.rows import StoredDemand, StoredWorker
from service.stranded.actions import Forgetting, forget, plan_forgetting

_STREAMS_AT_ONCE: Final = 5_000
_FIRST_VERSION: Final = 1


def undo_import(work: Work, *, import_id: UUID, wanted: UndoIn) -> UndoOut:
    """Everybody is again what they were before the import; a repeat gets the answer of the first
    time. What was staged and not applied is dropped, and the same file is a new import. Kept are the
    outcomes of the rows and the answers of the chunks, which the ledger commits to, and names of
    firms.

    Raises undo-expired after 30 days; unless `keep_changed` is set, undo-travelled when somebody was
    given a seat since, undo-superseded when somebody was written, spoken of or imported again since.
    """
    roster_import = imports.find_import(work, import_id=import_id, lock=True)
    if roster_import.undone_at is not None:
        return _repeat(work.session, roster_import)
    befores = _list_befores(work, roster_import)
    listed = _plan_list(work.session, roster_import)
    evidence = gather(work.session, roster_import, befores, lock=not wanted.dry_run)
    found = _describe(work.actor, roster_import, evidence, listed)
    if wanted.dry_run:
        return found
    if not wanted.keep_changed:
        _refuse(found)
    forget(work, listed)
    restore(work, evidence)
    receipt = _record(work, found, reason=wanted.reason)
    _close(work, roster_import)
    return found.model_copy(update={"undone_at": roster_import.undone_at, "event": receipt})


def drop_old_befores(work: Work) -> None:
    """What was overwritten so long ago that it cannot be taken back any more."""
    table = imports.BEFORE
    work.session.execute(
        delete(table)
        .where(table.c.county_code == work.county_code)
        .where(table.c.written_at <= work.now() - KEPT_FOR)
    )


def _list_befores(work: Work, roster_import: RosterImport) -> list[Before]:
    """All that the import overwrote, or undo-expired."""
    session, county_code, import_id = work.session, work.county_code, roster_import.id
    newcomers = undoing.list_newcomers(session, county_code, import_id=import_id)
    befores = [
        *undoing.list_befores(session, county_code, import_id=import_id),
        *(_describe_newcomer(county_code, each, roster_import.created_at) for each in newcomers),
    ]
    written = undoing.count_written_rows(session, county_code, import_id=import_id)
    kept = sum(not row.is_link for row in befores)
    oldest = min((row.written_at for row in befores), default=None)
    if kept < written or (oldest is not None and oldest <= work.now() - KEPT_FOR):
        raise DomainError(ErrorCode.UNDO_EXPIRED)
    return befores


def _describe_newcomer(county_code: str, newcomer: undoing.Newcomer, since: datetime) -> Before:
    """As a row of roster_before for a worker who had no row. `since`: of workers who are gone."""
    return Before(
        county_code=county_code,
        import_id=newcomer.import_id,
        chunk=newcomer.chunk,
        place=newcomer.place,
        worker_id=newcomer.worker_id,
        worker_version=newcomer.worker_version,
        worker=None,
        demand_id=newcomer.demand_id,
        demand_version=_FIRST_VERSION if newcomer.demand_id else None,
        demand=None,
        written_at=newcomer.registered_at or since,
    )


def _plan_list(session: Session, roster_import: RosterImport) -> Forgetting:
    """The people of an enterprise's list; nobody of a roster."""
    county_code, enterprise_id = roster_import.county_code, roster_import.enterprise_id
    if enterprise_id is None:
        return Forgetting()
    undone = imports.list_undone_imports(session, county_code, enterprise_id=enterprise_id)
    return plan_forgetting(session, county_code, import_id=roster_import.id, undone=undone)


def _describe(
    actor: Actor, roster_import: RosterImport, evidence: "Evidence", listed: Forgetting
) -> UndoOut:
    """Receipts of other townships' imports are not for this account."""
    travelled = evidence.count(Fate.TRAVELLED)
    changed = evidence.count(Fate.CHANGED) + listed.kept
    return UndoOut(
        import_id=roster_import.id,
        receipt=roster_import.receipt,
        restored=evidence.count(Fate.RESTORE),
        removed=evidence.count(Fate.REMOVE),
        unlisted=listed.unlisted,
        kept=travelled + changed,
        travelled=travelled,
        changed=changed,
        later=sorted(each.receipt for each in evidence.later if imports.covers_import(actor, each)),
    )


def _refuse(found: UndoOut) -> None:
    if found.travelled:
        raise DomainError(ErrorCode.UNDO_TRAVELLED, facts={"count": found.travelled})
    if found.changed:
        facts: dict[str, object] = {"count": found.changed, "receipts": found.later}
        raise DomainError(ErrorCode.UNDO_SUPERSEDED, facts=facts)


def _record(work: Work, found: UndoOut, *, reason: str | None) -> Receipt:
    payload = RosterUndone(
        import_id=found.import_id,
        restored=found.restored,
        removed=found.removed,
        unlisted=found.unlisted,
        kept=found.kept,
        reason=reason,
    )
    return work.record(
        make_command(
            payload,
            identifier=make_undo_event_id(found.import_id),
            kind=EventKind.ROSTER_UNDONE,
            stream=StreamKey(StreamKind.IMPORT, found.import_id),
            now=work.now(),
        )
    )


def _close(work: Work, roster_import: RosterImport) -> None:
    before, chunk = imports.BEFORE, imports.CHUNK
    for rows in (before, chunk):
        statement = delete(rows).where(rows.c.county_code == roster_import.county_code)
        statement = statement.where(rows.c.import_id == roster_import.id)
        work.session.execute(
            statement if rows is before else statement.where(chunk.c.answer.is_(None))
        )
    roster_import.undone_at = work.now()
    roster_import.import_key = make_undone_key(roster_import.id)
    work.session.add(roster_import)


def _repeat(session: Session, roster_import: RosterImport) -> UndoOut:
    """As the ledger has it."""
    event_id = make_undo_event_id(roster_import.id)
    (row,) = ledger.list_events_by_id(session, roster_import.county_code, [event_id])
    said = read_body(row.body).data
    return UndoOut(
        import_id=roster_import.id,
        receipt=roster_import.receipt,
        restored=said["restored"],
        removed=said["removed"],
        unlisted=said.get("unlisted", 0),
        kept=said["kept"],
        undone_at=roster_import.undone_at,
        event=Receipt(
            event_id=row.id,
            kind=EventKind(row.kind),
            stream=row.stream.path,
            sequence=row.seq,
            hash=row.hash.hex(),
            recorded_at=row.recorded_at,
        ),
    )


# --- who can be taken back -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Evidence:
    """By worker: `histories`, `workers` as they are now, all `demands`, `fates`. `later`: the other
    imports that named people since, or children of theirs.
    """

    histories: Mapping[UUID, History]
    workers: Mapping[UUID, StoredWorker]
    demands: Mapping[UUID, Mapping[UUID, StoredDemand]]
    fates: Mapping[UUID, Fate]
    later: Collection[imports.ImportSummary]

    def count(self, fate: Fate) -> int:
        """Of the people whom the file names."""
        return sum(
            each is fate and self.histories[worker_id].is_named
            for worker_id, each in self.fates.items()
        )


def gather(
    session: Session, roster_import: RosterImport, befores: list[Before], *, lock: bool
) -> Evidence:
    """`lock`: streams, workers and demands, in this order, as whoever assigns or applies does."""
    county_code = roster_import.county_code
    histories = order_histories(befores)
    if lock:
        _lock_streams(session, county_code, histories)
    workers = undoing.load_workers_by_id(session, county_code, worker_ids=histories, lock=lock)
    demands: dict[UUID, dict[UUID, StoredDemand]] = {}
    for each in imports.list_demands(session, county_code, worker_ids=histories, lock=lock):
        demands.setdefault(each.worker_id, {})[each.id] = each
    wards = _list_wards(session, county_code, histories, workers)
    later, named = _list_later(session, roster_import, histories, wards)
    rode, spoken = _list_spoken(session, county_code, histories)
    fates = {
        worker_id: judge(
            history,
            Present(
                version=workers[worker_id].version if worker_id in workers else None,
                demands={
                    key: (demand.version, DemandState(demand.state))
                    for key, demand in demands.get(worker_id, {}).items()
                },
                rode=worker_id in rode,
                spoken=worker_id in spoken,
                named=worker_id in named,
            ),
        )
        for worker_id, history in histories.items()
    }
    return Evidence(histories, workers, demands, keep_families(fates, wards), later)


def _lock_streams(session: Session, county_code: str, worker_ids: Iterable[UUID]) -> None:
    """Whoever gives a seat holds the worker's stream, also where there is no demand to lock."""
    keys = sorted(worker_stream(each) for each in worker_ids)
    for start in range(0, len(keys), _STREAMS_AT_ONCE):
        lock_or_open_streams(session, county_code, keys[start : start + _STREAMS_AT_ONCE])


def _list_wards(
    session: Session,
    county_code: str,
    histories: Mapping[UUID, History],
    workers: Mapping[UUID, StoredWorker],
) -> list[tuple[UUID, UUID]]:
    """Guardian and child, of guardians whose household would change."""
    moving = {
        worker.id_number_index: worker_id
        for worker_id, worker in workers.items()
        if histories[worker_id].is_named and _changes_household(histories[worker_id], worker)
    }
    found = imports.list_wards(session, county_code, guardian_digests=moving)
    return [(moving[ward.guardian_index], ward.id) for ward in found]


def _changes_household(history: History, worker: StoredWorker) -> bool:
    return history.is_new or history.before["household_key"] != worker.household_key


def _list_later(
    session: Session,
    roster_import: RosterImport,
    histories: Mapping[UUID, History],
    wards: list[tuple[UUID, UUID]],
) -> tuple[Collection[imports.ImportSummary], set[UUID]]:
    """Imports that named people after this one wrote them, or children of theirs whom it did not
    know; and which of the people. Undone imports do not count.
    """
    county_code = roster_import.county_code
    children = {child for _, child in wards if child not in histories}
    people = {each for each, history in histories.items() if history.is_named}
    rows = undoing.list_believed_rows(session, county_code, worker_ids=people | children)
    others = [row for row in rows if row.import_id != roster_import.id]
    imports = undoing.load_summaries(session, county_code, ids={row.import_id for row in others})
    later = [
        row
        for row in others
        if imports[row.import_id].undone_at is None
        if row.worker_id in children or histories[row.worker_id].is_before(row)
    ]
    return {imports[row.import_id] for row in later}, {row.worker_id for row in later}


def _list_spoken(
    session: Session, county_code: str, histories: Mapping[UUID, History]
) -> tuple[set[UUID], set[UUID]]:
    """Of whom a trip's event spoke since, and of whom an own one: a hold, a withdrawal."""
    rows = undoing.list_events_about(session, county_code, worker_ids=histories)
    fresh = [row for row in rows if row.recorded_at >= histories[row.worker_id].begun_at]
    rode = {row.worker_id for row in fresh if row.stream_kind == StreamKind.TRIP}
    return rode, {row.worker_id for row in fresh} - rode


# --- restoring -----------------------------------------------------------------------------------
class RestoredWorker(NamedTuple):
    """The content of version `old`, under a new one: an ETag that was once given names one content for
    ever.
    """

    row: StoredWorker
    old: int


class RestoredDemand(NamedTuple):
    """The same of a demand."""

    row: StoredDemand
    old: int


def restore(work: Work, evidence: Evidence) -> None:
    """First what came with the import goes, then the old rows return: of one person's demands only
    one is current at any time. Keys of people who go are destroyed with them.
    """
    session, county_code = work.session, work.county_code
    removed = [each for each, fate in evidence.fates.items() if fate is Fate.REMOVE]
    workers = list(_list_workers(evidence, work.now()))
    demands, opened = _list_demands(evidence, work.now())
    delete_many(session, DEMAND, county_code=county_code, column="id", keys=opened)
    delete_many(session, WORKER, county_code=county_code, column="id", keys=removed)
    write_many(session, WORKER, [each.row.columns for each in workers], conflict="overwrite")
    _join_guardians(work, [each.row for each in workers])
    write_many(session, DEMAND, [each.row.columns for each in demands], conflict="overwrite")
    _follow_versions(session, county_code, workers, demands)
    close_unused_streams(session, county_code, [worker_stream(each) for each in removed])
    work.context.vault.destroy(session, county_code, removed, at=work.now())


def _list_workers(evidence: Evidence, now: datetime) -> Iterator[RestoredWorker]:
    """In the order in which imports write people (service/registry/actions.py)."""
    restored = [
        _restore_worker(evidence.workers[worker_id], evidence.histories[worker_id], now)
        for worker_id, fate in evidence.fates.items()
        if fate is Fate.RESTORE
    ]
    yield from sorted(restored, key=lambda each: each.row.id_number_index)


def _restore_worker(present: StoredWorker, history: History, now: datetime) -> RestoredWorker:
    changed = {**thaw(WORKER, history.before), "version": present.version + 1, "updated_at": now}
    return RestoredWorker(replace(present, **changed), history.version)


def _list_demands(evidence: Evidence, now: datetime) -> tuple[list[RestoredDemand], list[UUID]]:
    """Those to be written back, and those that the import opened."""
    restored, opened = [], []
    for worker_id, fate in evidence.fates.items():
        if fate.stays:
            continue
        for demand_id, demand in evidence.histories[worker_id].demands.items():
            if demand.before is None:
                opened.append(demand_id)
                continue
            present, before = evidence.demands[worker_id][demand_id], thaw(DEMAND, demand.before)
            changed = {**before, "version": present.version + 1, "updated_at": now}
            restored.append(RestoredDemand(replace(present, **changed), before["version"]))
    return restored, opened


def _join_guardians(work: Work, workers: Iterable[StoredWorker]) -> None:
    """A child goes back to the guardian of that time as that one is now: who may have come, moved or
    gone since, while the child was not theirs.
    """
    children = [(each, each.guardian_index) for each in workers if each.guardian_index is not None]
    if not children:
        return
    guardians = imports.load_workers(
        work.session, work.county_code, digests={digest for _, digest in children}
    )
    joined = [
        Ward(child.id, guardian.id, guardian.household_key)
        for child, digest in children
        if (guardian := guardians.get(digest)) is not None
    ]
    parted = [child for child, digest in children if digest not in guardians]
    link_wards(work.session, work.county_code, [*joined, *_list_alone(work, parted)])


def _list_alone(work: Work, children: Sequence[StoredWorker]) -> list[Ward]:
    """Those whose guardian was registered then and is not any more."""
    left = [each for each in children if each.guardian_worker_id is not None]
    if not left:
        return []
    keyring = work.context.vault.open_keyring(
        work.session, work.county_code, [each.id for each in left]
    )
    index = WorkerIndex(work.context.vault.indexes, work.county_code)
    return [
        Ward(each.id, None, index.household(open_values(keyring, each.columns))) for each in left
    ]


def _follow_versions(
    session: Session,
    county_code: str,
    workers: Sequence[RestoredWorker],
    demands: Sequence[RestoredDemand],
) -> None:
    """An earlier import that wrote this content can be taken back next: it finds it again. Of those whom one
    registered a row is kept from now on, which follows as well.
    """
    table = imports.BEFORE
    registered = undoing.list_newcomers(
        session, county_code, worker_ids=[each.row.id for each in workers]
    )
    kept = [
        _describe_newcomer(county_code, each, each.registered_at)
        for each in registered
        if each.registered_at is not None
    ]
    write_many(session, table, [before._asdict() for before in kept])
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.worker_id == bindparam("owner"))
        .values(worker_version=bindparam("new"))
        .where(table.c.worker_version == bindparam("old"))
    )
    numbers = [{"owner": row.id, "old": old, "new": row.version} for row, old in workers]
    _execute(session, statement, numbers)
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.worker_id == bindparam("owner"))
        .values(demand_version=bindparam("new"))
        .where(table.c.demand_id == bindparam("wish"), table.c.demand_version == bindparam("old"))
    )
    numbers = [
        {"owner": row.worker_id, "wish": row.id, "old": old, "new": row.version}
        for row, old in demands
    ]
    _execute(session, statement, numbers)


def _execute(session: Session, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(statement, rows)
