"""Asking who rode with whom: the first answer without names; the work list, which is kept for other counties'
answers, with its accesses; their answers; what is unanswered.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from schemas.base import Page
from schemas.contacts import (
    AnswerStatus,
    ContactAnswersIn,
    ContactLine,
    ContactPersonOut,
    ContactsCounty,
    ContactsListIn,
    ContactsListOut,
    ContactsListRow,
    ContactsOut,
    ContactsPurpose,
    ContactsQuestion,
)
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode
from schemas.events.payloads_records import ContactsAnswered, ContactsAsked
from schemas.identity import mask_name
from schemas.ids import derive_id
from service.accounts import access
from service.clock import new_id
from service.contacts.actions.asking import Asked, find_asked, read_asked
from service.contacts.actions.computing import compute_rides, show_vehicles
from service.contacts.actions.lines import Line, count_people, make_lines
from service.contacts.actions.reporting import report_accident
from service.context import Work
from service.db.bulk import write_many
from service.errors import DomainError
from service.inquiries import queries as inquiries
from service.inquiries.models import ContactList
from service.inquiries.queries import PERSON, PersonRow
from service.ledger.actions import lock_or_open_streams
from service.recording.commands import make_command
from service.records import county_stream, record_event
from service.registry.queries import open_people
from service.rest import Cursor, encode_after
from service.trips.queries.lists import list_numbers
from service.vault.vault import IndexPurpose, Keyring

_NOTE: Final = PersonalClass.NOTE
_HEALTH: Final = PersonalClass.HEALTH


def answer_question(work: Work, *, question: ContactsQuestion) -> ContactsOut:
    """Counts and seat maps, or what to choose from; recorded as an access to who was asked about. Raises what
    find_asked does."""
    asked = find_asked(work, question=question)
    if asked.choices:
        ids = [each.worker_id for each in asked.choices]
        shown = [each.model_dump() for each in asked.choices]
        _record(work, question, shown=shown, people=ids)
        return ContactsOut(choices=list(asked.choices), asked=None, vehicles=[], count=0)
    rides = compute_rides(work, question=question, asked=asked)
    vehicles, who = show_vehicles(rides), read_asked(work, asked=asked)
    answer = ContactsOut(choices=[], asked=who, vehicles=vehicles, count=count_people(rides))
    _record(work, question, shown=[answer.model_dump()], people=[asked.worker_id])
    return answer


def _record(
    work: Work,
    question: ContactsQuestion,
    *,
    shown: access.Shown,
    people: Iterable[UUID | None],
    trips: Iterable[UUID] = (),
    export: bool = False,
) -> None:
    ridden = set(trips)
    access.record_contacts(
        work,
        trip_id=ridden.pop() if len(ridden) == 1 else None,
        shown=shown,
        people=people,
        purpose=question.reason,
        case_reference=question.case_reference,
        export=export,
    )


# --- the work list ----------------------------------------------------------------------------------
def write_list(work: Work, *, wanted: ContactsListIn) -> ContactsListOut:
    """Everybody within the rule in full, recorded as an access with purpose and case. The same question of the
    same case is the same list, as it is now: who is on it since is waited for too. Of an accident no list is
    kept. Raises what find_asked does."""
    asked = find_asked(work, question=wanted)
    is_accident = wanted.purpose is ContactsPurpose.ACCIDENT
    rides = compute_rides(work, question=wanted, asked=asked)
    lines = make_lines(work, rides, with_condition=is_accident)
    list_id, asked_at, shown = None, work.now(), [line.content for line in lines]
    if rides and not is_accident:
        kept = _keep(work, wanted, asked, lines)
        list_id, asked_at = kept.id, kept.asked_at
        shown = _read_answers(work, kept, lines)
    if not is_accident:
        shown = [each for each in shown if not each.is_asked]
    dumped = [each.model_dump() for each in shown] or [each.model_dump() for each in asked.choices]
    people = [each.worker_id for each in (shown or asked.choices)]
    trips = {leg.trip_id for leg in asked.legs}
    _record(
        work,
        wanted,
        shown=dumped,
        people=[*people, asked.worker_id],
        trips=trips,
        export=wanted.export,
    )
    return ContactsListOut(
        id=list_id,
        purpose=wanted.purpose,
        reason=wanted.reason,
        case_reference=wanted.case_reference,
        sender=full_name(work.county_code),
        asked_at=asked_at,
        choices=list(asked.choices),
        vehicles=show_vehicles(rides),
        lines=shown,
        bulletin=report_accident(work, question=wanted, rides=rides) if is_accident else None,
    )


def _digest(work: Work, *parts: str) -> bytes:
    digest = work.context.vault.indexes.digest
    return digest(IndexPurpose.CONTENT, "contacts", work.county_code, *parts)


def _make_mac(work: Work, question: ContactsQuestion, asked: Asked) -> bytes:
    """Of what the question means, not of how it was put."""
    legs = sorted(f"{leg.trip_id} {leg.passenger_id}" for leg in asked.legs)
    who = [str(asked.worker_id)] if asked.worker_id else legs
    day = asked.day.isoformat() if asked.day else ""
    return _digest(work, question.purpose, question.case_reference, question.look_back, day, *who)


def _keep(
    work: Work, question: ContactsQuestion, asked: Asked, lines: Sequence[Line]
) -> ContactList:
    """The list's row, and one for each person who is on it for the first time; one event if there are any."""
    session, county_code = work.session, work.county_code
    lock_or_open_streams(session, county_code, [county_stream(county_code)])
    mac = _make_mac(work, question, asked)
    kept = inquiries.get_list_of_question(session, county_code, mac)
    list_id = kept.id if kept else new_id(work.context.clock)
    keyring = work.context.vault.make_keyring(session, county_code, [list_id], classes=[_NOTE])
    if kept is None:
        content = {"reason": question.reason, "case_reference": question.case_reference}
        kept = ContactList(
            county_code=county_code,
            id=list_id,
            question_mac=mac,
            purpose=question.purpose,
            asked_at=work.now(),
            asked_by=work.actor.account_id,
            people=0,
            content_sealed=keyring.seal(list_id, _NOTE, content, place=_place(list_id)),
        )
    known = {each.id: each for each in inquiries.list_people(session, county_code, [list_id])}
    others = [line for line in lines if not line.content.is_asked]
    rows = [_make_row(work, keyring, list_id, line) for line in others]
    fresh = [row for row in rows if row["id"] not in known]
    kept.people = len(known) + len(fresh)
    session.add(kept)
    session.flush()
    moved = [
        {**row, **_keep_answer(known[row["id"]])}
        for row in rows
        if row["id"] in known and known[row["id"]].present_code != row["present_code"]
    ]
    write_many(session, PERSON, fresh)
    write_many(session, PERSON, moved, conflict="overwrite")
    if fresh:
        shown = [line.content.model_dump() for line in others]
        payload = ContactsAsked(
            list_id=list_id,
            count=len(others),
            content_hash=access.commit_to(work.context.vault.indexes, county_code, shown),
        )
        stream = county_stream(county_code)
        record_event(work, payload, kind=EventKind.CONTACTS_ASKED, stream=stream)
    return kept


