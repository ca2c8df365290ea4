"""Logging in and out. Checking a password is slow on purpose and stays outside of transactions."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.accounts import LoginIn, LoginOut, PasswordIn
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_records import AccountSeen
from schemas.events.payloads_trips import Nothing
from schemas.permissions import Role
from service.accounts import credentials, events, queries, rules, views
from service.accounts.addresses import AddressLimit
from service.accounts.credentials import County, hash_token, make_token
from service.auth import Actor
from service.context import Context, Work
from service.db.bulk import write_many
from service.errors import DomainError


class IssuedToken(NamedTuple):
    text: str
    expires_at: datetime


def log_in_from(
    context: Context, body: LoginIn, *, address: str | None, limit: AddressLimit
) -> LoginOut:
    """Only a wrong user name or password counts against the address; the lock of a name does not
    count twice.
    """
    tries = limit.take(address, at=context.now())
    wrong = False
    try:
        return log_in(context, body)
    except DomainError as error:
        wrong = error.code is ErrorCode.CREDENTIALS_WRONG
        raise
    finally:
        limit.settle(tries, wrong=wrong, at=context.now())


def log_in(context: Context, body: LoginIn) -> LoginOut:
    """Counts the attempt first, so that many at once cannot slip past the lock; an unknown name
    takes the same steps and the same time as a wrong password.
    """
    county = County(body.county_code or context.settings.county_code)
    with context.database.write(county) as session:
        account = queries.get_account_by_name(session, county.county_code, body.username)
        _count_attempt(context, session, county, username=body.username)
    stored = account["password_hash"] if account and account["active"] else None
    if not credentials.fits(body.password.get_secret_value(), stored) or account is None:
        _keep_failure(context, county, account, username=body.username, device=body.device)
        raise DomainError(ErrorCode.CREDENTIALS_WRONG)
    with context.database.write(county) as session:
        _check_unchanged(session, account)
        issued = _open_after_login(context, session, account, body)
    return LoginOut(
        token=issued.text,
        account_id=account["id"],
        county_code=county.county_code,
        username=account["username"],
        role=Role(account["role"]),
        expires_at=issued.expires_at,
    )


def log_out(context: Context, session: Session, actor: Actor, *, token: str) -> None:
    table = queries.TOKEN
    now = context.now()
    session.execute(
        update(table)
        .where(table.c.county_code == actor.county_code, table.c.token_hash == hash_token(token))
        .values(revoked_at=now)
    )
    events.record(
        Work(session, actor, context),
        account_id=actor.account_id,
        kind=EventKind.ACCOUNT_LOGGED_OUT,
        payload=Nothing(),
        now=now,
    )


def open_session(
    context: Context, session: Session, county_code: str, *, account_id: UUID
) -> IssuedToken:
    """A new token; those of the account that ended by themselves are swept away."""
    now, table = context.now(), queries.TOKEN
    session.execute(
        delete(table)
        .where(table.c.county_code == county_code, table.c.account_id == account_id)
        .where(table.c.expires_at <= now)
    )
    text = make_token(county_code)
    expires_at = now + timedelta(hours=context.settings.token_absolute_hours)
    row = {
        "county_code": county_code,
        "token_hash": hash_token(text),
        "account_id": account_id,
        "created_at": now,
        "last_used_at": now,
        "expires_at": expires_at,
        "revoked_at": None,
    }
    session.execute(insert(table), [row])
    return IssuedToken(text, expires_at)


def prepare_password(context: Context, actor: Actor, body: PasswordIn) -> str:
    """The hash of a new password, once the old one was right. Wrong ones count like failed logins:
    whoever holds a stolen token shall not guess the password behind it.
    """
    county, new = County(actor.county_code), body.new.get_secret_value()
    with context.database.write(county) as session:
        account = queries.find_account(session, county.county_code, actor.account_id)
        if rules.is_weak(new, account["username"]):
            raise DomainError(ErrorCode.PASSWORD_WEAK)
        _count_attempt(context, session, county, username=account["username"])
    if not credentials.fits(body.old.get_secret_value(), account["password_hash"]):
        _keep_failure(context, county, account, username=account["username"], device=None)
        raise DomainError(ErrorCode.CREDENTIALS_WRONG)
    return credentials.hash_password(new)


def make_actor(row: RowMapping, *, account_id: UUID) -> Actor:
    return Actor(row["county_code"], account_id, Role(row["role"]), views.make_scope(row))


def hash_username(username: str) -> bytes:
    return hashlib.sha256(b"fangang/username/1\0" + username.encode()).digest()


def _count_attempt(context: Context, session: Session, county: County, *, username: str) -> None:
    """Raises too-many-attempts while the name is locked. Names of a county without accounts are
    not counted: nothing can be guessed there, and rows would only pile up.
    """
    if queries.get_any_account_id(session, county.county_code) is None:
        return
    now, table, key = context.now(), queries.LOGIN_ATTEMPT, hash_username(username)
    forgotten = now - rules.ATTEMPTS_FORGOTTEN
    session.execute(
        delete(table).where(table.c.county_code == county.county_code, table.c.last_at < forgotten)
    )
    fresh = {
        "county_code": county.county_code,
        "username_hash": key,
        "count": 0,
        "last_at": now,
        "locked_until": None,
    }
    write_many(session, table, [fresh], conflict="ignore")
    attempts = queries.lock_attempts(session, county.county_code, key)
    _check_unlocked(attempts["locked_until"], now)
    count = attempts["count"] + 1
    changed = {**fresh, "count": count, "locked_until": now + rules.lock_length(count)}
    write_many(session, table, [changed], conflict="overwrite")


def _check_unlocked(locked_until: datetime | None, now: datetime) -> None:
    if locked_until is None or now >= locked_until:
        return
    seconds = -((now - locked_until) // timedelta(seconds=1))
    raise DomainError(ErrorCode.TOO_MANY_ATTEMPTS, facts={"retry_after_seconds": seconds})


def _check_unchanged(session: Session, account: RowMapping) -> None:
    """Disabled, or given a new password, while this one was being checked: too late."""
    now = queries.lock_account(session, account["county_code"], account["id"])
    if not now["active"] or now["password_hash"] != account["password_hash"]:
        raise DomainError(ErrorCode.CREDENTIALS_WRONG)


def _open_after_login(
    context: Context, session: Session, account: RowMapping, body: LoginIn
) -> IssuedToken:
    county_code, table = account["county_code"], queries.LOGIN_ATTEMPT
    session.execute(
        delete(table)
        .where(table.c.county_code == county_code)
        .where(table.c.username_hash == hash_username(body.username))
    )
    issued = open_session(context, session, county_code, account_id=account["id"])
    _record_seen(context, session, account, EventKind.ACCOUNT_LOGGED_IN, device=body.device)
    return issued


def _keep_failure(
    context: Context,
    county: County,
    account: RowMapping | None,
    *,
    username: str,
    device: str | None,
) -> None:
    """An unknown name has no account whose stream could tell of it: its counter is written once
    more, so that it costs a transaction too and takes about as long.
    """
    with context.database.write(county) as session:
        if account is not None:
            _record_seen(context, session, account, EventKind.ACCOUNT_LOGIN_FAILED, device=device)
            return
        table = queries.LOGIN_ATTEMPT
        session.execute(
            update(table)
            .where(table.c.county_code == county.county_code)
            .where(table.c.username_hash == hash_username(username))
            .values(last_at=context.now())
        )


def _record_seen(
    context: Context,
    session: Session,
    account: RowMapping,
    kind: EventKind,
    *,
    device: str | None,
) -> None:
    events.record(
        Work(session, make_actor(account, account_id=account["id"]), context),
        account_id=account["id"],
        kind=kind,
        payload=AccountSeen(device=device),
        now=context.now(),
    )
