"""Who was moved to another trip: workers, whose journeys tell whether they arrived, and legs of people in no
registry, who have none.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlmodel import Session

from service.trips.queries.states import (
    JOURNEY,
    PASSENGER,
    Listed,
    group_legs,
    load_passengers_of,
    read_passenger,
)
from service.trips.rules.journeys import Leg, WorkerJourneys, make_leg, sort_legs


def list_coming(session: Session, county_code: str, *, trip_id: UUID) -> list[Leg]:
    """Of those who were moved to this trip from another one, arrived or not."""
    statement = _legs_of(county_code).where(
        PASSENGER.c.moved_to_trip_id == trip_id, PASSENGER.c.trip_id != trip_id
    )
    return _read_legs(session, statement)


def list_under_way_moved(session: Session, county_code: str) -> list[Leg]:
    """Of those who were moved to another trip and have a journey that is open, arrived or not; and of everybody
    in no registry."""
    is_open = and_(
        JOURNEY.c.county_code == PASSENGER.c.county_code,
        JOURNEY.c.worker_id == PASSENGER.c.worker_id,
        JOURNEY.c.open,
    )
    statement = (
        _legs_of(county_code)
        .outerjoin(JOURNEY, is_open)
        .where(or_(PASSENGER.c.worker_id.is_(None), JOURNEY.c.id.is_not(None)))
    )
    return _read_legs(session, statement)


def _legs_of(county_code: str) -> Select[Any]:
    """Of everybody who was moved to another trip."""
    return (
        select(PASSENGER.c.trip_id, PASSENGER.c.fold)
        .where(PASSENGER.c.county_code == county_code, PASSENGER.c.moved_to_trip_id.is_not(None))
        .order_by(PASSENGER.c.id)
    )


def _read_legs(session: Session, statement: Select[Any]) -> list[Leg]:
    rows = session.execute(statement)
    return [make_leg(read_passenger(row.fold), trip_id=row.trip_id) for row in rows]


def load_legs_of_workers(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, WorkerJourneys]:
    """The journeys of those of these workers who have one, by one read; the legs have no planned times."""
    return make_journeys(load_passengers_of(session, county_code, worker_ids))


def make_journeys(listed: Iterable[Listed]) -> dict[UUID, WorkerJourneys]:
    """Worker → the journeys of all that they are or were passengers of, without planned times."""
    legs = group_legs(make_leg(each, trip_id=trip_id) for trip_id, each in listed)
    return {worker: WorkerJourneys(worker, sort_legs(mine)) for worker, mine in legs.items()}
