"""What is decided about a trip: opening, plan complete, places, list locked (reachable, cleared, papers
valid), fever limit, signatures and handover code, closing, cancelling.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_trips import SignatureMethod
from schemas.permissions import Role
from schemas.shapes import FieldText
from schemas.texts import say
from schemas.trips import PassengerStatus
from service.clock import local_date
from service.fleets.queries import DRIVERS, VEHICLES
from service.fleets.rules import VehicleFacts
from service.health.events import read_clearance
from service.policies.rules import find_policy
from service.recording.approvals import mark_phoned, refuse_phoned
from service.recording.handlers import (
    Command,
    Decision,
    Handler,
    RecordedAsSent,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_field,
    refuse_reference,
)
from service.registry.queries import WORKERS
from service.trips.events import clearing, guards, runs, signing
from service.trips.events.aggregate import JOURNEYS
from service.trips.events.captains import lacks_captain
from service.trips.events.guards import (
    Facts,
    everybody_locks,
    everybody_wants,
    passenger_locks,
    plan_wants,
    read_facts,
    ride_wants,
)
from service.trips.events.runs import named_drivers
from service.trips.rules.findings import EXPLAINED_FACTS, Finding
from service.trips.rules.journeys import overlaps
from service.trips.rules.overview import TripView, list_hash
from service.trips.rules.passenger_states import IN_OUR_CARE
from service.trips.rules.passengers import PassengerState
from service.trips.rules.seating import usable_seats
from service.trips.rules.trips import PAPER_SEEN, VEHICLE_CARRIER
from service.vault.vault import BlindIndex, IndexPurpose

RECEIVERS = frozenset({Role.ENTERPRISE_RECEIVER, Role.DESTINATION_OFFICER})
"""Who can sign with an account of their own."""


def _sign(workspace: Workspace, command: Command) -> Decision:
    """For people who are received at that point already, or first have to be recorded so: in the answer's
    `receipts` each with the event of the receiving."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    if (objection := _object_to_proof(facts, workspace.indexes)) is not None:
        return objection
    signed = signing.read_signed(workspace, facts)
    if signed.wrong or not signed.people:
        return refuse(ErrorCode.NOT_BALANCED_HANDOVER, **signed.explain())
    if not _in_own_name(facts, signed.people):
        return refuse(ErrorCode.NOT_FOUND)
    decided: dict[str, Any] = {"count": len(signed.people), "receipts": signed.receipts}
    if facts.data("method") is SignatureMethod.PAPER:
        decided[PAPER_SEEN] = bool(command.attachments)
    decision = guards.about_trip(facts, decided)
    return replace(decision, first=signed.first)


def _object_to_proof(facts: Facts, indexes: BlindIndex) -> Decision | None:
    """Names the field that is wrong; paper needs an attachment or the hash of the scanned sheet."""
    if not facts.data("passenger_ids"):
        return refuse_field("passenger_ids", say(FieldText.IDS_MISSING))
    if _has_doubled(facts.data("passenger_ids")):
        return refuse_field("passenger_ids", say(FieldText.IDS_DOUBLED))
    shown = facts.data("file_hash") is not None or facts.command.attachments
    if facts.data("method") is SignatureMethod.PAPER and not shown:
        return refuse_field("file_hash", say(FieldText.FILE_HASH_MISSING))
    code = _method_fits(facts, indexes)
    return refuse(code, method=str(facts.data("method"))) if code is not None else None


def _in_own_name(facts: Facts, people: Iterable[PassengerState]) -> bool:
    """A signature in an enterprise's name is for passengers of that enterprise."""
    named = facts.data("enterprise_id")
    return named is None or all(facts.view.enterprise_of(each) == named for each in people)


