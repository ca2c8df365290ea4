"""The township's work list of what is missing: in a fixed number of statements, its reading recorded."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from schemas.base import Page
from schemas.corrections import GapOut, TodoOut
from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.shapes import describe_field
from service.auth import Actor
from service.clock import local_date
from service.context import Context
from service.corrections.rules import end_of_id, find_phone_to_ask, list_gaps
from service.demand.queries import list_newest_demands
from service.errors import DomainError
from service.health.queries import load_states
from service.paging import Cursor, make_page
from service.workers import queries as workers
from service.workers.people import Person

PEOPLE_AT_ONCE = 2_000
"""So many are opened for one page: what is missing is known from sealed values only."""
_TOWNSHIP_DIGITS = 9


def list_todo(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    township: str | None,
    after: str | None,
) -> Page[TodoOut]:
    """Those among the next 2,000 people of one township about whom something is missing; not the
    withdrawn ones. Whoever hands it out records that first (`access.record_township_list`).
    """
    code = _choose_township(actor, township)
    cursor = Cursor(limit=PEOPLE_AT_ONCE, after=after)
    rows = workers.list_workers(session, actor, cursor=cursor, township_code=code)
    page = make_page(rows, cursor=cursor, present=lambda row: row, key=lambda row: row["id"])
    return Page(items=_list_items(context, session, actor, page.items), next=page.next)


def _choose_township(actor: Actor, township: str | None) -> str:
    """The clerk's own; a county account names one. Raises not-found for another's."""
    code = township or actor.division_prefix
    if len(code) != _TOWNSHIP_DIGITS:
        missing = {"type": "missing", "msg": "Field required", "loc": ("query", "township")}
        problem = describe_field(missing)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    if not actor.scope.covers_township(code):
        raise DomainError(ErrorCode.NOT_FOUND)
    return code


def _list_items(
    context: Context, session: Session, actor: Actor, rows: Sequence[Any]
) -> list[TodoOut]:
    county_code, ids = actor.county_code, [row["id"] for row in rows]
    keyring = context.vault.open_keyring(session, county_code, ids)
    states = load_states(session, county_code, ids)
    demands = list_newest_demands(session, county_code, worker_ids=ids)
    waiting = {each for each, row in demands.items() if row["state"] == DemandState.OPEN}
    people = workers.open_rows(keyring, rows)
    today = local_date(context.now())
    return [
        _show(person, gaps)
        for person in people.values()
        if person.name and not states[person.id].withdrawn
        if (gaps := list_gaps(person, waits=person.id in waiting, on=today))
    ]


def _show(person: Person, gaps: list[GapOut]) -> TodoOut:
    return TodoOut(
        id=person.id,
        name=person.name,
        id_number_end=end_of_id(person.id_number),
        phone=find_phone_to_ask(person),
        township=person.township,
        village=person.village,
        missing=gaps,
    )
