"""Guards: named questions over the facts of one command, each answering with an error or nothing.

Decisions pass all of theirs or are refused. Observations pass them only when they are live; told
afterwards they are always recorded, and what does not fit stands in the exceptions.
"""

from collections.abc import Callable
from dataclasses import replace

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from schemas.trips import PassengerStatus, TripState
from service.clock import local_date
from service.health.rules import ClearanceFacts, clear
from service.policies.rules import find_policy
from service.trips.events.facts import Facts
from service.trips.rules import balance, passenger_statuses, scopes, trip_states
from service.trips.rules.journeys import overlaps

Guard = Callable[[Facts], ErrorCode | None]


def first_refusal(facts: Facts, guards: tuple[Guard, ...]) -> ErrorCode | None:
    return next((code for guard in guards if (code := guard(facts)) is not None), None)


def in_scope(facts: Facts) -> ErrorCode | None:
    """Trip, passenger and time; a clerk only about own people."""
    in_time = scopes.may_send(
        facts.actor, facts.view, happened_at=facts.command.happened_at, now=facts.now
    )
    mine = scopes.sees_passenger(facts.actor, facts.view, facts.passenger)
    return None if in_time and mine and _own_township(facts) else ErrorCode.NOT_FOUND


def _own_township(facts: Facts) -> bool:
    if facts.actor.role is not Role.TOWNSHIP_CLERK:
        return True
    if facts.worker is None:
        return False
    return facts.actor.scope.covers_township(facts.worker.township_code)


_AT_THE_DOOR = frozenset({EventKind.PASSENGER_BOARDED, EventKind.PASSENGER_CHECKED_IN})


def passenger_known(facts: Facts) -> ErrorCode | None:
    """At the door the list is what matters; elsewhere the id is most likely wrong."""
    if facts.passenger is not None:
        return None
    at_the_door = facts.command.kind in _AT_THE_DOOR
    return ErrorCode.NOT_ON_LIST if at_the_door else ErrorCode.PASSENGER_UNKNOWN


def passenger_new(facts: Facts) -> ErrorCode | None:
    taken = facts.passenger is not None or facts.data("passenger_id") == facts.view.id
    return ErrorCode.ID_REUSED if taken else None


def point_known(facts: Facts) -> ErrorCode | None:
    """A point that is named is one of this trip's, of the right kind."""
    points = {
        "boarding_point_id": facts.view.plan.boarding_points,
        "handover_point_id": facts.view.plan.handover_points,
        "point_id": facts.view.plan.handover_points,
    }
    for name, known in points.items():
        named = facts.data(name)
        if named is not None and all(point.id != named for point in known):
            return ErrorCode.POINT_UNKNOWN
    return None


def worker_known(facts: Facts) -> ErrorCode | None:
    return ErrorCode.NOT_FOUND if facts.worker is None else None


def worker_named(facts: Facts) -> ErrorCode | None:
    """By card; or by id for whoever may know it: an escort only those of the own trips."""
    if facts.data("id_number") is not None:
        return ErrorCode.PERSON_UNKNOWN if facts.data("worker_id") is None else None
    return ErrorCode.NOT_FOUND if facts.worker is None or not _is_own(facts) else None


def _is_own(facts: Facts) -> bool:
    trips = facts.actor.scope.trip_ids
    if trips is None:
        return True
    journeys = facts.journeys.journeys if facts.journeys else ()
    return any(leg.trip_id in trips for journey in journeys for leg in journey.legs)


def trip_fits(facts: Facts) -> ErrorCode | None:
    """The kind fits the trip's present state."""
    kind, state = facts.command.kind, facts.view.course.state
    if (state, kind) in trip_states.TRANSITIONS or state in trip_states.ALLOWED.get(kind, ()):
        return None
    incomplete = state is TripState.DRAFT and kind in _NEEDS_PLAN
    return ErrorCode.PLAN_INCOMPLETE if incomplete else ErrorCode.STATE_FORBIDS


_NEEDS_PLAN = frozenset({EventKind.TRIP_FILED, EventKind.MANIFEST_LOCKED})