def _method_fits(facts: Facts, indexes: BlindIndex) -> ErrorCode | None:
    """A code must be the point's own, an own account one that can sign."""
    method = facts.data("method")
    if method is SignatureMethod.OWN_ACCOUNT and facts.actor.role not in RECEIVERS:
        return ErrorCode.PERMISSION_DENIED
    if method is SignatureMethod.CODE:
        right = handover_code(indexes, facts.view, facts.data("point_id"))
        given = (facts.data("code") or "").encode()
        return None if hmac.compare_digest(given, right.encode()) else ErrorCode.CODE_WRONG
    return None


def handover_code(indexes: BlindIndex, view: TripView, point_id: UUID) -> str:
    """Eight digits that stand on the handover sheet of one point: who has them has the sheet."""
    digest = indexes.digest(
        IndexPurpose.HANDOVER_CODE, view.plan.county_code, str(view.id), str(point_id)
    )
    return f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"


HANDOVER_HANDLERS: dict[EventKind, Handler] = {
    EventKind.HANDOVER_SIGNED: SimpleHandler(_sign, before=signing.list_receivings)
}


_K = EventKind


def _handler(
    *checks: guards.Guard,
    decided: Callable[[Facts], dict[str, Any]] | None = None,
    wants: Callable[[Workspace, Command], Iterable[Wanted]] = lambda _workspace, _command: (),
    locks: Callable[[Workspace, Command], Iterable[UUID]] = lambda _workspace, _command: (),
) -> Handler:
    """Guards, then what the system adds; both over the facts."""

    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return guards.no_trip()
        if (code := guards.refusal(facts, checks)) is not None:
            return guards.refused(facts, code)
        return guards.about_trip(facts, decided(facts) if decided else None)

    return SimpleHandler(judge, wants, locks)


def _arrival_point(facts: Facts) -> dict[str, Any]:
    """An arrival without a point is at the only one there is."""
    points = facts.view.plan.handover_points
    if facts.data("point_id") is None and len(points) == 1:
        return {"point_id": str(points[0].id)}
    return {}


def _explain_exception(workspace: Workspace, command: Command) -> Decision:
    """Covers the exceptions of one code that come from the facts named; none named: those open now. Also on a
    closed trip: late facts still come in, and what does not fit wants its reason."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, ())) is not None:
        return refuse(code)
    if (objection := _object_to_words(workspace, facts)) is not None:
        return objection
    waiting = [each for each in _list_open(facts) if each.code is facts.data("code")]
    named = set(facts.data("events") or ())
    covered = [each for each in waiting if not named or named.issuperset(each.event_ids)]
    if not covered:
        return _refuse_explaining(facts, waiting)
    ids = sorted({str(event_id) for each in covered for event_id in each.event_ids})
    decided = {EXPLAINED_FACTS: ids} | mark_phoned(workspace, command)
    if facts.passenger is None:
        return guards.about_trip(facts, decided)
    return guards.about_passenger(facts, facts.passenger.id, decided)


def _object_to_words(workspace: Workspace, facts: Facts) -> Decision | None:
    """Ids named twice; what was typed in from a call without name, post and time."""
    if _has_doubled(facts.data("events") or ()):
        return refuse_field("events", say(FieldText.IDS_DOUBLED))
    return refuse_phoned(workspace, facts.command)


def _refuse_explaining(facts: Facts, waiting: Sequence[Finding]) -> Decision:
    """Of this code something is open, but comes from more events than were named (`needed`: each such set);
    else what is open instead, of the trip or, where nobody was named and it has nothing, of its people."""
    if waiting:
        sets = [[str(each) for each in one.event_ids] for one in waiting[: guards.NAMED]]
        return refuse(ErrorCode.EXCEPTION_UNKNOWN, needed=sets)
    named = [_name_finding(each) for each in _list_open(facts)[: guards.NAMED]]
    if named or facts.data("passenger_id") is not None:
        return refuse(ErrorCode.EXCEPTION_UNKNOWN, open=named)
    of_people = [
        _name_finding(each) | {"passenger_id": str(passenger_id)}
        for passenger_id, found in facts.see_outside().waiting.items()
        for each in found
    ]
    who = {"of_people": len(of_people)} if of_people else {}
    return refuse(ErrorCode.EXCEPTION_UNKNOWN, open=of_people[: guards.NAMED], **who)


def _name_finding(finding: Finding) -> dict[str, object]:
    return {"code": str(finding.code), "events": [str(each) for each in finding.event_ids]}


def _list_open(facts: Facts) -> tuple[Finding, ...]:
    """Of the passenger whom an explanation names, else of the trip itself."""
    if facts.data("passenger_id") is None:
        return facts.see_outside().view.course.open_findings
    return facts.see_outside().waiting[facts.passenger.id] if facts.passenger else ()


def _take_temperatures(workspace: Workspace, command: Command) -> Decision:
    """A fever among normal temperatures contradicts itself: no fact, live or afterwards."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    highest, limit = facts.data("highest"), clearing.find_fever_limit(facts, facts.data("highest"))
    if facts.data("all_normal") and limit is not None:
        return refuse(ErrorCode.FIELD_INVALID, field="all_normal", highest=highest, limit=limit)
    return guards.about_trip(facts)


