"""From an event as sent to a command: which kinds and permissions are accepted, how far a clock may be ahead
(24 h, flagged from 5 min) or behind (366 days), which difference of clocks is corrected. Nothing of the
business is judged here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.envelope import EventIn, EventsIn, Outcome, OutcomeStatus
from schemas.events.fields import split_payload
from schemas.events.kinds import EventKind, Mode, Source, StreamKind
from schemas.events.specs import EVENT_SPECS, IN_EVERY_STREAM
from schemas.shapes import describe_field
from service.auth import Actor
from service.errors import DomainError
from service.ledger.bodies import StreamKey, correct_clock
from service.recording.approvals import choose_permission
from service.recording.handlers import Command
from service.recording.recorder import Recorded, Recorder

REFUSED_AHEAD = timedelta(hours=24)
FLAGGED_AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=366)
SKEW_TOLERANCE = timedelta(seconds=30)
"""Below this the difference is the network's, not the clock's."""
LARGEST_SKEW = timedelta(hours=24)
"""A clock that is further off is not corrected but has to be set right."""
_YEARS = range(1990, 9000)
"""Outside of these sums of times may not even be computable."""


def read_command(
    event: EventIn,
    *,
    actor: Actor,
    stream: StreamKey,
    now: datetime,
    skew: timedelta,
) -> Command:
    """Raises DomainError for shape, clock, permission and for kinds that no door accepts here."""
    spec = EVENT_SPECS[event.kind]
    elsewhere = spec.stream is not stream.kind
    permission = choose_permission(spec, actor, source=event.source)
    if permission is None or (elsewhere and event.kind not in IN_EVERY_STREAM):
        raise DomainError(ErrorCode.EVENT_KIND_UNKNOWN, facts={"kind": str(event.kind)})
    if not elsewhere:  # outside of trips a reversal needs the permission of what it reverses
        actor.require(permission)
    if event.attachments and stream.kind is not StreamKind.TRIP:  # they belong to trips
        raise DomainError(ErrorCode.ATTACHMENT_UNKNOWN)
    payload = _read_payload(spec.payload, event)
    return make_command(
        payload,
        identifier=event.id,
        kind=event.kind,
        stream=stream,
        now=now,
        occurred_at=event.occurred_at,
        skew=skew,
        device=event.device,
        device_sequence=event.device_sequence,
        attachments=tuple(event.attachments),
        mode=event.mode,
        source=event.source,
    )


def make_command(
    payload: Input,
    *,
    identifier: UUID,
    kind: EventKind,
    stream: StreamKey,
    now: datetime,
    occurred_at: datetime | None = None,
    skew: timedelta = timedelta(),
    device: str | None = None,
    device_sequence: int | None = None,
    attachments: tuple[UUID, ...] = (),
    mode: Mode = Mode.LIVE,
    source: Source = Source.API,
) -> Command:
    """A command from a payload that is already valid (also the system's own)."""
    occurred = occurred_at or now
    skew_ms = skew // timedelta(milliseconds=1)
    happened = _tell_instant(occurred, skew_ms, now)
    split = split_payload(payload)
    return Command(
        id=identifier,
        kind=kind,
        stream=stream,
        payload=payload,
        public=split.public,
        personal=split.personal,
        occurred_at=occurred,
        happened_at=happened,
        skew_ms=skew_ms,
        device=device,
        device_sequence=device_sequence,
        attachments=attachments,
        mode=mode,
        source=source,
        clock_ahead=happened > now + FLAGGED_AHEAD,
    )


def clock_skew(sent_at: datetime | None, now: datetime) -> timedelta:
    """How far the sending device's clock is ahead of ours; zero when it cannot be told. Raises
    DomainError for a clock that is off by more than a day.
    """
    if sent_at is None:
        return timedelta()
    skew = sent_at - now
    if skew > LARGEST_SKEW:
        raise DomainError(ErrorCode.CLOCK_AHEAD)
    if skew < -LARGEST_SKEW:
        raise DomainError(ErrorCode.TIME_OUT_OF_RANGE)
    return skew if abs(skew) > SKEW_TOLERANCE else timedelta()


def _tell_instant(occurred: datetime, skew_ms: int, now: datetime) -> datetime:
    if occurred.year not in _YEARS:
        ahead = occurred.year > now.year
        raise DomainError(ErrorCode.CLOCK_AHEAD if ahead else ErrorCode.TIME_OUT_OF_RANGE)
    happened = correct_clock(occurred, skew_ms)
    if happened > now + REFUSED_AHEAD:
        raise DomainError(ErrorCode.CLOCK_AHEAD)
    if happened < now - OLDEST:
        raise DomainError(ErrorCode.TIME_OUT_OF_RANGE)
    return happened


def _read_payload(model: type[Input], event: EventIn) -> Input:
    try:
        return model.model_validate(event.data)
    except ValidationError as error:
        found = [describe_field(each) for each in error.errors()]
        raise DomainError(ErrorCode.FIELD_INVALID, errors=found) from error


def trip_stream(trip_id: UUID) -> StreamKey:
    return StreamKey(StreamKind.TRIP, trip_id)


def worker_stream(worker_id: UUID) -> StreamKey:
    return StreamKey(StreamKind.WORKER, worker_id)


@dataclass(frozen=True, slots=True)
class Said:
    """One body as read, in the order of the request; what could not be read is answered already."""

    parts: list[Command | Outcome]

    @property
    def commands(self) -> list[Command]:
        return [each for each in self.parts if isinstance(each, Command)]

    def merge(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """`outcomes` of the commands, in their order."""
        waiting = iter(outcomes)
        return [each if isinstance(each, Outcome) else next(waiting) for each in self.parts]


def read_events(actor: Actor, *, body: EventsIn, stream: StreamKey, now: datetime) -> Said:
    """Raises DomainError for a sending clock that is off by more than a day."""
    skew = clock_skew(body.sent_at, now)

    def read(event: EventIn) -> Command | Outcome:
        try:
            return read_command(event, actor=actor, stream=stream, now=now, skew=skew)
        except DomainError as error:
            problem = error.problem()
            return Outcome(id=event.id, status=OutcomeStatus.REFUSED, problem=problem)

    return Said([read(event) for event in body.events])


def take_events(
    session: Session,
    actor: Actor,
    *,
    body: EventsIn,
    stream: StreamKey,
    recorder: Recorder,
    now: datetime,
) -> Recorded:
    """In the order of the request; each event for itself, also one that cannot even be read."""
    said = read_events(actor, body=body, stream=stream, now=now)
    recorded = recorder.run(session, actor, said.commands, now=now)
    return replace(recorded, outcomes=said.merge(recorded.outcomes))
