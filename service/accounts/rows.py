"""From a new account to its row, and whether a stored row says the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.engine import RowMapping

from schemas.accounts import ScopeFields
from schemas.events.fields import PersonalClass
from schemas.permissions import Role
from service.accounts import credentials, rules, views
from service.vault.vault import Keyring


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`password` is there to compare a repeat with; only its hash is stored."""

    id: UUID
    username: str
    name: str
    phone: str | None
    role: Role
    scope: ScopeFields
    password: SecretStr | None
    password_hash: str


def make_row(
    new: NewAccount, keyring: Keyring, *, county_code: str, now: datetime
) -> dict[str, Any]:
    return {
        "county_code": county_code,
        "id": new.id,
        "username": new.username,
        "identity": keyring.seal(
            new.id,
            PersonalClass.IDENTITY,
            {"name": new.name},
            place=views.sealed_place(new.id, "identity"),
        ),
        "contact": _seal_phone(new, keyring),
        "role": str(new.role),
        "password_hash": new.password_hash,
        **_scope_values(new),
        "active": True,
        "version": 1,
        "created_at": now,
    }


def is_same(stored: RowMapping, new: NewAccount, keyring: Keyring) -> bool:
    """Whether a repeated creation says what is stored, its password included."""
    wanted = {"username": new.username, "role": str(new.role), **_scope_values(new)}
    return (
        all(stored[name] == value for name, value in wanted.items())
        and views.open_name(stored, keyring) == new.name
        and views.open_phone(stored, keyring) == new.phone
        and new.password is not None
        and credentials.fits(new.password.get_secret_value(), stored["password_hash"])
    )


def _seal_phone(new: NewAccount, keyring: Keyring) -> bytes | None:
    if new.phone is None:
        return None
    place = views.sealed_place(new.id, "contact")
    return keyring.seal(new.id, PersonalClass.CONTACT, {"phone": new.phone}, place=place)


def _scope_values(new: NewAccount) -> dict[str, Any]:
    """An escort without trips sees none, not all."""
    trip_ids = new.scope.trip_ids
    if trip_ids is None and new.role is Role.ESCORT:
        trip_ids = []
    return {
        "division_prefix": rules.shorten_prefix(new.scope.division_prefix),
        "enterprise_id": new.scope.enterprise_id,
        "carrier_id": new.scope.carrier_id,
        "trip_ids": None if trip_ids is None else [str(each) for each in sorted(set(trip_ids))],
    }
