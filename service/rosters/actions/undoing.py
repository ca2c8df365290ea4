"""Taking an import back: what is left as it was, what is restored, what is refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import RosterUndone
from schemas.imports import MAX_CHUNK_ROWS, UndoIn, UndoOut
from service.auth import Actor
from service.context import Work
from service.db.bulk import delete_many, write_many
from service.db.columns import thaw
from service.demand import queries as demand_queries
from service.demand.queries import DEMAND
from service.errors import DomainError
from service.ledger import queries as ledger
from service.ledger.actions import close_unused_streams, lock_or_open_streams
from service.ledger.bodies import StreamKey, decode_body
from service.recording.commands import make_command, worker_stream
from service.registry import queries as worker_queries
from service.registry.actions import Ward, link_wards
from service.registry.indexing import WorkerIndex
from service.registry.queries import WORKER, list_heads_by_id_number
from service.registry.sealing import open_values
from service.rosters import queries
from service.rosters.actions.applying import KEPT_FOR
from service.rosters.rules.deciding import covers_import, make_undo_event_id, make_undone_key
from service.rosters.rules.undoing import (
    Fate,
    History,
    Present,
    judge,
    keep_families,
    order_histories,
)
from service.stranded.actions import Forgetting, forget, plan_forgetting

_STREAMS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """`workers`: rows as they are now; `demands`: all of each of them. `later`: the heads of other
    imports that named people since, or children of theirs.
    """

    histories: Mapping[UUID, History]
    workers: Mapping[UUID, RowMapping]
    demands: Mapping[UUID, Mapping[UUID, RowMapping]]
    fates: Mapping[UUID, Fate]
    later: Mapping[UUID, RowMapping]

    def count(self, fate: Fate) -> int:
        """Of the people whom the file names."""
        return sum(
            each is fate and self.histories[worker_id].is_named
            for worker_id, each in self.fates.items()
        )


def gather(
    session: Session, head: RowMapping, befores: list[RowMapping], *, lock: bool
) -> Evidence:
    """`lock`: streams, workers and demands, in this order, as whoever assigns or applies does."""
    county_code = head["county_code"]
    histories = order_histories(befores)
    if lock:
        _lock_streams(session, county_code, histories)
    workers = worker_queries.list_rows(session, county_code, worker_ids=histories, lock=lock)
    demands = demand_queries.list_all_demands(session, county_code, worker_ids=histories, lock=lock)
    wards = _list_wards(session, county_code, histories, workers)
    later, named = _list_later(session, head, histories, wards)
    rode, spoken = _list_spoken(session, county_code, histories)
    fates = {
        worker_id: judge(
            history,
            Present(
                version=workers[worker_id]["version"] if worker_id in workers else None,
                demands=_read_demands(demands.get(worker_id, {})),
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


def _read_demands(rows: Mapping[UUID, RowMapping]) -> dict[UUID, tuple[int, DemandState]]:
    return {key: (row["version"], DemandState(row["state"])) for key, row in rows.items()}


def _list_wards(
    session: Session,
    county_code: str,
    histories: Mapping[UUID, History],
    workers: Mapping[UUID, RowMapping],
) -> list[tuple[UUID, UUID]]:
    """Guardian and child, of guardians whose household would change."""
    moving = {
        row["id_number_index"]: worker_id
        for worker_id, row in workers.items()
        if histories[worker_id].is_named and _changes_household(histories[worker_id], row)
    }
    found = worker_queries.list_wards(session, county_code, guardian_digests=moving)
    return [(moving[ward["guardian_index"]], ward["id"]) for ward in found]


def _changes_household(history: History, row: Mapping[Any, Any]) -> bool:
    return history.is_new or history.before["household_key"] != row["household_key"]


def _list_later(
    session: Session,
    head: RowMapping,
    histories: Mapping[UUID, History],
    wards: list[tuple[UUID, UUID]],
) -> tuple[dict[UUID, RowMapping], set[UUID]]:
    """Imports that named people after this one wrote them, or children of theirs whom it did not
    know; and which of the people. Undone imports do not count.
    """
    county_code = head["county_code"]
    children = {child for _, child in wards if child not in histories}
    people = {each for each, history in histories.items() if history.is_named}
    rows = queries.list_believed_rows(session, county_code, worker_ids=people | children)
    others = [row for row in rows if row["import_id"] != head["id"]]
    heads = queries.list_heads(session, county_code, ids={row["import_id"] for row in others})
    later = [
        row
        for row in others
        if heads[row["import_id"]]["undone_at"] is None
        if row["worker_id"] in children or histories[row["worker_id"]].is_before(row)
    ]
    named = {row["worker_id"] for row in later}
    return {row["import_id"]: heads[row["import_id"]] for row in later}, named


def _list_spoken(
    session: Session, county_code: str, histories: Mapping[UUID, History]
) -> tuple[set[UUID], set[UUID]]:
    """Of whom a trip's event spoke since, and of whom an own one: a hold, a withdrawal."""
    rows = queries.list_events_about(session, county_code, worker_ids=histories)
    fresh = [row for row in rows if row["recorded_at"] >= histories[row["worker_id"]].begun_at]
    rode = {row["worker_id"] for row in fresh if row["stream_kind"] == StreamKind.TRIP}
    return rode, {row["worker_id"] for row in fresh} - rode


