"""`fangang trip plan` against a real server."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.cli.client_commands import Desk
from tests.factories import World
from tests.service.trips.scenes import Scene

LACKING = (
    "还没登记：包车客运标志牌（charter_sign_number）、包车合同（contract_number）、"
    "承运人责任险（liability_number）。"
)


def test_drivers_and_rest_plan(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    trip = scene.open_trip(distance_km=640, expressway=True)
    number = scene.trip(trip)["number"]
    shown = desk.run("trip", "plan", number)
    assert (shown.code, shown.err) == (0, "")
    assert [line.split() for line in shown.out.splitlines()] == [
        ["要", "2", "名驾驶员，现", "1", "名：登记“更换驾驶员”，不写被替换的人。"],
        ["驾驶约8.0小时，每人24小时内不超过8小时：1", "名。"],
        ["单程640公里，超过600公里：2", "名。"],
        ["从", "到", "建议"],
        ["2020-03-24", "09:00", "2020-03-24", "13:00", "第1名驾驶员"],
        ["2020-03-24", "13:00", "2020-03-24", "13:20", "停车休息、换驾驶员"],
        ["2020-03-24", "13:20", "2020-03-24", "17:20", "第2名驾驶员"],
        ["按此方案", "2020-03-24", "17:20", "抵达。"],
        ["缺：驾驶员。"],
        [LACKING],
    ]
    assert desk.run("trip", "plan", number, "--json").json["drivers_needed"] == 2


def test_a_plan_without_distance(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    trip = scene.open_trip(distance_km=None)
    assert desk.run("trip", "plan", str(trip)).out == (
        f"驾驶员 1 名。\n缺：里程（distance_km）。\n{LACKING}\n"
    )


def test_the_list_of_the_insured(desk: Desk, world: World, tmp_path: Path) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    ride = scene.locked(2, passenger_insurance_number="YW-7")
    number, path = scene.trip(ride.trip)["number"], tmp_path / "名单.xlsx"
    command = ("trip", "insured", number, "-o", str(path), "--purpose", "投保")
    shown = desk.run(*command)
    assert shown.code == 0, shown.err
    assert shown.out == f"被保险人名单已写到：{path}（2 人，名册第 1 版）\n"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("被保险人名单").to_python()
    assert [row[0] for row in rows] == ["序号", "1", "2", ""]
    assert [len(str(row[2])) for row in rows[1:3]] == [18, 18]
    assert "保险单 YW-7" in str(rows[3][1])
    again = desk.run(*command, "--force", "--since", "1", "--json")
    assert again.json == {"file": str(path), "trip": number, "version": 1, "people": 0}


def test_what_comes_next_after_a_fever_is_printed(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    ride = scene.departed(1)
    number = scene.trip(ride.trip)["number"]
    at = ("--at", "2020-03-24T09:05", "--afterwards")
    scene.world.clock.advance(minutes=10)
    scene.tell(ride.trip, "vehicle.ventilated")
    seat = ("--seat", "1", "--data", "what=fever", "--data", "temperature=38.5", *at)
    shown = desk.run("trip", "event", number, "记录情况", *seat)
    assert shown.code == 0, shown.err
    steps = [line.split("：")[0] for line in shown.out.splitlines() if line.startswith("  ")]
    assert steps == [
        "  停内循环、开窗通风（已登记）",
        "  报告县值班电话和承运单位",
        "  移交就近留验站",
        "  座位周围消毒",
        "  由卫生健康部门决定是否继续行驶",
    ]
    told = desk.run(
        *("trip", "event", number, "发放物资", "--data", "items=口罩、体温计"),
        *("--data", "quantities=60,2", *at),
    )
    assert told.code == 0, told.err
