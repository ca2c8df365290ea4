"""Counter-examples of the machine (test_machine.py), one for each kind: what came first decides nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.databases import ON_SQLITE
from tests.service.trips.scenes import Scene
from tests.service.trips.wishes import demands, journeys, wishing

Told = tuple[UUID, Any]
pytestmark = ON_SQLITE


def at(scene: Scene, minutes: float) -> Any:
    return scene.now - timedelta(hours=6) + timedelta(minutes=minutes)


def told(scene: Scene, kind: str, minutes: float, **data: Any) -> Any:
    return scene.event(kind, mode="afterwards", at=at(scene, minutes), **data)


def in_both_orders(told: list[Told], order: str) -> list[Told]:
    return told if order == "first" else told[::-1]


BOTH = pytest.mark.parametrize("order", ["first", "last"])


@BOTH
def test_left_one_coach_and_found_on_another_before(scene: Scene, order: str) -> None:
    """Found aboard the other coach at 5:00, left this one at 5:30: one journey, and the demand is under way,
    whichever trip's paper comes in first."""
    worker = wishing(scene)
    trip, other = scene.open_trip(), scene.departed(1)
    (passenger,) = scene.assign(trip, [worker])
    scene.tell(trip, "manifest.locked")
    found = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    left = told(scene, "passenger.left", 330, passenger_id=passenger, place="服务区")
    there = told(scene, "passenger.found_aboard", 300, **found)
    for stream, event in in_both_orders([(trip, left), (other.trip, there)], order):
        scene.record(stream, event)
    assert (journeys(scene, worker), demands(scene, worker)) == ([(True, 2)], ["assigned"])


@BOTH
def test_left_one_coach_and_found_on_another_after(scene: Scene, order: str) -> None:
    """A second journey, for the same demand, which is under way again."""
    worker = wishing(scene)
    trip, other = scene.open_trip(), scene.departed(1)
    (passenger,) = scene.assign(trip, [worker])
    scene.tell(trip, "manifest.locked")
    found = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    left = told(scene, "passenger.left", 300, passenger_id=passenger, place="服务区")
    there = told(scene, "passenger.found_aboard", 330, **found)
    for stream, event in in_both_orders([(trip, left), (other.trip, there)], order):
        scene.record(stream, event)
    assert sorted(journeys(scene, worker)) == [(False, 1), (True, 1)]
    assert demands(scene, worker) == ["assigned"]


@BOTH
def test_the_leg_in_whose_place_somebody_is_found(scene: Scene, order: str) -> None:
    """The feeder was over when they were found aboard another main coach: the second leg."""
    worker = wishing(scene)
    feeder = scene.open_trip(
        planned_departure_at="2020-03-24T09:00:00+08:00",
        planned_arrival_at="2020-03-24T10:00:00+08:00",
    )
    main = scene.open_trip(hours=9)
    (first,) = scene.assign(feeder, [worker], handover_party="station")
    scene.assign(main, [worker], leg=2)
    other = scene.departed(1)
    found = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    received = told(scene, "passenger.received", 300, passenger_id=first)
    there = told(scene, "passenger.found_aboard", 330, **found)
    for stream, event in in_both_orders([(feeder, received), (other.trip, there)], order):
        scene.record(stream, event)
    assert scene.people(other.trip)[str(found["passenger_id"])]["leg"] == 2


def test_a_reversed_finding_opens_the_demand_again(scene: Scene) -> None:
    worker, ride = wishing(scene), scene.departed(1)
    person = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    outcome = scene.tell(ride.trip, "passenger.found_aboard", **person)
    scene.tell(ride.trip, "event.reversed", event_id=outcome["id"], reason="认错人")
    assert (journeys(scene, worker), demands(scene, worker)) == ([], ["open"])


def test_feverish_under_an_id_that_nobody_knows_yet(scene: Scene) -> None:
    ride = scene.departed(1)
    found = scene.afterwards(
        ride.trip, "passenger.boarded", passenger_id=scene.world.new_id(), temperature=392
    )
    assert "boarded-against-clearance" in found


def reversed_twice(scene: Scene, _trip: UUID) -> list[Any]:
    """Two phones take back, in one minute, two facts that are still to come."""
    events = []
    for device in ("device-a", "device-b"):
        about = {"event_id": str(scene.world.new_id()), "reason": "记错"}
        events.append(told(scene, "event.reversed", 300, **about) | {"device": device})
    return events


def explained_twice(scene: Scene, trip: UUID) -> list[Any]:
    """Two people explain two exceptions in one minute."""
    scene.record(trip, told(scene, "trip.held_up", -60, reason="大雾"))
    scene.record(trip, told(scene, "trip.departed", -30, aboard=7))
    found = scene.trip(trip)["findings"]
    events = []
    for device, each in zip(("device-a", "device-b"), found, strict=False):
        about = {"code": each["code"], "events": each["events"], "explanation": "已核"}
        events.append(told(scene, "exception.explained", 300, **about) | {"device": device})
    return events


