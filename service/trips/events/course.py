"""Handlers of what is said about the trip as a whole: filing, the road, its end, explanations."""

from collections.abc import Callable
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.trips import PassengerStatus
from service.policies.rules import find_policy, is_too_warm
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.facts import Facts, passenger_locks, read_facts, ride_needs
from service.trips.rules.passenger_statuses import IN_OUR_CARE

_K = EventKind

FEVER_ANYWHERE: Final = 380
"""Tenths of a degree. Policies set their limits lower; under none of them is this normal."""


def _handler(
    *checks: guards.Guard, decided: Callable[[Facts], dict[str, Any]] | None = None
) -> Handler:
    """Guards, then what the system adds; both over the facts."""

    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return outcomes.no_trip()
        if (code := outcomes.refusal(facts, checks)) is not None:
            return outcomes.refused(facts, code)
        return outcomes.about_trip(facts, decided(facts) if decided else None)

    return SimpleHandler(judge)


def _arrival_point(facts: Facts) -> dict[str, Any]:
    """An arrival without a point is at the only one there is."""
    points = facts.view.plan.handover_points
    if facts.data("point_id") is None and len(points) == 1:
        return {"point_id": str(points[0].id)}
    return {}


def _explain_exception(workspace: Workspace, command: Command) -> Decision:
    """Also on a closed trip: late facts still come in, and what does not fit wants its reason."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, ())) is not None:
        return refuse(code)
    if facts.data("passenger_id") is None:
        known = facts.data("code") in facts.view.course.exceptions
        return outcomes.about_trip(facts) if known else refuse(ErrorCode.EXCEPTION_UNKNOWN)
    if facts.passenger is None or facts.data("code") not in facts.passenger.exceptions:
        return refuse(ErrorCode.EXCEPTION_UNKNOWN)
    return outcomes.about_passenger(facts, facts.passenger.id)


def _take_temperatures(workspace: Workspace, command: Command) -> Decision:
    """A fever among normal temperatures contradicts itself: no fact, live or afterwards."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return outcomes.refused(facts, code)
    highest, limit = facts.data("highest"), _fever_limit(facts, facts.data("highest"))
    if facts.data("all_normal") and limit is not None:
        return refuse(ErrorCode.FIELD_INVALID, field="all_normal", highest=highest, limit=limit)
    return outcomes.about_trip(facts)


def _fever_limit(facts: Facts, reading: Any) -> int | None:
    """The limit that the reading breaks: the policy's, or where that has none, any thermometer's."""
    if not isinstance(reading, int):
        return None
    policy = find_policy(facts.view.plan.policy_version)
    if policy.temperature_limit_tenths is None:
        return FEVER_ANYWHERE if reading >= FEVER_ANYWHERE else None
    return policy.temperature_limit_tenths if is_too_warm(policy, reading) else None


def _nobody_aboard(facts: Facts) -> ErrorCode | None:
    return ErrorCode.STATE_FORBIDS if facts.view.aboard() else None


def _nobody_in_our_care(facts: Facts) -> ErrorCode | None:
    """Whoever was aboard, is missing or was refused must have an end first; it is not cancelled away."""
    waiting = any(each.status in IN_OUR_CARE for each in facts.view.passengers.values())
    return ErrorCode.EQUATION_OPEN if waiting else None


def _all_signed(facts: Facts) -> ErrorCode | None:
    """From an arrived trip only a handed-over one is closed; a turned-back one needs its sum."""
    view = facts.view
    unsigned = any(
        each.status is PassengerStatus.RECEIVED and view.signature_of(each) is None
        for each in facts.view.passengers.values()
    )
    return ErrorCode.NOT_BALANCED_HANDOVER if unsigned else None


def _incident_passenger(facts: Facts) -> ErrorCode | None:
    return None if facts.data("passenger_id") is None else guards.passenger_known(facts)


_plain = _handler(guards.trip_fits)

COURSE_HANDLERS: dict[EventKind, Handler] = {
    _K.TRIP_FILED: _plain,
    _K.FILING_ACKNOWLEDGED: _plain,
    _K.MANIFEST_UNLOCKED: _handler(guards.trip_fits, _nobody_aboard),
    _K.TRIP_BOARDING_OPENED: _plain,
    _K.TRIP_DEPARTED: _plain,
    _K.STOP_BEGUN: _plain,
    _K.STOP_ENDED: _plain,
    _K.TEMPERATURE_ROUND_TAKEN: SimpleHandler(_take_temperatures),
    _K.TRIP_DELAYED: _plain,
    _K.TRIP_HELD_UP: _plain,
    _K.TRIP_RESUMED: _plain,
    _K.TRIP_ARRIVED: _handler(guards.trip_fits, decided=_arrival_point),
    _K.TRIP_TURNED_BACK: _plain,
    _K.TRIP_RETURNED: _plain,
    _K.TRIP_CLOSED: _handler(
        guards.trip_fits, guards.everybody_accounted, guards.no_open_exceptions, _all_signed
    ),
    _K.TRIP_CANCELLED: _handler(guards.trip_fits, _nobody_in_our_care),
    _K.EXCEPTION_EXPLAINED: SimpleHandler(_explain_exception, ride_needs, passenger_locks),
    _K.INCIDENT_REPORTED: _handler(guards.trip_fits, _incident_passenger),
}
