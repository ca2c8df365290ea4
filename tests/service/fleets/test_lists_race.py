"""Two clerks at the same moment: the county's lists are written one after the other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.factories import World
from tests.lists import add, make_carrier, make_vehicle


def _codes(answers: list[Any]) -> Counter[str]:
    return Counter(
        each.json()["code"] if each.status_code >= 400 else str(each.status_code)
        for each in answers
    )


@pytest.mark.race
def test_one_plate_given_twice_at_the_same_moment(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    bodies = [make_vehicle(world, carrier_id, 1) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: coordinator.post("/v1/vehicles", body), bodies))
    assert _codes(answers) == {"201": 1, "plate-exists": 7}
    assert len(coordinator.get("/v1/vehicles").json()["items"]) == 1


@pytest.mark.race
def test_one_body_sent_many_times_at_the_same_moment(world: World) -> None:
    coordinator = world.client()
    body = make_carrier(world)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: coordinator.post("/v1/carriers", body), range(8)))
    assert _codes(answers) == {"201": 8}
    assert len({each.text for each in answers}) == 1


@pytest.mark.race
def test_one_version_is_changed_once(world: World) -> None:
    coordinator = world.client()
    path = f"/v1/carriers/{add(coordinator, '/v1/carriers', make_carrier(world))}"
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda number: coordinator.patch(path, {"name": f"合成{number}公司"}, version=1),
                range(8),
            )
        )
    assert _codes(answers) == {"200": 1, "version-stale": 7}
    assert coordinator.get(path).json()["version"] == 2
