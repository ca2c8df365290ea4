"""Handlers of who is on the list: assigned, unassigned, substituted, seated, told."""

from typing import Any

from schemas.errors import ErrorCode
from schemas.events import EventKind
from schemas.events.payloads_passengers import PartyKind
from schemas.ids import derive_id
from schemas.trips import PassengerStatus, TripState
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.course import explain
from service.trips.events.facts import Facts, passenger_locks, passenger_needs, read_facts
from service.trips.rules import trips
from service.trips.rules.manifest import list_hash
from service.trips.rules.passengers import PLACE_HELD
from service.trips.rules.seating import next_free_seat, taken_seats

_K = EventKind

_ASSIGN = (
    guards.passenger_new,
    guards.worker_known,
    guards.list_open,
    guards.vehicle_known,
    guards.cleared,
    guards.not_on_another_trip,
    guards.place_left,
)


def _assign(workspace: Workspace, command: Command) -> Decision:
    """Copies demand, enterprise and receiving party to the passenger, and gives a seat."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, _ASSIGN)) is not None:
        return refuse(code, **explain(facts, code))
    decided = _duties(facts)
    if not facts.data("stand_by"):
        seat = _give_seat(facts)
        if isinstance(seat, ErrorCode):
            return refuse(seat, **explain(facts, seat))
        decided |= seat
    return outcomes.about_passenger(facts, facts.data("passenger_id"), decided)


def _duties(facts: Facts) -> dict[str, Any]:
    """Which journey, demand, point and party; what the sender left open is taken from the demand."""
    known = facts.journeys.journey_to_continue() if facts.journeys else None
    journey = known.id if known else derive_id(facts.command.id, "journey")
    demand = known.demand_id if known else (facts.demand.id if facts.demand else None)
    enterprise = facts.data("enterprise_id") or (
        facts.demand.enterprise_id if facts.demand else None
    )
    point = _handover_point(facts, enterprise)
    party = facts.data("handover_party") or _default_party(enterprise)
    boarding = facts.data("boarding_point_id") or _only(facts.view.plan.boarding_points)
    role = facts.data("role") or facts.worker.person_role
    decided = {
        "journey_id": str(journey),
        "role": str(role),
        "leg": facts.data("leg"),
        "handover_party": str(party),
    }
    optional = {
        "demand_id": demand,
        "enterprise_id": enterprise,
        "handover_point_id": point,
        "boarding_point_id": boarding,
    }
    return decided | {name: str(value) for name, value in optional.items() if value is not None}


def _default_party(enterprise: object) -> PartyKind:
    return PartyKind.ENTERPRISE if enterprise else PartyKind.DESTINATION_BUREAU


def _handover_point(facts: Facts, enterprise: object) -> object:
    """The one named; else the enterprise's own; else the only one, or the last of several."""
    if facts.data("handover_point_id") is not None:
        return facts.data("handover_point_id")
    points = facts.view.plan.handover_points
    own = next(
        (each.id for each in points if enterprise and each.enterprise_id == enterprise), None
    )
    return own or (points[-1].id if points else None)


def _only(points: tuple[Any, ...]) -> object:
    return points[0].id if points else None


def _give_seat(facts: Facts) -> dict[str, Any] | ErrorCode:
    """The seat asked for, or the next free one of the vehicle."""
    row, column = facts.data("seat_row"), facts.data("seat_column")
    if row is not None and column is not None:
        return _check_seat(facts, row, column)
    seat = next_free_seat(facts.vehicle.seats, facts.view)
    if seat is None:
        return ErrorCode.OVER_CAPACITY
    return {"seat_row": seat.row, "seat_column": seat.column, "seat_label": seat.label}


def _check_seat(facts: Facts, row: int, column: int) -> dict[str, Any] | ErrorCode:
    seat = next((s for s in facts.vehicle.seats if (s.row, s.column) == (row, column)), None)
    if seat is None:
        return ErrorCode.SEAT_UNKNOWN
    if row in facts.view.plan.kept_free_rows:
        return ErrorCode.SEAT_KEPT_FREE
    if (row, column) in taken_seats(facts.view):
        return ErrorCode.SEAT_TAKEN
    return {"seat_label": seat.label}


