"""Batches 批次."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session

from schemas.base import Page
from schemas.permissions import Permission
from schemas.trips import BatchIn, BatchOut
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Cursor, make_page
from service.trips.actions import answers, plans
from service.trips.queries import lists

router = APIRouter(prefix="/v1/batches", tags=["batches"])


@router.post("", status_code=201)
def open_batch(
    body: BatchIn, actor: Annotated[Actor, allowed(Permission.BATCH_WRITE)], context: Here
) -> BatchOut:
    """Open a batch: one organiser, one destination, one window."""
    with context.database.write(actor) as session:
        plans.open_batch(session, actor, context=context, body=body)
        return _find(session, actor, context, body.id)


@router.get("")
def list_batches(
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
) -> Page[BatchOut]:
    """The county's batches, oldest first."""
    with context.database.read(actor) as session:
        rows = lists.list_batches(session, actor, cursor=cursor, now=context.now())
        return make_page(rows, cursor=cursor, present=answers.show_batch, key=lambda r: r["id"])


@router.get("/{batch_id}")
def get_batch(
    batch_id: UUID, actor: Annotated[Actor, allowed(Permission.TRIP_READ)], context: Here
) -> BatchOut:
    """One batch."""
    with context.database.read(actor) as session:
        return _find(session, actor, context, batch_id)


def _find(session: Session, actor: Actor, context: Here, batch_id: UUID) -> BatchOut:
    return answers.show_batch(
        lists.find_batch(session, actor, batch_id=batch_id, now=context.now())
    )
