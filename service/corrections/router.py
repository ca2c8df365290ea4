"""The desk: what is missing about a township's people, and one worker corrected by hand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from schemas.base import Page
from schemas.corrections import TodoOut, WorkerChange, WorkerCorrectedOut
from schemas.permissions import Permission
from service.accounts import access
from service.auth import Actor, allowed
from service.context import Here
from service.corrections import actions
from service.recording.versions import IfMatch, set_etag
from service.workers import presenting

router = APIRouter(prefix="/v1/workers", tags=["workers 务工人员"])
Writer = Annotated[Actor, allowed(Permission.WORKER_WRITE)]
Township = Annotated[str | None, Query(pattern=r"^[0-9]{9}$", examples=["211221105"])]
After = Annotated[str | None, Query(max_length=64)]
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["请村里补录"])]


@router.get("/todo")
def list_todo(
    actor: Writer,
    context: Here,
    township: Township = None,
    after: After = None,
    export: Purpose = None,
) -> Page[TodoOut]:
    """Who of a township lacks a number, a guardian, a day: a work list, whose reading is recorded.

    A page looks through 2,000 people; `export` states the purpose of a file.
    """
    with context.database.read(actor) as session:
        page = actions.list_todo(context, session, actor, township=township, after=after)
    with context.database.write(actor) as session:
        access.record_township_list(
            context, session, actor, items=page.items, export_purpose=export
        )
    return page


@router.patch("/{worker_id}")
def correct_worker(
    *,
    worker_id: UUID,
    change: WorkerChange,
    actor: Writer,
    context: Here,
    version: IfMatch,
    response: Response,
) -> WorkerCorrectedOut:
    """Correct what is named, with the worker on the phone. If-Match names the version that was read."""
    with context.database.write(actor) as session:
        corrected = actions.correct_worker(
            context, session, actor, worker_id=worker_id, version=version, change=change
        )
        shown = presenting.mask_rows(context, session, actor, rows=[corrected.row])[worker_id]
    set_etag(response, shown.version)
    return WorkerCorrectedOut(
        **dict(shown), changed=list(corrected.changed), notes=list(corrected.notes)
    )
