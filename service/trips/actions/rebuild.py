"""`rebuild` of trips, vehicles in use, passengers, stays, journeys and the states of demands from the events
alone; what `rebuild --check` compares.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import reduce
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events.kinds import StreamKind
from service.demand import queries as demands
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey
from service.ledger.queries import EventRow
from service.recording.handlers import Fact, evolve, fact_of_row, in_order
from service.recording.rebuilding import Difference, compare_rows
from service.trips.queries import states
from service.trips.rules import passengers, trips
from service.trips.rules.journeys import WorkerJourneys, make_leg_of
from service.trips.rules.judging import judge
from service.trips.rules.overview import Plan, TripView
from service.trips.rules.passengers import PassengerState


def check_derived(session: Session, county_code: str) -> Iterator[Difference]:
    """Fold every trip of the county anew and compare all derived columns."""
    journeys: dict[UUID, WorkerJourneys] = {}
    for trip_id in list_trip_ids(session, county_code):
        view = fold_trip(session, county_code, trip_id)
        yield from _compare_trip(session, county_code, view)
        _collect_legs(journeys, view)
    yield from _compare_journeys(session, county_code, journeys)
    yield from _compare_demands(session, county_code, journeys)


def list_trip_ids(session: Session, county_code: str) -> list[UUID]:
    table = states.TRIP
    statement = select(table.c.id).where(table.c.county_code == county_code).order_by(table.c.id)
    return list(session.execute(statement).scalars())


def fold_trip(session: Session, county_code: str, trip_id: UUID) -> TripView:
    """The trip as its events alone make it; the plan's described fields are taken as stored."""
    plan = states.load_plans(session, county_code, [trip_id])[trip_id]
    rows = ledger.list_events_of_stream(session, county_code, StreamKey(StreamKind.TRIP, trip_id))
    return fold_rows(trip_id, plan, rows)


def fold_rows(trip_id: UUID, plan: Plan, rows: Iterable[EventRow]) -> TripView:
    """The trip as these of its events make it."""
    everything: dict[UUID, list[Fact]] = {}
    for row in rows:
        everything.setdefault(row.subject_id, []).append(fact_of_row(row))
    course = trips.fold(trip_id, in_order(everything.get(trip_id, [])))
    back = {
        each.id for facts in everything.values() for each in facts if course.is_taken_back(each)
    }
    course = evolve(course, taken_back=tuple(sorted(back)))
    people = {
        subject: reduce(passengers.step, _without(in_order(facts), back), PassengerState(subject))
        for subject, facts in everything.items()
        if subject != trip_id
    }
    return judge(TripView(trip_id, plan, course, people, judged=False))


def _without(facts: Iterable[Fact], gone: Collection[UUID]) -> list[Fact]:
    return [each for each in facts if each.id not in gone]


def write_derived(session: Session, county_code: str) -> int:
    """Write all derived columns anew from the events, whatever stands in them; the number of trips."""
    ids = list_trip_ids(session, county_code)
    journeys: dict[UUID, WorkerJourneys] = {}
    states.clear_derived(session, county_code)
    states.clear_journeys(session, county_code)
    for trip_id in ids:
        view = fold_trip(session, county_code, trip_id)
        states.save_views(session, county_code, {trip_id: (None, view)})
        _collect_legs(journeys, view)
    states.save_journeys(session, county_code, journeys)
    stored = demands.load_demands(session, county_code, journeys)
    wanted = dict(_expected_demands(session, county_code, journeys))
    changed = {
        key: replace(each, state=wanted[key]) for key, each in stored.items() if key in wanted
    }
    if changed:
        demands.save_demands(session, county_code, changed)
    return len(ids)


def _compare_trip(session: Session, county_code: str, view: TripView) -> Iterator[Difference]:
    trip = {"id": view.id, **states.derived_trip(view)}
    yield from compare_rows(
        session, states.TRIP, [trip], county_code=county_code, key=["id"], where={"id": view.id}
    )
    mine = {"trip_id": view.id}
    yield from compare_rows(
        session,
        states.TRIP_DRIVER,
        states.driver_rows(county_code, view),
        county_code=county_code,
        key=["driver_id"],
        where=mine,
    )
    people = list(view.passengers.values())
    rows = [states.passenger_row(county_code, view.id, each) for each in people]
    yield from compare_rows(
        session, states.PASSENGER, rows, county_code=county_code, key=["id"], where=mine
    )
    yield from compare_rows(
        session,
        states.TRIP_VEHICLE,
        states.vehicle_rows(county_code, view),
        county_code=county_code,
        key=["ordinal"],
        where=mine,
    )
    stays = [row for each in people for row in states.stay_rows(county_code, view.id, each)]
    key = ["passenger_id", "ordinal"]
    yield from compare_rows(
        session, states.STAY, stays, county_code=county_code, key=key, where=mine
    )


def _collect_legs(journeys: dict[UUID, WorkerJourneys], view: TripView) -> None:
    for passenger in view.passengers.values():
        if passenger.worker_id is None:
            continue
        known = journeys.get(passenger.worker_id, WorkerJourneys(passenger.worker_id))
        journeys[passenger.worker_id] = known.with_leg(make_leg_of(view, passenger))


def _compare_journeys(
    session: Session, county_code: str, journeys: dict[UUID, WorkerJourneys]
) -> Iterator[Difference]:
    rows = states.journey_rows(county_code, journeys)
    yield from compare_rows(session, states.JOURNEY, rows, county_code=county_code, key=["id"])


def _compare_demands(
    session: Session, county_code: str, journeys: dict[UUID, WorkerJourneys]
) -> Iterator[Difference]:
    """The states of demands that a journey has taken up."""
    stored = demands.list_newest_states(session, county_code, worker_ids=journeys)
    for worker_id, wanted in _expected_demands(session, county_code, journeys):
        row = stored[worker_id]
        if row.state != str(wanted):
            yield Difference("travel_demand", str(row.id), "state", row.state, str(wanted))


def _expected_demands(
    session: Session, county_code: str, journeys: dict[UUID, WorkerJourneys]
) -> Iterator[tuple[UUID, DemandState]]:
    """Of each worker's newest demand only, as in events/aggregate.py; cancelled stays cancelled."""
    stored = demands.list_newest_states(session, county_code, worker_ids=journeys)
    for worker_id, row in stored.items():
        wanted = journeys[worker_id].demand_state(row.id)
        if row.state != str(DemandState.CANCELLED):
            yield worker_id, wanted
