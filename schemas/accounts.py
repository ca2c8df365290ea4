"""Accounts and logins on the wire: form of user names, passwords of 12 to 128 characters, scope fields
(division, enterprise, carrier, at most 500 trips), what is shown of an account.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.base import Input, Wire
from schemas.events.fields import DivisionPrefix
from schemas.permissions import Permission, Role
from schemas.types import PersonName, Phone

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 128
MAX_TRIPS = 500

# Letters are lower case after normalising, so that Wang and wang are one account.
Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        pattern=r"^[0-9a-zA-Z\u4e00-\u9fff][0-9a-zA-Z\u4e00-\u9fff._-]{1,39}$",
    ),
]
CountyCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
DeviceName = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
TripIds = Annotated[list[UUID], Field(max_length=MAX_TRIPS)]


def _check_text(secret: SecretStr) -> SecretStr:
    """JSON can hold half a surrogate pair, which is no text and cannot be hashed."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("text-invalid", "not a text") from error
    return secret


Password = Annotated[SecretStr, Field(max_length=1024), AfterValidator(_check_text)]


class LoginIn(Input):
    """`county_code` is needed only where one server serves several counties."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"username": "fanhe-clerk", "password": "long words of your own", "device": "PC 2"}
            ]
        }
    )

    username: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True, to_lower=True)]
    password: Password
    county_code: CountyCode | None = None
    device: DeviceName | None = None


class LoginOut(Wire):
    """`token` is shown this once. It ends at `expires_at`, or earlier when it is not used."""

    token: str
    account_id: UUID
    county_code: str
    username: str
    role: Role
    expires_at: datetime


class ScopeFields(Input):
    """Whose data; which of them a role needs is in service/accounts/rules.py."""

    division_prefix: DivisionPrefix | None = None
    enterprise_id: UUID | None = None
    carrier_id: UUID | None = None
    trip_ids: TripIds | None = None


class AccountIn(ScopeFields):
    """A new account. `id` is made by the sender; sent again unchanged it changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000001",
                    "username": "fanhe-clerk",
                    "name": "王经办",
                    "phone": "15400001234",
                    "password": "long words of your own",
                    "role": "township_clerk",
                    "division_prefix": "211221105",
                }
            ]
        }
    )

    id: UUID
    username: Username
    name: PersonName
    phone: Phone | None = None
    password: Password
    role: Role


class ScopeOut(Wire):
    """Null: not narrowed by this field."""

    division_prefix: str | None
    enterprise_id: UUID | None
    carrier_id: UUID | None
    trip_ids: list[UUID] | None


class AccountOut(Wire):
    """In lists: name and phone are masked, and null once erased."""

    id: UUID
    username: str
    name: str | None
    phone: str | None
    role: Role
    scope: ScopeOut
    active: bool
    version: int
    created_at: datetime


class MeOut(Wire):
    """The asking account; its own name in full."""

    account_id: UUID
    county_code: str
    username: str
    name: str | None
    role: Role
    scope: ScopeOut
    permissions: list[Permission]


class PasswordIn(Input):
    """A change of one's own password."""

    old: Password
    new: Password


class AccountTripsIn(Input):
    """The whole list of trips that this account may see from now on."""

    trip_ids: TripIds
