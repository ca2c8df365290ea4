"""From a decided command to an event draft, and from a draft to the fact that the fold reads."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schemas.events.kinds import EventKind, ExceptionCode, SubjectKind
from schemas.events.specs import EVENT_SPECS
from service.ledger.drafts import EventDraft, PartDraft
from service.recording.repeats import GATE, KnownEvents, part_name
from service.recording.values import Command, Decision, Fact, FoldKey

CLOCK_AHEAD = "clock_ahead"
"""Stands in `decided`, so that the fold sees it, too."""


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
    passenger = command.public.get("passenger_id")
    about_one = spec.subject is SubjectKind.PASSENGER
    if passenger and (about_one or command.kind is EventKind.EXCEPTION_EXPLAINED):
        return UUID(passenger)
    return command.stream.id


def make_draft(command: Command, decision: Decision, *, actor_id: UUID) -> EventDraft:
    """Its exceptions are what the fold finds, and are added by the recorder."""
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
        device_sequence=command.device_sequence,
        actor_id=actor_id,
        source=command.source,
        mode=command.mode,
        policy_version=decision.policy_version,
        data=command.public,
        decided=_make_decided(command, decision),
        exceptions=(),
        parts=_make_parts(command, decision),
    )


def _make_decided(command: Command, decision: Decision) -> dict[str, Any]:
    return decision.decided | ({CLOCK_AHEAD: True} if command.clock_ahead else {})


def fact_of_draft(draft: EventDraft) -> Fact:
    return Fact(
        key=FoldKey(draft.happened_at, draft.device_sequence, draft.id),
        kind=draft.kind,
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
        subject = decision.worker_id if about == "worker" else command.stream.id
        owner = subject or command.stream.id
        parts.append(PartDraft(part_name(about, personal_class), owner, personal_class, content))
    for personal_class, content in sorted(decision.sealed.items()):
        owner = decision.worker_id or command.stream.id
        name = part_name(GATE, personal_class)
        parts.append(PartDraft(name, owner, personal_class, content))
    return tuple(parts)


def list_exceptions(draft: EventDraft, found: frozenset[ExceptionCode]) -> tuple[str, ...]:
    """What the fold found, and the clock, which is flagged also where no fold keeps it."""
    ahead = {ExceptionCode.CLOCK_AHEAD} if draft.decided.get(CLOCK_AHEAD) else set()
    return tuple(sorted(str(code) for code in found | ahead))
