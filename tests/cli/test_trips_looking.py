"""`fangang trip list`, `show`, `passengers`, `aboard` against a real server."""

import pytest
from python_calamine import CalamineWorkbook

from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.cli.trip_scenes import Coach, LoadedCoach
from tests.factories import World, make_name
from tests.service.trips.scenes import Scene
from tests.service.trips.test_between import move_one


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    return built_coach.seen_from(desk)


def columns(line: str) -> list[str]:
    return [part.strip() for part in line.split("  ") if part.strip()]


def test_the_board(coach: Coach) -> None:
    other = coach.scene.open_trip(hours=48)
    coach.scene.tell(coach.trip_id, "manifest.locked")
    shown = coach.desk.run("trip", "list")
    assert (shown.code, shown.err) == (0, "")
    assert [columns(line) for line in shown.out.splitlines()] == [
        ["趟次", "状态", "计划发车", "车牌", "人数/座位", "在车", "需要处理"],
        [
            coach.scene.trip(other)["number"],
            "方案齐备",
            "2020-03-26 09:00",
            "辽M12345",
            "0/45",
            "0",
        ],
        [coach.number, "名册锁定", "2020-03-24 09:00", "辽M12345", "3/45", "0", "有人未通知到 3"],
    ]


def test_the_board_is_narrowed_by_state_batch_and_need(coach: Coach) -> None:
    coach.scene.tell(coach.trip_id, "manifest.locked")
    run = coach.desk.run
    batch, number = str(coach.scene.batch_id), coach.scene.trip(coach.trip_id)["batch_number"]
    assert [each["number"] for each in run("trip", "list", "--json").json["items"]] == [
        coach.number
    ]
    assert len(run("trip", "list", "--state", "名册锁定", "--batch", batch).out.splitlines()) == 2
    assert run("trip", "list", "--state", "draft").err == "没有趟次。\n"
    assert len(run("trip", "list", "--attention", "--batch", number).out.splitlines()) == 2
    told = {"channel": "telephone", "outcome": "reached"}
    for each in coach.passengers:
        coach.scene.tell(coach.trip_id, "passenger.notified", passenger_id=each, **told)
    assert run("trip", "list", "--attention").err == "没有趟次。\n"
    assert run("trip", "list", "--batch", str(coach.trip_id)).err == "没有趟次。\n"
    unknown = run("trip", "list", "--state", "路上")
    assert (unknown.code, unknown.err.startswith("没有状态“路上”。可用：draft 草拟、")) == (2, True)
    assert run("trip", "list", "--batch", "7").err == "没有趟次。\n"


def test_an_escort_sees_the_own_trip_only(coach: Coach) -> None:
    coach.seat_escort()
    coach.scene.open_trip(hours=48)
    lines = coach.desk.run("trip", "list").out.splitlines()
    assert [columns(line) for line in lines] == [
        ["趟次", "状态", "计划发车", "车牌", "人数/座位", "在车", "需要处理"],
        [
            *(coach.number, "方案齐备", "2020-03-24 09:00", "辽M12345", "3/45", "0"),
            "12小时内发车，名册未锁、有人未通知到 3",
        ],
    ]


def test_people_who_were_carried_stay_on_the_board(coach: Coach) -> None:
    """Nobody holds a place after the gate; the trip is not empty for that."""
    coach.drive_off()
    coach.scene.world.clock.advance(hours=14)
    coach.scene.tell(coach.trip_id, "trip.arrived")
    coach.scene.hand_over(coach.trip_id, coach.passengers)
    lines = coach.desk.run("trip", "list").out.splitlines()
    assert columns(lines[1])[4:6] == ["3/45", "0"]


def test_one_trip_in_full(coach: Coach) -> None:
    coach.drive_off()
    shown = coach.run("show")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[:20] == [
        f"{coach.number}  在途  名册第 1 版",
        f"编号：{coach.trip_id}",
        f"批次：P-{coach.scene.batch_id.hex[-6:]}",
        "目的地：江苏省苏州市",
        "车牌：辽M12345",
        "路线：390 公里",
        "上车点：1. 凡河镇政府",
        "交接点：1. 厂门0",
        "人数/座位：3/45",
        "领队：合成领队 15499000001",
        lines[10],
        "计划发车：2020-03-24 09:00",
        "实际发车：2020-03-24 09:00",
        "预计抵达：2020-03-24 23:00",
        "人员：已上车 3",
        "人数平衡：",
        "  厂门0：上车3 = 0；未平3",
        "  全车：上车3 = 0；未平3",
        "例外：0",
        lines[19],
    ]
    assert lines[10].startswith("驾驶员：")
    assert lines[19].startswith("接下来可以：")
    assert {"抵达", "途中离开"} - set(lines[19].removeprefix("接下来可以：").split("、")) == set()


