"""车长: where one escort leads several coaches of a batch, each of them names somebody aboard who answers
for it and may record for it."""

from typing import Any
from uuid import UUID

import pytest

from tests.factories import make_phone
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

ESCORT = make_phone(97_000_000)


def convoy(scene: Scene, *, hours: float = 1, **changes: Any) -> tuple[Ride, Ride]:
    """Two coaches of one batch, led by one escort."""
    contacts = make_plan(scene.world, start=scene.now, points=1)["contacts"]
    mine = {"contacts": contacts | {"escort_phone": ESCORT}}
    return tuple(  # type: ignore[return-value]  # two of them
        lead(scene, scene.listed(2, hours=place * hours, **changes), mine) for place in range(2)
    )


def lead(scene: Scene, ride: Ride, contacts: Any) -> Ride:
    scene.ok(scene.coordinator.patch(f"/v1/trips/{ride.trip}", contacts, version=1))
    return ride


def test_each_coach_of_a_convoy_names_a_captain_before_its_list_is_locked(scene: Scene) -> None:
    for ride in convoy(scene):
        outcome = scene.send(ride.trip, scene.event("manifest.locked"))[0]
        assert outcome["problem"]["code"] == "captain-missing"
        scene.tell(ride.trip, "captain.named", passenger_id=ride.passengers[0])
        scene.tell(ride.trip, "manifest.locked")
        shown = scene.trip(ride.trip)
        assert shown["captain_passenger_id"] == str(ride.passengers[0])
        paper = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
        first = next(each for each in paper["lines"] if each["seat_label"] == "1")
        assert paper["captain"] == f"{first['name']} {first['phone']}"


def test_a_driver_may_be_it(scene: Scene) -> None:
    ride, _ = convoy(scene)
    scene.tell(ride.trip, "captain.named", driver_id=UUID(scene.trip(ride.trip)["driver_ids"][0]))
    scene.tell(ride.trip, "manifest.locked")
    paper = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    assert paper["captain"] == paper["drivers"][0]


def test_whoever_does_not_travel_is_not_the_captain(scene: Scene) -> None:
    ride, _ = convoy(scene)
    scene.tell(ride.trip, "captain.named", passenger_id=ride.passengers[0])
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=ride.passengers[0])
    assert scene.refused(ride.trip, "manifest.locked") == "captain-missing"


@pytest.mark.parametrize("apart", ["time", "batch of one", "cancelled"])
def test_who_leads_one_coach_at_a_time_needs_none(scene: Scene, apart: str) -> None:
    ride, other = convoy(scene, hours=20) if apart == "time" else (scene.listed(1), None)
    if apart == "cancelled":
        ride, other = convoy(scene)
        scene.tell(other.trip, "trip.cancelled", reason="大雪")
    scene.tell(ride.trip, "manifest.locked")


def test_a_coach_that_was_locked_alone_is_asked_when_boarding_opens(scene: Scene) -> None:
    """The escort was given the second coach when the first one's list was locked already."""
    first = scene.locked(1)
    contacts = make_plan(scene.world, start=scene.now, points=1)["contacts"]
    lead(scene, scene.listed(1), {"contacts": contacts})
    assert scene.refused(first.trip, "trip.boarding_opened") == "captain-missing"
    scene.tell(first.trip, "captain.named", passenger_id=first.passengers[0])
    scene.tell(first.trip, "trip.boarding_opened")


def test_another_is_named_at_the_door(scene: Scene) -> None:
    ride, _ = convoy(scene)
    first, second = ride.passengers
    scene.tell(ride.trip, "captain.named", passenger_id=first)
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "passenger.no_show", passenger_id=first)
    assert scene.refused(ride.trip, "captain.named", passenger_id=first) == "state-forbids"
    escort = scene.escort_of(ride.trip)
    scene.tell(ride.trip, "captain.named", by=escort, passenger_id=second)
    assert scene.trip(ride.trip)["captain_passenger_id"] == str(second)


def test_only_somebody_of_this_coach_is_named(scene: Scene) -> None:
    ride, other = convoy(scene)
    cases = (
        ({"passenger_id": other.passengers[0]}, "passenger-unknown"),
        ({"driver_id": scene.make_driver()}, "not-found"),
        ({}, "field-invalid"),
        ({"passenger_id": ride.passengers[0], "driver_id": scene.driver_id}, "field-invalid"),
    )
    found = [scene.refused(ride.trip, "captain.named", **data) for data, _ in cases]
    assert found == [code for _, code in cases]


def test_a_captain_records_for_the_own_coach_and_the_escort_for_all(scene: Scene) -> None:
    """The captain has an escort's account that sees this trip alone."""
    rides = convoy(scene)
    for ride in rides:
        scene.tell(ride.trip, "captain.named", passenger_id=ride.passengers[0])
        scene.tell(ride.trip, "manifest.locked")
    escort, captain = (
        scene.escort_of(*(each.trip for each in rides)),
        scene.escort_of(rides[0].trip),
    )
    listed = [len(scene.ok(each.get("/v1/trips"))["items"]) for each in (escort, captain)]
    assert listed == [2, 1]
    scene.record(rides[0].trip, *scene.roll_call(rides[0].passengers), by=captain)
    scene.record(rides[1].trip, *scene.roll_call(rides[1].passengers), by=escort)
    scene.tell(rides[0].trip, "trip.departed", by=escort, aboard=2)
    path = f"/v1/trips/{rides[1].trip}"
    event = scene.event("trip.departed", aboard=2)
    answers = [captain.get(path), captain.post(f"{path}/events", {"events": [event]})]
    assert [each.status_code for each in answers] == [404, 404]
