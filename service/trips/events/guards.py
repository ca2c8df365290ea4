"""Guards: named questions over the facts of one command, each answering with an error or nothing.

Decisions pass all of theirs or are refused. Observations pass them only when they are live; told
afterwards they are always recorded, and what does not fit stands in the exceptions.
"""

from collections.abc import Callable
from dataclasses import replace

from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.trips import PassengerStatus
from service.clock import local_date
from service.health.rules import clear
from service.policies.rules import find_policy
from service.trips.events.facts import Facts
from service.trips.rules import balance, passengers, scopes, trips
from service.trips.rules.journeys import overlaps

Guard = Callable[[Facts], ErrorCode | None]


def first_refusal(facts: Facts, guards: tuple[Guard, ...]) -> ErrorCode | None:
    return next((code for guard in guards if (code := guard(facts)) is not None), None)


def in_scope(facts: Facts) -> ErrorCode | None:
    seen = scopes.sees_trip(facts.actor, facts.view)
    mine = scopes.sees_passenger(facts.actor, facts.view, facts.passenger)
    return None if seen and mine and _own_township(facts) else ErrorCode.NOT_FOUND


def _own_township(facts: Facts) -> bool:
    if facts.actor.role is not Role.TOWNSHIP_CLERK or facts.worker is None:
        return True
    return facts.actor.scope.covers_township(facts.worker.township_code)


def passenger_known(facts: Facts) -> ErrorCode | None:
    return ErrorCode.NOT_ON_LIST if facts.passenger is None else None


def passenger_new(facts: Facts) -> ErrorCode | None:
    return ErrorCode.ID_REUSED if facts.passenger is not None else None


def worker_known(facts: Facts) -> ErrorCode | None:
    return ErrorCode.NOT_FOUND if facts.worker is None else None


def trip_fits(facts: Facts) -> ErrorCode | None:
    """The kind fits the trip's present state."""
    kind, state = facts.command.kind, facts.view.course.state
    fits = (state, kind) in trips.TRANSITIONS or state in trips.ALLOWED.get(kind, frozenset())
    return None if fits else ErrorCode.STATE_FORBIDS


def passenger_fits(facts: Facts) -> ErrorCode | None:
    """The kind fits the passenger's present state."""
    if facts.passenger is None:
        return None
    kind, status = facts.command.kind, facts.passenger.status
    if (status, kind) in passengers.TRANSITIONS:
        return None
    if status is PassengerStatus.BOARDED and kind.value == "passenger.boarded":
        return ErrorCode.ALREADY_ABOARD
    return ErrorCode.STATE_FORBIDS


def list_open(facts: Facts) -> ErrorCode | None:
    """The list may be changed: not locked, not left."""
    if facts.view.course.locked:
        return ErrorCode.MANIFEST_LOCKED
    return None if facts.view.course.state in trips.UNLOCKED else ErrorCode.STATE_FORBIDS


def list_locked(facts: Facts) -> ErrorCode | None:
    return None if facts.view.course.locked_at is not None else ErrorCode.MANIFEST_NOT_LOCKED


def before_departure(facts: Facts) -> ErrorCode | None:
    return None if facts.view.course.state in trips.BEFORE_DEPARTURE else ErrorCode.STATE_FORBIDS


def under_way(facts: Facts) -> ErrorCode | None:
    """On the road or just arrived: what happens aboard happens then."""
    fits = trips.AFTER_DEPARTURE | trips.LOCKED_BEFORE_DEPARTURE
    return None if facts.view.course.state in fits else ErrorCode.STATE_FORBIDS


def not_closed(facts: Facts) -> ErrorCode | None:
    return ErrorCode.STATE_FORBIDS if facts.view.course.state in trips.ENDED else None


def vehicle_known(facts: Facts) -> ErrorCode | None:
    return ErrorCode.PLAN_INCOMPLETE if facts.vehicle is None else None


def cleared(facts: Facts) -> ErrorCode | None:
    """The clearance under the trip's policy, on the day of departure."""
    if facts.clearance is None:
        return ErrorCode.NOT_FOUND
    departure = facts.view.plan.planned_departure_at or facts.command.happened_at
    policy = find_policy(facts.view.plan.policy_version)
    role = facts.passenger.role if facts.passenger else facts.data("role")
    listed = replace(facts.clearance, role=role) if role else facts.clearance
    clearance = clear(listed, policy, local_date(departure))
    return None if clearance.may_travel else clearance.reasons[0]


def not_on_another_trip(facts: Facts) -> ErrorCode | None:
    """One place on one trip for a leg, and no two vehicles at the same time."""
    if facts.journeys is None:
        return None
    legs = facts.journeys.active_legs()
    wanted = facts.data("leg") or 1
    if any(leg.trip_id == facts.view.id or leg.number == wanted for leg in legs):
        return ErrorCode.ALREADY_ON_TRIP
    clash = overlaps(
        legs,
        departure_at=facts.view.plan.planned_departure_at,
        arrival_at=facts.view.plan.planned_arrival_at,
    )
    return ErrorCode.OVERLAPPING_TRIP if legs and clash else None


def place_left(facts: Facts) -> ErrorCode | None:
    if facts.data("stand_by"):
        return None
    full = facts.view.taken() >= facts.view.plan.places
    return ErrorCode.OVER_CAPACITY if full else None


def everybody_accounted(facts: Facts) -> ErrorCode | None:
    sums = balance.in_all(facts.view.passengers.values())
    return None if sums.balanced else ErrorCode.EQUATION_OPEN


def no_open_exceptions(facts: Facts) -> ErrorCode | None:
    return ErrorCode.EXCEPTIONS_OPEN if facts.view.open_exceptions else None
