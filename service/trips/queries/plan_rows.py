"""A trip's row as far as its plan and its fold are read, and the plan that is made of it."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from schemas.plan_papers import PLAN_PAPERS
from service.trips.rules.overview import Papers, Plan, Point


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


def make_plan(row: TripRow, points: list[Point]) -> Plan:
    return Plan(
        batch_id=row.batch_id,
        number=row.number,
        county_code=row.county_code,
        destination_code=row.destination_code,
        planned_departure_at=row.planned_departure_at,
        planned_arrival_at=row.planned_arrival_at,
        carrier_id=row.carrier_id,
        kept_free_rows=frozenset(row.kept_free_rows),
        points=tuple(points),
        has_contacts=row.contacts_sealed is not None,
        policy_version=row.policy_version,
        version=row.version,
        escort_ids=tuple(each for each in (row.escort_account_id, row.escort_key) if each),
        distance_km=row.distance_km,
        expressway=bool(row.expressway),
        papers=Papers(**{name: getattr(row, name) for name in PLAN_PAPERS}),
        reception_points=frozenset(map(UUID, row.reception_points or ())),
    )