@pytest.mark.parametrize("make", [reversed_twice, explained_twice])
def test_statements_about_two_facts_do_not_contradict(
    scene: Scene, make: Callable[[Scene, UUID], list[Any]]
) -> None:
    ride = scene.departed(1)
    events = make(scene, ride.trip)
    assert len(events) == 2
    scene.record(ride.trip, *events)
    assert "contradicts" not in scene.trip(ride.trip)["exceptions"]


@BOTH
def test_who_was_found_by_mistake_is_nobody(scene: Scene, order: str) -> None:
    """Also where something else was told of them, before or after the finding."""
    (worker,), ride = scene.make_workers(), scene.departed(1)
    who = {"passenger_id": scene.world.new_id()}
    found = told(scene, "passenger.found_aboard", 300, **who, worker_id=worker)
    left = told(scene, "passenger.left", 330, **who, place="服务区")
    for stream, event in in_both_orders([(ride.trip, found), (ride.trip, left)], order):
        scene.record(stream, event)
    scene.tell(ride.trip, "event.reversed", event_id=found["id"], reason="认错人")
    assert scene.people(ride.trip)[str(who["passenger_id"])]["worker_id"] is None


@BOTH
def test_all_that_was_told_of_somebody_was_taken_back(scene: Scene, order: str) -> None:
    """One line without a worker, whether the fact or its reversal came first."""
    (worker,), ride = scene.make_workers(), scene.departed(1)
    who = {"passenger_id": scene.world.new_id()}
    found = told(scene, "passenger.found_aboard", 300, **who, worker_id=worker)
    reversal = told(scene, "event.reversed", 330, event_id=found["id"], reason="认错人")
    for stream, event in in_both_orders([(ride.trip, found), (ride.trip, reversal)], order):
        scene.record(stream, event)
    line = scene.people(ride.trip)[str(who["passenger_id"])]
    assert (line["status"], line["worker_id"]) == ("expected", None)


@BOTH
def test_a_seat_is_the_worker_s_when_the_worker_is_known(scene: Scene, order: str) -> None:
    (worker,), ride = scene.make_workers(), scene.departed(1)
    who = {"passenger_id": scene.world.new_id()}
    found = told(scene, "passenger.found_aboard", 300, **who, worker_id=worker)
    again = told(scene, "passenger.found", 290, **who, place="服务区")
    for stream, event in in_both_orders([(ride.trip, found), (ride.trip, again)], order):
        scene.record(stream, event)
    stays = scene.rows()["stay"]
    assert {row["worker_id"] for row in stays if row["passenger_id"] == who["passenger_id"]} == {
        worker
    }


def test_aboard_twice_on_one_coach_under_two_ids(scene: Scene) -> None:
    """Told not to have come, found under an id of its own, and then told to have boarded after all."""
    ride = scene.locked(2)
    first = {"passenger_id": ride.passengers[0]}
    scene.tell(ride.trip, "passenger.no_show", **first)
    scene.world.clock.advance(minutes=1)
    second = {"passenger_id": scene.world.new_id(), "worker_id": ride.workers[0]}
    scene.tell(ride.trip, "passenger.found_aboard", **second)
    assert "aboard-elsewhere" in scene.afterwards(ride.trip, "passenger.boarded", **first)
    lines = scene.people(ride.trip)
    for who in (first, second):
        assert "aboard-elsewhere" in lines[str(who["passenger_id"])]["exceptions"]


def test_told_aboard_in_the_request_that_cancels(scene: Scene) -> None:
    """What follows from cancelling, taking the others off the list, leaves them aboard; nothing is refused."""
    ride = scene.locked(2)
    aboard = told(scene, "passenger.boarded", 350, passenger_id=ride.passengers[0])
    scene.record(ride.trip, scene.event("trip.cancelled", reason="停运"), aboard)
    assert scene.statuses(ride) == ["boarded", "removed"]


def test_a_departure_that_is_taken_back_in_its_own_request(scene: Scene) -> None:
    """Who stands by still does."""
    trip, workers = scene.open_trip(), scene.make_workers(2)
    scene.assign(trip, workers[:1])
    (waiting,) = scene.assign(trip, workers[1:], stand_by=True)
    scene.tell(trip, "manifest.locked")
    scene.world.clock.advance(minutes=1)
    departed = scene.event("trip.departed")
    reversal = scene.event("event.reversed", event_id=departed["id"], reason="记错")
    scene.record(trip, departed, reversal)
    assert scene.people(trip)[str(waiting)]["status"] == "stand_by"


@BOTH
def test_moved_before_it_is_known_who_was_aboard(scene: Scene, order: str) -> None:
    """Both are recorded, and the person is between the two trips."""
    (worker,), ride, other = scene.make_workers(), scene.departed(1), scene.departed(1)
    who = {"passenger_id": scene.world.new_id()}
    found = told(scene, "passenger.found_aboard", 300, **who, worker_id=worker)
    moved = told(scene, "passenger.moved", 330, **who, to_trip_id=other.trip)
    for stream, event in in_both_orders([(ride.trip, found), (ride.trip, moved)], order):
        scene.record(stream, event)
    (between,) = scene.ok(scene.coordinator.get("/v1/journeys", custody="none"))["items"]
    assert between["worker_id"] == str(worker)
