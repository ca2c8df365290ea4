"""HTTP of demands: the list with its filters (state, worker, township, destination, employer, week, what is
missing), people masked; the summary by city, employer or week.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from schemas.base import Page
from schemas.demands import DemandGap, DemandGrouping, DemandOut, DemandState, DemandSummary
from schemas.errors import ErrorCode
from schemas.permissions import Permission
from schemas.shapes import FieldText
from service.auth import Actor, allowed
from service.context import Here
from service.demand import answers, queries
from service.demand.queries import DemandFilter
from service.demand.rules import read_week
from service.errors import DomainError, object_to
from service.rest import Cursor, Router, make_page

router = Router(prefix="/v1/demands", tags=["demands 出行需求"])
Reader = Annotated[Actor, allowed(Permission.DEMAND_READ)]


def read_filter(
    *,
    state: Annotated[
        DemandState | None, Query(description="One state; without it the open and the assigned.")
    ] = None,
    worker: Annotated[
        UUID | None, Query(description="All of one worker; without a state the past ones too.")
    ] = None,
    township: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{9}$",
            description="Where the people live.",
            examples=["211221105"],
        ),
    ] = None,
    destination: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{2}([0-9]{2}){0,2}$",
            description="2, 4 or 6 digits of a division.",
            examples=["3205"],
        ),
    ] = None,
    employer: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{32}$", description="A key of the summary.")
    ] = None,
    week: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{4}-W[0-9]{2}$",
            description="A key of the summary: an ISO week.",
            examples=["2020-W13"],
        ),
    ] = None,
    missing: Annotated[
        list[DemandGap] | None,
        Query(description="What they do not say; several times for several, all of which lack."),
    ] = None,
) -> DemandFilter:
    """What narrows the list of demands; all that is given has to fit."""
    monday = read_week(week) if week else None
    if week and monday is None:
        problem = object_to("week", FieldText.NO_WEEK)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    return DemandFilter(
        states=(state,) if state else tuple(DemandState) if worker else queries.CURRENT,
        worker_id=worker,
        destination_prefix=destination,
        employer_key=employer,
        monday=monday,
        township_code=township,
        gaps=frozenset(missing or ()),
    )


@router.get("")
def list_demands(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    wanted: Annotated[DemandFilter, Depends(read_filter)],
) -> Page[DemandOut]:
    """List travel demands with masked people; by default the open and the assigned ones."""
    with context.reading(actor) as work:
        demands = queries.list_demands(work, cursor=cursor, wanted=wanted)
        shown = answers.show_demands(work, demands)
        return make_page(
            demands, cursor=cursor, present=lambda each: shown[each.id], key=lambda each: each.id
        )


@router.get("/summary")
def summarise_demands(
    actor: Reader,
    context: Here,
    by: Annotated[
        DemandGrouping, Query(description="What they are counted by.")
    ] = DemandGrouping.CITY,
) -> DemandSummary:
    """Count open and assigned demands by city, employer or week."""
    with context.reading(actor) as work:
        return answers.summarise_demands(work, by=by)
