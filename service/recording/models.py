"""The table of items that came to the door of events and could not be read; how large and how many."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from service.db.columns import Id, Instant

MOST_BYTES: Final = 8 * 1024
"""Of one item as compact JSON in UTF-8."""
MOST_ITEMS: Final = 500
"""That wait of one account in one stream: as many as one request may hold."""


class UnreadEvent(SQLModel, table=True):
    """An item that could not be read, beside the ledger: no event, and part of no chain. It waits until
    an event with its id is recorded in its stream. `sealed` is what came, under the key of what the
    stream is of; `digest` is a keyed one of account, stream and item, so that none is kept twice.
    """

    __tablename__ = "unread_event"
    __table_args__ = (
        Index("unread_event_stream", "county_code", "stream_kind", "stream_id", "id", unique=True),
    )

    county_code: str = Field(max_length=6, primary_key=True)
    digest: bytes = Field(primary_key=True)
    id: UUID = Field(sa_type=Id)
    stream_kind: str = Field(max_length=16)
    stream_id: UUID = Field(sa_type=Id)
    event_id: UUID | None = Field(default=None, sa_type=Id)
    account_id: UUID = Field(sa_type=Id)
    position: int
    fields: list[str] = Field(sa_type=JSON)
    received_at: datetime = Field(sa_type=Instant)
    sealed: bytes
