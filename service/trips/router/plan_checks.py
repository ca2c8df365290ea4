"""HTTP of what stands against a trip's plan, and of the list of the insured."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from schemas.insured import InsuredOut
from schemas.permissions import Permission
from schemas.plan_checks import PlanCheckOut
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Router
from service.trips.actions import insured, plan_checks
from service.trips.router.gate import Policy

checks = Router(prefix="/v1/trips/{trip_id}", tags=["trips"])


@checks.get("/plan-check")
def check_plan(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    policy: Policy = None,
) -> PlanCheckOut:
    """How many drivers the plan needs and why, a proposed rest plan, and what is missing."""
    with context.reading(actor) as work:
        return plan_checks.check_plan(work, trip_id=trip_id, version=policy)


@checks.get("/insured")
def read_insured(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.MANIFEST_READ)],
    context: Here,
    since_version: Annotated[
        int | None,
        Query(
            ge=1, le=100_000, description="Only who came or went since the list had this version."
        ),
    ] = None,
    export: Annotated[
        str | None, Query(min_length=2, max_length=200, examples=["乘客意外险投保"])
    ] = None,
) -> InsuredOut:
    """The list of the insured, or its changes. The reading is recorded; `export` states a purpose."""
    with context.writing(actor) as work:
        return insured.write_insured(
            work, trip_id=trip_id, since_version=since_version, export_purpose=export
        )
