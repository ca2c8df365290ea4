"""HTTP of health: whether one worker may travel on a day, and why not; notes recorded, one or many at once, and
one worker's read.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from schemas.base import Page
from schemas.clearance import ClearanceOut
from schemas.health_records import HealthRecordOut, HealthRecordsIn, HealthRecordsOut
from schemas.permissions import Permission
from schemas.types import Day
from service.auth import Actor, allowed
from service.context import Here
from service.days import local_date
from service.health import actions, rules
from service.health.answers import show_reasons
from service.health.events import load_clearance_facts
from service.policies.queries import load_book
from service.registry.queries import find_worker
from service.rest import Cursor, Router

of_workers = Router(prefix="/v1/workers/{worker_id}", tags=["health 健康核验"])
records = Router(prefix="/v1/health-records", tags=["health 健康核验"])
HealthReader = Annotated[Actor, allowed(Permission.HEALTH_READ)]
Recorder = Annotated[Actor, allowed(Permission.HEALTH_RECORD)]


@of_workers.get("/clearance")
def get_clearance(
    worker_id: UUID, actor: HealthReader, context: Here, on: Day | None = None
) -> ClearanceOut:
    """Whether the worker may travel on a day (today), under the policy in force then, and why not."""
    day = on or local_date(context.now())
    with context.reading(actor) as work:
        find_worker(work, worker_id=worker_id)
        book = load_book(work.session, actor.county_code)
        policy = book.in_force(day)
        people = load_clearance_facts(work, worker_ids=[worker_id], policies=[policy])
    known = people[worker_id]
    clearance = rules.clear(known, rules.on_day(policy, book, day))
    return ClearanceOut(
        worker_id=worker_id,
        on=day,
        may_travel=clearance.may_travel,
        verdict=clearance.verdict,
        reasons=list(clearance.reasons),
        explained=show_reasons(clearance.obstacles, policy, actor=actor),
        holds=sorted(known.holds),
        unconfirmed=sorted(known.unconfirmed),
        policy_version=clearance.policy_version,
    )


@records.post("")
def record_health(body: HealthRecordsIn, actor: Recorder, context: Here) -> HealthRecordsOut:
    """Note something of the health of one or many people: 1 to 500 notes, an outcome for each.

    Only of people in the account's scope; the same note again gives the same receipt.
    """
    with context.writing(actor) as work:
        return actions.record_health(work, body=body)


@of_workers.get("/health-records")
def list_health_records(
    worker_id: UUID, actor: HealthReader, context: Here, cursor: Annotated[Cursor, Depends()]
) -> Page[HealthRecordOut]:
    """What is noted of one worker and stands, newest first. The reading is recorded."""
    with context.writing(actor) as work:
        return actions.read_health_records(work, worker_id=worker_id, cursor=cursor)


router = Router()
for part in (of_workers, records):
    router.include_router(part)
