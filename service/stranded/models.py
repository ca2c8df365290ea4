"""The table of stranded people: whom each enterprise's newest list names, the calls and letters about them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id, Instant


class StrandedPerson(SQLModel, table=True):
    """One person of one enterprise's newest list: what it says (`statement_sealed`, class identity,
    the row's own key), where it stands (import, sheet, row), and what has been done about it.

    Whether the registry knows the number is not kept: it is asked when the list is read
    (`id_number_index` is the digest that workers carry). `home_code`: the first six digits of the
    number; `bureau_code`: the division to be written to, null for our own people and where there
    is none. `previous`: the row as an earlier list left it, for the undoing of this one.
    `division_column`: a township's account sees none of these rows.
    """

    __tablename__ = "stranded_person"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "enterprise_id"], ["enterprise.county_code", "enterprise.id"]
        ),
        UniqueConstraint(
            "county_code", "enterprise_id", "id_number_index", name="stranded_person_number"
        ),
        Index("stranded_person_index", "county_code", "id_number_index"),
        {**CLUSTERED, "info": {"division_column": "home_code"}},
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    enterprise_id: UUID = Field(sa_type=Id)
    id_number_index: bytes
    name_index: bytes
    home_code: str | None = Field(default=None, max_length=6)
    bureau_code: str | None = Field(default=None, max_length=6)
    statement_sealed: bytes
    content_mac: bytes
    as_of: date = Field(sa_type=Day)
    import_id: UUID = Field(sa_type=Id)
    sheet: int
    row_number: int
    call_result: str | None = Field(default=None, max_length=16)
    called_at: datetime | None = Field(default=None, sa_type=Instant)
    letter_id: UUID | None = Field(default=None, sa_type=Id)
    requested_at: datetime | None = Field(default=None, sa_type=Instant)
    requested_by: UUID | None = Field(default=None, sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    previous: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
