"""Notes of health: recorded, one or many at once, of people in the account's scope; one worker's, opened for
who may read them, with the access.
"""

from datetime import timedelta
from uuid import UUID

from schemas.base import Page
from schemas.errors import ErrorCode, Problem
from schemas.events.envelope import Outcome, OutcomeStatus, Unreadable
from schemas.events.kinds import EventKind
from schemas.events.payloads_health import WorkerHealthNoted
from schemas.events.payloads_records import ListKind
from schemas.health_notes import NoteWhat, ProofInvalidated, asks_again
from schemas.health_records import (
    HealthRecordIn,
    HealthRecordOut,
    HealthRecordsIn,
    HealthRecordsOut,
)
from schemas.messages import make_problem
from schemas.shapes import FieldText, describe_field
from service.accounts import access
from service.context import Work
from service.errors import DomainError, object_to
from service.health.queries import OpenedNote, open_notes
from service.recording.commands import choose_skew, clock_skew, make_command, worker_stream
from service.recording.handlers import Command
from service.registry.queries import find_worker, list_in_scope
from service.rest import Cursor, cut_page


def record_health(work: Work, *, body: HealthRecordsIn) -> HealthRecordsOut:
    """Each note for itself, in order. Refused are what cannot be read (field-invalid), people outside of the
    account's scope (not-found), dates to come, and what the recorder has against it. Raises clock-ahead or
    time-out-of-range for a sending clock that is off by more than a day.
    """
    skew = clock_skew(body.sent_at, work.now())
    readable = [each for each in body.records if isinstance(each, HealthRecordIn)]
    seen = list_in_scope(work, worker_ids=[each.worker_id for each in readable])
    parts = [
        _read(work, each, seen, position=position, skew=skew)
        for position, each in enumerate(body.records)
    ]
    commands = [each for each in parts if isinstance(each, Command)]
    recorded = work.context.recorder.run(work.session, work.actor, commands, now=work.now())
    waiting = iter(recorded.outcomes)
    outcomes = [next(waiting) if isinstance(each, Command) else each for each in parts]
    again = [isinstance(each, HealthRecordIn) and asks_again(each.content) for each in body.records]
    return HealthRecordsOut(
        outcomes=[
            each.model_copy(update={"measure_again": low}) if low and each.receipt else each
            for each, low in zip(outcomes, again, strict=True)
        ]
    )


def _read(
    work: Work,
    record: HealthRecordIn | Unreadable,
    seen: set[UUID],
    *,
    position: int,
    skew: timedelta,
) -> Command | Outcome:
    if isinstance(record, Unreadable):
        errors = [describe_field(each, is_event=True) for each in record.errors]
        return _refuse(record.id, position, make_problem(ErrorCode.FIELD_INVALID, errors=errors))
    if record.worker_id not in seen:
        unknown = [object_to("worker_id", FieldText.NO_REFERENCE)]
        return _refuse(record.id, position, make_problem(ErrorCode.NOT_FOUND, errors=unknown))
    try:
        return _make_command(work, record, position=position, skew=skew)
    except DomainError as error:
        return _refuse(record.id, position, error.problem())


def _refuse(identifier: UUID | None, position: int, problem: Problem) -> Outcome:
    return Outcome(id=identifier, position=position, status=OutcomeStatus.REFUSED, problem=problem)


def _make_command(work: Work, record: HealthRecordIn, *, position: int, skew: timedelta) -> Command:
    return make_command(
        WorkerHealthNoted(content=record.content),
        identifier=record.id,
        kind=EventKind.WORKER_HEALTH_NOTED,
        stream=worker_stream(record.worker_id),
        now=work.now(),
        occurred_at=record.occurred_at,
        skew=choose_skew(record.clock_offset_ms, skew),
        mode=record.mode,
        source=record.source,
        position=position,
    )


def read_health_records(work: Work, *, worker_id: UUID, cursor: Cursor) -> Page[HealthRecordOut]:
    """Those that stand, newest first. Needs a write transaction: the reading is recorded first. Raises
    not-found outside of the actor's scope, request-invalid for a cursor of another list.
    """
    find_worker(work, worker_id=worker_id)
    vault = work.context.vault
    notes = open_notes(work.session, vault, work.county_code, worker_ids=[worker_id])
    gone = {each.content.proof_id for each in notes if isinstance(each.content, ProofInvalidated)}
    shown, further = cut_page(notes, cursor=cursor, key=lambda each: each.event_id)
    items = [_show(each, is_invalid=each.event_id in gone) for each in shown]
    rows = [item.model_dump(mode="json") for item in items]
    access.record_listing(
        work, list_kind=ListKind.HEALTH_RECORDS, trip_id=None, shown=rows, people=[worker_id]
    )
    return Page[HealthRecordOut](items=items, next=further)


def _show(note: OpenedNote, *, is_invalid: bool) -> HealthRecordOut:
    return HealthRecordOut(
        id=note.event_id,
        worker_id=note.worker_id,
        at=note.at,
        recorded_at=note.recorded_at,
        account_id=note.actor_id,
        what=NoteWhat(note.content.what) if note.content else None,
        invalidated=is_invalid,
        content=note.content,
    )
