"""What workers' own events add up to: loading and saving, one row for whoever has one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from service.context import Work
from service.db.bulk import load_many, write_many
from service.db.columns import table_of
from service.errors import DomainError
from service.recording.values import FoldKey
from service.registry import queries as workers
from service.workers import models
from service.workers.rules import WorkerState

WORKER_STATE = table_of(models.StoredWorkerState)


def load_states(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, WorkerState]:
    """One for each id, whether something was said about the worker or not."""
    wanted = set(worker_ids)
    rows = load_many(
        session, WORKER_STATE, county_code=county_code, column="worker_id", keys=wanted
    )
    return {each: WorkerState(each) for each in wanted} | {
        row["worker_id"]: _read_state(row) for row in rows
    }


def make_state_row(county_code: str, state: WorkerState) -> dict[str, Any]:
    key = state.last_key
    return {
        "county_code": county_code,
        "worker_id": state.id,
        "held": sorted(map(str, state.held)),
        "released": sorted(map(str, state.released)),
        "withdrawn": state.withdrawn,
        "last_happened_at": key.happened_at if key else None,
        "last_sequence": key.device_sequence if key else None,
        "last_event_id": key.event_id if key else None,
    }


def _read_state(row: RowMapping) -> WorkerState:
    key = None
    if row["last_event_id"] is not None:
        key = FoldKey(row["last_happened_at"], row["last_sequence"], row["last_event_id"])
    return WorkerState(
        id=row["worker_id"],
        held=frozenset(map(UUID, row["held"])),
        released=frozenset(map(UUID, row["released"])),
        withdrawn=row["withdrawn"],
        last_key=key,
    )


def find_worker(work: Work, *, worker_id: UUID) -> RowMapping:
    """Raises not-found for a worker of another township or county. An account that is narrowed to
    trips has no workers here: who rides on them is known to trips only.
    """
    if work.actor.scope.trip_ids is not None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return workers.find_worker(work, worker_id=worker_id)


def save_states(session: Session, county_code: str, states: Iterable[WorkerState]) -> None:
    """Where nothing counts any more (the only event was reversed) the row goes, so that live
    recording and a rebuild leave the same rows.
    """
    listed = sorted(states, key=lambda state: state.id)
    kept = [state for state in listed if not state.is_blank]
    blank = [state.id for state in listed if state.is_blank]
    rows = [make_state_row(county_code, state) for state in kept]
    write_many(session, WORKER_STATE, rows, conflict="overwrite")
    if blank:
        gone = WORKER_STATE.c.worker_id.in_(blank)
        session.execute(delete(WORKER_STATE).where(WORKER_STATE.c.county_code == county_code, gone))
