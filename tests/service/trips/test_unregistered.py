"""Somebody who is in no registry is recorded aboard, chased later, and linked to a worker."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from tests.factories import make_id_number, make_name
from tests.service.trips.scenes import Ride, Scene
from tests.service.trips.test_named_by_card import codes, list_accesses, make_card

KNOWN = {"name": "无名氏甲", "document": "护照 E12345678", "phone": "15400000999"}


def find_unregistered(scene: Scene, ride: Ride, **changes: Any) -> UUID:
    passenger = scene.world.new_id()
    known = {"unregistered": True, **KNOWN, "seat_row": 9, "seat_column": 1, **changes}
    told = scene.tell(ride.trip, "passenger.found_aboard", passenger_id=passenger, **known)
    assert told["exceptions"] == ["not-on-list", "unregistered"]
    return passenger


def link(scene: Scene, ride: Ride, passenger: UUID, worker: UUID) -> Any:
    scene.world.clock.advance(minutes=1)
    return scene.tell(ride.trip, "passenger.linked", passenger_id=passenger, worker_id=worker)


def find_journeys(scene: Scene, worker: UUID) -> list[Any]:
    return [each for each in scene.rows()["journey"] if each["worker_id"] == worker]


def test_somebody_in_no_registry_is_recorded(scene: Scene) -> None:
    ride = scene.departed(1)
    escort = scene.escort_of(ride.trip)
    event = scene.event(
        "passenger.found_aboard", passenger_id=scene.world.new_id(), unregistered=True, **KNOWN
    )
    (outcome,) = scene.send(ride.trip, event, by=escort)
    assert (outcome["status"], outcome["exceptions"]) == (
        "recorded",
        ["not-on-list", "unregistered"],
    )
    assert scene.send(ride.trip, event, by=escort)[0]["status"] == "repeated"
    body = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]
    assert (body["worker"], sorted(body["commit"])) == (None, ["worker.contact", "worker.identity"])
    assert not any(value in str(body) for value in KNOWN.values())
    assert list_accesses(scene, escort) == []
    assert scene.trip(ride.trip)["aboard"] == 2
    line = scene.people(ride.trip)[event["data"]["passenger_id"]]
    assert (line["worker_id"], line["status"], line["name"]) == (None, "boarded", "无***")


def test_lists_and_papers_show_who_is_known(scene: Scene) -> None:
    ride = scene.departed(1)
    passenger = find_unregistered(scene, ride)
    for name, phone in (("manifest", KNOWN["phone"]), ("handover", KNOWN["phone"])):
        sheet = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/{name}"))
        lines = sheet["lines"] if name == "manifest" else sheet["points"][0]["lines"]
        (line,) = [each for each in lines if each["passenger_id"] == str(passenger)]
        assert (line["name"], line["phone"]) == (KNOWN["name"], phone)
    at = scene.now.isoformat()
    aboard = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/aboard", at=at))
    shown = {each["passenger_id"]: each["name"] for each in aboard["people"]}
    assert shown[str(passenger)] == "无***"


def test_the_trace_of_the_worker_begins_where_they_were_found(scene: Scene) -> None:
    ride = scene.departed(1)
    passenger = find_unregistered(scene, ride)
    (worker,) = scene.make_workers()
    link(scene, ride, passenger, worker)
    trace = scene.ok(scene.coordinator.get(f"/v1/workers/{worker}/trace"))
    kinds = [each["kind"] for each in trace["items"]]
    assert kinds.count("passenger.found_aboard") == 1
    assert kinds.count("passenger.linked") == 1


def test_two_of_them_are_two(scene: Scene) -> None:
    ride = scene.departed(1)
    find_unregistered(scene, ride)
    find_unregistered(scene, ride, name="无名氏乙", seat_column=2)
    assert scene.trip(ride.trip)["aboard"] == 3


def test_the_trip_does_not_close_over_them(scene: Scene) -> None:
    ride = scene.departed(1)
    passenger = find_unregistered(scene, ride)
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    scene.record(ride.trip, scene.signature(ride.trip, [*ride.passengers, passenger]))
    about = {"passenger_id": passenger, "explanation": "县里核实中"}
    scene.tell(ride.trip, "exception.explained", code="not-on-list", **about)
    assert scene.refused(ride.trip, "trip.closed") == "exceptions-open"
    scene.tell(ride.trip, "exception.explained", code="unregistered", **about)
    scene.tell(ride.trip, "trip.closed")


def test_a_link_makes_it_the_worker_s_ride(scene: Scene) -> None:
    ride = scene.departed(1)
    passenger = find_unregistered(scene, ride)
    (worker,) = scene.make_workers()
    linked = link(scene, ride, passenger, worker)
    line = scene.people(ride.trip)[str(passenger)]
    assert (line["worker_id"], line["exceptions"]) == (str(worker), ["not-on-list"])
    assert [each["open"] for each in find_journeys(scene, worker)] == [True]
    stays = [each for each in scene.rows()["stay"] if each["passenger_id"] == passenger]
    assert [each["worker_id"] for each in stays] == [worker]
    body = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]
    assert (body["worker"], sorted(body["commit"])) == (
        str(worker),
        ["gate.contact", "gate.identity"],
    )
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "passenger.left", passenger_id=passenger, place="服务区")
    scene.tell(ride.trip, "event.reversed", event_id=linked["id"], reason="认错人")
    line = scene.people(ride.trip)[str(passenger)]
    assert (line["worker_id"], line["status"]) == (None, "left")
    assert line["exceptions"] == ["not-on-list", "unregistered"]
    assert find_journeys(scene, worker) == []
    (other,) = scene.make_workers()
    link(scene, ride, passenger, other)
    assert scene.people(ride.trip)[str(passenger)]["worker_id"] == str(other)


def test_a_wrong_link_is_refused(scene: Scene) -> None:
    ride = scene.departed(1)
    passenger = find_unregistered(scene, ride)
    about = {"passenger_id": passenger}
    on_board = {"worker_id": ride.workers[0]}
    assert scene.refused(ride.trip, "passenger.linked", **about, **on_board) == (
        "already-on-this-trip"
    )
    nobody = {"worker_id": scene.world.new_id()}
    assert scene.refused(ride.trip, "passenger.linked", **about, **nobody) == "not-found"
    (worker,) = scene.make_workers()
    listed = {"passenger_id": ride.passengers[0], "worker_id": worker}
    assert scene.refused(ride.trip, "passenger.linked", **listed) == "state-forbids"
    link(scene, ride, passenger, worker)
    again = {"passenger_id": passenger, "worker_id": scene.make_workers()[0]}
    assert scene.refused(ride.trip, "passenger.linked", **again) == "state-forbids"


@pytest.mark.parametrize("number", [{"id_number": make_id_number(sequence=999)}, {}])
def test_a_card_that_fits_nobody(scene: Scene, number: dict[str, str]) -> None:
    """Live the sentence names the way out; told afterwards it is recorded, and neither tells whether the
    number or the name was the wrong one."""
    ride = scene.departed(1)
    scene.make_workers()
    card = make_card(1) | {"name": make_name(2)} | number
    events = [
        scene.event("passenger.found_aboard", passenger_id=scene.world.new_id(), mode=mode, **card)
        for mode in ("live", "afterwards")
    ]
    live, told = scene.send(ride.trip, *events)
    assert codes([live, told]) == ["person-unknown", "recorded"]
    assert "unregistered" in live["problem"]["detail"]
    assert told["exceptions"] == ["not-on-list", "unregistered"]
    assert codes(scene.send(ride.trip, events[1])) == ["repeated"]
