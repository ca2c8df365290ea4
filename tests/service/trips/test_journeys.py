"""Journeys over several trips, and what becomes of the demand that they were for."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.demand.queries import DEMAND
from tests.factories import COUNTY
from tests.registry import enter_demands
from tests.service.trips.scenes import Ride, Scene


def journeys(scene: Scene, worker: UUID) -> list[tuple[bool, int]]:
    """(open, legs) of each, the oldest first."""
    rows = scene.rows()
    people = rows["passenger"]
    return [
        (row["open"], sum(1 for each in people if each["journey_id"] == row["id"]))
        for row in rows["journey"]
        if row["worker_id"] == worker
    ]


def demands(scene: Scene, worker: UUID) -> list[str]:
    statement = (
        select(DEMAND.c.state)
        .where(DEMAND.c.county_code == COUNTY, DEMAND.c.worker_id == worker)
        .order_by(DEMAND.c.id)
    )
    with scene.world.context.database.read(scene.world.console) as session:
        return list(session.execute(statement).scalars())


def wishing(scene: Scene) -> UUID:
    (worker,) = scene.make_workers()
    enter_demands(scene.world, [worker])
    return worker


def feeder_and_main(scene: Scene, worker: UUID) -> tuple[Ride, Ride]:
    """An hour's ride to the county town in the morning, the long one in the evening."""
    feeder = scene.open_trip(
        planned_departure_at="2020-03-24T09:00:00+08:00",
        planned_arrival_at="2020-03-24T10:00:00+08:00",
    )
    main = scene.open_trip(
        planned_departure_at="2020-03-24T18:00:00+08:00",
        planned_arrival_at="2020-03-25T08:00:00+08:00",
    )
    first = scene.assign(feeder, [worker], handover_party="station")
    second = scene.assign(main, [worker], leg=2)
    for trip in (feeder, main):
        scene.tell(trip, "manifest.locked")
    return Ride(feeder, first, [worker]), Ride(main, second, [worker])


def ride_feeder(scene: Scene, feeder: Ride) -> None:
    scene.board(feeder.trip, feeder.passengers)
    scene.world.clock.advance(hours=1)
    scene.tell(feeder.trip, "trip.departed")
    scene.world.clock.advance(hours=1)
    scene.tell(feeder.trip, "trip.arrived")
    scene.hand_over(feeder.trip, feeder.passengers)


def test_two_legs_are_one_journey_and_nothing_of_it_is_an_exception(scene: Scene) -> None:
    worker = wishing(scene)
    feeder, main = feeder_and_main(scene, worker)
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 2)], ["assigned"])
    ride_feeder(scene, feeder)
    (line,) = scene.people(feeder.trip).values()
    assert (line["custody"]["party"], line["exceptions"]) == ("station", [])
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 2)], ["assigned"])

    scene.world.clock.advance(hours=8)
    scene.board(main.trip, main.passengers)
    scene.tell(main.trip, "trip.departed", aboard=1)
    scene.world.clock.advance(hours=14)
    scene.tell(main.trip, "trip.arrived")
    scene.hand_over(main.trip, main.passengers)
    for trip in (feeder.trip, main.trip):
        assert scene.trip(trip)["open_exceptions"] == 0
        scene.tell(trip, "trip.closed")
    assert (journeys(scene, worker), demands(scene, worker)) == ([(False, 2)], ["travelled"])


def test_the_main_leg_can_be_found_while_waiting_at_the_station(scene: Scene) -> None:
    worker = wishing(scene)
    feeder, main = feeder_and_main(scene, worker)
    ride_feeder(scene, feeder)
    scene.tell(main.trip, "passenger.no_show", passenger_id=main.passengers[0])
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 2)], ["assigned"])
    other = scene.open_trip(hours=30)
    scene.assign(other, [worker], leg=2)
    assert journeys(scene, worker) == [(True, 3)]


def test_legs_that_overlap(scene: Scene) -> None:
    worker = wishing(scene)
    first = scene.open_trip()
    scene.assign(first, [worker])
    same_time = scene.open_trip(hours=3)
    later = scene.open_trip(hours=20)
    person = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    assert scene.refused(same_time, "passenger.assigned", **person, leg=2) == "overlapping-trip"
    assert scene.refused(later, "passenger.assigned", **person) == "already-on-trip"
    scene.assign(later, [worker], leg=2)
    assert journeys(scene, worker) == [(True, 2)]

    earlier = {
        "planned_departure_at": "2020-03-24T12:00:00+08:00",
        "planned_arrival_at": "2020-03-25T01:00:00+08:00",
    }
    before = scene.rows()
    moved = scene.coordinator.patch(f"/v1/trips/{later}", earlier, version=1)
    assert (moved.status_code, moved.json()["code"]) == (409, "overlapping-trip")
    assert scene.rows() == before


