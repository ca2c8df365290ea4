"""Three feeds, one person: scenario 6 of the field, through commands and the API only."""

from pathlib import Path
from typing import Any

import openpyxl

from schemas.permissions import Role
from tests.cli.client_commands import DAY, Desk, make_line, write_roster
from tests.cli.workbook_factories import make_xlsx
from tests.factories import Client, World, make_id_number
from tests.lists import add, make_credit_code, make_enterprise

NANYANG = "411302"
XINTAIZI = "211221101"
_COLUMNS = ("员工姓名", "身份证号", "联系电话", "滞留地", "计划返岗日期")


def _write_staff(path: Path, people: list[dict[str, Any]]) -> None:
    rows = [
        [each["name"], each["id_number"], each["phone"], "湖北省武汉市", "2020-03-28"]
        for each in people
    ]
    path.write_bytes(make_xlsx({"滞留员工": [["滞留员工情况表"], list(_COLUMNS), *rows]}))


def _import_roster(world: World, desk: Desk, name: str, people: list[Any], township: str) -> Client:
    clerk = world.client(Role.TOWNSHIP_CLERK, township=township)
    desk.sit_down(clerk)
    write_roster(desk.folder / name, {"东兴村": people})
    assert desk.roster(name, "--yes").code == 0
    return clerk


def _read_book(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return [[str(cell) for cell in row if cell] for row in sheet.iter_rows(values_only=True)]


def test_an_enterprises_list_meets_the_rosters(world: World, desk: Desk) -> None:
    """Scenario 6: 企业平台填的滞留员工和乡镇名册自动对上，对不上的列给县里逐个打电话。"""
    known, elsewhere = [make_line(1), make_line(2)], make_line(3)
    _import_roster(world, desk, "凡河镇.xlsx", known, "211221105")
    _import_roster(world, desk, "新台子镇.xlsx", [elsewhere], XINTAIZI)
    ours = make_line(4)
    stranger = make_line(5, id_number=make_id_number(sequence=5, area=NANYANG))
    coordinator = world.client()
    enterprise_id = add(coordinator, "/v1/enterprises", make_enterprise(world))

    factory = world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=enterprise_id)
    _write_staff(desk.folder / "滞留员工.xlsx", [*known, elsewhere, ours, stranger])
    receipt = _send_list(desk, factory)

    desk.sit_down(coordinator)
    status = desk.run("enterprise", "staff", "status", receipt)
    assert status.out.endswith("对上 3 人（补充资料 3 人），未对上 2 人\n")
    assert _list_matches(desk) == [
        ("matched", "凡河镇"),
        ("matched", "凡河镇"),
        ("matched", "新台子镇"),
        ("unmatched", None),
        ("unmatched", None),
    ]
    (person,) = _chase(desk)
    assert (person["name"], person["phone"]) == (ours["name"], ours["phone"])
    _check_letter(desk, stranger)

    world.clock.advance(hours=1)
    _import_roster(world, desk, "凡河镇补报.xlsx", [ours], "211221105")
    desk.sit_down(coordinator)
    assert _chase(desk) == []
    assert _list_matches(desk)[3:] == [("matched", "凡河镇"), ("unmatched", None)]
    found = coordinator.post("/v1/workers/search", {"id_number": ours["id_number"]}).json()
    trace = desk.run("trace", "worker", found["items"][0]["id"])
    origins = trace.out.splitlines()[1:3]
    assert ["企业名单" in origins[0], "当时未对上" in origins[0]] == [True, True]
    assert "乡镇花名册  凡河镇" in origins[1]


def _send_list(desk: Desk, factory: Client) -> str:
    """By the enterprise itself, which learns nothing but that it was received."""
    desk.sit_down(factory)
    command = ("enterprise", "staff", "import", "滞留员工.xlsx", "--as-of", DAY)
    tried = desk.run(*command, "--dry-run")
    assert (tried.code, tried.out.splitlines()[-1]) == (0, "名单可以提交：5 人")
    sent = desk.run(*command, "--yes")
    receipt = sent.out.rsplit(" ", maxsplit=1)[1].strip()
    assert sent.out.splitlines()[-1].startswith("名单已提交：5 人，")
    again = desk.run(*command, "--yes")
    assert again.out.splitlines()[-1] == f"滞留员工.xlsx：已导入过，无变化。回执号 {receipt}"
    status = desk.run("enterprise", "staff", "status", receipt)
    assert status.out == f"回执号 {receipt}：已导入  共 5 人\n"
    for refused in (("staff", "list"), ("staff", "chase"), ("letters", "--out", "函")):
        assert desk.run("enterprise", *refused).code == 4
    return receipt


def _list_matches(desk: Desk) -> list[tuple[str, str | None]]:
    people = desk.run("enterprise", "staff", "list", "--state", "all", "--json").json
    return [(person["state"], person["township"]) for person in people]


def _chase(desk: Desk) -> list[Any]:
    people: list[Any] = desk.run("enterprise", "staff", "chase", "--json").json
    return people


def _check_letter(desk: Desk, stranger: dict[str, Any]) -> None:
    """One county, one letter; nobody is asked for twice unless somebody says so."""
    command = ("enterprise", "letters", "--out", "协助函", "--phone", "024-74840000")
    written = desk.run(*command)
    assert written.out.splitlines()[-1] == "共 1 份协助函，1 人。"
    (path,) = (desk.folder / "协助函").iterdir()
    assert (path.name[:13], path.stat().st_mode & 0o777) == ("协助函-河南省南阳市宛城区", 0o600)
    rows = _read_book(path)
    assert rows[2] == ["致：河南省南阳市宛城区人力资源和社会保障局"]
    assert rows[6][1:6] == [
        stranger["name"],
        stranger["gender"],
        stranger["id_number"],
        stranger["phone"],
        "湖北省武汉市",
    ]
    assert rows[6][7] == make_credit_code(1)
    assert rows[7][1] == "辽宁省铁岭市铁岭县人力资源和社会保障局（盖章）"
    assert desk.run(*command).err == "没有需要发函的人；已发过的要再发，请加 --all。\n"
    assert desk.run(*command, "--all", "--json").json[0]["people"] == 1
    assert len(list((desk.folder / "协助函").iterdir())) == 2
