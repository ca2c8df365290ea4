"""`fangang enterprise`: what is refused before anything is asked or recorded, and what is written."""

import hashlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from cli.roster.importing import ResumeState, keep_state
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from schemas.roster.columns import make_staff_mapping
from tests.cli.client_commands import DAY, Desk, make_line
from tests.cli.workbook_factories import make_xlsx
from tests.factories import Client, World, make_id_number
from tests.lists import add, make_enterprise

LIST = "滞留员工.xlsx"


@pytest.fixture
def coordinator(world: World, desk: Desk) -> Client:
    client = world.client()
    for number in (1, 2):
        add(client, "/v1/enterprises", make_enterprise(world, number))
    desk.sit_down(client)
    return client


def _write(desk: Desk, *people: dict[str, Any], place: str = "现居住地") -> None:
    headings = ["姓名", "身份证号", "手机", place, "拟返岗时间"]
    rows = [
        [each["name"], each["id_number"], each["phone"], each.get("place", "武汉"), "2020-03-28"]
        for each in people
    ]
    (desk.folder / LIST).write_bytes(make_xlsx({"名单": [headings, *rows]}))


def _import(desk: Desk, *more: str) -> Any:
    name = "苏州合成第1电子有限公司"
    command = ("enterprise", "staff", "import", LIST, "--as-of", DAY)
    return desk.run(*command, *(more or ("--enterprise", name, "--yes")))


@pytest.mark.usefixtures("coordinator")
def test_the_registered_enterprises(desk: Desk) -> None:
    """Where a name, a credit code and an id are found, for accounts and for --enterprise."""
    every = desk.run("enterprise", "list")
    assert (every.code, every.err) == (0, "")
    lines = every.out.splitlines()
    assert lines[0].split() == ["名称", "类别", "统一社会信用代码", "所在地", "编号"]
    assert [line.split()[0] for line in lines[1:]] == [
        "苏州合成第1电子有限公司",
        "苏州合成第2电子有限公司",
    ]
    one = desk.run("enterprise", "list", "苏州合成第2", "--json")
    assert [each["name"] for each in one.json] == ["苏州合成第2电子有限公司"]
    none = desk.run("enterprise", "list", "北京")
    assert (none.code, none.out) == (0, "")
    assert none.err.startswith("没有名称以“北京”开头的企业。")


@pytest.mark.usefixtures("coordinator")
def test_which_enterprise_is_asked_before_anything_is_sent(desk: Desk) -> None:
    _write(desk, make_line(1))
    refused = {
        (): "请用 --enterprise 指明是哪家企业的名单。",
        ("--enterprise", "北京"): "没有名称以“北京”开头的企业。",
        ("--enterprise", "苏州合成"): "名称以“苏州合成”开头的企业不止一家，",
    }
    for how, message in refused.items():
        shown = _import(desk, "--yes", *how)
        assert (shown.code, shown.out, shown.err.startswith(message)) == (2, "", True)


@pytest.mark.usefixtures("coordinator")
def test_a_list_is_imported_and_met_again(desk: Desk) -> None:
    """Its columns are its own: a roster's 现居住地 stays unused, and nothing is remembered."""
    _write(desk, make_line(1), make_line(2))
    done = _import(desk)
    assert done.code == 0
    assert done.out.splitlines()[1:4] == [
        "识别表头：第 1 行，5 列中 5 列对应",
        "检查：共 2 人  可导入 2  有误 0  提醒 0  忽略 0 行",
        "与县数据库比对：对上 0 人（补充资料 0 人），未对上 2 人",
    ]
    (line,) = [each for each in done.out.splitlines() if each.startswith("名单已收下")]
    assert line.startswith("名单已收下：对上 0 人（补充资料 0 人），未对上 2 人，用时 ")
    assert "已导入过，无变化" in _import(desk).out
    checked = desk.run("roster", "check", LIST, "--as-of", DAY)
    assert "5 列中 4 列对应，未用 1 列（现居住地）" in checked.out
    people = desk.run("enterprise", "staff", "chase", "--json").json
    assert [person["current_place"] for person in people] == ["武汉", "武汉"]


def test_an_interrupted_list_goes_on_as_one(world: World, desk: Desk, coordinator: Client) -> None:
    _write(desk, make_line(1))
    name = "苏州合成第1电子有限公司"
    _import(desk, "--enterprise", name, "--dry-run")
    with world.context.database.read(world.console) as session:
        (receipt,) = session.execute(text("SELECT receipt FROM roster_import")).scalars()
    (enterprise,) = coordinator.get("/v1/enterprises", q=name).json()["items"]
    path = desk.folder / LIST
    keep_state(
        ResumeState(
            receipt=receipt,
            path=str(path),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            as_of=DAY,
            mapping=make_staff_mapping(),
            township="",
            require_phone=False,
            accept_partial=False,
            confirmed=True,
            enterprise_id=enterprise["id"],
        )
    )
    resumed = desk.run("roster", "resume", receipt)
    assert (resumed.code, f"回执号 {receipt}" in resumed.out) == (0, True)
    assert len(coordinator.get("/v1/stranded-people").json()["items"]) == 1