def _nobody_aboard(facts: Facts) -> ErrorCode | None:
    return ErrorCode.STATE_FORBIDS if facts.view.aboard() else None


def _nobody_in_our_care(facts: Facts) -> ErrorCode | None:
    """Passengers who were aboard, are missing or were refused need an end before the trip is cancelled."""
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


def _incident_open(facts: Facts) -> ErrorCode | None:
    """Reported on this trip, and not settled yet."""
    known = {each.event_id for each in facts.view.open_incidents}
    return None if facts.data("incident_id") in known else ErrorCode.INCIDENT_UNKNOWN


def _has_doubled(ids: Sequence[UUID]) -> bool:
    """Judged here and not as a shape, so that a repeat of what was recorded once stays a repeat."""
    return len(set(ids)) < len(ids)


_plain = _handler(guards.trip_fits)

COURSE_HANDLERS: dict[EventKind, Handler] = {
    _K.TRIP_FILED: _plain,
    _K.MANIFEST_UNLOCKED: _handler(guards.trip_fits, _nobody_aboard),
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
        guards.trip_fits,
        guards.everybody_accounted,
        _all_signed,
        guards.no_open_exceptions,
        wants=everybody_wants,
        locks=everybody_locks,
    ),
    _K.TRIP_CANCELLED: _handler(guards.trip_fits, _nobody_in_our_care),
    _K.EXCEPTION_EXPLAINED: SimpleHandler(_explain_exception, ride_wants, passenger_locks),
    _K.INCIDENT_REPORTED: _handler(guards.trip_fits, _incident_passenger),
    _K.INCIDENT_SETTLED: _handler(guards.trip_fits, _incident_open),
}


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
    """What follows from the plan as it is now: whether it is complete (方案齐备: vehicle, driver,
    times, a point of each kind, contacts), how many can ride in this vehicle, which seats it has, and
    whose it is."""
    complete = {"plan_complete": is_complete(facts, vehicle)}
    if vehicle is None:
        return complete
    seats = sorted([seat.row, seat.column] for seat in vehicle.seats)
    measures = {"places": _places(facts, vehicle), "places_of": str(vehicle.id), "seats": seats}
    return complete | measures | {VEHICLE_CARRIER: str(vehicle.carrier_id)}


def is_complete(facts: Facts, vehicle: VehicleFacts | None) -> bool:
    return not guards.list_missing(facts, vehicle)


def _places(facts: Facts, vehicle: VehicleFacts | None) -> int:
    if vehicle is None:
        return 0
    usable = usable_seats(vehicle.seats, facts.view.plan.kept_free_rows)
    return max(0, min(len(usable), vehicle.passenger_places))


