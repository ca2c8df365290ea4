"""The list as it is kept: the same question of the same case is the same list; its people and their answers,
sealed and opened.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from schemas.contact_lists import AnswerStatus, ContactLine
from schemas.contacts import ContactsQuestion
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.events.payloads_records import ContactsAsked
from schemas.ids import derive_id
from service.accounts import access
from service.clock import new_id
from service.contacts.actions.asking import Asked
from service.contacts.actions.crew import Who
from service.contacts.actions.lines import Line
from service.context import Work
from service.db.bulk import Conflict, write_many
from service.inquiries import queries as inquiries
from service.inquiries.models import ContactList
from service.inquiries.queries import PERSON, PersonRow
from service.ledger.actions import lock_or_open_streams
from service.records import county_stream, record_event
from service.vault.vault import IndexPurpose, Keyring

NOTE: Final = PersonalClass.NOTE
HEALTH: Final = PersonalClass.HEALTH


def keep_list(
    work: Work, *, question: ContactsQuestion, asked: Asked, lines: Sequence[Line]
) -> ContactList:
    """Writes the list's row, and one for each person who is on it for the first time; one event if there are
    any. Of who was on it already only the county where they are now is written anew."""
    session, county_code = work.session, work.county_code
    lock_lists(work)
    kept = _find_or_open(work, question, asked)
    known = {each.id: each for each in inquiries.list_people(session, county_code, [kept.id])}
    keyring = work.context.vault.make_keyring(session, county_code, [kept.id], classes=[NOTE])
    others = [line for line in lines if not line.content.is_asked]
    fresh, moved = [], []
    for line in others:
        line_id, present_code = _make_line_id(work, kept.id, line), line.content.present_code
        if line_id not in known:
            fresh.append(_make_row(work, keyring, kept.id, line_id, line))
        elif known[line_id].present_code != present_code:
            moved.append(known[line_id]._replace(present_code=present_code))
    kept.people = len(known) + len(fresh)
    session.add(kept)
    session.flush()
    write_people(work, fresh)
    write_people(work, moved, conflict="overwrite")
    if fresh:
        shown = [line.content.model_dump() for line in others]
        payload = ContactsAsked(
            list_id=kept.id,
            count=len(others),
            content_hash=access.commit_to(work.context.vault.indexes, county_code, shown),
        )
        stream = county_stream(county_code)
        record_event(work, payload, kind=EventKind.CONTACTS_ASKED, stream=stream)
    return kept


def lock_lists(work: Work) -> None:
    """Of two who ask the same at one moment the second finds the first one's list."""
    lock_or_open_streams(work.session, work.county_code, [county_stream(work.county_code)])


def write_people(work: Work, rows: Sequence[PersonRow], *, conflict: Conflict = "refuse") -> None:
    named = [{"county_code": work.county_code, **row._asdict()} for row in rows]
    write_many(work.session, PERSON, named, conflict=conflict)


