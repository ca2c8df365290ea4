"""Opening, correcting and cancelling batches, each with its event: numbers stand once, the enterprise is the
county's; where trips of the batch follow a new destination and when it stands; how a batch is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json, to_jsonable_python

from schemas.batches import BatchIn, BatchOut, BatchPatch, BatchState
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import BatchChanged, BatchOpened
from schemas.events.payloads_trips import Reason, TripChanged
from schemas.ids import derive_id
from schemas.permissions import Permission
from schemas.shapes import FieldText
from service.clock import new_id
from service.context import Work
from service.errors import DomainError, object_to, refusal_of
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey, content_hash
from service.ledger.parts import open_contents
from service.recording.commands import make_command, trip_stream
from service.recording.handlers import Command
from service.rest import check_version
from service.trips.actions.events import record_one
from service.trips.actions.plans import check_enterprises, check_number, hash_plan
from service.trips.models import Batch
from service.trips.queries import lists
from service.trips.queries.states import load_views
from service.trips.rules.overview import TripView
from service.trips.rules.trip_states import ENDED, UNLOCKED

NAMED: Final = 10
"""So many trips stand in a refusal by their numbers."""


def open_batch(work: Work, *, body: BatchIn) -> None:
    """The same id with the same content again changes nothing, whatever was corrected since; with other
    content: id-reused, naming the fields that differ."""
    content = body.model_dump(mode="json", exclude_none=True)
    stream = StreamKey(StreamKind.BATCH, body.id)
    lock_or_open_streams(work.session, work.county_code, [stream])
    stored = work.session.get(Batch, (work.county_code, body.id))
    if stored is not None:
        if stored.content_hash != content_hash(content):
            differing = [name for name, said in body if getattr(stored, name) != said]
            raise DomainError(ErrorCode.ID_REUSED, facts={"fields": differing})
        return
    check_number(work, Batch, body.number)
    check_enterprises(work, named=[body.enterprise_id], field="enterprise_id")
    work.session.add(
        Batch(
            county_code=work.county_code,
            content_hash=content_hash(content),
            created_at=work.now(),
            version=1,
            **_make_columns(body.model_dump()),
        )
    )
    work.session.flush()
    record_one(
        work,
        payload=BatchOpened(number=body.number, content_hash=content_hash(content)),
        identifier=derive_id(body.id, "opened"),
        kind=EventKind.BATCH_OPENED,
        stream=stream,
    )


def _make_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if name in {"direction", "organiser_kind"} else value
        for name, value in values.items()
    }


def change_batch(work: Work, *, batch_id: UUID, version: int, body: BatchPatch) -> Batch:
    """Fields that were sent replace what is there. A stale version answers version-stale, a cancelled batch
    batch-cancelled. With a new destination go all its trips; destination-fixed where one of them cannot.
    """
    stream, batch = _lock_batch(work, batch_id)
    check_version(_read_version(batch), version)
    if batch.cancelled_at is not None:
        raise DomainError(ErrorCode.BATCH_CANCELLED)
    given = _make_columns(body.model_dump(exclude_unset=True))
    if given.get("number", batch.number) != batch.number:
        check_number(work, Batch, given["number"])
    check_enterprises(work, named=[given.get("enterprise_id")], field="enterprise_id")
    moved = given.get("destination_code", batch.destination_code) != batch.destination_code
    for name, value in given.items():
        setattr(batch, name, value)
    _check_window(batch, given)
    batch.version = version + 1
    work.session.flush()
    payload = BatchChanged(
        version=version + 1,
        number=batch.number,
        fields=sorted(given),
        content_hash=content_hash(_describe(batch)),
    )
    changed = new_id(work.context.clock)
    record_one(
        work, payload=payload, identifier=changed, kind=EventKind.BATCH_CHANGED, stream=stream
    )
    if moved:
        _move_trips(work, batch, cause=changed)
    return batch


def _lock_batch(work: Work, batch_id: UUID) -> tuple[StreamKey, Batch]:
    """Whoever opens a trip in the batch waits for the same lock. Raises not-found."""
    stream = StreamKey(StreamKind.BATCH, batch_id)
    lock_or_open_streams(work.session, work.county_code, [stream])
    return stream, lists.find_batch(work, batch_id=batch_id)


def _read_version(batch: Batch) -> int:
    """Rows that were written before there were versions have none."""
    return batch.version or 1


def _check_window(batch: Batch, given: Iterable[str]) -> None:
    """As it stands after the change; named is the end that was sent."""
    if batch.window_from > batch.window_to:
        field = "window_to" if "window_to" in given else "window_from"
        problem = object_to(field, FieldText.WINDOW_REVERSED)
        raise DomainError(ErrorCode.FIELD_INVALID, errors=[problem])


def _describe(batch: Batch) -> dict[str, Any]:
    """What the events commit to: in the form in which a batch is opened."""
    values = {name: getattr(batch, name) for name in BatchIn.model_fields}
    described: dict[str, Any] = to_jsonable_python(
        {name: value for name, value in values.items() if value is not None}
    )
    return described


def _move_trips(work: Work, batch: Batch, *, cause: UUID) -> None:
    """A trip goes where its batch goes. Raises destination-fixed where one of them was filed with the old
    destination, or its list was locked."""
    ids = [each.id for each in lists.list_trips_of_batch(work, batch_id=batch.id)]
    lock_or_open_streams(work.session, work.county_code, [trip_stream(each) for each in ids])
    views = load_views(work.session, work.county_code, ids)
    going = [each for each in views.values() if each.course.cancelled_at is None]
    fixed = sorted(each.plan.number for each in going if not _can_move(each))
    if fixed:
        raise _refuse(ErrorCode.DESTINATION_FIXED, fixed)
    moving = [_move_trip(work, view, batch, cause=cause) for view in going]
    work.session.flush()
    recorded = work.context.recorder.run(work.session, work.actor, moving, now=work.now())
    for outcome in recorded.outcomes:
        if outcome.problem is not None:
            raise refusal_of(outcome.problem)


def _can_move(view: TripView) -> bool:
    """A filing went to the bureau of the destination that it had."""
    return view.course.state in UNLOCKED and view.course.filed_at is None


def _move_trip(work: Work, view: TripView, batch: Batch, *, cause: UUID) -> Command:
    """Changes the row; gives what tells of it: of all trips at once, so that the streams of all their workers
    are locked in one order."""
    trip = lists.find_trip(work, view.id)
    trip.destination_code = batch.destination_code
    trip.version += 1
    payload = TripChanged(
        version=trip.version,
        fields=["destination_code"],
        plan_hash=hash_plan(work, to_json({"destination_code": batch.destination_code}).decode()),
        handover_point_ids=[each.id for each in view.plan.handover_points],
    )
    return make_command(
        payload,
        identifier=derive_id(cause, view.id.hex),
        kind=EventKind.TRIP_CHANGED,
        stream=trip_stream(view.id),
        now=work.now(),
    )


def _refuse(code: ErrorCode, numbers: Sequence[str]) -> DomainError:
    """Names the first trips, and how many they are."""
    return DomainError(code, facts={"count": len(numbers), "trips": list(numbers[:NAMED])})


def cancel_batch(work: Work, *, batch_id: UUID, reason: str) -> Batch:
    """For good: it takes no new trips and is not changed any more; its closed trips stay. Cancelled already:
    nothing is written. Raises trips-open while one of its trips is neither cancelled nor closed.
    """
    stream, batch = _lock_batch(work, batch_id)
    if batch.cancelled_at is not None:
        return batch
    trips = lists.list_trips_of_batch(work, batch_id=batch_id)
    waiting = [each.number for each in trips if each.state not in ENDED]
    if waiting:
        raise _refuse(ErrorCode.TRIPS_OPEN, waiting)
    batch.cancelled_at = work.now()
    batch.version = _read_version(batch) + 1
    work.session.flush()
    record_one(
        work,
        payload=Reason(reason=reason),
        identifier=_cancelling_of(batch_id),
        kind=EventKind.BATCH_CANCELLED,
        stream=stream,
    )
    return batch


def _cancelling_of(batch_id: UUID) -> UUID:
    """The id of its event: there is at most one."""
    return derive_id(batch_id, "cancelled")


# --- how it is shown ----------------------------------------------------------------------------
def find_batch(work: Work, *, batch_id: UUID) -> BatchOut:
    """Raises not-found."""
    return show_batch(work, lists.find_batch(work, batch_id=batch_id))


def show_batch(work: Work, batch: Batch) -> BatchOut:
    return show_batches(work, [batch])[0]


def show_batches(work: Work, batches: Sequence[Batch]) -> list[BatchOut]:
    """One read of reasons for all; none where none was cancelled."""
    reasons = _open_reasons(work, [each.id for each in batches if each.cancelled_at is not None])
    return [_show(each, reasons.get(_cancelling_of(each.id))) for each in batches]


def _show(batch: Batch, reason: str | None) -> BatchOut:
    values = {name: getattr(batch, name) for name in BatchIn.model_fields}
    return BatchOut(
        **values,
        version=_read_version(batch),
        state=BatchState.OPEN if batch.cancelled_at is None else BatchState.CANCELLED,
        cancelled_at=batch.cancelled_at,
        cancelled_reason=reason,
    )


def _open_reasons(work: Work, batch_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Event → the reason, for whoever opens and cancels batches: it may name people."""
    if not batch_ids or not work.actor.may(Permission.BATCH_WRITE):
        return {}
    contents = open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        [_cancelling_of(each) for each in batch_ids],
        classes=[PersonalClass.NOTE],
    )
    return {key: content["reason"] for key, content in contents.items()}
