"""Papers of a plan: what is asked for, what holds until the arrival, receptions of several receivers, the list
of the insured and its changes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from service.days import local_date
from tests.service.trips.scenes import Scene

LOCK = "manifest.locked"


def check(scene: Scene, trip: UUID) -> dict[str, Any]:
    answer: dict[str, Any] = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/plan-check"))
    return answer


def names(gaps: list[dict[str, str]]) -> list[str]:
    return [each["field"] for each in gaps]


def patch(scene: Scene, trip: UUID, body: dict[str, Any]) -> Any:
    path = f"/v1/trips/{trip}"
    return scene.ok(scene.coordinator.patch(path, body, version=scene.trip(trip)["version"]))


ALWAYS = ["charter_sign_number", "contract_number", "liability_number"]


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        ({}, []),
        ({"toll_free": True}, ["toll_pass_number", "toll_entry", "toll_exit"]),
        ({"stamp_required": True}, ["stamp_unit"]),
    ],
)
def test_which_papers_are_asked_for(scene: Scene, policy: dict[str, Any], asked: list[str]) -> None:
    body = {"version": "tolls", "title": "合成", "valid_from": "2020-01-01", **policy}
    scene.ok(scene.coordinator.post("/v1/policies", body), 201)
    trip = scene.open_trip()
    assert names(check(scene, trip)["lacking"]) == [*ALWAYS, *asked]
    entered = {"charter_sign_number": "辽M-0324", "contract_number": "2020-17"}
    shown = patch(scene, trip, entered | dict.fromkeys(asked, "合成"))
    assert {name: shown[name] for name in entered} == entered
    insured = {"liability_insurer": "合成财险", "liability_number": "PZ-1"}
    vehicle = f"/v1/vehicles/{scene.vehicle_id}"
    scene.ok(scene.coordinator.patch(vehicle, insured, version=1))
    assert check(scene, trip)["lacking"] == []
    assert scene.trip(trip)["state"] == "ready"


@pytest.mark.parametrize(
    ("of", "field", "told"),
    [
        ("trips", "charter_sign_valid_until", "包车客运标志牌"),
        ("trips", "passenger_insurance_valid_until", "乘客意外险"),
        ("carriers", "licence_valid_until", "道路运输经营许可证"),
        ("vehicles", "liability_valid_until", "承运人责任险"),
    ],
)
@pytest.mark.parametrize("days", [-1, 0])
def test_papers_hold_until_the_arrival(
    scene: Scene, of: str, field: str, told: str, days: int
) -> None:
    """The scene's trips arrive 15 hours from now."""
    ride = scene.listed(1)
    last = (local_date(scene.now + timedelta(hours=15)) + timedelta(days=days)).isoformat()
    ids = {"trips": ride.trip, "carriers": scene.carrier_id, "vehicles": scene.vehicle_id}
    path = f"/v1/{of}/{ids[of]}"
    scene.ok(scene.coordinator.patch(path, {field: last}, version=1))
    ended = check(scene, ride.trip)["ended"]
    assert [each["name"] for each in ended] == ([told] if days < 0 else [])
    if days == 0:
        scene.tell(ride.trip, LOCK)
        return
    problem = scene.send(ride.trip, scene.event(LOCK))[0]["problem"]
    assert problem["code"] == "licence-expired"
    if of != "vehicles":
        assert problem["facts"] == {"papers": [field]}
        assert problem["detail"].startswith(f"到期的是：{told}。")


def test_every_receiver_needs_a_reception(scene: Scene) -> None:
    """Two enterprises, one contact: the plan lacks one. At two gates of one enterprise one is enough."""
    trip = scene.open_trip(points=3)
    points = [each for each in scene.trip(trip)["points"] if each["kind"] == "handover"]
    bodies = [{"id": each["id"], "name": each["name"]} for each in points]
    first, second = (str(scene.make_enterprise(name)) for name in ("合成二厂", "合成三厂"))
    for point, enterprise in zip(bodies, (first, first, second), strict=True):
        point["enterprise_id"] = enterprise
    assert patch(scene, trip, {"handover_points": bodies})["state"] == "draft"
    assert names(check(scene, trip)["missing"]) == ["receptions"]
    contacts = {
        "escort": "合成领队",
        "escort_phone": "15499000001",
        "reception": "合成接站",
        "reception_phone": "15499000002",
        "duty_phone": "15499000003",
    }
    own = {"point_id": bodies[2]["id"], "name": "合成接站二", "phone": "15499000004"}
    assert patch(scene, trip, {"contacts": {**contacts, "receptions": [own]}})["state"] == "ready"
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/manifest"))
    assert (manifest["reception"], manifest["receptions"]) == ("合成接站", [own])
    one = [{**each, "enterprise_id": first} for each in bodies]
    assert patch(scene, trip, {"handover_points": one, "contacts": contacts})["state"] == "ready"


# --- the insured --------------------------------------------------------------------------------
def test_the_insured_and_who_came_for_whom(scene: Scene) -> None:
    ride = scene.listed(3, passenger_insurance_number="YW-7")
    (waiting,) = scene.assign(ride.trip, scene.make_workers(), stand_by=True)
    scene.tell(ride.trip, LOCK)
    path = f"/v1/trips/{ride.trip}/insured"
    insured = scene.ok(scene.coordinator.get(path, export="投保"))
    assert [each["passenger_id"] for each in insured["lines"]] == list(map(str, ride.passengers))
    assert {len(each["id_number"]) for each in insured["lines"]} == {18}
    assert (insured["passenger_insurance_number"], insured["list_version"]) == ("YW-7", 1)
    scene.world.clock.advance(minutes=1)
    late = ride.passengers[1]
    scene.tell(ride.trip, "passenger.no_show", passenger_id=late)
    scene.tell(ride.trip, "passenger.substituted", passenger_id=waiting, replaces_passenger_id=late)
    changed = scene.ok(scene.coordinator.get(path, since_version=1))
    told = {each["passenger_id"]: each["change"] for each in changed["lines"]}
    assert told == {str(late): "removed", str(waiting): "added"}
    assert {len(each["id_number"]) for each in changed["lines"]} == {4}
    assert changed["list_version"] == 2
    unknown = scene.coordinator.get(path, since_version=9)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert scene.world.client(Role.AUDITOR).get(path).status_code == 403
