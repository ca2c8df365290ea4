"""New accounts as an operator types them: names of roles in Chinese, fields checked, township, enterprise,
carrier and trips looked up by name, code or number; all faults at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import SecretStr, ValidationError
from sqlalchemy import Column, Table, select

from schemas.accounts import AccountIn, ScopeOut
from schemas.divisions.reading import find_township
from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.texts import Text, choose, say
from schemas.types import normalise_organisation, search_key
from service.accounts import actions
from service.accounts.actions import NewAccount
from service.clock import new_id
from service.context import Work
from service.db.bulk import read_rows
from service.enterprises.queries import ENTERPRISE
from service.errors import DomainError
from service.fleets.queries import CARRIER
from service.manage.messages import ErrorText, FieldText
from service.trips.queries.states import TRIP

ROLE_NAMES: dict[Role, str] = {
    Role.ADMINISTRATOR: "管理员",
    Role.AUDITOR: "审计",
    Role.CARRIER: "承运单位",
    Role.COUNTY_COORDINATOR: "县协调员",
    Role.DESTINATION_OFFICER: "输入地人社",
    Role.ENTERPRISE_RECEIVER: "企业接收人",
    Role.ESCORT: "领队",
    Role.HEALTH_OFFICER: "卫健人员",
    Role.TOWNSHIP_CLERK: "乡镇经办",
}


def name_role(role: Role) -> str:
    return choose(ROLE_NAMES[role], str(role))


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """Nothing checked yet. `township` is a name or a code, `role` English or Chinese; enterprise,
    carrier and trips are names, codes or numbers, and ids after find_named.
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
    """Sentences about what is named and not there."""


class RejectedError(Exception):
    """The draft makes no account; `faults` are sentences."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(len(faults))
        self.faults = faults


def prepare(draft: AccountDraft, *, county_code: str) -> NewAccount:
    """Checks everything and hashes the password, which is slow: call it outside of a transaction.
    Raises RejectedError with everything that is wrong at once.
    """
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
    return say(FieldText[field.upper()], roles=roles)


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Register:
    """Where to look, and by which columns; each with the form in which it is stored."""

    table: Table
    columns: Mapping[str, Callable[[str], object]]
    missing: Text


_ENTERPRISES = _Register(
    ENTERPRISE,
    {"id": _read_id, "credit_code": str.upper, "name_key": search_key},
    ErrorText.NO_SUCH_ENTERPRISE,
)
_CARRIERS = _Register(
    CARRIER,
    {"id": _read_id, "credit_code": str.upper, "name": normalise_organisation},
    ErrorText.NO_SUCH_CARRIER,
)
_TRIPS = _Register(TRIP, {"id": _read_id, "number": str.strip}, ErrorText.NO_SUCH_TRIP)


def find_named(work: Work, drafts: Sequence[AccountDraft]) -> list[AccountDraft]:
    """The drafts with ids in the place of names. What is not there, or there twice, is a fault of
    the draft; a made-up id stands for it, so that everything else is still checked.
    """
    enterprises = _look_up(work, _ENTERPRISES, [each.enterprise for each in drafts])
    carriers = _look_up(work, _CARRIERS, [each.carrier for each in drafts])
    trips = _look_up(work, _TRIPS, [text for each in drafts for text in each.trips])
    return [
        replace(
            each,
            enterprise=_put(enterprises, each.enterprise),
            carrier=_put(carriers, each.carrier),
            trips=tuple(filter(None, (_put(trips, text) for text in each.trips))),
            faults=(
                *_list_faults(_ENTERPRISES, enterprises, [each.enterprise]),
                *_list_faults(_CARRIERS, carriers, [each.carrier]),
                *_list_faults(_TRIPS, trips, each.trips),
            ),
        )
        for each in drafts
    ]


def list_names(work: Work, scopes: Sequence[ScopeOut]) -> dict[UUID, str]:
    """What enterprises, carriers and trips are called; whatever has no open name is left out."""
    ids = {
        ENTERPRISE.c.name: [each.enterprise_id for each in scopes if each.enterprise_id],
        CARRIER.c.name: [each.carrier_id for each in scopes if each.carrier_id],
        TRIP.c.number: [trip for each in scopes for trip in each.trip_ids or ()],
    }
    return {
        row.id: row.value
        for column, keys in ids.items()
        for row in _list_values(work, column, by=column.table.c.id, keys=keys)
        if row.value
    }


def _look_up(work: Work, register: _Register, texts: Sequence[str | None]) -> dict[str, set[UUID]]:
    """Text → the ids that it may mean; one statement a column."""
    wanted = [text for text in dict.fromkeys(texts) if text]
    found: dict[str, set[UUID]] = defaultdict(set)
    for name, read_form in register.columns.items():
        forms = {text: read_form(text) for text in wanted}
        column = register.table.c[name]
        rows = _list_values(work, column, by=column, keys=[each for each in forms.values() if each])
        for text, form in forms.items():
            found[text] |= {row.id for row in rows if row.value == form}
    return found


class _Value(NamedTuple):
    id: UUID
    value: Any


def _list_values(
    work: Work, column: Column[Any], *, by: Column[Any], keys: Sequence[object]
) -> list[_Value]:
    """Id and value of one column of the county's rows whose column `by` is one of `keys`."""
    if not keys:
        return []
    columns = column.table.c
    statement = select(columns.id, column.label("value")).where(
        columns.county_code == work.county_code, by.in_(keys)
    )
    return read_rows(_Value, work.session.execute(statement))


def _put(found: Mapping[str, set[UUID]], text: str | None) -> str | None:
    """The id as text; a made-up one where there is none, or more than one."""
    if not text:
        return text
    ids = found[text]
    return str(next(iter(ids)) if len(ids) == 1 else new_id())


def _list_faults(
    register: _Register, found: Mapping[str, set[UUID]], texts: Sequence[str | None]
) -> Iterator[str]:
    for text in filter(None, texts):
        ids = found[text]
        if len(ids) != 1:
            what = ErrorText.SEVERAL_NAMED if ids else register.missing
            yield f"{say(what, named=text)}[{ErrorCode.NOT_FOUND}]"
