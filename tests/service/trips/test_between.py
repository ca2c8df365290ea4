"""Between two trips: who was moved is in nobody's hands until recorded aboard the other one."""

from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from schemas.permissions import Role
from service.app.create import create_app
from tests.databases import ON_SQLITE
from tests.service.trips.scenes import Ride, Scene
from tests.service.trips.wishes import demands, journeys, wishing


class Moved(NamedTuple):
    """On the road with one who rides on and one who was moved to `other`."""

    ride: Ride
    other: Ride
    worker: UUID
    passenger: UUID
    event: dict[str, Any]


def move_one(scene: Scene) -> Moved:
    worker = wishing(scene)
    trip = scene.open_trip()
    workers = [worker, *scene.make_workers()]
    ride = Ride(trip, scene.assign(trip, workers), workers)
    other = scene.listed(1)
    for each in (ride, other):
        scene.tell(each.trip, "manifest.locked")
        scene.board(each.trip, each.passengers)
    scene.world.clock.advance(hours=1)
    for each in (ride, other):
        scene.tell(each.trip, "trip.departed")
    scene.world.clock.advance(hours=2)
    who = {"passenger_id": ride.passengers[0], "to_trip_id": other.trip}
    event = scene.tell(ride.trip, "passenger.moved", **who)
    return Moved(ride, other, worker, ride.passengers[0], event)


def arrive(scene: Scene, moved: Moved) -> None:
    scene.world.clock.advance(hours=12)
    scene.tell(moved.ride.trip, "trip.arrived")
    scene.hand_over(moved.ride.trip, moved.ride.passengers[1:])


def in_nobodys_hands(scene: Scene) -> list[UUID]:
    page = scene.ok(scene.coordinator.get("/v1/journeys", custody="none"))
    return [UUID(each["worker_id"]) for each in page["items"]]


def test_until_aboard_there_the_trip_left_is_open(scene: Scene) -> None:
    moved = move_one(scene)
    assert moved.event["exceptions"] == ["moved-not-arrived"]
    arrive(scene, moved)
    shown = scene.trip(moved.ride.trip)
    balance = shown["balance"]
    assert (balance["carried"], balance["received"], balance["moved"]) == (2, 1, 0)
    assert (balance["unaccounted"], shown["open_exceptions"]) == (1, 1)
    assert scene.refused(moved.ride.trip, "trip.closed") == "equation-open"
    assert (journeys(scene, moved.worker), demands(scene, moved.worker)) == (
        [(True, 1)],
        ["assigned"],
    )
    assert in_nobodys_hands(scene) == [moved.worker]
    line = scene.people(moved.ride.trip)[str(moved.passenger)]
    assert (line["custody"]["party"], line["exceptions"]) == (None, ["moved-not-arrived"])


def test_both_trips_name_who_is_between_them(scene: Scene) -> None:
    moved = move_one(scene)
    for trip in (moved.ride.trip, moved.other.trip):
        (shown,) = scene.trip(trip)["between"]
        assert (shown["worker_id"], shown["from_trip_id"], shown["to_trip_id"]) == (
            str(moved.worker),
            str(moved.ride.trip),
            str(moved.other.trip),
        )
        assert "*" in shown["name"]
    escort = scene.world.client(Role.ESCORT, trip_ids=[moved.other.trip])
    [coming] = scene.ok(escort.get(f"/v1/trips/{moved.other.trip}"))["between"]
    assert coming["passenger_id"] == str(moved.passenger)
    page = scene.ok(escort.get("/v1/journeys", custody="none"))
    assert [each["worker_id"] for each in page["items"]] == [str(moved.worker)]
    stranger = scene.world.client(Role.ESCORT, trip_ids=[scene.open_trip()])
    assert scene.ok(stranger.get("/v1/journeys", custody="none"))["items"] == []


def test_the_board_names_both_trips(scene: Scene) -> None:
    """Neither of them has an exception of its own in its row."""
    moved = move_one(scene)
    wanted = {str(moved.ride.trip), str(moved.other.trip)}
    listed = scene.ok(scene.coordinator.get("/v1/trips", attention="true"))["items"]
    assert {row["id"]: row["people_between"] for row in listed} == dict.fromkeys(wanted, 1)
    about = {"code": "moved-not-arrived", "passenger_id": moved.passenger}
    scene.tell(moved.ride.trip, "exception.explained", explanation="家属已证实", **about)
    assert scene.ok(scene.coordinator.get("/v1/trips", attention="true"))["items"] == []


def test_a_second_server_takes_them_aboard_and_the_first_knows(scene: Scene) -> None:
    """Nothing of it lies in the trip that was left, nor in what a server keeps in memory of it."""
    moved = move_one(scene)
    scene.trip(moved.ride.trip)
    found = scene.event(
        "passenger.found_aboard", passenger_id=scene.world.new_id(), worker_id=moved.worker
    )
    with TestClient(create_app(scene.world.settings, clock=scene.world.clock)) as second:
        answer = second.post(
            f"/v1/trips/{moved.other.trip}/events",
            json={"events": [found]},
            headers={"Authorization": f"Bearer {scene.coordinator.token}"},
        )
    assert answer.json()["outcomes"][0]["status"] == "recorded"
    shown = scene.trip(moved.ride.trip)
    assert (shown["between"], shown["balance"]["moved"]) == ([], 1)
    assert in_nobodys_hands(scene) == []
    arrive(scene, moved)
    scene.tell(moved.ride.trip, "trip.closed")
    assert demands(scene, moved.worker) == ["assigned"]


