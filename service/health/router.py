"""Holds, withdrawals and clearances of workers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from schemas.events.envelope import EventsIn, OutcomesOut
from schemas.health import ClearanceOut
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.clock import local_date
from service.context import Here
from service.health import actions, facts, queries, rules
from service.policies.rules import policy_in_force

router = APIRouter(prefix="/v1/workers/{worker_id}", tags=["health 健康核验"])
Reader = Annotated[Actor, allowed(Permission.WORKER_READ)]
HealthReader = Annotated[Actor, allowed(Permission.HEALTH_READ)]
_HOLD = {
    "id": "01710a3e-2400-7000-8000-000000000511",
    "kind": "worker.held",
    "occurred_at": "2020-03-24T05:12:00+08:00",
    "data": {"hold_id": "01710a3e-2400-7000-8000-000000000512", "reason": "发热，待复查"},
}
_EXAMPLE = {"requestBody": {"content": {"application/json": {"example": {"events": [_HOLD]}}}}}


@router.post("/events", openapi_extra=_EXAMPLE)
def record_worker_events(
    worker_id: UUID, body: EventsIn, actor: Reader, context: Here
) -> OutcomesOut:
    """Hold, release or withdraw a worker: 1 to 500 events, an outcome for each."""
    with context.database.write(actor) as session:
        return actions.record_events(
            session, actor, context=context, worker_id=worker_id, body=body
        )


@router.get("/clearance")
def get_clearance(
    worker_id: UUID, actor: HealthReader, context: Here, on: date | None = None
) -> ClearanceOut:
    """Whether the worker may travel on a day (today), under the policy in force then, and why not."""
    day = on or local_date(context.now())
    policy = policy_in_force(actor.county_code, day)
    with context.database.read(actor) as session:
        queries.find_worker(session, actor, worker_id=worker_id)
        known = facts.load_clearance_facts(session, actor.county_code, [worker_id])[worker_id]
    clearance = rules.clear(known, policy, day)
    return ClearanceOut(
        worker_id=worker_id,
        on=day,
        may_travel=clearance.may_travel,
        reasons=list(clearance.reasons),
        holds=sorted(known.holds),
        policy_version=clearance.policy_version,
    )
