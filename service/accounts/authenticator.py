"""Token → actor: what service.auth asks for. Every way of being wrong gives the same answer."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.engine import RowMapping

from schemas.errors import ErrorCode
from service.accounts import queries, rules, sessions
from service.accounts.credentials import County, hash_token, read_county
from service.auth import Actor
from service.db.database import Database
from service.errors import DomainError
from service.settings import Settings


class Authenticator:
    """One read for each request; a write at most once a minute for each token."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._idle = timedelta(hours=settings.token_idle_hours)
        self._fallback_county = settings.county_code

    def __call__(self, token: str, *, at: datetime) -> Actor:
        """Raises token-invalid: unknown, revoked, expired, idle too long, account disabled."""
        county = County(read_county(token) or self._fallback_county)
        digest = hash_token(token)
        with self._database.read(county) as session:
            row = queries.get_token(session, county.county_code, digest)
        if row is None or not row["active"] or self._ended(row, at):
            raise DomainError(ErrorCode.TOKEN_INVALID)
        if at - row["last_used_at"] >= rules.TOUCH_EVERY:
            self._touch(county, digest, at)
        return sessions.make_actor(row, account_id=row["account_id"])

    def _ended(self, row: RowMapping, at: datetime) -> bool:
        return rules.token_ended(
            at=at,
            last_used_at=row["last_used_at"],
            expires_at=row["expires_at"],
            revoked_at=row["revoked_at"],
            idle=self._idle,
        )

    def _touch(self, county: County, digest: bytes, at: datetime) -> None:
        table = queries.TOKEN
        with self._database.write(county) as session:
            session.execute(
                update(table)
                .where(table.c.county_code == county.county_code, table.c.token_hash == digest)
                .where(table.c.last_used_at < at)
                .values(last_used_at=at)
            )
