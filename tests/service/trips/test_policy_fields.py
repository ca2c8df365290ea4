"""Fields of a policy that a trip's own handlers and lists read: changing each changes what is answered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from schemas.permissions import Role
from tests.service.policies.test_every_field_decides import BY_SCENES
from tests.service.trips.scenes import Scene

Observe = Callable[[Scene], object]


def open_boarding(scene: Scene) -> object:
    ride = scene.locked(1)
    outcome = scene.send(ride.trip, scene.event("trip.boarding_opened"))[0]
    return outcome["problem"] and outcome["problem"]["code"]


def close(scene: Scene) -> object:
    ride = scene.arrived(1)
    scene.hand_over(ride.trip, ride.passengers)
    scene.world.clock.advance(minutes=1)
    outcome = scene.send(ride.trip, scene.event("trip.closed"))[0]
    return outcome["problem"] and outcome["problem"]["code"]


def lock(scene: Scene) -> object:
    trip = scene.open_trip()
    scene.assign(trip, scene.make_workers(1))
    outcome = scene.send(trip, scene.event("manifest.locked"))[0]
    return outcome["problem"] and outcome["problem"]["code"]


def follow_up(scene: Scene) -> object:
    ride = scene.arrived(1)
    scene.hand_over(ride.trip, ride.passengers)
    tomorrow = (scene.now + timedelta(days=1)).date().isoformat()
    found = scene.ok(scene.coordinator.get("/v1/health-follow-ups", on=tomorrow))
    return len(found["items"])


def ask_contacts(scene: Scene) -> object:
    """One person on two trips, two days apart, each with somebody else."""
    (asked,) = scene.make_workers(1)
    for _ in range(2):
        trip = scene.open_trip()
        people = scene.assign(trip, [asked, *scene.make_workers(1)])
        scene.tell(trip, "manifest.locked")
        scene.record(trip, *scene.roll_call(people))
        scene.world.clock.advance(hours=1)
        scene.tell(trip, "trip.departed")
        scene.world.clock.advance(hours=14)
        scene.tell(trip, "trip.arrived")
        scene.hand_over(trip, people)
        scene.world.clock.advance(hours=33)
    officer = scene.world.client(Role.HEALTH_OFFICER)
    told = {"purpose": "epidemiological", "reason": "合成：流调", "case_reference": "合成-1"}
    answer = scene.ok(officer.post("/v1/contacts", {**told, "worker_id": str(asked)}))
    return len(answer["vehicles"])


FIELDS: Final[dict[str, tuple[Observe, dict[str, Any]]]] = {
    "disinfect_before_boarding": (open_boarding, {"disinfect_before_boarding": True}),
    "disinfect_on_return": (close, {"disinfect_on_return": True}),
    "follow_up_days": (follow_up, {"follow_up_days": 14}),
    "lookback_days": (ask_contacts, {"lookback_days": 5}),
    "DriverHours.hours_in_7_days": (lock, {"driver_hours": {"hours_in_7_days": 1}}),
}


def test_none_is_left_out() -> None:
    assert FIELDS.keys() == BY_SCENES


@pytest.mark.parametrize(("observe", "changed"), FIELDS.values(), ids=FIELDS)
def test_changing_it_changes_an_answer(
    scene: Scene, observe: Observe, changed: dict[str, Any]
) -> None:
    found = []
    for number, told in enumerate(({}, changed), start=1):
        policy = {"version": f"v-{number}", "title": "合成", "valid_from": f"2020-01-0{number}"}
        scene.ok(scene.coordinator.post("/v1/policies", {**policy, **told}), 201)
        found.append(observe(scene))
        scene.world.clock.advance(days=8)
    assert found[0] != found[1], found
