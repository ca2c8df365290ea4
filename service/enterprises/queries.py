"""Every SELECT of enterprises, and the opening of what is sealed in their rows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.enterprises import EnterpriseKind, search_key
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.permissions import Role
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_many
from service.db.columns import table_of
from service.enterprises.models import Enterprise
from service.enterprises.rules import ContactPerson, EnterpriseContact, EnterpriseFacts
from service.errors import DomainError
from service.recording.described import Row
from service.rest import Cursor
from service.vault.sealing import BlindIndex, IndexPurpose
from service.vault.vault import Keyring, Vault

ENTERPRISE = table_of(Enterprise)


# --- rows ---------------------------------------------------------------------------------------
def get_by_credit_code(session: Session, county_code: str, credit_code: str) -> RowMapping | None:
    statement = _of_county(county_code).where(ENTERPRISE.c.credit_code == credit_code)
    return session.execute(statement).mappings().one_or_none()


def find_enterprise(work: Work, *, enterprise_id: UUID) -> RowMapping:
    """Raises not-found also for what exists outside of the actor's scope."""
    statement = _in_scope(work.actor).where(ENTERPRISE.c.id == enterprise_id)
    row = work.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_page(
    work: Work, *, cursor: Cursor, name: str | None, indexes: BlindIndex
) -> list[RowMapping]:
    """One more than the page holds. `name`: how names begin; of households the exact name."""
    statement = _in_scope(work.actor).order_by(ENTERPRISE.c.id).limit(cursor.limit + 1)
    if cursor.after_id is not None:
        statement = statement.where(ENTERPRISE.c.id > cursor.after_id)
    if name is not None:
        key = search_key(name)
        # substr and not LIKE: the two databases disagree about case in LIKE.
        begins = func.substr(ENTERPRISE.c.name_key, 1, len(key)) == key
        household = ENTERPRISE.c.name_index == digest_name(indexes, work.county_code, name)
        statement = statement.where(or_(begins, household))
    return list(work.session.execute(statement).mappings())


def list_enterprises(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, EnterpriseFacts]:
    """By id; ids that do not exist are absent. Scope is the caller's business."""
    rows = load_many(session, ENTERPRISE, county_code=county_code, column="id", keys=ids)
    return {
        row["id"]: EnterpriseFacts(
            id=row["id"],
            kind=EnterpriseKind(row["kind"]),
            name=row["name"],
            credit_code=row["credit_code"],
            division_code=row["division_code"],
        )
        for row in rows
    }


def digest_name(indexes: BlindIndex, county_code: str, name: str) -> bytes:
    return indexes.digest(IndexPurpose.NAME, county_code, "enterprise", search_key(name))


def _of_county(county_code: str) -> Select[Any]:
    return select(ENTERPRISE).where(ENTERPRISE.c.county_code == county_code)


def _in_scope(actor: Actor) -> Select[Any]:
    """A receiver sees its own enterprise; one whose account names none sees none."""
    statement = _of_county(actor.county_code)
    if actor.role is Role.ENTERPRISE_RECEIVER or actor.scope.enterprise_id is not None:
        statement = statement.where(ENTERPRISE.c.id == actor.scope.enterprise_id)
    return statement


# --- what is sealed -------------------------------------------------------------------------------
def open_contacts(
    session: Session, vault: Vault, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, EnterpriseContact]:
    """In full, for printed papers: whoever prints them records the access. Two statements."""
    rows = load_many(session, ENTERPRISE, county_code=county_code, column="id", keys=ids)
    keyring = vault.open_keyring(session, county_code, [row["id"] for row in rows])
    return {row["id"]: make_contact(row, keyring) for row in rows}


def open_details(keyring: Keyring, row: Row) -> dict[str, Any]:
    """The sealed JSON: contacts, and of a household name and address; empty once erased."""
    place = sealed_place(row["id"])
    content = keyring.open(row["id"], PersonalClass.CONTACT, row["details_sealed"], place=place)
    return content or {}


def sealed_place(enterprise_id: UUID) -> str:
    return f"enterprise/{enterprise_id}/details_sealed"


def make_contact(row: Row, keyring: Keyring) -> EnterpriseContact:
    details = open_details(keyring, row)
    return EnterpriseContact(
        id=row["id"],
        name=row["name"] or details.get("name"),
        address=row["address"] or details.get("address"),
        contacts=tuple(ContactPerson(**each) for each in details.get("contacts", ())),
    )
