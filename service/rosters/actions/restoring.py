"""Writing an import's people back to what they were. Who is taken back is decided (evidence.py)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, update
from sqlmodel import Session

from service.context import Context
from service.db import write_many
from service.demand.queries import DEMAND
from service.ledger.actions import close_unused_streams
from service.recording.commands import worker_stream
from service.rosters import queries
from service.rosters.actions.evidence import Evidence
from service.rosters.actions.keeping import thaw
from service.rosters.rules.undoing import Fate
from service.workers.queries import WORKER


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
    _delete(session, DEMAND, county_code, opened)
    _delete(session, WORKER, county_code, removed)
    write_many(session, WORKER, [each.row for each in workers], conflict="overwrite")
    write_many(session, DEMAND, [each.row for each in demands], conflict="overwrite")
    _follow_versions(session, county_code, workers, demands)
    close_unused_streams(session, county_code, [worker_stream(each) for each in removed])
    context.vault.destroy(session, county_code, removed)


def _list_workers(evidence: Evidence, now: datetime) -> Iterator[Moved]:
    """In the order in which imports write people (service/workers/actions.py)."""
    staying = {
        row["id_number_index"]: row
        for worker_id, row in evidence.workers.items()
        if evidence.fates[worker_id].stays
    }
    moved = [
        _make_worker(worker_id, evidence, staying, now)
        for worker_id, fate in evidence.fates.items()
        if fate is Fate.RESTORE
    ]
    yield from sorted(moved, key=lambda each: each.row["id_number_index"])


def _make_worker(
    worker_id: UUID, evidence: Evidence, staying: Mapping[bytes, Mapping[Any, Any]], now: datetime
) -> Moved:
    """A child stays with a guardian who stays."""
    present = {str(name): value for name, value in evidence.workers[worker_id].items()}
    history = evidence.histories[worker_id]
    before = thaw(WORKER, history.before)
    row = {**present, **before, "version": present["version"] + 1, "updated_at": now}
    guardian = staying.get(row["guardian_index"]) if row["guardian_index"] else None
    if guardian is not None:
        row["guardian_worker_id"] = guardian["id"]
        row["household_key"] = guardian["household_key"]
    return Moved(row, history.version)


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


def _delete(session: Session, table: Table, county_code: str, ids: Sequence[UUID]) -> None:
    statement = delete(table).where(
        table.c.county_code == county_code, table.c.id == bindparam("gone")
    )
    _execute(session, statement, [{"gone": each} for each in sorted(ids)])


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
