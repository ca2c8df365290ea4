"""A refusal says of whom, and of which state: in its facts and in its sentence."""

from typing import Any
from uuid import UUID

import pytest

from tests.databases import ON_SQLITE
from tests.service.trips.scenes import Scene

pytestmark = ON_SQLITE

FEVER = {"measured": 11, "highest": 390, "all_normal": True}


def problem(scene: Scene, trip: UUID, kind: str, *, mode: str = "live", **data: Any) -> Any:
    (outcome,) = scene.send(trip, scene.event(kind, mode=mode, **data))
    assert outcome["status"] == "refused"
    return outcome["problem"]


def test_locking_names_whom_nobody_can_reach(scene: Scene) -> None:
    ride = scene.listed(1)
    silent = scene.assign(ride.trip, scene.make_workers(6, phone=None))
    found = problem(scene, ride.trip, "manifest.locked")
    assert found["code"] == "phone-unreachable"
    assert found["facts"]["people"] == 6
    named = [each["passenger_id"] for each in found["facts"]["who"]]
    assert named == [str(each) for each in silent[:5]]
    assert "2号座（已编入专车）、3号座" in found["detail"]
    assert "等6人。" in found["detail"]
    assert "fangang roster todo" in found["detail"]


def test_closing_names_who_has_no_end(scene: Scene) -> None:
    ride = scene.locked(3)
    absent, aboard, come = ride.passengers
    seen = {"passenger_id": absent, "identity_shown": "card"}
    scene.tell(ride.trip, "passenger.checked_in", **seen)
    scene.board(ride.trip, [aboard, come])
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, [come])
    found = problem(scene, ride.trip, "trip.closed")
    assert found["facts"]["who"] == [
        {"passenger_id": str(absent), "seat": "1", "status": "checked_in"},
        {"passenger_id": str(aboard), "seat": "2", "status": "boarded"},
    ]
    assert found["detail"].startswith("涉及：1号座（已点名）、2号座（已上车）。")
    assert "登记“未到”" in found["detail"]


def test_a_state_is_named(scene: Scene) -> None:
    ride = scene.locked(1)
    found = problem(scene, ride.trip, "trip.closed")
    assert found["detail"].startswith("趟次现为“名册锁定”。")
    scene.board(ride.trip, ride.passengers)
    again = {"passenger_id": ride.passengers[0], "identity_shown": "card"}
    found = problem(scene, ride.trip, "passenger.checked_in", **again)
    assert found["detail"].startswith("趟次现为“名册锁定”，此人现为“已上车”。")


@pytest.mark.parametrize("mode", ["live", "afterwards"])
def test_a_fever_is_not_normal(scene: Scene, mode: str) -> None:
    ride = scene.departed(1)
    found = problem(scene, ride.trip, "temperature_round.taken", mode=mode, **FEVER)
    assert found["code"] == "field-invalid"
    assert "最高体温39.0℃已属发热（标准38.0℃）" in found["detail"]
    for fits in ({"all_normal": False}, {"highest": 379}, {"highest": "unreadable"}):
        scene.tell(ride.trip, "temperature_round.taken", mode=mode, **FEVER | fits)
