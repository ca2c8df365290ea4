"""Reading batches, trips and stays as rows, in the actor's scope where the actor asks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.trips import TripState
from service.auth import Actor
from service.db import table_of
from service.errors import DomainError
from service.paging import Cursor
from service.trips import models
from service.trips.queries.states import PASSENGER, STAY, TRIP, TRIP_POINT
from service.vault.indexes import IndexPurpose

BATCH = table_of(models.Batch)
CONTENT = IndexPurpose.CONTENT


def get_batch(session: Session, county_code: str, *, batch_id: UUID) -> RowMapping | None:
    statement = select(BATCH).where(BATCH.c.county_code == county_code, BATCH.c.id == batch_id)
    return session.execute(statement).mappings().one_or_none()


def list_batches(session: Session, actor: Actor, *, cursor: Cursor) -> list[RowMapping]:
    statement = select(BATCH).where(BATCH.c.county_code == actor.county_code)
    return _page(session, statement, BATCH.c.id, cursor)


def get_trip(session: Session, county_code: str, *, trip_id: UUID) -> RowMapping | None:
    statement = select(TRIP).where(TRIP.c.county_code == county_code, TRIP.c.id == trip_id)
    return session.execute(statement).mappings().one_or_none()


def find_trip(session: Session, county_code: str, *, trip_id: UUID) -> RowMapping:
    row = get_trip(session, county_code, trip_id=trip_id)
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_trips(
    session: Session,
    actor: Actor,
    *,
    cursor: Cursor,
    batch_id: UUID | None = None,
    state: TripState | None = None,
    attention: bool = False,
) -> list[RowMapping]:
    """One page and a row more. `attention`: held up, turned back, or with open exceptions."""
    statement = _in_scope(actor)
    if batch_id is not None:
        statement = statement.where(TRIP.c.batch_id == batch_id)
    if state is not None:
        statement = statement.where(TRIP.c.state == str(state))
    if attention:
        troubled = (str(TripState.HELD_UP), str(TripState.TURNED_BACK))
        statement = statement.where(or_(TRIP.c.state.in_(troubled), TRIP.c.open_exceptions > 0))
    return _page(session, statement, TRIP.c.id, cursor)


def _in_scope(actor: Actor) -> Select[Any]:
    """The same circle as rules/scopes.py, as a filter."""
    scope = actor.scope
    statement = select(TRIP).where(TRIP.c.county_code == actor.county_code)
    if scope.trip_ids is not None:
        statement = statement.where(TRIP.c.id.in_(scope.trip_ids))
    if actor.role is Role.DESTINATION_OFFICER:
        prefix = scope.division_prefix.rstrip("0")
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


def list_passenger_ids_of_worker(
    session: Session, county_code: str, *, worker_id: UUID
) -> list[RowMapping]:
    statement = select(PASSENGER.c.id, PASSENGER.c.trip_id).where(
        PASSENGER.c.county_code == county_code, PASSENGER.c.worker_id == worker_id
    )
    return list(session.execute(statement).mappings())
