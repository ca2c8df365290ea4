"""Reversing an event of a trip: which kinds cannot be reversed, and when there is no way back (place given
away, on another trip by now).
"""

from functools import reduce
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.specs import EVENT_SPECS
from service.recording.handlers import (
    Command,
    Decision,
    Fact,
    SimpleHandler,
    StoredEvent,
    Subject,
    Workspace,
    in_order,
    refuse,
)
from service.trips.events import guards
from service.trips.events.aggregate import JOURNEYS
from service.trips.events.guards import Facts, everybody_locks, everybody_needs, read_facts
from service.trips.rules import passengers, trips
from service.trips.rules.passengers import PassengerState
from service.trips.rules.trips import BEFORE_DEPARTURE, Course

_K = EventKind

IRREVERSIBLE = frozenset(
    {
        _K.EVENT_REVERSED,
        _K.MANIFEST_LOCKED,
        _K.MANIFEST_UNLOCKED,
        _K.PASSENGER_ASSIGNED,
        _K.PASSENGER_SUBSTITUTED,
        _K.PASSENGER_UNASSIGNED,
        _K.TRIP_CANCELLED,
        _K.TRIP_CHANGED,
        _K.TRIP_CLOSED,
        _K.TRIP_OPENED,
    }
)
"""What makes the plan and the list: these are undone by the opposite decision. Versions of a list
that was printed and sent are history, whatever was wrong with them."""


def _reverse(workspace: Workspace, command: Command) -> Decision:
    """The reversal is read by the fold of whom the wrong fact was about."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.not_ended,))) is not None:
        return guards.refused(facts, code)
    target = workspace.stored.get(facts.data("event_id"))
    if target is None or target.stream != command.stream:
        return refuse(ErrorCode.NOT_FOUND)
    history = workspace.histories.get(Subject(command.stream, target.subject_id), [])
    code = _irreversible(target, facts.data("event_id"), history) or _no_way_back(
        facts, target, workspace, _without(history, facts.data("event_id"))
    )
    if code is not None:
        return guards.refused(facts, code)
    return Decision(
        subject_id=target.subject_id,
        worker_id=target.worker_id,
        decided={"reversed_kind": str(target.kind)},
        policy_version=facts.view.plan.policy_version,
    )


def _irreversible(target: StoredEvent, event_id: UUID, history: list[Fact]) -> ErrorCode | None:
    system = EVENT_SPECS[target.kind].permission is None
    versioned = "list_version" in target.decided
    already = any(
        each.kind is _K.EVENT_REVERSED and each.identifier("event_id") == event_id
        for each in history
    )
    wrong = system or versioned or already or target.kind in IRREVERSIBLE
    return ErrorCode.CANNOT_REVERSE if wrong else None


def _without(history: list[Fact], event_id: UUID) -> list[Fact]:
    return in_order(each for each in history if each.id != event_id)


def _no_way_back(
    facts: Facts, target: StoredEvent, workspace: Workspace, left: list[Fact]
) -> ErrorCode | None:
    """Whoever would come back to a place that was given away, or is on another trip by now, is not
    brought back by a reversal; what really happened is told as a new fact."""
    before = facts.view.passengers.get(target.subject_id)
    if before is None:
        return _pushes_out(facts, target, left)
    after = reduce(passengers.step, left, PassengerState(before.id))
    regains = after.place_given and not before.place_given
    if regains and not before.place_held and not facts.view.free_places():
        return ErrorCode.OVER_CAPACITY
    if regains and before.place_held and facts.view.taken() >= facts.view.course.places:
        return ErrorCode.OVER_CAPACITY
    journeys = workspace.get(JOURNEYS, before.worker_id)
    if before.active or not after.active or journeys is None:
        return None
    elsewhere = journeys.rivals(after, trip_id=facts.view.id)
    return ErrorCode.ALREADY_ON_TRIP if elsewhere else None


def _pushes_out(facts: Facts, target: StoredEvent, left: list[Fact]) -> ErrorCode | None:
    """Before departure the vehicle that is in use again must have a place for everybody."""
    if target.kind is not _K.VEHICLE_REPLACED or facts.view.course.state not in BEFORE_DEPARTURE:
        return None
    after = reduce(trips.step, left, Course(id=facts.view.id))
    return ErrorCode.OVER_CAPACITY if facts.view.taken() > after.places else None


REVERSAL = SimpleHandler(_reverse, everybody_needs, everybody_locks)