def test_explained_the_trip_closes_and_the_person_is_still_looked_for(scene: Scene) -> None:
    moved = move_one(scene)
    arrive(scene, moved)
    about = {"code": "moved-not-arrived", "passenger_id": moved.passenger}
    explained = scene.tell(
        moved.ride.trip, "exception.explained", explanation="自行乘车，家属已证实", **about
    )
    assert explained["decided"] == {"events": [moved.event["id"]]}
    assert scene.trip(moved.ride.trip)["balance"]["unaccounted"] == 0
    scene.tell(moved.ride.trip, "trip.closed")
    assert in_nobodys_hands(scene) == [moved.worker]


def board_says(scene: Scene) -> dict[str, int]:
    """Trip → people between it and another one, of the trips that need somebody."""
    listed = scene.ok(scene.coordinator.get("/v1/trips", attention="true"))["items"]
    return {row["id"]: row["people_between"] for row in listed}


@pytest.mark.parametrize("registered", [True, False])
def test_who_was_found_aboard_and_moved_on_is_named_everywhere(
    scene: Scene, *, registered: bool
) -> None:
    """Somebody in no registry has no journey, somebody found aboard none of their own: both trips, the board
    and the county's list name them all the same, until it is explained."""
    ride, other = scene.departed(1), scene.open_trip(hours=30)
    worker = scene.make_workers()[0] if registered else None
    who = {"passenger_id": scene.world.new_id()}
    known: dict[str, Any] = {"worker_id": worker} if worker else {"unregistered": True}
    scene.tell(ride.trip, "passenger.found_aboard", **who, **known)
    scene.world.clock.advance(minutes=5)
    scene.tell(ride.trip, "passenger.moved", **who, to_trip_id=other)
    line = scene.people(ride.trip)[str(who["passenger_id"])]
    assert (line["custody"]["party"], "moved-not-arrived" in line["exceptions"]) == (None, True)
    assert scene.trip(ride.trip)["balance"]["unaccounted"] == 2
    page = scene.ok(scene.coordinator.get("/v1/journeys", custody="none"))
    pair = (str(worker) if worker else None, str(who["passenger_id"]))
    lists = [page["items"], scene.trip(ride.trip)["between"], scene.trip(other)["between"]]
    named = [[(each["worker_id"], each["passenger_id"]) for each in items] for items in lists]
    assert named == [[pair], [pair], [pair]]
    both = [str(ride.trip), str(other)]
    assert {trip: board_says(scene).get(trip) for trip in both} == dict.fromkeys(both, 1)
    about = {"code": "moved-not-arrived", "explanation": "对方领队电话确认", **who}
    scene.tell(ride.trip, "exception.explained", **about)
    assert scene.trip(ride.trip)["balance"]["unaccounted"] == 1
    assert board_says(scene).get(str(other)) is None


def test_strangers_stand_on_the_first_page_above_its_limit(scene: Scene) -> None:
    moved = move_one(scene)
    who = {"passenger_id": scene.world.new_id()}
    scene.tell(moved.ride.trip, "passenger.found_aboard", **who, unregistered=True)
    scene.world.clock.advance(minutes=5)
    scene.tell(moved.ride.trip, "passenger.moved", **who, to_trip_id=moved.other.trip)
    first = scene.ok(scene.coordinator.get("/v1/journeys", custody="none", limit=1))
    assert [each["worker_id"] for each in first["items"]] == [None, str(moved.worker)]
    assert first["next"] is None
    stranger = scene.world.client(Role.ESCORT, trip_ids=[scene.open_trip()])
    assert scene.ok(stranger.get("/v1/journeys", custody="none"))["items"] == []


@ON_SQLITE
@pytest.mark.parametrize("first", ["moved", "aboard"])
def test_which_trip_s_fact_comes_first_changes_nothing(scene: Scene, first: str) -> None:
    """Aboard two coaches: both carry it, and the demand stands the same, in both orders."""
    worker = wishing(scene)
    trip = scene.open_trip()
    ride = Ride(trip, scene.assign(trip, [worker]), [worker])
    scene.tell(trip, "manifest.locked")
    other = scene.departed(1)
    found = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    here = scene.event("passenger.boarded", passenger_id=ride.passengers[0], mode="afterwards")
    there = scene.event("passenger.found_aboard", mode="afterwards", **found)
    told = [(trip, here), (other.trip, there)]
    for stream, event in told if first == "moved" else reversed(told):
        scene.record(stream, event)
    lines = [
        scene.people(trip)[str(ride.passengers[0])],
        scene.people(other.trip)[str(found["passenger_id"])],
    ]
    assert ["aboard-elsewhere" in each["exceptions"] for each in lines] == [True, True]
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 2)], ["assigned"])
