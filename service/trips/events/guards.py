"""The guards of trips' events, when each refuses (scope, list, places, clearance, other trips, open
exceptions, balance); what a refusal tells, and how many people it names (5); new versions of a locked list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Nature
from schemas.events.specs import EVENT_SPECS
from schemas.permissions import Role
from schemas.policies import PolicyVersion
from schemas.trips import PassengerStatus, TripState
from service.auth import Actor
from service.demand.queries import DEMANDS, DemandFacts
from service.fleets.queries import VEHICLES
from service.fleets.rules import VehicleFacts
from service.health.events import read_clearance
from service.health.rules import ClearanceFacts
from service.policies.queries import POLICIES, THE_BOOK
from service.policies.rules import ORDINARY, PolicyBook
from service.recording.handlers import Command, Decision, Workspace, refuse
from service.registry.people import WorkerFacts
from service.registry.queries import WORKERS
from service.trips.events.aggregate import JOURNEYS, see_outside
from service.trips.events.runs import drivers_after
from service.trips.rules import overview, passenger_states, planning, scopes, trip_states
from service.trips.rules.journeys import Outside, WorkerJourneys, overlaps
from service.trips.rules.overview import TripView, is_unaccounted
from service.trips.rules.passenger_states import IN_OUR_CARE, NOT_OFF_YET
from service.trips.rules.passengers import PassengerState, row_of
from service.trips.rules.vehicle_runs import run_at


@dataclass(frozen=True, slots=True)
class Facts:
    """One command's view. What does not exist is None; guards say what follows from that. What a handler did
    not need is None, too."""

    workspace: Workspace
    command: Command
    view: TripView
    passenger: PassengerState | None
    worker_id: UUID | None

    def data(self, name: str) -> Any:
        return self.command.told(name)

    @property
    def actor(self) -> Actor:
        return self.workspace.actor

    @property
    def now(self) -> datetime:
        return self.workspace.now

    @property
    def worker(self) -> WorkerFacts | None:
        return self.workspace.get(WORKERS, self.worker_id)

    @property
    def clearance(self) -> ClearanceFacts | None:
        return read_clearance(self.workspace, self.worker_id)

    @property
    def policy(self) -> PolicyVersion:
        """By which the trip is judged. The handler must want the policies (policy_wants)."""
        version = self.view.policy_version
        return ORDINARY if version == ORDINARY.version else self.book.find(version)

    @property
    def book(self) -> PolicyBook:
        """What the county has loaded; of an ordinary year nothing has to be."""
        book = self.workspace.get(POLICIES, THE_BOOK)
        if book is not None:
            return book
        if self.view.policy_version != ORDINARY.version:
            raise LookupError("the handler does not want the policies")
        return PolicyBook(self.view.plan.county_code)

    @property
    def vehicle(self) -> VehicleFacts | None:
        return self.workspace.get(VEHICLES, self.view.course.vehicle_id)

    @property
    def vehicle_then(self) -> VehicleFacts | None:
        """The one in use when it happened."""
        return self.workspace.get(VEHICLES, vehicle_then(self.view, self.command))

    @property
    def demand(self) -> DemandFacts | None:
        """The one that waits for a place or has one."""
        known = self.newest_demand
        return known if known is not None and known.current else None

    @property
    def newest_demand(self) -> DemandFacts | None:
        """Whatever has become of it."""
        return self.workspace.get(DEMANDS, self.worker_id)

    @property
    def journeys(self) -> WorkerJourneys | None:
        return self.workspace.get(JOURNEYS, self.worker_id)

    def see_outside(self) -> Outside:
        """The trip's people with their other trips, of those whose journeys the handler needs."""
        return see_outside(self.workspace, self.view)


def get_view(workspace: Workspace, command: Command) -> TripView | None:
    return workspace.get_state(command.stream, TripView)


def read_facts(workspace: Workspace, command: Command) -> Facts | None:
    """None when there is no such trip."""
    view = get_view(workspace, command)
    if view is None:
        return None
    passenger = _get_passenger(view, command)
    return Facts(workspace, command, view, passenger, _worker_of(passenger, command))


