"""HTTP of dated policies: which is in force, what the county has loaded, loading one; levels of risk of
areas.
"""

from typing import Annotated

from fastapi import Path, Response

from schemas.base import Page
from schemas.permissions import Permission
from schemas.policies import PolicyIn, PolicyVersion, RiskArea, RiskAreas
from schemas.types import Day
from service.auth import Actor, allowed
from service.context import Here
from service.days import local_date
from service.policies import actions
from service.policies.queries import load_book
from service.rest import Router, set_location

router = Router(prefix="/v1", tags=["policies 防控政策"])
Reader = Annotated[Actor, allowed(Permission.POLICY_READ)]
Version = Annotated[str, Path(examples=["ordinary-1"])]
Writer = Annotated[Actor, allowed(Permission.POLICY_WRITE)]


@router.get("/policies/current")
def get_current_policy(actor: Reader, context: Here, on: Day | None = None) -> PolicyVersion:
    """What holds in the account's county, today or on a given day."""
    with context.reading(actor) as work:
        book = load_book(work.session, actor.county_code)
    return book.in_force(on or local_date(context.now()))


@router.get("/policies")
def list_policies(actor: Reader, context: Here) -> Page[PolicyVersion]:
    """All that the county has loaded, and the ordinary year, which every county has; in one page."""
    with context.reading(actor) as work:
        book = load_book(work.session, actor.county_code)
    return Page(items=list(book.policies))


@router.get("/policies/{version}")
def get_policy(version: Version, actor: Reader, context: Here) -> PolicyVersion:
    """One version, as decisions name it."""
    with context.reading(actor) as work:
        return load_book(work.session, actor.county_code).find(version)


@router.post("/policies", status_code=201)
def load_policy(form: PolicyIn, actor: Writer, context: Here, response: Response) -> PolicyVersion:
    """Put a version in force in its region on its days. It is never changed: what differs is a new version."""
    set_location(response, f"/v1/policies/{form.version}")
    with context.writing(actor) as work:
        return actions.load_policy(work, form=form)


@router.get("/risk-areas")
def list_risk_areas(actor: Reader, context: Here, on: Day | None = None) -> Page[RiskArea]:
    """The levels of areas on a day (today), the highest first; in one page."""
    with context.reading(actor) as work:
        book = load_book(work.session, actor.county_code, with_areas=True)
    return Page(items=book.list_areas(on or local_date(context.now())))


@router.post("/risk-areas", status_code=201)
def load_risk_areas(form: RiskAreas, actor: Writer, context: Here, response: Response) -> RiskAreas:
    """Write the levels of areas, as one list; refused whole where an area has two levels on one day."""
    set_location(response, "/v1/risk-areas")
    with context.writing(actor) as work:
        actions.load_areas(work, areas=form.areas)
    return form
