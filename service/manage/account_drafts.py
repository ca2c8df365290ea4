"""An account as somebody typed it: from plain texts to a checked new account, or what is wrong."""

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr, ValidationError

from schemas.accounts import AccountIn
from schemas.divisions.reading import find_township
from schemas.permissions import Role
from service.accounts import actions
from service.accounts.rows import NewAccount
from service.clock import new_id
from service.errors import DomainError
from service.manage.console import read
from service.manage.messages import Text
from service.manage.roles import ROLE_NAMES, name_role


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """Nothing checked yet. `township` is a name or a code, `role` English or Chinese; enterprise,
    carrier and trips are names or numbers until account_scopes.py has found their ids.
    """

    username: str
    role: str
    name: str
    password: SecretStr
    phone: str | None = None
    township: str | None = None
    division: str | None = None
    enterprise: str | None = None
    carrier: str | None = None
    trips: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    """What is named and not there, in sentences."""


class RejectedError(Exception):
    """Not an account; `faults` are sentences in the language in force."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(len(faults))
        self.faults = faults


def prepare(draft: AccountDraft, *, county_code: str) -> NewAccount:
    """Raises RejectedError with everything that is wrong at once."""
    fields: list[str] = []
    try:
        body = AccountIn.model_validate(_to_fields(draft, county_code))
        new = actions.prepare_account(body, county_code=county_code)
        if not draft.faults:
            return new
    except ValidationError as error:
        fields = [str(each["loc"][0]) for each in error.errors(include_input=False)]
    except DomainError as error:
        fields = [each.field for each in error.errors or []] or ["password"]
    wrong = [_describe(field) for field in dict.fromkeys(fields)]
    raise RejectedError([*wrong, *draft.faults])


def _to_fields(draft: AccountDraft, county_code: str) -> dict[str, Any]:
    township = draft.township
    return {
        "id": new_id(),
        "username": draft.username,
        "name": draft.name,
        "phone": draft.phone,
        "password": draft.password,
        "role": _read_role(draft.role),
        "division_prefix": draft.division
        if township is None
        else find_township(county_code, township) or township,
        "enterprise_id": draft.enterprise,
        "carrier_id": draft.carrier,
        "trip_ids": list(draft.trips) or None,
    }


def _read_role(text: str) -> str:
    wanted = text.strip()
    named = next((role for role, name in ROLE_NAMES.items() if name == wanted), None)
    return str(named) if named else wanted.lower().replace("-", "_")


def _describe(field: str) -> str:
    roles = ", ".join(name_role(role) for role in Role)
    return read(Text[f"FIELD_{field.upper()}"], roles=roles)