class Moved(NamedTuple):
    """A row whose content is again that of an earlier version, under a new one: an ETag that was
    once given names one content for ever.
    """

    row: dict[str, Any]
    old: int


def restore(work: Work, county_code: str, evidence: Evidence, *, now: datetime) -> None:
    """First what came with the import goes, then the old rows return: of one person's demands only
    one is current at any time. Keys of people who go are destroyed with them.
    """
    removed = [each for each, fate in evidence.fates.items() if fate is Fate.REMOVE]
    workers = list(_list_workers(evidence, now))
    demands, opened = _list_demands(evidence, now)
    delete_many(work.session, DEMAND, county_code=county_code, column="id", keys=opened)
    delete_many(work.session, WORKER, county_code=county_code, column="id", keys=removed)
    write_many(work.session, WORKER, [each.row for each in workers], conflict="overwrite")
    _join_guardians(work, county_code, [each.row for each in workers])
    write_many(work.session, DEMAND, [each.row for each in demands], conflict="overwrite")
    _follow_versions(work.session, county_code, workers, demands)
    close_unused_streams(work.session, county_code, [worker_stream(each) for each in removed])
    work.context.vault.destroy(work.session, county_code, removed)


def _list_workers(evidence: Evidence, now: datetime) -> Iterator[Moved]:
    """In the order in which imports write people (service/registry/actions.py)."""
    moved = [
        _make_worker(worker_id, evidence, now)
        for worker_id, fate in evidence.fates.items()
        if fate is Fate.RESTORE
    ]
    yield from sorted(moved, key=lambda each: each.row["id_number_index"])


def _make_worker(worker_id: UUID, evidence: Evidence, now: datetime) -> Moved:
    present = {str(name): value for name, value in evidence.workers[worker_id].items()}
    history = evidence.histories[worker_id]
    before = thaw(WORKER, history.before)
    row = {**present, **before, "version": present["version"] + 1, "updated_at": now}
    return Moved(row, history.version)


def _join_guardians(work: Work, county_code: str, rows: Sequence[dict[str, Any]]) -> None:
    """A child goes back to the guardian of that time as that one is now: who may have come, moved or
    gone since, while the child was not theirs.
    """
    children = [row for row in rows if row["guardian_index"] is not None]
    if not children:
        return
    digests = {row["guardian_index"] for row in children}
    guardians = {
        head["id_number_index"]: Ward(head["id"], head["id"], head["household_key"])
        for head in list_heads_by_id_number(work.session, county_code, digests=digests)
    }
    parted = [row for row in children if row["guardian_index"] not in guardians]
    alone = _list_alone(work, county_code, parted)
    wards = [
        replace(found, worker_id=row["id"])
        for row in children
        if (found := guardians.get(row["guardian_index"]) or alone.get(row["id"])) is not None
    ]
    link_wards(work.session, county_code, wards)