def vehicle_then(view: TripView, command: Command) -> UUID | None:
    vehicles = view.course.vehicles
    run = run_at(vehicles, command.happened_at) if len(vehicles) > 1 else None
    return run.vehicle_id if run else view.course.vehicle_id


def _get_passenger(view: TripView, command: Command) -> PassengerState | None:
    identifier: UUID | None = command.told("passenger_id")
    return view.passengers.get(identifier) if identifier else None


def worker_of(view: TripView, command: Command) -> UUID | None:
    """The worker a command is about: named by it, or the passenger's."""
    return _worker_of(_get_passenger(view, command), command)


def _worker_of(passenger: PassengerState | None, command: Command) -> UUID | None:
    named: UUID | None = command.told("worker_id")
    if named is not None:
        return named
    return passenger.worker_id if passenger else None


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
    """By card; by id only where the account may know it: an escort the workers of its own trips; or not."""
    if facts.data("unregistered"):
        return None
    if facts.data("id_number") is not None:
        return ErrorCode.PERSON_UNKNOWN if facts.data("worker_id") is None else None
    return ErrorCode.NOT_FOUND if facts.worker is None or not _is_own(facts) else None


def _is_own(facts: Facts) -> bool:
    trips = facts.actor.scope.trip_ids
    if trips is None:
        return True
    legs = facts.journeys.legs if facts.journeys else ()
    return any(leg.trip_id in trips for leg in legs)


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
    if (status, row_of(kind, facts.data("end"))) in passenger_states.TRANSITIONS:
        return None
    if kind in passenger_states.CARRIED_END and status in passenger_states.NEVER_ABOARD:
        return ErrorCode.NOT_ABOARD
    twice = status is PassengerStatus.BOARDED and kind is EventKind.PASSENGER_BOARDED
    return ErrorCode.ALREADY_ABOARD if twice else ErrorCode.STATE_FORBIDS


def list_missing(facts: Facts, vehicle: VehicleFacts | None) -> list[str]:
    """What the plan lacks to be complete, by the names of its fields. The handler must want the policies."""
    return planning.list_missing(
        facts.view.plan,
        vehicle=vehicle,
        driver_ids=drivers_after(facts.command, facts.view),
        hours=facts.policy.driver_hours,
    )


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
    """A free place for a passenger who is given one, or comes back to one that was given up."""
    holds = facts.passenger is not None and facts.passenger.place_held
    if facts.data("stand_by") or holds:
        return None
    return None if facts.view.free_places() else ErrorCode.OVER_CAPACITY


def everybody_accounted(facts: Facts) -> ErrorCode | None:
    """The equation balances, and of every listed passenger boarding or absence was told."""
    people = facts.view.passengers.values()
    waiting = any(each.status in passenger_states.NOT_OFF_YET for each in people)
    balance = overview.in_all(people, between=facts.see_outside().between)
    fits = balance.balanced and not waiting
    return None if fits else ErrorCode.EQUATION_OPEN


def no_open_exceptions(facts: Facts) -> ErrorCode | None:
    return ErrorCode.EXCEPTIONS_OPEN if facts.see_outside().open_exceptions else None


def no_trip() -> Decision:
    return refuse(ErrorCode.NOT_FOUND)


def refusal(facts: Facts, guards: tuple[Guard, ...]) -> ErrorCode | None:
    """Scope and named points always; the guards for decisions and for what is said live."""
    if (wrong := first_refusal(facts, (in_scope, point_known))) is not None:
        return wrong
    judged = EVENT_SPECS[facts.command.kind].nature is Nature.DECISION or facts.command.live
    return first_refusal(facts, guards) if judged else None


def refused(facts: Facts, code: ErrorCode) -> Decision:
    """With counts and states that tell what is missing; nothing personal."""
    return refuse(code, **explain(facts, code))


