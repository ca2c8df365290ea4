"""Passengers of a trip: filling it, and its work lists."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from schemas.passengers import (
    AboardOut,
    AssignmentsIn,
    AssignmentsOut,
    HandoverOut,
    ManifestOut,
    PassengerOut,
)
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.trips.actions import answers, assigning, papers

router = APIRouter(prefix="/v1/trips/{trip_id}", tags=["passengers"])
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["随车名册"])]


@router.post("/passengers")
def assign_passengers(
    trip_id: UUID,
    body: AssignmentsIn,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
) -> AssignmentsOut:
    """Put up to 100 people on the trip, with seats: families side by side."""
    with context.database.write(actor) as session:
        return assigning.assign_passengers(
            session, actor, context=context, trip_id=trip_id, body=body
        )


@router.get("/passengers")
def list_passengers(
    trip_id: UUID, actor: Annotated[Actor, allowed(Permission.TRIP_READ)], context: Here
) -> list[PassengerOut]:
    """Everybody on the trip's record, masked, with state, custody and exceptions."""
    with context.database.read(actor) as session:
        return answers.show_passengers(session, actor, context=context, trip_id=trip_id)


@router.get("/manifest")
def read_manifest(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.MANIFEST_READ)],
    context: Here,
    export: Purpose = None,
) -> ManifestOut:
    """乘客信息登记表, with whole phones. The reading is recorded; `export` states a purpose."""
    with context.database.write(actor) as session:
        return papers.write_manifest(
            session, actor, context=context, trip_id=trip_id, export_purpose=export
        )


@router.get("/handover")
def read_handover(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.MANIFEST_READ)],
    context: Here,
    export: Purpose = None,
) -> HandoverOut:
    """人员交接单: people, ends, signatures and sums by handover point. Recorded."""
    with context.database.write(actor) as session:
        return papers.write_handover(
            session, actor, context=context, trip_id=trip_id, export_purpose=export
        )


@router.get("/aboard")
def list_aboard(
    trip_id: UUID,
    at: Annotated[datetime, Query(examples=["2020-03-24T05:00:00+08:00"])],
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
) -> AboardOut:
    """Who sat where at a moment (`at` with a zone, e.g. 2020-03-24T10:00:00+08:00)."""
    with context.database.read(actor) as session:
        return papers.list_aboard(session, actor, context=context, trip_id=trip_id, at=at)
