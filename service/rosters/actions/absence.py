"""上次有、本次没有: the people of the file's villages whom the file does not name."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.base import Page
from schemas.demands import DemandState
from schemas.imports import AbsentOut
from schemas.workers import Feed
from service.context import Work
from service.demand.queries import list_newest_demands
from service.registry import queries as workers
from service.registry.people import Person
from service.rest import Cursor, make_page
from service.rosters import queries
from service.workers.queries import load_states

PEOPLE_AT_ONCE: Final = 2_000
_SHOWN_DIGITS: Final = 4


def list_absent(work: Work, *, import_id: UUID, after: str | None) -> Page[AbsentOut]:
    """In the order of entry, as the registry is now, without erased people; nobody where the list is
    no township's. Whoever hands it out records that first (`access.record_township_list`).
    """
    head = queries.find_import(work, import_id=import_id)
    cursor = Cursor(limit=PEOPLE_AT_ONCE, after=after)
    ids = [each for each in _list_ids(work, head) if _is_after(cursor, each)]
    people = _open(work, ids[:PEOPLE_AT_ONCE])
    page = make_page(
        ids[: PEOPLE_AT_ONCE + 1],
        cursor=cursor,
        present=lambda worker_id: people[worker_id],
        key=lambda worker_id: worker_id,
    )
    return Page(items=[each for each in page.items if each.name], next=page.next)


def _list_ids(work: Work, head: RowMapping) -> list[UUID]:
    if head["feed"] != Feed.TOWNSHIP:
        return []
    county_code, import_id = work.county_code, head["id"]
    chunks = queries.list_chunks(work.session, county_code, import_id=import_id)
    villages = {key for chunk in chunks for key in chunk["villages"]["named"]}
    named = queries.list_named_ids(work.session, county_code, import_id=import_id)
    living = workers.list_ids_of_villages(work, village_keys=villages)
    return [each for each in living if each not in named]


def _is_after(cursor: Cursor, worker_id: UUID) -> bool:
    return cursor.after_id is None or worker_id > cursor.after_id


def _open(work: Work, ids: Sequence[UUID]) -> dict[UUID, AbsentOut]:
    county_code = work.county_code
    people = workers.open_people(work.session, work.context.vault, county_code, ids)
    demands = list_newest_demands(work.session, county_code, worker_ids=ids)
    states = load_states(work.session, county_code, ids)
    return {
        each: _show(
            people[each],
            demand=DemandState(demands[each]["state"]) if each in demands else None,
            withdrawn=states[each].withdrawn,
        )
        for each in ids
    }


def _show(person: Person, *, demand: DemandState | None, withdrawn: bool) -> AbsentOut:
    """With a number to ask at: the person's own, else another one, else the family's."""
    phones = (person.phone, *person.other_phones, person.emergency_phone)
    return AbsentOut(
        id=person.id,
        name=person.name,
        id_number_end=person.id_number[-_SHOWN_DIGITS:],
        phone=next((phone for phone in phones if phone), None),
        village=person.village,
        demand=demand,
        withdrawn=withdrawn,
    )
