"""What the handlers of trips look at: the workspace's values for one command, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.permissions import Role
from service.auth import Actor
from service.demand.facts import DemandFacts
from service.fleets.rules import VehicleFacts
from service.health.rules import ClearanceFacts
from service.recording.registry import Workspace
from service.recording.values import Command, Need
from service.trips.events.aggregate import JOURNEYS, TRIPS
from service.trips.rules.journeys import WorkerJourneys
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.workers.facts import WorkerFacts


@dataclass(frozen=True, slots=True)
class Facts:
    """One command's view. What does not exist is None; guards say what follows from that."""

    actor: Actor
    now: datetime
    command: Command
    view: TripView
    passenger: PassengerState | None
    worker_id: UUID | None
    worker: WorkerFacts | None
    clearance: ClearanceFacts | None
    vehicle: VehicleFacts | None
    demand: DemandFacts | None
    """The one that waits for a place or has one."""
    journeys: WorkerJourneys | None

    def data(self, name: str) -> Any:
        return getattr(self.command.payload, name, None)


def _view(workspace: Workspace, command: Command) -> TripView | None:
    state = workspace.states.get(command.stream)
    return state if isinstance(state, TripView) else None


def read_facts(workspace: Workspace, command: Command) -> Facts | None:
    """None when there is no such trip."""
    view = _view(workspace, command)
    if view is None:
        return None
    worker_id = worker_of(view, command)
    demand: DemandFacts | None = workspace.get("demand", worker_id)
    return Facts(
        actor=workspace.actor,
        now=workspace.now,
        command=command,
        view=view,
        passenger=_passenger(view, command),
        worker_id=worker_id,
        worker=workspace.get("worker", worker_id),
        clearance=workspace.get("clearance", worker_id),
        vehicle=workspace.get("vehicle", view.course.vehicle_id),
        demand=demand if demand is not None and demand.current else None,
        journeys=workspace.get(JOURNEYS, worker_id),
    )


def _passenger(view: TripView, command: Command) -> PassengerState | None:
    identifier: UUID | None = getattr(command.payload, "passenger_id", None)
    return view.passengers.get(identifier) if identifier else None


def worker_of(view: TripView, command: Command) -> UUID | None:
    """The worker a command is about: named by it, or the passenger's."""
    named: UUID | None = getattr(command.payload, "worker_id", None)
    if named is not None:
        return named
    passenger = _passenger(view, command)
    return passenger.worker_id if passenger else None


def plan_needs(workspace: Workspace, command: Command) -> Iterable[Need]:
    """The vehicle in use, the one that is to come, and all drivers, old and new."""
    view = _view(workspace, command)
    if view is None:
        return
    for identifier in (view.course.vehicle_id, getattr(command.payload, "vehicle_id", None)):
        if identifier is not None:
            yield Need("vehicle", identifier)
    for identifier in (*view.course.driver_ids, *named_drivers(command)):
        yield Need("driver", identifier)


def named_drivers(command: Command) -> list[UUID]:
    """The drivers that a plan or a replacement brings."""
    one: UUID | None = getattr(command.payload, "driver_id", None)
    several: list[UUID] = getattr(command.payload, "driver_ids", [])
    return [*several, *([one] if one is not None else [])]


def ride_needs(workspace: Workspace, command: Command) -> Iterable[Need]:
    """What follows a passenger's status, and the vehicle if a seat is spoken of."""
    view = _view(workspace, command)
    if view is None:
        return
    seated = getattr(command.payload, "seat_row", None) is not None
    if view.course.vehicle_id is not None and (seated or command.kind in _SEATING):
        yield Need("vehicle", view.course.vehicle_id)
    worker_id = worker_of(view, command)
    if worker_id is not None:
        yield Need("demand", worker_id)
        yield Need(JOURNEYS, worker_id)
        if (other := getattr(command.payload, "to_trip_id", None)) is not None:
            yield Need(TRIPS, other)
        if workspace.actor.role is Role.TOWNSHIP_CLERK:
            yield Need("worker", worker_id)


_SEATING = frozenset(
    {
        EventKind.PASSENGER_ASSIGNED,
        EventKind.PASSENGER_CHECKED_IN,
        EventKind.PASSENGER_SUBSTITUTED,
    }
)


def person_needs(workspace: Workspace, command: Command) -> Iterable[Need]:
    """The same, and whether the person may travel."""
    yield from ride_needs(workspace, command)
    view = _view(workspace, command)
    worker_id = worker_of(view, command) if view else None
    if worker_id is not None:
        yield Need("worker", worker_id)
        yield Need("clearance", worker_id)


def passenger_locks(workspace: Workspace, command: Command) -> Iterable[UUID]:
    """A passenger's change moves the worker's journey: under the worker's lock."""
    view = _view(workspace, command)
    worker_id = worker_of(view, command) if view else None
    return (worker_id,) if worker_id is not None else ()


def everybody_needs(workspace: Workspace, command: Command) -> Iterable[Need]:
    """Journeys and demands of all passengers: a reversal may change any of them, another time of
    departure may make any of them overlap."""
    yield from plan_needs(workspace, command)
    for worker_id in everybody_locks(workspace, command):
        yield Need("demand", worker_id)
        yield Need(JOURNEYS, worker_id)


def everybody_locks(workspace: Workspace, command: Command) -> Iterable[UUID]:
    view = _view(workspace, command)
    passengers = view.passengers.values() if view else ()
    return sorted({each.worker_id for each in passengers if each.worker_id is not None})
