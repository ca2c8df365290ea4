"""Which batches and trips an account sees, as lists and filters (attention: held up, turned back, open
exceptions); points in use; who sat where at a moment; when a vehicle ran; a worker's rides.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, StreamKind
from schemas.permissions import Role
from schemas.trips import PassengerStatus
from service.auth import Actor
from service.context import Work
from service.db.bulk import read_rows
from service.db.columns import table_of
from service.errors import DomainError
from service.ledger.bodies import read_body
from service.ledger.queries import EVENT, EventRow
from service.rest import Cursor
from service.trips.models import Batch, Passenger, Stay, Trip, TripPoint, TripVehicle
from service.trips.rules.scopes import READ_AFTER

_M = TypeVar("_M", Batch, Trip)


def find_batch(work: Work, *, batch_id: UUID) -> Batch:
    """Raises not-found also for what exists outside of the actor's scope."""
    statement = _batches_in_scope(work.actor, work.now()).where(Batch.id == batch_id)
    batch = work.session.exec(statement).one_or_none()
    if batch is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return batch


def find_batch_of(work: Work, trip: Trip) -> Batch:
    """Whoever sees the trip may know it."""
    return work.session.get_one(Batch, (work.county_code, trip.batch_id))


class BatchTrip(NamedTuple):
    """A trip of a batch, by the number that people say."""

    id: UUID
    number: str
    state: str


def list_trips_of_batch(work: Work, *, batch_id: UUID) -> list[BatchTrip]:
    """All of them, by number."""
    statement = (
        select_rows(*(table_of(Trip).c[name] for name in BatchTrip._fields))
        .where(col(Trip.county_code) == work.county_code, col(Trip.batch_id) == batch_id)
        .order_by(col(Trip.number))
    )
    return read_rows(BatchTrip, work.session.execute(statement))


def list_batches(work: Work, *, cursor: Cursor) -> list[Batch]:
    """One page and a row more, by id."""
    return _list_page(work, _batches_in_scope(work.actor, work.now()), col(Batch.id), cursor)


def _batches_in_scope(actor: Actor, now: datetime) -> SelectOfScalar[Batch]:
    """A narrowed account sees the batches of the trips that it sees; a destination officer also those
    that go to its divisions, a receiver also those for its enterprise."""
    statement = select(Batch).where(Batch.county_code == actor.county_code)
    scope = actor.scope
    if scope.trip_ids is None and actor.role not in _NARROWED:
        return statement
    trips = select_trips_in_scope(actor, now).with_only_columns(col(Trip.batch_id))
    circle: list[ColumnElement[bool]] = [col(Batch.id).in_(trips)]
    if actor.role is Role.DESTINATION_OFFICER:
        prefix = scope.division_prefix
        circle.append(col(Batch.destination_code).startswith(prefix, autoescape=True))
    if actor.role is Role.ENTERPRISE_RECEIVER:
        circle.append(col(Batch.enterprise_id) == scope.enterprise_id)
    return statement.where(or_(*circle))


_NARROWED = frozenset({Role.CARRIER, Role.DESTINATION_OFFICER, Role.ENTERPRISE_RECEIVER})


def get_trip(work: Work, trip_id: UUID) -> Trip | None:
    """As it lies in the database, also where the recorder has written it in this transaction."""
    return work.session.get(Trip, (work.county_code, trip_id), populate_existing=True)


def find_trip(work: Work, trip_id: UUID) -> Trip:
    """The same; raises not-found where there is none."""
    trip = get_trip(work, trip_id)
    if trip is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return trip


def list_numbers(
    session: Session, county_code: str, trip_ids: Iterable[UUID | None]
) -> dict[UUID, str]:
    """Trip → its number."""
    wanted = sorted(each for each in trip_ids if each is not None)
    statement = select(col(Trip.id), col(Trip.number)).where(
        Trip.county_code == county_code, col(Trip.id).in_(wanted)
    )
    return {row.id: row.number for row in session.execute(statement)}


def list_runs_of_vehicle(work: Work, *, vehicle_id: UUID) -> list[TripVehicle]:
    """When this vehicle ran or runs, on the trips in the actor's scope."""
    trips = select_trips_in_scope(work.actor, work.now()).with_only_columns(col(Trip.id))
    statement = (
        select(TripVehicle)
        .where(TripVehicle.county_code == work.county_code, TripVehicle.vehicle_id == vehicle_id)
        .where(col(TripVehicle.trip_id).in_(trips))
        .order_by(col(TripVehicle.trip_id), col(TripVehicle.ordinal))
    )
    return list(work.session.exec(statement).all())


