"""Stranded people: keeping what enterprises' lists tell (an older list changes nothing, news void a call),
forgetting it with an undone import; recording the people to telephone, calls and letters.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import Session

from schemas.base import Page
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode
from schemas.events.payloads_records import ListKind, StrandedPersonCalled, StrandedPersonRequested
from schemas.stranded import BureauOut, CallIn, CallOut, ChaseLine, LetterIn, LetterOut
from service.accounts import access
from service.clock import new_id_in_order
from service.context import Work
from service.db.bulk import delete_many, write_many
from service.db.columns import freeze, thaw
from service.errors import DomainError
from service.recording.commands import make_command
from service.records import county_stream, record_event
from service.rest import Cursor, make_page
from service.stranded import answers, queries
from service.stranded.queries import Listed, StrandedRow
from service.stranded.rules import Statement, find_bureau, find_home
from service.vault.vault import Keyring


# --- what enterprises tell -----------------------------------------------------------------------
def keep_statements(
    work: Work,
    *,
    enterprise_id: UUID,
    import_id: UUID,
    as_of: date,
    statements: Sequence[Statement],
) -> None:
    """One row for each number of this enterprise, in a fixed number of statements. An older list
    changes nothing; what is said anew makes an earlier call void.
    """
    digests = {each.id_digest for each in statements}
    rows = queries.list_by_number(work.session, work.county_code, digests=digests, lock=True)
    stored = {row.id_number_index: row for row in rows if row.enterprise_id == enterprise_id}
    news = [
        (known.id if known else new_id_in_order(work.context.clock, position), each, known)
        for position, each in enumerate(statements)
        for known in [stored.get(each.id_digest)]
        if known is None or known.as_of <= as_of
    ]
    keyring = work.context.vault.make_keyring(
        work.session,
        work.county_code,
        [stranded_id for stranded_id, _, _ in news],
        classes=[PersonalClass.IDENTITY],
    )
    told = {"enterprise_id": enterprise_id, "import_id": import_id, "as_of": as_of}
    kept = [
        {
            **told,
            **_describe_statement(work, stranded_id, each, keyring),
            **_keep_calls(work, each, known, import_id=import_id),
        }
        for stranded_id, each, known in news
    ]
    # In one order, so that two lists of the same people wait for each other and never in a ring.
    kept.sort(key=itemgetter("id_number_index"))
    write_many(work.session, queries.STRANDED, kept, conflict="overwrite")


def _describe_statement(
    work: Work, stranded_id: UUID, statement: Statement, keyring: Keyring
) -> dict[str, Any]:
    """The columns that say who it is and what was said."""
    home = find_home(statement.values["id_number"])
    place = queries.sealing_place(stranded_id)
    content = dict(statement.values)
    return {
        "county_code": work.county_code,
        "id": stranded_id,
        "id_number_index": statement.id_digest,
        "name_index": statement.name_digest,
        "home_code": home,
        "bureau_code": find_bureau(home, county_code=work.county_code),
        "statement_sealed": keyring.seal(stranded_id, PersonalClass.IDENTITY, content, place=place),
        "content_mac": statement.content_mac,
        "sheet": statement.sheet,
        "row_number": statement.row_number,
        "updated_at": work.now(),
    }


def _keep_calls(
    work: Work, statement: Statement, known: StrandedRow | None, *, import_id: UUID
) -> dict[str, Any]:
    """The columns that outlast a list: the letter, the row as an earlier list left it, and, if the same
    is said again, the call.
    """
    if known is None:
        return {"created_at": work.now(), **dict.fromkeys(_KEPT)}
    is_same = known.content_mac == statement.content_mac
    is_own = known.import_id == import_id
    return {
        "created_at": known.created_at,
        "letter_id": known.letter_id,
        "requested_at": known.requested_at,
        "requested_by": known.requested_by,
        "call_result": known.call_result if is_same else None,
        "called_at": known.called_at if is_same else None,
        "previous": known.previous if is_own else freeze(known._asdict()),
    }


_LETTER: Final = ("letter_id", "requested_at", "requested_by")
_KEPT: Final = (*_LETTER, "call_result", "called_at", "previous")


# --- taking a list back --------------------------------------------------------------------------
@dataclass(slots=True)
class Forgetting:
    """`restored`: whole rows, by their columns; `removed`: people whom only this list named. `kept`: of
    how many somebody was telephoned, or a letter was written, since the list came: that cannot be
    taken back.
    """

    restored: list[dict[str, Any]] = field(default_factory=list)
    removed: list[UUID] = field(default_factory=list)
    kept: int = 0

    @property
    def unlisted(self) -> int:
        return len(self.restored) + len(self.removed)


def plan_forgetting(
    session: Session, county_code: str, *, import_id: UUID, undone: Collection[UUID]
) -> Forgetting:
    """Locks the people whom this list was the last to name. `undone`: lists that were taken back
    already, whose statements are not restored.
    """
    plan = Forgetting()
    for row in queries.lock_of_import(session, county_code, import_id=import_id):
        before = _find_before(row.previous, undone)
        if row.call_result is not None or _was_asked_since(row, before):
            plan.kept += 1
        elif before is None:
            plan.removed.append(row.id)
        else:
            letter = {name: getattr(row, name) for name in _LETTER}
            earlier = {"previous": before.get("previous")}
            plan.restored.append({**thaw(queries.STRANDED, before), **letter, **earlier})
    return plan


def _find_before(
    previous: Mapping[str, Any] | None, undone: Collection[UUID]
) -> Mapping[str, Any] | None:
    while previous is not None and UUID(previous["import_id"]) in undone:
        previous = previous.get("previous")
    return previous


def _was_asked_since(row: StrandedRow, before: Mapping[str, Any] | None) -> bool:
    asked = None if row.letter_id is None else str(row.letter_id)
    return asked != (before["letter_id"] if before else None)


def forget(work: Work, plan: Forgetting) -> None:
    """The keys of those who are removed are destroyed."""
    session, county_code, table = work.session, work.county_code, queries.STRANDED
    write_many(session, table, plan.restored, conflict="overwrite")
    delete_many(session, table, county_code=county_code, column="id", keys=plan.removed)
    work.context.vault.destroy(session, county_code, plan.removed, at=work.now())


# --- calls and letters ---------------------------------------------------------------------------
def list_chase(work: Work, *, cursor: Cursor, purpose: str | None) -> Page[ChaseLine]:
    """In a write transaction: each page is recorded as read, or, with a `purpose`, as exported."""
    found = queries.list_chase(work, cursor=cursor)
    people = answers.open_people(work, found[: cursor.limit])
    lines = {each.person.id: answers.make_chase_line(each) for each in people}
    shown = [line.model_dump() for line in lines.values()]
    kind = ListKind.STRANDED_CHASE
    if purpose is None:
        access.record_listing(work, list_kind=kind, trip_id=None, shown=shown)
    else:
        access.record_export(work, list_kind=kind, trip_id=None, shown=shown, purpose=purpose)
    return make_page(
        found,
        cursor=cursor,
        present=lambda each: lines[each.person.id],
        key=lambda each: each.person.id,
    )


def record_call(work: Work, *, stranded_id: UUID, wanted: CallIn) -> CallOut:
    """The same id again changes nothing. Raises id-reused for an id that told something else."""
    listed = queries.find_stranded(work, stranded_id=stranded_id)
    person = listed.person
    command = make_command(
        StrandedPersonCalled(stranded_id=stranded_id, result=wanted.result),
        identifier=wanted.id,
        kind=EventKind.STRANDED_PERSON_CALLED,
        stream=county_stream(work.county_code),
        now=work.now(),
        occurred_at=wanted.called_at,
        mode=Mode.AFTERWARDS,
    )
    receipt = work.record(command)
    if person.called_at is None or person.called_at <= command.happened_at:
        person.call_result = str(wanted.result)
        person.called_at = command.happened_at
        work.session.add(person)
    return CallOut(
        receipt=receipt, person=answers.mask_people(answers.open_people(work, [listed]))[0]
    )


def write_letter(work: Work, *, wanted: LetterIn) -> LetterOut:
    """Everybody of one bureau whom no letter named yet (`again`: all), in full; they are noted as
    asked for, and the export is recorded. Sent again it gives those whom it named, as they are now.
    Raises not-found for no division, id-reused for the id of a letter to another one.
    """
    if get_division(wanted.bureau) is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    people = queries.list_of_letter(work, letter_id=wanted.id)
    is_new = not people
    if any(each.person.bureau_code != wanted.bureau for each in people):
        raise DomainError(ErrorCode.ID_REUSED)
    if is_new:
        people = queries.lock_for_letter(work, bureau_code=wanted.bureau, again=wanted.again)
    letter = _compose(work, wanted, people, is_new=is_new)
    if not letter.lines:
        return letter
    shown = [line.model_dump() for line in letter.lines]
    if is_new:
        content = access.commit_to(work.context.vault.indexes, work.county_code, shown)
        _note(work, letter, content_hash=content)
    access.record_export(
        work,
        list_kind=ListKind.STRANDED_LETTER,
        trip_id=None,
        shown=shown,
        purpose=wanted.purpose,
    )
    return letter


def _compose(work: Work, wanted: LetterIn, people: Sequence[Listed], *, is_new: bool) -> LetterOut:
    bureau = BureauOut(
        code=wanted.bureau,
        name=full_name(wanted.bureau),
        people=len(people),
        fresh=sum(each.person.letter_id is None for each in people),
    )
    return LetterOut(
        id=wanted.id,
        bureau=bureau,
        sender_code=work.county_code,
        sender=full_name(work.county_code),
        requested_at=work.now() if is_new else people[0].person.requested_at,
        lines=[answers.make_letter_line(each) for each in answers.open_people(work, people)],
    )


def _note(work: Work, letter: LetterOut, *, content_hash: str) -> None:
    """One event, and who was asked for by the letter."""
    payload = StrandedPersonRequested(
        letter_id=letter.id,
        bureau=letter.bureau.code,
        count=len(letter.lines),
        content_hash=content_hash,
    )
    stream = county_stream(work.county_code)
    record_event(work, payload, kind=EventKind.STRANDED_PERSON_REQUESTED, stream=stream)
    table = queries.STRANDED
    statement = (
        update(table)
        .where(table.c.county_code == work.county_code, table.c.id == bindparam("person"))
        .values(
            letter_id=letter.id,
            requested_at=letter.requested_at,
            requested_by=work.actor.account_id,
        )
    )
    work.session.execute(statement, [{"person": line.id} for line in letter.lines])
