"""Login, logout and the check of the old password; what a wrong login counts and records; how many wrong
logins one address may make, for how long it waits, how many addresses are remembered. Checking a password is
slow on purpose and stays outside of transactions.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, delete, update

from schemas.accounts import LoginIn, LoginOut, PasswordIn
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_records import AccountSeen
from schemas.events.payloads_trips import Nothing
from service.accounts import passwords, queries, rules
from service.accounts.models import Account, LoginAttempt, Token
from service.accounts.tokens import (
    County,
    hash_token,
    make_actor,
    make_token,
    note_revocation,
)
from service.auth import Actor
from service.context import Context, Work
from service.db.bulk import write_many
from service.db.columns import table_of
from service.errors import DomainError
from service.records import account_stream, record_event


# --- logging in and out -------------------------------------------------------------------------
class IssuedToken(NamedTuple):
    text: str
    expires_at: datetime


class KnownAccount(NamedTuple):
    """What is kept of an account between the two transactions of a login."""

    actor: Actor
    username: str
    password_hash: str
    active: bool


def log_in_from(
    context: Context, body: LoginIn, *, address: str | None, limit: "AddressLimit"
) -> LoginOut:
    """log_in, unless too many wrong logins came from `address`. Only a wrong user name or password
    counts against it; a refusal while the name is locked does not.
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
    """Raises credentials-wrong, and too-many-attempts while the name is locked. The attempt is counted
    before the password is checked, so that many at once cannot pass the lock; an unknown name takes the
    same steps and about the same time as a wrong password.
    """
    county = County(body.county_code or context.settings.county_code)
    with context.database.write(county) as session:
        account = queries.get_account_by_name(session, county.county_code, body.username)
        known = make_known(account) if account else None
        _count_attempt(session, county.county_code, username=body.username, now=context.now())
    stored_hash = known.password_hash if known and known.active else None
    if not passwords.fits(body.password.get_secret_value(), stored_hash) or known is None:
        _keep_failure(context, county, known, username=body.username, device=body.device)
        raise DomainError(ErrorCode.CREDENTIALS_WRONG)
    with context.writing(known.actor) as work:
        check_unchanged(work.session, known)
        issued = _open_after_login(work, body)
    return LoginOut(
        token=issued.text,
        account_id=known.actor.account_id,
        county_code=county.county_code,
        username=known.username,
        role=known.actor.role,
        expires_at=issued.expires_at,
    )


def log_out(work: Work, *, token: str) -> None:
    """`token` ends now; other tokens of the account stay."""
    work.session.exec(
        update(Token)
        .where(col(Token.county_code) == work.county_code)
        .where(col(Token.token_hash) == hash_token(token))
        .values(revoked_at=work.now())
    )
    note_revocation(work)
    _record(work, EventKind.ACCOUNT_LOGGED_OUT, Nothing())


def open_session(
    session: Session, county_code: str, *, account_id: UUID, now: datetime, valid_hours: int
) -> IssuedToken:
    """A new token, kept when the transaction commits; expired ones of the account are deleted."""
    session.exec(
        delete(Token)
        .where(col(Token.county_code) == county_code, col(Token.account_id) == account_id)
        .where(col(Token.expires_at) <= now)
    )
    text = make_token(county_code)
    token = Token(
        county_code=county_code,
        token_hash=hash_token(text),
        account_id=account_id,
        created_at=now,
        last_used_at=now,
        expires_at=now + timedelta(hours=valid_hours),
    )
    session.add(token)
    return IssuedToken(text, token.expires_at)


def prepare_password(actor: Actor, context: Context, body: PasswordIn) -> str:
    """The hash of the new password. Raises password-weak for it, credentials-wrong for a wrong old one.
    That counts like a wrong login, so that whoever holds a stolen token cannot guess the password.
    """
    county, new = County(actor.county_code), body.new.get_secret_value()
    with context.writing(actor) as work:
        known = make_known(queries.find_account(work.session, work.county_code, actor.account_id))
        if rules.is_weak(new, known.username):
            raise DomainError(ErrorCode.PASSWORD_WEAK)
        _count_attempt(work.session, work.county_code, username=known.username, now=work.now())
    if not passwords.fits(body.old.get_secret_value(), known.password_hash):
        _keep_failure(context, county, known, username=known.username, device=None)
        raise DomainError(ErrorCode.CREDENTIALS_WRONG)
    return passwords.hash_password(new)


def make_known(account: Account) -> KnownAccount:
    actor = make_actor(account, account_id=account.id)
    return KnownAccount(actor, account.username, account.password_hash, account.active)


def check_unchanged(session: Session, known: KnownAccount) -> None:
    """Locks the account. Raises credentials-wrong when it was disabled, or given a new password, while
    this one was being checked.
    """
    account = queries.lock_account(session, known.actor.county_code, known.actor.account_id)
    if not account.active or account.password_hash != known.password_hash:
        raise DomainError(ErrorCode.CREDENTIALS_WRONG)


def _open_after_login(work: Work, body: LoginIn) -> IssuedToken:
    work.session.exec(
        delete(LoginAttempt)
        .where(col(LoginAttempt.county_code) == work.county_code)
        .where(col(LoginAttempt.username_hash) == _hash_username(body.username))
    )
    issued = open_session(
        work.session,
        work.county_code,
        account_id=work.actor.account_id,
        now=work.now(),
        valid_hours=work.context.settings.token_absolute_hours,
    )
    _record(work, EventKind.ACCOUNT_LOGGED_IN, AccountSeen(device=body.device))
    return issued


