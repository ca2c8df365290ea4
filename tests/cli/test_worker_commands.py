"""`fangang worker show`, `set` and `withdraw` against a real server."""

from uuid import UUID

import pytest

from cli.exits import CommandError
from cli.workers.changing import read_change, read_reason
from schemas.events.payloads_records import WithdrawalReason
from schemas.permissions import Role
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.factories import World, make_id_number, make_phone
from tests.registry import enter_demands, enter_workers, make_values
from tests.service.trips.scenes import Scene

NOW = "2020-03-24T08:00"
CHANGES: list[tuple[str, dict[str, object]]] = [
    ("手机号码=15400001234", {"phone": "15400001234"}),
    ("phone＝154 0000 1234", {"phone": "154 0000 1234"}),
    ("联系电话 = 15400001234\n\n 村 = 东兴村 ", {"phone": "15400001234", "village": "东兴村"}),
    ("其他电话=024-74840000、15400000002", {"other_phones": ["024-74840000", "15400000002"]}),
    ("务工地=\n备注=a=b", {"destination": None, "remark": "a=b"}),
    ("监护人身份证号=x", {"guardian_id": "x"}),
    ("人员类型=家属", {"person_role": "家属"}),
]


@pytest.mark.parametrize(("typed", "expected"), CHANGES)
def test_lines_are_fields_and_values(typed: str, expected: dict[str, object]) -> None:
    assert read_change(typed.splitlines(), "…") == expected


WRONG_LINES = [
    ("手机号码15400005678", "第1行没有等号"),
    ("15400005678=手机号码", "第1行的“154****5678”不能更正或认不出"),
    ("村=甲村\n座右铭=勤", "第2行的“座右铭”不能更正"),
    ("手机=1\n电话=2", "“电话”写了两次"),
    ("身份证号=211221197805123417", "身份证号不能改"),
    ("健康状况=好", "第1行的“健康状况”不能更正"),
]


