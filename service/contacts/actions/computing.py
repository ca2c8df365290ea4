"""Who is within the rule on each vehicle that a question means: meetings, counts and the seat map, from what is
loaded already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.contacts import Basis, ContactsPurpose, ContactsQuestion, ContactsVehicle
from schemas.policies import ContactReach, PolicyVersion
from service.contacts.actions.asking import Asked, Leg
from service.contacts.rules.meeting import (
    WHOLE_VEHICLE,
    Meeting,
    Reach,
    Rider,
    Sitting,
    Span,
    Together,
    find_reach,
    join_times,
    list_aboard,
    list_meetings,
    list_sittings,
    list_vehicle_runs,
    meet_crew,
)
from service.contacts.rules.rides import departs_at
from service.contacts.rules.seat_maps import draw_seats
from service.context import Work
from service.fleets.rules import VehicleFacts
from service.registry.people import WorkerFacts
from service.registry.queries import load_worker_facts
from service.trips.rules.overview import TripView
from service.trips.rules.told import HeadCount
from service.trips.rules.vehicle_runs import FIRST, LAST, VehicleRun


@dataclass(frozen=True, slots=True)
class Crew:
    """A driver, or an escort (by its place among the trip's), and when they were aboard together."""

    driver_id: UUID | None
    escort: int | None
    together: Together


@dataclass(frozen=True, slots=True)
class Ride:
    """One vehicle of one trip: who of it is asked about (None: all), and who is within the rule."""

    view: TripView
    run: VehicleRun
    vehicle: VehicleFacts
    policy: PolicyVersion
    reach: Reach
    asked: Rider | None
    riders: dict[UUID, Rider]
    meetings: list[Meeting]
    crew: list[Crew]
    head_count: HeadCount | None


def compute_rides(work: Work, *, question: ContactsQuestion, asked: Asked) -> list[Ride]:
    """In the order of time; one statement."""
    people = {
        each.worker_id
        for view in asked.views.values()
        for each in view.passengers.values()
        if each.worker_id is not None
    }
    facts = load_worker_facts(work.session, work.county_code, people)
    found = [
        ride
        for leg in asked.legs
        for run in list_vehicle_runs(asked.views[leg.trip_id])
        if asked.vehicle_id in {None, run.vehicle_id}
        for ride in [_compute(question, asked, leg, run, facts)]
        if ride is not None
    ]
    return sorted(found, key=_order)


def _order(ride: Ride) -> tuple[float, UUID]:
    begun = ride.run.from_at or departs_at(ride.view)
    return (begun.timestamp() if begun else 0.0), ride.view.id


def _compute(
    question: ContactsQuestion,
    asked: Asked,
    leg: Leg,
    run: VehicleRun,
    facts: dict[UUID, WorkerFacts],
) -> Ride | None:
    """None where the person asked about was not in this vehicle."""
    view, vehicle = asked.views[leg.trip_id], asked.vehicles.get(run.vehicle_id)
    if vehicle is None:
        return None
    riders = _list_riders(view, run, asked, facts)
    own = riders.get(leg.passenger_id) if leg.passenger_id is not None else None
    if own is None and leg.passenger_id is not None:
        return None
    others = [each for each in riders.values() if own is None or not _is_same(own, each)]
    policy = asked.book.find(view.policy_version)
    if own is None or question.purpose is ContactsPurpose.ACCIDENT:
        reach = WHOLE_VEHICLE
        meetings = list_aboard(riders.values(), at=question.at)
    else:
        reach = find_reach(policy, kind=vehicle.kind, air_sealed=vehicle.air_sealed)
        isolation = view.course.isolation_rows
        meetings = list_meetings(own, others, reach=reach, isolation=isolation)
    sat = own.sittings if own else tuple(one for each in others for one in each.sittings)
    return Ride(
        view,
        run,
        vehicle,
        policy,
        reach,
        own,
        riders,
        meetings,
        _list_crew(view, run, sat),
        _find_count(view, run, question.at),
    )


def _is_same(one: Rider, other: Rider) -> bool:
    """One person may have been listed twice on a trip."""
    return one.id == other.id or (one.worker_id is not None and one.worker_id == other.worker_id)


def _list_riders(
    view: TripView, run: VehicleRun, asked: Asked, facts: dict[UUID, WorkerFacts]
) -> dict[UUID, Rider]:
    said = asked.said.get(view.id, ())
    found = {}
    for each in view.passengers.values():
        sittings = list_sittings(view, each, run, said)
        if not sittings:
            continue
        fact = facts.get(each.worker_id) if each.worker_id else None
        found[each.id] = Rider(
            each.id,
            each.worker_id,
            sittings,
            fact.household_key if fact else None,
            fact.guardian_worker_id if fact else None,
            each.consent.companion_id if each.consent else None,
        )
    return found


def _list_crew(view: TripView, run: VehicleRun, sat: Sequence[Sitting]) -> list[Crew]:
    """Drivers and escorts of the trip, who go with it from vehicle to vehicle."""
    if not sat:
        return []
    rode = join_times(Together(each.from_at, each.to_at) for each in sat)
    if not run.overlaps(*rode):
        return []
    found = [
        Crew(each.driver_id, None, met)
        for each in view.course.drivers
        if (met := meet_crew(sat, Span(each.from_at, each.to_at))) is not None
    ]
    escorts = view.course.escorts
    first = Span(None, escorts[0].from_at if escorts else None)
    spans = [first, *(Span(each.from_at, each.to_at) for each in escorts)]
    for place, each in enumerate(spans):
        if (met := meet_crew(sat, each)) is not None and (place or view.plan.has_contacts):
            found.append(Crew(None, place, met))
    return found


def _find_count(view: TripView, run: VehicleRun, at: datetime | None) -> HeadCount | None:
    """The last one before that moment, in this vehicle."""
    counts = [
        each
        for each in view.course.head_counts
        if each.at <= (at or LAST) and (run.from_at or FIRST) <= each.at < (run.to_at or LAST)
    ]
    return max(counts, key=lambda each: each.at, default=None)


def show_vehicles(rides: Iterable[Ride]) -> list[ContactsVehicle]:
    return [_show(each) for each in rides]


def _show(ride: Ride) -> ContactsVehicle:
    view, count = ride.view, ride.head_count
    return ContactsVehicle(
        trip_id=view.id,
        trip_number=view.plan.number,
        vehicle_id=ride.vehicle.id,
        plate=ride.vehicle.plate,
        vehicle_kind=ride.vehicle.kind,
        air_sealed=ride.vehicle.air_sealed,
        from_at=ride.run.from_at or view.course.departed_at,
        to_at=ride.run.to_at or view.course.over_at,
        policy_version=ride.policy.version,
        document=ride.policy.document,
        reach=_REACHES.get(ride.reach.basis),
        rows=ride.reach.rows,
        basis=ride.reach.basis,
        aboard=len(ride.riders),
        within=len(ride.meetings),
        unsure=len([each for each in ride.meetings if each.basis is Basis.SEAT_UNSURE]),
        crew=len(ride.crew),
        head_count=count.aboard if count else None,
        head_count_at=count.at if count else None,
        seat_map=draw_seats(
            ride.vehicle.seats,
            asked=ride.asked,
            riders=ride.riders.values(),
            within={each.rider_id for each in ride.meetings},
        ),
    )


_REACHES = {Basis.EVERYBODY: ContactReach.EVERYBODY, Basis.ROWS: ContactReach.ROWS}