def _keep_failure(
    context: Context,
    county: County,
    known: KnownAccount | None,
    *,
    username: str,
    device: str | None,
) -> None:
    """An unknown name has no account whose stream could tell of it: its counter is written once
    more, so that it costs a transaction too and takes about as long.
    """
    if known is not None:
        with context.writing(known.actor) as work:
            _record(work, EventKind.ACCOUNT_LOGIN_FAILED, AccountSeen(device=device))
        return
    with context.database.write(county) as session:
        session.exec(
            update(LoginAttempt)
            .where(col(LoginAttempt.county_code) == county.county_code)
            .where(col(LoginAttempt.username_hash) == _hash_username(username))
            .values(last_at=context.now())
        )


def _record(work: Work, kind: EventKind, payload: AccountSeen | Nothing) -> None:
    record_event(work, payload, kind=kind, stream=account_stream(work.actor.account_id))


# --- attempts by user name ----------------------------------------------------------------------
def _count_attempt(session: Session, county_code: str, *, username: str, now: datetime) -> None:
    """Raises too-many-attempts while the name is locked. Names of a county without accounts are
    not counted: nothing can be guessed there, and rows would only pile up.
    """
    if not queries.has_accounts(session, county_code):
        return
    session.exec(
        delete(LoginAttempt)
        .where(col(LoginAttempt.county_code) == county_code)
        .where(col(LoginAttempt.last_at) < now - rules.ATTEMPTS_FORGOTTEN)
    )
    fresh = LoginAttempt(
        county_code=county_code, username_hash=_hash_username(username), count=0, last_at=now
    )
    # Of many attempts at once one makes the row, and each waits for the lock on it.
    write_many(session, table_of(LoginAttempt), [fresh.model_dump()], conflict="ignore")
    attempts = queries.lock_attempts(session, county_code, fresh.username_hash)
    if attempts.locked_until is not None and now < attempts.locked_until:
        raise _too_many(attempts.locked_until - now)
    attempts.count += 1
    attempts.last_at = now
    attempts.locked_until = now + rules.lock_length(attempts.count)


def _hash_username(username: str) -> bytes:
    return hashlib.sha256(b"fangang/username/1\0" + username.encode()).digest()


def _too_many(wait: timedelta) -> DomainError:
    """`wait` is told in whole seconds, rounded up."""
    seconds = -(-wait // timedelta(seconds=1))
    return DomainError(ErrorCode.TOO_MANY_ATTEMPTS, facts={"retry_after_seconds": seconds})


# --- attempts by address ------------------------------------------------------------------------
WINDOW = timedelta(minutes=15)
"""From the first wrong one on; nobody waits longer."""
MOMENT = timedelta(seconds=2)
"""How long to wait while other logins from the address are still being checked."""
REMEMBERED = 10_000
_HOST_BITS = 64
"""IPv6 addresses are counted by network: a household or office has 2^64 of them."""
_LONGEST = 45
"""Characters of a written IPv6 address; what is none counts by its beginning."""


@dataclass(slots=True)
class Tries:
    """Of one address: wrong logins since the first, and those being checked."""

    since: datetime
    wrong: int = 0
    checking: int = 0


class AddressLimit:
    """At most `allowed` wrong logins from one address in a window; 0: any number. One that is still
    being checked counts as wrong until it is settled. Safe for threads.

    Against trying one password on every name, which the lock of a single name does not stop. Kept in
    this process only, for the last `remembered` addresses; the locks of names are in the database and
    outlive a restart.
    """

    def __init__(self, *, allowed: int, remembered: int = REMEMBERED) -> None:
        self._allowed, self._remembered = allowed, remembered
        self._tries: OrderedDict[str, Tries] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str | None, *, at: datetime) -> Tries | None:
        """Counts a login before it is checked; `settle` the answer afterwards (also when it is None).
        Raises too-many-attempts: until the end of the window when `allowed` were wrong, for a moment
        while some of them are still being checked.
        """
        key = _normalise(address)
        if key is None or not self._allowed:
            return None
        with self._lock:
            tries = self._find(key, at)
            if tries.wrong >= self._allowed:
                raise _too_many(tries.since + WINDOW - at)
            if tries.wrong + tries.checking >= self._allowed:
                raise _too_many(MOMENT)
            tries.checking += 1
            return tries

    def settle(self, tries: Tries | None, *, wrong: bool, at: datetime) -> None:
        """From now on it counts only if it was wrong."""
        if tries is None:
            return
        with self._lock:
            tries.checking -= 1
            if wrong:
                tries.since = tries.since if tries.wrong else at
                tries.wrong += 1

    def _find(self, key: str, at: datetime) -> Tries:
        tries = self._tries.pop(key, None) or Tries(at)
        if at >= tries.since + WINDOW:
            tries.wrong = 0
        self._tries[key] = tries
        if len(self._tries) > self._remembered:
            self._tries.popitem(last=False)
        return tries


def _normalise(address: str | None) -> str | None:
    """What an address is counted by. None for this computer itself, which is not limited: a proxy that
    does not pass on the address would get everybody refused.
    """
    text = (address or "")[:_LONGEST]
    try:
        read = ip_address(text)
    except ValueError:
        return text or None
    if isinstance(read, IPv6Address):
        read = read.ipv4_mapped or read  # first: Python 3.11 knows no loopback in ::ffff:127.0.0.1
    if read.is_loopback:
        return None
    return str(int(read) >> _HOST_BITS) if isinstance(read, IPv6Address) else str(read)
