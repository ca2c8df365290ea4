"""The recorder: locks, loads, decides in order, folds late facts anew, places live decisions after what is
known, appends, saves once.

Locks, loads once for each source, decides in memory in order, inserts the events, saves the
changes once: the number of statements does not depend on the number of commands or requests.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Outcome, OutcomeStatus
from schemas.events.kinds import EventKind, ExceptionCode, StreamKind, SubjectKind
from schemas.events.specs import EVENT_SPECS
from schemas.texts import speaking
from service.auth import Actor
from service.ledger import actions as ledger
from service.ledger import queries as ledger_queries
from service.ledger.bodies import Appended, Attached, EventDraft, PartDraft, StreamKey
from service.recording import repeats
from service.recording.group_commit import KeptStates
from service.recording.handlers import (
    GATE,
    Command,
    Decision,
    Fact,
    Features,
    Loader,
    Request,
    StoredEvent,
    Subject,
    Wanted,
    Workspace,
    fact_of_row,
    in_order,
    part_name,
    refuse,
)
from service.recording.order import BEGINNINGS, Last, told_unit
from service.recording.repeats import Answer, KnownEvents
from service.vault.vault import Vault


def subject_id(command: Command, known: KnownEvents, group: Mapping[UUID, Command]) -> UUID | None:
    """Whose fold reads this event; None for a reversal whose target is neither known nor in the
    group."""
    if command.kind is EventKind.EVENT_REVERSED:
        target = UUID(command.public["event_id"])
        inside = group.get(target)
        if inside is None or inside.kind is EventKind.EVENT_REVERSED:
            return known.subject_of_event(target)
        return subject_id(inside, known, group)
    spec = EVENT_SPECS[command.kind]
    passenger: UUID | None = command.told("passenger_id")
    about_one = spec.subject is SubjectKind.PASSENGER
    if passenger and (about_one or command.kind is EventKind.EXCEPTION_EXPLAINED):
        return passenger
    return command.stream.id


def make_draft(
    command: Command, decision: Decision, *, actor_id: UUID, attached: tuple[Attached, ...]
) -> EventDraft:
    return EventDraft(
        id=command.id,
        kind=decision.kept_as or command.kind,
        sent_kind=command.kind,
        stream=command.stream,
        subject_id=decision.subject_id,
        worker_id=decision.worker_id,
        occurred_at=command.occurred_at,
        happened_at=command.happened_at,
        skew_ms=command.skew_ms,
        device=command.device,
        device_sequence=command.device_sequence,
        actor_id=actor_id,
        source=command.source,
        mode=command.mode,
        policy_version=decision.policy_version,
        data=command.public,
        decided=_make_decided(command, decision),
        attachments=attached,
        parts=_make_parts(command, decision),
    )


def _make_decided(command: Command, decision: Decision) -> dict[str, Any]:
    return decision.decided | ({repeats.CLOCK_AHEAD: True} if command.clock_ahead else {})


def fact_of_draft(draft: EventDraft, seq: int) -> Fact:
    return Fact(
        id=draft.id,
        seq=seq,
        kind=draft.kind,
        at=draft.happened_at,
        unit=told_unit(draft.occurred_at, kind=draft.kind, mode=draft.mode),
        device=draft.device,
        device_sequence=draft.device_sequence,
        subject_id=draft.subject_id,
        worker_id=draft.worker_id,
        data=draft.data,
        decided=draft.decided,
        mode=draft.mode,
        actor_id=draft.actor_id,
    )


def _make_parts(command: Command, decision: Decision) -> tuple[PartDraft, ...]:
    """A person's fields are sealed under the person's key; an official's under the stream's."""
    parts = []
    for (about, personal_class), content in sorted(command.personal.items()):
        subject = decision.worker_id if about in {"worker", GATE} else command.stream.id
        owner = subject or command.stream.id
        parts.append(PartDraft(part_name(about, personal_class), owner, personal_class, content))
    for personal_class, content in sorted(decision.sealed.items()):
        owner = decision.worker_id or command.stream.id
        name = part_name(GATE, personal_class)
        parts.append(PartDraft(name, owner, personal_class, content))
    return tuple(parts)


_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answers in the order of the commands, and the states as they are now."""

    outcomes: list[Outcome]
    states: Mapping[StreamKey, Any]


