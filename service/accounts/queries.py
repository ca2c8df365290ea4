"""Every SELECT of accounts, tokens and login attempts; what of an account every request reads with its
token; opening an account's name and phone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.permissions import Role
from service.accounts.models import Account, LoginAttempt, Revocations, Token
from service.db.bulk import load_rows, read_rows
from service.db.columns import table_of
from service.errors import DomainError
from service.recording.handlers import Loader
from service.records import sealed_place
from service.rest import Cursor, select_page
from service.vault.vault import Keyring

ACCOUNT = table_of(Account)
TOKEN = table_of(Token)
REVOCATIONS = table_of(Revocations)


# --- accounts -----------------------------------------------------------------------------------
def get_account(session: Session, county_code: str, account_id: UUID) -> Account | None:
    return session.get(Account, (county_code, account_id))


def find_account(session: Session, county_code: str, account_id: UUID) -> Account:
    """Raises not-found."""
    account = get_account(session, county_code, account_id)
    if account is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return account


def list_accounts_by_id(
    session: Session, county_code: str, ids: Iterable[UUID | None]
) -> dict[UUID, Account]:
    """No ids, no statement."""
    wanted = sorted({each for each in ids if each is not None})
    if not wanted:
        return {}
    statement = select(Account).where(Account.county_code == county_code)
    return {each.id: each for each in session.exec(statement.where(col(Account.id).in_(wanted)))}


def lock_account(session: Session, county_code: str, account_id: UUID) -> Account:
    """As it is once it is locked, also where it was read before. Raises not-found."""
    key = (county_code, account_id)
    account = session.get(Account, key, with_for_update=True, populate_existing=True)
    if account is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return account


def get_account_by_name(session: Session, county_code: str, username: str) -> Account | None:
    """PostgreSQL keeps no NUL in texts: a name with one is nobody's."""
    if "\0" in username:
        return None
    statement = select(Account).where(
        Account.county_code == county_code, Account.username == username
    )
    return session.exec(statement).one_or_none()


def list_usernames(
    session: Session, county_code: str, account_ids: Iterable[UUID]
) -> dict[UUID, str]:
    """By account. No ids, no statement."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    statement = select(Account.id, Account.username).where(Account.county_code == county_code)
    return dict(session.exec(statement.where(col(Account.id).in_(wanted))).all())


def list_roles(session: Session, county_code: str, account_ids: Iterable[UUID]) -> dict[UUID, Role]:
    """By account. No ids, no statement."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    statement = select(Account.id, Account.role).where(Account.county_code == county_code)
    rows = session.exec(statement.where(col(Account.id).in_(wanted))).all()
    return {key: Role(role) for key, role in rows}


class _Name(NamedTuple):
    username: str


def list_taken_names(session: Session, county_code: str, names: Iterable[str]) -> set[str]:
    """Those of `names` that an account has."""
    wanted = [name for name in names if "\0" not in name]
    rows = load_rows(
        session, _Name, ACCOUNT, county_code=county_code, column="username", keys=wanted
    )
    return {row.username for row in rows}


class KnownAccount(NamedTuple):
    """Whether somebody may be named as an escort by it."""

    id: UUID
    role: str
    active: bool


def load_known_accounts(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, KnownAccount]:
    """Those of these accounts that there are."""
    rows = load_rows(session, KnownAccount, ACCOUNT, county_code=county_code, column="id", keys=ids)
    return {row.id: row for row in rows}


ACCOUNTS: Final = Loader("account", load_known_accounts)


def list_accounts(
    session: Session, county_code: str, *, cursor: Cursor, role: Role | None = None
) -> Sequence[Account]:
    """In the order of ids, one more than the page holds."""
    statement = select(Account).where(Account.county_code == county_code)
    if role is not None:
        statement = statement.where(Account.role == str(role))
    return session.exec(select_page(statement, cursor=cursor, key=col(Account.id))).all()


def has_accounts(session: Session, county_code: str) -> bool:
    statement = select(Account.id).where(Account.county_code == county_code).limit(1)
    return session.exec(statement).one_or_none() is not None


def open_name(account: Account, keyring: Keyring) -> str | None:
    return _open(account, keyring, PersonalClass.IDENTITY, account.identity).get("name")


def open_phone(account: Account, keyring: Keyring) -> str | None:
    return _open(account, keyring, PersonalClass.CONTACT, account.contact).get("phone")


def _open(
    account: Account, keyring: Keyring, personal_class: PersonalClass, sealed: bytes | None
) -> dict[str, Any]:
    """Empty where nothing was sealed or the key was destroyed. Each class has the column of its name."""
    place = sealed_place("account", account.id, personal_class)
    return keyring.open(account.id, personal_class, sealed, place=place) or {}


# --- tokens and attempts ------------------------------------------------------------------------
class TokenRow(NamedTuple):
    """When a token was used and ends, of its account what every request needs, and the county's counter."""

    county_code: str
    account_id: UUID
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    active: bool
    role: str
    division_prefix: str | None
    enterprise_id: UUID | None
    carrier_id: UUID | None
    trip_ids: list[str] | None
    revocations: int


_OF_ACCOUNT = ("active", "role", "division_prefix", "enterprise_id", "carrier_id", "trip_ids")
_COUNT = (
    select_columns(REVOCATIONS.c.count)
    .where(REVOCATIONS.c.county_code == bindparam("county"))
    .scalar_subquery()
)
# Built once: building the statement takes as long as running it.
_TOKEN_WITH_ACCOUNT = (
    select_columns(
        *((ACCOUNT if name in _OF_ACCOUNT else TOKEN).c[name] for name in TokenRow._fields[:-1]),
        func.coalesce(_COUNT, 0).label("revocations"),
    )
    .join(
        ACCOUNT,
        (ACCOUNT.c.county_code == TOKEN.c.county_code) & (ACCOUNT.c.id == TOKEN.c.account_id),
    )
    .where(TOKEN.c.county_code == bindparam("county"))
    .where(TOKEN.c.token_hash == bindparam("digest"))
)


def get_token(session: Session, county_code: str, token_hash: bytes) -> TokenRow | None:
    values = {"county": county_code, "digest": token_hash}
    rows = read_rows(TokenRow, session.execute(_TOKEN_WITH_ACCOUNT, values))
    return rows[0] if rows else None


def count_revocations(session: Session, county_code: str) -> int:
    """The county's counter; 0 before its first one."""
    return session.execute(select_columns(_COUNT), {"county": county_code}).scalar_one() or 0


def lock_attempts(session: Session, county_code: str, username_hash: bytes) -> LoginAttempt:
    """The counter of one name, which must be there."""
    key = (county_code, username_hash)
    return session.get_one(LoginAttempt, key, with_for_update=True, populate_existing=True)
