"""The types of handlers (commands, facts, wants, decisions, workspace) and what features plug in; the order
in which facts are folded, and how a live event is placed after what is known of its subject.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode, FieldProblem
from schemas.events.envelope import Receipt
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Nature, Source, StreamKind
from schemas.events.specs import EVENT_SPECS
from schemas.shapes import FieldText
from schemas.texts import Language, get_language
from service.auth import Actor
from service.errors import object_to
from service.ledger.bodies import EventBody, StreamKey, correct_clock, read_body
from service.ledger.queries import EventRow
from service.recording.order import Last, find_contradictions, sort_facts, told_unit
from service.vault.vault import BlindIndex, Vault


class Ref(NamedTuple):
    """A fact as states name it: its event, and its place in the stream."""

    event_id: UUID
    seq: int


D = TypeVar("D")


def evolve(state: D, /, **changes: Any) -> D:
    """A frozen dataclass without slots, with these fields changed. Unlike `replace` it does not run `__init__`
    again: states have thirty fields, and an event changes them three times. Raises TypeError for a field that
    the state does not have."""
    fields = state.__dict__
    if not changes.keys() <= fields.keys():
        raise TypeError(f"no such field: {sorted(changes.keys() - fields.keys())}")
    after = object.__new__(type(state))
    after.__dict__.update(fields, **changes)
    return after


V = TypeVar("V")


@dataclass(frozen=True, slots=True, eq=False)
class Loader(Generic[V]):
    """Values of a feature that handlers of other features ask for, by id: read once for all commands
    of a group, and what was changed of them is saved once. Without `save` they are only read. `open`: reads
    what is sealed, in the place of `load`."""

    name: str
    load: Callable[[Session, str, Iterable[UUID]], dict[UUID, V]]
    save: Callable[[Session, str, Mapping[UUID, V]], None] | None = None
    open: Callable[[Session, Vault, str, Iterable[UUID]], dict[UUID, V]] | None = None


class OwnedFile(NamedTuple):
    """An attachment that events may name: of which trip, and the hash of its content in hexadecimal."""

    trip_id: UUID
    sha256: str


AGAINST_CLEARANCE: Final = "against_clearance"
"""Stands in `decided` of a boarding that a sealed value forbade. No answer shows it: a hold is found by its
times and leaves no such mark, so that the mark would tell which of them it was."""


class Wanted(NamedTuple):
    """Something that a handler wants loaded."""

    loader: Loader[Any]
    id: UUID


def decides_now(kind: EventKind, mode: Mode) -> bool:
    """Whether such an event is of the moment at which the server takes it (decision 0014)."""
    return mode is Mode.LIVE and EVENT_SPECS[kind].nature is Nature.DECISION


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
    device: str | None
    device_sequence: int | None
    mode: Mode
    source: Source
    attachments: tuple[UUID, ...] = ()
    is_dated: bool = True
    """Whether the sender gave the time; else it is the server's, and a repeat has another."""
    clock_ahead: bool = False
    """Up to 24 h ahead of the server: recorded, and flagged."""
    position: int = 0
    """Its place in the request, for its answer."""

    def told(self, name: str, default: Any = None) -> Any:
        """A field of the payload; the default where its kind has no such field."""
        return self.payload.__dict__.get(name, default)

    @property
    def at(self) -> datetime:
        return self.happened_at

    @property
    def unit(self) -> timedelta:
        return told_unit(self.occurred_at, kind=self.kind, mode=self.mode)

    @property
    def live(self) -> bool:
        return self.mode is Mode.LIVE

    @property
    def decides_now(self) -> bool:
        """Judged against the present, and so of the present, whatever the sender's clock says."""
        return decides_now(self.kind, self.mode)

    def taken_at(self, instant: datetime) -> "Command":
        """The same, happening then (to the millisecond); what the sender said stays beside it."""
        skew_ms = (self.occurred_at - instant) // timedelta(milliseconds=1)
        happened = correct_clock(self.occurred_at, skew_ms)
        return replace(self, skew_ms=skew_ms, happened_at=happened)


