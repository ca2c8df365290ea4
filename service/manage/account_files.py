"""New accounts from the command line or a file: read, checked, named things found, all or none."""

import csv
import io
import os
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import SecretStr, ValidationError
from sqlalchemy import Table
from sqlmodel import Session

from schemas.accounts import AccountIn, ScopeOut
from schemas.divisions.reading import find_township
from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.texts import Language
from schemas.types import normalise_organisation, search_key
from service.accounts import actions, rules
from service.accounts.actions import NewAccount
from service.auth import Actor
from service.clock import new_id
from service.context import Context
from service.db.bulk import load_many
from service.enterprises.queries import ENTERPRISE
from service.errors import DomainError
from service.fleets.queries import CARRIER
from service.manage.console import ExitCode, fail, language, read
from service.manage.messages import Text
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


def name_role(role: Role, language: Language) -> str:
    return ROLE_NAMES[role] if language == "zh" else str(role)


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
    """Not an account; `faults` are sentences in the reader's language."""

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
    roles = ", ".join(name_role(role, language()) for role in Role)
    return read(Text[f"FIELD_{field.upper()}"], roles=roles)


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
    Text.NO_SUCH_ENTERPRISE,
)
_CARRIERS = _Register(
    CARRIER,
    {"id": _read_id, "credit_code": str.upper, "name": normalise_organisation},
    Text.NO_SUCH_CARRIER,
)
_TRIPS = _Register(TRIP, {"id": _read_id, "number": str.strip}, Text.NO_SUCH_TRIP)


def find_named(
    context: Context, actor: Actor, drafts: Sequence[AccountDraft]
) -> list[AccountDraft]:
    """The drafts with ids in the place of names. What is not there, or there twice, is a fault of
    the draft; a made-up id stands for it, so that everything else is still checked.
    """
    with context.database.read(actor) as session:
        enterprises = _look_up(session, actor, _ENTERPRISES, [each.enterprise for each in drafts])
        carriers = _look_up(session, actor, _CARRIERS, [each.carrier for each in drafts])
        trips = _look_up(session, actor, _TRIPS, [text for each in drafts for text in each.trips])
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


def list_names(context: Context, actor: Actor, scopes: Iterable[ScopeOut]) -> dict[UUID, str]:
    """What enterprises, carriers and trips are called; whatever has no open name is left out."""
    wanted = list(scopes)
    ids = {
        (ENTERPRISE, "name"): [each.enterprise_id for each in wanted if each.enterprise_id],
        (CARRIER, "name"): [each.carrier_id for each in wanted if each.carrier_id],
        (TRIP, "number"): [trip for each in wanted for trip in each.trip_ids or ()],
    }
    names: dict[UUID, str] = {}
    with context.database.read(actor) as session:
        for (table, column), keys in ids.items():
            rows = load_many(
                session,
                table,
                county_code=actor.county_code,
                column="id",
                keys=keys,
                columns=("county_code", "id", column),
            )
            names |= {row["id"]: row[column] for row in rows if row[column]}
    return names


def _look_up(
    session: Session, actor: Actor, register: _Register, texts: Sequence[str | None]
) -> dict[str, set[UUID]]:
    """Text → the ids that it may mean; one statement a column."""
    wanted = [text for text in dict.fromkeys(texts) if text]
    found: dict[str, set[UUID]] = defaultdict(set)
    for column, read_form in register.columns.items():
        forms = {text: read_form(text) for text in wanted}
        rows = load_many(
            session,
            register.table,
            county_code=actor.county_code,
            column=column,
            keys=[form for form in forms.values() if form],
            columns=tuple(dict.fromkeys(("county_code", "id", column))),
        )
        for text, form in forms.items():
            found[text] |= {row["id"] for row in rows if row[column] == form}
    return found


def _put(found: Mapping[str, set[UUID]], text: str | None) -> str | None:
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
            what = Text.SEVERAL_NAMED if ids else register.missing
            yield f"{read(what, named=text)}[{ErrorCode.NOT_FOUND}]"


