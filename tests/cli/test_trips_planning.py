"""`fangang trip plan` against a real server."""

from tests.cli.client_commands import Desk
from tests.factories import World
from tests.service.trips.scenes import Scene


def test_drivers_and_rest_plan(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    trip = scene.open_trip(distance_km=640, expressway=True)
    number = scene.trip(trip)["number"]
    shown = desk.run("trip", "plan", number)
    assert (shown.code, shown.err) == (0, "")
    assert [line.split() for line in shown.out.splitlines()] == [
        ["要", "2", "名驾驶员，现", "1", "名。"],
        ["驾驶约8.0小时，每人24小时内不超过8小时：1", "名。"],
        ["单程640公里，超过600公里：2", "名。"],
        ["从", "到", "建议"],
        ["2020-03-24", "09:00", "2020-03-24", "13:00", "第1名驾驶员"],
        ["2020-03-24", "13:00", "2020-03-24", "13:20", "停车休息、换驾驶员"],
        ["2020-03-24", "13:20", "2020-03-24", "17:20", "第2名驾驶员"],
        ["按此方案", "2020-03-24", "17:20", "抵达。"],
        ["缺：驾驶员。"],
    ]
    assert desk.run("trip", "plan", number, "--json").json["drivers_needed"] == 2


def test_a_plan_without_distance(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    trip = scene.open_trip(distance_km=None)
    assert desk.run("trip", "plan", str(trip)).out == "驾驶员 1 名。\n缺：里程。\n"