@pytest.mark.parametrize(("typed", "said"), WRONG_LINES)
def test_a_wrong_line_is_named_without_its_value(typed: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        read_change(typed.splitlines(), "…")
    assert said in refused.value.message
    assert refused.value.exit_code == 2
    assert [
        value for value in ("15400005678", "211221197805123417") if value in refused.value.message
    ] == []


@pytest.mark.parametrize("reason", WithdrawalReason)
def test_reasons_in_both_languages(reason: WithdrawalReason) -> None:
    issue = {
        "not_going": "不去了",
        "self_travelled": "已自行返岗",
        "employed_nearby": "已就近就业",
        "duplicate": "重复",
        "deceased": "去世",
    }
    for said in (reason.value, issue[reason.value]):
        assert read_reason(said, undo=False) is reason


@pytest.mark.parametrize(("reason", "undo"), [("", False), ("生病", False), ("重复", True)])
def test_a_reason_is_needed_and_known(reason: str, *, undo: bool) -> None:
    with pytest.raises(CommandError) as refused:
        read_reason(reason, undo=undo)
    assert refused.value.exit_code == 2


def test_show_set_withdraw_and_back(world: World, desk: Desk) -> None:
    clerk = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(clerk)
    line = make_line(1)
    write_roster(desk.folder / "凡河镇花名册.xlsx", {"东兴村": [line]})
    assert desk.roster("凡河镇花名册.xlsx", "--yes").code == 0
    worker = clerk.get("/v1/workers").json()["items"][0]["id"]
    shown = desk.run("worker", "show", worker)
    lines = shown.out.splitlines()
    number = f"{line['id_number'][:6]}********{line['id_number'][-4:]}"
    assert lines[:4] == [
        f"李**  {number}  男  务工",
        "凡河镇  东兴村  电话 154****0001（能联系上）",
        f"状态：正常  短编号 1-3  编号 {worker}  第1版",
        "出行需求：待安排  江苏省苏州市  合成电子有限公司  2020-03-26",
    ]
    assert "文件“凡河镇花名册.xlsx” 表“东兴村” 第3行  新增" in lines[5]

    assert desk.run("worker", "show", "1-3").out == shown.out
    slip = desk.run("worker", "show", "1-5")
    assert (slip.code, slip.err) == (2, "“1-5”的末位校验不对，请核对短编号。\n")
    assert desk.run("worker", "show", "9-2").code == 2  # nobody has it

    done = desk.run("worker", "set", worker, typed="手机号码=15400007777\n拟出发日期=2020/3/30\n")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "已更正：拟出发日期、电话（第2版）"
    same = desk.run("worker", "set", worker, typed="手机号码=15400007777\n")
    assert (same.code, same.out, same.err) == (0, "", "与登记的一致，没有改动。\n")
    wrong = desk.run("worker", "set", worker, typed="手机号码=1540000\n")
    assert (wrong.code, wrong.err) == (
        2,
        "没有改动任何内容，请改正后重来：\n  电话：不是有效的手机或座机号码\n",
    )

    gone = desk.run("worker", "withdraw", worker, "--at", NOW, "--reason", "不去了")
    assert gone.code == 0
    assert gone.out.splitlines()[0].startswith("已撤出：李**，不去了。登记错了可以恢复：")
    assert gone.out.splitlines()[1] == "出行需求已取消。"
    told = desk.run("worker", "show", worker)
    assert "状态：已撤出（" in told.out
    assert "出行需求：已取消" in told.out
    silent = desk.run("worker", "withdraw", worker, "--at", NOW, "--undo", typed="\n")
    assert silent.code == 2
    back = desk.run("worker", "withdraw", worker, "--at", NOW, "--undo", typed="登记错人\n")
    assert (back.code, back.out) == (0, "已恢复：李**。\n出行需求重新待安排。\n")
    twice = desk.run("worker", "withdraw", worker, "--at", NOW, "--undo", typed="登记错人\n")
    assert (twice.code, twice.err) == (2, "李** 没有撤出，不用恢复。\n")
    trace = desk.run("trace", "worker", worker).out
    assert "更正登记  修改项 拟出发日期、电话" in trace
    assert "撤出  出行需求 已取消  [已冲正]" in trace
    secrets = (line["name"], line["id_number"], line["phone"], "15400007777", "登记错人")
    for each in (shown, done, same, wrong, gone, told, back):
        assert [secret for secret in secrets if secret in each.out + each.err] == []
        assert (each.out + each.err).encode("gbk")


def test_a_withdrawn_person_with_a_seat_is_the_coordinators(world: World, desk: Desk) -> None:
    scene = Scene(world)
    (worker,) = scene.make_workers()
    enter_demands(world, [worker])
    trip = scene.open_trip()
    (passenger,) = scene.assign(trip, [worker])
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    gone = desk.run("worker", "withdraw", worker, "--at", NOW, "--reason", "deceased")
    assert gone.code == 0
    assert f"trip event {trip} 移出名册 --passenger {passenger}" in gone.err
    desk.sit_down(scene.coordinator)
    number = scene.trip(trip)["number"]
    again = desk.run("worker", "withdraw", worker, "--at", NOW, "--reason", "去世", "--lang", "en")
    command = again.err.strip().rpartition("fangang ")[2].split()
    assert command[:4] == ["trip", "event", number, "passenger.unassigned"]
    assert desk.run(*command, "--at", NOW).code == 0
    assert "出行需求：已取消" in desk.run("worker", "show", worker).out
    shown = desk.run("worker", "show", worker, "--json").json
    assert (shown["withdrawn"], shown["holds"], shown["origins"]) == (True, 0, [])


def test_another_townships_people_are_not_found(world: World, desk: Desk) -> None:
    (theirs,) = enter_workers(world, [make_values(1)], township="211221101")
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    for command in (("show",), ("set",), ("withdraw", "--reason", "重复"), ("withdraw", "--undo")):
        shown = desk.run("worker", command[0], theirs, *command[1:], typed=f"备注={make_phone(1)}")
        assert (shown.code, shown.out, "[not-found]" in shown.err) == (2, "", True), command
    assert desk.run("worker", "show", "张三").code == 2


def test_the_officer_sees_what_the_role_may_see(world: World, desk: Desk) -> None:
    """Health has no demands; why somebody is held is told to nobody here."""
    number = make_id_number(birth="2005-05-12")
    (worker,) = enter_workers(world, [make_values(1, id_number=number)])
    officer = world.client(Role.HEALTH_OFFICER)
    hold = {"action": "held", "hold_id": str(world.new_id()), "reason": "密接"}
    hold |= {"reason_class": "health"}
    event = {
        "id": str(world.new_id()),
        "kind": "worker.travel_changed",
        "occurred_at": world.clock.now.isoformat(),
        "data": hold,
    }
    assert officer.post(f"/v1/workers/{UUID(str(worker))}/events", {"events": [event]}).is_success
    desk.sit_down(officer)
    shown = desk.run("worker", "show", worker)
    assert "状态：暂缓出行" in shown.out
    assert "2021-05-12 满16周岁" in shown.out
    assert ("出行需求" in shown.out, "密接" in shown.out) == (False, False)
    assert desk.run("worker", "show", worker, "--json").json["demands"] is None
