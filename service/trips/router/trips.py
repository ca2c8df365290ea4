"""Trips 趟次: plan, board, and the door for everything that happens to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from schemas.base import Page
from schemas.events.envelope import EventsIn, OutcomesOut
from schemas.permissions import Permission
from schemas.trips import PlanPatch, TripIn, TripOut, TripRow, TripState
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Cursor, IfMatch, make_page, set_etag
from service.trips.actions import answers, events, plans
from service.trips.queries import lists

router = APIRouter(prefix="/v1/trips", tags=["trips"])


@router.post("", status_code=201)
def open_trip(
    body: TripIn, actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)], context: Here
) -> TripOut:
    """Open a trip: one vehicle, one plan (一车一方案)."""
    with context.database.write(actor) as session:
        plans.open_trip(session, actor, context=context, body=body)
        return answers.show_trip(session, actor, context=context, trip_id=body.id)


@router.get("")
def list_trips(
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    batch_id: UUID | None = None,
    state: TripState | None = None,
    *,
    attention: bool = False,
) -> Page[TripRow]:
    """The board: one row for each trip; `attention=true` for those that need somebody."""
    with context.database.read(actor) as session:
        rows = lists.list_trips(
            session,
            actor,
            now=context.now(),
            cursor=cursor,
            batch_id=batch_id,
            state=state,
            attention=attention,
        )
        return make_page(rows, cursor=cursor, present=answers.show_row, key=lambda r: r["id"])


@router.get("/{trip_id}")
def get_trip(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    response: Response,
) -> TripOut:
    """One trip with plan, counts, the sum for each point, and what may come next."""
    with context.database.read(actor) as session:
        answer = answers.show_trip(session, actor, context=context, trip_id=trip_id)
    set_etag(response, answer.version)
    return answer


@router.patch("/{trip_id}")
def change_plan(
    trip_id: UUID,
    body: PlanPatch,
    *,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
    version: IfMatch,
    response: Response,
) -> TripOut:
    """Change the plan while the list is not locked. Needs If-Match with the version read."""
    with context.database.write(actor) as session:
        plans.change_plan(
            session, actor, context=context, trip_id=trip_id, version=version, body=body
        )
        set_etag(response, version + 1)
        return answers.show_trip(session, actor, context=context, trip_id=trip_id)


@router.post("/{trip_id}/events")
def record_events(
    trip_id: UUID,
    body: EventsIn,
    actor: Annotated[Actor, allowed(Permission.OWN_READ)],
    context: Here,
) -> OutcomesOut:
    """The one door: 1 to 500 events, each with an outcome and a receipt of its own.

    What an account may tell is asked for each event by its kind.
    """
    request = events.TripEvents(context, actor, trip_id, body)
    return context.together.run(actor, request, work=events.record_events)