def test_a_late_boarding_on_the_feeder_is_nothing_strange(scene: Scene) -> None:
    """Its sheet is typed in when the worker is long on the main coach."""
    worker = wishing(scene)
    feeder, main = feeder_and_main(scene, worker)
    scene.world.clock.advance(hours=10)
    scene.board(main.trip, main.passengers)
    passenger = {"passenger_id": feeder.passengers[0]}
    assert scene.afterwards(feeder.trip, "passenger.boarded", **passenger) == []


def test_who_did_not_come_is_planned_anew(scene: Scene) -> None:
    worker = wishing(scene)
    ride = Ride(scene.open_trip(), [], [worker])
    (passenger,) = scene.assign(ride.trip, [worker])
    scene.tell(ride.trip, "manifest.locked")
    missed = scene.tell(ride.trip, "passenger.no_show", passenger_id=passenger)
    assert (journeys(scene, worker), demands(scene, worker)) == ([(False, 1)], ["open"])

    scene.world.clock.advance(minutes=1)
    other = scene.open_trip(hours=48)
    scene.assign(other, [worker])
    assert (journeys(scene, worker), demands(scene, worker)) == (
        [(False, 1), (True, 1)],
        ["assigned"],
    )
    late = {"passenger_id": passenger, "channel": "telephone", "outcome": "no_answer"}
    scene.tell(ride.trip, "passenger.notified", **late)
    assert demands(scene, worker) == ["assigned"]
    undo = {"event_id": missed["id"], "reason": "认错人"}
    assert scene.refused(ride.trip, "event.reversed", **undo) == "already-on-trip"


def test_a_receipt_that_is_reversed_brings_the_demand_back(scene: Scene) -> None:
    worker = wishing(scene)
    trip = scene.open_trip()
    passengers = scene.assign(trip, [worker])
    scene.tell(trip, "manifest.locked")
    scene.board(trip, passengers)
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived")
    received = scene.tell(trip, "passenger.received", passenger_id=passengers[0])
    assert (journeys(scene, worker), demands(scene, worker)) == ([(False, 1)], ["travelled"])

    scene.tell(trip, "event.reversed", event_id=received["id"], reason="签错人")

    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 1)], ["assigned"])
    again = {"event_id": received["id"], "reason": "再次"}
    assert scene.refused(trip, "event.reversed", **again) == "cannot-reverse"


def test_a_newer_demand_is_left_alone(scene: Scene) -> None:
    worker = wishing(scene)
    trip = scene.open_trip()
    passengers = scene.assign(trip, [worker])
    scene.tell(trip, "manifest.locked")
    scene.board(trip, passengers)
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived")
    received = scene.tell(trip, "passenger.received", passenger_id=passengers[0])
    enter_demands(scene.world, [worker])
    scene.tell(trip, "event.reversed", event_id=received["id"], reason="签错人")
    assert demands(scene, worker) == ["travelled", "open"]


def wrong_coach(scene: Scene, worker: UUID) -> tuple[Ride, UUID, UUID]:
    """Listed on one coach, found on another: own ride, the other trip, the passenger id there."""
    own = Ride(scene.open_trip(), [], [worker])
    own.passengers.extend(scene.assign(own.trip, [worker]))
    scene.tell(own.trip, "manifest.locked")
    other = scene.departed(1)
    found = scene.world.new_id()
    outcome = scene.tell(
        other.trip,
        "passenger.found_aboard",
        passenger_id=found,
        worker_id=worker,
        seat_row=9,
        seat_column=1,
        from_trip_id=own.trip,
        from_passenger_id=own.passengers[0],
    )
    assert outcome["exceptions"] == ["not-on-list"]
    return own, other.trip, found


