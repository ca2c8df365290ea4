"""HTTP of the work lists of health: who is to be called after the arrival, who on a coming trip lacks what."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from schemas.base import Page
from schemas.events.fields import DayOfThisAge
from schemas.events.payloads_records import ListKind
from schemas.health_records import FollowUpDue, MissingHealthLine
from schemas.permissions import Permission
from service.accounts import access
from service.auth import Actor, allowed
from service.context import Here
from service.days import local_date
from service.policies.queries import load_book
from service.rest import Cursor, Router
from service.trips.actions import health_lists
from service.trips.queries.health_lists import Days

health = Router(prefix="/v1", tags=["health 健康核验"])
Recorder = Annotated[Actor, allowed(Permission.HEALTH_RECORD)]
Township = Annotated[
    str | None, Query(pattern=r"^[0-9]{9}$", description="One township.", examples=["211221105"])
]
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["请村里补录"])]


@health.get("/health-follow-ups")
def list_follow_ups(
    actor: Recorder,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    *,
    on: Annotated[
        DayOfThisAge | None, Query(description="The day in China of the call; today.")
    ] = None,
    township: Township = None,
    export: Purpose = None,
) -> Page[FollowUpDue]:
    """Whom to call after the arrival, and who was not reached that day: a work list, whose reading is recorded.

    For as many days as the policy in force says, for nobody in an ordinary year. `export` states the purpose
    of a file.
    """
    day = on or local_date(context.now())
    with context.reading(actor) as work:
        days = load_book(work.session, actor.county_code).in_force(day).follow_up_days
        page = health_lists.list_follow_ups(
            work, on=day, days=days, township_code=township, cursor=cursor
        )
    kind = ListKind.HEALTH_FOLLOW_UPS
    with context.writing(actor) as work:
        access.record_township_list(work, items=page.items, export_purpose=export, kind=kind)
    return page


@health.get("/health-missing")
def list_missing(
    actor: Recorder,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    *,
    on: Annotated[
        DayOfThisAge | None, Query(description="The first day of departure; today.")
    ] = None,
    days: Annotated[int, Query(ge=1, le=31, description="How many days of departures.")] = 7,
    township: Township = None,
    batch_id: Annotated[UUID | None, Query(description="One batch.")] = None,
    export: Purpose = None,
) -> Page[MissingHealthLine]:
    """Who on a coming trip may not ride yet, and what each needs: a work list, whose reading is recorded.

    Each is judged as the gate of the trip judges. `export` states the purpose of a file.
    """
    first = on or local_date(context.now())
    wanted = Days(first, first + timedelta(days=days - 1))
    with context.reading(actor) as work:
        page = health_lists.list_lacking(
            work, on=wanted, township_code=township, batch_id=batch_id, cursor=cursor
        )
    kind = ListKind.HEALTH_MISSING
    with context.writing(actor) as work:
        access.record_township_list(work, items=page.items, export_purpose=export, kind=kind)
    return page
