"""Somebody sits in the wrong coach, or is found where nobody expected them."""

from typing import Any
from uuid import UUID

from tests.service.trips.scenes import Ride, Scene
from tests.service.trips.wishes import demands, journeys, wishing


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
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 1)], ["assigned"])
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
        assert code == "already-on-this-trip"
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