def test_the_man_in_the_wrong_coach(scene: Scene) -> None:
    worker = wishing(scene)
    own, other, found = wrong_coach(scene, worker)
    scene.tell(
        own.trip,
        "passenger.moved",
        passenger_id=own.passengers[0],
        to_trip_id=other,
        to_passenger_id=found,
    )
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 2)], ["assigned"])
    shown = scene.trip(other)
    assert (shown["taken"], shown["aboard"], shown["balance"]["carried"]) == (1, 2, 2)
    person = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    clash = scene.open_trip()
    assert scene.refused(clash, "passenger.assigned", **person) == "already-on-trip"

    scene.world.clock.advance(hours=14)
    scene.tell(other, "trip.arrived")
    scene.tell(other, "passenger.received", passenger_id=found, party="enterprise")
    assert (journeys(scene, worker), demands(scene, worker)) == ([(False, 2)], ["travelled"])


def test_the_wrong_coach_told_in_the_other_order(scene: Scene) -> None:
    """The own escort tells first that he went over."""
    worker = wishing(scene)
    trip = scene.open_trip()
    passengers = scene.assign(trip, [worker])
    scene.tell(trip, "manifest.locked")
    other = scene.departed(1)
    to = {"to_trip_id": other.trip}
    scene.tell(trip, "passenger.moved", passenger_id=passengers[0], **to)
    assert (journeys(scene, worker), demands(scene, worker)) == ([(False, 1)], ["open"])
    found = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    outcome = scene.tell(other.trip, "passenger.found_aboard", **found)
    assert outcome["exceptions"] == ["not-on-list"]
    assert demands(scene, worker) == ["assigned"]


def test_somebody_found_by_mistake_is_reversed_without_a_trace_in_the_journeys(
    scene: Scene,
) -> None:
    worker = wishing(scene)
    ride = scene.departed(1)
    person = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    outcome = scene.tell(ride.trip, "passenger.found_aboard", **person)
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 1)], ["assigned"])
    scene.tell(ride.trip, "event.reversed", event_id=outcome["id"], reason="认错人")
    assert journeys(scene, worker) == []
    assert scene.trip(ride.trip)["aboard"] == 1
    scene.assign(scene.open_trip(hours=2), [worker])


def test_one_worker_is_one_passenger_of_a_trip(scene: Scene) -> None:
    """Whoever is on this list is not found aboard under a second id."""
    ride = scene.departed(1)
    other = {"passenger_id": scene.world.new_id(), "worker_id": ride.workers[0]}
    for mode in ("live", "afterwards"):
        code = scene.refused(ride.trip, "passenger.found_aboard", mode=mode, **other)
        assert code == "already-on-trip"
    stranger = {"passenger_id": ride.passengers[0], "worker_id": scene.make_workers()[0]}
    assert scene.refused(ride.trip, "passenger.found_aboard", **stranger) == "id-reused"


def test_a_passenger_id_used_on_two_trips_mixes_nothing(scene: Scene) -> None:
    """Ids are the senders': a late fact is folded with those of its own trip only."""
    first, second = scene.open_trip(), scene.open_trip()
    one, two = scene.make_workers(2)
    shared = str(scene.world.new_id())
    for trip, worker in ((first, one), (second, two)):
        person = {"id": shared, "event_id": str(scene.world.new_id()), "worker_id": str(worker)}
        path = f"/v1/trips/{trip}/passengers"
        scene.ok(scene.coordinator.post(path, {"passengers": [person]}))
        scene.tell(trip, "manifest.locked")
    early = scene.now
    scene.world.clock.advance(minutes=30)
    passenger: dict[str, Any] = {"passenger_id": shared}
    for trip in (first, second):
        scene.tell(trip, "passenger.boarded", **passenger)
    roll = {"identity_shown": "card", "at": early}
    assert scene.afterwards(first, "passenger.checked_in", **passenger, **roll) == []
    lines = [scene.people(trip)[shared] for trip in (first, second)]
    assert [(line["worker_id"], line["status"]) for line in lines] == [
        (str(one), "boarded"),
        (str(two), "boarded"),
    ]


def test_the_refused_with_a_next_holder_can_ride_home(scene: Scene) -> None:
    ride = scene.arrived(1)
    refused = {"passenger_id": ride.passengers[0], "next_holder": "destination_bureau"}
    scene.tell(ride.trip, "passenger.refused", **refused)
    (line,) = scene.people(ride.trip).values()
    assert line["custody"]["party"] == "destination_bureau"
    assert journeys(scene, ride.workers[0]) == [(False, 1)]
    scene.assign(scene.open_trip(), ride.workers)