def explain(facts: Facts, code: ErrorCode) -> dict[str, object]:
    if code is ErrorCode.STATE_FORBIDS:
        stated: dict[str, object] = {"state": str(facts.view.state), **_name_way(facts)}
        return stated | ({"status": str(facts.passenger.status)} if facts.passenger else {})
    if code is ErrorCode.NOT_ABOARD and facts.passenger:
        absent = facts.passenger.status in passenger_states.SAID_ABSENT
        cause = name_cause(facts.passenger) if absent else {}
        return {"state": str(facts.view.state), "status": str(facts.passenger.status), **cause}
    if code is ErrorCode.EXCEPTIONS_OPEN:
        return {"open_exceptions": facts.see_outside().open_exceptions}
    if code is ErrorCode.EQUATION_OPEN:
        return {"counts": facts.view.counts()} | name_some(_find_unaccounted(facts))
    return _explain_plan(facts, code)


def _explain_plan(facts: Facts, code: ErrorCode) -> dict[str, object]:
    if code is ErrorCode.PLAN_INCOMPLETE:
        return _tell_missing(facts)
    if code is ErrorCode.FILING_UNACKNOWLEDGED:
        return overview.name_unfiled(facts.view)
    if code is ErrorCode.OVER_CAPACITY:
        places = facts.view.course.places
        return {
            "places": places,
            "taken": max(facts.view.taken(), places - facts.view.free_places()),
        }
    return {}


def _tell_missing(facts: Facts) -> dict[str, object]:
    return planning.explain_missing(
        list_missing(facts, facts.vehicle),
        facts.view.plan,
        hours=facts.policy.driver_hours,
        drivers=len(drivers_after(facts.command, facts.view)),
    )


def _name_way(facts: Facts) -> dict[str, object]:
    """Where telling it afterwards is no way out: of a decision the trip's states that it fits in, unless it
    fits in this one."""
    kind, state = facts.command.kind, facts.view.course.state
    if EVENT_SPECS[kind].nature is not Nature.DECISION:
        return {} if facts.command.live else {"afterwards": True}
    fits = {
        each for each, what in trip_states.TRANSITIONS if what is kind
    } | trip_states.ALLOWED.get(kind, frozenset())
    wanted = [str(each) for each in TripState if each in fits] if state not in fits else []
    return {"decision": str(kind), **({"fits_in": wanted} if wanted else {})}


NAMED: Final = 5
"""How many of several a refusal names."""


def object_to_places(view: TripView, places: int) -> Decision | None:
    """Refused where more people have a place than there are."""
    taken = view.taken()
    return refuse(ErrorCode.OVER_CAPACITY, places=places, taken=taken) if taken > places else None


def name_some(
    people: Sequence[PassengerState], *, to_reverse: bool = False, most: int = NAMED
) -> dict[str, object]:
    """How many they are, and the first of them by seat and state: nothing personal. `to_reverse`: with the
    event that made the state."""
    who = [
        {
            "passenger_id": str(each.id),
            "seat": each.seat_label or "",
            "status": str(each.status),
            **(name_cause(each) if to_reverse else {}),
        }
        for each in sorted(people, key=_by_seat)[:most]
    ]
    return {"people": len(people), "who": who}


def name_cause(passenger: PassengerState) -> dict[str, str]:
    ref = passenger.status_fact
    return {"reverse": str(ref.event_id)} if ref is not None else {}


def _by_seat(passenger: PassengerState) -> tuple[int, int, UUID]:
    return (passenger.seat_row or 0, passenger.seat_column or 0, passenger.id)


def _find_unaccounted(facts: Facts) -> list[PassengerState]:
    people = facts.view.passengers.values()
    if facts.command.kind is EventKind.TRIP_CANCELLED:
        return [each for each in people if each.status in IN_OUR_CARE]
    between = facts.see_outside().between
    return [
        each
        for each in people
        if each.status in NOT_OFF_YET or each.id in between or is_unaccounted(each)
    ]


def about_trip(facts: Facts, decided: dict[str, Any] | None = None) -> Decision:
    return Decision(
        subject_id=facts.view.id,
        worker_id=facts.worker_id,
        decided=decided or {},
        policy_version=facts.view.policy_version,
    )


def about_passenger(
    facts: Facts, passenger_id: UUID, decided: dict[str, Any] | None = None
) -> Decision:
    return Decision(
        subject_id=passenger_id,
        worker_id=facts.worker_id,
        decided=decided or {},
        policy_version=facts.view.policy_version,
    )