def _may_unassign(facts: Facts) -> ErrorCode | None:
    if facts.view.course.locked:
        return ErrorCode.MANIFEST_LOCKED
    states = trips.UNLOCKED | {TripState.CANCELLED}
    return None if facts.view.course.state in states else ErrorCode.STATE_FORBIDS


def _plain(*checks: guards.Guard) -> Handler:
    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return outcomes.no_trip()
        if (code := outcomes.refusal(facts, checks)) is not None:
            return refuse(code, **explain(facts, code))
        return outcomes.about_passenger(facts, facts.data("passenger_id"))

    return SimpleHandler(judge, passenger_needs, passenger_locks)


def _change_seat(workspace: Workspace, command: Command) -> Decision:
    """Before departure by rule; on a locked list it makes a new version. On the road anybody may
    sit elsewhere, but never on a seat that is taken or kept free."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    checks = (
        guards.passenger_known,
        guards.passenger_fits,
        guards.not_closed,
        guards.vehicle_known,
    )
    if (code := outcomes.refusal(facts, checks)) is not None:
        return refuse(code, **explain(facts, code))
    seat = _check_seat(facts, facts.data("seat_row"), facts.data("seat_column"))
    if isinstance(seat, ErrorCode):
        return refuse(seat)
    return _with_list(facts, seat)


def _with_list(facts: Facts, decided: dict[str, Any]) -> Decision:
    """A change of a locked list before departure is a new version of it."""
    plain = outcomes.about_passenger(facts, facts.data("passenger_id"), decided)
    if not facts.view.course.locked:
        return plain
    version = facts.view.list_version + 1
    digest = list_hash(outcomes.changed_view(facts, plain), version=version)
    listed = {**plain.decided, "list_version": version, "list_hash": digest}
    return outcomes.about_passenger(facts, facts.data("passenger_id"), listed)


def _substitute(workspace: Workspace, command: Command) -> Decision:
    """A stand-by takes place, seat, point and party of one who has freed them."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    checks = (
        guards.passenger_known,
        guards.passenger_fits,
        guards.before_departure,
        guards.vehicle_known,
        guards.cleared,
        guards.place_left,
    )
    if (code := outcomes.refusal(facts, checks)) is not None:
        return refuse(code, **explain(facts, code))
    gone = facts.view.passengers.get(facts.data("replaces_passenger_id"))
    if gone is None or gone.status in PLACE_HELD or gone.status is PassengerStatus.STAND_BY:
        return refuse(ErrorCode.STATE_FORBIDS, state="replaced passenger still holds the place")
    if (seat := _inherit_seat(facts, gone.seat_row, gone.seat_column)) is None:
        return refuse(ErrorCode.OVER_CAPACITY)
    return _with_list(facts, seat)


def _inherit_seat(facts: Facts, row: int | None, column: int | None) -> dict[str, Any] | None:
    """The freed seat; if somebody has it by now, the next free one."""
    if row is not None and column is not None:
        checked = _check_seat(facts, row, column)
        if isinstance(checked, dict):
            return {"seat_row": row, "seat_column": column, **checked}
    seat = next_free_seat(facts.vehicle.seats, facts.view)
    if seat is None:
        return None
    return {"seat_row": seat.row, "seat_column": seat.column, "seat_label": seat.label}


ASSIGNMENT_HANDLERS: dict[EventKind, Handler] = {
    _K.PASSENGER_ASSIGNED: SimpleHandler(_assign, passenger_needs, passenger_locks),
    _K.PASSENGER_UNASSIGNED: _plain(guards.passenger_known, guards.passenger_fits, _may_unassign),
    _K.PASSENGER_NOTIFIED: _plain(guards.passenger_known, guards.not_closed),
    _K.PASSENGER_SUBSTITUTED: SimpleHandler(_substitute, passenger_needs, passenger_locks),
    _K.PASSENGER_SEAT_CHANGED: SimpleHandler(_change_seat, passenger_needs, passenger_locks),
}
