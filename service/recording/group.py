"""One run of the recorder: the commands of all requests that are recorded together.

Locks, loads once for each source, decides in memory in order, inserts the events, saves the
changes once: the number of statements does not depend on the number of commands or requests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from schemas.events.envelope import Outcome, OutcomeStatus
from schemas.events.kinds import EventKind, StreamKind
from schemas.messages import make_problem
from schemas.texts import speaking
from service.ledger import actions as ledger
from service.ledger import queries as ledger_queries
from service.ledger.drafts import Appended, EventDraft, StreamKey
from service.recording import drafting, repeats
from service.recording.folding import fact_of_row, in_order
from service.recording.keeping import KeptStates
from service.recording.registry import Registry, Subject, Workspace
from service.recording.repeats import Answer
from service.recording.values import BEGINNINGS, Command, Decision, FoldKey, Need, Request
from service.vault.vault import Vault

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
        registry: Registry,
        vault: Vault,
        session: Session,
        *,
        county_code: str,
        now: datetime,
        kept: KeptStates | None = None,
    ) -> None:
        """`kept`: only in a transaction that has not written to any of these streams before."""
        self.registry = registry
        self.vault = vault
        self.session = session
        self.county_code = county_code
        self.now = now
        self.kept = kept
        self.workspace = Workspace(vault.indexes, now)
        self.heads: dict[StreamKey, tuple[int, bytes]] = {}
        self.before: dict[StreamKey, Any] = {}
        self.drafts: list[EventDraft] = []

    def run(self, requests: Sequence[Request]) -> list[Recorded]:
        commands = [command for request in requests for command in request.commands]
        self._lock_and_load(requests)
        known = repeats.KnownEvents.load(self.session, self.county_code, commands, self.vault)
        self.workspace.stored = known.events
        placed, late = self._place_in_time(commands, known)
        self._load_histories(late)
        waiting = iter(placed)
        answers = [self._answer_one(request, waiting, known) for request in requests]
        appended = self._append()
        receipts = {each.draft.id: each for each in appended}
        self._save()
        self._keep(appended)
        return [
            Recorded([repeats.with_receipt(each, receipts) for each in some], self.workspace.states)
            for some in answers
        ]

    def _lock_and_load(self, requests: Sequence[Request]) -> None:
        primary = {command.stream for request in requests for command in request.commands}
        workers = {key for key in primary if key.kind is StreamKind.WORKER}
        self._lock(primary - workers)
        for command in self._iterate_as_asked(requests):
            handler = self.registry.handlers[command.kind]
            ids = handler.worker_locks(self.workspace, command)
            workers |= {StreamKey(StreamKind.WORKER, each) for each in ids}
        self._lock(workers)
        self._load_sources(requests)

    def _iterate_as_asked(self, requests: Sequence[Request]) -> Iterator[Command]:
        """Each command while its own sender is the one who acts."""
        for request in requests:
            self.workspace.actor = request.actor
            yield from request.commands

    def _lock(self, keys: set[StreamKey]) -> None:
        if not keys:
            return
        self.heads |= ledger.lock_or_open_streams(self.session, self.county_code, list(keys))
        by_kind: dict[StreamKind, list[UUID]] = {}
        for key in sorted(keys):
            by_kind.setdefault(key.kind, []).append(key.id)
        for kind, ids in by_kind.items():
            aggregate = self.registry.aggregates.get(kind)
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

    def _load_sources(self, requests: Sequence[Request]) -> None:
        needed: dict[str, set[UUID]] = {}
        for command in self._iterate_as_asked(requests):
            for need in self.registry.handlers[command.kind].needs(self.workspace, command):
                needed.setdefault(need.source, set()).add(need.id)
        for source in self.registry.sources:
            if ids := needed.get(source.name):
                found = source.load(self.session, self.county_code, sorted(ids))
                for identifier, value in found.items():
                    self.workspace.loaded[Need(source.name, identifier)] = value

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
            stream = StreamKey(StreamKind(row["stream_kind"]), row["stream_id"])
            subject = Subject(stream, row["subject_id"])
            if subject in histories:
                histories[subject].append(fact_of_row(row))

    def _place_in_time(
        self, commands: Sequence[Command], known: repeats.KnownEvents
    ) -> tuple[list[Command], set[Subject]]:
        """The commands, each decision of now after all that is known of its subject (and so an
        observation of now whose told second or minute that lies in); and whoever has a newer fact
        already, stored or earlier in this group.
        """
        group = {command.id: command for command in commands}
        placed: list[Command] = []
        late: set[Subject] = set()
        newest: dict[Subject, FoldKey | None] = {}
        for command in commands:
            identifier = drafting.subject_id(command, known, group)
            if identifier is None or command.id in known.events:
                placed.append(command)
                continue
            subject = Subject(command.stream, identifier)
            last = newest[subject] if subject in newest else self._last_key(subject)
            timed = self._time_command(command, last)
            placed.append(timed)
            if _folds_anew(timed, last):
                late.add(subject)
            if timed.kind not in BEGINNINGS:
                newest[subject] = max(last, timed.fold_key) if last else timed.fold_key
        return placed, late

    def _time_command(self, command: Command, last: FoldKey | None) -> Command:
        if not command.decides_now:
            return command.told_after(last, _TICK)
        timed = command.taken_at(max(self.now, last.happened_at if last else self.now))
        if last is None or last < timed.fold_key:
            return timed
        return command.taken_at(last.happened_at + _TICK)

    def _last_key(self, subject: Subject) -> FoldKey | None:
        aggregate = self.registry.aggregates.get(subject.stream.kind)
        state = self.workspace.states.get(subject.stream)
        if aggregate is None or state is None:
            return None
        return aggregate.last_key(state, subject.id)

    def _answer_one(
        self, request: Request, commands: Iterator[Command], known: repeats.KnownEvents
    ) -> list[Answer]:
        """The next commands are this request's; it is answered in its own sender's language."""
        with speaking(request.language):
            return [self._answer(next(commands), known, request) for _ in request.commands]

    def _answer(self, command: Command, known: repeats.KnownEvents, request: Request) -> Answer:
        """Without a receipt: that comes with the append."""
        self.workspace.actor = request.actor
        repeated = known.compare(command)
        if repeated is not None:
            return repeated
        decision = self.registry.handlers[command.kind].decide(self.workspace, command)
        if decision.refused is not None and decision.kept_as is None:
            return Answer(_refused(command, decision), is_kept=False)
        draft = drafting.make_draft(command, decision, actor_id=request.actor.account_id)
        draft = self._fold(draft)
        known.remember(draft)
        self.drafts.append(draft)
        if decision.refused is not None:
            return Answer(_refused(command, decision))
        outcome = Outcome(
            id=command.id,
            status=OutcomeStatus.RECORDED,
            exceptions=list(draft.exceptions),
            decided=draft.decided,
        )
        return Answer(outcome)

    def _fold(self, draft: EventDraft) -> EventDraft:
        """Step, or fold anew; the draft with the exceptions that its subject has from it."""
        aggregate = self.registry.aggregates.get(draft.stream.kind)
        if aggregate is None:
            return replace(draft, exceptions=drafting.list_exceptions(draft, frozenset()))
        fact = drafting.fact_of_draft(draft)
        state = self.workspace.states.get(draft.stream)
        history = self.workspace.histories.get(Subject(draft.stream, draft.subject_id))
        if history is None:
            after = aggregate.step(state, fact)
        else:
            history.append(fact)
            after = aggregate.refold(state, draft.subject_id, in_order(history))
        settled = aggregate.settle(self.workspace, state, after)
        self.workspace.states[draft.stream] = settled
        found = aggregate.exceptions(settled, draft.subject_id)
        found -= aggregate.exceptions(state, draft.subject_id)
        return replace(draft, exceptions=drafting.list_exceptions(draft, found))

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
        keyring = self.vault.make_keyring(self.session, self.county_code, subjects)
        return ledger.append(
            self.session,
            self.county_code,
            drafts=self.drafts,
            heads=self.heads,
            keyring=keyring,
            recorded_at=self.now,
        )

    def _save(self) -> None:
        for kind, aggregate in self.registry.aggregates.items():
            changes = {
                key.id: (self.before.get(key), state)
                for key, state in self.workspace.states.items()
                if key.kind is kind and state != self.before.get(key)
            }
            if changes:
                aggregate.save(self.session, self.county_code, changes)
        for source in self.registry.sources:
            changed = {
                need.id: self.workspace.loaded[need]
                for need in sorted(self.workspace.changed)
                if need.source == source.name
            }
            if changed and source.save is not None:
                source.save(self.session, self.county_code, changed)


def _folds_anew(command: Command, last: FoldKey | None) -> bool:
    """One step is enough for a fact that is its subject's latest, or the first."""
    if command.kind is EventKind.EVENT_REVERSED:
        return True
    return last is not None and (command.kind in BEGINNINGS or command.fold_key < last)


def _refused(command: Command, decision: Decision) -> Outcome:
    problem = decision.refused and make_problem(
        decision.refused, facts=decision.refusal_facts or None
    )
    return Outcome(id=command.id, status=OutcomeStatus.REFUSED, problem=problem)
