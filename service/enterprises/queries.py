"""Every SELECT of enterprises: which an account sees (a receiver its own), search by the beginning of the
name (a household's exactly), opening contacts and addresses.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.enterprises import Contact
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.permissions import Role
from schemas.types import search_key
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_rows
from service.db.columns import table_of
from service.enterprises.models import Enterprise
from service.enterprises.rules import EnterpriseDetails, EnterpriseFacts
from service.errors import DomainError
from service.records import list_records, sealed_place
from service.rest import Cursor, select_page
from service.vault.vault import BlindIndex, IndexPurpose, Keyring

ENTERPRISE = table_of(Enterprise)


# --- rows ---------------------------------------------------------------------------------------
def get_by_credit_code(session: Session, county_code: str, credit_code: str) -> Enterprise | None:
    statement = select(Enterprise).where(
        Enterprise.county_code == county_code, Enterprise.credit_code == credit_code
    )
    return session.exec(statement).one_or_none()


def find_enterprise(work: Work, *, enterprise_id: UUID) -> Enterprise:
    """Raises not-found also for what exists outside of the actor's scope."""
    statement = _in_scope(work.actor).where(Enterprise.id == enterprise_id)
    enterprise = work.session.exec(statement).one_or_none()
    if enterprise is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return enterprise


def list_page(work: Work, *, cursor: Cursor, name: str | None) -> Sequence[Enterprise]:
    """In the order of ids, one more than the page holds. `name`: how names begin; of households the
    exact name.
    """
    statement = _in_scope(work.actor)
    if name is not None:
        key = search_key(name)
        # substr and not LIKE: the two databases disagree about case in LIKE.
        begins = func.substr(Enterprise.name_key, 1, len(key)) == key
        digest = digest_name(work.context.vault.indexes, work.county_code, name)
        statement = statement.where(or_(begins, col(Enterprise.name_index) == digest))
    return work.session.exec(select_page(statement, cursor=cursor, key=col(Enterprise.id))).all()


def list_enterprises(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, EnterpriseFacts]:
    """By id; ids that do not exist are absent. Scope is the caller's business."""
    rows = load_rows(
        session, EnterpriseFacts, ENTERPRISE, county_code=county_code, column="id", keys=ids
    )
    return {row.id: row for row in rows}


def digest_name(indexes: BlindIndex, county_code: str, name: str) -> bytes:
    return indexes.digest(IndexPurpose.NAME, county_code, "enterprise", search_key(name))


def _in_scope(actor: Actor) -> SelectOfScalar[Enterprise]:
    """A receiver sees its own enterprise; one whose account names none sees none."""
    statement = select(Enterprise).where(Enterprise.county_code == actor.county_code)
    if actor.role is Role.ENTERPRISE_RECEIVER or actor.scope.enterprise_id is not None:
        statement = statement.where(Enterprise.id == actor.scope.enterprise_id)
    return statement


# --- what is sealed -----------------------------------------------------------------------------
def open_contacts(work: Work, ids: Iterable[UUID]) -> dict[UUID, EnterpriseDetails]:
    """In full, for printed papers: whoever prints them records the access. Two statements."""
    found = list_records(work.session, Enterprise, work.county_code, ids=ids)
    return {
        each.id: details for each, details in zip(found, open_details(work, found), strict=True)
    }


def open_details(work: Work, enterprises: Sequence[Enterprise]) -> list[EnterpriseDetails]:
    """One read of keys for all."""
    ids = [each.id for each in enterprises]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    return [_open(each, keyring) for each in enterprises]


def _open(enterprise: Enterprise, keyring: Keyring) -> EnterpriseDetails:
    place = sealed_place("enterprise", enterprise.id, "details_sealed")
    sealed: dict[str, Any] = (
        keyring.open(enterprise.id, PersonalClass.CONTACT, enterprise.details_sealed, place=place)
        or {}
    )
    return EnterpriseDetails(
        kind=enterprise.kind,
        name=enterprise.name or sealed.get("name"),
        credit_code=enterprise.credit_code,
        division_code=enterprise.division_code,
        address=enterprise.address or sealed.get("address"),
        contacts=[Contact.model_construct(**each) for each in sealed.get("contacts", ())],
    )
