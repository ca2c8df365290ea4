"""The people of townships who are on the lists of trips."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from schemas.trips import TripState
from service.context import Work
from service.days import begin_day, end_day
from service.registry.queries import WORKER
from service.rest import Cursor, select_page
from service.trips.queries.states import PASSENGER, TRIP, Listed, read_passenger
from service.trips.rules.passenger_states import NEVER_LISTED
from service.trips.rules.trip_states import ENDED


@dataclass(frozen=True, slots=True)
class TravellerFilter:
    """What narrows the list; None does not. Without a day the trips that are neither closed nor cancelled;
    `on`: the day in China of the departure."""

    township_code: str | None = None
    on: date | None = None
    reached: bool | None = None


def select_registered(county_code: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """Passengers with their rows of the registry and of the trip."""
    of_worker = and_(
        WORKER.c.county_code == PASSENGER.c.county_code, WORKER.c.id == PASSENGER.c.worker_id
    )
    of_trip = and_(TRIP.c.county_code == PASSENGER.c.county_code, TRIP.c.id == PASSENGER.c.trip_id)
    statement = select(*columns).select_from(PASSENGER).join(WORKER, of_worker).join(TRIP, of_trip)
    return statement.where(PASSENGER.c.county_code == county_code)


def list_listed(work: Work, *, wanted: TravellerFilter, cursor: Cursor) -> list[Listed]:
    """One page and a row more, of people in the actor's townships; a read of its own under row-level
    security."""
    statement = select_registered(work.county_code, PASSENGER.c.trip_id, PASSENGER.c.fold).where(
        PASSENGER.c.status.not_in(sorted(map(str, NEVER_LISTED)))
    )
    for prefix in (work.actor.division_prefix, wanted.township_code):
        if prefix:
            mine = WORKER.c.township_code.startswith(prefix, autoescape=True)
            statement = statement.where(mine)
    leaves_at = TRIP.c.planned_departure_at
    if wanted.on is None:
        statement = statement.where(TRIP.c.state.not_in(sorted(map(str, ENDED))))
    else:
        begins = begin_day(wanted.on)
        then = and_(leaves_at >= begins, leaves_at < end_day(wanted.on))
        left = and_(TRIP.c.departed_at >= begins, TRIP.c.departed_at < end_day(wanted.on))
        statement = statement.where(or_(then, left))
        statement = statement.where(TRIP.c.state != str(TripState.CANCELLED))
    page = select_page(statement, cursor=cursor, key=PASSENGER.c.id)
    return [Listed(row.trip_id, read_passenger(row.fold)) for row in work.session.execute(page)]
