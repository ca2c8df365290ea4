"""Tables of travel demands (one open or assigned for each worker) and of the names of firms that stand
unsealed.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id, Instant

_IS_CURRENT = text("state IN ('open', 'assigned')")


class TravelDemand(SQLModel, table=True):
    """A worker wants to go to a place in a window of days; of each at most one is open or assigned.

    `wish_sealed` (class note, the worker's key) holds destination and employer as written.
    `township_code` repeats the worker's, for scope. `state` is derived: trips write it.
    """

    __tablename__ = "travel_demand"
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "worker_id"], ["worker.county_code", "worker.id"]),
        Index(
            "travel_demand_current",
            "county_code",
            "worker_id",
            unique=True,
            sqlite_where=_IS_CURRENT,
            postgresql_where=_IS_CURRENT,
        ),
        Index("travel_demand_worker", "county_code", "worker_id"),
        Index("travel_demand_state", "county_code", "state", "id"),
        {**CLUSTERED, "info": {"division_column": "township_code"}},
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    worker_id: UUID = Field(sa_type=Id)
    township_code: str | None = Field(default=None, max_length=9)
    destination_code: str | None = Field(default=None, max_length=6)
    enterprise_id: UUID | None = Field(default=None, sa_type=Id)
    employer_name_key: str | None = Field(default=None, max_length=32)
    wish_sealed: bytes
    window_from: date | None = Field(default=None, sa_type=Day)
    window_to: date | None = Field(default=None, sa_type=Day)
    source: str = Field(max_length=12)
    version: int
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    # derived
    state: str = Field(max_length=12)


class EmployerName(SQLModel, table=True):
    """The name of a group of demands: only names that certainly are a firm's and no person's
    (rules.py). `key` is the digest that workers and demands carry.
    """

    __tablename__ = "employer_name"
    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    key: str = Field(max_length=32, primary_key=True)
    name: str = Field(max_length=200)
