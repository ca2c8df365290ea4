"""What is decided about one passenger: assigning (seat, handover point, receiving party), unassigning,
substituting, boarding at the door, check-in, found aboard, moved, received; what each refuses.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas.clearance import CURES
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PartyKind
from schemas.ids import derive_id
from schemas.shapes import FieldText
from schemas.texts import say
from schemas.trips import PassengerStatus, TripState
from service.auth import Actor
from service.fleets.rules import Seat, VehicleFacts
from service.health.events import tell_measured
from service.health.rules import may_know
from service.recording.commands import RETIRED
from service.recording.handlers import (
    AGAINST_CLEARANCE,
    Command,
    Decision,
    Handler,
    SimpleHandler,
    Workspace,
    refuse,
    refuse_field,
)
from service.trips.events import clearing, guards, listing, minors
from service.trips.events.aggregate import TRIPS
from service.trips.events.guards import Facts, read_facts
from service.trips.events.wants import passenger_locks, person_wants, ride_wants
from service.trips.rules import trip_states
from service.trips.rules.destinations import goes_elsewhere
from service.trips.rules.passenger_states import TOLD
from service.trips.rules.seating import next_free_seat, taken_seats
from service.trips.rules.vehicle_runs import run_at

_K = EventKind

_BOARD = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.before_departure,
    guards.list_locked,
    clearing.cleared,
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
        return guards.no_trip()
    if (outside := guards.in_scope(facts)) is not None:
        return refuse(outside)
    if facts.passenger is None:
        return _board_unknown(facts)
    code = None
    if facts.command.live:
        code = guards.first_refusal(facts, _BOARD) or _gate_seat(facts)
    if code is ErrorCode.ALREADY_ABOARD:
        return refuse(code)  # entered twice: no refusal happened at the door
    if code is not None:
        tell_measured(workspace, command, facts.worker_id)
        return _kept_refusal(facts, facts.passenger.id, code, actor=workspace.actor)
    boarded = guards.about_passenger(facts, facts.passenger.id, _told_seat(facts))
    return _against_clearance(facts, boarded)


def _board_unknown(facts: Facts) -> Decision:
    decision = refuse(ErrorCode.NOT_ON_LIST) if facts.command.live else _about_unknown(facts)
    return decision if decision.refused else _against_clearance(facts, decision)


def _against_clearance(facts: Facts, decision: Decision, *, at_gate: bool = True) -> Decision:
    """Somebody is aboard whom the gate would have refused, or too warm: recorded as such, the reason sealed. A
    hold is not asked here: its times beside the boarding's are public, and so it is found at any time.
    `at_gate`: a live one was judged there."""
    judged = at_gate and facts.command.live
    reasons = [] if judged else [str(e) for e in clearing.list_told_refusals(facts)]
    reasons += ["temperature"] if clearing.is_feverish(facts) else []
    if not reasons:
        return decision
    sealed = {PersonalClass.HEALTH: {"against": reasons}}
    return replace(
        decision,
        decided=decision.decided | {AGAINST_CLEARANCE: True},
        sealed=decision.sealed | sealed,
    )


def _gate_seat(facts: Facts) -> ErrorCode | None:
    """The seat named at the door must be the passenger's own or a free one."""
    seat = (facts.data("seat_row"), facts.data("seat_column"))
    if None in seat or facts.vehicle is None or facts.passenger is None:
        return None
    if seat == (facts.passenger.seat_row, facts.passenger.seat_column):
        return None
    return check_seat(facts, facts.vehicle, *seat)


def check_seat(facts: Facts, vehicle: VehicleFacts, row: int, column: int) -> ErrorCode | None:
    """Why a passenger cannot be given this seat; None when it is free."""
    if vehicle.seat_label(row, column) is None:
        return ErrorCode.SEAT_UNKNOWN
    if row in facts.view.kept_free_rows and not _is_ill(facts):
        return ErrorCode.SEAT_KEPT_FREE
    return ErrorCode.SEAT_TAKEN if (row, column) in taken_seats(facts.view) else None


def _is_ill(facts: Facts) -> bool:
    """For whom the rows are kept free: of whom something was noted. What it is, is sealed: asked here, a seat
    in these rows, which is public, would tell of an illness."""
    return facts.passenger is not None and bool(facts.passenger.remarks)


def _kept_refusal(facts: Facts, passenger_id: Any, code: ErrorCode, *, actor: Actor) -> Decision:
    """Who may not know the reason is told that the person is held. What the own thermometer showed is no
    secret."""
    measured = code is ErrorCode.TEMPERATURE_HIGH and facts.data("temperature") is not None
    told = measured or code not in CURES or may_know(actor, code)
    return Decision(
        subject_id=passenger_id,
        worker_id=facts.worker_id,
        refused=code if told else ErrorCode.HEALTH_HOLD,
        refusal_facts=guards.explain(facts, code),
        kept_as=_K.PASSENGER_BOARDING_REFUSED,
        sealed={PersonalClass.HEALTH: {"refused": str(code)}},
        policy_version=facts.view.policy_version,
    )


