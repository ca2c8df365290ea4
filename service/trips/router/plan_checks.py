"""HTTP of what stands against a trip's plan."""

from typing import Annotated
from uuid import UUID

from schemas.permissions import Permission
from schemas.plan_checks import PlanCheckOut
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Router
from service.trips.actions import plan_checks

checks = Router(prefix="/v1/trips/{trip_id}", tags=["trips"])


@checks.get("/plan-check")
def check_plan(
    trip_id: UUID, actor: Annotated[Actor, allowed(Permission.TRIP_READ)], context: Here
) -> PlanCheckOut:
    """How many drivers the plan needs and why, a proposed rest plan, and what is missing."""
    with context.reading(actor) as work:
        return plan_checks.check_plan(work, trip_id=trip_id)
