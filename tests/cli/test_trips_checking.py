"""`fangang trip check` against a real server: what holds a trip back, by who can cure it."""

import json

import pytest

from cli.exits import ExitCode
from tests.cli.client_commands import Desk
from tests.factories import World
from tests.service.trips.checked import STRICT, certify, declare, ready
from tests.service.trips.scenes import Scene


@pytest.fixture
def scene(desk: Desk, world: World) -> Scene:
    made = Scene(world)
    made.ok(made.coordinator.post("/v1/policies", STRICT), 201)
    desk.sit_down(made.coordinator)
    return made


def test_everything_sorted_by_who_can_cure_it(desk: Desk, scene: Scene) -> None:
    ride = ready(scene, 3)
    number = str(scene.trip(ride.trip)["number"])
    free = desk.run("trip", "check", number)
    assert free.code == ExitCode.OK
    assert free.out.splitlines() == [
        f"{number}：按“合成政策：查验（strict）”核验，文号：合成〔2020〕1号；预计 2020-03-24 23:00 抵达",
        "核验：名册 3 人，0 人未通过，0 人破例放行",
    ]
    declare(scene, ride.workers[0], yes="met_case")
    certify(scene, ride.workers[1], issued="2020-03-01")
    held = desk.run("trip", "check", number)
    assert held.code == ExitCode.NEEDS_SOMEBODY
    assert "卫健部门" in held.out
    assert held.out.splitlines()[-1] == "核验：名册 3 人，1 人未通过，0 人破例放行"
    plain = desk.run("trip", "check", number, "--policy", "ordinary-1")
    assert (plain.code, plain.out.splitlines()[-1]) == (
        0,
        "核验：名册 3 人，0 人未通过，0 人破例放行",
    )
    unknown = desk.run("trip", "check", number, "--policy", "nowhere")
    assert unknown.code not in {0, ExitCode.NEEDS_SOMEBODY}
    machine = desk.run("trip", "check", number, "--json")
    assert [each["may_board"] for each in json.loads(machine.out)["lines"]] == [False, True, True]


def test_what_the_trip_itself_lacks(desk: Desk, scene: Scene) -> None:
    number = str(scene.trip(scene.open_trip(boarding_points=[]))["number"])
    shown = desk.run("trip", "check", number)
    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[2:-1]] == ["县协调员", "县协调员"]
    assert "全车" in lines[2]
