"""Tables of carriers, vehicles (plate or designation, licensed places, seats) and drivers (papers and their
last days).
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id


class Carrier(SQLModel, table=True):
    """`contact_sealed`: the phone, under the carrier's own key."""

    __table_args__ = (
        UniqueConstraint("county_code", "credit_code", name="carrier_credit_code"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    name: str = Field(max_length=120)
    credit_code: str | None = Field(default=None, max_length=18)
    licence_number: str | None = Field(default=None, max_length=40)
    licence_valid_until: date | None = Field(default=None, sa_type=Day)
    contact_sealed: bytes
    created_mac: bytes
    version: int


class Vehicle(SQLModel, table=True):
    """`seats`: [row, column, label], front to back. Road vehicles have a plate, carriages a
    designation.
    """

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "carrier_id"], ["carrier.county_code", "carrier.id"]),
        UniqueConstraint("county_code", "plate", name="vehicle_plate"),
        UniqueConstraint("county_code", "designation", name="vehicle_designation"),
        CheckConstraint("crew_seats < licensed_places", name="vehicle_places"),
        Index("vehicle_carrier", "county_code", "carrier_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    carrier_id: UUID = Field(sa_type=Id)
    kind: str = Field(max_length=16)
    plate: str | None = Field(default=None, max_length=8)
    designation: str | None = Field(default=None, max_length=40)
    licensed_places: int
    crew_seats: int
    seats: list[Any] = Field(sa_type=JSON)
    air_sealed: bool
    transport_licence_number: str | None = Field(default=None, max_length=40)
    transport_licence_valid_until: date | None = Field(default=None, sa_type=Day)
    created_mac: bytes
    version: int
    liability_insurer: str | None = Field(default=None, max_length=120)
    liability_number: str | None = Field(default=None, max_length=60)
    liability_valid_until: date | None = Field(default=None, sa_type=Day)


class Driver(SQLModel, table=True):
    """`identity_sealed`: name and the numbers of the papers; `contact_sealed`: the phone; both under
    the driver's own keys. `id_number_index` keeps one person from standing there twice.
    """

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "carrier_id"], ["carrier.county_code", "carrier.id"]),
        UniqueConstraint("county_code", "id_number_index", name="driver_id_number"),
        Index("driver_carrier", "county_code", "carrier_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    carrier_id: UUID = Field(sa_type=Id)
    identity_sealed: bytes
    contact_sealed: bytes
    id_number_index: bytes | None = None
    licence_class: str = Field(max_length=2)
    licence_valid_until: date | None = Field(default=None, sa_type=Day)
    qualification_valid_until: date | None = Field(default=None, sa_type=Day)
    created_mac: bytes
    version: int
