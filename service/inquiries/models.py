"""Tables of lists of who rode with whom: each that was asked for, its people, and what other counties answered.

Neither tells in clear who was asked about, nor who is on a list: what is sealed under the list's own key says
so. An answer may tell of somebody's health, and goes with the worker's key of that class.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id, Instant


class ContactList(SQLModel, table=True):
    """One question of one case. `question_mac`: a keyed digest of both, so that the same question is the same
    list; `content_sealed`: reason, case and whom it is about (class note, the list's own key)."""

    __tablename__ = "contact_list"
    __table_args__ = (
        UniqueConstraint("county_code", "question_mac", name="contact_list_question"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    question_mac: bytes
    purpose: str = Field(max_length=16)
    asked_at: datetime = Field(sa_type=Instant)
    asked_by: UUID = Field(sa_type=Id)
    people: int
    content_sealed: bytes


class ContactPerson(SQLModel, table=True):
    """One line of a list: somebody on one trip. `id`: a keyed digest of list and person. `present_code`: the
    county where they were when the list was last read.
    """

    __tablename__ = "contact_person"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "list_id"], ["contact_list.county_code", "contact_list.id"]
        ),
        Index(
            "contact_person_open",
            "county_code",
            "trip_id",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        {**CLUSTERED, "info": {"division_column": "present_code"}},
    )

    county_code: str = Field(max_length=6, primary_key=True)
    list_id: UUID = Field(sa_type=Id, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    trip_id: UUID = Field(sa_type=Id)
    present_code: str | None = Field(default=None, max_length=6)
    asked_at: datetime = Field(sa_type=Instant)
    who_sealed: bytes
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answer_sealed: bytes | None = None
