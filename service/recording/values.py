"""The plain values of recording: commands in, facts for the fold and their order, decisions out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode, Nature, Source
from schemas.events.specs import EVENT_SPECS
from schemas.texts import Language, get_language
from service.auth import Actor
from service.ledger.bodies import StreamKey, correct_clock, read_body
from service.ledger.queries import EventRow

BEGINNINGS = frozenset({EventKind.TRIP_OPENED, EventKind.PASSENGER_ASSIGNED})
"""Come first in their subject's fold, whatever the clocks say: nothing can happen to a passenger
before there is one, but the coordinator's clock may run a little behind the escort's. So they are
never a subject's latest fact."""


class FoldKey(NamedTuple):
    """The order of happening: corrected time, the device's own count, the (time-ordered) id."""

    happened_at: datetime
    device_sequence: int
    event_id: UUID


V = TypeVar("V")


@dataclass(frozen=True, slots=True, eq=False)
class Loader(Generic[V]):
    """Values of a feature that handlers of other features ask for, by id: read once for all commands
    of a group, and what was changed of them is saved once. Without `save` they are only read.
    """

    name: str
    load: Callable[[Session, str, Iterable[UUID]], dict[UUID, V]]
    save: Callable[[Session, str, Mapping[UUID, V]], None] | None = None


class Need(NamedTuple):
    """Something that a handler wants loaded."""

    loader: Loader[Any]
    id: UUID


@dataclass(frozen=True, slots=True)
class Command:
    """One statement as received, its shape validated: not yet judged."""

    id: UUID
    kind: EventKind
    stream: StreamKey
    payload: Input
    public: dict[str, Any]
    personal: dict[tuple[str, PersonalClass], dict[str, Any]]
    occurred_at: datetime
    happened_at: datetime
    skew_ms: int
    device_sequence: int
    mode: Mode
    source: Source
    clock_ahead: bool = False
    """Up to 24 h ahead of the server: recorded, and flagged."""

    @property
    def fold_key(self) -> FoldKey:
        return FoldKey(self.happened_at, self.device_sequence, self.id)

    @property
    def live(self) -> bool:
        return self.mode is Mode.LIVE

    @property
    def decides_now(self) -> bool:
        """Judged against the present, and so of the present, whatever the sender's clock says."""
        return self.live and EVENT_SPECS[self.kind].nature is Nature.DECISION

    def taken_at(self, instant: datetime) -> "Command":
        """The same, happening then (to the millisecond); what the sender said stays beside it."""
        skew_ms = (self.occurred_at - instant) // timedelta(milliseconds=1)
        happened = correct_clock(self.occurred_at, skew_ms)
        return replace(self, skew_ms=skew_ms, happened_at=happened)

    def told_after(self, last: FoldKey | None, tick: timedelta) -> "Command":
        """A live observation is judged against the present. Told in whole seconds or minutes, it means
        that second or minute: not before what is already known of its subject within it.
        """
        if last is None or not self.live or self.kind in BEGINNINGS:
            return self
        within = self.happened_at < last.happened_at < self.happened_at + self._told_unit
        return self.taken_at(last.happened_at + tick) if within else self

    @property
    def _told_unit(self) -> timedelta:
        if self.occurred_at.microsecond:
            return timedelta()
        return timedelta(seconds=1) if self.occurred_at.second else timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Request:
    """What one account says at once, and the language in which it wants to be answered."""

    actor: Actor
    commands: Sequence[Command]
    language: Language = field(default_factory=get_language)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as its subject's fold sees it: public values only, so that it survives erasure."""

    key: FoldKey
    kind: EventKind
    subject_id: UUID
    worker_id: UUID | None
    data: dict[str, Any]
    decided: dict[str, Any]
    mode: Mode
    actor_id: UUID

    @property
    def at(self) -> datetime:
        return self.key.happened_at

    def value(self, name: str) -> Any:
        """What the system decided, else what the sender said."""
        return self.decided.get(name, self.data.get(name))

    def identifier(self, name: str) -> UUID | None:
        value = self.value(name)
        return UUID(value) if value is not None else None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a handler answers. `refused` None: the event is recorded as it was sent."""

    subject_id: UUID
    worker_id: UUID | None = None
    refused: ErrorCode | None = None
    refusal_facts: dict[str, object] = field(default_factory=dict)
    kept_as: EventKind | None = None
    """A refusal that is itself a fact (a live boarding at the gate) is kept under this kind."""
    decided: dict[str, Any] = field(default_factory=dict)
    sealed: dict[PersonalClass, dict[str, Any]] = field(default_factory=dict)
    """What the decision adds about the worker that is not public (why the gate refused)."""
    policy_version: str | None = None


def refuse(code: ErrorCode, **facts: object) -> Decision:
    return Decision(subject_id=UUID(int=0), refused=code, refusal_facts=facts)


def fact_of_row(row: EventRow) -> Fact:
    """The event as its subject's fold sees it."""
    body = read_body(row.body)
    return Fact(
        key=FoldKey(row.happened_at, row.device_sequence, row.id),
        kind=EventKind(body.kind),
        subject_id=row.subject_id,
        worker_id=row.worker_id,
        data=body.data,
        decided=body.decided,
        mode=Mode(body.mode),
        actor_id=UUID(body.actor),
    )


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """In the order of happening, without what was reversed and without the reversals."""
    listed = list(facts)
    gone = {each.identifier("event_id") for each in listed if each.kind is EventKind.EVENT_REVERSED}
    kept = [
        each
        for each in listed
        if each.kind is not EventKind.EVENT_REVERSED and each.key.event_id not in gone
    ]
    return sorted(kept, key=lambda each: (each.kind not in BEGINNINGS, each.key))
