"""HTTP of workers: list and search (masked), one worker, reveal for a reason, correction by hand, what is
missing, own events (hold, release, withdraw), and what could not be read of them.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from schemas.base import Page
from schemas.corrections import TodoOut, WorkerChange, WorkerCorrectedOut
from schemas.events.envelope import EventsIn, OutcomesOut, UnreadContentOut, UnreadEventOut
from schemas.permissions import Permission
from schemas.workers import RevealIn, RevealOut, WorkerOut, WorkerSearchIn
from service.accounts import access
from service.auth import Actor, allowed
from service.context import Here
from service.registry import queries
from service.registry.columns import get_search_digest
from service.rest import Cursor, IfMatch, Router, make_page, set_etag
from service.workers import actions, answers

workers = Router(prefix="/workers", tags=["workers 务工人员"])
own_events = Router(prefix="/workers", tags=["health 健康核验"])
Reader = Annotated[Actor, allowed(Permission.WORKER_READ)]
Writer = Annotated[Actor, allowed(Permission.WORKER_WRITE)]
Revealer = Annotated[Actor, allowed(Permission.WORKER_REVEAL)]
Township = Annotated[str | None, Query(pattern=r"^[0-9]{9}$", examples=["211221105"])]
After = Annotated[str | None, Query(max_length=64)]
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["请村里补录"])]


@workers.get("/todo")
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
        page = answers.list_todo(work, township=township, after=after)
    with context.writing(actor) as work:
        access.record_township_list(work, items=page.items, export_purpose=export)
    return page


@workers.patch("/{worker_id}")
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
        shown = answers.mask_workers(work, [corrected.worker])[worker_id]
    set_etag(response, shown.version)
    return WorkerCorrectedOut(
        **dict(shown), changed=list(corrected.changed), notes=list(corrected.notes)
    )


@workers.get("")
def list_workers(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    township: Township = None,
) -> Page[WorkerOut]:
    """List the workers in the account's scope, masked, oldest entry first."""
    with context.reading(actor) as work:
        rows = queries.list_workers(work, cursor=cursor, township_code=township)
        shown = answers.mask_workers(work, rows)
        return make_page(
            rows, cursor=cursor, present=lambda row: shown[row.id], key=lambda row: row.id
        )


@workers.post("/search")
def search_workers(actor: Reader, context: Here, wanted: WorkerSearchIn) -> Page[WorkerOut]:
    """Find workers by exact identity number, phone or name (at most 50), masked."""
    column, digest = get_search_digest(wanted, context.vault.indexes, actor.county_code)
    with context.reading(actor) as work:
        rows = queries.list_workers_by_index(work, column=column, digest=digest)
        return Page(items=list(answers.mask_workers(work, rows).values()))


@workers.get("/{worker_id}")
def get_worker(actor: Reader, context: Here, worker_id: UUID, response: Response) -> WorkerOut:
    """One worker, masked, with the version that a correction must name."""
    with context.reading(actor) as work:
        worker = queries.find_worker(work, worker_id=worker_id)
        shown = answers.mask_workers(work, [worker])[worker_id]
    set_etag(response, shown.version)
    return shown


@workers.post("/{worker_id}/reveal")
def reveal_worker(actor: Revealer, context: Here, worker_id: UUID, wanted: RevealIn) -> RevealOut:
    """Show named fields of one worker in full; who, what and why is recorded first."""
    with context.writing(actor) as work:
        return actions.reveal_worker(work, worker_id=worker_id, wanted=wanted)


_HOLD = {
    "id": "01710a3e-2400-7000-8000-000000000511",
    "kind": "worker.travel_changed",
    "occurred_at": "2020-03-24T05:12:00+08:00",
    "data": {
        "action": "held",
        "hold_id": "01710a3e-2400-7000-8000-000000000512",
        "reason": "证件过期，等待换领",
        "reason_class": "document",
    },
}
_EXAMPLE = {"requestBody": {"content": {"application/json": {"example": {"events": [_HOLD]}}}}}


@own_events.post("/{worker_id}/events", openapi_extra=_EXAMPLE)
def record_worker_events(
    worker_id: UUID, body: EventsIn, actor: Reader, context: Here
) -> OutcomesOut:
    """Hold, release or withdraw a worker, note something of health: 1 to 500 events, an outcome for each."""
    with context.writing(actor) as work:
        return actions.record_events(work, worker_id=worker_id, body=body)


@own_events.get("/{worker_id}/unread-events")
def list_unread_worker_events(
    worker_id: UUID, actor: Revealer, context: Here, cursor: Annotated[Cursor, Depends()]
) -> Page[UnreadEventOut]:
    """What was told of the worker and could not be read, without its content."""
    with context.reading(actor) as work:
        rows = actions.list_unread(work, worker_id=worker_id, cursor=cursor)
        present = UnreadEventOut.model_validate
        return make_page(rows, cursor=cursor, present=present, key=lambda row: row.id)


@own_events.get("/{worker_id}/unread-events/{unread_id}")
def read_unread_worker_event(
    worker_id: UUID, unread_id: UUID, actor: Revealer, context: Here
) -> UnreadContentOut:
    """One of them as it came. The reading is recorded."""
    with context.writing(actor) as work:
        return actions.open_unread(work, worker_id=worker_id, unread_id=unread_id)


router = Router(prefix="/v1")
for part in (workers, own_events):
    router.include_router(part)
