"""Reading batches, trips and stays as rows, in the actor's scope where the actor asks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.trips import TripState
from service.auth import Actor
from service.context import Work
from service.db.columns import table_of
from service.errors import DomainError
from service.rest import Cursor
from service.trips import models
from service.trips.queries.states import PASSENGER, STAY, TRIP, TRIP_POINT
from service.trips.rules.scopes import READ_AFTER
from service.vault.sealing import IndexPurpose

BATCH = table_of(models.Batch)
CONTENT = IndexPurpose.CONTENT


def get_batch(session: Session, county_code: str, *, batch_id: UUID) -> RowMapping | None:
    statement = select(BATCH).where(BATCH.c.county_code == county_code, BATCH.c.id == batch_id)
    return session.execute(statement).mappings().one_or_none()


def find_batch(work: Work, *, batch_id: UUID, now: datetime) -> RowMapping:
    """Raises not-found also for what exists outside of the actor's scope."""
    statement = _batches_in_scope(work.actor, now).where(BATCH.c.id == batch_id)
    row = work.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_batches(work: Work, *, cursor: Cursor, now: datetime) -> list[RowMapping]:
    return _page(work.session, _batches_in_scope(work.actor, now), BATCH.c.id, cursor)


def _batches_in_scope(actor: Actor, now: datetime) -> Select[Any]:
    """Whoever is narrowed sees the batches of the trips that they see; a destination officer and a
    receiver also those that shall come to them."""
    statement = select(BATCH).where(BATCH.c.county_code == actor.county_code)
    scope = actor.scope
    if scope.trip_ids is None and actor.role not in _NARROWED:
        return statement
    trips = _in_scope(actor, now).with_only_columns(TRIP.c.batch_id)
    circle: list[ColumnElement[bool]] = [BATCH.c.id.in_(trips)]
    if actor.role is Role.DESTINATION_OFFICER:
        prefix = scope.division_prefix
        circle.append(BATCH.c.destination_code.startswith(prefix, autoescape=True))
    if actor.role is Role.ENTERPRISE_RECEIVER:
        circle.append(BATCH.c.enterprise_id == scope.enterprise_id)
    return statement.where(or_(*circle))


_NARROWED = frozenset({Role.CARRIER, Role.DESTINATION_OFFICER, Role.ENTERPRISE_RECEIVER})


def get_trip(session: Session, county_code: str, *, trip_id: UUID) -> RowMapping | None:
    statement = select(TRIP).where(TRIP.c.county_code == county_code, TRIP.c.id == trip_id)
    return session.execute(statement).mappings().one_or_none()


def find_trip(session: Session, county_code: str, *, trip_id: UUID) -> RowMapping:
    row = get_trip(session, county_code, trip_id=trip_id)
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_trips(
    work: Work,
    *,
    now: datetime,
    cursor: Cursor,
    batch_id: UUID | None = None,
    state: TripState | None = None,
    attention: bool = False,
) -> list[RowMapping]:
    """One page and a row more. `attention`: held up, turned back, or with open exceptions."""
    statement = _in_scope(work.actor, now)
    if batch_id is not None:
        statement = statement.where(TRIP.c.batch_id == batch_id)
    if state is not None:
        statement = statement.where(TRIP.c.state == str(state))
    if attention:
        troubled = (str(TripState.HELD_UP), str(TripState.TURNED_BACK))
        statement = statement.where(or_(TRIP.c.state.in_(troubled), TRIP.c.open_exceptions > 0))
    return _page(work.session, statement, TRIP.c.id, cursor)


def list_trip_ids_of_vehicle(work: Work, *, vehicle_id: UUID, now: datetime) -> list[UUID]:
    """Trips in the actor's scope that this vehicle runs."""
    statement = _in_scope(work.actor, now).where(TRIP.c.vehicle_id == vehicle_id)
    return list(work.session.execute(statement.with_only_columns(TRIP.c.id)).scalars())


