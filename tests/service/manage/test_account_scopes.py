"""Accounts that are narrowed to an enterprise, a carrier or trips, by the names that people know."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.factories import PASSWORD, Client, World
from tests.lists import add, make_enterprise, register_elsewhere
from tests.service.manage.conftest import Answer, Program
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables

CODE = "91320583MA1XYTE537"
FACTORY = "苏州合成第1电子有限公司"
NOWHERE = str(UUID(int=9))


@dataclass(frozen=True)
class Registry:
    """What is registered before the accounts are made."""

    factory: str
    carrier: str
    carrier_name: str
    trip: str
    trip_number: str


@pytest.fixture
def registry(world: World, built_scene: Scene) -> Registry:
    scene = built_scene
    factory = {**make_enterprise(world, 1), "name": FACTORY, "credit_code": CODE}
    add(scene.coordinator, "/v1/enterprises", factory)
    for _ in range(2):
        add(scene.coordinator, "/v1/enterprises", _make_site(world, "同名工地"))
    trip = scene.open_trip()
    carrier = scene.coordinator.get(f"/v1/carriers/{scene.carrier_id}").json()
    number = scene.trip(trip)["number"]
    return Registry(factory["id"], str(scene.carrier_id), carrier["name"], str(trip), number)


def _make_site(world: World, name: str) -> dict[str, str]:
    return {"id": str(world.new_id()), "name": name, "kind": "site", "division_code": "320500"}


def create(program: Program, role: str, *scope: str) -> Answer:
    arguments = ("account", "create", "somebody", "--role", role, "--name", "李某某", *scope)
    return program(*arguments, FANGANG_PASSWORD=PASSWORD)


def log_in(world: World, username: str) -> Client:
    body = {"username": username, "password": PASSWORD}
    answer = world.http.post("/v1/login", json=body).json()
    stranger = world.client(Role.AUDITOR)
    return Client(stranger.actor, answer["token"], world.http)


@pytest.mark.parametrize("typed", ["factory", CODE, CODE.lower(), FACTORY, f" {FACTORY}"])
def test_a_receiver_by_name_code_or_id(
    program: Program, world: World, registry: Registry, typed: str
) -> None:
    wanted = registry.factory if typed == "factory" else typed
    assert create(program, "企业接收人", "--enterprise", wanted) == Answer(
        0, "已建立账号 somebody（企业接收人）。\n", ""
    )
    scope = log_in(world, "somebody").get("/v1/me").json()["scope"]
    assert scope["enterprise_id"] == registry.factory
    assert FACTORY in program("account", "list").out


def test_carriers_and_trips_by_name_or_id(program: Program, registry: Registry) -> None:
    made = {
        ("承运单位", "--carrier", registry.carrier_name),
        ("carrier", "--carrier", registry.carrier),
        ("领队", "--trip", registry.trip_number, "--trip", registry.trip),
        ("卫健人员", "--trip", registry.trip_number),
    }
    for number, (role, *scope) in enumerate(sorted(made)):
        arguments = ("account", "create", f"user{number}", "--role", role, "--name", "李某某")
        answer = program(*arguments, *scope, FANGANG_PASSWORD=PASSWORD)
        assert (answer.code, answer.err) == (0, ""), scope
    shown = program("account", "list").out
    assert (registry.carrier_name in shown, registry.trip_number in shown) == (True, True)


WRONG = {
    ("企业接收人", "--enterprise", NOWHERE): [f"没有企业“{NOWHERE}”。"],
    ("企业接收人", "--enterprise", "北京合成"): ["没有企业“北京合成”。"],
    ("企业接收人", "--enterprise", "苏州合成"): ["没有企业“苏州合成”。"],
    ("企业接收人", "--enterprise", "同名工地"): ["名为“同名工地”的不止一家，"],
    ("企业接收人",): ["企业接收人须填企业"],
    ("承运单位", "--carrier", "没有的公司"): ["没有承运单位“没有的公司”。"],
    ("承运单位", "--carrier", NOWHERE): [f"没有承运单位“{NOWHERE}”。"],
    ("领队", "--trip", "P1"): ["没有趟次“P1”。"],
    ("领队", "--trip", NOWHERE): [f"没有趟次“{NOWHERE}”。"],
    ("审计", "--enterprise", FACTORY): ["企业接收人须填企业"],
    ("审计", "--enterprise", "x", "--trip", "y"): [
        *("企业接收人须填企业", "领队可填趟次编号"),
        *("没有企业“x”。", "没有趟次“y”。"),
    ],
}


@pytest.mark.usefixtures("registry")
def test_what_is_not_there_is_said_with_its_code(program: Program) -> None:
    before = program("account", "list").out
    for arguments, messages in WRONG.items():
        answer = create(program, *arguments)
        assert (answer.code, answer.out) == (1, "")
        lines = answer.err.splitlines()
        assert [line.startswith(each) for line, each in zip(lines, messages, strict=True)] == [
            True for _ in messages
        ]
        unknown = [line for line in lines if line.startswith(("没有", "名为"))]
        assert all(line.endswith("[not-found]") for line in unknown)
    assert program("account", "list").out == before
    english = program(
        "--lang", "en", "account", "create", "x9", "--role", "escort", "--name", "李某某",
        "--trip", "P1", FANGANG_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert english.err == "No trip “P1”. See fangang trip list. [not-found]\n"


@pytest.mark.usefixtures("registry")
def test_what_another_county_has_is_not_there(program: Program, world: World) -> None:
    elsewhere = register_elsewhere(world)
    for role, option, named in (
        ("企业接收人", "--enterprise", elsewhere["enterprise_id"]),
        ("承运单位", "--carrier", elsewhere["carrier_id"]),
        ("领队", "--trip", *elsewhere["trip_ids"]),
    ):
        answer = create(program, role, option, named)
        assert (answer.code, answer.out) == (1, "")
        assert f"“{named}”" in answer.err
        assert answer.err.endswith("[not-found]\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_in_chinese_with_every_role(
    world: World, program: Program, registry: Registry, tmp_path: Path, encoding: str
) -> None:
    lines = [
        "账 号,姓 名,角色,所属乡镇,用工企业,承运单位,趟次,输入地,联系电话,密码",
        f"clerk,王经办,乡镇经办,凡河镇,,,,,15400000001,{PASSWORD}",
        f"gate,张经理,企业接收人,,{FACTORY},,,,,{PASSWORD}",
        f"bus,李队长,承运单位,,,{registry.carrier_name},,,,{PASSWORD}",
        f"lead,赵领队,领队,,,,{registry.trip_number}、{registry.trip},,,{PASSWORD}",
        f"bureau,钱科长,输入地人社,,,,,320500,,{PASSWORD}",
    ]
    file = tmp_path / "账号.csv"
    file.write_bytes("\r\n".join(lines).encode(encoding))
    made = program("account", "create-many", str(file))
    assert made == Answer(0, "已建立 5 个账号。\n", "")
    scopes = {name: log_in(world, name).get("/v1/me").json()["scope"] for name in ("gate", "lead")}
    assert scopes["gate"]["enterprise_id"] == registry.factory
    assert scopes["lead"]["trip_ids"] == [registry.trip]


@pytest.mark.usefixtures("registry")
def test_a_line_of_a_file_that_names_nobody(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "账号.csv"
    file.write_text("账号,姓名,角色,企业\ngate,张经理,企业接收人,没有的厂\n", encoding="utf-8")
    answer = program("account", "create-many", str(file))
    assert answer.code == 1
    first, last = answer.err.splitlines()
    assert first.startswith("第2行：没有企业“没有的厂”。")
    assert last == "未建立任何账号。请改正后重新运行。"
