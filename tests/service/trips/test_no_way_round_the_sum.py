"""Ways in which a trip once closed although somebody had no end; each is shut."""

from collections.abc import Callable
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables

Trip = tuple[UUID, list[UUID]]


def ride(scene: Scene, *, aboard: int, people: int = 3) -> Trip:
    """Locked, the first `aboard` of the people boarded."""
    trip = scene.open_trip()
    passengers = scene.assign(trip, scene.make_workers(people))
    scene.tell(trip, "manifest.locked")
    for passenger in passengers[:aboard]:
        scene.tell(trip, "passenger.boarded", passenger_id=passenger)
    return trip, passengers


def arrive(scene: Scene, trip: UUID) -> str:
    scene.tell(trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived")
    points = scene.trip(trip)["points"]
    return str(next(each["id"] for each in points if each["kind"] == "handover"))


def hand_over(scene: Scene, trip: UUID, point: str, passengers: list[UUID]) -> None:
    for passenger in passengers:
        scene.tell(trip, "passenger.received", passenger_id=passenger)
    scene.tell(
        trip,
        "handover.signed",
        point_id=point,
        passenger_ids=[str(each) for each in passengers],
        method="telephone",
        receiver="张经理",
    )


def refusal(scene: Scene, trip: UUID, kind: str, **data: object) -> str | None:
    problem = scene.send(trip, scene.event(kind, **data))[0]["problem"]
    return problem["code"] if problem else None


def found_again(scene: Scene) -> tuple[UUID, str]:
    trip, people = ride(scene, aboard=2)
    scene.tell(trip, "passenger.checked_in", passenger_id=people[2], identity_shown="card")
    scene.tell(trip, "passenger.missing", passenger_id=people[2], last_seen="站", reported_to="所")
    scene.tell(trip, "passenger.found", passenger_id=people[2], place="车上")
    hand_over(scene, trip, arrive(scene, trip), people[:2])
    return trip, "equation-open"


def handed_to_the_escort(scene: Scene) -> tuple[UUID, str]:
    trip, people = ride(scene, aboard=3)
    point = arrive(scene, trip)
    hand_over(scene, trip, point, people[:2])
    scene.tell(trip, "passenger.refused", passenger_id=people[2], next_holder="escort")
    return trip, "equation-open"


@pytest.mark.parametrize("story", [found_again, handed_to_the_escort])
def test_a_trip_does_not_close(scene: Scene, story: Callable[[Scene], tuple[UUID, str]]) -> None:
    trip, code = story(scene)
    assert refusal(scene, trip, "trip.closed") == code


@pytest.mark.parametrize("mode", ["live", "afterwards"])
def test_nobody_is_moved_nowhere(scene: Scene, mode: str) -> None:
    trip, people = ride(scene, aboard=3)
    arrive(scene, trip)
    for target, wanted in ((trip, "field-invalid"), (scene.world.new_id(), "not-found")):
        code = refusal(
            scene, trip, "passenger.moved", mode=mode, passenger_id=people[0], to_trip_id=target
        )
        assert code == wanted


def test_nobody_is_cancelled_away(scene: Scene) -> None:
    trip, people = ride(scene, aboard=0)
    scene.tell(trip, "passenger.checked_in", passenger_id=people[0], identity_shown="card")
    scene.tell(trip, "passenger.missing", passenger_id=people[0], last_seen="站", reported_to="所")
    assert refusal(scene, trip, "trip.cancelled", reason="无车") == "equation-open"


def test_a_closed_trip_that_opens_again_asks_for_somebody(scene: Scene) -> None:
    trip, people = ride(scene, aboard=3)
    hand_over(scene, trip, arrive(scene, trip), people[:2])
    scene.tell(trip, "passenger.missing", passenger_id=people[2], last_seen="站", reported_to="所")
    scene.tell(trip, "trip.closed")
    assert scene.trip(trip)["open_exceptions"] == 0

    found = scene.event("passenger.found", mode="afterwards", passenger_id=people[2], place="站")
    scene.send(trip, found)

    assert scene.trip(trip)["exceptions"] == ["open-after-closing"]
    listed = scene.ok(scene.coordinator.get("/v1/trips", attention=True))["items"]
    assert [each["id"] for each in listed] == [str(trip)]


def test_an_explained_head_count_does_not_explain_the_next(scene: Scene) -> None:
    trip, _ = ride(scene, aboard=3)
    scene.world.clock.advance(minutes=5)
    scene.tell(trip, "trip.departed", aboard=2)
    scene.tell(trip, "exception.explained", code="count-differs", explanation="数错")
    assert scene.trip(trip)["exceptions"] == []
    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived", aboard=1)
    assert scene.trip(trip)["exceptions"] == ["count-differs"]


def test_a_signature_does_not_outlive_what_it_signed(scene: Scene) -> None:
    trip, people = ride(scene, aboard=1, people=1)
    point = arrive(scene, trip)
    received = scene.tell(trip, "passenger.received", passenger_id=people[0])
    scene.tell(
        trip,
        "handover.signed",
        point_id=point,
        passenger_ids=[str(people[0])],
        method="telephone",
        receiver="张经理",
    )
    scene.tell(trip, "event.reversed", event_id=received["id"], reason="录错")
    scene.world.clock.advance(minutes=5)
    scene.tell(trip, "passenger.received", passenger_id=people[0])
    assert refusal(scene, trip, "trip.closed") == "not-balanced-handover"


def test_nobody_signs_in_another_name(scene: Scene) -> None:
    trip, people = ride(scene, aboard=1, people=1)
    point = arrive(scene, trip)
    scene.tell(trip, "passenger.received", passenger_id=people[0])
    signed = {
        "point_id": point,
        "passenger_ids": [str(people[0])],
        "method": "telephone",
        "receiver": "张经理",
        "enterprise_id": scene.world.new_id(),
    }
    assert refusal(scene, trip, "handover.signed", **signed) == "not-found"


def test_a_health_officer_narrowed_to_trips_finds_no_worker(scene: Scene) -> None:
    worker = scene.make_workers(1)[0]
    narrowed = scene.world.client(Role.HEALTH_OFFICER, trip_ids=[])
    assert narrowed.get("/v1/workers").json()["items"] == []
    assert narrowed.get(f"/v1/workers/{worker}").status_code == 404
    reveal = {"fields": ["name"], "reason": "测试"}
    assert narrowed.post(f"/v1/workers/{worker}/reveal", reveal).status_code == 404


@pytest.mark.parametrize("year", ["0001", "1999", "2100", "9999"])
def test_plans_lie_in_this_age(scene: Scene, year: str) -> None:
    body = {"planned_arrival_at": f"{year}-12-31T20:00:00Z"}
    trip = scene.open_trip()
    assert scene.coordinator.patch(f"/v1/trips/{trip}", body, version=1).status_code == 422


def test_one_changed_time_cannot_turn_the_plan_round(scene: Scene) -> None:
    trip = scene.open_trip()
    body = {"planned_arrival_at": scene.now.isoformat()}
    answer = scene.coordinator.patch(f"/v1/trips/{trip}", body, version=1)
    assert answer.json()["code"] == "time-out-of-range"
