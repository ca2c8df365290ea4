"""Tables of accounts, tokens (logins), wrong logins by user name, and the counter of revocations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id, Instant


class Account(SQLModel, table=True):
    """Somebody who may log in. `identity` (name) and `contact` (phone) are sealed under the
    account's own keys. `trip_ids` null: not narrowed to trips; an empty list: no trip yet.
    """

    __table_args__ = (
        UniqueConstraint("county_code", "username", name="account_username"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    username: str = Field(max_length=40)
    identity: bytes
    contact: bytes | None = None
    role: str = Field(max_length=32)
    password_hash: str = Field(max_length=200)
    division_prefix: str | None = Field(default=None, max_length=9)
    enterprise_id: UUID | None = Field(default=None, sa_type=Id)
    carrier_id: UUID | None = Field(default=None, sa_type=Id)
    trip_ids: list[str] | None = Field(default=None, sa_type=JSON, nullable=True)
    active: bool
    version: int
    created_at: datetime = Field(sa_type=Instant)


class Token(SQLModel, table=True):
    """One login. Only a hash of the token is kept; `last_used_at` is at most a minute behind."""

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        Index("token_account", "county_code", "account_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    token_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Revocations(SQLModel, table=True):
    """How often a county's logins were ended, or an account's role, scope or trips changed: processes that
    know tokens look at it and look them up anew when it has moved.
    """

    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    count: int


class LoginAttempt(SQLModel, table=True):
    """Attempts since the last success, by a hash of the user name: the same for names that exist
    and names that do not, so that a lock tells nobody which is which.
    """

    __tablename__ = "login_attempt"
    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    username_hash: bytes = Field(primary_key=True)
    count: int
    last_at: datetime = Field(sa_type=Instant)
    locked_until: datetime | None = Field(default=None, sa_type=Instant)
