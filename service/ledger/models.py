"""Tables of streams (heads of chains), events, their sealed parts, and events that wait for the county's
log.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id, Instant


class Stream(SQLModel, table=True):
    """Head and lock of one chain. Locking this row is what serialises its events."""

    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    kind: str = Field(max_length=16, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    seq: int
    hash: bytes


class Event(SQLModel, table=True):
    """One immutable statement. `body` is stored as hashed; the other columns repeat parts of it
    for look-ups, and `verify` compares them.
    """

    __table_args__ = (
        UniqueConstraint("county_code", "stream_kind", "stream_id", "seq", name="event_stream_seq"),
        Index("event_subject", "county_code", "subject_id"),
        Index("event_worker", "county_code", "worker_id", "happened_at"),
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    stream_kind: str = Field(max_length=16)
    stream_id: UUID = Field(sa_type=Id)
    seq: int
    kind: str = Field(max_length=40)
    subject_id: UUID = Field(sa_type=Id)
    worker_id: UUID | None = Field(default=None, sa_type=Id)
    happened_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    body: bytes
    hash: bytes


class EventPart(SQLModel, table=True):
    """The personal fields of an event about one subject in one class, sealed. Erasure deletes
    these rows and their keys, never events.
    """

    __tablename__ = "event_part"
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "event_id"], ["event.county_code", "event.id"]),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    event_id: UUID = Field(sa_type=Id, primary_key=True)
    part: str = Field(max_length=32, primary_key=True)
    subject_id: UUID = Field(sa_type=Id)
    personal_class: str = Field(max_length=16)
    sealed: bytes


class LogPending(SQLModel, table=True):
    """Events that the county's Merkle log has not taken yet; filled in the event's transaction."""

    __tablename__ = "log_pending"
    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    event_id: UUID = Field(sa_type=Id, primary_key=True)
    event_hash: bytes
