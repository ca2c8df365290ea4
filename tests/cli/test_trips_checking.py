"""`fangang trip check` against a real server: what holds a trip back, by who can cure it."""

import json

import pytest

from cli.exits import ExitCode
from tests.cli.client_commands import Desk
from tests.cli.test_trips_planning import LACKING
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
        LACKING,
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
    assert (unknown.code, unknown.out) == (ExitCode.USAGE, "")
    assert unknown.err == "没有政策“nowhere”。已加载的有：ordinary-1、strict。\n"
    machine = desk.run("trip", "check", number, "--json")
    assert [each["may_board"] for each in json.loads(machine.out)["lines"]] == [False, True, True]


def test_plan_and_people_are_judged_by_the_policy_that_is_named(desk: Desk, scene: Scene) -> None:
    """The papers of the road, and how many hours a driver may drive, too."""
    ride = ready(scene, 1)
    hours = {"two_drivers_above_km": 100, "speed_kmh": 60}
    asks = {"stamp_required": True, "toll_free": True, "driver_hours": hours}
    road = {
        "version": "road",
        "title": "合成政策：免费通行",
        "valid_from": "2020-01-02",
        "region": "",
    }
    scene.ok(scene.coordinator.post("/v1/policies", road | asks), 201)
    number = str(scene.trip(ride.trip)["number"])
    plan = f"/v1/trips/{ride.trip}/plan-check"
    scene.tell(ride.trip, "policy.switched", policy="strict", reason="合成：通知")
    own = scene.ok(scene.coordinator.get(plan))
    other = scene.ok(scene.coordinator.get(plan, policy="road"))
    assert (own["policy_version"], other["policy_version"]) == ("strict", "road")
    assert other["driving_minutes"] > own["driving_minutes"]
    assert other["drivers_needed"] > own["drivers_needed"]
    assert scene.coordinator.get(plan, policy="nowhere").status_code == 404
    for named, asked in (("strict", False), ("road", True)):
        shown = desk.run("trip", "check", number, "--policy", named).out
        assert ("免费通行证" in shown.splitlines()[-2]) is asked
        assert ("通行证盖章" in shown.splitlines()[-2]) is asked


def test_a_policy_of_another_region_is_warned_of(desk: Desk, scene: Scene) -> None:
    elsewhere = {"version": "sichuan", "title": "合成政策：外省", "region": "51"}
    scene.ok(scene.coordinator.post("/v1/policies", elsewhere), 201)
    ride = ready(scene, 1)
    number = str(scene.trip(ride.trip)["number"])
    warning = "注意：该政策不是本县所在地区的"
    assert warning in desk.run("trip", "check", number, "--policy", "sichuan").out.splitlines()
    assert warning not in desk.run("trip", "check", number, "--policy", "ordinary-1").out
    switch = ("trip", "event", number, "policy.switched", "--at", f"{scene.now:%Y-%m-%dT%H:%M}")
    told = desk.run(*switch, "--data", "policy=sichuan", "--data", "reason=合成：批示")
    assert (told.code, warning in told.out.splitlines()) == (0, True)


def test_what_the_trip_itself_lacks(desk: Desk, scene: Scene) -> None:
    number = str(scene.trip(scene.open_trip(boarding_points=[]))["number"])
    shown = desk.run("trip", "check", number)
    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[2:-2]] == ["县协调员", "县协调员"]
    assert "全车" in lines[2]


def test_a_trip_that_has_ended_is_not_judged_any_more(desk: Desk, world: World) -> None:
    """Its list is empty by then, which would be held against it."""
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    closed = scene.arrived(1)
    scene.hand_over(closed.trip, closed.passengers)
    scene.tell(closed.trip, "trip.closed")
    cancelled = scene.open_trip(hours=48)
    scene.tell(cancelled, "trip.cancelled", reason="合成：取消")
    for trip, name in ((cancelled, "已取消"), (closed.trip, "已归档")):
        number = str(scene.trip(trip)["number"])
        shown = desk.run("trip", "check", number)
        assert (shown.code, shown.out) == (0, f"趟次{name}，不再核验。\n")
        assert "核验：" not in desk.run("trip", "show", number).out
        assert desk.run("trip", "check", number, "--json").code == 0


def test_drivers_that_are_too_few_are_told_with_both_numbers(desk: Desk, scene: Scene) -> None:
    trip = scene.open_trip(distance_km=640, expressway=True, contacts=None)
    shown = desk.run("trip", "check", str(scene.trip(trip)["number"])).out
    assert "驾驶员（按里程要2名，现1名：登记“更换驾驶员”，不写被替换的人）" in shown
    assert "联系人（contacts）" in shown
