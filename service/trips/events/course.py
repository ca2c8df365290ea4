"""Handlers of what is said about the trip as a whole: plan, filing, list, road, handover, end."""

import hmac
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events import EventKind
from schemas.events.payloads_trips import SignatureMethod
from schemas.trips import PassengerStatus
from service.policies.rules import find_policy
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, Need, refuse
from service.trips.events import guards, outcomes
from service.trips.events.facts import (
    Facts,
    everybody_locks,
    passenger_needs,
    read_facts,
    vehicle_needs,
)
from service.trips.rules.manifest import list_hash
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import ON_VEHICLE
from service.trips.rules.seating import usable_seats
from service.vault.indexes import BlindIndex, IndexPurpose

_K = EventKind


def _handler(
    *checks: guards.Guard, decided: Callable[[Facts], dict[str, Any]] | None = None
) -> Handler:
    """Guards, then what the system adds; both over the facts."""

    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return outcomes.no_trip()
        code = outcomes.refusal(facts, checks)
        if code is not None:
            return refuse(code, **explain(facts, code))
        return outcomes.about_trip(facts, decided(facts) if decided else None)

    return SimpleHandler(judge, vehicle_needs)


def explain(facts: Facts, code: ErrorCode) -> dict[str, object]:
    """Counts and states that tell what is missing; nothing personal."""
    if code is ErrorCode.STATE_FORBIDS:
        return {"state": str(facts.view.state)}
    if code is ErrorCode.EXCEPTIONS_OPEN:
        return {"open_exceptions": facts.view.open_exceptions}
    if code is ErrorCode.EQUATION_OPEN:
        return {"counts": facts.view.counts()}
    if code is ErrorCode.OVER_CAPACITY:
        return {"places": facts.view.plan.places, "taken": facts.view.taken()}
    return {}


def _plan_complete(facts: Facts) -> dict[str, Any]:
    """方案齐备: vehicle, driver, times, at least one point of each kind, and contacts."""
    course, plan = facts.view.course, facts.view.plan
    vehicle = facts.data("vehicle_id") or course.vehicle_id
    drivers = facts.data("driver_ids") or facts.data("driver_id") or course.driver_ids
    complete = bool(
        vehicle
        and drivers
        and plan.planned_departure_at
        and plan.planned_arrival_at
        and plan.boarding_points
        and plan.handover_points
        and plan.has_contacts
    )
    return {"plan_complete": complete}


def _acknowledged(facts: Facts) -> ErrorCode | None:
    """Whether an acknowledgement is needed is the policy's to say."""
    needed = find_policy(facts.view.plan.policy_version).filing_acknowledgement_required
    missing = needed and facts.view.course.acknowledged_at is None
    return ErrorCode.FILING_UNACKNOWLEDGED if missing else None


def _lock(workspace: Workspace, command: Command) -> Decision:
    """Nobody without a number that reaches them (own, family, village) goes on a locked list."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits, _acknowledged))) is not None:
        return refuse(code, **explain(facts, code))
    people = [workspace.get("worker", each.worker_id) for each in facts.view.on_list()]
    unreachable = sum(1 for person in people if person is None or not person.reachable)
    if unreachable:
        return refuse(ErrorCode.PHONE_UNREACHABLE, people=unreachable)
    return outcomes.about_trip(facts, _next_list(facts))


def _everybody_as_worker(workspace: Workspace, command: Command) -> Iterable[Need]:
    yield from vehicle_needs(workspace, command)
    for worker_id in everybody_locks(workspace, command):
        yield Need("worker", worker_id)


def _next_list(facts: Facts) -> dict[str, Any]:
    version = facts.view.list_version + 1
    return {
        "list_version": version,
        "list_hash": list_hash(facts.view, version=version),
        "count": len(facts.view.on_list()),
    }


def _replaced(facts: Facts) -> dict[str, Any]:
    """Another vehicle or driver on a locked list is a new version of the list."""
    decided = _plan_complete(facts)
    if not facts.view.course.locked:
        return decided
    after = outcomes.changed_view(facts, outcomes.about_trip(facts, decided))
    version = facts.view.list_version + 1
    return {**decided, "list_version": version, "list_hash": list_hash(after, version=version)}


def _replace_vehicle(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    vehicle = workspace.get("vehicle", facts.data("vehicle_id"))
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return refuse(code, **explain(facts, code))
    if vehicle is None:
        return refuse(ErrorCode.NOT_FOUND)
    usable = usable_seats(vehicle.seats, facts.view.plan.kept_free_rows)
    places = min(len(usable), vehicle.passenger_places)
    if facts.view.taken() > places:
        return refuse(ErrorCode.OVER_CAPACITY, places=places, taken=facts.view.taken())
    return outcomes.about_trip(facts, _replaced(facts))


def _road(workspace: Workspace, command: Command) -> Decision:
    """Departure, stops, arrival. A head count that differs is shown, not refused (judging.py)."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return refuse(code, **explain(facts, code))
    point = facts.data("point_id")
    if point is not None and facts.view.plan.point(point) is None:
        return refuse(ErrorCode.NOT_FOUND)
    return outcomes.about_trip(facts, _arrival_point(facts))


