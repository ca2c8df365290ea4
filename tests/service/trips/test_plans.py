"""Plans: opened, edited with a version, and what they refer to."""

from typing import Any

import pytest

from schemas.events.kinds import StreamKind
from tests.service.trips.scenes import Scene


def patch(scene: Scene, trip: Any, body: Any, *, version: int | None) -> tuple[int, str | None]:
    answer = scene.coordinator.patch(f"/v1/trips/{trip}", body, version=version)
    return answer.status_code, answer.json().get("code")


def test_editing_takes_the_version_that_was_read(scene: Scene) -> None:
    trip = scene.open_trip()
    shown = scene.coordinator.get(f"/v1/trips/{trip}")
    assert (shown.json()["version"], shown.headers["ETag"]) == (1, '"1"')
    before = scene.rows()
    assert patch(scene, trip, {"route": "G1"}, version=None) == (428, "precondition-required")
    assert patch(scene, trip, {"route": "G1"}, version=2) == (412, "version-stale")
    assert scene.rows() == before

    answer = scene.coordinator.patch(f"/v1/trips/{trip}", {"route": "G1京哈"}, version=1)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    shown = scene.trip(trip)
    assert (shown["route"], shown["version"], shown["distance_km"]) == ("G1京哈", 2, 390)
    assert patch(scene, trip, {"route": "G2"}, version=1) == (412, "version-stale")
    bodies = scene.world.list_bodies(StreamKind.TRIP, trip)
    assert [body["data"]["fields"] for body in bodies if body["kind"] == "trip.changed"] == [
        ["route"]
    ]


def test_what_is_left_out_stays(scene: Scene) -> None:
    trip = scene.open_trip()
    before = scene.trip(trip)
    assert patch(scene, trip, {"distance_km": 380}, version=1) == (200, None)
    after = scene.trip(trip)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"distance_km", "version"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"colour": "red"}, 422, "request-invalid"),
        ({"planned_departure_at": "2020-03-26T08:00:00+08:00"}, 422, "time-out-of-range"),
        ({"planned_departure_at": "3020-03-26T08:00:00+08:00"}, 422, "request-invalid"),
        ({"carrier_id": "017109d6-bc00-7000-8000-0000000000ff"}, 404, "not-found"),
        (
            {
                "handover_points": [
                    {
                        "id": "017109d6-bc00-7000-8000-0000000000fe",
                        "name": "厂门",
                        "enterprise_id": "017109d6-bc00-7000-8000-0000000000ff",
                    }
                ]
            },
            404,
            "not-found",
        ),
        (
            {"boarding_points": [{"id": "017109d6-bc00-7000-8000-0000000000fe", "name": "甲"}] * 2},
            422,
            "request-invalid",
        ),
    ],
)
def test_what_a_plan_cannot_say(scene: Scene, body: Any, status: int, code: str) -> None:
    trip = scene.open_trip()
    before = scene.rows()
    assert patch(scene, trip, body, version=1) == (status, code)
    assert scene.rows() == before


def test_a_plan_refers_to_what_there_is(scene: Scene) -> None:
    nothing = str(scene.world.new_id())
    bare = {"batch_id": str(scene.batch_id), "number": "T-1"}
    for wrong in (
        {"vehicle_id": nothing},
        {"driver_ids": [nothing]},
        {"carrier_id": nothing},
        {"batch_id": nothing},
    ):
        body = {"id": str(scene.world.new_id()), **bare, **wrong}
        answer = scene.coordinator.post("/v1/trips", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), wrong
    assert scene.rows()["trip"] == []


def test_points_that_people_are_assigned_to_are_renamed_and_not_taken_away(scene: Scene) -> None:
    ride = scene.listed(1)
    (used,) = scene.points(ride.trip)
    new = {"id": str(scene.world.new_id()), "name": "北门"}
    before = scene.rows()
    gone = patch(scene, ride.trip, {"handover_points": [new]}, version=1)
    assert (gone, scene.rows()) == ((409, "conflict"), before)
    both = {"handover_points": [{"id": str(used), "name": "南门"}, new]}
    assert patch(scene, ride.trip, both, version=1) == (200, None)
    names = [point["name"] for point in scene.trip(ride.trip)["points"]]
    assert names == ["凡河镇政府", "南门", "北门"]


def test_a_plan_becomes_ready_and_a_draft_again(scene: Scene) -> None:
    trip = scene.open_trip(contacts=None)
    contacts = {
        "escort": "合成领队",
        "escort_phone": "15499000001",
        "reception": "合成接站",
        "reception_phone": "15499000002",
        "duty_phone": "15499000003",
    }
    states = [scene.trip(trip)["state"]]
    for version, body in enumerate(
        ({"contacts": contacts}, {"boarding_points": []}, {"route": "G1"}), start=1
    ):
        scene.world.clock.advance(minutes=1)
        assert patch(scene, trip, body, version=version) == (200, None)
        states.append(scene.trip(trip)["state"])
    assert states == ["draft", "ready", "draft", "draft"]


def test_what_may_follow_is_for_whoever_asks(scene: Scene) -> None:
    ride = scene.locked(1)
    escort = scene.escort_of(ride.trip)
    county = scene.trip(ride.trip)["may_follow"]
    own = scene.ok(escort.get(f"/v1/trips/{ride.trip}"))["may_follow"]
    assert set(county) - set(own) == {
        "event.reversed",
        "exception.explained",
        "filing.acknowledged",
        "manifest.unlocked",
        "passenger.unassigned",
        "policy.switched",
        "trip.cancelled",
        "trip.filed",
    }
    assert set(own) - set(county) == set()
    assert "passenger.boarded" in own
    scene.tell(ride.trip, "trip.cancelled", reason="雪")
    assert scene.trip(ride.trip)["may_follow"] == ["exception.explained"]


def test_the_board_shows_what_needs_somebody(scene: Scene) -> None:
    calm, held, strange = scene.departed(1), scene.departed(1), scene.boarded(1)
    scene.tell(held.trip, "trip.held_up", reason="雾")
    scene.afterwards(strange.trip, "passenger.boarded", passenger_id=strange.passengers[0])
    board = scene.ok(scene.coordinator.get("/v1/trips", attention=True))["items"]
    assert {each["id"] for each in board} == {str(held.trip), str(strange.trip)}
    moving = scene.ok(scene.coordinator.get("/v1/trips", state="in_transit"))["items"]
    assert [each["id"] for each in moving] == [str(calm.trip)]


def test_pages_of_trips(scene: Scene) -> None:
    trips = [str(scene.open_trip()) for _ in range(3)]
    found: list[str] = []
    after = None
    while True:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = scene.ok(scene.coordinator.get("/v1/trips", **params))
        found += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == trips[::-1]
