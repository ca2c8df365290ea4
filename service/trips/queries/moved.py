"""Workers who were moved to another trip: to this one, on an open journey, all; whether they have arrived
follows from their legs.
"""

from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import Session

from service.trips.queries.states import JOURNEY, PASSENGER


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
