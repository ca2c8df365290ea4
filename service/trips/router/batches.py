"""HTTP of batches 批次: open, list, read, correct, cancel."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from schemas.base import Page
from schemas.batches import BatchCancelIn, BatchIn, BatchOut, BatchPatch
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Cursor, IfMatch, Router, make_page, set_etag, set_location
from service.trips.actions import batches as actions
from service.trips.queries import lists

batches = Router(prefix="/v1/batches", tags=["batches"])
Reader = Annotated[Actor, allowed(Permission.TRIP_READ)]
Writer = Annotated[Actor, allowed(Permission.BATCH_WRITE)]


@batches.post("", status_code=201)
def open_batch(body: BatchIn, actor: Writer, context: Here, response: Response) -> BatchOut:
    """Open a batch: one organiser, one destination, one window."""
    set_location(response, f"/v1/batches/{body.id}")
    with context.writing(actor) as work:
        actions.open_batch(work, body=body)
        shown = actions.find_batch(work, batch_id=body.id)
    set_etag(response, shown.version)
    return shown


@batches.get("")
def list_batches(
    actor: Reader, context: Here, cursor: Annotated[Cursor, Depends()]
) -> Page[BatchOut]:
    """The county's batches, oldest first."""
    with context.reading(actor) as work:
        shown = actions.show_batches(work, lists.list_batches(work, cursor=cursor))
    return make_page(shown, cursor=cursor, present=lambda out: out, key=lambda out: out.id)


@batches.get("/{batch_id}")
def get_batch(batch_id: UUID, actor: Reader, context: Here, response: Response) -> BatchOut:
    """One batch."""
    with context.reading(actor) as work:
        answer = actions.find_batch(work, batch_id=batch_id)
    set_etag(response, answer.version)
    return answer


@batches.patch("/{batch_id}")
def change_batch(
    batch_id: UUID,
    body: BatchPatch,
    *,
    actor: Writer,
    context: Here,
    version: IfMatch,
    response: Response,
) -> BatchOut:
    """Correct a batch. Needs If-Match with the version read.

    Its trips go where it goes: a new destination is refused once one of them was filed with the old one, or
    its list was locked. A cancelled batch is not changed.
    """
    with context.writing(actor) as work:
        batch = actions.change_batch(work, batch_id=batch_id, version=version, body=body)
        answer = actions.show_batch(work, batch)
    set_etag(response, answer.version)
    return answer


@batches.post("/{batch_id}/cancel")
def cancel_batch(
    batch_id: UUID, body: BatchCancelIn, actor: Writer, context: Here, response: Response
) -> BatchOut:
    """Cancel a batch, for good: all its trips have to be cancelled or closed before.

    It takes no new trips from then on. Cancelled already, nothing changes: the first reason stays.
    """
    with context.writing(actor) as work:
        batch = actions.cancel_batch(work, batch_id=batch_id, reason=body.reason)
        answer = actions.show_batch(work, batch)
    set_etag(response, answer.version)
    return answer
