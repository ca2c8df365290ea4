"""Tables of batches, trips, points, passengers, journeys, stays and vehicles in use: which columns are
described and which derived.

Described columns are edited with a version; derived columns are written only by the aggregate's
save and compared by `rebuild --check`. `fold` is the folded state itself, in one place, so that a
step needs one row; the columns beside it repeat what queries and constraints need.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id, Instant


class Batch(SQLModel, table=True):
    """One organiser, one destination, one window; one to many trips. `content_hash`: as it was opened."""

    __table_args__ = (UniqueConstraint("county_code", "number", name="batch_number"), CLUSTERED)

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    number: str = Field(max_length=40)
    direction: str = Field(max_length=8)
    organiser_kind: str = Field(max_length=24)
    organiser: str = Field(max_length=200)
    destination_code: str = Field(max_length=6)
    window_from: Any = Field(sa_type=Day)
    window_to: Any = Field(sa_type=Day)
    enterprise_id: UUID | None = Field(default=None, sa_type=Id)
    content_hash: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    version: int | None = 1
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant)


class Trip(SQLModel, table=True):
    """One run of one vehicle with its own plan (一车一方案). `escort_key`: a keyed digest of the escort's
    telephone. `vehicle_carrier_id`: the carrier of the vehicle in use when it was named.
    """

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "batch_id"], ["batch.county_code", "batch.id"]),
        UniqueConstraint("county_code", "number", name="trip_number"),
        CheckConstraint("taken <= places", name="trip_not_overfull"),
        Index("trip_departure", "county_code", "planned_departure_at", "id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    batch_id: UUID = Field(sa_type=Id)
    number: str = Field(max_length=40)
    destination_code: str = Field(max_length=6)
    planned_departure_at: datetime | None = Field(default=None, sa_type=Instant)
    planned_arrival_at: datetime | None = Field(default=None, sa_type=Instant)
    route: str | None = Field(default=None, max_length=500)
    distance_km: int | None = None
    charter_sign_number: str | None = Field(default=None, max_length=60)
    kept_free_rows: list[int] = Field(default_factory=list, sa_type=JSON)
    carrier_id: UUID | None = Field(default=None, sa_type=Id)
    contacts_sealed: bytes | None = None
    policy_version: str = Field(max_length=40)
    version: int = 1
    content_hash: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    # derived
    state: str = Field(default="draft", max_length=16)
    vehicle_id: UUID | None = Field(default=None, sa_type=Id)
    places: int = 0
    taken: int = 0
    aboard: int = 0
    open_exceptions: int = 0
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    list_version: int = 0
    list_hash: str | None = Field(default=None, max_length=64)
    departed_at: datetime | None = Field(default=None, sa_type=Instant)
    arrived_at: datetime | None = Field(default=None, sa_type=Instant)
    over_at: datetime | None = Field(default=None, sa_type=Instant)
    fold: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    # later additions: the first two described, the others derived
    escort_key: UUID | None = Field(default=None, sa_type=Id)
    escort_account_id: UUID | None = Field(default=None, sa_type=Id)
    vehicle_carrier_id: UUID | None = Field(default=None, sa_type=Id)
    unconfirmed: int | None = 0
    brief: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    waits: bool | None = False
    # described; `reception_points`: ids of the handover points with a reception of their own
    expressway: bool | None = None
    charter_sign_valid_until: date | None = Field(default=None, sa_type=Day)
    contract_number: str | None = Field(default=None, max_length=60)
    toll_pass_number: str | None = Field(default=None, max_length=60)
    toll_entry: str | None = Field(default=None, max_length=120)
    toll_exit: str | None = Field(default=None, max_length=120)
    stamp_unit: str | None = Field(default=None, max_length=120)
    passenger_insurance_number: str | None = Field(default=None, max_length=60)
    passenger_insurance_valid_until: date | None = Field(default=None, sa_type=Day)
    reception_points: list[str] | None = Field(default=None, sa_type=JSON)


class TripDriver(SQLModel, table=True):
    """Who drives which trip. Derived from the trip's events, so that a driver's trips can be found."""

    __tablename__ = "trip_driver"
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        Index("trip_driver_driver", "county_code", "driver_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    trip_id: UUID = Field(sa_type=Id, primary_key=True)
    driver_id: UUID = Field(sa_type=Id, primary_key=True)


class TripPoint(SQLModel, table=True):
    """Where people get on, or are handed over. Described with the plan."""

    __tablename__ = "trip_point"
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    trip_id: UUID = Field(sa_type=Id, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    kind: str = Field(max_length=8)
    ordinal: int
    name: str = Field(max_length=200)
    division_code: str | None = Field(default=None, max_length=9)
    planned_at: datetime | None = Field(default=None, sa_type=Instant)
    enterprise_id: UUID | None = Field(default=None, sa_type=Id)


class Journey(SQLModel, table=True):
    """A worker's way from village to post. All columns derived but the keys."""

    __table_args__ = (
        Index(
            "journey_open_by_worker",
            "county_code",
            "worker_id",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index("journey_worker", "county_code", "worker_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    worker_id: UUID = Field(sa_type=Id)
    demand_id: UUID | None = Field(default=None, sa_type=Id)
    open: bool


class Passenger(SQLModel, table=True):
    """A person on a trip. All columns derived from the passenger's events."""

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        Index(
            "passenger_seat",
            "county_code",
            "trip_id",
            "seat_row",
            "seat_column",
            unique=True,
            sqlite_where=text("seat_held"),
            postgresql_where=text("seat_held"),
        ),
        Index(
            "passenger_leg",
            "county_code",
            "journey_id",
            "leg",
            unique=True,
            sqlite_where=text("leg_held"),
            postgresql_where=text("leg_held"),
        ),
        Index("passenger_worker", "county_code", "worker_id"),
        Index("passenger_journey", "county_code", "journey_id"),
        Index("passenger_moved", "county_code", "moved_to_trip_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    trip_id: UUID = Field(sa_type=Id, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    worker_id: UUID | None = Field(default=None, sa_type=Id)
    journey_id: UUID | None = Field(default=None, sa_type=Id)
    leg: int
    role: str = Field(max_length=8)
    status: str = Field(max_length=16)
    seat_row: int | None = None
    seat_column: int | None = None
    seat_held: bool
    leg_held: bool
    enterprise_id: UUID | None = Field(default=None, sa_type=Id)
    handover_point_id: UUID | None = Field(default=None, sa_type=Id)
    boarded_at: datetime | None = Field(default=None, sa_type=Instant)
    custody: str = Field(max_length=24)
    custody_since: datetime | None = Field(default=None, sa_type=Instant)
    exceptions: list[str] = Field(default_factory=list, sa_type=JSON)
    received_by: str | None = Field(default=None, max_length=24)
    fold: dict[str, Any] = Field(sa_type=JSON)
    moved_to_trip_id: UUID | None = Field(default=None, sa_type=Id)


class Stay(SQLModel, table=True):
    """Who sat where when: what the question at 23:00 reads."""

    __table_args__ = (
        ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        Index("stay_worker", "county_code", "worker_id", "from_at"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    trip_id: UUID = Field(sa_type=Id, primary_key=True)
    passenger_id: UUID = Field(sa_type=Id, primary_key=True)
    ordinal: int = Field(primary_key=True)
    worker_id: UUID | None = Field(default=None, sa_type=Id)
    from_at: datetime = Field(sa_type=Instant)
    to_at: datetime | None = Field(default=None, sa_type=Instant)
    seat_row: int | None = None
    seat_column: int | None = None
    source: str = Field(max_length=40)


class TripVehicle(SQLModel, table=True):
    """Which vehicle ran from when (null: since the plan) to when (null: still). All columns derived."""

    __tablename__ = "trip_vehicle"
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        Index("trip_vehicle_vehicle", "county_code", "vehicle_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    trip_id: UUID = Field(sa_type=Id, primary_key=True)
    ordinal: int = Field(primary_key=True)
    vehicle_id: UUID = Field(sa_type=Id)
    from_at: datetime | None = Field(default=None, sa_type=Instant)
    to_at: datetime | None = Field(default=None, sa_type=Instant)
