"""The table of enterprises that take workers on: what is in clear, what is sealed."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id


class Enterprise(SQLModel, table=True):
    """`details_sealed` holds the contacts, under the enterprise's own key; of a household also
    name and address, which are a person's: then `name`, `name_key` and `address` are null and
    `name_index` finds the exact name.
    """

    __table_args__ = (
        UniqueConstraint("county_code", "credit_code", name="enterprise_credit_code"),
        Index("enterprise_name_key", "county_code", "name_key"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    kind: str = Field(max_length=16)
    name: str | None = Field(default=None, max_length=120)
    name_key: str | None = Field(default=None, max_length=240)
    name_index: bytes | None = None
    credit_code: str | None = Field(default=None, max_length=18)
    division_code: str = Field(max_length=12)
    address: str | None = Field(default=None, max_length=200)
    details_sealed: bytes
    created_mac: bytes
    version: int