def _keep_answer(row: PersonRow) -> dict[str, Any]:
    """What outlasts a change of the place where somebody is."""
    kept = ("asked_at", "who_sealed", "answered_at", "answer_sealed")
    return {name: getattr(row, name) for name in kept}


def _place(list_id: UUID) -> str:
    return f"contact_list/{list_id}/content_sealed"


def _who_place(list_id: UUID, line_id: UUID) -> str:
    return f"contact_person/{list_id}/{line_id}/who_sealed"


def _answer_place(list_id: UUID, line_id: UUID) -> str:
    return f"contact_person/{list_id}/{line_id}/answer_sealed"


def _make_line_id(work: Work, list_id: UUID, line: Line) -> UUID:
    """From a keyed digest: without the key nobody tells from it who it is."""
    noise = _digest(work, "line", list_id.hex, line.who.trip_id.hex, line.who.kind, line.who.key)
    return derive_id(list_id, noise.hex())


def _make_row(work: Work, keyring: Keyring, list_id: UUID, line: Line) -> dict[str, Any]:
    line_id, content = _make_line_id(work, list_id, line), line.content
    who = {
        "worker_id": str(line.worker_id) if line.worker_id else None,
        "kind": line.who.kind,
        "key": line.who.key,
    }
    return {
        "county_code": work.county_code,
        "list_id": list_id,
        "id": line_id,
        "trip_id": line.who.trip_id,
        "present_code": content.present_code,
        "asked_at": work.now(),
        "who_sealed": keyring.seal(list_id, _NOTE, who, place=_who_place(list_id, line_id)),
        "answered_at": None,
        "answer_sealed": None,
    }


