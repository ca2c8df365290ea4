"""Looking at workers: masked in every list, in full only for a reason that is recorded."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from schemas.base import Page
from schemas.permissions import Permission
from schemas.workers import RevealIn, RevealOut, WorkerOut, WorkerSearchIn
from service.auth import Actor, allowed
from service.context import Here
from service.paging import Cursor, make_page
from service.recording.versions import set_etag
from service.workers import actions, presenting, queries
from service.workers.rules.indexing import get_search_digest

router = APIRouter(prefix="/v1/workers", tags=["workers 务工人员"])
Reader = Annotated[Actor, allowed(Permission.WORKER_READ)]
Revealer = Annotated[Actor, allowed(Permission.WORKER_REVEAL)]
TownshipCode = Annotated[str | None, Query(pattern=r"^[0-9]{9}$", examples=["211221105"])]


@router.get("")
def list_workers(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    township: TownshipCode = None,
) -> Page[WorkerOut]:
    """List the workers in the account's scope, masked, oldest entry first."""
    with context.database.read(actor) as session:
        rows = queries.list_workers(session, actor, cursor=cursor, township_code=township)
        shown = presenting.mask_rows(context, session, actor, rows=rows)
        return make_page(
            rows, cursor=cursor, present=lambda row: shown[row["id"]], key=lambda row: row["id"]
        )


@router.post("/search")
def search_workers(actor: Reader, context: Here, wanted: WorkerSearchIn) -> Page[WorkerOut]:
    """Find workers by exact identity number, phone or name (at most 50), masked."""
    column, digest = get_search_digest(wanted, context.vault.indexes, actor.county_code)
    with context.database.read(actor) as session:
        rows = queries.list_workers_by_index(session, actor, column=column, digest=digest)
        shown = presenting.mask_rows(context, session, actor, rows=rows)
        return Page(items=[shown[row["id"]] for row in rows])


@router.get("/{worker_id}")
def get_worker(actor: Reader, context: Here, worker_id: UUID, response: Response) -> WorkerOut:
    """One worker, masked, with the version that a correction must name."""
    with context.database.read(actor) as session:
        row = queries.find_worker(session, actor, worker_id=worker_id)
        shown = presenting.mask_rows(context, session, actor, rows=[row])[worker_id]
    set_etag(response, shown.version)
    return shown


@router.post("/{worker_id}/reveal")
def reveal_worker(actor: Revealer, context: Here, worker_id: UUID, wanted: RevealIn) -> RevealOut:
    """Show named fields of one worker in full; who, what and why is recorded first."""
    with context.database.write(actor) as session:
        return actions.reveal_worker(context, session, actor, worker_id=worker_id, wanted=wanted)