def _arrival_point(facts: Facts) -> dict[str, Any]:
    """An arrival without a point is at the only one there is."""
    points = facts.view.plan.handover_points
    if (
        facts.command.kind is _K.TRIP_ARRIVED
        and facts.data("point_id") is None
        and len(points) == 1
    ):
        return {"point_id": str(points[0].id)}
    return {}


def _sign(workspace: Workspace, command: Command) -> Decision:
    """The signed list must be people who are recorded as received at that point."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return refuse(code, **explain(facts, code))
    point = facts.view.plan.point(facts.data("point_id"))
    if point is None:
        return refuse(ErrorCode.NOT_FOUND)
    listed = [facts.view.passengers.get(each) for each in facts.data("passenger_ids")]
    wrong = [p for p in listed if p is None or p.status is not PassengerStatus.RECEIVED]
    if wrong or not listed:
        return refuse(ErrorCode.NOT_BALANCED_HANDOVER, not_received=len(wrong))
    if (code := _signature_fits(facts, workspace)) is not None:
        return refuse(code)
    return outcomes.about_trip(facts, {"count": len(listed)})


def _signature_fits(facts: Facts, workspace: Workspace) -> ErrorCode | None:
    """Paper needs the hash of the scanned sheet, a code the point's own."""
    method = facts.data("method")
    if method is SignatureMethod.PAPER and facts.data("file_hash") is None:
        return ErrorCode.FIELD_INVALID
    if method is SignatureMethod.CODE:
        right = handover_code(workspace.indexes, facts.view, facts.data("point_id"))
        return (
            None if hmac.compare_digest(facts.data("code") or "", right) else ErrorCode.CODE_WRONG
        )
    return None


def handover_code(indexes: BlindIndex, view: TripView, point_id: UUID) -> str:
    """Eight digits that stand on the handover sheet of one point: who has them has the sheet."""
    digest = indexes.digest(
        IndexPurpose.HANDOVER_CODE, view.plan.county_code, str(view.id), str(point_id)
    )
    return f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"


def _explain_exception(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.not_closed,))) is not None:
        return refuse(code, **explain(facts, code))
    if facts.data("passenger_id") is None:
        if facts.data("code") not in facts.view.course.exceptions:
            return refuse(ErrorCode.EXCEPTION_UNKNOWN)
        return outcomes.about_trip(facts)
    if facts.passenger is None or facts.data("code") not in facts.passenger.exceptions:
        return refuse(ErrorCode.EXCEPTION_UNKNOWN)
    return outcomes.about_passenger(facts, facts.passenger.id)


def _nobody_aboard(facts: Facts) -> ErrorCode | None:
    aboard = any(each.status in ON_VEHICLE for each in facts.view.passengers.values())
    return ErrorCode.STATE_FORBIDS if aboard else None


def _all_signed(facts: Facts) -> ErrorCode | None:
    """From an arrived trip only a handed-over one is closed; a turned-back one needs its sum."""
    course = facts.view.course
    unsigned = any(
        each.status is PassengerStatus.RECEIVED and not course.signed(each.id)
        for each in facts.view.passengers.values()
    )
    return ErrorCode.NOT_BALANCED_HANDOVER if unsigned else None


_plain = _handler(guards.trip_fits)
_system = _handler(decided=_plan_complete)

COURSE_HANDLERS: dict[EventKind, Handler] = {
    _K.TRIP_OPENED: _system,
    _K.TRIP_CHANGED: _handler(guards.trip_fits, decided=_plan_complete),
    _K.TRIP_FILED: _plain,
    _K.FILING_ACKNOWLEDGED: _plain,
    _K.MANIFEST_LOCKED: SimpleHandler(_lock, _everybody_as_worker),
    _K.MANIFEST_UNLOCKED: _handler(guards.trip_fits, _nobody_aboard),
    _K.VEHICLE_REPLACED: SimpleHandler(_replace_vehicle, vehicle_needs),
    _K.DRIVER_REPLACED: _handler(guards.trip_fits, decided=_replaced),
    _K.TRIP_BOARDING_OPENED: _plain,
    _K.TRIP_DEPARTED: SimpleHandler(_road, vehicle_needs),
    _K.STOP_BEGUN: _plain,
    _K.STOP_ENDED: SimpleHandler(_road, vehicle_needs),
    _K.TEMPERATURE_ROUND_TAKEN: _plain,
    _K.TRIP_DELAYED: _plain,
    _K.TRIP_HELD_UP: _plain,
    _K.TRIP_RESUMED: _plain,
    _K.TRIP_ARRIVED: SimpleHandler(_road, vehicle_needs),
    _K.TRIP_TURNED_BACK: _plain,
    _K.TRIP_RETURNED: _plain,
    _K.HANDOVER_SIGNED: SimpleHandler(_sign, vehicle_needs),
    _K.TRIP_CLOSED: _handler(
        guards.trip_fits, guards.everybody_accounted, guards.no_open_exceptions, _all_signed
    ),
    _K.TRIP_CANCELLED: _handler(guards.trip_fits, _nobody_aboard),
    _K.EXCEPTION_EXPLAINED: SimpleHandler(_explain_exception, passenger_needs),
    _K.INCIDENT_REPORTED: _plain,
}
