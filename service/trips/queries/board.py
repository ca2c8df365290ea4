"""The list of trips in an account's scope: filters, the newest departure first, columns of a row; what of their
people other tables tell (held or withdrawn on a list, aboard twice).
"""

import base64
import binascii
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, null, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from schemas.errors import ErrorCode
from schemas.shapes import FieldText
from schemas.trips import TripState
from service.context import Work
from service.days import begin_day, end_day
from service.db.bulk import read_rows
from service.db.columns import count_microseconds, read_microseconds
from service.errors import DomainError, object_to
from service.fleets.queries import VEHICLE
from service.trips.models import Batch, Passenger, Trip
from service.trips.queries.lists import select_trips_in_scope
from service.trips.queries.states import (
    PASSENGER,
    TRIP,
    TRIP_DRIVER,
    TRIP_VEHICLE,
)
from service.trips.rules.needs import READY_BEFORE, TO_TELL
from service.trips.rules.passenger_states import IN_OUR_CARE
from service.trips.rules.trip_states import (
    BEFORE_DEPARTURE,
    ENDED,
    LOCKED_BEFORE_DEPARTURE,
    UNDER_WAY,
)
from service.workers.queries import WORKER_STATE, StateRow


@dataclass(frozen=True, slots=True)
class TripFilter:
    """What narrows the list of trips; None and empty do not.

    `on`: a day in China on which the trip leaves, is on the way or arrives, or (up to today) was due and is
    still open. `is_open`: neither closed nor cancelled. `destination`: 2, 4 or 6 digits of a division.
    `plate`: of a vehicle that the trip has or had. `attention`: those that need somebody.
    """

    on: date | None = None
    is_open: bool | None = None
    states: tuple[TripState, ...] = ()
    number: str | None = None
    batch_id: UUID | None = None
    batch_number: str | None = None
    destination: str | None = None
    plate: str | None = None
    vehicle_id: UUID | None = None
    driver_id: UUID | None = None
    carrier_id: UUID | None = None
    attention: bool = False


class BoardRow(NamedTuple):
    """A trip's columns that its row shows, and the number of its batch."""

    id: UUID
    number: str
    batch_id: UUID
    batch_number: str
    state: str
    destination_code: str
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    vehicle_id: UUID | None
    places: int
    taken: int
    aboard: int
    counts: dict[str, int]
    unconfirmed: int | None
    list_version: int
    contacts_sealed: bytes | None
    escort_account_id: UUID | None
    escort_key: UUID | None
    brief: dict[str, Any] | None


_OF_BATCH: Final = {"batch_number": col(Batch.number)}


# --- pages ----------------------------------------------------------------------------------------
class Place(NamedTuple):
    """Where a page ends: the planned departure (None stands first) and the id of its last row."""

    departure_at: datetime | None
    trip_id: UUID


def encode_place(place: Place) -> str:
    count = 0 if place.departure_at is None else count_microseconds(place.departure_at)
    packed = count.to_bytes(8, "big", signed=True) + place.trip_id.bytes
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_place(after: str) -> Place:
    """Raises request-invalid for what is no cursor of this list."""
    try:
        packed = base64.urlsafe_b64decode(after + "==")
        trip_id = UUID(bytes=packed[8:])
        count = int.from_bytes(packed[:8], "big", signed=True)
        return Place(read_microseconds(count) if count else None, trip_id)
    except (ValueError, OverflowError, binascii.Error) as error:
        problem = object_to("after", FieldText.NO_CURSOR)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem]) from error


_COLUMNS: Final = tuple(
    (_OF_BATCH[name] if name in _OF_BATCH else TRIP.c[name]).label(name)
    for name in BoardRow._fields
)
_SAME_BATCH: Final = and_(
    col(Batch.county_code) == col(Trip.county_code), col(Batch.id) == col(Trip.batch_id)
)


def list_rows(session: Session, county_code: str, *, trip_ids: Collection[UUID]) -> list[BoardRow]:
    """Whatever the scope; no ids, no statement."""
    if not trip_ids:
        return []
    statement = (
        select(*_COLUMNS)
        .join_from(Trip, Batch, _SAME_BATCH)
        .where(TRIP.c.county_code == county_code, TRIP.c.id.in_(sorted(trip_ids)))
    )
    return read_rows(BoardRow, session.execute(statement))