def test_a_call_is_noted_in_ones_own_words(desk: Desk, coordinator: Client) -> None:
    _write(desk, make_line(1))
    _import(desk)
    (person,) = coordinator.get("/v1/stranded-people").json()["items"]
    unknown = desk.run("enterprise", "staff", "called", person["id"], "不知道")
    assert (unknown.code, "可以写：不再返岗、非本县人员" in unknown.err) == (2, True)
    wrong = desk.run("enterprise", "staff", "called", "1", "已联系上")
    assert (wrong.code, wrong.err.startswith("“1”不是系统编号。")) == (2, True)
    noted = desk.run(
        "enterprise", "staff", "called", person["id"], "已联系上", "--at", "2020-03-24T07:30"
    )
    assert (noted.code, noted.out) == (0, "李**：已登记“已联系上”。\n")
    assert desk.run("enterprise", "staff", "chase").err == "没有要打电话核实的人。\n"


def test_the_list_to_telephone_is_a_file_for_a_purpose(
    world: World, desk: Desk, coordinator: Client
) -> None:
    _write(desk, {**make_line(1), "place": "=1+1"})
    _import(desk)
    chase = ("enterprise", "staff", "chase", "-o")
    assert desk.run(*chase, "电话.xlsx").code == 2
    assert desk.run(*chase, "电话.csv", "--purpose", "逐个核实").code == 2
    written = desk.run(*chase, "电话.xlsx", "--purpose", "逐个核实")
    assert (written.code, written.out) == (0, "已写出 电话.xlsx：1 人。\n")
    assert desk.run(*chase, "电话.xlsx", "--purpose", "逐个核实").code == 2
    path = desk.folder / "电话.xlsx"
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][:3] == ["姓名", "证件末四位", "电话"]
    assert (cells[1][2], cells[1][4]) == ("15400000001", "'=1+1")
    assert path.stat().st_mode & 0o777 == 0o600
    told = world.list_bodies(StreamKind.ACCOUNT, coordinator.actor.account_id)
    assert [each["kind"] for each in told if each["kind"].startswith("access.")] == [
        "access.exported"
    ]


@pytest.mark.usefixtures("coordinator")
def test_letters_have_room_for_everybody(desk: Desk) -> None:
    people = [
        make_line(number, id_number=make_id_number(sequence=number, area=area))
        for number, area in ((1, "411302"), (2, "411302"), (3, "441900"))
    ]
    _write(desk, *people)
    _import(desk)
    written = desk.run("enterprise", "letters", "--out", "函/今天", "--contact", "王科长")
    assert written.out.splitlines()[-1] == "共 2 份协助函，3 人。"
    files = sorted((desk.folder / "函/今天").iterdir())
    assert [path.name.rsplit("-", 1)[0] for path in files] == [
        "协助函-广东省东莞市",
        "协助函-河南省南阳市宛城区",
    ]
    assert [_list_people(path) for path in files] == [
        [(people[2]["name"], people[2]["id_number"])],
        [(each["name"], each["id_number"]) for each in people[:2]],
    ]
    blocked = desk.folder / "占用"
    blocked.write_text("")
    assert desk.run("enterprise", "letters", "--out", "占用", "--all").code == 2


def _list_people(path: Path) -> list[tuple[Any, Any]]:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    numbered = [row for row in sheet.iter_rows(values_only=True) if str(row[0]).isdigit()]
    return [(row[1], row[3]) for row in numbered]


def test_an_enterprises_account_needs_no_name(world: World, desk: Desk) -> None:
    client = world.client()
    own = add(client, "/v1/enterprises", make_enterprise(world, 1))
    other = add(client, "/v1/enterprises", make_enterprise(world, 2))
    desk.sit_down(world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=own))
    _write(desk, make_line(1))
    stolen = _import(desk, "--yes", "--enterprise", str(other))
    assert (stolen.code, "[not-found]" in stolen.err) == (2, True)
    assert "名单已提交：1 人" in _import(desk, "--yes").out


@pytest.mark.usefixtures("coordinator")
def test_a_column_mapped_once_is_remembered_for_the_enterprise(desk: Desk) -> None:
    name = "苏州合成第1电子有限公司"
    line = make_line(1)
    rows = [["姓名", "身份证号", "联系方法", "现在地"],
            [line["name"], line["id_number"], line["phone"], "武汉"]]  # fmt: skip
    (desk.folder / LIST).write_bytes(make_xlsx({"名单": rows}))
    chosen = ("--enterprise", name, "--yes")
    assert _import(desk, *chosen).code == 3
    assert _import(desk, *chosen, "--map", "联系方法=phone").code == 0
    again = _import(desk, *chosen)
    assert (again.code, "已导入过，无变化" in again.out) == (0, True)
    assert again.err.startswith(
        "按以前 --map 记住的列读取：联系方法=phone。"
        "不再需要时：fangang enterprise staff forget-maps\n"
    )
    others = ("--enterprise", "苏州合成第2电子有限公司", "--yes")
    assert _import(desk, *others).code == 3
    gone = desk.run("enterprise", "staff", "forget-maps", "--enterprise", name)
    assert (gone.code, gone.err) == (0, "已忘记：联系方法=phone\n")
    assert _import(desk, *chosen).code == 3
