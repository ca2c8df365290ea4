"""What is decided about a plan: opening, complete or not, how many may ride, which rows stay free, filed under
which policy, switched to another, list locked (reachable, cleared, papers valid).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.policies import PolicyVersion
from service.days import local_date
from service.fleets.queries import CARRIERS, DRIVERS, VEHICLES
from service.fleets.rules import VehicleFacts
from service.health.events import HEALTH, read_clearance
from service.policies.queries import POLICIES, THE_BOOK
from service.recording.handlers import (
    Command,
    Decision,
    Handler,
    RecordedAsSent,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_reference,
)
from service.registry.queries import WORKERS
from service.trips.events import clearing, guards, listing, runs
from service.trips.events.aggregate import JOURNEYS
from service.trips.events.captains import lacks_captain
from service.trips.events.guards import Facts, read_facts
from service.trips.events.runs import named_drivers
from service.trips.events.wants import clearance_wants, everybody_locks, everybody_wants, plan_wants
from service.trips.rules import planning
from service.trips.rules.gate import (
    choose_policy,
    list_misplaced,
    list_policy_misfits,
    list_unacknowledged,
    measure_room,
)
from service.trips.rules.journeys import overlaps
from service.trips.rules.overview import list_hash
from service.trips.rules.told import (
    ISOLATION_ROWS,
    POLICY_CHOSEN,
    POLICY_MISFITS,
    TOLD_VERSION,
    VEHICLE_CARRIER,
)

_K = EventKind


def _open(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    vehicle = workspace.get(VEHICLES, facts.data("vehicle_id"))
    if vehicle is None and facts.data("vehicle_id") is not None:
        return refuse_reference("vehicle_id")
    if not drivers_known(workspace, command):
        return refuse_reference("driver_ids")
    if busy := runs.find_busy(workspace, command, facts.view):
        return runs.refuse_busy(busy[0])
    return guards.about_trip(facts, {"places": 0} | describe_plan(facts, vehicle))


def drivers_known(workspace: Workspace, command: Command) -> bool:
    return all(workspace.get(DRIVERS, each) is not None for each in named_drivers(command))


def describe_plan(facts: Facts, vehicle: VehicleFacts | None) -> dict[str, Any]:
    """What follows from the plan as it is now: whether it is complete (方案齐备: vehicle, drivers enough for
    the distance, times, a point of each kind, contacts), how many can ride in this vehicle, which seats it has,
    and whose it is."""
    complete = {"plan_complete": is_complete(facts, vehicle)}
    if vehicle is None:
        return complete
    seats = sorted([seat.row, seat.column] for seat in vehicle.seats)
    carrier = {VEHICLE_CARRIER: str(vehicle.carrier_id)}
    return complete | measure_places(facts, vehicle, facts.policy) | {"seats": seats} | carrier


def measure_places(facts: Facts, vehicle: VehicleFacts, policy: PolicyVersion) -> dict[str, Any]:
    """How many passengers may ride in this vehicle under the policy beside the crew of this trip, and which
    rows it keeps free for isolation (left out where it keeps none)."""
    room = measure_room(
        facts.view,
        vehicle,
        policy=policy,
        book=facts.book,
        drivers=len(runs.drivers_after(facts.command, facts.view)),
        now=facts.command.happened_at,
    )
    measured = {"places": room.places, "places_of": str(vehicle.id)}
    rows = sorted(room.isolation_rows)
    return measured | ({ISOLATION_ROWS: rows} if rows else {})


def list_kept_free(facts: Facts, measured: dict[str, Any]) -> frozenset[int]:
    """Rows that stay free: the plan's, and those of what measure_places gave."""
    return facts.view.plan.kept_free_rows.union(measured.get(ISOLATION_ROWS, ()))


def is_complete(facts: Facts, vehicle: VehicleFacts | None) -> bool:
    return not guards.list_missing(facts, vehicle)


