"""HTTP of traces 轨迹 of workers (with details for a reason), trips and vehicles; one chain for auditors, at
most 500 events at once; accesses, for auditors.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from schemas.base import Page
from schemas.events.kinds import StreamKind
from schemas.permissions import Permission
from schemas.tracing import AccessOut, AccessQuestion, StreamOut, TraceOut, TraceReason
from service.auth import Actor, allowed
from service.context import Here
from service.ledger.bodies import StreamKey
from service.rest import Cursor, Router
from service.tracing import actions

router = Router(prefix="/v1", tags=["tracing"])
Traced = Annotated[Actor, allowed(Permission.TRACE_READ)]


@router.get("/workers/{worker_id}/trace")
def trace_worker(worker_id: UUID, actor: Traced, context: Here) -> TraceOut:
    """What happened to one person: public facts, from the roster's row to the signature."""
    with context.reading(actor) as work:
        return actions.trace_worker(work, worker_id=worker_id)


@router.post("/workers/{worker_id}/trace")
def trace_worker_in_detail(
    worker_id: UUID, body: TraceReason, actor: Traced, context: Here
) -> TraceOut:
    """The same with its sealed details, for a stated reason; the reading is recorded."""
    with context.writing(actor) as work:
        return actions.trace_worker(work, worker_id=worker_id, reason=body.reason)


@router.get("/trips/{trip_id}/trace")
def trace_trip(trip_id: UUID, actor: Traced, context: Here) -> TraceOut:
    """What happened on one trip."""
    with context.reading(actor) as work:
        return actions.trace_trip(work, trip_id=trip_id)


@router.post("/trips/{trip_id}/trace")
def trace_trip_in_detail(
    trip_id: UUID, body: TraceReason, actor: Traced, context: Here
) -> TraceOut:
    """The same with its sealed details, for a stated reason; the reading is recorded."""
    with context.writing(actor) as work:
        return actions.trace_trip(work, trip_id=trip_id, reason=body.reason)


@router.get("/vehicles/{vehicle_id}/trace")
def trace_vehicle(vehicle_id: UUID, actor: Traced, context: Here) -> TraceOut:
    """What happened on the trips of one vehicle."""
    with context.reading(actor) as work:
        return actions.trace_vehicle(work, vehicle_id=vehicle_id)


@router.get("/ledger/streams/{kind}/{stream_id}")
def read_stream(
    kind: StreamKind,
    stream_id: UUID,
    actor: Annotated[Actor, allowed(Permission.LEDGER_READ)],
    context: Here,
    *,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> StreamOut:
    """For auditors: one chain as it was hashed; hash = SHA-256(tag, previous hash, body)."""
    with context.reading(actor) as work:
        key = StreamKey(kind, stream_id)
        return actions.read_stream(work, key=key, after=after, limit=limit)


Auditing = Annotated[Actor, allowed(Permission.LEDGER_READ)]


@router.post("/accesses/search")
def list_accesses_to_person(
    body: AccessQuestion, actor: Auditing, context: Here
) -> Page[AccessOut]:
    """For auditors: who looked at this person, when, at what, why. At most 200 at once, the newest first.

    The question is recorded with its reason.
    """
    with context.writing(actor) as work:
        return actions.list_accesses_to_person(work, wanted=body)


@router.get("/accounts/{account_id}/accesses")
def list_accesses_of_account(
    account_id: UUID, actor: Auditing, context: Here, cursor: Annotated[Cursor, Depends()]
) -> Page[AccessOut]:
    """For auditors: what one account looked at, the newest first."""
    with context.reading(actor) as work:
        return actions.list_accesses_of_account(work, account_id=account_id, cursor=cursor)
