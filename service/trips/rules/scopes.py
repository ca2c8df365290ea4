"""Which trips and passengers an account sees, how long an escort still reads a trip (24 hours after its end)
and how late events may come in (30 days); which events may follow.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from schemas.events.kinds import EventKind, SubjectKind
from schemas.events.specs import EVENT_SPECS
from schemas.permissions import ROLE_PERMISSIONS, Role
from schemas.trips import PassengerStatus, TripState
from service.auth import Actor, Scope
from service.trips.rules import passenger_states, trip_states
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState

READ_AFTER = timedelta(hours=24)
"""So long after the end of the work an escort still reads the trip and its people."""
SEND_WITHIN = timedelta(days=30)
"""And so long after that, what happened until then may still come in: phones wait for a signal."""


def sees_trip(actor: Actor, view: TripView, *, now: datetime) -> bool:
    """Whether the trip exists for this actor at all (out of scope answers 404)."""
    if actor.role is Role.TOWNSHIP_CLERK:
        return False
    return _in_circle(actor, view) and now <= _end_of_window(actor, view, now)


def may_send(actor: Actor, view: TripView, *, happened_at: datetime, now: datetime) -> bool:
    """Whether this actor may say that something happened on this trip then. A clerk tells only of
    own people (events/guards.py)."""
    if not _in_circle(actor, view):
        return False
    end = _end_of_window(actor, view, now)
    return happened_at <= end and now <= end + SEND_WITHIN


def may_send_late(actor: Actor, view: TripView, *, now: datetime) -> bool:
    """Whether there is anything that this actor may still say of the trip."""
    return _in_circle(actor, view) and now <= _end_of_window(actor, view, now) + SEND_WITHIN


def sees_passenger(actor: Actor, view: TripView, passenger: PassengerState | None) -> bool:
    """A receiver sees and signs for its own people only; others of the trip's circle see all."""
    if actor.role is not Role.ENTERPRISE_RECEIVER or passenger is None:
        return True
    return view.enterprise_of(passenger) == actor.scope.enterprise_id


_SOME_ATTACHMENTS = frozenset({Role.CARRIER, Role.ENTERPRISE_RECEIVER, Role.TOWNSHIP_CLERK})
"""They do not see everybody on a trip, and a photograph may show others: they read what they uploaded, and
what events about their own people name."""


def sees_every_attachment(role: Role) -> bool:
    """Of a trip that an account of the role sees."""
    return role not in _SOME_ATTACHMENTS


def sees_naming(
    actor: Actor, view: TripView, *, passenger_ids: Collection[UUID], own_workers: Collection[UUID]
) -> bool:
    """Whether an event about these passengers, and about nobody else, is one that the account may read.
    `own_workers`: the workers of a clerk's township.
    """
    people = [view.passengers.get(each) for each in passenger_ids]
    if not people or actor.role is Role.CARRIER:
        return False
    if actor.role is Role.TOWNSHIP_CLERK:
        return all(each is not None and each.worker_id in own_workers for each in people)
    return all(each is not None and sees_passenger(actor, view, each) for each in people)


def _in_circle(actor: Actor, view: TripView) -> bool:
    scope = actor.scope
    if scope.trip_ids is not None:
        return view.id in scope.trip_ids
    if actor.role is Role.DESTINATION_OFFICER:
        return (view.plan.destination_code or "").startswith(scope.division_prefix)
    if actor.role is Role.ENTERPRISE_RECEIVER:
        return _addressed_to(scope, view)
    if actor.role is Role.CARRIER:
        carriers = {view.plan.carrier_id, view.course.vehicle_carrier_id}
        return scope.carrier_id is not None and scope.carrier_id in carriers
    return True


def _end_of_window(actor: Actor, view: TripView, now: datetime) -> datetime:
    """Until when the account sees the trip: an escort until 24 h after the end of the work, others always."""
    over = view.course.over_at if actor.role is Role.ESCORT else None
    return (over or now) + READ_AFTER


def _addressed_to(scope: Scope, view: TripView) -> bool:
    wanted = scope.enterprise_id
    if wanted is None:
        return False
    if any(point.enterprise_id == wanted for point in view.plan.points):
        return True
    return any(view.enterprise_of(each) == wanted for each in view.passengers.values())


def may_follow(view: TripView, actor: Actor) -> list[EventKind]:
    """Kinds that fit the trip, or at least one passenger of it, and that this role may say."""
    waits = {
        Role.DESTINATION_OFFICER: view.unconfirmed_acknowledgements,
        Role.COUNTY_COORDINATOR: view.unconfirmed_explanations,
        Role.HEALTH_OFFICER: view.unconfirmed_exemptions,
    }
    statuses = frozenset([each.status for each in view.passengers.values()])
    confirms, settles = bool(waits.get(actor.role)), bool(view.open_incidents)
    state = view.course.state
    return list(_may_follow(state, statuses, actor.role, confirms=confirms, settles=settles))


@lru_cache(maxsize=4096)
def _may_follow(
    state: TripState,
    statuses: frozenset[PassengerStatus],
    role: Role,
    *,
    confirms: bool,
    settles: bool,
) -> tuple[EventKind, ...]:
    """`confirms`: an approval by telephone waits for this role. `settles`: an incident is open."""
    fitting = {kind for (before, kind) in trip_states.TRANSITIONS if before is state}
    fitting |= {kind for kind, states in trip_states.ALLOWED.items() if state in states}
    fitting |= {kind for (status, kind) in passenger_states.TRANSITIONS if status in statuses}
    if state in trip_states.UNLOCKED:
        fitting.add(EventKind.PASSENGER_ASSIGNED)
    if state in trip_states.AFTER_DEPARTURE | trip_states.LOCKED_BEFORE_DEPARTURE:
        fitting.add(EventKind.PASSENGER_FOUND_ABOARD)
    if state is TripState.CANCELLED:
        fitting.discard(EventKind.EVENT_REVERSED)
    if not confirms:
        fitting.discard(EventKind.APPROVAL_CONFIRMED)
    if not settles:
        fitting.discard(EventKind.INCIDENT_SETTLED)
    fitting = {EVENT_SPECS[kind].use or kind for kind in fitting}
    ended = state in trip_states.ENDED
    return tuple(sorted(kind for kind in fitting if _may_say(role, kind, ended=ended)))


def _may_say(role: Role, kind: EventKind, *, ended: bool) -> bool:
    spec = EVENT_SPECS[kind]
    if spec.permission is None or spec.permission not in ROLE_PERMISSIONS[role]:
        return False
    return not (ended and spec.subject is SubjectKind.PASSENGER)
