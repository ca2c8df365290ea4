"""Many planners at one moment want the same vehicle, driver or escort: exactly one of them gets it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest

from tests.factories import World
from tests.service.trips.scenes import Scene
from tests.service.trips.test_busy import plan, same
from tests.serving import serve

pytestmark = pytest.mark.race

PLANNERS = 6
Ask = Callable[[httpx2.Client, Any], httpx2.Response]


def ask_together(world: World, scene: Scene, bodies: list[Any], ask: Ask) -> list[str]:
    """The codes of refusals, and `done`, sorted."""
    start = Barrier(len(bodies))

    def send(address: str, body: Any) -> str:
        headers = {"Authorization": f"Bearer {scene.coordinator.token}"}
        with httpx2.Client(base_url=address, timeout=60, headers=headers) as client:
            start.wait()
            return read(ask(client, body))

    with serve(world) as address, ThreadPoolExecutor(len(bodies)) as pool:
        return sorted(pool.map(lambda body: send(address, body), bodies))


def read(answer: httpx2.Response) -> str:
    told = answer.json()
    if "outcomes" in told:
        problem = told["outcomes"][0]["problem"]
        return problem["code"] if problem else "done"
    return str(told.get("code", "done"))


@pytest.mark.parametrize("what", ["vehicle-busy", "driver-busy", "escort-busy"])
def test_one_of_many_openings_gets_it(world: World, what: str) -> None:
    scene = Scene(world)
    bodies = [plan(scene, hours=0.1 * place, **same(scene, what)) for place in range(PLANNERS)]
    found = ask_together(
        world, scene, bodies, lambda client, body: client.post("/v1/trips", json=body)
    )
    assert found == ["done", *[what] * (PLANNERS - 1)]


def test_one_of_replacing_and_moving_gets_it(world: World) -> None:
    """Half of them move a trip of the vehicle into that time, half put the vehicle on theirs."""
    scene = Scene(world)
    mine = {"vehicle_id": str(scene.vehicle_id)}
    days = []
    for day in range(1, 1 + PLANNERS // 2):
        driver = [str(scene.make_driver())]
        days.append(scene.trip(scene.open_trip(hours=48 * day, driver_ids=driver, **mine)))
    others = [scene.open_trip() for _ in range(PLANNERS // 2)]
    # the first of them took the scene's own vehicle
    scene.tell(others[0], "vehicle.replaced", vehicle_id=scene.make_vehicle("辽M44444"))
    times = {
        name: scene.trip(others[0])[name] for name in ("planned_departure_at", "planned_arrival_at")
    }

    def ask(client: httpx2.Client, body: Any) -> httpx2.Response:
        trip, moved = body
        if moved:
            return client.patch(f"/v1/trips/{trip}", json=times, headers={"If-Match": '"1"'})
        event = scene.event("vehicle.replaced", vehicle_id=scene.vehicle_id)
        return client.post(f"/v1/trips/{trip}/events", json={"events": [event]})

    bodies = [(trip["id"], True) for trip in days] + [(trip, False) for trip in others]
    found = ask_together(world, scene, bodies, ask)
    assert found == ["done", *["vehicle-busy"] * (PLANNERS - 1)]
