"""Handlers of the door, the road and the gate: what is seen of a passenger from roll call to end."""

from dataclasses import replace
from typing import Any

from schemas.errors import ErrorCode
from schemas.events import EventKind, ExceptionCode, PersonalClass
from schemas.trips import PassengerStatus
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.course import explain
from service.trips.events.facts import Facts, passenger_locks, passenger_needs, read_facts
from service.trips.rules.passengers import PassengerState
from service.trips.rules.seating import taken_seats

_K = EventKind

_BOARD = (
    guards.passenger_known,
    guards.passenger_fits,
    guards.list_locked,
    guards.before_departure,
    guards.cleared,
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
        if code is not None:
            return _kept_refusal(facts, code)
    return outcomes.about_passenger(facts, facts.passenger.id, _seat_label(facts))


def _gate_seat(facts: Facts) -> ErrorCode | None:
    """The seat named at the door must be the passenger's own or a free one."""
    row, column = facts.data("seat_row"), facts.data("seat_column")
    if row is None or column is None or facts.vehicle is None or facts.passenger is None:
        return None
    if (row, column) == (facts.passenger.seat_row, facts.passenger.seat_column):
        return None
    if not any((seat.row, seat.column) == (row, column) for seat in facts.vehicle.seats):
        return ErrorCode.SEAT_UNKNOWN
    if row in facts.view.plan.kept_free_rows:
        return ErrorCode.SEAT_KEPT_FREE
    return ErrorCode.SEAT_TAKEN if (row, column) in taken_seats(facts.view) else None


def _kept_refusal(facts: Facts, code: ErrorCode) -> Decision:
    if facts.passenger is None:
        return refuse(code)
    return Decision(
        subject_id=facts.passenger.id,
        worker_id=facts.worker_id,
        refused=code,
        refusal_facts=explain(facts, code),
        kept_as=_K.PASSENGER_BOARDING_REFUSED,
        sealed={PersonalClass.HEALTH: {"refused": str(code)}},
        policy_version=facts.view.plan.policy_version,
    )


def _seat_label(facts: Facts) -> dict[str, Any]:
    row, column = facts.data("seat_row"), facts.data("seat_column")
    seats = facts.vehicle.seats if facts.vehicle is not None else ()
    label = next((s.label for s in seats if (s.row, s.column) == (row, column)), None)
    return {"seat_label": label} if label else {}


def _find_aboard(workspace: Workspace, command: Command) -> Decision:
    """Whoever is found aboard is recorded: on no list, or on another coach's."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    checks = (guards.worker_known, guards.under_way)
    if (code := outcomes.refusal(facts, checks)) is not None:
        return refuse(code, **explain(facts, code))
    if facts.worker is None:
        return refuse(ErrorCode.NOT_FOUND)
    known = facts.passenger
    if known is not None and known.worker_id != facts.worker_id:
        return refuse(ErrorCode.ID_REUSED)
    return outcomes.about_passenger(
        facts, facts.data("passenger_id"), {**_found_duties(facts), **_seat_label(facts)}
    )


def _found_duties(facts: Facts) -> dict[str, Any]:
    journey = facts.journeys.open_journey if facts.journeys else None
    points = facts.view.plan.handover_points
    decided: dict[str, Any] = {"role": str(facts.worker.person_role)}
    if journey is not None:
        decided["journey_id"] = str(journey.id)
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
        if (code := outcomes.refusal(facts, checks)) is not None:
            return refuse(code, **explain(facts, code))
        if facts.passenger is None:
            return refuse(ErrorCode.NOT_ON_LIST)
        decided = _seat_label(facts) | _receiving_party(facts, facts.passenger)
        return _flag_unlisted(facts, outcomes.about_passenger(facts, facts.passenger.id, decided))

    return SimpleHandler(judge, passenger_needs, passenger_locks)


def _receiving_party(facts: Facts, passenger: PassengerState) -> dict[str, Any]:
    if facts.command.kind is not _K.PASSENGER_RECEIVED or facts.data("party") is not None:
        return {}
    return {"party": str(passenger.handover_party)} if passenger.handover_party else {}


def _flag_unlisted(facts: Facts, decision: Decision) -> Decision:
    """Somebody taken off the list and yet seen here."""
    removed = facts.passenger is not None and facts.passenger.status is PassengerStatus.REMOVED
    if not removed or ExceptionCode.OUT_OF_ORDER in decision.exceptions:
        return decision
    return replace(decision, exceptions=(*decision.exceptions, ExceptionCode.NOT_ON_LIST))


_aboard = _seen(guards.passenger_known, guards.passenger_fits, guards.under_way)
_door = _seen(guards.passenger_known, guards.passenger_fits, guards.before_departure)

BOARDING_HANDLERS: dict[EventKind, Handler] = {
    _K.PASSENGER_CHECKED_IN: _seen(
        guards.passenger_known, guards.passenger_fits, guards.list_locked, guards.before_departure
    ),
    _K.PASSENGER_BOARDED: SimpleHandler(_board, passenger_needs, passenger_locks),
    _K.PASSENGER_DENIED: _door,
    _K.PASSENGER_NO_SHOW: _door,
    _K.PASSENGER_FOUND_ABOARD: SimpleHandler(_find_aboard, passenger_needs, passenger_locks),
    _K.PASSENGER_MOVED: _seen(guards.passenger_known, guards.passenger_fits, guards.not_closed),
    _K.PASSENGER_FEVER_FOUND: _aboard,
    _K.PASSENGER_TRANSFERRED: _aboard,
    _K.PASSENGER_LEFT: _aboard,
    _K.PASSENGER_RECEIVED: _aboard,
    _K.PASSENGER_REFUSED: _aboard,
    _K.PASSENGER_MISSING: _aboard,
    _K.PASSENGER_FOUND: _aboard,
    _K.PASSENGER_RETURNED: _aboard,
}
