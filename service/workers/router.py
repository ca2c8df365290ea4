"""Workers: masked in every list, in full only for a reason that is recorded; one corrected
by hand; what is missing."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.engine import RowMapping

from schemas.base import Page
from schemas.corrections import TodoOut, WorkerChange, WorkerCorrectedOut
from schemas.events.envelope import EventsIn, OutcomesOut
from schemas.permissions import Permission
from schemas.workers import RevealIn, RevealOut, WorkerOut, WorkerSearchIn
from service.accounts import access
from service.auth import Actor, allowed
from service.context import Here, Work
from service.registry import queries
from service.registry.indexing import get_search_digest
from service.registry.people import mask_person
from service.rest import Cursor, IfMatch, make_page, set_etag
from service.workers import actions


def mask_rows(work: Work, *, rows: Sequence[RowMapping]) -> dict[UUID, WorkerOut]:
    """Worker id → how it is shown. One read (of keys), whatever their number."""
    ids = [row["id"] for row in rows]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    people = queries.open_rows(keyring, rows)
    return {worker_id: mask_person(person) for worker_id, person in people.items()}


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
    with context.reading(actor) as work:
        page = actions.list_todo(work, township=township, after=after)
    with context.writing(actor) as work:
        access.record_township_list(work, items=page.items, export_purpose=export)
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
    with context.writing(actor) as work:
        corrected = actions.correct_worker(
            work, worker_id=worker_id, version=version, change=change
        )
        shown = mask_rows(work, rows=[corrected.row])[worker_id]
    set_etag(response, shown.version)
    return WorkerCorrectedOut(
        **dict(shown), changed=list(corrected.changed), notes=list(corrected.notes)
    )


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
    with context.reading(actor) as work:
        rows = queries.list_workers(work, cursor=cursor, township_code=township)
        shown = mask_rows(work, rows=rows)
        return make_page(
            rows, cursor=cursor, present=lambda row: shown[row["id"]], key=lambda row: row["id"]
        )


@router.post("/search")
def search_workers(actor: Reader, context: Here, wanted: WorkerSearchIn) -> Page[WorkerOut]:
    """Find workers by exact identity number, phone or name (at most 50), masked."""
    column, digest = get_search_digest(wanted, context.vault.indexes, actor.county_code)
    with context.reading(actor) as work:
        rows = queries.list_workers_by_index(work, column=column, digest=digest)
        shown = mask_rows(work, rows=rows)
        return Page(items=[shown[row["id"]] for row in rows])


@router.get("/{worker_id}")
def get_worker(actor: Reader, context: Here, worker_id: UUID, response: Response) -> WorkerOut:
    """One worker, masked, with the version that a correction must name."""
    with context.reading(actor) as work:
        row = queries.find_worker(work, worker_id=worker_id)
        shown = mask_rows(work, rows=[row])[worker_id]
    set_etag(response, shown.version)
    return shown


@router.post("/{worker_id}/reveal")
def reveal_worker(actor: Revealer, context: Here, worker_id: UUID, wanted: RevealIn) -> RevealOut:
    """Show named fields of one worker in full; who, what and why is recorded first."""
    with context.writing(actor) as work:
        return actions.reveal_worker(work, worker_id=worker_id, wanted=wanted)


_HOLD = {
    "id": "01710a3e-2400-7000-8000-000000000511",
    "kind": "worker.held",
    "occurred_at": "2020-03-24T05:12:00+08:00",
    "data": {"hold_id": "01710a3e-2400-7000-8000-000000000512", "reason": "发热，待复查"},
}
_EXAMPLE = {"requestBody": {"content": {"application/json": {"example": {"events": [_HOLD]}}}}}


@router.post("/{worker_id}/events", openapi_extra=_EXAMPLE)
def record_worker_events(
    worker_id: UUID, body: EventsIn, actor: Reader, context: Here
) -> OutcomesOut:
    """Hold, release or withdraw a worker: 1 to 500 events, an outcome for each."""
    with context.writing(actor) as work:
        return actions.record_events(work, worker_id=worker_id, body=body)
