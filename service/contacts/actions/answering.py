"""What other counties answer of a list's people, and what is unanswered."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from schemas.base import Page
from schemas.contact_lists import (
    ContactAnswersIn,
    ContactPersonOut,
    ContactsCounty,
    ContactsListRow,
    LineKind,
)
from schemas.contacts import ContactsPurpose
from schemas.divisions.table import name_division
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Mode
from schemas.events.payloads_records import ContactsAnswered
from schemas.identity import mask_name
from service.accounts import access
from service.contacts.actions.crew import Member, open_members
from service.contacts.actions.keeping import (
    NOTE,
    OpenedRow,
    Said,
    lock_lists,
    name_place,
    open_rows,
    seal_answers,
    write_people,
)
from service.context import Work
from service.errors import DomainError
from service.inquiries import queries as inquiries
from service.inquiries.queries import PersonRow
from service.recording.commands import make_command
from service.records import county_stream
from service.registry.people import Person
from service.registry.queries import open_people
from service.rest import Cursor, encode_after
from service.trips.queries.lists import list_numbers


def take_answers(work: Work, *, list_id: UUID, wanted: ContactAnswersIn) -> Page[ContactPersonOut]:
    """What a county says of its people; of two the later one counts. Sent again it changes nothing. Raises
    not-found for a list, lines or a county of it that are none, id-reused for an id that said something else.
    """
    lock_lists(work)
    opened = _open_list(work, list_id)
    chosen = [each for each in opened if _is_meant(each.row, wanted)]
    if not chosen or len(chosen) < len(set(wanted.line_ids or ())):
        raise DomainError(ErrorCode.NOT_FOUND)
    _record(work, list_id, chosen, wanted)
    at = wanted.answered_at
    later = [each for each in chosen if each.row.answered_at is None or each.row.answered_at <= at]
    said = Said(wanted.status, wanted.note)
    sealed = seal_answers(work, list_id=list_id, rows=later, said=said)
    answered = [
        each.row._replace(answered_at=at, answer_sealed=content)
        for each, content in zip(later, sealed, strict=True)
    ]
    write_people(work, answered, conflict="overwrite")
    return show_list(work, list_id=list_id)


def _is_meant(row: PersonRow, wanted: ContactAnswersIn) -> bool:
    if wanted.line_ids is not None:
        return row.id in wanted.line_ids
    return row.present_code == wanted.present_code


def _record(
    work: Work, list_id: UUID, chosen: Sequence[OpenedRow], wanted: ContactAnswersIn
) -> None:
    """Publicly only how many; what was said is committed to."""
    said = {"status": wanted.status, "note": wanted.note, "at": wanted.answered_at}
    told = [{**said, "line": each.row.id} for each in sorted(chosen, key=lambda one: one.row.id)]
    payload = ContactsAnswered(
        list_id=list_id,
        count=len(chosen),
        content_hash=access.commit_to(work.context.vault.indexes, work.county_code, told),
    )
    work.record(
        make_command(
            payload,
            identifier=wanted.id,
            kind=EventKind.CONTACTS_ANSWERED,
            stream=county_stream(work.county_code),
            now=work.now(),
            occurred_at=wanted.answered_at,
            mode=Mode.AFTERWARDS,
        )
    )


def _open_list(work: Work, list_id: UUID) -> list[OpenedRow]:
    """Raises not-found for a list that is none, or has people of trips outside of the account's scope."""
    kept = inquiries.get_list(work.session, work.county_code, list_id)
    rows = inquiries.list_people(work.session, work.county_code, [list_id])
    visible = work.actor.scope.trip_ids
    is_outside = visible is not None and any(row.trip_id not in visible for row in rows)
    if kept is None or is_outside:
        raise DomainError(ErrorCode.NOT_FOUND)
    return open_rows(work, rows)


def show_list(work: Work, *, list_id: UUID) -> Page[ContactPersonOut]:
    """The people of a list, masked, in one page, with what was answered; who is unanswered first."""
    opened = _open_list(work, list_id)
    session, county_code = work.session, work.county_code
    workers = {each.worker_id for each in opened if each.worker_id is not None}
    people = open_people(session, work.context.vault, county_code, workers)
    numbers = list_numbers(session, county_code, {each.row.trip_id for each in opened})
    items = []
    crew = open_members(work, [each.who for each in opened if each.who is not None])
    for each in sorted(opened, key=lambda one: (one.row.answered_at is not None, one.row.id)):
        person: Person | Member | None = people.get(each.worker_id) if each.worker_id else None
        if each.who is not None:
            person = person or crew.get(each.who)
        items.append(
            ContactPersonOut(
                id=each.row.id,
                trip_id=each.row.trip_id,
                trip_number=numbers.get(each.row.trip_id),
                kind=LineKind(each.who.kind) if each.who else None,
                name=mask_name(person.name) if person and person.name else None,
                present_code=each.row.present_code,
                present_division=name_division(code) if (code := each.row.present_code) else None,
                answer=each.said.status if each.said else None,
                answered_at=each.row.answered_at,
                note=each.said.note if each.said else None,
            )
        )
    return Page[ContactPersonOut](items=items)


def list_lists(work: Work, *, cursor: Cursor, is_open: bool) -> Page[ContactsListRow]:
    """The lists that were asked for, the earliest first, each with its counties and who is unanswered."""
    session, county_code = work.session, work.county_code
    found = inquiries.list_lists(work, cursor=cursor, is_open=is_open)
    rows = found[: cursor.limit]
    ids = [row.id for row in rows]
    people: dict[UUID, list[PersonRow]] = {}
    for each in inquiries.list_people(session, county_code, ids):
        people.setdefault(each.list_id, []).append(each)
    keyring = work.context.vault.open_keyring(session, county_code, ids)
    items = []
    for row in rows:
        opened = keyring.open(row.id, NOTE, row.content_sealed, place=name_place(row.id)) or {}
        mine = people.get(row.id, [])
        items.append(
            ContactsListRow(
                id=row.id,
                purpose=ContactsPurpose(row.purpose),
                case_reference=opened.get("case_reference"),
                asked_at=row.asked_at,
                people=len(mine),
                unanswered=len([each for each in mine if each.answered_at is None]),
                counties=_count_counties(mine),
            )
        )
    further = encode_after(ids[-1]) if len(found) > cursor.limit else None
    return Page[ContactsListRow](items=items, next=further)


def _count_counties(people: Sequence[PersonRow]) -> list[ContactsCounty]:
    """By code; without a code last."""
    asked = Counter(each.present_code for each in people)
    unanswered = Counter(each.present_code for each in people if each.answered_at is None)
    return [
        ContactsCounty(
            code=code,
            name=name_division(code) if code else None,
            people=asked[code],
            unanswered=unanswered[code],
        )
        for code in sorted(asked, key=lambda code: code or "~")
    ]