def _list_alone(work: Work, county_code: str, rows: Sequence[dict[str, Any]]) -> dict[UUID, Ward]:
    """Children whose guardian was registered then and is not any more."""
    left = [row for row in rows if row["guardian_worker_id"] is not None]
    if not left:
        return {}
    keyring = work.context.vault.open_keyring(
        work.session, county_code, [row["id"] for row in left]
    )
    index = WorkerIndex(work.context.vault.indexes, county_code)
    return {
        row["id"]: Ward(row["id"], None, index.household(open_values(keyring, row))) for row in left
    }


def _list_demands(evidence: Evidence, now: datetime) -> tuple[list[Moved], list[UUID]]:
    """Those to be written back, and those that the import opened."""
    moved, opened = [], []
    for worker_id, fate in evidence.fates.items():
        if fate.stays:
            continue
        for demand_id, (frozen, _) in evidence.histories[worker_id].demands.items():
            if frozen is None:
                opened.append(demand_id)
                continue
            present = evidence.demands[worker_id][demand_id]
            before = thaw(DEMAND, frozen)
            row = {**present, **before, "version": present["version"] + 1, "updated_at": now}
            moved.append(
                Moved({str(name): value for name, value in row.items()}, before["version"])
            )
    return moved, opened


def _follow_versions(
    session: Session, county_code: str, workers: Sequence[Moved], demands: Sequence[Moved]
) -> None:
    """An earlier import that wrote this content can be taken back next: it finds it again."""
    table = queries.BEFORE
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.worker_id == bindparam("owner"))
        .values(worker_version=bindparam("new"))
        .where(table.c.worker_version == bindparam("old"))
    )
    _execute(session, statement, [_name(each, "id") for each in workers])
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.worker_id == bindparam("owner"))
        .values(demand_version=bindparam("new"))
        .where(table.c.demand_id == bindparam("wish"), table.c.demand_version == bindparam("old"))
    )
    _execute(
        session,
        statement,
        [{**_name(each, "worker_id"), "wish": each.row["id"]} for each in demands],
    )


def _name(moved: Moved, owner: str) -> dict[str, Any]:
    return {"owner": moved.row[owner], "old": moved.old, "new": moved.row["version"]}


