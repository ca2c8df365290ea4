"""The table of workers' states: holds, releases, withdrawn."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id, Instant


class StoredWorkerState(SQLModel, table=True):
    """Derived: written by the fold only, compared by `rebuild --check`. Ids, and no reasons.

    `held` and `released` are [hold id, moment] of all that were ever named, sorted; a worker of whom
    nothing that counts was said has no row. `phoned`: releases typed in from a call, `confirmed`:
    confirmed approvals, both by the ids of their events.
    """

    __tablename__ = "worker_state"
    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    worker_id: UUID = Field(sa_type=Id, primary_key=True)
    held: list[Any] = Field(sa_type=JSON)
    released: list[Any] = Field(sa_type=JSON)
    withdrawn: bool
    last_at: datetime | None = Field(default=None, sa_type=Instant)
    told_until: datetime | None = Field(default=None, sa_type=Instant)
    """How far the worker is told."""
    phoned: list[Any] | None = Field(default=None, sa_type=JSON, nullable=True)
    confirmed: list[Any] | None = Field(default=None, sa_type=JSON, nullable=True)
