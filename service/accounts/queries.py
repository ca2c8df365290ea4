"""Every SELECT of accounts, tokens and attempts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.permissions import Role
from service.accounts.models import Account, LoginAttempt, Token
from service.db.bulk import load_many
from service.db.columns import table_of
from service.errors import DomainError

ACCOUNT = table_of(Account)
TOKEN = table_of(Token)
LOGIN_ATTEMPT = table_of(LoginAttempt)
_SCOPE_COLUMNS = ("division_prefix", "enterprise_id", "carrier_id", "trip_ids")
# Read for every request: building the statement takes as long as running it.
_TOKEN_WITH_ACCOUNT = (
    select(TOKEN, *(ACCOUNT.c[name] for name in ("role", "active", *_SCOPE_COLUMNS)))
    .join(
        ACCOUNT,
        (ACCOUNT.c.county_code == TOKEN.c.county_code) & (ACCOUNT.c.id == TOKEN.c.account_id),
    )
    .where(TOKEN.c.county_code == bindparam("county"))
    .where(TOKEN.c.token_hash == bindparam("digest"))
)


def get_account(session: Session, county_code: str, account_id: UUID) -> RowMapping | None:
    statement = select(ACCOUNT).where(
        ACCOUNT.c.county_code == county_code, ACCOUNT.c.id == account_id
    )
    return session.execute(statement).mappings().one_or_none()


def find_account(session: Session, county_code: str, account_id: UUID) -> RowMapping:
    """Raises not-found."""
    row = get_account(session, county_code, account_id)
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def lock_account(session: Session, county_code: str, account_id: UUID) -> RowMapping:
    """Raises not-found."""
    statement = (
        select(ACCOUNT)
        .where(ACCOUNT.c.county_code == county_code, ACCOUNT.c.id == account_id)
        .with_for_update()
    )
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def get_account_by_name(session: Session, county_code: str, username: str) -> RowMapping | None:
    """PostgreSQL keeps no NUL in texts: a name with one is nobody's."""
    if "\0" in username:
        return None
    statement = select(ACCOUNT).where(
        ACCOUNT.c.county_code == county_code, ACCOUNT.c.username == username
    )
    return session.execute(statement).mappings().one_or_none()


def list_taken_names(session: Session, county_code: str, names: Iterable[str]) -> set[str]:
    """Those of `names` that an account has."""
    wanted = [name for name in names if "\0" not in name]
    rows = load_many(
        session,
        ACCOUNT,
        county_code=county_code,
        column="username",
        keys=wanted,
        columns=["username"],
    )
    return {row["username"] for row in rows}


def list_accounts(
    session: Session,
    county_code: str,
    *,
    after: UUID | None,
    limit: int,
    role: Role | None = None,
) -> Sequence[RowMapping]:
    """One row more than `limit`, which tells whether there is a next page."""
    statement = select(ACCOUNT).where(ACCOUNT.c.county_code == county_code)
    if role is not None:
        statement = statement.where(ACCOUNT.c.role == str(role))
    if after is not None:
        statement = statement.where(ACCOUNT.c.id > after)
    statement = statement.order_by(ACCOUNT.c.id).limit(limit + 1)
    return session.execute(statement).mappings().all()


def get_any_account_id(session: Session, county_code: str) -> UUID | None:
    """Tells whether the county has accounts at all."""
    statement = select(ACCOUNT.c.id).where(ACCOUNT.c.county_code == county_code).limit(1)
    return session.execute(statement).scalar_one_or_none()


def get_token(session: Session, county_code: str, token_hash: bytes) -> RowMapping | None:
    """The token with the account that it speaks for."""
    values = {"county": county_code, "digest": token_hash}
    return session.execute(_TOKEN_WITH_ACCOUNT, values).mappings().one_or_none()


def lock_attempts(session: Session, county_code: str, username_hash: bytes) -> RowMapping:
    """The counter of one name, which must be there."""
    statement = (
        select(LOGIN_ATTEMPT)
        .where(LOGIN_ATTEMPT.c.county_code == county_code)
        .where(LOGIN_ATTEMPT.c.username_hash == username_hash)
        .with_for_update()
    )
    return session.execute(statement).mappings().one()
