"""The form of a login token and its hash; when a token has ended (idle, expired, revoked, account disabled);
how often its use is noted; from a token to the actor; the counter of revocations is moved.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import event
from sqlmodel import col, update

from schemas.errors import ErrorCode
from schemas.permissions import Role
from service.accounts import queries
from service.accounts.models import Account, Revocations, Token
from service.auth import Actor, KnownToken, KnownTokens, Scope
from service.context import Work
from service.db.bulk import write_many
from service.db.columns import table_of
from service.db.database import Database
from service.errors import DomainError
from service.settings import Settings

_SECRET_BYTES = 32


_SHAPE = re.compile(r"fg_(?P<county>[0-9]{6})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class County:
    """Where the database is opened for somebody who is not known yet (db.database.Tenant)."""

    county_code: str
    division_prefix: str = ""


def make_token(county_code: str) -> str:
    return f"fg_{county_code}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def hash_token(token: str) -> bytes:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def read_county(token: str) -> str | None:
    """The county that a well-formed token names."""
    match = _SHAPE.fullmatch(token)
    return match["county"] if match else None


TOUCH_EVERY = timedelta(minutes=1)


def token_ended(
    *,
    at: datetime,
    last_used_at: datetime,
    expires_at: datetime,
    revoked_at: datetime | None,
    idle: timedelta,
) -> bool:
    return revoked_at is not None or at >= expires_at or at - last_used_at >= idle


# --- token → actor ------------------------------------------------------------------------------
class Authenticator:
    """What service.auth asks for. A token that is not known is read, and so is one of them in every
    second; a write at most once a minute for each token. Every way of being wrong gives the same answer.
    """

    def __init__(self, database: Database, settings: Settings, known: KnownTokens) -> None:
        self._database = database
        self._idle = timedelta(hours=settings.token_idle_hours)
        self._fallback_county = settings.county_code
        self._known = known

    def recall(self, token: str, *, at: datetime) -> Actor | None:
        """None also for one that has ended by now, and once a minute, when its use has to be noted."""
        known = self._known.get(read_county(token) or self._fallback_county, hash_token(token))
        if known is None or at >= known.expires_at or at - known.last_used_at >= self._idle:
            return None
        if at - known.kept_use_at >= TOUCH_EVERY:
            return None
        known.last_used_at = max(known.last_used_at, at)
        return known.actor

    def __call__(self, token: str, *, at: datetime) -> Actor:
        """Raises token-invalid: unknown, revoked, expired, idle too long, account disabled."""
        county = County(read_county(token) or self._fallback_county)
        digest = hash_token(token)
        row = self._look_up(county, digest, at)
        if at - row.last_used_at >= TOUCH_EVERY:
            self._touch(county, digest, at)
        return make_actor(row, account_id=row.account_id)

    def _look_up(self, county: County, digest: bytes, at: datetime) -> queries.TokenRow:
        """Raises token-invalid. The counter is compared also then: whose request looks makes no difference.
        Of a county that has no account nothing is remembered."""
        code, known = county.county_code, self._known
        look = known.begin_look(code)
        with self._database.read(county) as session:
            row = queries.get_token(session, code, digest)
            count = row.revocations if row else queries.count_revocations(session, code)
        if row is not None or known.knows(code):
            known.end_look(code, look, revocations=count)
        if row is None or not row.active or self._ended(row, at):
            raise DomainError(ErrorCode.TOKEN_INVALID)
        used_at = at if at - row.last_used_at >= TOUCH_EVERY else row.last_used_at
        actor = make_actor(row, account_id=row.account_id)
        token = KnownToken(actor, max(at, used_at), used_at, row.expires_at)
        known.put(code, digest, token, look=look, revocations=count)
        return row

    def _ended(self, row: queries.TokenRow, at: datetime) -> bool:
        return token_ended(
            at=at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            idle=self._idle,
        )

    def _touch(self, county: County, digest: bytes, at: datetime) -> None:
        with self._database.write(county) as session:
            session.exec(
                update(Token)
                .where(col(Token.county_code) == county.county_code)
                .where(col(Token.token_hash) == digest, col(Token.last_used_at) < at)
                .values(last_used_at=at)
            )


def note_revocation(work: Work) -> None:
    """Every process looks the county's tokens up anew: this one once the transaction has committed, others
    within a second. For whatever ends a token or changes what its account may do.
    """
    county_code, known = work.county_code, work.context.known_tokens
    first = {"county_code": county_code, "count": 0}
    write_many(work.session, table_of(Revocations), [first], conflict="ignore")
    work.session.exec(
        update(Revocations)
        .where(col(Revocations.county_code) == county_code)
        .values(count=col(Revocations.count) + 1)
    )
    event.listen(
        work.session, "after_commit", lambda _session: known.forget(county_code), once=True
    )


def make_actor(row: Account | queries.TokenRow, *, account_id: UUID) -> Actor:
    scope = Scope(
        division_prefix=row.division_prefix or "",
        enterprise_id=row.enterprise_id,
        carrier_id=row.carrier_id,
        trip_ids=None if row.trip_ids is None else frozenset(map(UUID, row.trip_ids)),
    )
    return Actor(row.county_code, account_id, Role(row.role), scope)