def _read_answers(work: Work, kept: ContactList, lines: Sequence[Line]) -> list[ContactLine]:
    """With the ids of the list's lines, and what was answered of them."""
    rows = inquiries.list_people(work.session, work.county_code, [kept.id])
    opened = {each.row.id: each for each in _open_rows(work, rows)}
    shown = []
    for line in lines:
        line_id = _make_line_id(work, kept.id, line)
        found = opened.get(line_id)
        answer = found.answer if found else {}
        changes = {
            "id": line_id,
            "answer": AnswerStatus(answer["status"]) if answer else None,
            "answered_at": found.row.answered_at if found else None,
        }
        shown.append(line.content.model_copy(update=changes))
    return shown


class _OpenedRow:
    """A line of a list with what is sealed of it; nothing of who was erased."""

    def __init__(self, row: PersonRow, who: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        self.row, self.who, self.answer = row, who, answer

    @property
    def worker_id(self) -> UUID | None:
        worker = self.who.get("worker_id")
        return UUID(worker) if worker else None


def _open_rows(work: Work, rows: Sequence[PersonRow]) -> list[_OpenedRow]:
    """Two reads of keys, whatever their number."""
    vault, session, county_code = work.context.vault, work.session, work.county_code
    keyring = vault.open_keyring(session, county_code, {row.list_id for row in rows})
    known = []
    for row in rows:
        place = _who_place(row.list_id, row.id)
        known.append(keyring.open(row.list_id, _NOTE, row.who_sealed, place=place) or {})
    subjects = {UUID(each["worker_id"]) for each in known if each.get("worker_id")}
    answering = vault.open_keyring(session, county_code, subjects)
    opened = []
    for row, who in zip(rows, known, strict=True):
        place = _answer_place(row.list_id, row.id)
        worker = who.get("worker_id")
        ring, subject, key_class = (
            (answering, UUID(worker), _HEALTH) if worker else (keyring, row.list_id, _NOTE)
        )
        answer = ring.open(subject, key_class, row.answer_sealed, place=place) or {}
        opened.append(_OpenedRow(row, who, answer))
    return opened


# --- answers of other counties ----------------------------------------------------------------------
def take_answers(work: Work, *, list_id: UUID, wanted: ContactAnswersIn) -> Page[ContactPersonOut]:
    """What a county says of its people; of two the later one counts. Sent again it changes nothing. Raises
    not-found, request-invalid for lines that are none of the list's, id-reused."""
    lock_or_open_streams(work.session, work.county_code, [county_stream(work.county_code)])
    kept = _find_list(work, list_id)
    rows = inquiries.list_people(work.session, work.county_code, [kept.id])
    chosen = [each for each in _open_rows(work, rows) if _is_meant(each.row, wanted)]
    if not chosen or len(chosen) < len(set(wanted.line_ids or ())):
        raise DomainError(ErrorCode.NOT_FOUND)
    content = {"status": str(wanted.status), "note": wanted.note}
    told = [{**content, "line": str(each.row.id), "at": wanted.answered_at} for each in chosen]
    payload = ContactsAnswered(
        list_id=kept.id,
        count=len(chosen),
        content_hash=access.commit_to(work.context.vault.indexes, work.county_code, told),
    )
    command = make_command(
        payload,
        identifier=wanted.id,
        kind=EventKind.CONTACTS_ANSWERED,
        stream=county_stream(work.county_code),
        now=work.now(),
        occurred_at=wanted.answered_at,
        mode=Mode.AFTERWARDS,
    )
    work.record(command)
    later = [
        each
        for each in chosen
        if each.row.answered_at is None or each.row.answered_at <= wanted.answered_at
    ]
    _write_answers(work, kept.id, later, content, wanted)
    return show_list(work, list_id=list_id)


def _is_meant(row: PersonRow, wanted: ContactAnswersIn) -> bool:
    if wanted.line_ids is not None:
        return row.id in wanted.line_ids
    return row.present_code == wanted.present_code


def _write_answers(
    work: Work,
    list_id: UUID,
    chosen: Sequence[_OpenedRow],
    content: dict[str, Any],
    wanted: ContactAnswersIn,
) -> None:
    vault, session, county_code = work.context.vault, work.session, work.county_code
    workers = {each.worker_id for each in chosen if each.worker_id is not None}
    keyring = vault.make_keyring(session, county_code, workers, classes=[_HEALTH])
    own = vault.make_keyring(session, county_code, [list_id], classes=[_NOTE])
    rows = []
    for each in chosen:
        place = _answer_place(list_id, each.row.id)
        worker = each.worker_id
        sealed = (
            keyring.seal(worker, _HEALTH, content, place=place)
            if worker is not None
            else own.seal(list_id, _NOTE, content, place=place)
        )
        answered = {"answered_at": wanted.answered_at, "answer_sealed": sealed}
        rows.append({"county_code": county_code, **each.row._asdict(), **answered})
    write_many(session, PERSON, rows, conflict="overwrite")


def _find_list(work: Work, list_id: UUID) -> ContactList:
    """Raises not-found also for a list with people of trips outside of the account's scope."""
    kept = inquiries.get_list(work.session, work.county_code, list_id)
    if kept is None or inquiries.is_outside(work, list_id):
        raise DomainError(ErrorCode.NOT_FOUND)
    return kept


def show_list(work: Work, *, list_id: UUID) -> Page[ContactPersonOut]:
    """The people of a list, masked, in one page, with what was answered; who is unanswered first."""
    kept = _find_list(work, list_id)
    session, county_code = work.session, work.county_code
    opened = _open_rows(work, inquiries.list_people(session, county_code, [kept.id]))
    workers = {each.worker_id for each in opened if each.worker_id is not None}
    people = open_people(session, work.context.vault, county_code, workers)
    numbers = list_numbers(session, county_code, {each.row.trip_id for each in opened})
    items = []
    for each in sorted(opened, key=lambda one: (one.row.answered_at is not None, one.row.id)):
        person = people.get(each.worker_id) if each.worker_id else None
        status = each.answer.get("status")
        items.append(
            ContactPersonOut(
                id=each.row.id,
                trip_id=each.row.trip_id,
                trip_number=numbers.get(each.row.trip_id),
                name=mask_name(person.name) if person and person.name else None,
                present_code=each.row.present_code,
                present_division=_name(each.row.present_code),
                answer=AnswerStatus(status) if status else None,
                answered_at=each.row.answered_at,
                note=each.answer.get("note"),
            )
        )
    return Page[ContactPersonOut](items=items)


def _name(code: str | None) -> str | None:
    if code is None:
        return None
    return full_name(code) if get_division(code) else code


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
        opened = keyring.open(row.id, _NOTE, row.content_sealed, place=_place(row.id)) or {}
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
    """By code, those of whom nobody knows where they are last."""
    codes = sorted({each.present_code for each in people}, key=lambda code: code or "~")
    found = []
    for code in codes:
        mine = [each for each in people if each.present_code == code]
        waiting = len([each for each in mine if each.answered_at is None])
        found.append(
            ContactsCounty(code=code, name=_name(code), people=len(mine), unanswered=waiting)
        )
    return found
