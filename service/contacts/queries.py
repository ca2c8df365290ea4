"""The rows of who rode with whom: rides of a vehicle and of workers in the account's scope, seats told on the
way, what was told of health.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, StreamKind
from schemas.trips import PassengerStatus, TripState
from service.contacts.rules.meeting import NAMING_SEATS, SeatSaid
from service.contacts.rules.presence import LastRide
from service.contacts.rules.rides import begins_at
from service.context import Work
from service.db.bulk import load_rows, read_rows
from service.fleets.queries import VEHICLE
from service.ledger.bodies import read_body
from service.ledger.queries import EVENT, EVENT_PART
from service.trips.models import Trip
from service.trips.queries.lists import select_trips_in_scope
from service.trips.queries.states import PASSENGER, TRIP, TRIP_VEHICLE, read_passenger
from service.trips.rules.passengers import PassengerState


class RideRow(NamedTuple):
    """A trip that a vehicle ran, or on whose list somebody is or was. `passenger_id`: who, of a person."""

    trip_id: UUID
    number: str
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    departed_at: datetime | None
    over_at: datetime | None
    passenger_id: UUID | None
    worker_id: UUID | None


_TRIP: Final = (
    TRIP.c.id.label("trip_id"),
    *(TRIP.c[name] for name in RideRow._fields[1:6]),
)


def list_vehicle_ids(session: Session, county_code: str, *, name: str) -> list[UUID]:
    """The vehicle with this plate or designation; of a train's number all carriages whose designation begins
    with it."""
    named = or_(VEHICLE.c.plate == name, VEHICLE.c.designation == name)
    begins = func.substr(VEHICLE.c.designation, 1, len(name)) == name
    mine = select(VEHICLE.c.id).where(VEHICLE.c.county_code == county_code)
    exact = list(session.execute(mine.where(named)).scalars())
    return exact or list(session.execute(mine.where(begins).order_by(VEHICLE.c.id)).scalars())


def list_rides_of_vehicles(work: Work, *, vehicle_ids: Collection[UUID]) -> list[RideRow]:
    """The trips that they ran or were planned for, in the account's scope, the earliest first."""
    ran = and_(
        TRIP_VEHICLE.c.county_code == TRIP.c.county_code, TRIP_VEHICLE.c.trip_id == TRIP.c.id
    )
    statement: Any = (
        select_trips_in_scope(work.actor, work.now())
        .with_only_columns(*_TRIP)
        .join(TRIP_VEHICLE, ran)
        .where(TRIP_VEHICLE.c.vehicle_id.in_(sorted(vehicle_ids)), col(Trip.state) != _CANCELLED)
        .distinct()
    )
    found = [RideRow._make((*row, None, None)) for row in work.session.execute(statement)]
    return sorted(found, key=_order)


def list_rides_of_workers(work: Work, *, worker_ids: Collection[UUID]) -> list[RideRow]:
    """The same of workers, whatever became of them on it. No workers, no statement."""
    if not worker_ids:
        return []
    on_it = and_(PASSENGER.c.county_code == TRIP.c.county_code, PASSENGER.c.trip_id == TRIP.c.id)
    statement: Any = (
        select_trips_in_scope(work.actor, work.now())
        .with_only_columns(*_TRIP, PASSENGER.c.id.label("passenger_id"), PASSENGER.c.worker_id)
        .join(PASSENGER, on_it)
        .where(PASSENGER.c.worker_id.in_(sorted(worker_ids)), col(Trip.state) != _CANCELLED)
    )
    return sorted(read_rows(RideRow, work.session.execute(statement)), key=_order)


_CANCELLED: Final = str(TripState.CANCELLED)


def _order(ride: RideRow) -> tuple[float, UUID]:
    begun = begins_at(ride)
    return (begun.timestamp() if begun else 0.0), ride.trip_id


