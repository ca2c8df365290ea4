"""What a worker's values make of the demand: a new one, the stored one anew, or its end."""

from typing import Any
from uuid import UUID

import pytest

from schemas.demands import DemandState
from schemas.workers import Feed
from service.demand.actions import describe_demand
from service.demand.models import TravelDemand
from service.demand.rules import DemandStep
from tests.factories import START

OLD, NEW, FACTORY, WORKER = (UUID(int=number) for number in range(1, 5))
STORED = TravelDemand(id=OLD, created_at=START, version=3, enterprise_id=FACTORY)
S = DemandStep

# stored, step, changed → id, version, enterprise, state
CASES: list[tuple[Any, DemandStep, tuple[str, ...], tuple[Any, ...]]] = [
    (None, S.OPEN, ("employer",), (NEW, 1, None, DemandState.OPEN)),
    (STORED, S.OPEN, ("departure_date",), (NEW, 1, FACTORY, DemandState.OPEN)),
    (STORED, S.UPDATE, ("departure_date",), (OLD, 4, FACTORY, DemandState.OPEN)),
    (STORED, S.UPDATE, ("employer",), (OLD, 4, None, DemandState.OPEN)),
    (STORED, S.CANCEL, ("return_status",), (OLD, 4, FACTORY, DemandState.CANCELLED)),
]


@pytest.mark.parametrize(("stored", "step", "changed", "expected"), CASES)
def test_describe_demand(
    stored: Any, step: DemandStep, changed: tuple[str, ...], expected: tuple[Any, ...]
) -> None:
    demand = describe_demand(
        {"destination_code": "999999", "departure_date": "2020-03-28"},
        stored,
        step=step,
        changed=changed,
        worker_id=WORKER,
        township_code="211221105",
        source=Feed.CORRECTION,
        fresh_id=NEW,
        now=START,
    )
    assert (demand.id, demand.version, demand.enterprise_id, demand.state) == expected
    assert (demand.destination_code, demand.worker_id) == (None, WORKER)
    assert demand.window_from == demand.window_to
