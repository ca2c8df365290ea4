"""What the registry holds of a worker, for the rules that decide on a row."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.demands import DemandState
from service.rosters.rules.rows import StoredDemand, StoredWorker
from tests.factories import COUNTY, TOWNSHIP

_THEN = datetime(2020, 3, 1, tzinfo=UTC)


def make_stored(
    *,
    demand: DemandState | None = DemandState.OPEN,
    demand_enterprise_id: UUID | None = None,
    **given: Any,
) -> StoredWorker:
    """`demand`: the state of the newest one."""
    facts: dict[str, Any] = {
        "county_code": COUNTY,
        "id": UUID(int=1),
        "id_number_index": b"i" * 32,
        "name_index": b"n" * 32,
        "phone_index": None,
        "township_code": TOWNSHIP,
        "person_role": "worker",
        "sixteen_on": None,
        "guardian_index": None,
        "guardian_worker_id": None,
        "reachable": True,
        "household_key": None,
        "employer_key": None,
        "village_key": None,
        "source_macs": {},
        "origins": {},
        "version": 3,
        "created_at": _THEN,
        "updated_at": _THEN,
        "demand": _make_demand(demand, demand_enterprise_id) if demand else None,
    }
    return StoredWorker(**{**facts, **given})


def _make_demand(state: DemandState, enterprise_id: UUID | None) -> StoredDemand:
    return StoredDemand(
        county_code=COUNTY,
        id=UUID(int=2),
        worker_id=UUID(int=1),
        township_code=TOWNSHIP,
        destination_code=None,
        enterprise_id=enterprise_id,
        employer_name_key=None,
        wish_sealed=b"",
        window_from=None,
        window_to=None,
        source="township",
        version=1,
        created_at=_THEN,
        updated_at=_THEN,
        state=state,
    )
