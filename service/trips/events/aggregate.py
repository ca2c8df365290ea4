"""The trip behind a trip's stream: what the recorder loads, folds, settles and saves."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from uuid import UUID

from sqlmodel import Session

from schemas.demands import DemandState
from service.fleets.rules import VehicleFacts
from service.recording.registry import FactSource, Workspace
from service.recording.values import Fact, FoldKey
from service.trips.queries import states
from service.trips.rules import passengers, seating, trips
from service.trips.rules.journeys import WorkerJourneys, record_leg
from service.trips.rules.overview import TripView, judge
from service.trips.rules.passengers import PassengerState
from service.trips.rules.trips import Course

JOURNEYS = "journeys"
JOURNEY_SOURCE = FactSource(JOURNEYS, states.load_journeys, states.save_journeys)


class TripAggregate:
    """A trip and its passengers: each subject is folded from its own events."""

    def load(self, session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, TripView]:
        return states.load_views(session, county_code, ids)

    def last_key(self, state: TripView, subject_id: UUID) -> FoldKey | None:
        if subject_id == state.id:
            return state.course.last_key
        passenger = state.passengers.get(subject_id)
        return passenger.last_key if passenger else None

    def step(self, state: TripView, fact: Fact) -> TripView:
        if fact.subject_id == state.id:
            return replace(state, course=trips.step(state.course, fact))
        known = state.passengers.get(fact.subject_id) or PassengerState(fact.subject_id)
        return state.with_passenger(passengers.step(known, fact))

    def refold(self, state: TripView, subject_id: UUID, facts: list[Fact]) -> TripView:
        if subject_id == state.id:
            return replace(state, course=reduce(trips.step, facts, Course(id=state.id)))
        folded = reduce(passengers.step, facts, PassengerState(subject_id))
        return state.with_passenger(folded)

    def settle(self, workspace: Workspace, before: TripView, after: TripView) -> TripView:
        """Judge what needs several subjects, and let journeys and demands follow."""
        vehicle = workspace.get("vehicle", after.course.vehicle_id)
        settled = settle_view(after, vehicle)
        for passenger in settled.passengers.values():
            if passenger != before.passengers.get(passenger.id):
                _push_journey(workspace, settled, passenger)
        return settled

    def save(
        self,
        session: Session,
        county_code: str,
        changes: Mapping[UUID, tuple[TripView | None, TripView]],
    ) -> None:
        states.save_views(session, county_code, changes)


def settle_view(view: TripView, vehicle: VehicleFacts | None) -> TripView:
    """The view with its places counted anew and everything judged that needs several subjects."""
    if vehicle is None:
        return judge(view, None)
    usable = seating.usable_seats(vehicle.seats, view.plan.kept_free_rows)
    places = min(len(usable), vehicle.passenger_places)
    sized = replace(view, plan=replace(view.plan, places=places))
    return judge(sized, frozenset((seat.row, seat.column) for seat in vehicle.seats))


def _push_journey(workspace: Workspace, view: TripView, passenger: PassengerState) -> None:
    if passenger.worker_id is None:
        return
    known: WorkerJourneys | None = workspace.get(JOURNEYS, passenger.worker_id)
    if known is None:
        return
    after = record_leg(
        known,
        passenger,
        trip_id=view.id,
        departure_at=view.plan.planned_departure_at,
        arrival_at=view.plan.planned_arrival_at,
    )
    if after == known:
        return
    workspace.put(JOURNEYS, passenger.worker_id, after)
    _push_demand(workspace, passenger, after)


def _push_demand(workspace: Workspace, passenger: PassengerState, journeys: WorkerJourneys) -> None:
    """The demand follows its journey: given a place, travelled, or open again."""
    demand = workspace.get("demand", passenger.worker_id)
    journey = journeys.find(passenger.journey_id)
    if demand is None or journey is None or journey.demand_id != demand.id:
        return
    if demand.state != journey.demand_state and passenger.worker_id is not None:
        workspace.put(
            "demand", passenger.worker_id, replace(demand, state=DemandState(journey.demand_state))
        )
