"""What features plug into the recorder: handlers of kinds, states behind streams, sources of facts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, ExceptionCode, StreamKind
from service.auth import Actor
from service.ledger.bodies import StreamKey
from service.recording.repeats import StoredEvent
from service.recording.values import Command, Decision, Fact, FoldKey, Loader, Need, V, refuse
from service.vault.sealing import BlindIndex

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
