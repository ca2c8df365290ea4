"""The table of workers, one row for each identity number and county: what is sealed, which digests find and
group them; the columns that a person is shown from.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id, Instant


class Worker(SQLModel, table=True):
    """A real person. Names, numbers, phones and texts only sealed; to find and to group them there
    are keyed digests (`*_index` 32 bytes for one value, `*_key` 16 bytes in hex for a group).
    What is sealed in which column: columns.py.

    `source_macs`: of each source (`township/211221105`) the digest of the row that it last gave.
    `origins`: the fields that do not come from the township of residence, and whence they come
    (merging.py). `number`: the short one that people say. `sixteen_on` is set only for people younger than
    18 when they were entered.
    """

    __table_args__ = (
        UniqueConstraint("county_code", "id_number_index", name="worker_id_number"),
        Index("worker_township", "county_code", "township_code", "id"),
        Index("worker_name", "county_code", "name_index"),
        Index("worker_phone", "county_code", "phone_index"),
        Index("worker_guardian", "county_code", "guardian_index"),
        Index("worker_village", "county_code", "village_key"),
        Index("worker_number", "county_code", "number", unique=True),
        {**CLUSTERED, "info": {"division_column": "township_code"}},
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    id_number_index: bytes
    name_index: bytes
    phone_index: bytes | None = None
    township_code: str | None = Field(default=None, max_length=9)
    person_role: str = Field(max_length=8)
    sixteen_on: date | None = Field(default=None, sa_type=Day)
    guardian_index: bytes | None = None
    guardian_worker_id: UUID | None = Field(default=None, sa_type=Id)
    reachable: bool
    household_key: str | None = Field(default=None, max_length=32)
    employer_key: str | None = Field(default=None, max_length=32)
    village_key: str | None = Field(default=None, max_length=32)
    identity_sealed: bytes
    contact_sealed: bytes
    detail_sealed: bytes
    source_macs: dict[str, str] = Field(sa_type=JSON)
    origins: dict[str, str] = Field(sa_type=JSON)
    version: int
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    number: int | None = (
        None  # SQLite cannot add a column that is not nullable; migration 0009 fills it
    )


class NumberCounter(SQLModel, table=True):
    """The highest short number of each kind (schemas/numbers.py) that was given out in a county."""

    __tablename__ = "number_counter"
    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    kind: str = Field(max_length=8, primary_key=True)
    taken: int


class WorkerRow(NamedTuple):
    """The columns that a person is shown from."""

    id: UUID
    version: int
    township_code: str | None
    person_role: str
    sixteen_on: date | None
    guardian_worker_id: UUID | None
    reachable: bool
    identity_sealed: bytes
    contact_sealed: bytes
    detail_sealed: bytes
    number: int | None = None
