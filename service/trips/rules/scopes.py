"""Whose trip and whose passenger it is: what an account's scope lets it see and say."""

from schemas.permissions import Role
from service.auth import Actor, Scope
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


def sees_trip(actor: Actor, view: TripView) -> bool:
    """Whether the trip exists for this actor at all (out of scope answers 404)."""
    scope = actor.scope
    if scope.trip_ids is not None:
        return view.id in scope.trip_ids
    if actor.role is Role.DESTINATION_OFFICER:
        return (view.plan.destination_code or "").startswith(scope.division_prefix.rstrip("0"))
    if actor.role is Role.ENTERPRISE_RECEIVER:
        return _addressed_to(scope, view)
    if actor.role is Role.CARRIER:
        return scope.carrier_id is not None and scope.carrier_id == view.plan.carrier_id
    return True


def sees_passenger(actor: Actor, view: TripView, passenger: PassengerState | None) -> bool:
    """A receiver sees and signs for its own people only; others of the trip's circle see all."""
    if actor.role is not Role.ENTERPRISE_RECEIVER or passenger is None:
        return True
    return _enterprise_of(view, passenger) == actor.scope.enterprise_id


def _addressed_to(scope: Scope, view: TripView) -> bool:
    wanted = scope.enterprise_id
    if wanted is None:
        return False
    return any(_enterprise_of(view, each) == wanted for each in view.passengers.values())


def _enterprise_of(view: TripView, passenger: PassengerState) -> object:
    point = view.plan.point(passenger.handover_point_id)
    return passenger.enterprise_id or (point.enterprise_id if point else None)
