"""The people of trips who are to be called after their arrival, and those on coming trips: of the townships and
trips that the account sees.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select

from schemas.trips import PassengerStatus
from service.context import Work
from service.days import begin_day, end_day
from service.db.bulk import read_rows
from service.registry.queries import WORKER, list_conditions
from service.rest import Cursor, select_page
from service.trips.queries.states import PASSENGER, TRIP
from service.trips.queries.travellers import select_registered
from service.trips.rules.passenger_states import OFF_LIST
from service.trips.rules.trip_states import BEFORE_DEPARTURE


@dataclass(frozen=True, slots=True)
class Days:
    """Both inclusive, as days in China."""

    first: date
    last: date


class OfTrip(NamedTuple):
    """One person of a trip. `since`: when they were received, or None."""

    passenger_id: UUID
    worker_id: UUID
    since: datetime | None
    trip_id: UUID
    trip_number: str
    departure_at: datetime | None
    arrival_at: datetime | None


def list_received(
    work: Work, *, days: Days, township_code: str | None, cursor: Cursor
) -> list[OfTrip]:
    """One page and a row more of those who were received on these days, and are."""
    received_at = PASSENGER.c.custody_since
    statement = (
        _select_people(work, township_code)
        .where(PASSENGER.c.status == str(PassengerStatus.RECEIVED))
        .where(received_at >= begin_day(days.first), received_at < end_day(days.last))
    )
    return _read_page(work, statement, cursor)


def list_coming(
    work: Work, *, days: Days, township_code: str | None, batch_id: UUID | None, cursor: Cursor
) -> list[OfTrip]:
    """One page and a row more of those on the lists of trips planned for these days that have not left."""
    leaves_at = TRIP.c.planned_departure_at
    statement = (
        _select_people(work, township_code)
        .where(PASSENGER.c.status.not_in(sorted(map(str, OFF_LIST))))
        .where(TRIP.c.state.in_(sorted(map(str, BEFORE_DEPARTURE))))
        .where(leaves_at >= begin_day(days.first), leaves_at < end_day(days.last))
    )
    if batch_id is not None:
        statement = statement.where(TRIP.c.batch_id == batch_id)
    return _read_page(work, statement, cursor)


def _select_people(work: Work, township_code: str | None) -> Select[Any]:
    statement = select_registered(
        work.county_code,
        *(PASSENGER.c.id.label("passenger_id"), PASSENGER.c.worker_id),
        *(PASSENGER.c.custody_since.label("since"), TRIP.c.id.label("trip_id")),
        TRIP.c.number.label("trip_number"),
        TRIP.c.planned_departure_at.label("departure_at"),
        TRIP.c.planned_arrival_at.label("arrival_at"),
    ).where(*list_conditions(work))
    if township_code is None:
        return statement
    return statement.where(WORKER.c.township_code == township_code)


def _read_page(work: Work, statement: Select[Any], cursor: Cursor) -> list[OfTrip]:
    page = select_page(statement, cursor=cursor, key=PASSENGER.c.id)
    return read_rows(OfTrip, work.session.execute(page))
