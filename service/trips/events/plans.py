"""Handlers of the plan and the list: opened, changed, filed, locked, another vehicle or driver."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from service.clock import local_date
from service.fleets.rules import DriverFacts, VehicleFacts
from service.policies.rules import find_policy
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, Need, refuse
from service.trips.events import guards, outcomes
from service.trips.events.aggregate import JOURNEYS
from service.trips.events.facts import (
    Facts,
    everybody_locks,
    everybody_needs,
    named_drivers,
    plan_needs,
    read_facts,
)
from service.trips.rules.journeys import WorkerJourneys, overlaps
from service.trips.rules.manifest import list_hash
from service.trips.rules.seating import seats_to_change, usable_seats
from service.workers.facts import WorkerFacts

_K = EventKind


def _open(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    vehicle = workspace.get("vehicle", facts.data("vehicle_id"))
    if vehicle is None and facts.data("vehicle_id") is not None:
        return refuse(ErrorCode.NOT_FOUND)
    if not _drivers_known(workspace, command):
        return refuse(ErrorCode.NOT_FOUND)
    return outcomes.about_trip(facts, _plan(facts, vehicle))


def _drivers_known(workspace: Workspace, command: Command) -> bool:
    return all(workspace.get("driver", each) is not None for each in named_drivers(command))


def _plan(facts: Facts, vehicle: VehicleFacts | None) -> dict[str, Any]:
    """What follows from the plan as it is now: whether it is complete (方案齐备: vehicle, driver,
    times, a point of each kind, contacts), and how many can ride."""
    return {"plan_complete": _is_complete(facts), "places": _places(facts, vehicle)}


def _is_complete(facts: Facts) -> bool:
    course, plan = facts.view.course, facts.view.plan
    return bool(
        (facts.data("vehicle_id") or course.vehicle_id)
        and (named_drivers(facts.command) or course.driver_ids)
        and plan.planned_departure_at
        and plan.planned_arrival_at
        and plan.boarding_points
        and plan.handover_points
        and plan.has_contacts
    )


def _places(facts: Facts, vehicle: VehicleFacts | None) -> int:
    if vehicle is None:
        return 0
    usable = usable_seats(vehicle.seats, facts.view.plan.kept_free_rows)
    return max(0, min(len(usable), vehicle.passenger_places))


def _change(workspace: Workspace, command: Command) -> Decision:
    """The rows of the plan are changed already: what does not fit takes them back with it."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return outcomes.refused(facts, code)
    decided = _plan(facts, facts.vehicle)
    if facts.view.taken() > decided["places"]:
        return refuse(ErrorCode.OVER_CAPACITY, places=decided["places"], taken=facts.view.taken())
    if clashing := _count_overlaps(facts, workspace):
        return refuse(ErrorCode.OVERLAPPING_TRIP, people=clashing)
    return outcomes.about_trip(facts, decided)


def _count_overlaps(facts: Facts, workspace: Workspace) -> int:
    """People whose other leg runs in this trip's time, as it is planned now."""
    plan = facts.view.plan
    found = 0
    for passenger in facts.view.passengers.values():
        journeys: WorkerJourneys | None = workspace.get(JOURNEYS, passenger.worker_id)
        if not passenger.active or journeys is None:
            continue
        others = [leg for leg in journeys.active_legs() if leg.trip_id != facts.view.id]
        found += overlaps(
            others, departure_at=plan.planned_departure_at, arrival_at=plan.planned_arrival_at
        )
    return found


def _lock(workspace: Workspace, command: Command) -> Decision:
    """Only people who may travel, and whom a number reaches (own, family, village)."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    checks = (guards.trip_fits, _plan_complete, _acknowledged, guards.list_filled)
    if (code := outcomes.refusal(facts, checks)) is not None:
        return outcomes.refused(facts, code)
    if ended := _list_ended_papers(facts, workspace, facts.vehicle, facts.view.course.driver_ids):
        return refuse(ErrorCode.LICENCE_EXPIRED, **ended)
    listed = facts.view.on_list()
    against = [_not_cleared(facts, workspace, each.worker_id, each.role) for each in listed]
    if reasons := [code for code in against if code is not None]:
        return refuse(min(reasons), people=len(reasons))
    if unreachable := [each for each in listed if not _is_reachable(workspace, each.worker_id)]:
        return refuse(ErrorCode.PHONE_UNREACHABLE, **outcomes.name_some(unreachable))
    version = facts.view.list_version + 1
    digest = list_hash(facts.view, version=version)
    content = {"list_version": version, "list_hash": digest, "count": len(listed)}
    return outcomes.about_trip(facts, content)


def _is_reachable(workspace: Workspace, worker_id: UUID | None) -> bool:
    person: WorkerFacts | None = workspace.get("worker", worker_id)
    return person is not None and person.reachable


def _plan_complete(facts: Facts) -> ErrorCode | None:
    """Filed is not said to be complete for ever: the plan may have been changed since."""
    return None if _is_complete(facts) else ErrorCode.PLAN_INCOMPLETE


def _acknowledged(facts: Facts) -> ErrorCode | None:
    """Whether an acknowledgement is needed is the policy's to say."""
    needed = find_policy(facts.view.plan.policy_version).filing_acknowledgement_required
    missing = needed and facts.view.course.acknowledged_at is None
    return ErrorCode.FILING_UNACKNOWLEDGED if missing else None


