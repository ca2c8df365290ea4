"""Death at every SQL statement of an assignment and of a boarding: all of it is there afterwards, or
nothing; and the same request goes through.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.crash import dying
from tests.crash.programs import Program
from tests.crash.servers import ROOT, environment, todays_world
from tests.factories import World
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.crash


def make_requests(world: World) -> list[dict[str, Any]]:
    scene = Scene(world)
    trip, token = scene.open_trip(), scene.coordinator.token
    people = [
        {"id": str(world.new_id()), "event_id": str(world.new_id()), "worker_id": str(worker)}
        for worker in scene.make_workers(3)
    ]
    events = [scene.event("manifest.locked")]
    for each in people:
        about: dict[str, Any] = {"passenger_id": each["id"]}
        shown: dict[str, Any] = {"identity_shown": "card", "temperature": 365}
        events.append(scene.event("passenger.checked_in", **about, **shown))
        events.append(scene.event("passenger.boarded", **about))
    return [
        {
            "token": token,
            "path": f"/v1/trips/{trip}/passengers",
            "body": {"passengers": people},
            "ids": [each["event_id"] for each in people],
        },
        {
            "token": token,
            "path": f"/v1/trips/{trip}/events",
            "body": {"events": events},
            "ids": [each["id"] for each in events],
        },
    ]


@pytest.mark.parametrize(
    ("stride", "least"),
    [(12, 2), pytest.param(1, 20, marks=pytest.mark.long)],
    ids=["quick", "all"],
)
def test_all_or_nothing(settings: Settings, tmp_path: Path, stride: int, least: int) -> None:
    plan, errors = tmp_path / "plan.json", tmp_path / "errors"
    with todays_world(settings) as world:
        plan.write_text(
            json.dumps({"stride": stride, "requests": make_requests(world)}), encoding="utf-8"
        )
    program = Program(
        dying.main, [str(plan)], environment=environment(settings), folder=ROOT, errors=errors
    )
    said, _ = program.communicate(timeout=300)
    problems = errors.read_text(encoding="utf-8")[-3000:]
    assert program.returncode == 0, problems
    deaths = json.loads(said)
    assert [count >= least for count in deaths] == [True, True], (deaths, problems)
