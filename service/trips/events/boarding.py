"""Handlers of the door, the road and the gate: what is seen of a passenger from roll call to end."""

from typing import Any

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.ids import derive_id
from service.fleets.rules import VehicleFacts
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.aggregate import TRIPS
from service.trips.events.facts import (
    Facts,
    passenger_locks,
    person_needs,
    read_facts,
    ride_needs,
)
from service.trips.rules.seating import next_free_seat, taken_seats

_K = EventKind

_BOARD = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.before_departure,
    guards.list_locked,
    guards.cleared,
)
_CHECK_IN = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.before_departure,
    guards.list_locked,
    guards.place_left,
)


def _board(workspace: Workspace, command: Command) -> Decision:
    """The gate. A refused live boarding is kept under its own kind: publicly only that it was
    refused, the reason sealed with the person's health data."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (outside := guards.in_scope(facts)) is not None:
        return refuse(outside)
    if facts.passenger is None:
        return refuse(ErrorCode.NOT_ON_LIST)
    if facts.command.live:
        code = guards.first_refusal(facts, _BOARD) or _gate_seat(facts)
        if code is ErrorCode.ALREADY_ABOARD:
            return refuse(code)  # entered twice: nobody was stopped at the door
        if code is not None:
            return _kept_refusal(facts, facts.passenger.id, code)
    return outcomes.about_passenger(facts, facts.passenger.id, _told_seat(facts))


def _gate_seat(facts: Facts) -> ErrorCode | None:
    """The seat named at the door must be the passenger's own or a free one."""
    seat = (facts.data("seat_row"), facts.data("seat_column"))
    if None in seat or facts.vehicle is None or facts.passenger is None:
        return None
    if seat == (facts.passenger.seat_row, facts.passenger.seat_column):
        return None
    return check_seat(facts, facts.vehicle, *seat)


def check_seat(facts: Facts, vehicle: VehicleFacts, row: int, column: int) -> ErrorCode | None:
    """Whether somebody may be put there."""
    if vehicle.seat_label(row, column) is None:
        return ErrorCode.SEAT_UNKNOWN
    if row in facts.view.plan.kept_free_rows:
        return ErrorCode.SEAT_KEPT_FREE
    return ErrorCode.SEAT_TAKEN if (row, column) in taken_seats(facts.view) else None


def _kept_refusal(facts: Facts, passenger_id: Any, code: ErrorCode) -> Decision:
    return Decision(
        subject_id=passenger_id,
        worker_id=facts.worker_id,
        refused=code,
        refusal_facts=outcomes.explain(facts, code),
        kept_as=_K.PASSENGER_BOARDING_REFUSED,
        sealed={PersonalClass.HEALTH: {"refused": str(code)}},
        policy_version=facts.view.plan.policy_version,
    )


def _told_seat(facts: Facts) -> dict[str, Any]:
    """The label of the seat that a fact names; one that the vehicle has not is told all the same."""
    row, column = facts.data("seat_row"), facts.data("seat_column")
    if row is None or column is None or facts.vehicle is None:
        return {}
    label = facts.vehicle.seat_label(row, column)
    return {"seat_label": label} if label else {"seat_unknown": True}


def _check_in(workspace: Workspace, command: Command) -> Decision:
    """Who comes late after all gets the own seat back, or the next free one."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, _CHECK_IN)) is not None:
        return outcomes.refused(facts, code)
    if facts.passenger is None:
        return refuse(ErrorCode.NOT_ON_LIST)
    return outcomes.about_passenger(facts, facts.passenger.id, _seat_anew(facts))


def _seat_anew(facts: Facts) -> dict[str, Any]:
    passenger, vehicle = facts.passenger, facts.vehicle
    if passenger is None or vehicle is None or passenger.place_held or not facts.command.live:
        return {}
    if (passenger.seat_row, passenger.seat_column) not in taken_seats(facts.view):
        return {}
    seat = next_free_seat(vehicle.seats, facts.view)
    if seat is None:
        return {}
    return {"seat_row": seat.row, "seat_column": seat.column, "seat_label": seat.label}


def _find_aboard(workspace: Workspace, command: Command) -> Decision:
    """Whoever is found aboard is recorded: on no list, or on another coach's."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.under_way,))) is not None:
        return outcomes.refused(facts, code)
    if (code := guards.worker_named(facts)) is not None:
        return refuse(code)
    passenger_id = facts.data("passenger_id")
    known = facts.passenger
    if passenger_id == facts.view.id or (known and known.worker_id != facts.worker_id):
        return refuse(ErrorCode.ID_REUSED)
    for each in facts.view.passengers.values():
        if each.worker_id == facts.worker_id and each.id != passenger_id and each.active:
            return refuse(ErrorCode.ALREADY_ON_THIS_TRIP, passenger_id=str(each.id))
    return outcomes.about_passenger(facts, passenger_id, _found_duties(facts) | _told_seat(facts))


