"""A chartered railway carriage has no plate and no driver; what the vehicle says where the trip does not."""

from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

DESIGNATION = "K388次 硬座7车"


def make_carriage(scene: Scene, designation: str = DESIGNATION) -> UUID:
    identifier = scene.world.new_id()
    body = {
        "id": str(identifier),
        "carrier_id": str(scene.carrier_id),
        "kind": "carriage",
        "designation": designation,
        "licensed_places": 118,
        "crew_seats": 0,
        "air_sealed": True,
        "layout": {"rows": 22, "columns": [1, 2, 3, 4, 5]},
    }
    scene.ok(scene.coordinator.post("/v1/vehicles", body), 201)
    return identifier


def on_rails(scene: Scene, people: int = 2) -> Ride:
    return scene.listed(people, vehicle_id=str(make_carriage(scene)), driver_ids=[])


def read_papers(scene: Scene, trip: UUID) -> list[tuple[Any, ...]]:
    return [
        tuple(paper[name] for name in ("plate", "vehicle_kind", "carrier"))
        for paper in (
            scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/{name}"))
            for name in ("manifest", "handover")
        )
    ]


def name_carrier(scene: Scene, carrier: UUID) -> str:
    return str(scene.ok(scene.coordinator.get(f"/v1/carriers/{carrier}"))["name"])


def test_a_carriage_is_planned_filed_locked_and_runs_without_a_driver(scene: Scene) -> None:
    ride = on_rails(scene)
    assert scene.trip(ride.trip)["state"] == "ready"
    scene.tell(ride.trip, "trip.filed", channel="letter", recipient_unit="人社局")
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, ride.passengers)
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed", aboard=2)
    assert scene.trip(ride.trip)["state"] == "in_transit"
    carrier = name_carrier(scene, scene.carrier_id)
    assert read_papers(scene, ride.trip) == [(DESIGNATION, "carriage", carrier)] * 2


def test_a_coach_needs_one_all_the_same(scene: Scene) -> None:
    ride = scene.listed(1, driver_ids=[])
    assert scene.trip(ride.trip)["state"] == "draft"
    assert scene.refused(ride.trip, "manifest.locked") == "plan-incomplete"
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=make_carriage(scene))
    scene.tell(ride.trip, "manifest.locked")


def test_a_coach_in_place_of_the_carriage_needs_a_driver(scene: Scene) -> None:
    ride = on_rails(scene)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=scene.vehicle_id)
    assert scene.trip(ride.trip)["state"] == "draft"
    scene.tell(ride.trip, "driver.replaced", driver_id=scene.driver_id)
    assert scene.trip(ride.trip)["state"] == "ready"


def test_a_carriage_is_found_by_its_designation(scene: Scene) -> None:
    carriage = make_carriage(scene)
    for text in (DESIGNATION, f" {DESIGNATION} "):
        (found,) = scene.ok(scene.coordinator.get("/v1/vehicles", plate=text))["items"]
        assert found["id"] == str(carriage)


def test_papers_take_the_carrier_from_the_vehicle_unless_the_trip_says_otherwise(
    scene: Scene,
) -> None:
    other = scene.make_carrier()
    ride = scene.listed(1)
    own = name_carrier(scene, scene.carrier_id)
    assert read_papers(scene, ride.trip) == [("辽M12345", "coach", own)] * 2
    path = f"/v1/trips/{ride.trip}"
    scene.ok(scene.coordinator.patch(path, {"carrier_id": str(other)}, version=1))
    assert {paper[2] for paper in read_papers(scene, ride.trip)} == {name_carrier(scene, other)}


def test_an_escort_reads_them_on_the_papers_too(scene: Scene) -> None:
    """Without a right to see the fleet."""
    ride = scene.listed(1)
    paper = scene.ok(scene.escort_of(ride.trip).get(f"/v1/trips/{ride.trip}/manifest"))
    assert (paper["vehicle_kind"], paper["carrier"]) == (
        "coach",
        name_carrier(scene, scene.carrier_id),
    )


@pytest.mark.parametrize("named", [True, False])
def test_a_carrier_sees_the_trips_of_its_vehicles(scene: Scene, *, named: bool) -> None:
    """Whether the plan names a carrier (here: another, who gave the coach to it) or nobody does."""
    plan = {"carrier_id": str(scene.make_carrier())} if named else {}
    ride = scene.listed(1, **plan)
    carrier = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    stranger = scene.world.client(Role.CARRIER)
    for client, sees in ((carrier, True), (stranger, False)):
        assert client.get(f"/v1/trips/{ride.trip}").status_code == (200 if sees else 404)
        for path in ("/v1/trips", "/v1/batches"):
            assert len(scene.ok(client.get(path))["items"]) == int(sees)
    scene.tell(ride.trip, "trip.delayed", by=carrier, expected_at="2020-03-25T08:00:00+08:00")


def test_and_no_longer_those_that_another_carrier_took_over(scene: Scene) -> None:
    ride = scene.listed(1)
    carrier = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    scene.carrier_id = scene.make_carrier()
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=scene.make_vehicle("辽M33333"))
    new = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    found = [client.get(f"/v1/trips/{ride.trip}").status_code for client in (carrier, new)]
    assert found == [404, 200]
