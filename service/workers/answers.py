"""How workers are shown, masked; a township's list of workers about whom something is missing: without
withdrawn and erased ones, 2,000 looked through for a page, which township.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from schemas.base import Page
from schemas.corrections import GapOut, TodoOut
from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.shapes import describe_field
from schemas.workers import WorkerOut
from service.context import Work
from service.days import local_date
from service.demand.queries import list_newest_states
from service.errors import DomainError
from service.registry import queries
from service.registry.models import WorkerRow
from service.registry.people import Person, StoredWorker, mask_person, open_person
from service.rest import Cursor, make_page
from service.workers.queries import load_states
from service.workers.rules import find_phone_to_ask, list_gaps

PEOPLE_AT_ONCE: Final = 2_000
"""So many are opened for one page: what is missing is known from sealed values only."""
_TOWNSHIP_DIGITS: Final = 9


def mask_workers(work: Work, rows: Sequence[StoredWorker]) -> dict[UUID, WorkerOut]:
    """Worker id → how it is shown. One read (of keys), whatever their number."""
    ids = [row.id for row in rows]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    return {row.id: mask_person(open_person(keyring, row)) for row in rows}


def list_todo(work: Work, *, township: str | None, after: str | None) -> Page[TodoOut]:
    """Those among the next 2,000 people of one township about whom something is missing, without the
    withdrawn ones. Raises request-invalid for a county's account that names no township, not-found for
    a township outside of the actor's scope. The caller records the access
    (`access.record_township_list`).
    """
    code = _choose_township(work, township)
    cursor = Cursor(limit=PEOPLE_AT_ONCE, after=after)
    rows = queries.list_workers(work, cursor=cursor, township_code=code)
    page = make_page(rows, cursor=cursor, present=lambda row: row, key=lambda row: row.id)
    return Page(items=_list_items(work, page.items), next=page.next)


def _choose_township(work: Work, township: str | None) -> str:
    code = township or work.actor.division_prefix
    if len(code) != _TOWNSHIP_DIGITS:
        missing = {"type": "missing", "msg": "Field required", "loc": ("query", "township")}
        problem = describe_field(missing)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    if not work.actor.scope.covers_township(code):
        raise DomainError(ErrorCode.NOT_FOUND)
    return code


def _list_items(work: Work, rows: Sequence[WorkerRow]) -> list[TodoOut]:
    session, county_code, ids = work.session, work.county_code, [row.id for row in rows]
    keyring = work.context.vault.open_keyring(session, county_code, ids)
    states = load_states(session, county_code, ids)
    demands = list_newest_states(session, county_code, worker_ids=ids)
    waiting = {key for key, each in demands.items() if each.state == DemandState.OPEN}
    today = local_date(work.now())
    return [
        _show(person, gaps)
        for person in (open_person(keyring, row) for row in rows)
        if person.name and not states[person.id].withdrawn
        if (gaps := list_gaps(person, waits=person.id in waiting, on=today))
    ]


def _show(person: Person, gaps: list[GapOut]) -> TodoOut:
    return TodoOut(
        id=person.id,
        name=person.name,
        id_number_end=person.id_number_end,
        phone=find_phone_to_ask(person),
        township=person.township,
        village=person.village,
        missing=gaps,
    )
