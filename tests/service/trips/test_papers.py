"""Papers of vehicles and drivers hold until the planned arrival, or the list is not locked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from service.days import local_date
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables

LOCK = "manifest.locked"


def set_days(scene: Scene, kind: str, identifier: UUID, **days: Any) -> None:
    version = scene.ok(scene.coordinator.get(f"/v1/{kind}/{identifier}"))["version"]
    scene.ok(scene.coordinator.patch(f"/v1/{kind}/{identifier}", days, version=version))


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("vehicles", "transport_licence_valid_until"),
        ("drivers", "licence_valid_until"),
        ("drivers", "qualification_valid_until"),
    ],
)
@pytest.mark.parametrize(("days", "code"), [(-1, "licence-expired"), (0, None), (None, None)])
def test_papers_hold_until_the_day_of_arrival(
    scene: Scene, kind: str, field: str, days: int | None, code: str | None
) -> None:
    """The scene's trips arrive 15 hours from now. A day that nobody entered is not judged."""
    ride = scene.listed(1)
    arrival = local_date(scene.now + timedelta(hours=15))
    last = None if days is None else (arrival + timedelta(days=days)).isoformat()
    identifier = scene.vehicle_id if kind == "vehicles" else scene.driver_id
    set_days(scene, kind, identifier, **{field: last})
    if code is None:
        scene.tell(ride.trip, LOCK)
        return
    outcome = scene.send(ride.trip, scene.event(LOCK))[0]
    assert outcome["problem"]["code"] == code
    assert outcome["problem"]["facts"] == {kind: [str(identifier)]}


def test_nobody_replaces_on_a_locked_list_without_papers(scene: Scene) -> None:
    ride = scene.locked(1)
    coach, driver = scene.make_vehicle("辽M54321"), scene.make_driver()
    yesterday = (local_date(scene.now) - timedelta(days=1)).isoformat()
    set_days(scene, "vehicles", coach, transport_licence_valid_until=yesterday)
    set_days(scene, "drivers", driver, licence_valid_until=yesterday)
    replaced = {
        "vehicle.replaced": {"vehicle_id": coach, "reason": "故障"},
        "driver.replaced": {"driver_id": driver, "reason": "生病"},
    }
    found = {kind: scene.refused(ride.trip, kind, **data) for kind, data in replaced.items()}
    assert found == dict.fromkeys(replaced, "licence-expired")


def test_an_empty_list_is_not_locked(scene: Scene) -> None:
    trip = scene.open_trip()
    assert scene.refused(trip, LOCK) == "list-empty"
    person = scene.assign(trip, scene.make_workers())[0]
    scene.tell(trip, "passenger.unassigned", passenger_id=person)
    assert scene.refused(trip, LOCK) == "list-empty"


def test_a_locked_list_may_be_filed_again(scene: Scene) -> None:
    """The destination is sent the list as it is in the end."""
    ride = scene.locked(1)
    assert "trip.filed" in scene.trip(ride.trip)["may_follow"]
    scene.tell(ride.trip, "trip.filed", channel="letter", recipient_unit="人社局")
    assert scene.trip(ride.trip)["state"] == "locked"