def test_open_exceptions_are_named_with_the_person(coach: Coach) -> None:
    scene, trip = coach.scene, coach.trip_id
    event = scene.event("passenger.boarded", mode="afterwards", passenger_id=coach.passengers[1])
    scene.send(trip, event)
    lines = coach.run("show").out.splitlines()
    start = lines.index("例外：1")
    assert lines[start + 1] == f"  2 {make_name(1)[0]}**：名册未锁定"
    assert lines[start + 2] == f"    名册未锁定  事件 {event['id']}"


def test_who_is_in_nobodys_hands(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    assert desk.run("trip", "between").err == "没有无人负责的人员。\n"
    moved = move_one(scene)
    lines = [columns(line) for line in desk.run("trip", "between").out.splitlines()]
    numbers = [scene.trip(each.trip)["number"] for each in (moved.ride, moved.other)]
    assert lines[0] == ["姓名", "原趟次", "转入趟次", "自"]
    assert [lines[1][1:], len(lines)] == [[*numbers, "2020-03-24 11:00"], 2]
    [one] = desk.run("trip", "between", "--json").json["items"]
    assert one["worker_id"] == str(moved.worker)
    needing = desk.run("trip", "list", "--attention").out
    assert needing.count("换乘后未见上车") == 2
    assert (
        f"无人负责：{lines[1][0]}，{numbers[0]} → {numbers[1]}，"
        in desk.run("trip", "show", numbers[0]).out
    )


def test_a_stranger_who_was_moved_is_named_by_the_end_of_an_id(desk: Desk, world: World) -> None:
    scene = Scene(world)
    desk.sit_down(scene.coordinator)
    ride, other = scene.departed(1), scene.open_trip(hours=30)
    who = {"passenger_id": world.new_id()}
    scene.tell(ride.trip, "passenger.found_aboard", **who, unregistered=True)
    scene.tell(ride.trip, "passenger.moved", **who, to_trip_id=other)
    name = f"未登记人员 …{str(who['passenger_id'])[-8:]}"
    assert columns(desk.run("trip", "between").out.splitlines()[1])[0] == name
    shown = desk.run("trip", "show", scene.trip(other)["number"])
    assert f"无人负责：{name}，" in shown.out


def test_somebody_in_no_registry_has_the_end_of_an_id(coach: Coach) -> None:
    coach.drive_off()
    told = coach.tell("名单外在车", "--data", "unregistered=是", "--data", "seat=9")
    assert (told.code, told.err) == (0, "")
    person = list(coach.scene.people(coach.trip_id))[-1]
    assert f"未登记人员 …{person[-8:]}" in coach.run("passengers").out
    assert f"未登记人员 …{person[-8:]}：" in coach.run("show").out
    assert f"未登记人员 …{person[-8:]}" in coach.run("aboard", "--at", coach.at).out


def test_in_english(coach: Coach) -> None:
    lines = coach.run("show", "--lang", "en").out.splitlines()
    assert lines[0] == f"{coach.number}  plan ready  list not locked"
    assert "People: listed 3" in lines
    assert "  whole trip: carried 0 = 0; open 0" in lines


def test_the_json_is_the_apis(coach: Coach) -> None:
    assert coach.run("show", "--json").json == coach.scene.trip(coach.trip_id)
    people = list(coach.scene.people(coach.trip_id).values())
    assert coach.run("passengers", "--json").json == people


def test_an_unknown_trip_names_the_next_step(coach: Coach) -> None:
    shown = coach.desk.run("trip", "show", "T-404")
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == "没有趟次“T-404”。请用 fangang trip list 查看趟次。\n"


def test_passengers_are_masked_with_seat_state_and_custody(coach: Coach) -> None:
    coach.drive_off()
    lines = [columns(line) for line in coach.run("passengers").out.splitlines()]
    assert lines[0] == ["座位", "姓名", "类别", "状态", "责任方", "自", "通知", "例外", "编号"]
    assert lines[1:] == [
        [
            *(str(place + 1), f"{make_name(place)[0]}**", "务工", "已上车", "领队"),
            *("2020-03-24 08:00", str(coach.passengers[place])),
        ]
        for place in range(3)
    ]


def test_a_notice_shows_what_came_back(coach: Coach) -> None:
    coach.scene.tell(
        coach.trip_id,
        "passenger.notified",
        passenger_id=coach.passengers[0],
        channel="telephone",
        outcome="reached",
    )
    line = coach.run("passengers").out.splitlines()[1]
    assert columns(line)[5:7] == ["2020-03-24 08:00", "已通知到"]


def test_who_sat_where(coach: Coach) -> None:
    coach.drive_off()
    shown = coach.run("aboard", "--at", "2020-03-24 10:00")
    lines = shown.out.splitlines()
    assert lines[0] == "2020-03-24 10:00（北京时间）车上 3 人  辽M12345"
    assert [columns(line)[:3] for line in lines[2:]] == [
        [str(place + 1), f"{make_name(place)[0]}**", "2020-03-24 08:00"] for place in range(3)
    ]
    assert coach.run("aboard", "--at", "2020-03-24T07:00").out == (
        "2020-03-24 07:00（北京时间）车上 0 人  辽M12345\n"
    )
    unreadable = coach.run("aboard", "--at", "十点")
    assert (unreadable.code, unreadable.err) == (
        2,
        "时间“十点”读不出来，请写成 2020-03-24T10:00（北京时间）。\n",
    )


def test_another_coach_on_the_way(coach: Coach) -> None:
    """Each question is answered with the vehicle of its moment; a seat that it lacks has no label."""
    coach.drive_off()
    scene = coach.scene
    far = {"passenger_id": coach.passengers[2], "seat_row": 9, "seat_column": 1}
    scene.tell(coach.trip_id, "passenger.seat_changed", **far)
    scene.world.clock.advance(hours=2)
    scene.make_vehicle("辽M30030", rows=8)
    assert coach.tell("更换车辆", "--data", "vehicle_id=辽M30030").code == 0
    begun = coach.at.replace("T", " ")
    ran = f"辽M12345（至{begun}）；辽M30030（{begun}起）"
    assert f"车牌：{ran}" in coach.run("show").out.splitlines()
    before, after = (
        coach.run("aboard", "--at", at).out.splitlines()
        for at in ("2020-03-24 10:00", "2020-03-24 12:00")
    )
    assert (before[0].split()[-1], after[0].split()[-1]) == ("辽M12345", "辽M30030")
    assert [columns(each[-1])[0] for each in (before, after)] == ["33", "第9排第1座"]
    assert columns(coach.run("passengers").out.splitlines()[-1])[0] == "9-1?"
    coach.run("manifest", "-o", "名册.xlsx", "--purpose", "随车名册")
    rows = CalamineWorkbook.from_path(coach.desk.folder / "名册.xlsx").get_sheet_by_index(0)
    assert f"车牌：{ran}" in [cell for row in rows.to_python() for cell in row]
    traces = [coach.desk.run("trace", "vehicle", plate).out for plate in ("辽M12345", "辽M30030")]
    assert ["发车" in each for each in traces] == [True, False]
    assert ["更换车辆" in each for each in traces] == [True, True]


def test_without_a_login_the_next_step_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FANGANG_TOKEN", raising=False)
    shown = desk.run("trip", "list")
    assert (shown.code, shown.err) == (4, "尚未登录。请先登录：fangang login\n")


def test_a_clerk_sees_no_trips(desk: Desk, world: World) -> None:
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    shown = desk.run("trip", "list")
    assert (shown.code, shown.out, "[permission-denied]" in shown.err) == (4, "", True)


def test_an_approval_by_telephone_that_waits_is_shown(coach: Coach) -> None:
    coach.scene.tell(coach.trip_id, "trip.filed", channel="letter", recipient_unit="人社局")
    call = {"person": "陈", "post": "科长", "approved_at": coach.scene.now.isoformat()}
    told = coach.scene.tell(
        coach.trip_id, "filing.acknowledged", channel="telephone", unit="人社局", **call
    )
    shown = coach.desk.run("trip", "show", coach.number)
    assert f"待批准人确认的电话批准：{told['id']}" in shown.out.splitlines()


def test_what_could_not_be_read_is_counted(coach: Coach) -> None:
    scene = coach.scene
    assert "无法识别" not in coach.desk.run("trip", "show", coach.number).out
    newer = [scene.event("trip.levitated") for _ in range(2)]
    scene.send(coach.trip_id, *newer)
    shown = coach.desk.run("trip", "show", coach.number)
    counted = "无法识别的事件：2（未登记，原文已封存备查；用 fangang trip unread 查看）"
    assert counted in shown.out.splitlines()
    english = coach.desk.run("trip", "show", coach.number, "--lang", "en")
    assert "events that could not be read: 2 (not recorded, kept sealed: " in english.out
    listed = coach.run("unread").out.splitlines()
    assert columns(listed[0]) == ["收到", "第几条", "无法识别的字段", "事件编号", "编号"]
    assert [columns(line)[1:4] for line in listed[1:]] == [
        [str(place), "kind", each["id"]] for place, each in enumerate(newer, start=1)
    ]
    one = columns(listed[1])[-1]
    shown = coach.run("unread", "--show", one)
    assert (shown.code, shown.out.splitlines()[0]) == (0, "原文：")
    assert '"trip.levitated"' in shown.out
    assert coach.run("unread", "--show", one, "--json").json["id"] == one
    assert len(coach.run("unread", "--json").json["items"]) == 2