def _execute(session: Session, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(statement, rows)


def undo_import(work: Work, *, import_id: UUID, wanted: UndoIn) -> UndoOut:
    """Everybody is again what they were before the import; a repeat gets the answer of the first
    time. What was staged and not applied is dropped, and the same file is a new import. Kept are the
    outcomes of the rows and the answers of the chunks, which the ledger commits to, and names of
    firms.

    Raises undo-expired after 30 days; unless `keep_changed` is set, undo-travelled when somebody was
    given a seat since, undo-superseded when somebody was written, spoken of or imported again since.
    """
    head = queries.find_import(work, import_id=import_id, lock=True)
    if head["undone_at"] is not None:
        return _repeat(work.session, head)
    befores = _list_befores(work, head)
    listed = _plan_list(work.session, head)
    evidence = gather(work.session, head, befores, lock=not wanted.dry_run)
    found = _describe(work.actor, head, evidence, listed)
    if wanted.dry_run:
        return found
    if not wanted.keep_changed:
        _refuse(found)
    now = work.now()
    forget(work, work.county_code, listed)
    restore(work, work.county_code, evidence, now=now)
    receipt = _record(work, found, reason=wanted.reason)
    _close(work, head)
    return found.model_copy(update={"undone_at": now, "event": receipt})


def _list_befores(work: Work, head: RowMapping) -> list[RowMapping]:
    """All that the import overwrote, or undo-expired."""
    county_code, import_id = head["county_code"], head["id"]
    befores = queries.list_befores(work.session, county_code, import_id=import_id)
    written = queries.count_written_rows(work.session, county_code, import_id=import_id)
    kept = sum(row["place"] < MAX_CHUNK_ROWS for row in befores)
    oldest = min((row["written_at"] for row in befores), default=None)
    if kept < written or (oldest is not None and oldest <= work.now() - KEPT_FOR):
        raise DomainError(ErrorCode.UNDO_EXPIRED)
    return befores


def _plan_list(session: Session, head: RowMapping) -> Forgetting:
    """The people of an enterprise's list; nobody of a roster."""
    if head["enterprise_id"] is None:
        return Forgetting()
    undone = queries.list_undone_imports(
        session, head["county_code"], enterprise_id=head["enterprise_id"]
    )
    return plan_forgetting(session, head["county_code"], import_id=head["id"], undone=undone)


def _describe(actor: Actor, head: RowMapping, evidence: Evidence, listed: Forgetting) -> UndoOut:
    """Receipts of other townships' imports are not for this account."""
    travelled = evidence.count(Fate.TRAVELLED)
    changed = evidence.count(Fate.CHANGED) + listed.kept
    return UndoOut(
        import_id=head["id"],
        receipt=head["receipt"],
        restored=evidence.count(Fate.RESTORE),
        removed=evidence.count(Fate.REMOVE),
        unlisted=listed.unlisted,
        kept=travelled + changed,
        travelled=travelled,
        changed=changed,
        later=sorted(
            each["receipt"] for each in evidence.later.values() if covers_import(actor, each)
        ),
    )


def _refuse(found: UndoOut) -> None:
    if found.travelled:
        raise DomainError(ErrorCode.UNDO_TRAVELLED, facts={"count": found.travelled})
    if found.changed:
        facts: dict[str, object] = {"count": found.changed, "receipts": found.later}
        raise DomainError(ErrorCode.UNDO_SUPERSEDED, facts=facts)


def _record(work: Work, found: UndoOut, *, reason: str | None) -> Receipt:
    now = work.now()
    payload = RosterUndone(
        import_id=found.import_id,
        restored=found.restored,
        removed=found.removed,
        unlisted=found.unlisted,
        kept=found.kept,
        reason=reason,
    )
    command = make_command(
        payload,
        identifier=make_undo_event_id(found.import_id),
        kind=EventKind.ROSTER_UNDONE,
        stream=StreamKey(StreamKind.IMPORT, found.import_id),
        now=now,
    )
    (outcome,) = work.context.recorder.record(work.session, work.actor, [command], now=now)
    if outcome.receipt is None:
        raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
    return outcome.receipt


def _close(work: Work, head: RowMapping) -> None:
    before, chunk, table = queries.BEFORE, queries.CHUNK, queries.IMPORT
    for rows in (before, chunk):
        statement = delete(rows).where(rows.c.county_code == head["county_code"])
        statement = statement.where(rows.c.import_id == head["id"])
        work.session.execute(
            statement if rows is before else statement.where(chunk.c.answer.is_(None))
        )
    work.session.execute(
        update(table)
        .where(table.c.county_code == head["county_code"], table.c.id == head["id"])
        .values(undone_at=work.now(), import_key=make_undone_key(head["id"]))
    )


def _repeat(session: Session, head: RowMapping) -> UndoOut:
    """As the ledger has it."""
    event_id = make_undo_event_id(head["id"])
    (row,) = ledger.list_events_by_id(session, head["county_code"], [event_id])
    said = decode_body(row.body)["data"]
    return UndoOut(
        import_id=head["id"],
        receipt=head["receipt"],
        restored=said["restored"],
        removed=said["removed"],
        unlisted=said.get("unlisted", 0),
        kept=said["kept"],
        undone_at=head["undone_at"],
        event=Receipt(
            event_id=row.id,
            kind=EventKind(row.kind),
            stream=row.stream.path,
            sequence=row.seq,
            hash=row.hash.hex(),
            recorded_at=row.recorded_at,
        ),
    )
