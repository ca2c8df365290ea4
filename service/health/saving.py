"""Writing workers' states: one row for whoever has one, none for the others."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlmodel import Session

from service.db import write_many
from service.health.queries import WORKER_STATE, make_state_row
from service.health.rules import WorkerState


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