def _change(workspace: Workspace, command: Command) -> Decision:
    """The rows of the plan are changed already: what does not fit takes them back with it."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.list_open, guards.trip_fits))) is not None:
        return guards.refused(facts, code)
    decided = describe_plan(facts, facts.vehicle)
    places = decided.get("places", 0)
    if facts.view.taken() > places:
        return refuse(ErrorCode.OVER_CAPACITY, places=places, taken=facts.view.taken())
    if clashing := _count_overlaps(facts, workspace):
        return refuse(ErrorCode.OVERLAPPING_TRIP, people=clashing)
    if busy := runs.find_busy(workspace, command, facts.view):
        return runs.refuse_busy(busy[0])
    return guards.about_trip(facts, decided)


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
    """Only people who may travel, and whom a number reaches (own, family, village)."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    checks = (guards.trip_fits, _plan_complete, _acknowledged, guards.list_filled)
    if (code := guards.refusal(facts, checks)) is not None:
        return guards.refused(facts, code)
    if (against_crew := _object_to_crew(facts, workspace)) is not None:
        return against_crew
    listed = facts.view.on_list()
    against = [_not_cleared(facts, workspace, each.worker_id, each.role) for each in listed]
    if reasons := [code for code in against if code is not None]:
        return refuse(min(reasons), people=len(reasons))
    if unreachable := [each for each in listed if not _is_reachable(workspace, each.worker_id)]:
        return refuse(
            ErrorCode.PHONE_UNREACHABLE, **guards.name_some(unreachable, most=len(unreachable))
        )
    version = facts.view.list_version + 1
    digest = list_hash(facts.view, version=version)
    content = {"list_version": version, "list_hash": digest, "count": len(listed)}
    return guards.about_trip(facts, content)


def _object_to_crew(facts: Facts, workspace: Workspace) -> Decision | None:
    """A captain is missing, or papers end before the arrival."""
    if lacks_captain(facts, workspace):
        return refuse(ErrorCode.CAPTAIN_MISSING)
    ended = list_ended_papers(facts, workspace, facts.vehicle, facts.view.course.driver_ids)
    return refuse(ErrorCode.LICENCE_EXPIRED, **ended) if ended else None


def _is_reachable(workspace: Workspace, worker_id: UUID | None) -> bool:
    person = workspace.get(WORKERS, worker_id)
    return person is not None and person.reachable


def _plan_complete(facts: Facts) -> ErrorCode | None:
    """Filed is not said to be complete for ever: the plan may have been changed since."""
    return None if is_complete(facts, facts.vehicle) else ErrorCode.PLAN_INCOMPLETE


def _acknowledged(facts: Facts) -> ErrorCode | None:
    """Whether an acknowledgement is needed is the policy's to say."""
    needed = find_policy(facts.view.plan.policy_version).filing_acknowledgement_required
    missing = needed and facts.view.course.acknowledged_at is None
    return ErrorCode.FILING_UNACKNOWLEDGED if missing else None


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


def _ends_before(last_day: date | None, moment: datetime) -> bool:
    return last_day is not None and last_day < local_date(moment)


def _not_cleared(facts: Facts, workspace: Workspace, worker_id: Any, role: Any) -> ErrorCode | None:
    clearance = read_clearance(workspace, worker_id)
    if clearance is None:
        return ErrorCode.NOT_FOUND
    return clearing.refusal_to_clear(facts, clearance, role)


def _lock_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from plan_wants(workspace, command)
    yield from runs.list_wants(workspace, command)
    for worker_id in everybody_locks(workspace, command):
        yield Wanted(WORKERS, worker_id)


def crew_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from plan_wants(workspace, command)
    yield from runs.list_wants(workspace, command)


PLAN_HANDLERS: dict[EventKind, Handler] = {
    _K.BATCH_CANCELLED: RecordedAsSent(None),
    _K.BATCH_CHANGED: RecordedAsSent(None),
    _K.BATCH_OPENED: RecordedAsSent(None),
    _K.TRIP_OPENED: SimpleHandler(_open, crew_wants),
    _K.TRIP_CHANGED: SimpleHandler(_change, _change_wants, everybody_locks),
    _K.MANIFEST_LOCKED: SimpleHandler(_lock, _lock_wants, everybody_locks),
}
