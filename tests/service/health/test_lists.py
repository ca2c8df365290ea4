"""Who is to be called after the arrival, and who on a coming trip lacks what the policy asks for."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from service.rest import Cursor
from service.trips.actions.health_lists import list_follow_ups, list_lacking
from service.trips.queries.health_lists import Days
from tests.factories import TOWNSHIP, Client, World
from tests.service.health.saying import PROOF, declare, follow_up, note, say
from tests.service.trips.scenes import Scene

ASKING = {
    "version": "asks",
    "title": "合成",
    "valid_from": "2020-01-01",
    "any_proof_of": ["health_certificate"],
    "question_set": "2020-five",
    "exposure_window_days": 14,
}


@pytest.fixture
def scene(built_scene: Scene) -> Scene:
    return built_scene


def due(client: Client, world: World, *, on: date, days: int | None = 14, **more: Any) -> list[Any]:
    with world.context.reading(client.actor) as work:
        page = list_follow_ups(
            work,
            on=on,
            days=days,
            township_code=more.get("township"),
            cursor=more.get("cursor", Cursor()),
        )
    return list(page.items)


def lacking(client: Client, world: World, *, on: date) -> dict[UUID, list[str]]:
    days = Days(on, on + timedelta(days=6))
    with world.context.reading(client.actor) as work:
        page = list_lacking(work, on=days, township_code=None, batch_id=None, cursor=Cursor())
    return {each.id: [str(one.code) for one in each.reasons] for each in page.items}


def test_who_is_to_be_called(scene: Scene) -> None:
    world, ride = scene.world, scene.arrived(3)
    scene.hand_over(ride.trip, ride.passengers[:2])
    first, second, _ = ride.workers
    today = scene.now.date()
    clerk = world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    other = world.client(Role.TOWNSHIP_CLERK, division_prefix="211221101")
    assert due(clerk, world, on=today) == []
    tomorrow = today + timedelta(days=1)
    waiting = due(clerk, world, on=tomorrow)
    assert [(each.id, each.day, each.tried) for each in waiting] == [(first, 1, 0), (second, 1, 0)]
    assert {each.trip_number for each in waiting} == {scene.trip(ride.trip)["number"]}
    assert due(other, world, on=tomorrow) == []
    assert due(clerk, world, on=tomorrow, days=None) == []
    assert due(clerk, world, on=tomorrow, township="211221101") == []
    world.clock.advance(days=1)
    missed = note(world, second, follow_up(1, reached=False))
    assert say(clerk, note(world, first, follow_up(1)), missed) == ["recorded", "recorded"]
    waiting = due(clerk, world, on=tomorrow)
    assert [(each.id, each.tried) for each in waiting] == [(second, 1)]
    later = today + timedelta(days=14)
    assert [(each.id, each.day) for each in due(clerk, world, on=later)] == [
        (first, 14),
        (second, 14),
    ]
    assert due(clerk, world, on=later + timedelta(days=1)) == []


def test_who_lacks_what(scene: Scene) -> None:
    """As the gate of the trip says."""
    world, ride = scene.world, scene.listed(3)
    officer = world.client(Role.HEALTH_OFFICER)
    clerk = world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    first, second, third = ride.workers
    today = scene.now.date()
    assert lacking(clerk, world, on=today) == {}
    scene.ok(scene.coordinator.post("/v1/policies", ASKING), 201)
    scene.tell(ride.trip, "policy.switched", policy="asks", reason="合成：通知")
    both = ["declaration-missing", "proof-missing"]
    assert lacking(clerk, world, on=today) == dict.fromkeys(ride.workers, both)
    records = [note(world, first, declare()), note(world, first, PROOF), note(world, second, PROOF)]
    assert say(officer, *records) == ["recorded"] * 3
    assert lacking(officer, world, on=today) == {second: both[:1], third: both}
    world.clock.advance(minutes=1)
    assert say(officer, note(world, first, declare(met_case=True))) == ["recorded"]
    assert lacking(officer, world, on=today)[first] == ["exposure-declared"]
    shown = lacking(clerk, world, on=today)
    assert (shown[first], shown[third]) == (
        ["None"],
        both,
    )  # what was answered, the officer alone reads
    world.clock.advance(minutes=1)
    assert say(officer, note(world, first, declare())) == ["recorded"]
    other = world.client(Role.TOWNSHIP_CLERK, division_prefix="211221101")
    assert lacking(other, world, on=today) == {}
    path = "/v1/health-missing"
    assert len(clerk.get(path, batch_id=str(scene.batch_id)).json()["items"]) == 2
    assert clerk.get(path, batch_id=str(world.new_id())).json()["items"] == []
    assert lacking(clerk, world, on=today - timedelta(days=7)) == {}
    scene.tell(ride.trip, "trip.cancelled", reason="合成：雪")
    assert lacking(clerk, world, on=today) == {}


@pytest.mark.parametrize("kind", ["passenger.denied", "passenger.no_show", "passenger.moved"])
def test_who_is_off_the_list_lacks_nothing(scene: Scene, kind: str) -> None:
    """While the others are still boarding."""
    world, ride = scene.world, scene.listed(2)
    scene.ok(scene.coordinator.post("/v1/policies", ASKING), 201)
    other = scene.open_trip()
    scene.tell(ride.trip, "policy.switched", policy="asks", reason="合成：通知")
    data = {"passenger.denied": {"reason": "合成"}, "passenger.moved": {"to_trip_id": other}}
    scene.tell(ride.trip, kind, passenger_id=ride.passengers[0], **data.get(kind, {}))
    officer = world.client(Role.HEALTH_OFFICER)
    assert lacking(officer, world, on=scene.now.date()).keys() == {ride.workers[1]}


def test_the_reading_is_recorded(scene: Scene) -> None:
    world = scene.world
    clerk = world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    for path in ("/v1/health-follow-ups", "/v1/health-missing"):
        assert clerk.get(path).json() == {"items": [], "next": None}
        assert clerk.get(path, export="请村里随访").status_code == 200
        assert world.client(Role.AUDITOR).get(path).status_code == 403
    kinds = [
        (each["kind"], each["data"]["list_kind"])
        for each in world.list_bodies("account", clerk.actor.account_id)  # type: ignore[arg-type]
        if "list_kind" in each["data"]
    ]
    assert kinds == [
        ("access.listed", "health_follow_ups"),
        ("access.exported", "health_follow_ups"),
        ("access.listed", "health_missing"),
        ("access.exported", "health_missing"),
    ]


@pytest.mark.parametrize("people", [1, 3])
def test_statements(scene: Scene, people: int) -> None:
    world, ride = scene.world, scene.arrived(people)
    scene.hand_over(ride.trip, ride.passengers)
    officer = world.client(Role.HEALTH_OFFICER)
    say(officer, *(note(world, each, PROOF) for each in ride.workers))
    tomorrow = scene.now.date() + timedelta(days=1)
    with world.counting() as sent:
        assert len(due(officer, world, on=tomorrow)) == people
    assert len(sent) == 4, sent