def passenger_fits(facts: Facts) -> ErrorCode | None:
    """The kind fits the passenger's present state."""
    if facts.passenger is None:
        return None
    kind, status = facts.command.kind, facts.passenger.status
    if (status, kind) in passenger_statuses.TRANSITIONS:
        return None
    twice = status is PassengerStatus.BOARDED and kind is EventKind.PASSENGER_BOARDED
    return ErrorCode.ALREADY_ABOARD if twice else ErrorCode.STATE_FORBIDS


def list_open(facts: Facts) -> ErrorCode | None:
    """The list may be changed: not locked, not left."""
    if facts.view.course.locked:
        return ErrorCode.MANIFEST_LOCKED
    return None if facts.view.course.state in trip_states.UNLOCKED else ErrorCode.STATE_FORBIDS


def list_filled(facts: Facts) -> ErrorCode | None:
    return None if facts.view.on_list() else ErrorCode.LIST_EMPTY


def list_locked(facts: Facts) -> ErrorCode | None:
    return None if facts.view.course.locked else ErrorCode.MANIFEST_NOT_LOCKED


def before_departure(facts: Facts) -> ErrorCode | None:
    return (
        None if facts.view.course.state in trip_states.BEFORE_DEPARTURE else ErrorCode.STATE_FORBIDS
    )


def under_way(facts: Facts) -> ErrorCode | None:
    """On the road or just arrived: what happens aboard happens then."""
    fits = trip_states.AFTER_DEPARTURE | trip_states.LOCKED_BEFORE_DEPARTURE
    return None if facts.view.course.state in fits else ErrorCode.STATE_FORBIDS


def not_ended(facts: Facts) -> ErrorCode | None:
    return ErrorCode.STATE_FORBIDS if facts.view.course.state in trip_states.ENDED else None


def vehicle_known(facts: Facts) -> ErrorCode | None:
    return ErrorCode.PLAN_INCOMPLETE if facts.vehicle is None else None


def cleared(facts: Facts) -> ErrorCode | None:
    """The clearance under the trip's policy, on the day of departure."""
    if facts.clearance is None:
        return ErrorCode.NOT_FOUND
    role = facts.passenger.role if facts.passenger else facts.data("role")
    return refusal_to_clear(facts, facts.clearance, role)


def refusal_to_clear(
    facts: Facts, clearance: ClearanceFacts, role: PersonRole | None
) -> ErrorCode | None:
    """`role`: the one on this trip; None for the registry's."""
    departure = facts.view.plan.planned_departure_at or facts.command.happened_at
    policy = find_policy(facts.view.plan.policy_version)
    listed = replace(clearance, role=role) if role else clearance
    found = clear(listed, policy, local_date(departure))
    return None if found.may_travel else found.reasons[0]


def not_on_another_trip(facts: Facts) -> ErrorCode | None:
    """One place on one trip for a leg, and no two vehicles at the same time."""
    legs = facts.journeys.active_legs() if facts.journeys else []
    wanted = facts.data("leg") or 1
    if any(leg.trip_id == facts.view.id for leg in legs):
        return ErrorCode.ALREADY_ON_THIS_TRIP
    if any(leg.number == wanted for leg in legs):
        return ErrorCode.ALREADY_ON_TRIP
    plan = facts.view.plan
    clash = overlaps(
        legs, departure_at=plan.planned_departure_at, arrival_at=plan.planned_arrival_at
    )
    return ErrorCode.OVERLAPPING_TRIP if clash else None


def place_left(facts: Facts) -> ErrorCode | None:
    """For whoever is given a place, or comes back to one that was given up."""
    holds = facts.passenger is not None and facts.passenger.place_held
    if facts.data("stand_by") or holds:
        return None
    return None if facts.view.free_places() else ErrorCode.OVER_CAPACITY


def everybody_accounted(facts: Facts) -> ErrorCode | None:
    """The sum comes out, and nobody is left of whom neither boarding nor absence was said."""
    people = facts.view.passengers.values()
    waiting = any(each.status in passenger_statuses.NOT_OFF_YET for each in people)
    fits = balance.in_all(people).balanced and not waiting
    return None if fits else ErrorCode.EQUATION_OPEN


def no_open_exceptions(facts: Facts) -> ErrorCode | None:
    return ErrorCode.EXCEPTIONS_OPEN if facts.view.open_exceptions else None
