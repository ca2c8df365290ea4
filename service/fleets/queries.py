"""Every SELECT of fleets, and the opening of what is sealed in their rows."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Select, Table, or_, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.permissions import Role
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_many
from service.db.columns import table_of
from service.errors import DomainError
from service.fleets.models import Carrier, Driver, Vehicle
from service.fleets.rules import (
    CarrierContact,
    DriverContact,
    DriverFacts,
    Seat,
    VehicleFacts,
    first_end,
)
from service.recording.described import Row
from service.recording.values import Loader
from service.rest import Cursor
from service.vault.vault import Keyring, Vault


def select_visible(actor: Actor, table: Table, *, carrier: Column[Any]) -> Select[Any]:
    """A carrier's account sees its own; one that names no carrier sees nothing."""
    statement = select(table).where(table.c.county_code == actor.county_code)
    if actor.role is Role.CARRIER or actor.scope.carrier_id is not None:
        statement = statement.where(carrier == actor.scope.carrier_id)
    return statement


def find_one(session: Session, statement: Select[Any]) -> RowMapping:
    """Raises not-found also for what exists outside of the actor's scope."""
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_page(
    session: Session, statement: Select[Any], *, cursor: Cursor, identifier: Column[Any]
) -> list[RowMapping]:
    """In the order of ids, one row more than the page holds."""
    if cursor.after_id is not None:
        statement = statement.where(identifier > cursor.after_id)
    statement = statement.order_by(identifier).limit(cursor.limit + 1)
    return list(session.execute(statement).mappings())


def sealed_place(noun: str, identifier: UUID, column: str) -> str:
    return f"{noun}/{identifier}/{column}"


CARRIER = table_of(Carrier)


def find_carrier(work: Work, *, carrier_id: UUID) -> RowMapping:
    statement = select_visible(work.actor, CARRIER, carrier=CARRIER.c.id)
    return find_one(work.session, statement.where(CARRIER.c.id == carrier_id))


def get_carrier_by_credit_code(
    session: Session, county_code: str, credit_code: str
) -> RowMapping | None:
    statement = select(CARRIER).where(
        CARRIER.c.county_code == county_code, CARRIER.c.credit_code == credit_code
    )
    return session.execute(statement).mappings().one_or_none()


def list_carriers(work: Work, *, cursor: Cursor) -> list[RowMapping]:
    statement = select_visible(work.actor, CARRIER, carrier=CARRIER.c.id)
    return list_page(work.session, statement, cursor=cursor, identifier=CARRIER.c.id)


def open_carriers(
    session: Session, vault: Vault, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, CarrierContact]:
    """In full, for printed papers: whoever prints them records the access. Two statements."""
    rows = load_many(session, CARRIER, county_code=county_code, column="id", keys=ids)
    keyring = vault.open_keyring(session, county_code, [row["id"] for row in rows])
    return {
        row["id"]: CarrierContact(
            row["id"], row["name"], open_phone(keyring, row), row["licence_number"]
        )
        for row in rows
    }


def open_phone(keyring: Keyring, row: Row) -> str | None:
    place = sealed_place("carrier", row["id"], "contact_sealed")
    content = keyring.open(row["id"], PersonalClass.CONTACT, row["contact_sealed"], place=place)
    return (content or {}).get("phone")


VEHICLE = table_of(Vehicle)


def find_vehicle(work: Work, *, vehicle_id: UUID) -> RowMapping:
    statement = select_visible(work.actor, VEHICLE, carrier=VEHICLE.c.carrier_id)
    return find_one(work.session, statement.where(VEHICLE.c.id == vehicle_id))


def get_vehicle_named(session: Session, county_code: str, name: str) -> RowMapping | None:
    """By its plate or designation; neither can look like the other."""
    named = or_(VEHICLE.c.plate == name, VEHICLE.c.designation == name)
    statement = select(VEHICLE).where(VEHICLE.c.county_code == county_code, named)
    return session.execute(statement).mappings().one_or_none()


def list_vehicles(
    work: Work, *, cursor: Cursor, carrier_id: UUID | None, plate: str | None
) -> list[RowMapping]:
    statement = select_visible(work.actor, VEHICLE, carrier=VEHICLE.c.carrier_id)
    if carrier_id is not None:
        statement = statement.where(VEHICLE.c.carrier_id == carrier_id)
    if plate is not None:
        statement = statement.where(VEHICLE.c.plate == plate)
    return list_page(work.session, statement, cursor=cursor, identifier=VEHICLE.c.id)


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


DRIVER = table_of(Driver)


def find_driver(work: Work, *, driver_id: UUID) -> RowMapping:
    statement = select_visible(work.actor, DRIVER, carrier=DRIVER.c.carrier_id)
    return find_one(work.session, statement.where(DRIVER.c.id == driver_id))


def get_driver_by_id_number(session: Session, county_code: str, digest: bytes) -> RowMapping | None:
    statement = select(DRIVER).where(
        DRIVER.c.county_code == county_code, DRIVER.c.id_number_index == digest
    )
    return session.execute(statement).mappings().one_or_none()


def list_drivers(work: Work, *, cursor: Cursor, carrier_id: UUID | None) -> list[RowMapping]:
    statement = select_visible(work.actor, DRIVER, carrier=DRIVER.c.carrier_id)
    if carrier_id is not None:
        statement = statement.where(DRIVER.c.carrier_id == carrier_id)
    return list_page(work.session, statement, cursor=cursor, identifier=DRIVER.c.id)


def load_drivers(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, DriverFacts]:
    columns = ("id", "licence_valid_until", "qualification_valid_until")
    rows = load_many(
        session, DRIVER, county_code=county_code, column="id", keys=ids, columns=columns
    )
    return {
        row["id"]: DriverFacts(row["id"], first_end(row[each] for each in columns[1:]))
        for row in rows
    }


def open_drivers(
    session: Session, vault: Vault, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, DriverContact]:
    """In full, for printed papers: whoever prints them records the access. Two statements."""
    rows = load_many(session, DRIVER, county_code=county_code, column="id", keys=ids)
    keyring = vault.open_keyring(session, county_code, [row["id"] for row in rows])
    return {row["id"]: _contact(row, open_driver(keyring, row)) for row in rows}


def open_driver(keyring: Keyring, row: Row) -> dict[str, Any]:
    """All sealed fields of a row by name; without those whose key was destroyed."""
    values: dict[str, Any] = {}
    for personal_class in (PersonalClass.IDENTITY, PersonalClass.CONTACT):
        column = f"{personal_class}_sealed"
        place = sealed_place("driver", row["id"], column)
        values |= keyring.open(row["id"], personal_class, row[column], place=place) or {}
    return values


def _contact(row: Row, sealed: dict[str, Any]) -> DriverContact:
    return DriverContact(
        id=row["id"],
        carrier_id=row["carrier_id"],
        name=sealed.get("name"),
        phone=sealed.get("phone"),
        licence_class=row["licence_class"],
        licence_number=sealed.get("licence_number"),
        qualification_number=sealed.get("qualification_number"),
    )


DRIVERS: Final = Loader("driver", load_drivers)