def _told_seat(facts: Facts) -> dict[str, Any]:
    """The label of the seat that a fact names, in the vehicle of that moment; one that it has not is told all
    the same. Where the trip holds the vehicle's seats, that follows from them."""
    row, column = facts.data("seat_row"), facts.data("seat_column")
    if row is None or column is None or facts.vehicle_then is None:
        return {}
    if (label := facts.vehicle_then.seat_label(row, column)) is not None:
        return {"seat_label": label}
    run = run_at(facts.view.course.vehicles, facts.command.happened_at)
    return {} if run is not None and run.seats is not None else {"seat_unknown": True}


def _check_in(workspace: Workspace, command: Command) -> Decision:
    """Who comes late after all gets the own seat back, or the next free one."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, _CHECK_IN)) is not None:
        return guards.refused(facts, code)
    if facts.passenger is None:
        return _about_unknown(facts)
    tell_measured(workspace, command, facts.worker_id)
    return guards.about_passenger(facts, facts.passenger.id, _seat_anew(facts))


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
    """Records a worker found aboard who is not on this list; refuses an id that is another passenger's,
    and a worker who is on this trip already."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.under_way,))) is not None:
        return guards.refused(facts, code)
    if (code := guards.worker_named(facts)) is not None:
        return refuse(code)
    passenger_id = facts.data("passenger_id")
    known = facts.passenger.worker_id if facts.passenger else None
    if passenger_id == facts.view.id or known not in {None, facts.worker_id}:
        return refuse(ErrorCode.ID_REUSED)
    for each in facts.view.passengers.values():
        same = facts.worker_id is not None and each.worker_id == facts.worker_id
        if same and each.id != passenger_id and each.active:
            return refuse(ErrorCode.ALREADY_ON_THIS_TRIP, passenger_id=str(each.id))
    decided = _found_duties(facts) | _told_seat(facts)
    found = guards.about_passenger(facts, passenger_id, decided)
    return _against_clearance(facts, found, at_gate=False)


def _found_duties(facts: Facts) -> dict[str, Any]:
    """What is known of them apart from what is told: the journey follows from that (rules/journeys.py)."""
    points, demand = facts.view.plan.handover_points, facts.newest_demand
    decided: dict[str, Any] = {"role": str(facts.worker.person_role) if facts.worker else None}
    if demand is not None:
        decided["demand_id"] = str(demand.id)
    if facts.data("handover_point_id") is None and points:
        decided["handover_point_id"] = str(points[-1].id)
    if demand is not None and demand.enterprise_id is not None:
        decided["enterprise_id"] = str(demand.enterprise_id)
    return decided


