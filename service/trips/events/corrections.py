"""The handler of reversals: the wrong fact stays, every fold leaves it out."""

from schemas.errors import ErrorCode
from schemas.events import EVENT_SPECS, EventKind
from service.recording.registry import SimpleHandler, Workspace
from service.recording.repeats import StoredEvent
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.aggregate import JOURNEYS
from service.trips.events.course import explain
from service.trips.events.facts import Facts, everybody_locks, everybody_needs, read_facts
from service.trips.rules.journeys import WorkerJourneys

_K = EventKind

IRREVERSIBLE = frozenset({_K.EVENT_REVERSED, _K.TRIP_OPENED, _K.TRIP_CHANGED, _K.TRIP_CLOSED})
"""Reversals, and what is the plan itself: those are mended by a new statement."""


def _reverse(workspace: Workspace, command: Command) -> Decision:
    """The reversal is read by the fold of whom the wrong fact was about."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.not_closed,))) is not None:
        return refuse(code, **explain(facts, code))
    target = workspace.stored.get(facts.data("event_id"))
    if target is None or target.stream != command.stream:
        return refuse(ErrorCode.NOT_FOUND)
    if (code := _irreversible(facts, target, workspace)) is not None:
        return refuse(code)
    return Decision(
        subject_id=target.subject_id,
        worker_id=target.worker_id,
        decided={"reversed_kind": str(target.kind)},
        policy_version=facts.view.plan.policy_version,
    )


def _irreversible(facts: Facts, target: StoredEvent, workspace: Workspace) -> ErrorCode | None:
    """Whoever has a place on another trip by now is not brought back to this one by a reversal."""
    if target.kind in IRREVERSIBLE or EVENT_SPECS[target.kind].permission is None:
        return ErrorCode.CANNOT_REVERSE
    passenger = facts.view.passengers.get(target.subject_id)
    if passenger is None or passenger.active:
        return None
    journeys: WorkerJourneys | None = workspace.get(JOURNEYS, passenger.worker_id)
    elsewhere = journeys is not None and journeys.active_legs(but_trip=facts.view.id)
    return ErrorCode.ALREADY_ON_TRIP if elsewhere else None


REVERSAL = SimpleHandler(_reverse, everybody_needs, everybody_locks)