def select_trips_in_scope(actor: Actor, now: datetime) -> SelectOfScalar[Trip]:
    """The scope of service/trips/rules/scopes.py, as a filter."""
    scope = actor.scope
    statement = select(Trip).where(Trip.county_code == actor.county_code)
    if scope.trip_ids is not None:
        statement = statement.where(col(Trip.id).in_(scope.trip_ids))
    if actor.role is Role.ESCORT:
        still = or_(col(Trip.over_at).is_(None), col(Trip.over_at) >= now - READ_AFTER)
        statement = statement.where(still)
    if actor.role is Role.DESTINATION_OFFICER:
        prefix = scope.division_prefix
        statement = statement.where(col(Trip.destination_code).startswith(prefix, autoescape=True))
    if actor.role is Role.CARRIER:
        named = (col(Trip.carrier_id), col(Trip.vehicle_carrier_id))
        statement = statement.where(or_(*(each == scope.carrier_id for each in named)))
    if actor.role is Role.ENTERPRISE_RECEIVER:
        statement = statement.where(col(Trip.id).in_(_trips_of_enterprise(actor)))
    return statement


def _trips_of_enterprise(actor: Actor) -> Select[Any]:
    wanted = actor.scope.enterprise_id
    people = select(col(Passenger.trip_id)).where(
        Passenger.county_code == actor.county_code, Passenger.enterprise_id == wanted
    )
    points = select(col(TripPoint.trip_id)).where(
        TripPoint.county_code == actor.county_code, TripPoint.enterprise_id == wanted
    )
    return select(people.union(points).subquery().c.trip_id)


def _list_page(
    work: Work, statement: SelectOfScalar[_M], key: Mapped[UUID], cursor: Cursor
) -> list[_M]:
    statement = statement.order_by(key).limit(cursor.limit + 1)
    if cursor.after_id is not None:
        statement = statement.where(key > cursor.after_id)
    return list(work.session.exec(statement).all())


def select_people(county_code: str, trip_ids: Collection[UUID]) -> Select[Any]:
    """The ids of the workers who are or were on these trips, without those who were taken off their lists."""
    return select(col(Passenger.worker_id)).where(
        Passenger.county_code == county_code,
        col(Passenger.trip_id).in_(sorted(trip_ids)),
        col(Passenger.worker_id).is_not(None),
        Passenger.status != str(PassengerStatus.REMOVED),
    )


def list_used_points(session: Session, county_code: str, *, trip_id: UUID) -> set[UUID]:
    """Points that passengers of the trip are assigned to."""
    statement = select(col(Passenger.fold)).where(
        Passenger.county_code == county_code, Passenger.trip_id == trip_id
    )
    folds = session.execute(statement).scalars()
    names = ("boarding_point_id", "handover_point_id")
    return {UUID(fold[name]) for fold in folds for name in names if fold.get(name)}


def delete_points(
    session: Session, county_code: str, *, trip_id: UUID, kind: str, but: Sequence[UUID]
) -> set[UUID]:
    """Delete the trip's points of a kind but these; the ids that went."""
    mine = (
        col(TripPoint.county_code) == county_code,
        col(TripPoint.trip_id) == trip_id,
        col(TripPoint.kind) == kind,
        col(TripPoint.id).not_in(but),
    )
    gone = set(session.execute(select(col(TripPoint.id)).where(*mine)).scalars())
    session.execute(delete(TripPoint).where(*mine))
    return gone


def list_stays_at(work: Work, *, trip_id: UUID, at: datetime) -> list[Stay]:
    """Who sat on the vehicle at that moment, in seat order."""
    statement = (
        select(Stay)
        .where(Stay.county_code == work.county_code, Stay.trip_id == trip_id)
        .where(Stay.from_at <= at, or_(col(Stay.to_at).is_(None), col(Stay.to_at) > at))
        .order_by(col(Stay.seat_row), col(Stay.seat_column), col(Stay.passenger_id))
    )
    return list(work.session.exec(statement).all())


def list_rides(session: Session, county_code: str, *, worker_id: UUID) -> dict[UUID, UUID]:
    """Passenger id → trip id, of everything that the worker was listed for."""
    statement = select(col(Passenger.id), col(Passenger.trip_id)).where(
        Passenger.county_code == county_code, Passenger.worker_id == worker_id
    )
    return {row.id: row.trip_id for row in session.execute(statement)}


def list_told(
    session: Session, county_code: str, *, trip_id: UUID, kinds: Iterable[EventKind]
) -> list[EventRow]:
    """Those of these kinds, in the order of happening, without what was reversed: one read."""
    wanted = [*map(str, kinds), str(EventKind.EVENT_REVERSED)]
    statement = (
        select_rows(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.kind.in_(wanted))
        .where(EVENT.c.stream_kind == str(StreamKind.TRIP), EVENT.c.stream_id == trip_id)
        .order_by(EVENT.c.happened_at, EVENT.c.seq)
    )
    rows = read_rows(EventRow, session.execute(statement))
    gone = {
        read_body(row.body).data["event_id"] for row in rows if row.kind == EventKind.EVENT_REVERSED
    }
    return [row for row in rows if row.kind != EventKind.EVENT_REVERSED and str(row.id) not in gone]