def _link(workspace: Workspace, command: Command) -> Decision:
    """Who was found aboard unregistered is this worker, whose journey the row follows from then on; in any
    state of the trip. Refused for a row that has a worker, and for a worker who is on this trip."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.passenger_known, guards.worker_known))) is not None:
        return guards.refused(facts, code)
    known = facts.passenger
    if known is None or known.unregistered_fact is None or known.worker_id is not None:
        return guards.refused(facts, ErrorCode.STATE_FORBIDS)
    for each in facts.view.passengers.values():
        if each.worker_id == facts.worker_id:
            return refuse(
                ErrorCode.ALREADY_ON_THIS_TRIP,
                passenger_id=str(each.id),
                listed_as=str(each.status),
                **guards.name_cause(each),
            )
    return guards.about_passenger(facts, known.id, _found_duties(facts))


_FITS = (guards.passenger_fits,)


def _seen(
    *checks: guards.Guard,
    fits: tuple[guards.Guard, ...] = _FITS,
    decide: Callable[[Facts], dict[str, Any]] | None = None,
) -> Handler:
    """The handler of an observation about a passenger on this trip's record. `decide`: what follows beside the
    seat."""

    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return guards.no_trip()
        known = (guards.passenger_known, *fits, *checks)
        if (code := guards.refusal(facts, known)) is not None:
            return guards.refused(facts, code)
        decided = decide(facts) if decide is not None else {}
        if facts.passenger is None:
            return _about_unknown(facts, decided)
        decided |= _told_seat(facts)
        return guards.about_passenger(facts, facts.passenger.id, decided)

    return SimpleHandler(judge, ride_wants, passenger_locks)


def _about_unknown(facts: Facts, decided: dict[str, Any] | None = None) -> Decision:
    """Told afterwards of an id that nobody has yet: kept until `passenger.found_aboard` or an assignment
    says who it is, with the exception that this leaves."""
    if facts.data("passenger_id") == facts.view.id:
        return refuse(ErrorCode.ID_REUSED)
    if facts.command.kind not in TOLD and facts.command.kind is not _K.PASSENGER_NOTED:
        return refuse(ErrorCode.PASSENGER_UNKNOWN)
    told = _told_seat(facts) | (decided or {})
    return guards.about_passenger(facts, facts.data("passenger_id"), told)


_told_moved = _seen(guards.not_ended)


def _move(workspace: Workspace, command: Command) -> Decision:
    """Refuses a move to this trip or to one that does not exist: the passenger would have no end."""
    target = command.told("to_trip_id")
    if target == command.stream.id:
        return refuse_field("to_trip_id", say(FieldText.SAME_TRIP))
    if workspace.get(TRIPS, target) is None:
        return refuse(ErrorCode.NOT_FOUND, to_trip_id=str(target))
    return _told_moved.decide(workspace, command)


_aboard = _seen(guards.under_way)

BOARDING_HANDLERS: dict[EventKind, Handler] = {
    _K.PASSENGER_CONSENT_RECORDED: minors.CONSENT,
    _K.PASSENGER_EXEMPTED: SimpleHandler(clearing.exempt, person_wants, passenger_locks),
    _K.PASSENGER_CHECKED_IN: SimpleHandler(_check_in, ride_wants, passenger_locks),
    _K.PASSENGER_BOARDED: SimpleHandler(_board, person_wants, passenger_locks),
    _K.PASSENGER_DENIED: _seen(guards.before_departure),
    _K.PASSENGER_NO_SHOW: _seen(guards.not_ended),
    _K.PASSENGER_FOUND_ABOARD: SimpleHandler(_find_aboard, person_wants, passenger_locks),
    _K.PASSENGER_LINKED: SimpleHandler(_link, person_wants, passenger_locks),
    _K.PASSENGER_MOVED: SimpleHandler(_move, ride_wants, passenger_locks),
    _K.PASSENGER_NOTED: _seen(guards.not_ended, fits=()),
    _K.PASSENGER_FEVER_FOUND: RETIRED,
    _K.PASSENGER_TRANSFERRED: RETIRED,
    _K.PASSENGER_LEFT: _aboard,
    _K.PASSENGER_RECEIVED: _seen(
        guards.under_way, minors.by_whom_named, decide=minors.decide_receiving
    ),
    _K.PASSENGER_REFUSED: _aboard,
    _K.PASSENGER_MISSING: _aboard,
    _K.PASSENGER_FOUND: _aboard,
    _K.PASSENGER_RETURNED: _aboard,
    _K.PASSENGER_NOTIFIED: _seen(guards.not_ended),
}


_ASSIGN = (
    guards.passenger_new,
    guards.worker_known,
    guards.list_open,
    guards.vehicle_known,
    clearing.not_held,
    guards.not_on_another_trip,
    guards.place_left,
)
_SUBSTITUTE = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.before_departure,
    guards.vehicle_known,
    clearing.cleared,
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
        return guards.no_trip()
    if (code := guards.refusal(facts, _ASSIGN)) is not None:
        return guards.refused(facts, code)
    decided = _duties(facts)
    if not facts.data("stand_by"):
        row, column = facts.data("seat_row"), facts.data("seat_column")
        seat = _named_seat(facts, row, column) if row and column else _next_seat(facts)
        if isinstance(seat, ErrorCode):
            return guards.refused(facts, seat)
        decided |= _show(seat)
    return guards.about_passenger(facts, facts.data("passenger_id"), decided)


def _duties(facts: Facts) -> dict[str, Any]:
    """Which journey, demand, point and party; what the sender left open is taken from the demand."""
    known = facts.journeys.open_journey if facts.journeys else None
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
        return guards.no_trip()
    checks = (guards.passenger_known, guards.passenger_fits, _may_unassign)
    if (code := guards.refusal(facts, checks)) is not None:
        return guards.refused(facts, code)
    return guards.about_passenger(facts, facts.data("passenger_id"))


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
        return guards.no_trip()
    if (code := guards.refusal(facts, _SEAT)) is not None:
        return guards.refused(facts, code)
    seat = _named_seat(facts, facts.data("seat_row"), facts.data("seat_column"))
    if isinstance(seat, ErrorCode):
        return refuse(seat)
    return _with_seat(facts, seat)


def _with_seat(facts: Facts, seat: Seat) -> Decision:
    plain = guards.about_passenger(facts, facts.data("passenger_id"), _show(seat))
    return listing.listed_anew(facts, plain)


def _substitute(workspace: Workspace, command: Command) -> Decision:
    """A stand-by takes place and seat of one who has freed them; if somebody sits there by now, the
    next free one."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, _SUBSTITUTE)) is not None:
        return guards.refused(facts, code)
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
        return guards.refused(facts, seat)
    return _with_seat(facts, seat)


ASSIGNMENT_HANDLERS: dict[EventKind, Handler] = {
    _K.PASSENGER_ASSIGNED: SimpleHandler(_assign, person_wants, passenger_locks),
    _K.PASSENGER_UNASSIGNED: SimpleHandler(_unassign, ride_wants, passenger_locks),
    _K.PASSENGER_SUBSTITUTED: SimpleHandler(_substitute, person_wants, passenger_locks),
    _K.PASSENGER_SEAT_CHANGED: SimpleHandler(_change_seat, ride_wants, passenger_locks),
}
