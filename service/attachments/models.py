"""Tables of attachments: what is known of each, and on PostgreSQL its sealed content."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id, Instant


class Attachment(SQLModel, table=True):
    """One attachment of a trip; never changed. `sha256` (hex) and `size` (bytes) are of the content as
    it is kept. The content is sealed under the trip's key of class identity.
    """

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        Index("attachment_trip", "county_code", "trip_id"),
        Index("attachment_account", "county_code", "account_id", "uploaded_at"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    trip_id: UUID = Field(sa_type=Id)
    sha256: str = Field(max_length=64)
    size: int
    media_type: str = Field(max_length=32)
    account_id: UUID = Field(sa_type=Id)
    uploaded_at: datetime = Field(sa_type=Instant)


class AttachmentContent(SQLModel, table=True):
    """The sealed content, on PostgreSQL. On SQLite it lies in a file of its own (storage.py), and this
    table stays empty.
    """

    __tablename__ = "attachment_content"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "attachment_id"], ["attachment.county_code", "attachment.id"]
        ),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    attachment_id: UUID = Field(sa_type=Id, primary_key=True)
    sealed: bytes
