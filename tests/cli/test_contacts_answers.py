"""`fangang contacts-open`, `contacts-answer` and `where`: what is not there is named, and what is."""

from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.factories import World
from tests.service.contacts.test_asking import CASE
from tests.service.trips.scenes import Ride, Scene

NOBODY = UUID(int=7)


@pytest.fixture
def listed(desk: Desk, built_scene: Scene) -> tuple[Ride, dict[str, Any]]:
    """Three on a coach that arrived; the health officer asked about the first of them."""
    scene = built_scene
    ride = scene.arrived(3)
    scene.hand_over(ride.trip, ride.passengers)
    officer = scene.world.client(Role.HEALTH_OFFICER)
    desk.sit_down(officer)
    question = {**CASE, "worker_id": str(ride.workers[0])}
    found: dict[str, Any] = scene.ok(officer.post("/v1/contacts/lists", question))
    return ride, found


def test_the_crew_has_kind_and_name(desk: Desk, listed: tuple[Ride, dict[str, Any]]) -> None:
    rows = [line.split() for line in desk.run("contacts-open", listed[1]["id"]).out.splitlines()]
    assert rows[0][:4] == ["编号", "趟次", "类别", "姓名"]
    assert sorted(row[2] for row in rows[1:]) == ["乘客", "乘客", "领队", "驾驶员"]
    (escort,) = (row for row in rows if row[2] == "领队")
    assert escort[3].endswith("**")
    told = ("contacts-answer", listed[1]["id"], "--line", escort[0], "--status", "已联系到")
    assert desk.run(*told, "--at", "2020-03-24T23:50").code == 0


def test_what_is_not_there_is_named(desk: Desk, listed: tuple[Ride, dict[str, Any]]) -> None:
    kept = listed[1]["id"]
    cases = {
        (kept, "--county", "320583"): (
            "名单里没有现在在 320583 的人。有的县：320500 江苏省苏州市。"
        ),
        (kept, "--county", "3205"): "“3205”不是县代码，请写6位数字，如 320583。",
        (kept, "--line", str(NOBODY)): (
            f"名单里没有这些编号：{NOBODY}。编号见 fangang contacts-open {kept}。"
        ),
        (str(NOBODY), "--county", "320500"): (
            f"没有名单 {NOBODY}。请用 fangang contacts-open 查看名单。"
        ),
        (kept,): "请写明是谁的答复：--county 县代码，或 --line 名单里的编号，只写一种。",
    }
    for words, said in cases.items():
        shown = desk.run("contacts-answer", *words, "--status", "未找到")
        assert (shown.code, shown.out, shown.err) == (2, "", f"{said}\n"), words


NUMBERS = {
    "9-99": "这不是短编号（如 572-4）、身份证号（18位）或手机号（11位）。请核对后再试。",
    "9-9": "“9-9”的末位校验不对，请核对短编号。",
    "990-2": "没有短编号 990-2；也可能不在您的乡镇。",
    str(NOBODY): f"没有编号 {NOBODY}；也可能不在您的乡镇。",
}


@pytest.mark.parametrize(("typed", "said"), NUMBERS.items())
def test_where_of_nobody(world: World, desk: Desk, typed: str, said: str) -> None:
    desk.sit_down(world.client())
    shown = desk.run("where", typed)
    assert (shown.code, shown.out, shown.err) == (2, "", f"{said}\n")