def list_seats_said(
    session: Session, county_code: str, *, trip_ids: Iterable[UUID]
) -> dict[UUID, list[SeatSaid]]:
    """Trip → what names a seat in which somebody was seen, without what was reversed: one statement."""
    wanted = sorted(set(trip_ids))
    if not wanted:
        return {}
    kinds = [*map(str, NAMING_SEATS), str(EventKind.EVENT_REVERSED)]
    statement = (
        select(EVENT.c.id, EVENT.c.stream_id, EVENT.c.kind, EVENT.c.happened_at, EVENT.c.body)
        .where(EVENT.c.county_code == county_code, EVENT.c.stream_kind == str(StreamKind.TRIP))
        .where(EVENT.c.stream_id.in_(wanted), EVENT.c.kind.in_(kinds))
        .order_by(EVENT.c.happened_at, EVENT.c.seq)
    )
    rows = [(*row[:4], read_body(row[4])) for row in session.execute(statement)]
    gone = {
        body.data.get("event_id") for *_, kind, _, body in rows if kind == EventKind.EVENT_REVERSED
    }
    found: dict[UUID, list[SeatSaid]] = {}
    for event_id, trip_id, kind, at, body in rows:
        if kind == EventKind.EVENT_REVERSED or str(event_id) in gone:
            continue
        row, column = body.data.get("seat_row"), body.data.get("seat_column")
        if row is not None and column is not None:
            who = UUID(body.data.get("passenger_id"))
            found.setdefault(trip_id, []).append(SeatSaid(who, EventKind(kind), at, row, column))
    return found


class _SealedRow(NamedTuple):
    id: UUID
    contacts_sealed: bytes | None


def list_sealed_contacts(
    session: Session, county_code: str, trip_ids: Iterable[UUID]
) -> dict[UUID, bytes | None]:
    """Trip → the contacts of its plan, sealed."""
    rows = load_rows(session, _SealedRow, TRIP, county_code=county_code, column="id", keys=trip_ids)
    return {row.id: row.contacts_sealed for row in rows}


def list_health_events(
    session: Session, county_code: str, *, trip_ids: Iterable[UUID]
) -> list[tuple[UUID, UUID, datetime]]:
    """Event, passenger and moment of what was said of these trips' people with something of health sealed in
    it, in the order of happening: one statement."""
    wanted = sorted(set(trip_ids))
    if not wanted:
        return []
    sealed = and_(
        EVENT_PART.c.county_code == EVENT.c.county_code, EVENT_PART.c.event_id == EVENT.c.id
    )
    statement = (
        select(EVENT.c.id, EVENT.c.subject_id, EVENT.c.happened_at)
        .join(EVENT_PART, sealed)
        .where(EVENT.c.county_code == county_code, EVENT.c.stream_kind == str(StreamKind.TRIP))
        .where(EVENT.c.stream_id.in_(wanted))
        .where(EVENT_PART.c.personal_class == str(PersonalClass.HEALTH))
        .order_by(EVENT.c.happened_at, EVENT.c.seq)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


class _LastRow(NamedTuple):
    trip_id: UUID
    id: UUID
    worker_id: UUID
    status: str
    custody_since: datetime | None
    boarded_at: datetime | None


def list_last_rides(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> list[LastRide]:
    """Everything that these workers are or were listed for, without what was folded: one statement."""
    rows = load_rows(
        session, _LastRow, PASSENGER, county_code=county_code, column="worker_id", keys=worker_ids
    )
    return [
        LastRide(
            row.trip_id,
            row.id,
            row.worker_id,
            PassengerStatus(row.status),
            row.custody_since or row.boarded_at,
        )
        for row in rows
    ]


def load_chosen(
    session: Session, county_code: str, rides: Iterable[LastRide]
) -> dict[UUID, tuple[UUID, PassengerState]]:
    """Worker → trip and state of their ride: one statement, without rides none."""
    wanted = {each.passenger_id: each for each in rides}
    if not wanted:
        return {}
    statement = (
        select(PASSENGER.c.id, PASSENGER.c.fold)
        .where(PASSENGER.c.county_code == county_code)
        .where(PASSENGER.c.trip_id.in_(sorted({each.trip_id for each in wanted.values()})))
        .where(PASSENGER.c.id.in_(sorted(wanted)))
    )
    return {
        wanted[row[0]].worker_id: (wanted[row[0]].trip_id, read_passenger(row[1]))
        for row in session.execute(statement)
    }