def _in_scope(actor: Actor, now: datetime) -> Select[Any]:
    """The same circle as rules/scopes.py, as a filter."""
    scope = actor.scope
    statement = select(TRIP).where(TRIP.c.county_code == actor.county_code)
    if scope.trip_ids is not None:
        statement = statement.where(TRIP.c.id.in_(scope.trip_ids))
    if actor.role is Role.ESCORT:
        still = or_(TRIP.c.over_at.is_(None), TRIP.c.over_at >= now - READ_AFTER)
        statement = statement.where(still)
    if actor.role is Role.DESTINATION_OFFICER:
        prefix = scope.division_prefix
        statement = statement.where(TRIP.c.destination_code.startswith(prefix, autoescape=True))
    if actor.role is Role.CARRIER:
        statement = statement.where(TRIP.c.carrier_id == scope.carrier_id)
    if actor.role is Role.ENTERPRISE_RECEIVER:
        statement = statement.where(TRIP.c.id.in_(_trips_of_enterprise(actor)))
    return statement


def _trips_of_enterprise(actor: Actor) -> Select[Any]:
    wanted = actor.scope.enterprise_id
    people = select(PASSENGER.c.trip_id).where(
        PASSENGER.c.county_code == actor.county_code, PASSENGER.c.enterprise_id == wanted
    )
    points = select(TRIP_POINT.c.trip_id).where(
        TRIP_POINT.c.county_code == actor.county_code, TRIP_POINT.c.enterprise_id == wanted
    )
    return select(people.union(points).subquery().c.trip_id)


def _page(session: Session, statement: Select[Any], key: Any, cursor: Cursor) -> list[RowMapping]:
    statement = statement.order_by(key).limit(cursor.limit + 1)
    if cursor.after_id is not None:
        statement = statement.where(key > cursor.after_id)
    return list(session.execute(statement).mappings())


def list_used_points(session: Session, county_code: str, *, trip_id: UUID) -> set[UUID]:
    """Points that passengers of the trip are assigned to."""
    statement = select(PASSENGER.c.fold).where(
        PASSENGER.c.county_code == county_code, PASSENGER.c.trip_id == trip_id
    )
    folds = session.execute(statement).scalars()
    names = ("boarding_point_id", "handover_point_id")
    return {UUID(fold[name]) for fold in folds for name in names if fold.get(name)}


def delete_points(
    session: Session, county_code: str, *, trip_id: UUID, kind: str, but: Sequence[UUID]
) -> set[UUID]:
    """Delete the trip's points of a kind but these; the ids that went."""
    mine = (
        TRIP_POINT.c.county_code == county_code,
        TRIP_POINT.c.trip_id == trip_id,
        TRIP_POINT.c.kind == kind,
        TRIP_POINT.c.id.not_in(but),
    )
    gone = set(session.execute(select(TRIP_POINT.c.id).where(*mine)).scalars())
    session.execute(delete(TRIP_POINT).where(*mine))
    return gone


def list_stays_at(
    session: Session, county_code: str, *, trip_id: UUID, at: datetime
) -> list[RowMapping]:
    """Who sat on the vehicle at that moment, in seat order."""
    statement = (
        select(STAY)
        .where(STAY.c.county_code == county_code, STAY.c.trip_id == trip_id)
        .where(STAY.c.from_at <= at, or_(STAY.c.to_at.is_(None), STAY.c.to_at > at))
        .order_by(STAY.c.seat_row, STAY.c.seat_column, STAY.c.passenger_id)
    )
    return list(session.execute(statement).mappings())


def list_rides(session: Session, county_code: str, *, worker_id: UUID) -> dict[UUID, UUID]:
    """Passenger id → trip id, of everything that the worker was listed for."""
    statement = select(PASSENGER.c.id, PASSENGER.c.trip_id).where(
        PASSENGER.c.county_code == county_code, PASSENGER.c.worker_id == worker_id
    )
    return {row.id: row.trip_id for row in session.execute(statement)}
