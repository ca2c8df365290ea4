"""`fangang trace` against a real server."""

import re

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.cli.trip_scenes import Coach, LoadedCoach
from tests.factories import World, make_name


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    return built_coach.seen_from(desk)


def names_of(out: str) -> list[str]:
    """What happened, line by line."""
    lines = [line for line in out.splitlines()[1:] if not line.startswith("    ")]
    return [line.split("  ", 1)[1] for line in lines]


def test_a_trip(coach: Coach) -> None:
    coach.drive_off()
    shown = coach.desk.run("trace", "trip", coach.number)
    assert (shown.code, shown.err) == (0, "")
    told = names_of(shown.out)
    assert shown.out.startswith(f"轨迹（北京时间）：{len(told)} 条\n")
    # The clock stood still while the list was made: of what happened at once any may be first.
    driver = make_name(300)[0]
    opened = f"驾驶员 {driver}**，交接点 厂门0，编号 {coach.number}，车辆 辽M12345，可坐 45"
    assert told.count(f"建立趟次  {opened}") == 1
    assert (
        told.count(
            f"编入专车  {make_name(0)[0]}**（1号座）  1号座，上车点 凡河镇政府，交给 输入地人社局，"
            "交接点 厂门0，类别 务工"
        )
        == 1
    )
    assert told[-1] == "发车  车上人数 3"
    assert {line.partition("  ")[0] for line in told} == {
        *("建立趟次", "编入专车", "锁定名册", "点名", "上车", "发车")
    }


RAW = re.compile(r"[a-z]+_[a-z_]+")


def test_nothing_is_told_by_the_name_of_its_field(coach: Coach) -> None:
    """Neither what was said nor what the system decided with it."""
    scene, trip = coach.scene, coach.trip_id
    call = {"person": "王", "post": "科长", "approved_at": scene.now.isoformat()}
    scene.tell(trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    scene.tell(trip, "filing.acknowledged", channel="telephone", unit="苏州市人社局", **call)
    scene.tell(trip, "manifest.locked")
    scene.tell(trip, "trip.boarding_opened")
    scene.board(trip, coach.passengers)
    scene.tell(trip, "trip.departed", aboard=3)
    shown = coach.desk.run("trace", "trip", coach.number)
    assert "函告输入地" in shown.out
    assert RAW.findall("\n".join(names_of(shown.out))) == []


def test_what_came_late_and_what_was_reversed_is_marked(coach: Coach) -> None:
    coach.drive_off()
    scene, trip = coach.scene, coach.trip_id
    wrong = scene.event("stop.begun", mode="afterwards", place="错的服务区")
    scene.world.clock.advance(hours=2, minutes=5)
    scene.send(trip, wrong)
    scene.tell(trip, "event.reversed", event_id=wrong["id"], reason="记错了")
    told = names_of(coach.desk.run("trace", "trip", coach.number).out)
    assert told[-2:] == [
        "停靠  [迟录2小时5分]  [已冲正]",
        f"冲正  冲正对象 …{wrong['id'][-8:]}，被冲正 停靠",
    ]


def test_a_worker_from_the_rosters_row(desk: Desk, world: World) -> None:
    clerk, coordinator = world.client(Role.TOWNSHIP_CLERK), world.client()
    desk.sit_down(clerk)
    write_roster(desk.folder / "凡河镇花名册.xlsx", {"东兴村": [make_line(1), make_line(2)]})
    assert desk.roster("凡河镇花名册.xlsx", "--yes").code == 0
    worker = coordinator.get("/v1/demands").json()["items"][1]["worker_id"]
    shown = desk.run("trace", "worker", worker)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0] == "来源："
    assert "  凡河镇  文件“凡河镇花名册.xlsx” 表“东兴村” 第" in lines[1]
    assert "新增" in lines[1].split("  ")
    assert shown.err.startswith("封存的内容")


def test_a_worker_on_the_way_with_and_without_sealed_details(coach: Coach) -> None:
    coach.drive_off()
    scene, trip, passenger = coach.scene, coach.trip_id, coach.passengers[0]
    worker = scene.people(trip)[str(passenger)]["worker_id"]
    place = "合成服务区"
    scene.tell(trip, "passenger.left", passenger_id=passenger, place=place)
    plain = coach.desk.run("trace", "worker", worker)
    told = names_of(plain.out)
    assert [line.split("  ")[:2] for line in told] == [
        [coach.number, name] for name in ("编入专车", "点名", "上车", "发车", "途中离开")
    ]
    assert (place in plain.out, "证件 身份证" in plain.out) == (False, True)
    opened = coach.desk.run("trace", "worker", worker, "--reason", "家属来电核实")
    assert (opened.code, opened.err) == (0, "")
    assert names_of(opened.out)[-1] == f"{coach.number}  途中离开  地点 {place}"
    account = scene.coordinator.actor.account_id
    recorded = scene.world.list_bodies(StreamKind.ACCOUNT, account)[-1]
    assert (recorded["kind"], recorded["data"]["worker_id"]) == ("access.revealed", worker)


def test_a_vehicle_by_its_plate(coach: Coach) -> None:
    coach.drive_off()
    shown = coach.desk.run("trace", "vehicle", "辽M12345")
    assert shown.code == 0
    happened = [line.removeprefix(f"{coach.number}  ") for line in names_of(shown.out)]
    assert sorted(line.partition("  ")[0] for line in happened) == [
        *("发车", "建立趟次", "登记车辆", "锁定名册")
    ]
    assert coach.desk.run("trace", "vehicle", str(coach.scene.vehicle_id)).out == shown.out
    unknown = coach.desk.run("trace", "vehicle", "辽M99999")
    assert (unknown.code, unknown.err) == (2, "没有车辆“辽M99999”。请核对车牌。\n")


def test_the_json_is_the_apis(coach: Coach) -> None:
    answer = coach.scene.coordinator.get(f"/v1/trips/{coach.trip_id}/trace").json()
    assert coach.desk.run("trace", "trip", coach.number, "--json").json == answer


def test_an_escort_traces_nobody(coach: Coach) -> None:
    coach.seat_escort()
    shown = coach.desk.run("trace", "trip", coach.number)
    assert (shown.code, shown.out, "[permission-denied]" in shown.err) == (4, "", True)


def test_a_worker_is_named_by_the_id(coach: Coach) -> None:
    shown = coach.desk.run("trace", "worker", "张三")
    assert (shown.code, shown.err) == (2, "“张三”不是编号。\n")
