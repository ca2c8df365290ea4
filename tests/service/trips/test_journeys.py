"""Journeys over several trips, and what becomes of the demand that they were for."""

from uuid import UUID

from tests.registry import enter_demands
from tests.service.trips.scenes import Ride, Scene
from tests.service.trips.wishes import demands, journeys, wishing


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


def test_the_refused_with_a_next_holder_can_ride_home(scene: Scene) -> None:
    ride = scene.arrived(1)
    refused = {"passenger_id": ride.passengers[0], "next_holder": "destination_bureau"}
    scene.tell(ride.trip, "passenger.refused", **refused)
    (line,) = scene.people(ride.trip).values()
    assert line["custody"]["party"] == "destination_bureau"
    assert journeys(scene, ride.workers[0]) == [(False, 1)]
    scene.assign(scene.open_trip(), ride.workers)
