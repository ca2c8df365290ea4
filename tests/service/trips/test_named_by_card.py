"""Whom an escort may name: people of the own trips by id, everybody else only by their card."""

from typing import Any

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client, make_id_number, make_name
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables


def make_card(number: int) -> dict[str, str]:
    """What stands on the card of the scene's worker of this number (see `make_workers`)."""
    birth = f"19{70 + number % 25}-05-12"
    return {
        "name": make_name(number),
        "id_number": make_id_number(birth=birth, sequence=100 + number),
    }


def find_aboard(scene: Scene, **data: Any) -> Any:
    return scene.event("passenger.found_aboard", passenger_id=scene.world.new_id(), **data)


def list_accesses(scene: Scene, by: Client) -> list[tuple[str, int]]:
    bodies = scene.world.list_bodies(StreamKind.ACCOUNT, by.actor.account_id)
    listed = [each["data"] for each in bodies if each["kind"] == "access.listed"]
    return [(each["list_kind"], each["count"]) for each in listed]


def codes(outcomes: list[Any]) -> list[str]:
    return [each["problem"]["code"] if each["problem"] else each["status"] for each in outcomes]


def test_an_id_alone_shows_an_escort_nobody(scene: Scene) -> None:
    ride = scene.departed(1)
    (stranger,) = scene.make_workers()
    escort = scene.escort_of(ride.trip)
    events = [find_aboard(scene, worker_id=stranger, mode=mode) for mode in ("live", "afterwards")]
    outcomes = scene.send(ride.trip, *events, by=escort)
    assert codes(outcomes) == ["not-found", "not-found"]
    assert len(scene.people(ride.trip)) == 1
    assert list_accesses(scene, escort) == []


def test_a_card_names_somebody_and_the_look_up_is_kept(scene: Scene) -> None:
    ride = scene.departed(1)
    (stranger,) = scene.make_workers()
    escort = scene.escort_of(ride.trip)
    event = find_aboard(scene, **make_card(1), seat_row=9, seat_column=1)
    first, again = (scene.send(ride.trip, event, by=escort)[0] for _ in range(2))
    assert (first["status"], first["exceptions"]) == ("recorded", ["not-on-list"])
    assert (again["status"], again["receipt"]) == ("repeated", first["receipt"])
    found = scene.people(ride.trip)[event["data"]["passenger_id"]]
    assert (found["worker_id"], found["status"]) == (str(stranger), "boarded")
    assert list_accesses(scene, escort) == [("person_by_card", 1)] * 2
    body = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]
    assert (body["data"]["worker_id"], body["commit"]) == (str(stranger), {})


def test_number_and_name_must_fit_and_the_answer_does_not_tell_which(scene: Scene) -> None:
    ride = scene.departed(1)
    scene.make_workers(2)
    escort = scene.escort_of(ride.trip)
    card = make_card(1)
    unknown = [
        find_aboard(scene, **card | {"name": make_name(2)}),
        find_aboard(scene, **card | {"id_number": make_id_number(sequence=999)}),
        find_aboard(scene, **card | {"name": make_name(2)}, mode="afterwards"),
        scene.event("passenger.found_aboard", passenger_id=ride.passengers[0], **make_card(77)),
    ]
    outcomes = scene.send(ride.trip, *unknown, by=escort)
    assert codes(outcomes) == ["person-unknown", "person-unknown", "recorded", "person-unknown"]
    refused = [each["problem"] for each in outcomes if each["problem"]]
    assert len({each["detail"] for each in refused}) == 1
    assert len(scene.people(ride.trip)) == 2  # who was told afterwards is in no registry
    assert list_accesses(scene, escort) == [("person_by_card", 4)]


