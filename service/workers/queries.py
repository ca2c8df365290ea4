"""Workers' states (holds, releases, withdrawn), loaded and saved; one in which nothing counts has no row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from service.db.bulk import delete_many, load_rows, write_many
from service.db.columns import table_of
from service.recording.handlers import FoldKey
from service.workers.models import StoredWorkerState
from service.workers.rules import WorkerState

WORKER_STATE = table_of(StoredWorkerState)


class _Row(NamedTuple):
    worker_id: UUID
    held: list[str]
    released: list[str]
    withdrawn: bool
    last_happened_at: datetime
    last_sequence: int
    last_event_id: UUID | None
    phoned: list[str] | None
    confirmed: list[str] | None

    def read(self) -> WorkerState:
        key = None
        if self.last_event_id is not None:
            key = FoldKey(self.last_happened_at, self.last_sequence, self.last_event_id)
        return WorkerState(
            id=self.worker_id,
            held=frozenset(map(UUID, self.held)),
            released=frozenset(map(UUID, self.released)),
            withdrawn=self.withdrawn,
            last_key=key,
            phoned=frozenset(map(UUID, self.phoned or ())),
            confirmed=frozenset(map(UUID, self.confirmed or ())),
        )


def load_states(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, WorkerState]:
    """One for each id, whether something was said about the worker or not."""
    wanted = set(worker_ids)
    rows = load_rows(
        session, _Row, WORKER_STATE, county_code=county_code, column="worker_id", keys=wanted
    )
    return {each: WorkerState(each) for each in wanted} | {
        row.worker_id: row.read() for row in rows
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
        "phoned": sorted(map(str, state.phoned)),
        "confirmed": sorted(map(str, state.confirmed)),
    }


def save_states(session: Session, county_code: str, states: Iterable[WorkerState]) -> None:
    """Write the states; a state in which nothing counts (its only event was reversed) has no row, so that
    live recording and a rebuild leave the same rows.
    """
    listed = sorted(states, key=lambda state: state.id)
    rows = [make_state_row(county_code, each) for each in listed if not each.is_blank]
    write_many(session, WORKER_STATE, rows, conflict="overwrite")
    blank = [each.id for each in listed if each.is_blank]
    delete_many(session, WORKER_STATE, county_code=county_code, column="worker_id", keys=blank)