def _found_duties(facts: Facts) -> dict[str, Any]:
    """The journey that they are on, in the place of the leg that should carry them now; else a new
    one, which takes up the demand."""
    journey = facts.journeys.journey_to_continue() if facts.journeys else None
    points = facts.view.plan.handover_points
    decided: dict[str, Any] = {
        "role": str(facts.worker.person_role) if facts.worker else None,
        "journey_id": str(journey.id if journey else derive_id(facts.command.id, "journey")),
    }
    if journey is not None:
        active = [leg.number for leg in journey.legs if leg.active]
        decided["leg"] = min(active, default=max(leg.number for leg in journey.legs))
    elif facts.demand is not None:
        decided["demand_id"] = str(facts.demand.id)
    if facts.data("handover_point_id") is None and points:
        decided["handover_point_id"] = str(points[-1].id)
    if facts.demand is not None and facts.demand.enterprise_id is not None:
        decided["enterprise_id"] = str(facts.demand.enterprise_id)
    return decided


def _seen(*checks: guards.Guard) -> Handler:
    """An observation about somebody on this trip's record."""

    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return outcomes.no_trip()
        known = (guards.passenger_known, guards.passenger_fits, *checks)
        if (code := outcomes.refusal(facts, known)) is not None:
            return outcomes.refused(facts, code)
        if facts.passenger is None:
            return refuse(ErrorCode.PASSENGER_UNKNOWN)
        decided = _told_seat(facts) | _receiving_party(facts)
        return outcomes.about_passenger(facts, facts.passenger.id, decided)

    return SimpleHandler(judge, ride_needs, passenger_locks)


def _receiving_party(facts: Facts) -> dict[str, Any]:
    if facts.command.kind is not _K.PASSENGER_RECEIVED or facts.data("party") is not None:
        return {}
    party = facts.passenger.handover_party if facts.passenger else None
    return {"party": str(party)} if party else {}


_told_moved = _seen(guards.not_ended)


def _move(workspace: Workspace, command: Command) -> Decision:
    """To another trip that there is: whoever is moved nowhere has no end."""
    target = getattr(command.payload, "to_trip_id", None)
    if target == command.stream.id or workspace.get(TRIPS, target) is None:
        return refuse(ErrorCode.NOT_FOUND, to_trip_id=str(target))
    return _told_moved.decide(workspace, command)


_aboard = _seen(guards.under_way)

BOARDING_HANDLERS: dict[EventKind, Handler] = {
    _K.PASSENGER_CHECKED_IN: SimpleHandler(_check_in, ride_needs, passenger_locks),
    _K.PASSENGER_BOARDED: SimpleHandler(_board, person_needs, passenger_locks),
    _K.PASSENGER_DENIED: _seen(guards.before_departure),
    _K.PASSENGER_NO_SHOW: _seen(guards.not_ended),
    _K.PASSENGER_FOUND_ABOARD: SimpleHandler(_find_aboard, person_needs, passenger_locks),
    _K.PASSENGER_MOVED: SimpleHandler(_move, ride_needs, passenger_locks),
    _K.PASSENGER_FEVER_FOUND: _aboard,
    _K.PASSENGER_TRANSFERRED: _aboard,
    _K.PASSENGER_LEFT: _aboard,
    _K.PASSENGER_RECEIVED: _aboard,
    _K.PASSENGER_REFUSED: _aboard,
    _K.PASSENGER_MISSING: _aboard,
    _K.PASSENGER_FOUND: _aboard,
    _K.PASSENGER_RETURNED: _aboard,
    _K.PASSENGER_NOTIFIED: _seen(guards.not_ended),
}
