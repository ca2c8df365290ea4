"""From rows to what leaves: scopes, masked entries of lists, one's own account."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.accounts import AccountOut, MeOut, ScopeOut
from schemas.events.fields import PersonalClass
from schemas.identity import mask_name, mask_phone
from schemas.permissions import Role
from service.auth import Scope
from service.context import Work
from service.vault.vault import Keyring


def sealed_place(account_id: UUID, column: str) -> str:
    return f"account/{account_id}/{column}"


def make_scope(row: RowMapping) -> Scope:
    return Scope(
        division_prefix=row["division_prefix"] or "",
        enterprise_id=row["enterprise_id"],
        carrier_id=row["carrier_id"],
        trip_ids=None if row["trip_ids"] is None else frozenset(map(UUID, row["trip_ids"])),
    )


def open_name(row: RowMapping, keyring: Keyring) -> str | None:
    return _open(row, keyring, "identity", PersonalClass.IDENTITY).get("name")


def open_phone(row: RowMapping, keyring: Keyring) -> str | None:
    return _open(row, keyring, "contact", PersonalClass.CONTACT).get("phone")


def present_accounts(work: Work, rows: Sequence[RowMapping]) -> list[AccountOut]:
    """Name and phone masked; one read of keys for all rows."""
    ids = [row["id"] for row in rows]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    return [_present(row, keyring) for row in rows]


def present_me(work: Work, row: RowMapping) -> MeOut:
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [row["id"]])
    return MeOut(
        account_id=row["id"],
        county_code=work.county_code,
        username=row["username"],
        name=open_name(row, keyring),
        role=work.actor.role,
        scope=_present_scope(row),
        permissions=sorted(work.actor.permissions),
    )


def _present(row: RowMapping, keyring: Keyring) -> AccountOut:
    name, phone = open_name(row, keyring), open_phone(row, keyring)
    return AccountOut(
        id=row["id"],
        username=row["username"],
        name=mask_name(name) if name else None,
        phone=mask_phone(phone) if phone else None,
        role=Role(row["role"]),
        scope=_present_scope(row),
        active=row["active"],
        version=row["version"],
        created_at=row["created_at"],
    )


def _present_scope(row: RowMapping) -> ScopeOut:
    return ScopeOut(
        division_prefix=row["division_prefix"],
        enterprise_id=row["enterprise_id"],
        carrier_id=row["carrier_id"],
        trip_ids=row["trip_ids"],
    )


def _open(
    row: RowMapping, keyring: Keyring, column: str, personal_class: PersonalClass
) -> dict[str, Any]:
    place = sealed_place(row["id"], column)
    return keyring.open(row["id"], personal_class, row[column], place=place) or {}