class Group:
    """One run of the recorder: its locks, its workspace, what it will append."""

    def __init__(
        self,
        session: Session,
        county_code: str,
        *,
        features: Features,
        vault: Vault,
        now: datetime,
        kept: KeptStates | None = None,
    ) -> None:
        """`kept`: only in a transaction that has not written to any of these streams before."""
        self.features = features
        self.vault = vault
        self.session = session
        self.county_code = county_code
        self.now = now
        self.kept = kept
        self.workspace = Workspace(vault.indexes, now)
        self.heads: dict[StreamKey, tuple[int, bytes]] = {}
        self.before: dict[StreamKey, Any] = {}
        self.drafts: list[EventDraft] = []
        self.told: Counter[StreamKey] = Counter()
        """Drafts by stream, for the places that they will have."""

    def run(self, requests: Sequence[Request]) -> list[Recorded]:
        commands = [command for request in requests for command in request.commands]
        named = self._lock_and_load(requests)
        known = repeats.KnownEvents.load(self.session, self.county_code, named, self.vault)
        self.workspace.stored = known.events
        placed, late = self._place_in_time(commands, known, {each.id: each for each in named})
        self._load_histories(late)
        waiting = iter(placed)
        answers = []
        for request in requests:
            with speaking(request.language):
                answers.append(
                    [self._answer(next(waiting), known, request) for _ in request.commands]
                )
        appended = self._append()
        receipts = {each.draft.id: each for each in appended}
        self._save()
        self._keep(appended)
        return [
            Recorded([repeats.with_receipt(each, receipts) for each in some], self.workspace.states)
            for some in answers
        ]

    def _lock_and_load(self, requests: Sequence[Request]) -> list[Command]:
        """Each command after those that may precede it, once everything is locked and loaded for them."""
        primary = {command.stream for request in requests for command in request.commands}
        workers = {key for key in primary if key.kind is StreamKind.WORKER}
        self._lock(primary - workers)
        named: list[tuple[Request, Command]] = []
        for request in requests:
            self.workspace.actor = request.actor
            for command in request.commands:
                named += [(request, each) for each in (*self._precede(command), command)]
        for request, command in named:
            self.workspace.actor = request.actor
            ids = self.features.handlers[command.kind].worker_locks(self.workspace, command)
            workers |= {StreamKey(StreamKind.WORKER, each) for each in ids}
        self._lock(workers)
        self._load_sources(named)
        return [command for _, command in named]

    def _precede(self, command: Command) -> Iterable[Command]:
        return self.features.handlers[command.kind].precede(self.workspace, command)

    def _lock(self, keys: set[StreamKey]) -> None:
        if not keys:
            return
        self.heads |= ledger.lock_or_open_streams(self.session, self.county_code, list(keys))
        by_kind: dict[StreamKind, list[UUID]] = {}
        for key in sorted(keys):
            by_kind.setdefault(key.kind, []).append(key.id)
        for kind, ids in by_kind.items():
            aggregate = self.features.aggregates.get(kind)
            if aggregate is None:
                continue
            streams = [StreamKey(kind, each) for each in ids]
            found = {each: state for each in streams if (state := self._get_kept(each)) is not None}
            missing = [each.id for each in streams if each not in found]
            if missing:
                loaded = aggregate.load(self.session, self.county_code, missing)
                found |= {StreamKey(kind, each): state for each, state in loaded.items()}
            self.workspace.states |= found
            self.before |= found

    def _get_kept(self, stream: StreamKey) -> Any:
        if self.kept is None:
            return None
        return self.kept.get(self.county_code, stream, self.heads[stream])

    def _keep(self, appended: Sequence[Appended]) -> None:
        if self.kept is None:
            return
        heads = self.heads | {each.draft.stream: (each.seq, each.hash) for each in appended}
        for stream, state in self.workspace.states.items():
            self.kept.put(self.county_code, stream, heads[stream], state)

    def _load_sources(self, named: Iterable[tuple[Request, Command]]) -> None:
        needed: dict[Loader[Any], set[UUID]] = {}
        for request, command in named:
            self.workspace.actor = request.actor
            for wanted in self.features.handlers[command.kind].list_wanted(self.workspace, command):
                needed.setdefault(wanted.loader, set()).add(wanted.id)
            if self.features.attachments is not None and command.attachments:
                needed.setdefault(self.features.attachments, set()).update(command.attachments)
        for loader in self.features.loaders if needed else ():
            if ids := needed.get(loader):
                found = self._read(loader, sorted(ids))
                for identifier, value in found.items():
                    self.workspace.loaded[Wanted(loader, identifier)] = value

    def _read(self, loader: Loader[Any], ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """By id, of those that there are."""
        if loader.open is not None:
            return loader.open(self.session, self.vault, self.county_code, ids)
        return loader.load(self.session, self.county_code, ids)

    def _load_histories(self, late: set[Subject]) -> None:
        """The events of subjects about whom something late, or a reversal, came in: one read."""
        if not late:
            return
        histories = self.workspace.histories
        histories.update({subject: [] for subject in late})
        rows = ledger_queries.list_events_of_subjects(
            self.session, self.county_code, {subject.id for subject in late}
        )
        for row in rows:
            subject = Subject(row.stream, row.subject_id)
            if subject in histories:
                histories[subject].append(fact_of_row(row))

    def _place_in_time(
        self,
        commands: Sequence[Command],
        known: repeats.KnownEvents,
        group: Mapping[UUID, Command],
    ) -> tuple[list[Command], set[Subject]]:
        """The commands, each decision of now after all that is known of its subject (and so an
        observation of now whose told second or minute that lies in); and whoever has a newer fact
        already, stored or earlier in this group. `group`: also those that may precede a command.
        """
        placed: list[Command] = []
        late: set[Subject] = set()
        newest: dict[Subject, Last | None] = {}
        for command in commands:
            identifier = subject_id(command, known, group)
            if identifier is None or command.id in known.events:
                placed.append(command)
                continue
            subject = Subject(command.stream, identifier)
            last = newest[subject] if subject in newest else self._last(subject)
            timed = self._time_command(command, last)
            placed.append(timed)
            for each in (timed, *self._precede(timed)):
                about = subject if each is timed else _subject_of(each)
                last = newest[about] if about in newest else self._last(about)
                if _folds_anew(each, last):
                    late.add(about)
                newest[about] = Last.after(last, each)
        return placed, late

    def _time_command(self, command: Command, last: Last | None) -> Command:
        """A decision of now is of the server's time, and after every moment that is told of its subject."""
        if not command.decides_now:
            return command
        return command.taken_at(max(self.now, last.at + _TICK) if last else self.now)

    def _last(self, subject: Subject) -> Last | None:
        aggregate = self.features.aggregates.get(subject.stream.kind)
        state = self.workspace.states.get(subject.stream)
        if aggregate is None or state is None:
            return None
        return aggregate.last(state, subject.id)

    def _answer(self, command: Command, known: repeats.KnownEvents, request: Request) -> Answer:
        """Without a receipt: that comes with the append."""
        self.workspace.actor = request.actor
        repeated = known.compare(command)
        if repeated is not None:
            return self._flag_repeat(repeated, known.events[command.id])
        decision = self.features.handlers[command.kind].decide(self.workspace, command)
        if decision.refused is not None and decision.kept_as is None:
            return Answer(repeats.refuse_command(command, decision), is_kept=False)
        attached, unknown = self._find_attached(command)
        if unknown:
            missing = refuse(ErrorCode.ATTACHMENT_UNKNOWN, attachments=unknown)
            return Answer(repeats.refuse_command(command, missing), is_kept=False)
        found: set[ExceptionCode] = set()
        for each, decided in (*decision.first, (command, decision)):
            named = attached if each is command else ()
            draft = make_draft(each, decided, actor_id=request.actor.account_id, attached=named)
            found |= self._fold(draft)
            known.remember(draft)
            self.drafts.append(draft)
        if decision.refused is not None:
            return Answer(repeats.refuse_command(command, decision))
        outcome = Outcome(
            id=command.id,
            position=command.position,
            status=OutcomeStatus.RECORDED,
            exceptions=repeats.list_exceptions(draft.decided, found),
            decided=repeats.show_decided(draft.decided),
        )
        return Answer(outcome)

    def _find_attached(self, command: Command) -> tuple[tuple[Attached, ...], list[str]]:
        """Those that the command names, each once; and the ids of those that its trip does not have."""
        loader, attached, unknown = self.features.attachments, [], []
        for identifier in dict.fromkeys(command.attachments):
            file = self.workspace.get(loader, identifier) if loader else None
            if file is None or file.trip_id != command.stream.id:
                unknown.append(str(identifier))
            else:
                attached.append(Attached(identifier, file.sha256))
        return tuple(attached), unknown

    def _flag_repeat(self, answer: Answer, stored: StoredEvent) -> Answer:
        """With the exceptions that name the event now; those of version 1 repeat as they were."""
        aggregate = self.features.aggregates.get(stored.stream.kind)
        if not answer.is_kept or stored.exceptions is not None or aggregate is None:
            return answer
        state = self.workspace.states.get(stored.stream)
        found = aggregate.findings(self.workspace, state, stored.subject_id)
        named = repeats.list_exceptions(
            stored.decided, (c for c, of in found if answer.outcome.id in of)
        )
        return Answer(answer.outcome.model_copy(update={"exceptions": named}))

    def _fold(self, draft: EventDraft) -> set[ExceptionCode]:
        """Step, or fold anew; the exceptions that its subject has from it."""
        self.told[draft.stream] += 1
        aggregate = self.features.aggregates.get(draft.stream.kind)
        if aggregate is None:
            return set()
        fact = fact_of_draft(draft, self.heads[draft.stream][0] + self.told[draft.stream])
        state = self.workspace.states.get(draft.stream)
        before = aggregate.findings(self.workspace, state, draft.subject_id)
        history = self.workspace.histories.get(Subject(draft.stream, draft.subject_id))
        if history is None:
            after = aggregate.step(state, fact)
        else:
            history.append(fact)
            after = aggregate.refold(state, draft.subject_id, in_order(history))
        aggregate.follow(self.workspace, state, after, draft.subject_id)
        self.workspace.states[draft.stream] = after
        found = aggregate.findings(self.workspace, after, draft.subject_id)
        return {code for code, of in found if (code, of) not in before or draft.id in of}

    def _append(self) -> list[Appended]:
        if not self.drafts:
            return []
        subjects = {part.subject_id for draft in self.drafts for part in draft.parts}
        # A person's keys are made with the first event, so that later, at the door, none has to be.
        subjects |= {
            draft.worker_id
            for draft in self.drafts
            if draft.worker_id is not None and draft.kind in BEGINNINGS
        }
        keys = (
            self.vault.make_keyring(self.session, self.county_code, subjects) if subjects else None
        )
        return ledger.append(
            self.session,
            self.county_code,
            drafts=self.drafts,
            heads=self.heads,
            keyring=keys,
            recorded_at=self.now,
        )

    def _save(self) -> None:
        states = self.workspace.states
        for stream in dict.fromkeys([draft.stream for draft in self.drafts]):
            if stream in states:
                states[stream] = self.features.aggregates[stream.kind].judge(states[stream])
        for kind, aggregate in self.features.aggregates.items():
            changes = {
                key.id: (self.before.get(key), state)
                for key, state in states.items()
                if key.kind is kind and self._has_changed(key, state)
            }
            if changes:
                aggregate.save(self.session, self.county_code, changes)
        changed: dict[Loader[Any], dict[UUID, Any]] = {}
        for wanted in sorted(self.workspace.changed, key=attrgetter("id")):
            changed.setdefault(wanted.loader, {})[wanted.id] = self.workspace.loaded[wanted]
        for loader in self.features.loaders if changed else ():
            if loader in changed and loader.save is not None:
                loader.save(self.session, self.county_code, changed[loader])

    def _has_changed(self, stream: StreamKey, state: Any) -> bool:
        before = self.before.get(stream)
        return state is not before and state != before


def _folds_anew(command: Command, last: Last | None) -> bool:
    """One step is enough for a fact that is its subject's latest, or the first."""
    if command.kind is EventKind.EVENT_REVERSED:
        return True
    return last is not None and (command.kind in BEGINNINGS or command.happened_at < last.until)


def _subject_of(command: Command) -> Subject:
    """Of a command that precedes another one: never a reversal."""
    return Subject(command.stream, UUID(command.public["passenger_id"]))


class Recorder:
    """Composed once by app. Holds no state of its own but the kept trip states."""

    def __init__(self, features: Features, vault: Vault) -> None:
        self._features = features
        self._vault = vault
        self._kept = KeptStates()

    def record(
        self, session: Session, actor: Actor, commands: Sequence[Command], *, now: datetime
    ) -> list[Outcome]:
        """An outcome for each command, in order. Refused ones leave nothing, kept refusals
        excepted; the caller's transaction commits all the others together.
        """
        return self.run(session, actor, commands, now=now).outcomes

    def run(
        self, session: Session, actor: Actor, commands: Sequence[Command], *, now: datetime
    ) -> Recorded:
        """The same with the states of the streams that the commands named."""
        return self._run(session, [Request(actor, commands)], now=now)[0]

    def run_together(
        self, session: Session, requests: Sequence[Request], *, now: datetime
    ) -> list[Recorded]:
        """Requests of several people of one county in one transaction, each decided as if those
        before it were recorded already. The states are those after the last of them. Nothing of
        their streams may have been written in this transaction before.
        """
        return self._run(session, requests, now=now, kept=self._kept) if requests else []

    def _run(
        self,
        session: Session,
        requests: Sequence[Request],
        *,
        now: datetime,
        kept: KeptStates | None = None,
    ) -> list[Recorded]:
        county_code, features = requests[0].actor.county_code, self._features
        group = Group(
            session, county_code, features=features, vault=self._vault, now=now, kept=kept
        )
        return group.run(requests)