def list_board(
    work: Work, *, wanted: TripFilter, also: Collection[UUID], after: Place | None, limit: int
) -> list[BoardRow]:
    """One page and a row more, the newest departure first; trips without a departure before all. With
    `attention` more than those that need somebody, never fewer. `also`: trips of which other trips tell
    something."""
    scoped = select_trips_in_scope(work.actor, work.now()).with_only_columns(*_COLUMNS)
    statement: Select[Any] = scoped.join(Batch, _SAME_BATCH)
    statement = statement.where(*_list_conditions(work, wanted, also))
    leaves_at = TRIP.c.planned_departure_at
    if after is not None:
        statement = statement.where(_stands_after(after))
    ordered = statement.order_by(leaves_at.is_not(None), leaves_at.desc(), TRIP.c.id.desc())
    return read_rows(BoardRow, work.session.execute(ordered.limit(limit + 1)))


def _stands_after(place: Place) -> ColumnElement[bool]:
    leaves_at, further = TRIP.c.planned_departure_at, TRIP.c.id < place.trip_id
    if place.departure_at is None:
        return or_(leaves_at.is_not(None), further)
    return or_(leaves_at < place.departure_at, and_(leaves_at == place.departure_at, further))


# --- filters --------------------------------------------------------------------------------------
def _list_conditions(
    work: Work, wanted: TripFilter, also: Collection[UUID]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    given = {
        TRIP.c.batch_id: wanted.batch_id,
        col(Batch.number): wanted.batch_number,
    }
    found += [column == value for column, value in given.items() if value is not None]
    if wanted.number is not None:
        # SQLite knows the small letters of ASCII only: what is written alike is found all the same.
        in_any_case = func.lower(TRIP.c.number) == wanted.number.lower()
        found.append(or_(TRIP.c.number == wanted.number, in_any_case))
    if wanted.states:
        found.append(TRIP.c.state.in_([str(each) for each in wanted.states]))
    if wanted.is_open is not None:
        has_ended = TRIP.c.state.in_(_names(ENDED))
        found.append(~has_ended if wanted.is_open else has_ended)
    if wanted.destination is not None:
        found.append(TRIP.c.destination_code.startswith(wanted.destination, autoescape=True))
    if wanted.on is not None:
        found.append(_is_of_day(wanted.on, work.now()))
    if wanted.attention:
        found.append(_may_need(work, also))
    return [*found, *_list_means(work.county_code, wanted)]


def _names(states: Iterable[TripState]) -> list[str]:
    return sorted(map(str, states))


def _is_of_day(day: date, now: datetime) -> ColumnElement[bool]:
    """By real times, else by planned ones; of a cancelled trip by the planned ones."""
    begins = begin_day(day)
    leaves_at, arrives_at = TRIP.c.planned_departure_at, TRIP.c.planned_arrival_at
    starts_at = func.coalesce(TRIP.c.departed_at, leaves_at, type_=leaves_at.type)
    is_cancelled = TRIP.c.state == str(TripState.CANCELLED)
    over_at = case((is_cancelled, null()), else_=TRIP.c.over_at)
    ends_at = func.coalesce(over_at, arrives_at, starts_at, type_=leaves_at.type)
    done = (*ENDED, TripState.HANDED_OVER, TripState.RETURNED)
    waits = TRIP.c.state.not_in(_names(done)) if begins <= now else ends_at >= begins
    return and_(starts_at < end_day(day), or_(ends_at >= begins, waits))


_ON_THE_ROAD: Final = UNDER_WAY | {TripState.ARRIVED, TripState.TURNED_BACK}


def _may_need(work: Work, also: Collection[UUID]) -> ColumnElement[bool]:
    """A wider circle than rules/needs.py draws: what the clock tells is read row by row."""
    soon = TRIP.c.planned_departure_at <= work.now() + READY_BEFORE
    listed = _select_stopped(work.county_code).with_only_columns(PASSENGER.c.trip_id)
    locked = TRIP.c.state.in_(_names(LOCKED_BEFORE_DEPARTURE))
    early = or_(soon, locked, TRIP.c.id.in_(listed))
    before = and_(TRIP.c.state.in_(_names(BEFORE_DEPARTURE)), early)
    return or_(
        TRIP.c.waits.is_(True),
        TRIP.c.state.in_(_names(_ON_THE_ROAD)),
        before,
        TRIP.c.id.in_(sorted(also)),
    )


def _list_means(county_code: str, wanted: TripFilter) -> list[ColumnElement[bool]]:
    """By vehicle, driver and carrier."""
    found: list[ColumnElement[bool]] = []
    ran = select(TRIP_VEHICLE.c.trip_id).where(TRIP_VEHICLE.c.county_code == county_code)
    if wanted.vehicle_id is not None:
        mine = ran.where(TRIP_VEHICLE.c.vehicle_id == wanted.vehicle_id)
        found.append(TRIP.c.id.in_(mine))
    if wanted.plate is not None:
        named = or_(VEHICLE.c.plate == wanted.plate, VEHICLE.c.designation == wanted.plate)
        ids = select(VEHICLE.c.id).where(VEHICLE.c.county_code == county_code, named)
        found.append(TRIP.c.id.in_(ran.where(TRIP_VEHICLE.c.vehicle_id.in_(ids))))
    if wanted.driver_id is not None:
        drives = select(TRIP_DRIVER.c.trip_id).where(
            TRIP_DRIVER.c.county_code == county_code,
            TRIP_DRIVER.c.driver_id == wanted.driver_id,
        )
        found.append(TRIP.c.id.in_(drives))
    if wanted.carrier_id is not None:
        either = (TRIP.c.carrier_id, TRIP.c.vehicle_carrier_id)
        found.append(or_(*(each == wanted.carrier_id for each in either)))
    return found


# --- what other tables tell of their people -------------------------------------------------------
class Stopped(NamedTuple):
    """Somebody on a list whose worker was ever held, or is withdrawn."""

    trip_id: UUID
    passenger_id: UUID
    state: StateRow


def _select_stopped(county_code: str) -> Select[Any]:
    return (
        select(PASSENGER.c.trip_id, PASSENGER.c.id)
        .join(
            WORKER_STATE,
            and_(
                WORKER_STATE.c.county_code == PASSENGER.c.county_code,
                WORKER_STATE.c.worker_id == PASSENGER.c.worker_id,
            ),
        )
        .where(PASSENGER.c.county_code == county_code)
        .where(PASSENGER.c.status.in_(sorted(map(str, TO_TELL))))
        .where(or_(WORKER_STATE.c.withdrawn, cast(WORKER_STATE.c.held, String) != "[]"))
    )


def list_stopped(
    session: Session, county_code: str, *, trip_ids: Collection[UUID]
) -> list[Stopped]:
    """Of these trips, before departure; one read, without trips none."""
    if not trip_ids:
        return []
    states = [WORKER_STATE.c[name] for name in StateRow._fields]
    statement = (
        _select_stopped(county_code)
        .add_columns(*states)
        .where(PASSENGER.c.trip_id.in_(sorted(trip_ids)))
    )
    return [Stopped(row[0], row[1], StateRow._make(row[2:])) for row in session.execute(statement)]


def list_doubled(session: Session, county_code: str) -> set[UUID]:
    """Workers in the care of a trip that has not ended, and on another one's list or in its care too."""
    other = aliased(Passenger)
    cared = sorted(map(str, IN_OUR_CARE))
    elsewhere = (
        select(col(other.id))
        .where(col(other.county_code) == county_code)
        .where(col(other.worker_id) == PASSENGER.c.worker_id)
        .where(or_(col(other.trip_id) != PASSENGER.c.trip_id, col(other.id) != PASSENGER.c.id))
        .where(or_(col(other.leg_held), col(other.status).in_(cared)))
    )
    statement = (
        select(PASSENGER.c.worker_id)
        .join(
            TRIP,
            and_(TRIP.c.county_code == PASSENGER.c.county_code, TRIP.c.id == PASSENGER.c.trip_id),
        )
        .where(PASSENGER.c.county_code == county_code, PASSENGER.c.status.in_(cared))
        .where(TRIP.c.state.not_in(_names(ENDED)), elsewhere.exists())
    )
    return set(session.execute(statement).scalars())