REQUIRED = ("username", "role", "name")
_HEADINGS = {
    "账号": "username",
    "角色": "role",
    "乡镇": "township",
    "姓名": "name",
    "密码": "password",
    "电话": "phone",
    "账号名": "username",
    "用户名": "username",
    "所属乡镇": "township",
    "手机": "phone",
    "手机号": "phone",
    "联系电话": "phone",
    "企业": "enterprise",
    "用工企业": "enterprise",
    "承运单位": "carrier",
    "趟次": "trips",
    "区划": "division",
    "输入地": "division",
}
_SEPARATORS = str.maketrans("、，,；;", "     ")
# Without what is easily misread aloud or on paper: 0 o, 1 l i.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class FileRow:
    """`line` is where it stands in the file; `generated`: the file gave no password."""

    line: int
    draft: AccountDraft
    generated: bool


def read_rows(path: Path) -> list[FileRow]:
    """Ends the program when the file or its first line cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        fail(ExitCode.REFUSED, Text.FILE_UNREADABLE, path=path, reason=error.strerror)
    reader = csv.reader(io.StringIO(_decode(content, path), newline=""))
    names = [_read_heading(heading) for heading in next(reader, [])]
    if missing := [name for name in REQUIRED if name not in names]:
        shown = missing if language() == "en" else [_name_column(each) for each in missing]
        fail(ExitCode.REFUSED, Text.COLUMNS_MISSING, columns=" ".join(shown))
    rows = [
        _make_row(reader.line_num, dict(zip(names, map(str.strip, values), strict=False)))
        for values in reader
        if any(value.strip() for value in values)
    ]
    if not rows:
        fail(ExitCode.REFUSED, Text.NO_ROWS)
    return rows


def _read_heading(text: str) -> str:
    """姓 名 is 姓名: blanks are put in to fill a column."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return _HEADINGS.get(plain, plain)


def _name_column(name: str) -> str:
    """As a Chinese file would be headed."""
    return next(heading for heading, known in _HEADINGS.items() if known == name)


@contextmanager
def passwords_kept(path: Path, drafts: Sequence[AccountDraft]) -> Iterator[None]:
    """The file is there before the accounts are, and goes away when they do not come to be."""
    if drafts:
        _write_passwords(path, drafts)
    try:
        yield
    except BaseException:
        if drafts:
            path.unlink()
        raise


def _write_passwords(path: Path, drafts: Sequence[AccountDraft]) -> None:
    """A new file for its owner only; one that is there is never overwritten."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fail(ExitCode.REFUSED, Text.FILE_UNWRITABLE, path=path, reason=error.strerror)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["username", "password"])
        writer.writerows([draft.username, draft.password.get_secret_value()] for draft in drafts)
        file.flush()
        os.fsync(file.fileno())


def make_password(username: str) -> str:
    """Sixteen characters in fours, about 79 bits."""
    while True:
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
        password = "-".join(letters[start : start + 4] for start in range(0, 16, 4))
        if not rules.is_weak(password, username):
            return password


def _decode(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        fail(ExitCode.REFUSED, Text.FILE_UNREADABLE, path=path, reason="UTF-8? GB18030?")


def _make_row(line: int, values: Mapping[str, str]) -> FileRow:
    username, password = values.get("username", ""), values.get("password", "")
    draft = AccountDraft(
        username=username,
        role=values.get("role", ""),
        name=values.get("name", ""),
        password=SecretStr(password or make_password(username)),
        phone=values.get("phone") or None,
        township=values.get("township") or None,
        division=values.get("division") or None,
        enterprise=values.get("enterprise") or None,
        carrier=values.get("carrier") or None,
        trips=tuple(values.get("trips", "").translate(_SEPARATORS).split()),
    )
    return FileRow(line, draft, generated=not password)
