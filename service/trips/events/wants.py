"""What handlers of trips' events want loaded (crew, policies, a passenger's demand and journeys) and which
workers they lock.
"""

from collections.abc import Iterable
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.permissions import Role
from service.demand.queries import DEMANDS
from service.fleets.queries import DRIVERS, VEHICLES
from service.health.events import HEALTH
from service.policies.queries import POLICIES, THE_BOOK
from service.policies.rules import ORDINARY
from service.recording.handlers import Command, Wanted, Workspace
from service.registry.queries import WORKERS
from service.trips.events.aggregate import JOURNEYS, TRIPS
from service.trips.events.guards import get_view, vehicle_then, worker_of
from service.trips.events.runs import named_drivers
from service.trips.rules.overview import TripView


def policy_wants(view: TripView) -> Iterable[Wanted]:
    """The county's policies, unless the trip is of an ordinary year."""
    if view.policy_version != ORDINARY.version:
        yield Wanted(POLICIES, THE_BOOK)


def plan_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """The vehicle in use, the one that is to come, and all drivers, old and new; the policies."""
    view = get_view(workspace, command)
    if view is None:
        return
    yield from policy_wants(view)
    for identifier in (view.course.vehicle_id, command.told("vehicle_id")):
        if identifier is not None:
            yield Wanted(VEHICLES, identifier)
    for identifier in (*view.course.driver_ids, *named_drivers(command)):
        yield Wanted(DRIVERS, identifier)


def ride_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """What follows a passenger's status, and the vehicle if a seat is spoken of."""
    view = get_view(workspace, command)
    if view is None:
        return
    seated = command.told("seat_row") is not None
    if seated or command.kind in _SEATING:
        for vehicle_id in (view.course.vehicle_id, vehicle_then(view, command)):
            if vehicle_id is not None:
                yield Wanted(VEHICLES, vehicle_id)
    if command.kind is EventKind.PASSENGER_SEAT_CHANGED:
        yield from policy_wants(view)  # a refusal tells what the plan lacks
    if (other := command.told("to_trip_id")) is not None:
        yield Wanted(TRIPS, other)
    worker_id = worker_of(view, command)
    if worker_id is not None:
        if command.kind not in _MOVES_NONE:
            yield Wanted(DEMANDS, worker_id)
            yield Wanted(JOURNEYS, worker_id)
        if workspace.actor.role is Role.TOWNSHIP_CLERK:
            yield Wanted(WORKERS, worker_id)


_SEATING = frozenset(
    {
        EventKind.PASSENGER_ASSIGNED,
        EventKind.PASSENGER_CHECKED_IN,
        EventKind.PASSENGER_SUBSTITUTED,
    }
)


_MOVES_NONE = frozenset(
    {EventKind.PASSENGER_CONSENT_RECORDED, EventKind.PASSENGER_NOTED, EventKind.PASSENGER_NOTIFIED}
)
"""In no state and order does it change what the worker's journey is made of."""


def person_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """The same, and whether the person may travel."""
    yield from ride_wants(workspace, command)
    view = get_view(workspace, command)
    if view is None:
        return
    yield from policy_wants(view)
    if (worker_id := worker_of(view, command)) is not None:
        yield from clearance_wants(view, worker_id)


def clearance_wants(view: TripView, worker_id: UUID) -> Iterable[Wanted]:
    """What a clearance rests on; of health only where the trip is not of an ordinary year."""
    yield Wanted(WORKERS, worker_id)
    if view.policy_version != ORDINARY.version:
        yield Wanted(HEALTH, worker_id)


def passenger_locks(workspace: Workspace, command: Command) -> Iterable[UUID]:
    """A passenger's change moves the worker's journey: under the worker's lock."""
    if command.kind in _MOVES_NONE:
        return ()
    view = get_view(workspace, command)
    worker_id = worker_of(view, command) if view else None
    return (worker_id,) if worker_id is not None else ()


def everybody_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """Journeys and demands of all passengers: a reversal may change any of them, another time of
    departure may make any of them overlap."""
    yield from plan_wants(workspace, command)
    for worker_id in everybody_locks(workspace, command):
        yield Wanted(DEMANDS, worker_id)
        yield Wanted(JOURNEYS, worker_id)


def everybody_locks(workspace: Workspace, command: Command) -> Iterable[UUID]:
    view = get_view(workspace, command)
    passengers = view.passengers.values() if view else ()
    return sorted({each.worker_id for each in passengers if each.worker_id is not None})
