"""05:00: a list that is locked changes still; what follows for the destination."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.permissions import Role
from tests.service.trips.scenes import DESTINATION, Scene

ANSWERED = {
    "version": "answered",
    "title": "合成政策：须输入地确认",
    "valid_from": "2020-01-01",
    "filing_acknowledgement_required": True,
    "arrival_change_hours": 2,
}


def file(scene: Scene, trip: Any) -> None:
    scene.tell(trip, "trip.filed", channel="letter", recipient_unit="苏州市人社局")


def acknowledge(scene: Scene, trip: Any) -> Any:
    officer = scene.world.client(Role.DESTINATION_OFFICER, division_prefix=DESTINATION)
    told = {"channel": "letter", "person": "钱科长", "unit": "苏州市人社局"}
    return scene.tell(trip, "filing.acknowledged", by=officer, **told)


def needs(scene: Scene, trip: Any) -> list[str]:
    rows = scene.ok(scene.coordinator.get("/v1/trips", limit=200))["items"]
    (row,) = [each for each in rows if each["id"] == str(trip)]
    return [each["code"] for each in row["needs"]]


def patch(scene: Scene, trip: Any, **body: Any) -> Any:
    version = scene.trip(trip)["version"]
    return scene.coordinator.patch(f"/v1/trips/{trip}", body, version=version)


def point(scene: Scene, name: str, **more: Any) -> dict[str, Any]:
    return {"id": str(scene.world.new_id()), "name": name, **more}


def test_a_locked_list_is_told_anew_and_nobody_has_to_say_yes_again(scene: Scene) -> None:
    scene.ok(scene.coordinator.post("/v1/policies", ANSWERED), 201)
    trip = scene.open_trip()
    workers = scene.make_workers(3)
    people = scene.assign(trip, workers[:2])
    scene.assign(trip, workers[2:], stand_by=True)
    assert scene.refused(trip, "manifest.locked") == "filing-unacknowledged"
    file(scene, trip)
    acknowledge(scene, trip)
    scene.tell(trip, "manifest.locked")
    assert "destination-untold" not in needs(scene, trip)
    scene.tell(trip, "passenger.no_show", passenger_id=people[0])
    stand_by = next(
        each["id"] for each in scene.people(trip).values() if each["status"] == "stand_by"
    )
    told = scene.tell(
        trip, "passenger.substituted", passenger_id=stand_by, replaces_passenger_id=people[0]
    )
    assert told["decided"]["list_version"] > 1
    assert "destination-untold" in needs(scene, trip)
    file(scene, trip)
    assert "destination-untold" not in needs(scene, trip)
    scene.tell(trip, "manifest.unlocked", reason="合成")
    scene.tell(trip, "manifest.locked")


def test_points_change_on_a_locked_list(scene: Scene) -> None:
    ride = scene.locked(1)
    before = scene.trip(ride.trip)
    points = [
        {name: each[name] for name in ("id", "name", "planned_at", "division_code")}
        for each in before["points"]
        if each["kind"] == "boarding"
    ]
    points[0]["name"] = "凡河镇汽车站"
    scene.ok(patch(scene, ride.trip, boarding_points=points))
    after = scene.trip(ride.trip)
    assert after["list_version"] == before["list_version"] + 1
    assert after["list_hash"] != before["list_hash"]
    assert after["state"] == "locked"
    later = (scene.now + timedelta(hours=30)).isoformat()
    refused = patch(scene, ride.trip, planned_arrival_at=later)
    assert (refused.status_code, refused.json()["code"]) == (409, "manifest-locked")
    scene.tell(ride.trip, "trip.departed")
    gone = patch(scene, ride.trip, boarding_points=points)
    assert gone.json()["code"] == "state-forbids"


@pytest.mark.parametrize(
    ("minutes", "again"), [(0, False), (120, False), (121, True), (-120, False), (-121, True)]
)
def test_an_arrival_that_moves_far_is_acknowledged_again(
    scene: Scene, minutes: int, *, again: bool
) -> None:
    scene.ok(scene.coordinator.post("/v1/policies", ANSWERED), 201)
    trip = scene.open_trip()
    scene.assign(trip, scene.make_workers(1))
    file(scene, trip)
    acknowledge(scene, trip)
    planned = scene.now + timedelta(hours=15, minutes=minutes)
    if minutes:
        scene.ok(patch(scene, trip, planned_arrival_at=planned.isoformat()))
    if not again:
        scene.tell(trip, "manifest.locked")
        return
    assert scene.refused(trip, "manifest.locked") == "filing-unacknowledged"
    scene.world.clock.advance(minutes=1)
    acknowledge(scene, trip)
    scene.tell(trip, "manifest.locked")


def test_another_receiver_is_acknowledged_again(scene: Scene) -> None:
    scene.ok(scene.coordinator.post("/v1/policies", ANSWERED), 201)
    trip = scene.open_trip()
    file(scene, trip)
    acknowledge(scene, trip)
    gate = [point(scene, "另一厂门", enterprise_id=str(scene.make_enterprise("合成二厂")))]
    scene.ok(patch(scene, trip, handover_points=gate))
    scene.assign(trip, scene.make_workers(1))
    assert scene.refused(trip, "manifest.locked") == "filing-unacknowledged"
