"""HTTP of the clearance: whether one worker may travel on a day, and why not."""

from typing import Annotated
from uuid import UUID

from schemas.clearance import ClearanceOut
from schemas.permissions import Permission
from schemas.types import Day
from service.auth import Actor, allowed
from service.clock import local_date
from service.context import Here
from service.health import rules
from service.health.answers import show_reasons
from service.health.events import load_clearance_facts
from service.policies.queries import load_book
from service.registry.queries import find_worker
from service.rest import Router

router = Router(prefix="/v1/workers/{worker_id}", tags=["health 健康核验"])
HealthReader = Annotated[Actor, allowed(Permission.HEALTH_READ)]


@router.get("/clearance")
def get_clearance(
    worker_id: UUID, actor: HealthReader, context: Here, on: Day | None = None
) -> ClearanceOut:
    """Whether the worker may travel on a day (today), under the policy in force then, and why not."""
    day = on or local_date(context.now())
    with context.reading(actor) as work:
        find_worker(work, worker_id=worker_id)
        book = load_book(work.session, actor.county_code)
        policy = book.in_force(day)
        people = load_clearance_facts(work, worker_ids=[worker_id], policies=[policy])
    known = people[worker_id]
    clearance = rules.clear(known, rules.on_day(policy, book, day))
    return ClearanceOut(
        worker_id=worker_id,
        on=day,
        may_travel=clearance.may_travel,
        outcome=clearance.outcome,
        reasons=list(clearance.reasons),
        explained=show_reasons(clearance.obstacles, policy, whole=True),
        holds=sorted(known.holds),
        unconfirmed=sorted(known.unconfirmed),
        policy_version=clearance.policy_version,
    )
