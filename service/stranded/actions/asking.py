"""Asking after people: by telephone, and by letter to the bureau of their home county."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.base import Input, Page
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, Mode
from schemas.events.payloads_records import ListKind, StrandedPersonCalled, StrandedPersonRequested
from schemas.stranded import BureauOut, CallIn, CallOut, ChaseLine, LetterIn, LetterOut
from service.accounts import access
from service.auth import Actor
from service.clock import new_id
from service.context import Context
from service.errors import DomainError
from service.paging import Cursor, make_page
from service.recording.commands import make_command
from service.recording.described import county_stream
from service.recording.values import Command
from service.stranded import presenting, queries


def list_chase(
    context: Context, session: Session, actor: Actor, *, cursor: Cursor, purpose: str | None
) -> Page[ChaseLine]:
    """In a write transaction: each page is recorded as read, or, with a `purpose`, as exported."""
    rows = queries.list_chase(session, actor, cursor=cursor)
    people = presenting.open_people(context, session, actor.county_code, rows[: cursor.limit])
    lines = {each.row["id"]: presenting.make_chase_line(each) for each in people}
    shown = [line.model_dump() for line in lines.values()]
    kind = ListKind.STRANDED_CHASE
    if purpose is None:
        access.record_listing(context, session, actor, list_kind=kind, trip_id=None, shown=shown)
    else:
        access.record_export(
            context, session, actor, list_kind=kind, trip_id=None, shown=shown, purpose=purpose
        )
    return make_page(
        rows, cursor=cursor, present=lambda row: lines[row["id"]], key=lambda row: row["id"]
    )


def record_call(
    context: Context, session: Session, actor: Actor, *, stranded_id: UUID, wanted: CallIn
) -> CallOut:
    """The same id again changes nothing. Raises id-reused for an id that told something else."""
    row = queries.find_stranded(session, actor, stranded_id=stranded_id)
    command = make_command(
        StrandedPersonCalled(stranded_id=stranded_id, result=wanted.result),
        identifier=wanted.id,
        kind=EventKind.STRANDED_PERSON_CALLED,
        stream=county_stream(actor.county_code),
        now=context.now(),
        occurred_at=wanted.called_at,
        mode=Mode.AFTERWARDS,
    )
    receipt = _record(context, session, actor, command)
    if row["called_at"] is None or row["called_at"] <= command.happened_at:
        table = queries.STRANDED
        session.execute(
            update(table)
            .where(table.c.county_code == actor.county_code, table.c.id == stranded_id)
            .values(call_result=str(wanted.result), called_at=command.happened_at)
        )
    row = queries.find_stranded(session, actor, stranded_id=stranded_id)
    people = presenting.open_people(context, session, actor.county_code, [row])
    return CallOut(receipt=receipt, person=presenting.mask_people(people)[stranded_id])


def write_letter(
    context: Context, session: Session, actor: Actor, *, wanted: LetterIn
) -> LetterOut:
    """Everybody of one bureau whom no letter named yet (`again`: all), in full; they are noted as
    asked for, and the export is recorded. Sent again it gives those whom it named, as they are now.
    Raises not-found for no division, id-reused for the id of a letter to another one.
    """
    if get_division(wanted.bureau) is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    rows = queries.list_of_letter(session, actor, letter_id=wanted.id)
    is_new = not rows
    if any(row["bureau_code"] != wanted.bureau for row in rows):
        raise DomainError(ErrorCode.ID_REUSED)
    if is_new:
        rows = queries.lock_for_letter(
            session, actor, bureau_code=wanted.bureau, again=wanted.again
        )
    letter = _compose(context, session, actor, wanted, rows, is_new=is_new)
    if not letter.lines:
        return letter
    shown = [line.model_dump() for line in letter.lines]
    if is_new:
        _note(context, session, actor, letter, shown_hash=access.commit_to(context, actor, shown))
    access.record_export(
        context,
        session,
        actor,
        list_kind=ListKind.STRANDED_LETTER,
        trip_id=None,
        shown=shown,
        purpose=wanted.purpose,
    )
    return letter


def _compose(
    context: Context,
    session: Session,
    actor: Actor,
    wanted: LetterIn,
    rows: Sequence[RowMapping],
    *,
    is_new: bool,
) -> LetterOut:
    people = presenting.open_people(context, session, actor.county_code, rows)
    bureau = BureauOut(
        code=wanted.bureau,
        name=full_name(wanted.bureau),
        people=len(rows),
        fresh=sum(row["letter_id"] is None for row in rows),
    )
    return LetterOut(
        id=wanted.id,
        bureau=bureau,
        sender_code=actor.county_code,
        sender=full_name(actor.county_code),
        requested_at=context.now() if is_new else rows[0]["requested_at"],
        lines=[presenting.make_letter_line(each) for each in people],
    )


def _note(
    context: Context, session: Session, actor: Actor, letter: LetterOut, *, shown_hash: str
) -> None:
    payload = StrandedPersonRequested(
        letter_id=letter.id,
        bureau=letter.bureau.code,
        count=len(letter.lines),
        content_hash=shown_hash,
    )
    _record(context, session, actor, _make_letter_command(context, actor, payload))
    table = queries.STRANDED
    statement = (
        update(table)
        .where(table.c.county_code == actor.county_code, table.c.id == bindparam("person"))
        .values(
            letter_id=letter.id, requested_at=letter.requested_at, requested_by=actor.account_id
        )
    )
    session.execute(statement, [{"person": line.id} for line in letter.lines])


def _make_letter_command(context: Context, actor: Actor, payload: Input) -> Command:
    return make_command(
        payload,
        identifier=new_id(context.clock),
        kind=EventKind.STRANDED_PERSON_REQUESTED,
        stream=county_stream(actor.county_code),
        now=context.now(),
    )


def _record(context: Context, session: Session, actor: Actor, command: Command) -> Receipt:
    (outcome,) = context.recorder.record(session, actor, [command], now=context.now())
    if outcome.receipt is None:
        raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
    return outcome.receipt