def test_people_of_the_own_trips_go_by_id(scene: Scene) -> None:
    ride, other = scene.departed(1), scene.locked(1)
    mine, theirs = scene.escort_of(ride.trip, other.trip), scene.escort_of(ride.trip)
    event = find_aboard(scene, worker_id=other.workers[0])
    assert codes(scene.send(ride.trip, event, by=theirs)) == ["not-found"]
    assert codes(scene.send(ride.trip, event, by=mine)) == ["recorded"]
    assert list_accesses(scene, mine) == []


def test_a_coordinator_goes_by_id(scene: Scene) -> None:
    ride = scene.departed(1)
    (stranger,) = scene.make_workers()
    assert codes(scene.send(ride.trip, find_aboard(scene, worker_id=stranger))) == ["recorded"]
    assert list_accesses(scene, scene.coordinator) == []


def test_somebody_has_to_be_named_in_one_way(scene: Scene) -> None:
    ride = scene.departed(1)
    card = make_card(0)
    halves = [
        {},
        {"name": card["name"]},
        {"id_number": card["id_number"]},
        {**card, "worker_id": ride.workers[0]},
    ]
    outcomes = scene.send(ride.trip, *[find_aboard(scene, **each) for each in halves])
    assert codes(outcomes) == ["field-invalid"] * 4
    assert card["name"] not in str(outcomes)


def test_out_of_scope_the_card_is_not_even_answered(scene: Scene) -> None:
    ride, other = scene.departed(1), scene.departed(1)
    escort = scene.escort_of(other.trip)
    body = {"events": [find_aboard(scene, **make_card(0))]}
    assert escort.post(f"/v1/trips/{ride.trip}/events", body).status_code == 404
    auditor = scene.world.client(Role.AUDITOR)
    (outcome,) = scene.ok(auditor.post(f"/v1/trips/{ride.trip}/events", body))["outcomes"]
    assert outcome["problem"]["code"] == "permission-denied"


def test_three_cards_take_no_more_statements_than_one(scene: Scene) -> None:
    ride = scene.departed(1)
    scene.make_workers(4)
    escort = scene.escort_of(ride.trip)
    counted = []
    for numbers in ((1,), (2, 3, 4)):
        events = [find_aboard(scene, **make_card(number)) for number in numbers]
        with scene.world.counting() as sent:
            assert set(codes(scene.send(ride.trip, *events, by=escort))) == {"recorded"}
        counted.append(len(sent))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (2, ["recorded", "id-reused"]),
        (77, ["recorded", "id-reused"]),
        (1, ["recorded", "repeated"]),
    ],
)
def test_one_event_id_with_two_cards(scene: Scene, other: int, said: list[str]) -> None:
    """The first card is believed, whatever comes under its id after it."""
    ride = scene.departed(1)
    first, _ = scene.make_workers(2)
    escort = scene.escort_of(ride.trip)
    event = find_aboard(scene, **make_card(1))
    again = {**event, "data": {**event["data"], **make_card(other)}}
    assert codes(scene.send(ride.trip, event, again, by=escort)) == said
    (body,) = [
        each
        for each in scene.world.list_bodies(StreamKind.TRIP, ride.trip)
        if each["kind"] == "passenger.found_aboard"
    ]
    assert body["data"]["worker_id"] == str(first)


def test_a_name_that_was_corrected_since(scene: Scene) -> None:
    """The phone that missed its answer sends the same again, and it is the same event."""
    ride = scene.departed(1)
    (stranger,) = scene.make_workers()
    escort = scene.escort_of(ride.trip)
    event = find_aboard(scene, **make_card(1))
    assert codes(scene.send(ride.trip, event, by=escort)) == ["recorded"]
    corrected = scene.coordinator.patch(
        f"/v1/workers/{stranger}", {"name": make_name(55)}, version=1
    )
    assert corrected.status_code == 200, corrected.text
    assert codes(scene.send(ride.trip, event, by=escort)) == ["repeated"]
    fresh = find_aboard(scene, **make_card(1))
    assert codes(scene.send(ride.trip, fresh, by=escort)) == ["person-unknown"]