def _find_or_open(work: Work, question: ContactsQuestion, asked: Asked) -> ContactList:
    mac = _make_mac(work, question, asked)
    kept = inquiries.get_list_of_question(work.session, work.county_code, mac)
    if kept is not None:
        return kept
    list_id = new_id(work.context.clock)
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [list_id], classes=[NOTE]
    )
    content = {"reason": question.reason, "case_reference": question.case_reference}
    return ContactList(
        county_code=work.county_code,
        id=list_id,
        question_mac=mac,
        purpose=question.purpose,
        asked_at=work.now(),
        asked_by=work.actor.account_id,
        people=0,
        content_sealed=keyring.seal(list_id, NOTE, content, place=name_place(list_id)),
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


# --- what is sealed ---------------------------------------------------------------------------------
class Said(NamedTuple):
    """What the county where somebody is answered."""

    status: AnswerStatus
    note: str | None


class OpenedRow(NamedTuple):
    """A line of a list with what is sealed of it; nothing of who was erased."""

    row: PersonRow
    who: Who | None
    worker_id: UUID | None
    said: Said | None


def _read_said(content: Mapping[str, str | None]) -> Said:
    return Said(AnswerStatus(content.get("status") or ""), content.get("note"))


def name_place(list_id: UUID) -> str:
    return f"contact_list/{list_id}/content_sealed"


def _who_place(list_id: UUID, line_id: UUID) -> str:
    return f"contact_person/{list_id}/{line_id}/who_sealed"


def _answer_place(list_id: UUID, line_id: UUID) -> str:
    return f"contact_person/{list_id}/{line_id}/answer_sealed"


def _make_line_id(work: Work, list_id: UUID, line: Line) -> UUID:
    """From a keyed digest: without the key nobody tells from it who it is."""
    noise = _digest(work, "line", list_id.hex, line.who.trip_id.hex, line.who.kind, line.who.key)
    return derive_id(list_id, noise.hex())


def _make_row(work: Work, keyring: Keyring, list_id: UUID, line_id: UUID, line: Line) -> PersonRow:
    who = {
        "worker_id": str(line.worker_id) if line.worker_id else None,
        "kind": line.who.kind,
        "key": line.who.key,
    }
    return PersonRow(
        list_id=list_id,
        id=line_id,
        trip_id=line.who.trip_id,
        present_code=line.content.present_code,
        asked_at=work.now(),
        who_sealed=keyring.seal(list_id, NOTE, who, place=_who_place(list_id, line_id)),
        answered_at=None,
        answer_sealed=None,
    )


def read_lines(work: Work, *, kept: ContactList, lines: Sequence[Line]) -> list[ContactLine]:
    """With the ids of the list's lines, and what was answered of them."""
    rows = inquiries.list_people(work.session, work.county_code, [kept.id])
    opened = {each.row.id: each for each in open_rows(work, rows)}
    shown = []
    for line in lines:
        line_id = _make_line_id(work, kept.id, line)
        found = opened.get(line_id)
        changes = {
            "id": line_id,
            "answer": found.said.status if found and found.said else None,
            "answered_at": found.row.answered_at if found else None,
        }
        shown.append(line.content.model_copy(update=changes))
    return shown


def open_rows(work: Work, rows: Sequence[PersonRow]) -> list[OpenedRow]:
    """Two reads of keys, whatever their number."""
    vault, session, county_code = work.context.vault, work.session, work.county_code
    lists = vault.open_keyring(session, county_code, {row.list_id for row in rows})
    known: list[Who | None] = []
    workers: list[UUID | None] = []
    for row in rows:
        place = _who_place(row.list_id, row.id)
        who = lists.open(row.list_id, NOTE, row.who_sealed, place=place) or {}
        worker = who.get("worker_id")
        workers.append(UUID(worker) if worker else None)
        known.append(Who(row.trip_id, who.get("kind", ""), who.get("key", "")) if who else None)
    people = vault.open_keyring(session, county_code, {each for each in workers if each})
    opened = []
    for row, who_is, worker in zip(rows, known, workers, strict=True):
        place = _answer_place(row.list_id, row.id)
        said = (
            lists.open(row.list_id, NOTE, row.answer_sealed, place=place)
            if worker is None
            else people.open(worker, HEALTH, row.answer_sealed, place=place)
        )
        opened.append(OpenedRow(row, who_is, worker, _read_said(said) if said else None))
    return opened


def seal_answers(
    work: Work, *, list_id: UUID, rows: Sequence[OpenedRow], said: Said
) -> list[bytes]:
    """Under each worker's key of health; of others under the list's own."""
    vault, session, county_code = work.context.vault, work.session, work.county_code
    workers = {each.worker_id for each in rows if each.worker_id is not None}
    people = vault.make_keyring(session, county_code, workers, classes=[HEALTH])
    own = vault.open_keyring(session, county_code, [list_id])
    content = {"status": str(said.status), "note": said.note}
    sealed = []
    for each in rows:
        place = _answer_place(list_id, each.row.id)
        if each.worker_id is None:
            sealed.append(own.seal(list_id, NOTE, content, place=place))
        else:
            sealed.append(people.seal(each.worker_id, HEALTH, content, place=place))
    return sealed
