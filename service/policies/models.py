"""Tables of the policies that a county has loaded, and of the levels of risk that areas had."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id, Instant


class Policy(SQLModel, table=True):
    """`content`: the version as JSON. Inserted once and never changed, for decisions name it."""

    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    version: str = Field(max_length=40, primary_key=True)
    id: UUID = Field(sa_type=Id)
    content: str
    loaded_at: datetime = Field(sa_type=Instant)


class RiskLevelOfArea(SQLModel, table=True):
    """The level of one area from one day on. Loaded again, a day's level is the newer one."""

    __tablename__ = "risk_area"
    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    scheme: str = Field(max_length=8, primary_key=True)
    area_code: str = Field(max_length=9, primary_key=True)
    valid_from: date = Field(sa_type=Day, primary_key=True)
    valid_until: date | None = Field(default=None, sa_type=Day)
    level: str = Field(max_length=8)
    source: str | None = Field(default=None, max_length=200)
