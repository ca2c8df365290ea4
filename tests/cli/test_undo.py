"""`fangang roster undo` and `absent`, as the clerk sees them."""

import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from schemas.permissions import Role
from tests.cli.client_commands import Desk, Shown, make_line, write_roster
from tests.factories import Client, World, make_name, make_phone

FILE = "凡河镇花名册.xlsx"
# What is only said here is the same on both databases.
_RECEIPT = re.compile(r"R-20200324-[0-9A-F]{4}")


@pytest.fixture
def clerk(world: World, desk: Desk) -> Client:
    client = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(client)
    return client


def _import(desk: Desk, *numbers: int, name: str = FILE, **given: object) -> str:
    """The receipt."""
    lines = [make_line(number, **given) for number in numbers]
    write_roster(desk.folder / name, {"东兴村": lines})
    return _read_receipt(desk.roster(name, "--yes"))


def _read_receipt(shown: Shown) -> str:
    found = _RECEIPT.search(shown.out)
    assert shown.code == 0, shown
    assert found is not None, shown
    return found[0]


def _people(client: Client) -> list[str]:
    return [item["phone"] for item in client.get("/v1/workers").json()["items"]]


def test_an_import_is_taken_back_and_made_again(desk: Desk, clerk: Client) -> None:
    _import(desk, 1, name="旧.xlsx")
    receipt = _import(desk, 1, 2, 3, village="西沟村")
    asked = desk.run("roster", "undo", receipt)
    plan = f"撤销 {receipt}：将删除由它新增的 2 人，把 1 人恢复到导入前。\n"
    assert (asked.code, asked.out, asked.err) == (
        2, plan, "没有撤销：不在终端中，不能询问。确认无误后请加 --yes 再运行一次。\n",
    )  # fmt: skip
    assert len(_people(clerk)) == 3
    done = desk.run("roster", "undo", receipt.lower(), "--yes", "--reason", "选错了文件")
    told = "已撤销：删除 2 人，恢复 1 人。改好的文件可以重新导入。\n"
    assert (done.code, done.out, done.err) == (0, plan + told, "")
    assert _people(clerk) == ["154****0001"]
    status = desk.run("roster", "status", receipt).out
    assert status.startswith(f"回执号 {receipt}：已撤销  共 3 人")
    again = desk.run("roster", "undo", receipt)
    assert (again.code, again.out) == (
        0, f"{receipt} 已于 2020-03-24 08:00 撤销：删除 2 人，恢复 1 人。\n",
    )  # fmt: skip
    assert _read_receipt(desk.roster(FILE, "--yes")) != receipt
    assert len(_people(clerk)) == 3


def test_who_cannot_be_taken_back_is_said(desk: Desk, clerk: Client) -> None:
    first = _import(desk, 1, 2)
    second = _import(desk, 2, name="新.xlsx", phone=make_phone(70))
    held = desk.run("roster", "undo", first, "--yes")
    assert (held.code, held.out, held.err) == (
        5,
        (
            f"撤销 {first}：将删除由它新增的 1 人，把 0 人恢复到导入前。\n"
            "  1 人的记录之后又变过（再次导入、更正、暂缓、撤出、打过电话、发过函），不能直接撤销。\n"
            f"  请先撤销之后的导入：fangang roster undo {second}\n"
        ),
        "没有撤销。要保留这些人、只撤销其余的人，请加 --keep-changed。\n",
    )
    assert len(_people(clerk)) == 2
    kept = desk.run("roster", "undo", first, "--yes", "--keep-changed", "--json")
    assert (kept.code, kept.json["removed"], kept.json["kept"], kept.json["later"]) == (
        5, 1, 1, [second],
    )  # fmt: skip
    assert _people(clerk) == ["154****0070"]
    plan = desk.run("roster", "undo", second, "--json")
    assert (plan.code, plan.json["restored"], plan.json["undone_at"]) == (2, 1, None)


def test_another_townships_import_is_not_found(world: World, desk: Desk, clerk: Client) -> None:
    receipt = _import(desk, 1)
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK, township="211221101"))
    for command in ("undo", "absent"):
        refused = desk.run("roster", command, receipt, "--lang", "en")
        assert (refused.code, refused.err[:10], refused.out) == (2, "No import ", "")
    assert len(_people(clerk)) == 1


@pytest.mark.usefixtures("clerk")
def test_who_is_absent_is_listed_with_what_to_do(desk: Desk) -> None:
    _import(desk, 1, 2, 3)
    write_roster(desk.folder / "新.xlsx", {"东兴村": [make_line(1)]})
    done = desk.roster("新.xlsx", "--yes")
    receipt = _read_receipt(done)
    line = f"上次有、本次没有 2 人（不自动删除）：fangang roster absent {receipt}"
    assert done.out.splitlines()[-1] == line
    listed = desk.run("roster", "absent", receipt)
    heading, *people = (line.split() for line in listed.out.splitlines())
    assert heading == ["村", "姓名", "证件末四位", "联系电话", "怎么办", "编号"]
    assert [person[:5] for person in people] == [
        ["东兴村", make_name(n), make_line(n)["id_number"][-4:], make_phone(n),
         "请核实去向；不去了的，撤出"]
        for n in (2, 3)
    ]  # fmt: skip
    assert listed.err == ("本次没有的共 2 人，都没有删除。逐人撤出：fangang worker withdraw 编号\n")
    as_json = desk.run("roster", "absent", receipt, "--json").json
    assert [item["name"] for item in as_json["items"]] == [make_name(2), make_name(3)]
    nobody = desk.run("roster", "absent", _import(desk, 1, 2, 3, name="全.xlsx"))
    assert (nobody.code, nobody.out, nobody.err) == (0, "", "本次没有遗漏的人。\n")


@pytest.mark.usefixtures("clerk")
def test_the_list_of_absent_people_can_be_handed_out(desk: Desk) -> None:
    _import(desk, 1)
    write_roster(
        desk.folder / "二.xlsx", {"东兴村": [make_line(2, village="=东兴村"), make_line(3)]}
    )
    desk.roster("二.xlsx", "--yes")
    receipt = _import(desk, 4, name="三.xlsx")
    shown = desk.run("roster", "absent", receipt, "--xlsx", "待核实.xlsx")
    assert (shown.code, shown.out) == (0, "")
    path = desk.folder / "待核实.xlsx"
    assert shown.err.startswith(f"已写入 {Path('待核实.xlsx')}（2 人）。")
    assert path.stat().st_mode & 0o777 == 0o600
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["说明", "本次没有"]
    heading, *rows = book.get_sheet_by_index(1).to_python()
    assert heading == ["姓名", "身份证号", "手机号码", "村(社区)", "怎么办", "询问电话", "编号"]
    assert [row[:6] for row in rows] == [
        [make_name(n), "*" * 14 + make_line(n)["id_number"][-4:], "", "东兴村",
         "请核实去向；不去了的，撤出", make_phone(n)]
        for n in (1, 3)
    ]  # fmt: skip
    wrong = desk.run("roster", "absent", receipt, "--xlsx", "待核实.csv")
    assert wrong.code == 2