def _change(workspace: Workspace, command: Command) -> Decision:
    """The rows of the plan are changed already: what does not fit takes them back with it."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (_may_change, guards.trip_fits))) is not None:
        return guards.refused(facts, code)
    decided = describe_plan(facts, facts.vehicle)
    if (against := guards.object_to_places(facts.view, decided.get("places", 0))) is not None:
        return against
    if clashing := _count_overlaps(facts, workspace):
        return refuse(ErrorCode.OVERLAPPING_TRIP, people=clashing)
    if busy := runs.find_busy(workspace, command, facts.view):
        return runs.refuse_busy(busy[0])
    return listing.listed_anew(facts, guards.about_trip(facts, decided))


ON_LOCKED: Final = frozenset({"boarding_points", "contacts", "handover_points", "route"})
"""Fields of a plan that may still change when its list is locked, until the trip has left."""


def _may_change(facts: Facts) -> ErrorCode | None:
    """Everything while the list is open; of a locked one no more than where people get on and off, by which
    way, and who answers for them: a new version of the list."""
    if facts.view.course.locked and ON_LOCKED.issuperset(facts.data("fields")):
        return None
    return guards.list_open(facts)


def _change_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from everybody_wants(workspace, command)
    yield from runs.list_wants(workspace, command)


def _count_overlaps(facts: Facts, workspace: Workspace) -> int:
    """People whose other leg runs in this trip's time, as it is planned now."""
    plan = facts.view.plan
    found = 0
    for passenger in facts.view.passengers.values():
        journeys = workspace.get(JOURNEYS, passenger.worker_id)
        if not passenger.active or journeys is None:
            continue
        others = [leg for leg in journeys.active_legs() if leg.trip_id != facts.view.id]
        found += overlaps(
            others, departure_at=plan.planned_departure_at, arrival_at=plan.planned_arrival_at
        )
    return found


def _lock(workspace: Workspace, command: Command) -> Decision:
    """Only people who may travel, and whom a number reaches (own, family, village). Of a trip that was never
    filed it chooses the policy, until the filing does."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    plan_policy = facts.view.policy_version
    if facts.view.course.policy_version is None:
        facts = _under(facts, _choose(facts))
    checks = (guards.trip_fits, _plan_complete, _acknowledged, guards.list_filled)
    if (code := guards.refusal(facts, checks)) is not None:
        return guards.refused(facts, code)
    # measured now: a level of risk that was loaded since the plan was counts
    measured = measure_places(facts, facts.vehicle, facts.policy) if facts.vehicle else {}
    against = _object_to_seating(facts, measured) or _object_to_crew(facts, workspace)
    if against is not None:
        return against
    listed = facts.view.on_list()
    asked = [read_clearance(workspace, each.worker_id) for each in listed]
    if reasons := clearing.list_refusals(facts, asked):
        return refuse(min(reasons), people=len(reasons))
    if unreachable := [each for each in listed if not _is_reachable(workspace, each.worker_id)]:
        return refuse(
            ErrorCode.PHONE_UNREACHABLE, **guards.name_some(unreachable, most=len(unreachable))
        )
    version = facts.view.list_version + 1
    digest = list_hash(facts.view, version=version)
    content = {"list_version": version, "list_hash": digest, "count": len(listed)}
    if facts.policy.version != plan_policy:
        content |= {POLICY_CHOSEN: facts.policy.version} | measured
    return guards.about_trip(facts, content)


def _choose(facts: Facts) -> PolicyVersion:
    return choose_policy(facts.view, facts.book, now=facts.command.happened_at)


def _under(facts: Facts, policy: PolicyVersion) -> Facts:
    """As if the list were locked under this policy."""
    course = replace(facts.view.course, locked_policy=policy.version)
    return replace(facts, view=replace(facts.view, course=course))


def _object_to_seating(facts: Facts, measured: dict[str, Any]) -> Decision | None:
    """More people than may ride by what measure_places gave, or somebody in a row that stays free."""
    if (against := guards.object_to_places(facts.view, measured.get("places", 0))) is not None:
        return against
    kept = list_kept_free(facts, measured)
    if misplaced := list_misplaced(facts.view, kept_free_rows=kept):
        return refuse(ErrorCode.SEAT_KEPT_FREE, **guards.name_some(misplaced))
    return None


def _object_to_crew(facts: Facts, workspace: Workspace) -> Decision | None:
    """A captain is missing, papers end before the arrival, or a driver drives too many hours in a week."""
    if lacks_captain(facts, workspace):
        return refuse(ErrorCode.CAPTAIN_MISSING)
    drivers = facts.view.course.driver_ids
    ended = list_ended_papers(facts, workspace, facts.vehicle, drivers)
    if papers := _list_ended_of_plan(facts, workspace):
        ended |= {"papers": papers}
    if ended:
        return refuse(ErrorCode.LICENCE_EXPIRED, **ended)
    hours = facts.policy.driver_hours
    return runs.find_overworked(workspace, facts.view, drivers=drivers, hours=hours)


def _is_reachable(workspace: Workspace, worker_id: UUID | None) -> bool:
    person = workspace.get(WORKERS, worker_id)
    return person is not None and person.reachable


def _plan_complete(facts: Facts) -> ErrorCode | None:
    """Filed is not said to be complete for ever: the plan may have been changed since."""
    return None if is_complete(facts, facts.vehicle) else ErrorCode.PLAN_INCOMPLETE


def _acknowledged(facts: Facts) -> ErrorCode | None:
    """Whether an acknowledgement is needed, and again, is the policy's to say."""
    changed = list_unacknowledged(facts.view, policy=facts.policy)
    return ErrorCode.FILING_UNACKNOWLEDGED if changed else None


