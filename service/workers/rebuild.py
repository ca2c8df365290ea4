"""`rebuild` of workers' holds and withdrawals from their events alone, and what `rebuild --check` compares."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import select
from sqlmodel import Session

from schemas.events.kinds import StreamKind
from service.ledger.queries import EVENT, EventRow
from service.recording.handlers import fact_of_row, in_order
from service.recording.rebuilding import Difference, compare_rows
from service.workers import queries
from service.workers.queries import save_states
from service.workers.rules import WorkerState, fold


def check_workers(session: Session, county_code: str) -> Iterator[Difference]:
    """Stored holds and withdrawals against what the workers' streams say."""
    states = fold_workers(session, county_code)
    rows = [queries.make_state_row(county_code, each) for each in states if not each.is_blank]
    yield from compare_rows(
        session, queries.WORKER_STATE, rows, county_code=county_code, key=["worker_id"]
    )


def write_workers(session: Session, county_code: str) -> None:
    save_states(session, county_code, fold_workers(session, county_code))


def fold_workers(session: Session, county_code: str) -> list[WorkerState]:
    """One for each worker of whom anything was said. The events are streamed."""
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.stream_kind == str(StreamKind.WORKER))
        .order_by(EVENT.c.stream_id, EVENT.c.seq)
        .execution_options(yield_per=1000)
    )
    events = (EventRow(*row) for row in session.execute(statement))
    return [
        fold(worker_id, in_order(fact_of_row(row) for row in rows))
        for worker_id, rows in groupby(events, key=lambda row: row.stream_id)
    ]
