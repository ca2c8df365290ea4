"""From an event as sent to a command: which kinds and permissions are accepted, how far a clock may be ahead
(24 h, flagged from 5 min) or behind (366 days), which difference of clocks is corrected, and by whose word;
a live decision is of now. Nothing of the business is judged here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.envelope import EventIn, EventsIn, Outcome, OutcomeStatus, Unreadable
from schemas.events.fields import split_payload
from schemas.events.kinds import EventKind, Mode, Source, StreamKind
from schemas.events.specs import EVENT_SPECS, IN_EVERY_STREAM
from schemas.shapes import describe_field
from service.auth import Actor
from service.errors import DomainError
from service.ledger.bodies import StreamKey, correct_clock
from service.recording.approvals import choose_permission
from service.recording.handlers import (
    Command,
    Decision,
    SimpleHandler,
    Workspace,
    decides_now,
    refuse,
)
from service.recording.recorder import Recorded, Recorder
from service.recording.unread import Arrival, Unread, keep_unread
from service.vault.vault import Vault

REFUSED_AHEAD = timedelta(hours=24)
FLAGGED_AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=366)
SKEW_TOLERANCE = timedelta(seconds=30)
"""Below this the difference is the network's, not the clock's."""
LARGEST_SKEW = timedelta(hours=24)
"""A clock that is further off is not corrected but has to be set right."""
_MILLISECOND = timedelta(milliseconds=1)
_YEARS = range(1990, 9000)
"""Outside of these sums of times may not even be computable."""


def read_command(
    event: EventIn,
    *,
    position: int,
    actor: Actor,
    stream: StreamKey,
    now: datetime,
    skew: timedelta,
) -> Command:
    """Raises DomainError for shape, clock, permission and for kinds that no door accepts here."""
    _check_kind(event.kind, actor, stream, source=event.source)
    if event.attachments and stream.kind is not StreamKind.TRIP:  # they belong to trips
        raise DomainError(ErrorCode.ATTACHMENT_UNKNOWN)
    payload = _read_payload(EVENT_SPECS[event.kind].payload, event)
    return make_command(
        payload,
        position=position,
        identifier=event.id,
        kind=event.kind,
        stream=stream,
        now=now,
        occurred_at=event.occurred_at,
        skew=choose_skew(event.clock_offset_ms, skew),
        device=event.device,
        device_sequence=event.device_sequence,
        attachments=tuple(event.attachments),
        mode=event.mode,
        source=event.source,
    )


def _check_kind(
    kind: EventKind, actor: Actor, stream: StreamKey, *, source: Source = Source.API
) -> None:
    spec = EVENT_SPECS[kind]
    elsewhere = spec.stream is not stream.kind
    permission = spec.permission
    if spec.approval is not None:
        permission = choose_permission(spec, actor, source=source)
    if permission is None or (elsewhere and kind not in IN_EVERY_STREAM):
        raise DomainError(ErrorCode.EVENT_KIND_UNKNOWN, facts={"kind": str(kind)})
    if not elsewhere:  # outside of trips a reversal needs the permission of what it reverses
        actor.require(permission)


def _check_may_tell(item: Unreadable, actor: Actor, stream: StreamKey) -> None:
    """What an event of its kind is asked; of an unknown kind, whether the actor may tell anything of
    such a stream."""
    if item.kind is not None:
        _check_kind(item.kind, actor, stream)
        return
    wanted = {spec.permission for spec in EVENT_SPECS.values() if spec.stream is stream.kind}
    if not any(each is not None and actor.may(each) for each in wanted):
        raise DomainError(ErrorCode.PERMISSION_DENIED)


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
    position: int = 0,
) -> Command:
    """A command from a payload that is already valid (also the system's own). Without `occurred_at` it
    happens now. A live decision happens now whatever its sender's clock said.
    """
    occurred = occurred_at or now
    is_now = decides_now(kind, mode)
    skew_ms = ((occurred - now) if is_now else skew) // _MILLISECOND
    happened = _tell_instant(occurred, skew_ms, now, is_now=is_now)
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
        is_dated=occurred_at is not None,
        clock_ahead=happened > now + FLAGGED_AHEAD,
        position=position,
    )


def clock_skew(sent_at: datetime | None, now: datetime) -> timedelta:
    """How far the sending device's clock is ahead of ours; zero when it cannot be told. Raises
    DomainError for a clock that is off by more than a day.
    """
    if sent_at is None:
        return timedelta()
    skew = sent_at - now
    _check_clock(skew, LARGEST_SKEW)
    return skew if abs(skew) > SKEW_TOLERANCE else timedelta()


def choose_skew(clock_offset_ms: int | None, of_request: timedelta) -> timedelta:
    """An event's own where it has one, however small: a device tells it, no network blurs it. Raises
    DomainError for one of more than a day."""
    if clock_offset_ms is None:
        return of_request
    _check_clock(clock_offset_ms, LARGEST_SKEW // _MILLISECOND)
    return clock_offset_ms * _MILLISECOND


C = TypeVar("C", int, timedelta)


def _check_clock(ahead: C, largest: C) -> None:
    if ahead > largest:
        raise DomainError(ErrorCode.CLOCK_AHEAD)
    if ahead < -largest:
        raise DomainError(ErrorCode.TIME_OUT_OF_RANGE)


def _tell_instant(occurred: datetime, skew_ms: int, now: datetime, *, is_now: bool) -> datetime:
    if occurred.year not in _YEARS:
        ahead = occurred.year > now.year and not is_now
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
        found = [describe_field(each, is_event=True) for each in error.errors()]
        raise DomainError(ErrorCode.FIELD_INVALID, errors=found) from error


def _refuse_retired(_workspace: Workspace, command: Command) -> Decision:
    """What is in the ledger still repeats, nothing new is taken. Names the kind to use."""
    use = EVENT_SPECS[command.kind].use
    return refuse(ErrorCode.EVENT_KIND_RETIRED, kind=str(command.kind), use=str(use))


RETIRED: Final = SimpleHandler(_refuse_retired)
"""Of every kind of before, whose place another took."""


def trip_stream(trip_id: UUID) -> StreamKey:
    return StreamKey(StreamKind.TRIP, trip_id)


def worker_stream(worker_id: UUID) -> StreamKey:
    return StreamKey(StreamKind.WORKER, worker_id)


@dataclass(frozen=True, slots=True)
class Said:
    """One body as read, in the order of the request; what was refused by then is answered already."""

    parts: list[Command | Outcome | Unread]

    @property
    def commands(self) -> list[Command]:
        return [each for each in self.parts if isinstance(each, Command)]

    @property
    def unread(self) -> list[Unread]:
        return [each for each in self.parts if isinstance(each, Unread)]

    def merge(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """`outcomes` of the commands, in their order; unread ones as if they were kept."""
        waiting = iter(outcomes)
        return [
            next(waiting) if isinstance(each, Command) else _answer(each) for each in self.parts
        ]

    def tell_not_kept(self, outcomes: Sequence[Outcome], kept: Collection[int]) -> list[Outcome]:
        """The outcomes of the whole request, after it is known which unread items are kept."""
        lost = {each.position: each for each in self.unread if each.position not in kept}
        return [
            lost[each.position].answer(kept=False) if each.position in lost else each
            for each in outcomes
        ]


def _answer(part: Outcome | Unread) -> Outcome:
    return part.answer(kept=True) if isinstance(part, Unread) else part


def read_events(
    actor: Actor, *, body: EventsIn, stream: StreamKey, now: datetime, first: int = 0
) -> Said:
    """`first`: the place of the body's first event in the request. Raises DomainError for a sending clock
    that is off by more than a day."""
    skew = clock_skew(body.sent_at, now)

    def read(position: int, event: EventIn | Unreadable) -> Command | Outcome | Unread:
        try:
            if isinstance(event, Unreadable):
                _check_may_tell(event, actor, stream)
                return Unread(position, event)
            return read_command(
                event, position=position, actor=actor, stream=stream, now=now, skew=skew
            )
        except DomainError as error:
            problem = error.problem()
            return Outcome(
                id=event.id, position=position, status=OutcomeStatus.REFUSED, problem=problem
            )

    return Said([read(position, event) for position, event in enumerate(body.events, first)])


def take_events(
    session: Session,
    actor: Actor,
    *,
    body: EventsIn,
    stream: StreamKey,
    recorder: Recorder,
    vault: Vault,
    now: datetime,
) -> Recorded:
    """In the order of the request; each event for itself, also one that cannot even be read: it is kept
    beside the ledger."""
    said = read_events(actor, body=body, stream=stream, now=now)
    recorded = recorder.run(session, actor, said.commands, now=now)
    outcomes, arrival = (
        said.merge(recorded.outcomes),
        Arrival(actor.account_id, stream, said.unread),
    )
    (kept,) = keep_unread(session, actor.county_code, arrivals=[arrival], vault=vault, now=now)
    return replace(recorded, outcomes=said.tell_not_kept(outcomes, kept))
