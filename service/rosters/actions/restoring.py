"""Writing an import's people back to what they were. Who is taken back is decided (evidence.py)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import Session

from service.context import Context
from service.db import delete_many, write_many
from service.db.freezing import thaw
from service.demand.queries import DEMAND
from service.ledger.actions import close_unused_streams
from service.recording.commands import worker_stream
from service.rosters import queries
from service.rosters.actions.evidence import Evidence
from service.rosters.rules.undoing import Fate
from service.workers.actions import Ward, link_wards
from service.workers.queries import WORKER, list_heads_by_id_number, open_values
from service.workers.rules.indexing import WorkerIndex


class Moved(NamedTuple):
    """A row whose content is again that of an earlier version, under a new one: an ETag that was
    once given names one content for ever.
    """

    row: dict[str, Any]
    old: int


def restore(
    context: Context, session: Session, county_code: str, evidence: Evidence, *, now: datetime
) -> None:
    """First what came with the import goes, then the old rows return: of one person's demands only
    one is current at any time. Keys of people who go are destroyed with them.
    """
    removed = [each for each, fate in evidence.fates.items() if fate is Fate.REMOVE]
    workers = list(_list_workers(evidence, now))
    demands, opened = _list_demands(evidence, now)
    delete_many(session, DEMAND, county_code=county_code, column="id", keys=opened)
    delete_many(session, WORKER, county_code=county_code, column="id", keys=removed)
    write_many(session, WORKER, [each.row for each in workers], conflict="overwrite")
    _join_guardians(context, session, county_code, [each.row for each in workers])
    write_many(session, DEMAND, [each.row for each in demands], conflict="overwrite")
    _follow_versions(session, county_code, workers, demands)
    close_unused_streams(session, county_code, [worker_stream(each) for each in removed])
    context.vault.destroy(session, county_code, removed)


def _list_workers(evidence: Evidence, now: datetime) -> Iterator[Moved]:
    """In the order in which imports write people (service/workers/actions.py)."""
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


def _join_guardians(
    context: Context, session: Session, county_code: str, rows: Sequence[dict[str, Any]]
) -> None:
    """A child goes back to the guardian of that time as that one is now: who may have come, moved or
    gone since, while the child was not theirs.
    """
    children = [row for row in rows if row["guardian_index"] is not None]
    if not children:
        return
    digests = {row["guardian_index"] for row in children}
    guardians = {
        head["id_number_index"]: Ward(head["id"], head["id"], head["household_key"])
        for head in list_heads_by_id_number(session, county_code, digests=digests)
    }
    parted = [row for row in children if row["guardian_index"] not in guardians]
    alone = _list_alone(context, session, county_code, parted)
    wards = [
        replace(found, worker_id=row["id"])
        for row in children
        if (found := guardians.get(row["guardian_index"]) or alone.get(row["id"])) is not None
    ]
    link_wards(session, county_code, wards)


def _list_alone(
    context: Context, session: Session, county_code: str, rows: Sequence[dict[str, Any]]
) -> dict[UUID, Ward]:
    """Children whose guardian was registered then and is not any more."""
    left = [row for row in rows if row["guardian_worker_id"] is not None]
    if not left:
        return {}
    keyring = context.vault.open_keyring(session, county_code, [row["id"] for row in left])
    index = WorkerIndex(context.vault.indexes, county_code)
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
