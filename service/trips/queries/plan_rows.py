"""A trip's row as far as its plan and its fold are read: which columns, in which order."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID


class TripRow(NamedTuple):
    id: UUID
    batch_id: UUID
    number: str
    county_code: str
    destination_code: str
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    carrier_id: UUID | None
    kept_free_rows: list[int]
    contacts_sealed: bytes | None
    escort_key: UUID | None
    escort_account_id: UUID | None
    policy_version: str
    version: int
    distance_km: int | None
    expressway: bool | None
    charter_sign_number: str | None
    charter_sign_valid_until: date | None
    contract_number: str | None
    toll_pass_number: str | None
    toll_entry: str | None
    toll_exit: str | None
    stamp_unit: str | None
    passenger_insurance_number: str | None
    passenger_insurance_valid_until: date | None
    reception_points: list[str] | None
    fold: dict[str, Any]