def list_ended_papers(
    facts: Facts,
    workspace: Workspace,
    vehicle: VehicleFacts | None,
    driver_ids: Iterable[UUID],
) -> dict[str, Any]:
    """Ids of vehicles and drivers whose papers end before the planned arrival; a missing day is not judged."""
    arrival = facts.view.plan.planned_arrival_at or facts.now
    drivers = [workspace.get(DRIVERS, each) for each in driver_ids]
    vehicles = [vehicle] if vehicle else []
    ended = {
        "vehicles": [each.id for each in vehicles if _ends_before(each.valid_until, arrival)],
        "drivers": [
            each.id for each in drivers if each and _ends_before(each.valid_until, arrival)
        ],
    }
    return {name: [str(each) for each in ids] for name, ids in ended.items() if ids}


def _list_ended_of_plan(facts: Facts, workspace: Workspace) -> list[str]:
    """Charter sign, passengers' insurance, licence of the carriers, by the names of the fields."""
    plan = facts.view.plan
    carriers = [workspace.get(CARRIERS, each) for each in planning.list_carriers(facts.view)]
    arrives_on = local_date(plan.planned_arrival_at or facts.now)
    return planning.list_ended(plan, carriers=carriers, arrives_on=arrives_on)


def _ends_before(last_day: date | None, moment: datetime) -> bool:
    return last_day is not None and last_day < local_date(moment)


def _file(workspace: Workspace, command: Command) -> Decision:
    """The first filing chooses the policy: the one in force on the day of departure. Refused while the list is
    locked and does not fit it."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    told: dict[str, Any] = {TOLD_VERSION: facts.view.list_version}
    if facts.view.course.policy_version is not None:
        return guards.about_trip(facts, told)
    chosen = _choose(facts)
    told[POLICY_CHOSEN] = chosen.version
    if chosen.version == facts.view.policy_version:
        return guards.about_trip(facts, told)
    return _come_under(facts, chosen, told)


def _switch_policy(workspace: Workspace, command: Command) -> Decision:
    """Refused while the list is locked and no longer fits: it is unlocked first. Later it is only told. Of a
    policy that does not hold there and then only the answer says so.
    """
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    policy = facts.book.get(facts.data("policy"))
    if policy is None:
        return refuse_reference("policy")
    told: dict[str, Any] = {"policy_before": facts.view.policy_version}
    if misfits := list_policy_misfits(facts.view, policy, now=facts.command.happened_at):
        told[POLICY_MISFITS] = [str(each) for each in misfits]
    return _come_under(facts, policy, told)


def _come_under(facts: Facts, policy: PolicyVersion, told: dict[str, Any]) -> Decision:
    """With the places that the policy leaves. Refused where a locked list no longer fits: it is unlocked
    first."""
    if facts.vehicle is None:
        return guards.about_trip(facts, told)
    measured = measure_places(facts, facts.vehicle, policy)
    against = _object_to_seating(facts, measured) if facts.view.course.locked else None
    return against or guards.about_trip(facts, told | measured)


def _policy_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield Wanted(POLICIES, THE_BOOK)
    yield from plan_wants(workspace, command)


def _lock_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from plan_wants(workspace, command)
    view = guards.get_view(workspace, command)
    chooses = view is not None and view.course.policy_version is None
    if chooses:
        yield Wanted(POLICIES, THE_BOOK)
    for carrier_id in planning.list_carriers(view) if view else ():
        yield Wanted(CARRIERS, carrier_id)
    yield from runs.occupy(drivers=view.course.driver_ids if view else ())
    yield from runs.list_wants(workspace, command)
    if view is None:
        return
    for worker_id in everybody_locks(workspace, command):
        yield from clearance_wants(view, worker_id)
        if chooses:  # the policy to come may ask for it
            yield Wanted(HEALTH, worker_id)


def crew_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from plan_wants(workspace, command)
    yield from runs.list_wants(workspace, command)


PLAN_HANDLERS: dict[EventKind, Handler] = {
    _K.BATCH_CANCELLED: RecordedAsSent(None),
    _K.BATCH_CHANGED: RecordedAsSent(None),
    _K.BATCH_OPENED: RecordedAsSent(None),
    _K.TRIP_FILED: SimpleHandler(_file, _policy_wants),
    _K.POLICY_SWITCHED: SimpleHandler(_switch_policy, _policy_wants),
    _K.TRIP_OPENED: SimpleHandler(_open, crew_wants),
    _K.TRIP_CHANGED: SimpleHandler(_change, _change_wants, everybody_locks),
    _K.MANIFEST_LOCKED: SimpleHandler(_lock, _lock_wants, everybody_locks),
}
