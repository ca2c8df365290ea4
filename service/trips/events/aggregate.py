"""A trip's state for the recorder: which events fold into trip or passenger; what becomes of the worker's
journey and demand when a passenger's status changes (open again, or cancelled if withdrawn).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Final
from uuid import UUID

from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events.kinds import ExceptionCode
from service.demand.queries import DEMANDS
from service.recording.commands import trip_stream
from service.recording.handlers import Fact, Loader, Workspace, evolve
from service.recording.order import Last
from service.trips.events.runs import push_runs
from service.trips.queries import states
from service.trips.rules import passengers, trips
from service.trips.rules.findings import Finding
from service.trips.rules.journeys import Outside, WorkerJourneys, find_outside, make_leg_of
from service.trips.rules.judging import find_of, judge
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.workers.events import get_state
from service.workers.rules import WorkerState

TRIPS: Final = Loader("trips", states.load_known_trips)
JOURNEYS: Final = Loader("journeys", states.load_journeys, states.save_journeys)


class TripAggregate:
    """A trip and its passengers: each subject is folded from its own events."""

    def load(self, session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, TripView]:
        return states.load_views(session, county_code, ids)

    def last(self, state: TripView, subject_id: UUID) -> Last | None:
        if subject_id == state.id:
            return state.course.last
        passenger = state.passengers.get(subject_id)
        return passenger.last if passenger else None

    def findings(
        self, workspace: Workspace, state: TripView, subject_id: UUID
    ) -> frozenset[tuple[ExceptionCode, tuple[UUID, ...]]]:
        found = state.findings_of(subject_id) if state.judged else find_of(state, subject_id)
        passenger = state.passengers.get(subject_id)
        if passenger is not None:
            found += _find_outside(workspace, state, passenger)
        return frozenset([(each.code, each.event_ids) for each in found])

    def step(self, state: TripView, fact: Fact) -> TripView:
        if state.course.early_reversals and state.course.is_taken_back(fact):
            return _take_back(_with_subject(state, fact.subject_id), fact.id)
        if fact.subject_id == state.id:
            return state.with_course(trips.step(state.course, fact))
        known = state.passengers.get(fact.subject_id) or PassengerState(fact.subject_id)
        return state.with_passenger(passengers.step(known, fact))

    def refold(self, state: TripView, subject_id: UUID, facts: list[Fact]) -> TripView:
        if subject_id == state.id:
            course = trips.fold(state.id, facts, taken_back=state.course.taken_back)
            return state.with_course(course)
        back = [each.id for each in facts if state.course.is_taken_back(each)]
        kept = [each for each in facts if each.id not in back]
        folded = reduce(passengers.step, kept, PassengerState(subject_id))
        return _take_back(state.with_passenger(folded), *back)

    def follow(
        self, workspace: Workspace, before: TripView, after: TripView, subject_id: UUID
    ) -> None:
        """Let journeys and demands, and the runs of vehicle, drivers and escort follow."""
        passenger = after.passengers.get(subject_id)
        if passenger is not None:
            _push_journey(workspace, after, passenger, before.passengers.get(subject_id))
        if after.course is not before.course:
            push_runs(workspace, before, after)

    def judge(self, state: TripView) -> TripView:
        return state if state.judged else judge(state)

    def save(
        self,
        session: Session,
        county_code: str,
        changes: Mapping[UUID, tuple[TripView | None, TripView]],
    ) -> None:
        states.save_views(session, county_code, changes)


def _with_subject(view: TripView, subject_id: UUID) -> TripView:
    """With the passenger, also where nothing that is told of them counts."""
    if subject_id == view.id or subject_id in view.passengers:
        return view
    return view.with_passenger(PassengerState(subject_id))


def _take_back(view: TripView, *event_ids: UUID) -> TripView:
    """Events whose reversal came first have come."""
    known = view.course.taken_back
    new = set(event_ids) - set(known)
    if not new:
        return view
    return view.with_course(evolve(view.course, taken_back=tuple(sorted({*known, *new}))))


def see_outside(workspace: Workspace, view: TripView) -> Outside:
    """The trip's people, with the other trips and holds of those whom the handler needs. `view`: the trip as
    it stands in the workspace; once judged it is kept there, so that a decision that asks again finds it.
    """
    stream = trip_stream(view.id)
    current = workspace.get_state(stream, TripView) or view
    view = current if current.judged else judge(current)
    workspace.states[stream] = view
    ids = {each.worker_id for each in view.passengers.values() if each.worker_id is not None}
    journeys = {each: known for each in ids if (known := workspace.get(JOURNEYS, each))}
    held = {each: state for each in ids if (state := get_state(workspace, each))}
    return Outside(view, journeys, held)


def _find_outside(
    workspace: Workspace, view: TripView, passenger: PassengerState
) -> tuple[Finding, ...]:
    """Nothing of other trips and holds that no handler of the group needs."""
    journeys = workspace.get(JOURNEYS, passenger.worker_id)
    if passenger.worker_id is not None and journeys is None:
        return ()
    worker = _get_worker(workspace, passenger)
    return find_outside(passenger, trip_id=view.id, journeys=journeys, worker=worker)


def _get_worker(workspace: Workspace, passenger: PassengerState) -> WorkerState | None:
    worker_id = passenger.worker_id
    return None if worker_id is None else get_state(workspace, worker_id)


def _push_journey(
    workspace: Workspace, view: TripView, passenger: PassengerState, earlier: PassengerState | None
) -> None:
    worker_id = passenger.worker_id or (earlier.worker_id if earlier else None)
    known = workspace.get(JOURNEYS, worker_id)
    if worker_id is None or known is None:
        return
    after = known.with_leg(make_leg_of(view, passenger))
    if passenger.worker_id is None:
        after = known.without(trip_id=view.id, passenger_id=passenger.id)
    if after == known:
        return
    workspace.put(JOURNEYS, worker_id, after, save=after.stored != known.stored)
    _push_demand(workspace, worker_id, after)


def _push_demand(workspace: Workspace, worker_id: UUID, known: WorkerJourneys) -> None:
    """The demand follows its journeys: given a place, travelled, or open again. One that was
    cancelled stays so, and one that a newer one has followed is not here any more."""
    demand = workspace.get(DEMANDS, worker_id)
    if demand is None or demand.state is DemandState.CANCELLED:
        return
    state = known.demand_state(demand.id)
    if state is DemandState.OPEN and _is_withdrawn(workspace, worker_id):
        state = DemandState.CANCELLED
    if state is not demand.state:
        workspace.put(DEMANDS, worker_id, replace(demand, state=state))


def _is_withdrawn(workspace: Workspace, worker_id: UUID) -> bool:
    """Whether the worker has withdrawn: the demand is then cancelled instead of open again."""
    said = get_state(workspace, worker_id)
    return said is not None and said.withdrawn