def _list_ended_papers(
    facts: Facts,
    workspace: Workspace,
    vehicle: VehicleFacts | None,
    driver_ids: Iterable[UUID],
) -> dict[str, Any]:
    """Whose papers end before the planned arrival; a day that nobody entered is not judged."""
    arrival = facts.view.plan.planned_arrival_at or facts.now
    drivers: list[DriverFacts | None] = [workspace.get("driver", each) for each in driver_ids]
    vehicles = [vehicle] if vehicle else []
    ended = {
        "vehicles": [each.id for each in vehicles if _ends_before(each.valid_until, arrival)],
        "drivers": [
            each.id for each in drivers if each and _ends_before(each.valid_until, arrival)
        ],
    }
    return {name: [str(each) for each in ids] for name, ids in ended.items() if ids}


def _ends_before(last_day: date | None, moment: datetime) -> bool:
    return last_day is not None and last_day < local_date(moment)


def _not_cleared(facts: Facts, workspace: Workspace, worker_id: Any, role: Any) -> ErrorCode | None:
    clearance = workspace.get("clearance", worker_id)
    if clearance is None:
        return ErrorCode.NOT_FOUND
    return guards.refusal_to_clear(facts, clearance, role)


def _lock_needs(workspace: Workspace, command: Command) -> Iterable[Need]:
    yield from plan_needs(workspace, command)
    for worker_id in everybody_locks(workspace, command):
        yield Need("worker", worker_id)
        yield Need("clearance", worker_id)


def _replace_vehicle(workspace: Workspace, command: Command) -> Decision:
    """Whoever has a seat that the new one has not gets another (actions/door.py); on a locked list
    that would be a list of its own for each of them, so it is unlocked first."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return outcomes.refused(facts, code)
    vehicle: VehicleFacts | None = workspace.get("vehicle", facts.data("vehicle_id"))
    if vehicle is None:
        return refuse(ErrorCode.NOT_FOUND)
    decided = _plan(facts, vehicle)
    against = _find_objection(facts, workspace, vehicle, places=decided["places"])
    if against is not None:
        return against
    return outcomes.listed_anew(facts, outcomes.about_trip(facts, decided))


def _find_objection(
    facts: Facts, workspace: Workspace, vehicle: VehicleFacts, *, places: int
) -> Decision | None:
    """Why this vehicle cannot carry the people of the list."""
    if facts.view.taken() > places:
        return refuse(ErrorCode.OVER_CAPACITY, places=places, taken=facts.view.taken())
    if not facts.view.course.locked:
        return None
    if homeless := seats_to_change(vehicle.seats, facts.view):
        return refuse(ErrorCode.MANIFEST_LOCKED, people=len(homeless))
    if ended := _list_ended_papers(facts, workspace, vehicle, ()):
        return refuse(ErrorCode.LICENCE_EXPIRED, **ended)
    return None


def _replace_driver(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return outcomes.refused(facts, code)
    gone = facts.data("replaces_driver_id")
    known = gone is None or gone in facts.view.course.driver_ids
    if not known or not _drivers_known(workspace, command):
        return refuse(ErrorCode.NOT_FOUND)
    ended = _list_ended_papers(facts, workspace, None, named_drivers(command))
    if facts.view.course.locked and ended:
        return refuse(ErrorCode.LICENCE_EXPIRED, **ended)
    complete = {"plan_complete": _is_complete(facts)}
    return outcomes.listed_anew(facts, outcomes.about_trip(facts, complete))


PLAN_HANDLERS: dict[EventKind, Handler] = {
    _K.TRIP_OPENED: SimpleHandler(_open, plan_needs),
    _K.TRIP_CHANGED: SimpleHandler(_change, everybody_needs, everybody_locks),
    _K.MANIFEST_LOCKED: SimpleHandler(_lock, _lock_needs, everybody_locks),
    _K.VEHICLE_REPLACED: SimpleHandler(_replace_vehicle, plan_needs),
    _K.DRIVER_REPLACED: SimpleHandler(_replace_driver, plan_needs),
}
