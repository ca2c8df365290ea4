"""The types of handlers (commands, facts, needs, decisions, workspace) and what features plug in; the order
in which facts are folded, and how a live event is placed after what is known of its subject.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Nature, Source, StreamKind
from schemas.events.specs import EVENT_SPECS
from schemas.texts import Language, get_language
from service.auth import Actor
from service.ledger.bodies import StreamKey, correct_clock, read_body
from service.ledger.queries import EventRow
from service.vault.vault import BlindIndex

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


GATE = "gate"
"""Parts of this name hold what the gate added; the sender never said it."""


def part_name(about: str, personal_class: PersonalClass) -> str:
    return f"{about}.{personal_class}"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is in the ledger, or that this group is about to append.

    `part_names` are those that it was made with; of an erased part the name remains.
    """

    stream: StreamKey
    subject_id: UUID
    worker_id: UUID | None
    kind: EventKind
    sent_kind: EventKind
    occurred_at: datetime
    device_sequence: int
    mode: Mode
    source: Source
    data: dict[str, Any]
    decided: dict[str, Any]
    exceptions: tuple[str, ...]
    part_names: frozenset[str]
    parts: dict[str, dict[str, Any]]
    receipt: Receipt | None

    @property
    def refused(self) -> ErrorCode | None:
        """Why the gate kept it as a refusal; erased with the person, a refusal is still one."""
        if self.kind is self.sent_kind:
            return None
        sealed = self.parts.get(part_name(GATE, PersonalClass.HEALTH), {})
        return ErrorCode(sealed.get("refused", ErrorCode.STATE_FORBIDS))


S = TypeVar("S")


class Subject(NamedTuple):
    """Whose fold: an id is a sender's, so that only its stream makes it unmistakable."""

    stream: StreamKey
    id: UUID


class Workspace:
    """Everything that the commands of one group need, in memory, changing as they are decided.
    `actor`: who sent the command that is looked at.
    """

    actor: Actor

    def __init__(self, indexes: BlindIndex, now: datetime) -> None:
        self.indexes = indexes
        self.now = now
        self.stored: Mapping[UUID, StoredEvent] = {}
        """Events already in the ledger that the commands name: repeats, and targets of reversals."""
        self.histories: dict[Subject, list[Fact]] = {}
        """All facts of the subjects that are folded anew in this group (late facts, reversals)."""
        self.states: dict[StreamKey, Any] = {}
        self.loaded: dict[Need, Any] = {}
        self.changed: set[Need] = set()

    def get(self, loader: Loader[V], identifier: UUID | None) -> V | None:
        """The loaded value, or None where there is none."""
        return self.loaded.get(Need(loader, identifier)) if identifier else None

    def get_state(self, stream: StreamKey, kind: type[S]) -> S | None:
        """The state behind a locked stream, as decided so far; None for another kind of state."""
        state = self.states.get(stream)
        return state if isinstance(state, kind) else None

    def put(self, loader: Loader[V], identifier: UUID, value: V, *, save: bool = True) -> None:
        """Change a value; its loader saves it once, at the end. `save` off: only commands of this
        group have to see it."""
        need = Need(loader, identifier)
        self.loaded[need] = value
        if save:
            self.changed.add(need)


class Handler(Protocol):
    """What a feature does with one kind of event. `decide` is pure but for reading `workspace`."""

    def needs(self, workspace: Workspace, command: Command) -> Iterable[Need]: ...

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]: ...

    def decide(self, workspace: Workspace, command: Command) -> Decision: ...


@dataclass(frozen=True, slots=True)
class SimpleHandler:
    """A handler out of functions."""

    judge: Callable[[Workspace, Command], Decision]
    wants: Callable[[Workspace, Command], Iterable[Need]] = lambda _workspace, _command: ()
    locks: Callable[[Workspace, Command], Iterable[UUID]] = lambda _workspace, _command: ()

    def needs(self, workspace: Workspace, command: Command) -> Iterable[Need]:
        return self.wants(workspace, command)

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        return self.locks(workspace, command)

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        return self.judge(workspace, command)


@dataclass(frozen=True, slots=True)
class RecordedAsSent:
    """A handler of events that an action has judged before it records them. `subject`: the public field
    that holds the id of their subject; None where the subject is what the stream is of.
    """

    subject: str | None

    def needs(self, workspace: Workspace, command: Command) -> Iterable[Need]:
        return ()

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        return ()

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        known = command.stream.id if self.subject is None else UUID(command.public[self.subject])
        return Decision(subject_id=known)


class Aggregate(Protocol):
    """The state behind a kind of stream: loaded under the stream's lock, folded, saved once.

    A state holds one or several subjects (a trip and its passengers), each folded by itself.
    """

    def load(self, session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, Any]: ...

    def last_key(self, state: Any, subject_id: UUID) -> FoldKey | None: ...

    def exceptions(self, state: Any, subject_id: UUID) -> frozenset[ExceptionCode]:
        """What of the subject does not fit; a fact's outcome names those that it brought."""

    def step(self, state: Any, fact: Fact) -> Any: ...

    def refold(self, state: Any, subject_id: UUID, facts: list[Fact]) -> Any:
        """`facts` in the order of happening, reversed ones left out."""

    def settle(self, workspace: Workspace, before: Any, after: Any) -> Any:
        """Recompute what depends on several subjects; push changes on to other sources."""

    def save(
        self, session: Session, county_code: str, changes: Mapping[UUID, tuple[Any, Any]]
    ) -> None:
        """Write what differs between before and after."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the features plug in: one handler for each kind that may be recorded, the state behind each
    kind of stream, and loaders in floor order.
    """

    handlers: Mapping[EventKind, Handler]
    aggregates: Mapping[StreamKind, Aggregate]
    loaders: tuple[Loader[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ByStream:
    """A handler that asks the stream's own; in other streams nothing can be reversed."""

    handlers: Mapping[StreamKind, Handler]

    def needs(self, workspace: Workspace, command: Command) -> Iterable[Need]:
        handler = self.handlers.get(command.stream.kind)
        return handler.needs(workspace, command) if handler else ()

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        handler = self.handlers.get(command.stream.kind)
        return handler.worker_locks(workspace, command) if handler else ()

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        handler = self.handlers.get(command.stream.kind)
        if handler is None:
            return refuse(ErrorCode.CANNOT_REVERSE)
        return handler.decide(workspace, command)