@dataclass(frozen=True, slots=True)
class Request:
    """What one account says at once, and the language in which it wants to be answered."""

    actor: Actor
    commands: Sequence[Command]
    language: Language = field(default_factory=get_language)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as its subject's fold sees it: public values only, so that it survives erasure."""

    id: UUID
    seq: int
    """Its place in the stream. The fold may keep it to name the fact; no order follows from it."""
    kind: EventKind
    at: datetime
    """The corrected moment."""
    unit: timedelta
    """In which the moment was told (service/recording/order.py)."""
    subject_id: UUID
    worker_id: UUID | None
    data: dict[str, Any]
    decided: dict[str, Any]
    mode: Mode
    actor_id: UUID
    device: str | None = None
    device_sequence: int | None = None
    contradicts: tuple[Ref, ...] = ()
    """Facts of other devices that tell the same moment differently; found by `in_order`."""

    @property
    def ref(self) -> Ref:
        return Ref(self.id, self.seq)

    @property
    def waits(self) -> bool:
        """A reversal that came before what it reverses: the stream's own subject keeps it."""
        return bool(self.decided.get("waits"))

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
    refusal_errors: tuple[FieldProblem, ...] = ()
    kept_as: EventKind | None = None
    """A refusal that is itself a fact (a live boarding at the gate) is kept under this kind."""
    decided: dict[str, Any] = field(default_factory=dict)
    sealed: dict[PersonalClass, dict[str, Any]] = field(default_factory=dict)
    """What the decision adds about the worker that is not public (why the gate refused)."""
    policy_version: str | None = None
    first: tuple[tuple[Command, "Decision"], ...] = ()
    """What is recorded right before it, none of them refused, each about another subject: commands that
    the handler's `precede` named, as it decided them here."""


def refuse(code: ErrorCode, **facts: object) -> Decision:
    return Decision(subject_id=UUID(int=0), refused=code, refusal_facts=facts)


def refuse_field(field: str, message: str) -> Decision:
    """A field of the payload that only the handler can judge, named as a wrong shape would be."""
    return Decision(
        subject_id=UUID(int=0),
        refused=ErrorCode.FIELD_INVALID,
        refusal_errors=(FieldProblem(field=field, message=message),),
    )


def refuse_reference(field: str) -> Decision:
    """Not-found, naming the field whose id leads nowhere."""
    problem = object_to(field, FieldText.NO_REFERENCE)
    none = Decision(subject_id=UUID(int=0), refused=ErrorCode.NOT_FOUND)
    return replace(none, refusal_errors=(problem,))


def fact_of_row(row: EventRow) -> Fact:
    """The event as its subject's fold sees it."""
    body = read_body(row.body)
    kind, mode = EventKind(body.kind), Mode(body.mode)
    return Fact(
        id=row.id,
        seq=row.seq,
        kind=kind,
        at=row.happened_at,
        unit=told_unit(datetime.fromisoformat(body.occurred_at), kind=kind, mode=mode),
        subject_id=row.subject_id,
        worker_id=row.worker_id,
        data=body.data,
        decided=body.decided,
        mode=mode,
        actor_id=UUID(body.actor),
        device=body.device,
        device_sequence=read_sequence(body),
    )


def read_sequence(body: EventBody) -> int | None:
    """Version 1 wrote 0 where the sender gave none."""
    return None if body.v == 1 and body.device_sequence == 0 else body.device_sequence


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """In the one order (service/recording/order.py), without what was reversed and without the
    reversals (but those that wait for their fact); facts that contradict each other say so."""
    listed = list(facts)
    reversals = [each for each in listed if each.kind is EventKind.EVENT_REVERSED]
    gone = {each.identifier("event_id") for each in reversals if not each.waits}
    kept = [
        each
        for each in listed
        if each.id not in gone and (each.kind is not EventKind.EVENT_REVERSED or each.waits)
    ]
    against = find_contradictions(kept)
    if against:
        refs = {each.id: each.ref for each in kept}
        others = {one: tuple(refs[each] for each in found) for one, found in against.items()}
        kept = [replace(each, contradicts=others.get(each.id, ())) for each in kept]
    return sort_facts(kept)


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
    device: str | None
    device_sequence: int | None
    mode: Mode
    source: Source
    data: dict[str, Any]
    decided: dict[str, Any]
    attachments: frozenset[UUID]
    exceptions: tuple[str, ...] | None
    """As the body of version 1 has them; None where they follow from the state."""
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
        self.loaded: dict[Wanted, Any] = {}
        self.changed: set[Wanted] = set()

    def get(self, loader: Loader[V], identifier: UUID | None) -> V | None:
        """The loaded value, or None where there is none."""
        return self.loaded.get(Wanted(loader, identifier)) if identifier else None

    def get_state(self, stream: StreamKey, kind: type[S]) -> S | None:
        """The state behind a locked stream, as decided so far; None for another kind of state."""
        state = self.states.get(stream)
        return state if isinstance(state, kind) else None

    def put(self, loader: Loader[V], identifier: UUID, value: V, *, save: bool = True) -> None:
        """Change a value; its loader saves it once, at the end. `save` off: only commands of this
        group have to see it."""
        wanted = Wanted(loader, identifier)
        self.loaded[wanted] = value
        if save:
            self.changed.add(wanted)


