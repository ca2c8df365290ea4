"""Drivers: rows, facts, and what is sealed in the rows."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.auth import Actor
from service.db.bulk import load_many
from service.db.columns import table_of
from service.fleets.models import Driver
from service.fleets.queries.scope import find_one, list_page, sealed_place, select_visible
from service.fleets.rules import DriverContact, DriverFacts, first_end
from service.recording.described import Row
from service.recording.values import Loader
from service.rest import Cursor
from service.vault.vault import Keyring, Vault

DRIVER = table_of(Driver)


def find_driver(session: Session, actor: Actor, *, driver_id: UUID) -> RowMapping:
    statement = select_visible(actor, DRIVER, carrier=DRIVER.c.carrier_id)
    return find_one(session, statement.where(DRIVER.c.id == driver_id))


def get_driver_by_id_number(session: Session, county_code: str, digest: bytes) -> RowMapping | None:
    statement = select(DRIVER).where(
        DRIVER.c.county_code == county_code, DRIVER.c.id_number_index == digest
    )
    return session.execute(statement).mappings().one_or_none()


def list_drivers(
    session: Session, actor: Actor, *, cursor: Cursor, carrier_id: UUID | None
) -> list[RowMapping]:
    statement = select_visible(actor, DRIVER, carrier=DRIVER.c.carrier_id)
    if carrier_id is not None:
        statement = statement.where(DRIVER.c.carrier_id == carrier_id)
    return list_page(session, statement, cursor=cursor, identifier=DRIVER.c.id)


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
