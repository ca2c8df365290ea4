"""What of passengers is read beside their trips: workers who were moved to another trip, boardings of workers
who were ever held. Whether it leaves an exception follows from rules.
"""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, and_, cast, select
from sqlmodel import Session

from service.db.bulk import read_rows
from service.trips.queries.states import JOURNEY, PASSENGER, read_passenger
from service.trips.rules.passengers import PassengerState
from service.workers.queries import WORKER_STATE, load_states
from service.workers.rules import WorkerState


def list_coming(session: Session, county_code: str, *, trip_id: UUID) -> list[UUID]:
    """Workers who were moved to this trip, arrived or not."""
    statement = select(PASSENGER.c.worker_id).where(
        PASSENGER.c.county_code == county_code,
        PASSENGER.c.moved_to_trip_id == trip_id,
        PASSENGER.c.worker_id.is_not(None),
    )
    return list(session.execute(statement).scalars())


def list_moved(
    session: Session, county_code: str, *, after_id: UUID | None, limit: int
) -> list[UUID]:
    """Workers who were moved to another trip, arrived or not, in the order of their ids."""
    statement = (
        select(PASSENGER.c.worker_id)
        .where(PASSENGER.c.county_code == county_code, PASSENGER.c.moved_to_trip_id.is_not(None))
        .where(PASSENGER.c.worker_id.is_not(None))
        .distinct()
        .order_by(PASSENGER.c.worker_id)
        .limit(limit)
    )
    if after_id is not None:
        statement = statement.where(PASSENGER.c.worker_id > after_id)
    return list(session.execute(statement).scalars())


def list_under_way_moved(session: Session, county_code: str) -> list[UUID]:
    """Workers who were moved to another trip on a journey that is open."""
    statement = (
        select(PASSENGER.c.worker_id)
        .join(
            JOURNEY,
            and_(
                JOURNEY.c.county_code == PASSENGER.c.county_code,
                JOURNEY.c.id == PASSENGER.c.journey_id,
            ),
        )
        .where(PASSENGER.c.county_code == county_code, PASSENGER.c.moved_to_trip_id.is_not(None))
        .where(JOURNEY.c.open)
        .distinct()
    )
    return list(session.execute(statement).scalars())


class _BoardingRow(NamedTuple):
    trip_id: UUID
    worker_id: UUID
    fold: dict[str, Any]


class HeldBoarding(NamedTuple):
    """Somebody who boarded, and who was held at some time."""

    trip_id: UUID
    passenger: PassengerState
    worker: WorkerState


def list_held_boardings(session: Session, county_code: str) -> list[HeldBoarding]:
    """Of all trips; one read, and another where there is somebody."""
    statement = (
        select(PASSENGER.c.trip_id, PASSENGER.c.worker_id, PASSENGER.c.fold)
        .join(
            WORKER_STATE,
            and_(
                WORKER_STATE.c.county_code == PASSENGER.c.county_code,
                WORKER_STATE.c.worker_id == PASSENGER.c.worker_id,
            ),
        )
        .where(PASSENGER.c.county_code == county_code, PASSENGER.c.boarded_at.is_not(None))
        .where(cast(WORKER_STATE.c.held, String) != "[]")
    )
    rows = read_rows(_BoardingRow, session.execute(statement))
    if not rows:
        return []
    states = load_states(session, county_code, {row.worker_id for row in rows})
    return [
        HeldBoarding(row.trip_id, read_passenger(row.fold), states[row.worker_id]) for row in rows
    ]


def list_moved_strangers(session: Session, county_code: str) -> list[tuple[UUID, PassengerState]]:
    """Trip and passenger of people in no registry who were moved to another trip."""
    statement = (
        select(PASSENGER.c.trip_id, PASSENGER.c.fold)
        .where(PASSENGER.c.county_code == county_code, PASSENGER.c.moved_to_trip_id.is_not(None))
        .where(PASSENGER.c.worker_id.is_(None))
        .order_by(PASSENGER.c.id)
    )
    return [(row.trip_id, read_passenger(row.fold)) for row in session.execute(statement)]
