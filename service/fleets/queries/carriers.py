"""Carriers: rows, and their phones."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.auth import Actor
from service.db.bulk import load_many
from service.db.columns import table_of
from service.fleets.models import Carrier
from service.fleets.queries.scope import find_one, list_page, sealed_place, select_visible
from service.fleets.rules import CarrierContact
from service.recording.described import Row
from service.rest import Cursor
from service.vault.vault import Keyring, Vault

CARRIER = table_of(Carrier)


def find_carrier(session: Session, actor: Actor, *, carrier_id: UUID) -> RowMapping:
    statement = select_visible(actor, CARRIER, carrier=CARRIER.c.id)
    return find_one(session, statement.where(CARRIER.c.id == carrier_id))


def get_carrier_by_credit_code(
    session: Session, county_code: str, credit_code: str
) -> RowMapping | None:
    statement = select(CARRIER).where(
        CARRIER.c.county_code == county_code, CARRIER.c.credit_code == credit_code
    )
    return session.execute(statement).mappings().one_or_none()


def list_carriers(session: Session, actor: Actor, *, cursor: Cursor) -> list[RowMapping]:
    statement = select_visible(actor, CARRIER, carrier=CARRIER.c.id)
    return list_page(session, statement, cursor=cursor, identifier=CARRIER.c.id)


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
