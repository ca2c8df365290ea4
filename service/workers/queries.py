"""Workers' states (holds, releases, withdrawn), loaded and saved; one in which nothing counts has no row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, cast, select
from sqlmodel import Session

from service.db.bulk import delete_many, load_rows, read_rows, write_many
from service.db.columns import table_of
from service.recording.order import Last
from service.workers.models import StoredWorkerState
from service.workers.rules import HoldTime, WorkerState

WORKER_STATE = table_of(StoredWorkerState)


class StateRow(NamedTuple):
    """A worker's state as its table has it."""

    worker_id: UUID
    held: list[tuple[str, str]]
    released: list[tuple[str, str]]
    withdrawn: bool
    phoned: list[str] | None
    confirmed: list[str] | None
    last_at: datetime | None
    told_until: datetime | None

    def read(self) -> WorkerState:
        last = None
        if self.last_at is not None and self.told_until is not None:
            last = Last(self.last_at, self.told_until)
        return WorkerState(
            id=self.worker_id,
            held=_read_holds(self.held),
            released=_read_holds(self.released),
            withdrawn=self.withdrawn,
            phoned=frozenset(map(UUID, self.phoned or ())),
            confirmed=frozenset(map(UUID, self.confirmed or ())),
            last=last,
        )


def _read_holds(stored: Iterable[tuple[str, str]]) -> frozenset[HoldTime]:
    return frozenset(HoldTime(UUID(each), datetime.fromisoformat(at)) for each, at in stored)


def _dump_holds(times: Iterable[HoldTime]) -> list[list[str]]:
    return sorted([str(each.hold_id), each.at.isoformat()] for each in times)


def load_states(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, WorkerState]:
    """One for each id, whether something was said about the worker or not."""
    wanted = set(worker_ids)
    rows = load_rows(
        session, StateRow, WORKER_STATE, county_code=county_code, column="worker_id", keys=wanted
    )
    return {each: WorkerState(each) for each in wanted} | {
        row.worker_id: row.read() for row in rows
    }


def list_held(session: Session, county_code: str) -> dict[UUID, WorkerState]:
    """Everybody who was ever held, released since or not: one read."""
    statement = select(*(WORKER_STATE.c[name] for name in StateRow._fields)).where(
        WORKER_STATE.c.county_code == county_code, cast(WORKER_STATE.c.held, String) != "[]"
    )
    rows = read_rows(StateRow, session.execute(statement))
    return {row.worker_id: row.read() for row in rows}


def make_state_row(county_code: str, state: WorkerState) -> dict[str, Any]:
    return {
        "county_code": county_code,
        "worker_id": state.id,
        "held": _dump_holds(state.held),
        "released": _dump_holds(state.released),
        "withdrawn": state.withdrawn,
        "phoned": sorted(map(str, state.phoned)),
        "confirmed": sorted(map(str, state.confirmed)),
        "last_at": state.last.at if state.last else None,
        "told_until": state.last.until if state.last else None,
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
