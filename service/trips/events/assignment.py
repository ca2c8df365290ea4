"""Handlers of who is on the list: assigned, unassigned, substituted, seated."""

from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PartyKind
from schemas.ids import derive_id
from schemas.trips import PassengerStatus, TripState
from service.fleets.rules import Seat
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.boarding import check_seat
from service.trips.events.facts import (
    Facts,
    passenger_locks,
    person_needs,
    read_facts,
    ride_needs,
)
from service.trips.rules import trip_states
from service.trips.rules.destinations import goes_elsewhere
from service.trips.rules.seating import next_free_seat

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
_SUBSTITUTE = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.before_departure,
    guards.vehicle_known,
    guards.cleared,
    guards.place_left,
)
_SEAT = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.not_ended,
    guards.vehicle_known,
)


def _assign(workspace: Workspace, command: Command) -> Decision:
    """Copies demand, enterprise and receiving party to the passenger, and gives a seat."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, _ASSIGN)) is not None:
        return outcomes.refused(facts, code)
    decided = _duties(facts)
    if not facts.data("stand_by"):
        row, column = facts.data("seat_row"), facts.data("seat_column")
        seat = _named_seat(facts, row, column) if row and column else _next_seat(facts)
        if isinstance(seat, ErrorCode):
            return outcomes.refused(facts, seat)
        decided |= _show(seat)
    return outcomes.about_passenger(facts, facts.data("passenger_id"), decided)


def _duties(facts: Facts) -> dict[str, Any]:
    """Which journey, demand, point and party; what the sender left open is taken from the demand."""
    known = facts.journeys.journey_to_continue() if facts.journeys else None
    demand = known.demand_id if known else None
    if demand is None and facts.demand is not None:
        demand = facts.demand.id
    enterprise = facts.data("enterprise_id")
    if enterprise is None and facts.demand is not None:
        enterprise = facts.demand.enterprise_id
    boarding = facts.view.plan.boarding_points
    optional = {
        "demand_id": demand,
        "enterprise_id": enterprise or _enterprise_of_point(facts),
        "handover_point_id": _handover_point(facts, enterprise),
        "boarding_point_id": facts.data("boarding_point_id")
        or (boarding[0].id if boarding else None),
    }
    role = facts.data("role") or (facts.worker.person_role if facts.worker else None)
    wanted = facts.demand.destination_code if facts.demand else None
    flagged = {"other_destination": True} if goes_elsewhere(facts.view.plan, wanted) else {}
    return (
        {
            "journey_id": str(known.id if known else derive_id(facts.command.id, "journey")),
            "role": str(role),
            "leg": facts.data("leg"),
            "handover_party": str(
                facts.data("handover_party")
                or _default_party(enterprise or _enterprise_of_point(facts))
            ),
        }
        | {name: str(value) for name, value in optional.items() if value is not None}
        | flagged
    )


def _enterprise_of_point(facts: Facts) -> UUID | None:
    """Whose gate it is, where the roster's employer matched no registered enterprise."""
    point = facts.view.plan.point(_handover_point(facts, None))
    return point.enterprise_id if point else None


def _default_party(enterprise: UUID | None) -> PartyKind:
    return PartyKind.ENTERPRISE if enterprise else PartyKind.DESTINATION_BUREAU


def _handover_point(facts: Facts, enterprise: UUID | None) -> UUID | None:
    """The one named; else the enterprise's own; else the only one, or the last of several."""
    named: UUID | None = facts.data("handover_point_id")
    points = facts.view.plan.handover_points
    own = [each.id for each in points if enterprise and each.enterprise_id == enterprise]
    last = points[-1].id if points else None
    return named or (own[0] if own else last)


def _next_seat(facts: Facts) -> Seat | ErrorCode:
    seats = facts.vehicle.seats if facts.vehicle else ()
    return next_free_seat(seats, facts.view) or ErrorCode.OVER_CAPACITY


def _named_seat(facts: Facts, row: int, column: int) -> Seat | ErrorCode:
    if facts.vehicle is None:
        return ErrorCode.PLAN_INCOMPLETE
    code = check_seat(facts, facts.vehicle, row, column)
    return code or Seat(row, column, facts.vehicle.seat_label(row, column) or "")


def _show(seat: Seat) -> dict[str, Any]:
    return {"seat_row": seat.row, "seat_column": seat.column, "seat_label": seat.label}


def _unassign(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    checks = (guards.passenger_known, guards.passenger_fits, _may_unassign)
    if (code := outcomes.refusal(facts, checks)) is not None:
        return outcomes.refused(facts, code)
    return outcomes.about_passenger(facts, facts.data("passenger_id"))


def _may_unassign(facts: Facts) -> ErrorCode | None:
    """Off an open list; off a cancelled trip; and stand-bys when the trip has left without them."""
    state = facts.view.course.state
    if facts.view.course.locked:
        return ErrorCode.MANIFEST_LOCKED
    if state in trip_states.UNLOCKED or state is TripState.CANCELLED:
        return None
    waiting = facts.passenger is not None and facts.passenger.status is PassengerStatus.STAND_BY
    return None if waiting else ErrorCode.STATE_FORBIDS


def _change_seat(workspace: Workspace, command: Command) -> Decision:
    """Before departure by rule; on a locked list it makes a new version. On the road anybody may
    sit elsewhere, but never on a seat that is taken or kept free."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, _SEAT)) is not None:
        return outcomes.refused(facts, code)
    seat = _named_seat(facts, facts.data("seat_row"), facts.data("seat_column"))
    if isinstance(seat, ErrorCode):
        return refuse(seat)
    return _with_seat(facts, seat)


def _with_seat(facts: Facts, seat: Seat) -> Decision:
    plain = outcomes.about_passenger(facts, facts.data("passenger_id"), _show(seat))
    return outcomes.listed_anew(facts, plain)


def _substitute(workspace: Workspace, command: Command) -> Decision:
    """A stand-by takes place and seat of one who has freed them; if somebody sits there by now, the
    next free one."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, _SUBSTITUTE)) is not None:
        return outcomes.refused(facts, code)
    gone = facts.view.passengers.get(facts.data("replaces_passenger_id"))
    if gone is None:
        return refuse(ErrorCode.NOT_ON_LIST)
    if gone.place_held or gone.status is PassengerStatus.STAND_BY:
        return refuse(ErrorCode.STATE_FORBIDS, replaced=str(gone.status))
    seat: Seat | ErrorCode = ErrorCode.SEAT_UNKNOWN
    if gone.seat_row is not None and gone.seat_column is not None:
        seat = _named_seat(facts, gone.seat_row, gone.seat_column)
    if isinstance(seat, ErrorCode):
        seat = _next_seat(facts)
    if isinstance(seat, ErrorCode):
        return outcomes.refused(facts, seat)
    return _with_seat(facts, seat)


ASSIGNMENT_HANDLERS: dict[EventKind, Handler] = {
    _K.PASSENGER_ASSIGNED: SimpleHandler(_assign, person_needs, passenger_locks),
    _K.PASSENGER_UNASSIGNED: SimpleHandler(_unassign, ride_needs, passenger_locks),
    _K.PASSENGER_SUBSTITUTED: SimpleHandler(_substitute, person_needs, passenger_locks),
    _K.PASSENGER_SEAT_CHANGED: SimpleHandler(_change_seat, ride_needs, passenger_locks),
}
