"""上次有、本次没有: which workers of the roster's villages the file does not name, with which phone; how
many on a page (2,000).
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from schemas.base import Page
from schemas.demands import DemandState
from schemas.imports import AbsentOut
from schemas.workers import Feed
from service.context import Work
from service.registry.people import Person
from service.registry.queries import list_ids_of_villages, open_people
from service.rest import Cursor, make_page
from service.rosters.models import RosterImport
from service.rosters.queries import imports, undoing
from service.workers.queries import load_states

PEOPLE_AT_ONCE: Final = 2_000


def list_absent(work: Work, *, import_id: UUID, after: str | None) -> Page[AbsentOut]:
    """In the order of entry, as the registry is now, without erased people; nobody where the list is
    no township's. Whoever hands it out records that first (`access.record_township_list`).
    """
    roster_import = imports.find_import(work, import_id=import_id)
    cursor = Cursor(limit=PEOPLE_AT_ONCE, after=after)
    absent = _list_ids(work, roster_import)
    ids = [each for each in absent if cursor.after_id is None or each > cursor.after_id]
    people = _open(work, ids[:PEOPLE_AT_ONCE])
    page = make_page(
        ids[: PEOPLE_AT_ONCE + 1],
        cursor=cursor,
        present=lambda worker_id: people[worker_id],
        key=lambda worker_id: worker_id,
    )
    return Page(items=[each for each in page.items if each.name], next=page.next)


def _list_ids(work: Work, roster_import: RosterImport) -> list[UUID]:
    if roster_import.feed != Feed.TOWNSHIP:
        return []
    session, county_code, import_id = work.session, work.county_code, roster_import.id
    chunks = imports.list_chunks(session, county_code, import_id=import_id)
    villages = {key for chunk in chunks for key in chunk.named}
    named = undoing.list_named_ids(session, county_code, import_id=import_id)
    living = list_ids_of_villages(work, village_keys=villages)
    return [each for each in living if each not in named]


def _open(work: Work, ids: Sequence[UUID]) -> dict[UUID, AbsentOut]:
    session, county_code = work.session, work.county_code
    people = open_people(session, work.context.vault, county_code, ids)
    demands = imports.load_newest_demands(session, county_code, worker_ids=ids)
    states = load_states(session, county_code, ids)
    return {
        each: _show(
            people[each],
            demand=DemandState(demands[each].state) if each in demands else None,
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
        id_number_end=person.id_number_end,
        phone=next((phone for phone in phones if phone), None),
        village=person.village,
        demand=demand,
        withdrawn=withdrawn,
    )
