"""Reversing an event of a trip: which kinds cannot be reversed, and when there is no way back (place given
away, on another trip by now, also a vehicle or a driver).
"""

from collections.abc import Iterable
from functools import reduce
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.trips import TripState
from service.recording.handlers import (
    Command,
    Decision,
    Fact,
    SimpleHandler,
    StoredEvent,
    Subject,
    Wanted,
    Workspace,
    in_order,
    refuse,
)
from service.trips.events import guards, runs
from service.trips.events.aggregate import JOURNEYS
from service.trips.events.guards import Facts, read_facts
from service.trips.events.runs import Busy
from service.trips.events.wants import everybody_locks, everybody_wants
from service.trips.rules import passengers, trips
from service.trips.rules.gate import list_misplaced
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.trips.rules.reversals import WAITS, is_reversible
from service.trips.rules.told import GIVING_SEATS
from service.trips.rules.trip_states import BEFORE_DEPARTURE

_K = EventKind


def _reverse(workspace: Workspace, command: Command) -> Decision:
    """The reversal is read by the fold of whom the wrong fact was about. Also on a closed trip, which stays
    closed. Told afterwards before its fact, it waits for it, named as an exception of the trip."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (_not_cancelled, _not_itself))) is not None:
        return guards.refused(facts, code)
    target = workspace.stored.get(facts.data("event_id"))
    if target is None and not command.live:
        return guards.about_trip(facts, {WAITS: True})
    if target is None or target.stream != command.stream:
        return refuse(ErrorCode.NOT_FOUND)
    history = workspace.histories.get(Subject(command.stream, target.subject_id), [])
    if (objection := _object(facts, target, workspace, history)) is not None:
        return objection
    return Decision(
        subject_id=target.subject_id,
        worker_id=target.worker_id,
        decided={"reversed_kind": str(target.kind)},
        policy_version=facts.view.policy_version,
    )


def _object(
    facts: Facts, target: StoredEvent, workspace: Workspace, history: list[Fact]
) -> Decision | None:
    left = _without(history, facts.data("event_id"))
    if (reversal := _find_reversal(facts, history)) is not None:
        return refuse(ErrorCode.CANNOT_REVERSE, reversed_by=str(reversal))
    if not is_reversible(target.kind, target.decided):
        return refuse(ErrorCode.CANNOT_REVERSE)
    if (against := _pushes_out(facts, target, left)) is not None:
        return against
    if (code := _no_way_back(facts, target, workspace, left)) is not None:
        return guards.refused(facts, code)
    busy = _find_busy_again(facts, target, workspace, left)
    return runs.refuse_busy(busy[0]) if busy else None


def _not_cancelled(facts: Facts) -> ErrorCode | None:
    cancelled = facts.view.course.state is TripState.CANCELLED
    return ErrorCode.STATE_FORBIDS if cancelled else None


def _not_itself(facts: Facts) -> ErrorCode | None:
    own = facts.data("event_id") == facts.command.id
    return ErrorCode.CANNOT_REVERSE if own else None


def _find_reversal(facts: Facts, history: list[Fact]) -> UUID | None:
    """By which the event is reversed already; that may have come before it."""
    event_id, course = facts.data("event_id"), facts.view.course
    if event_id in course.taken_back:
        early = (each for each in course.early_reversals if each.event_id == event_id)
        return next((each.fact.event_id for each in early), event_id)
    told = (each for each in history if each.kind is _K.EVENT_REVERSED)
    return next((each.id for each in told if each.identifier("event_id") == event_id), None)


def _without(history: list[Fact], event_id: UUID) -> list[Fact]:
    return in_order(each for each in history if each.id != event_id)


def _no_way_back(
    facts: Facts, target: StoredEvent, workspace: Workspace, left: list[Fact]
) -> ErrorCode | None:
    """Whoever would come back to a place that was given away, or is on another trip by now, is not
    brought back by a reversal; what really happened is told as a new fact."""
    before = facts.view.passengers.get(target.subject_id)
    if before is None:
        return None
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
    return ErrorCode.ALREADY_ON_TRIP if any(not each.found for each in elsewhere) else None


def _pushes_out(facts: Facts, target: StoredEvent, left: list[Fact]) -> Decision | None:
    """Before departure the vehicle that is in use again must have a place for everybody, and the policy that
    holds again must fit a list that is locked. In the old vehicle seats are given anew."""
    course, of_policy = facts.view.course, target.kind is not _K.VEHICLE_REPLACED
    if target.kind not in GIVING_SEATS or course.state not in BEFORE_DEPARTURE:
        return None
    if of_policy and not course.locked:
        return None
    after = trips.fold(facts.view.id, left)
    if (against := guards.object_to_places(facts.view, after.places)) is not None:
        return against
    kept = facts.view.plan.kept_free_rows | after.isolation_rows
    sits = of_policy and list_misplaced(facts.view, kept_free_rows=kept)
    return guards.refused(facts, ErrorCode.SEAT_KEPT_FREE) if sits else None


def _find_busy_again(
    facts: Facts, target: StoredEvent, workspace: Workspace, left: list[Fact]
) -> list[Busy]:
    """Before departure a vehicle or driver that comes back may be on another trip by now."""
    course = facts.view.course
    if target.subject_id != facts.view.id or course.state not in BEFORE_DEPARTURE:
        return []
    after = trips.fold(facts.view.id, left)
    back = runs.occupy(
        vehicles={after.vehicle_id} - {course.vehicle_id},
        drivers=sorted({*after.driver_ids} - {*course.driver_ids}),
    )
    return runs.find_busy_among(workspace, facts.view, wanted=back)


def _wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """Also vehicles and drivers that were given up, while they could come back."""
    yield from everybody_wants(workspace, command)
    view = workspace.get_state(command.stream, TripView)
    if view is None or view.course.state not in BEFORE_DEPARTURE:
        return
    course = view.course
    yield from runs.occupy(
        vehicles={run.vehicle_id for run in course.vehicles} - {course.vehicle_id},
        drivers={run.driver_id for run in course.drivers} - {*course.driver_ids},
    )


REVERSAL = SimpleHandler(_reverse, _wants, everybody_locks)