class Handler(Protocol):
    """What a feature does with one kind of event. `decide` is pure but for reading `workspace`.

    `precede`: further commands that `decide` may ask to be recorded first (Decision.first), with ids that
    follow from the command's. Asked when the trips are locked and loaded and nothing is decided, so it
    names everything possible: locks, loads, repeats and places in time are prepared for all of it, and
    `decide` chooses under the locks.
    """

    def list_wanted(self, workspace: Workspace, command: Command) -> Iterable[Wanted]: ...

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]: ...

    def precede(self, workspace: Workspace, command: Command) -> Iterable[Command]: ...

    def decide(self, workspace: Workspace, command: Command) -> Decision: ...


@dataclass(frozen=True, slots=True)
class SimpleHandler:
    """A handler out of functions."""

    judge: Callable[[Workspace, Command], Decision]
    wants: Callable[[Workspace, Command], Iterable[Wanted]] = lambda _workspace, _command: ()
    locks: Callable[[Workspace, Command], Iterable[UUID]] = lambda _workspace, _command: ()
    before: Callable[[Workspace, Command], Iterable[Command]] = lambda _workspace, _command: ()

    def list_wanted(self, workspace: Workspace, command: Command) -> Iterable[Wanted]:
        return self.wants(workspace, command)

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        return self.locks(workspace, command)

    def precede(self, workspace: Workspace, command: Command) -> Iterable[Command]:
        return self.before(workspace, command)

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        return self.judge(workspace, command)


@dataclass(frozen=True, slots=True)
class RecordedAsSent:
    """A handler of events that an action has judged before it records them. `subject`: the public field
    that holds the id of their subject; None where the subject is what the stream is of.
    """

    subject: str | None

    def list_wanted(self, workspace: Workspace, command: Command) -> Iterable[Wanted]:
        return ()

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        return ()

    def precede(self, workspace: Workspace, command: Command) -> Iterable[Command]:
        return ()

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        known = command.stream.id if self.subject is None else UUID(command.public[self.subject])
        return Decision(subject_id=known)


class Aggregate(Protocol):
    """The state behind a kind of stream: loaded under the stream's lock, folded, saved once.

    A state holds one or several subjects (a trip and its passengers), each folded by itself.
    """

    def load(self, session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, Any]: ...

    def last(self, state: Any, subject_id: UUID) -> Last | None:
        """How far the subject is told; None before its first fact."""

    def findings(
        self, workspace: Workspace, state: Any, subject_id: UUID
    ) -> frozenset[tuple[ExceptionCode, tuple[UUID, ...]]]:
        """What of the subject does not fit, explained or not, with the events that it comes from."""

    def step(self, state: Any, fact: Fact) -> Any: ...

    def refold(self, state: Any, subject_id: UUID, facts: list[Fact]) -> Any:
        """`facts` in the order of happening, reversed ones left out."""

    def follow(self, workspace: Workspace, before: Any, after: Any, subject_id: UUID) -> None:
        """Push what changed with one event of the subject on to other sources."""

    def judge(self, state: Any) -> Any:
        """With everything recomputed that depends on several subjects. Called once for each group; a decision
        that reads some of it before lets it be computed for itself."""

    def save(
        self, session: Session, county_code: str, changes: Mapping[UUID, tuple[Any, Any]]
    ) -> None:
        """Write what differs between before and after."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the features plug in: one handler for each kind that may be recorded, the state behind each
    kind of stream, and loaders in floor order; which of them finds what events name as attachments.
    """

    handlers: Mapping[EventKind, Handler]
    aggregates: Mapping[StreamKind, Aggregate]
    loaders: tuple[Loader[Any], ...] = ()
    attachments: Loader[OwnedFile] | None = None


@dataclass(frozen=True, slots=True)
class ByStream:
    """A handler that asks the stream's own; in other streams nothing can be reversed."""

    handlers: Mapping[StreamKind, Handler]

    def list_wanted(self, workspace: Workspace, command: Command) -> Iterable[Wanted]:
        handler = self.handlers.get(command.stream.kind)
        return handler.list_wanted(workspace, command) if handler else ()

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        handler = self.handlers.get(command.stream.kind)
        return handler.worker_locks(workspace, command) if handler else ()

    def precede(self, workspace: Workspace, command: Command) -> Iterable[Command]:
        handler = self.handlers.get(command.stream.kind)
        return handler.precede(workspace, command) if handler else ()

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        handler = self.handlers.get(command.stream.kind)
        if handler is None:
            return refuse(ErrorCode.CANNOT_REVERSE)
        return handler.decide(workspace, command)
