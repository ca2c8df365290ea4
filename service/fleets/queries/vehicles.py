"""Vehicles: rows, and the facts that trips decide upon."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from service.auth import Actor
from service.db.bulk import load_many
from service.db.columns import table_of
from service.fleets.models import Vehicle
from service.fleets.queries.scope import find_one, list_page, select_visible
from service.fleets.rules import Seat, VehicleFacts
from service.recording.values import Loader
from service.rest import Cursor

VEHICLE = table_of(Vehicle)


def find_vehicle(session: Session, actor: Actor, *, vehicle_id: UUID) -> RowMapping:
    statement = select_visible(actor, VEHICLE, carrier=VEHICLE.c.carrier_id)
    return find_one(session, statement.where(VEHICLE.c.id == vehicle_id))


def get_vehicle_named(session: Session, county_code: str, name: str) -> RowMapping | None:
    """By its plate or designation; neither can look like the other."""
    named = or_(VEHICLE.c.plate == name, VEHICLE.c.designation == name)
    statement = select(VEHICLE).where(VEHICLE.c.county_code == county_code, named)
    return session.execute(statement).mappings().one_or_none()


def list_vehicles(
    session: Session, actor: Actor, *, cursor: Cursor, carrier_id: UUID | None, plate: str | None
) -> list[RowMapping]:
    statement = select_visible(actor, VEHICLE, carrier=VEHICLE.c.carrier_id)
    if carrier_id is not None:
        statement = statement.where(VEHICLE.c.carrier_id == carrier_id)
    if plate is not None:
        statement = statement.where(VEHICLE.c.plate == plate)
    return list_page(session, statement, cursor=cursor, identifier=VEHICLE.c.id)


def load_vehicles(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, VehicleFacts]:
    rows = load_many(session, VEHICLE, county_code=county_code, column="id", keys=ids)
    return {
        row["id"]: VehicleFacts(
            id=row["id"],
            plate=row["plate"] or row["designation"],
            licensed_places=row["licensed_places"],
            crew_seats=row["crew_seats"],
            air_sealed=row["air_sealed"],
            seats=tuple(Seat(*seat) for seat in row["seats"]),
            valid_until=row["transport_licence_valid_until"],
        )
        for row in rows
    }


VEHICLES: Final = Loader("vehicle", load_vehicles)
