"""A list of more than fifty events is recorded in pieces: what is told, kept and refused is one list's."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.envelope import EventsIn
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.recording.group_commit import PIECE_EVENTS
from service.trips.actions.door import TripEvents, record_group
from tests.factories import TOWNSHIP, make_id_number, make_phone
from tests.service.trips.scenes import Ride, Scene

OTHER_TOWNSHIP = "211221107"
KNOWN = {
    "unregistered": True,
    "name": "合成生人",
    "id_number": make_id_number(birth="1980-01-02", sequence=777),
    "phone": make_phone(77),
}


def notice(scene: Scene, passenger: UUID) -> Any:
    return scene.event(
        "passenger.notified", passenger_id=passenger, channel="telephone", outcome="reached"
    )


def list_two_townships(scene: Scene) -> Ride:
    """The first passenger is of the clerk's township, the second of another one."""
    trip = scene.open_trip()
    workers = [
        *scene.make_workers(1, township=TOWNSHIP),
        *scene.make_workers(1, township=OTHER_TOWNSHIP),
    ]
    return Ride(trip, scene.assign(trip, workers), workers)


@pytest.mark.parametrize(
    ("own_first", "own"), [(True, PIECE_EVENTS), (False, 10), (True, 2 * PIECE_EVENTS)]
)
def test_a_clerk_is_answered_for_own_and_other_people(
    scene: Scene, *, own_first: bool, own: int
) -> None:
    """Also where a whole piece says nothing of own people."""
    ride = list_two_townships(scene)
    mine, others = ride.passengers
    about_mine = [notice(scene, mine) for _ in range(own)]
    about_others = [notice(scene, others) for _ in range(PIECE_EVENTS)]
    events = about_mine + about_others if own_first else about_others + about_mine
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, township=TOWNSHIP)
    answer = scene.ok(clerk.post(f"/v1/trips/{ride.trip}/events", {"events": events}))
    said = {each["id"]: each for each in answer["outcomes"]}
    assert {said[each["id"]]["status"] for each in about_mine} == {"recorded"}
    assert {said[each["id"]]["problem"]["code"] for each in about_others} == {"not-found"}


def test_of_a_strange_trip_nothing_is_kept(scene: Scene) -> None:
    ride = scene.listed(2)
    events = [notice(scene, ride.passengers[0]) for _ in range(PIECE_EVENTS + 1)]
    stranger = scene.escort_of()
    for trip in (ride.trip, scene.world.new_id()):
        answer = stranger.post(f"/v1/trips/{trip}/events", {"events": events})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    again = scene.send(ride.trip, *events)
    assert {each["status"] for each in again} == {"recorded"}


# --- somebody who is in no registry, and linked later in the same list ------------------------------
def find_and_link(scene: Scene) -> tuple[Any, Any]:
    passenger, (worker,) = scene.world.new_id(), scene.make_workers(1)
    about = {"passenger_id": passenger}
    scene.world.clock.advance(minutes=1)
    found = scene.event("passenger.found_aboard", mode="afterwards", **about, **KNOWN)
    scene.world.clock.advance(minutes=5)
    link = scene.event("passenger.linked", mode="afterwards", **about, worker_id=worker)
    return found, link


def read_sealed_names(scene: Scene, ride: Ride, link: Any) -> set[str]:
    """Of the link's parts."""
    bodies = scene.world.list_bodies(StreamKind.TRIP, ride.trip)
    (body,) = [each for each in bodies if each["id"] == link["id"]]
    return set(body["commit"])


@pytest.mark.parametrize("between", [0, PIECE_EVENTS + 10])
def test_a_link_seals_what_an_earlier_piece_told(scene: Scene, between: int) -> None:
    ride = scene.boarded(3)
    found, link = find_and_link(scene)
    filling = [
        scene.event(
            "passenger.noted", what="fever", mode="afterwards", passenger_id=ride.passengers[0]
        )
        for _ in range(between)
    ]
    outcomes = scene.send(ride.trip, found, *filling, link)
    assert {each["status"] for each in outcomes} == {"recorded"}
    assert read_sealed_names(scene, ride, link) == {"gate.identity", "gate.contact"}


def test_a_link_seals_what_another_request_of_its_group_told(scene: Scene) -> None:
    ride = scene.boarded(3)
    requests = [
        TripEvents(
            scene.world.context,
            scene.coordinator.actor,
            ride.trip,
            EventsIn.model_validate({"events": [event]}),
        )
        for event in find_and_link(scene)
    ]
    with scene.world.context.database.write(scene.coordinator.actor) as session:
        record_group(session, requests)
    link = {"id": str(requests[1].body.events[0].id)}
    assert read_sealed_names(scene, ride, link) == {"gate.identity", "gate.contact"}
