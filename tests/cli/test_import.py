"""`fangang roster import` against a real server: what is shown, what comes back, exit codes."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from cli.roster.sending import encode_chunk
from schemas.events.payloads_passengers import PersonRole
from schemas.imports import RosterChunkIn
from schemas.permissions import Role
from schemas.roster.records import RosterRecord, record_to_json
from schemas.roster.report import AcceptedRow
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.cli.workbook_factories import make_xlsx
from tests.factories import Client, World, make_phone
from tests.schemas.roster_factories import make_id

FILE = "凡河镇花名册.xlsx"
WRONG_ID = "211221197805123418"
_RECEIPT = re.compile(r"R-20200324-[0-9A-F]{4}")


@pytest.fixture
def clerk(world: World, desk: Desk) -> Client:
    client = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(client)
    return client


def _write(desk: Desk, *numbers: int, name: str = FILE, **given: object) -> Path:
    lines = [make_line(number, **given) for number in numbers]
    return write_roster(desk.folder / name, {"东兴村": lines})


def _plain(text: str) -> str:
    """Without what differs from run to run."""
    return re.sub(r"用时 [\d.]+ 秒", "用时 0.1 秒", _RECEIPT.sub("R-20200324-7F3A", text))


def _people(client: Client) -> list[tuple[str, str]]:
    items = client.get("/v1/workers").json()["items"]
    return [(item["phone"], item["village"]) for item in items]


def test_an_import_from_check_to_receipt(desk: Desk, clerk: Client) -> None:
    _write(desk, 1, 2, 3)
    done = desk.roster(FILE, "--yes")
    assert (done.code, _plain(done.out), done.err) == (
        0,
        (
            "读取：凡河镇花名册.xlsx（xlsx，1 张表）\n"
            "识别表头：第 2 行，11 列中 11 列对应\n"
            "检查：共 3 人  可导入 3  有误 0  提醒 0  忽略 0 行\n"
            "与县数据库比对：新增 3  更新 0  无变化 0\n"
            "导入完成：3 条已写入，用时 0.1 秒。回执号 R-20200324-7F3A\n"
        ),
        "已送达 3/3\n",
    )
    assert _people(clerk) == [(f"154****000{number}", "东兴村") for number in (1, 2, 3)]


@pytest.mark.parametrize(("options", "code"), [((), 5), (("--accept-partial",), 0)])
def test_people_outside_of_what_is_read_end_with_5_until_confirmed(
    desk: Desk, clerk: Client, options: tuple[str, ...], code: int
) -> None:
    """The people who are read are imported either way."""
    heading = ["姓名", "身份证号", "手机号码", "村", "配偶号码"]
    row = ["张三", make_id(1), make_phone(1), "东兴村", make_id(2)]
    (desk.folder / FILE).write_bytes(make_xlsx({"东兴村": [heading, row]}))
    done = desk.roster(FILE, "--yes", *options)
    assert (done.code, len(_people(clerk))) == (code, 1)
    assert "配偶号码”没有读" in done.out


def test_the_members_of_a_household_in_one_row_are_imported(desk: Desk, clerk: Client) -> None:
    heading = ["姓名", "身份证号", "手机号码", "村", "家庭成员1", "身份证号1"]
    row = ["张三", make_id(1), make_phone(1), "东兴村", "李四", make_id(2)]
    (desk.folder / FILE).write_bytes(make_xlsx({"东兴村": [heading, row]}))
    done = desk.roster(FILE, "--yes")
    assert (done.code, {village for _, village in _people(clerk)}) == (0, {"东兴村"})
    assert len(_people(clerk)) == 2


def test_the_same_file_again_changes_nothing(desk: Desk, clerk: Client) -> None:
    _write(desk, 1, 2)
    desk.roster(FILE, "--yes")
    before = clerk.get("/v1/workers").json()
    again = desk.roster(FILE, "--yes")
    assert (again.code, _plain(again.out).splitlines()[-1], again.err) == (
        0,
        "凡河镇花名册.xlsx：已导入过，无变化。回执号 R-20200324-7F3A",
        "",
    )
    assert clerk.get("/v1/workers").json() == before


def test_a_dry_run_writes_nothing_and_leaves_no_trace(desk: Desk, clerk: Client) -> None:
    _write(desk, 1, 2)
    tried = desk.roster(FILE, "--dry-run")
    assert (tried.code, tried.out.splitlines()[-1]) == (
        0,
        "与县数据库比对：新增 2  更新 0  无变化 0",
    )
    assert _people(clerk) == []
    assert [path.name for path in desk.folder.rglob("*") if path.is_file()] == [FILE]
    assert desk.roster(FILE, "--yes").code == 0
    assert len(_people(clerk)) == 2


def test_without_a_terminal_nothing_is_imported_unasked(desk: Desk, clerk: Client) -> None:
    _write(desk, 1)
    asked = desk.roster(FILE, typed="y\n")
    assert (asked.code, asked.err) == (
        2,
        "未导入：只比对，没有写入（不在终端中，不能询问）。确认无误后请加 --yes 再运行一次。\n",
    )
    assert _people(clerk) == []


@pytest.mark.usefixtures("clerk")
def test_changes_and_who_is_absent_are_shown(desk: Desk) -> None:
    _write(desk, 1, 2, 3)
    desk.roster(FILE, "--yes")
    lines = [
        make_line(1, phone=make_phone(70), employer="合成服装有限公司"),
        make_line(2),
        make_line(9),
    ]
    write_roster(desk.folder / "新.xlsx", {"东兴村": lines})
    brief = desk.roster("新.xlsx", "--dry-run").out.splitlines()
    assert brief[3:] == [
        (
            "与县数据库比对：新增 1  更新 1（查看：--show-changes）  无变化 1；"
            "上次有、本次没有 1 人（不自动删除）"
        ),
    ]
    full = desk.roster("新.xlsx", "--dry-run", "--show-changes").out.splitlines()
    assert full[4:] == ["  更新 东兴村 第3行：用工单位、手机号码"]


def test_rejected_rows_stay_behind(desk: Desk, clerk: Client) -> None:
    lines = [make_line(number) for number in range(1, 6)]
    lines.append({**make_line(6), "id_number": WRONG_ID})
    write_roster(desk.folder / FILE, {"东兴村": lines})
    done = desk.roster(FILE, "--yes")
    assert done.code == 5
    assert "[id-check-digit]" in done.out
    assert len(_people(clerk)) == 5
    assert (desk.folder / "凡河镇花名册-错误清单.xlsx").exists()


@pytest.mark.parametrize(
    ("option", "shown", "people"),
    [
        ((), "超过20%，整表不导入", 0),
        (("--all-or-nothing",), "按 --all-or-nothing 整表不导入", 0),
        (("--accept-partial",), "已送达 2/2", 2),
    ],
)
def test_many_rejected_rows_need_a_word(
    desk: Desk, clerk: Client, option: tuple[str, ...], shown: str, people: int
) -> None:
    lines = [make_line(1), make_line(2), {**make_line(3), "id_number": WRONG_ID}]
    write_roster(desk.folder / FILE, {"东兴村": lines})
    done = desk.roster(FILE, "--yes", *option)
    assert (done.code, shown in done.err, len(_people(clerk))) == (5, True, people)


def test_all_or_nothing_takes_a_good_file(desk: Desk, clerk: Client) -> None:
    _write(desk, 1)
    assert desk.roster(FILE, "--yes", "--all-or-nothing").code == 0
    assert len(_people(clerk)) == 1


def test_people_without_a_number_can_be_left_out(desk: Desk, clerk: Client) -> None:
    lines = [make_line(number) for number in range(1, 6)]
    lines[1] = {**lines[1], "phone": "无"}
    write_roster(desk.folder / FILE, {"东兴村": lines})
    done = desk.roster(FILE, "--yes", "--require-phone")
    assert (done.code, len(_people(clerk))) == (5, 4)
    assert "  东兴村 第4行 C4 手机号码：没有电话[phone-missing]\n" in done.out
    plain = desk.roster(FILE, "--yes")
    assert (plain.code, len(_people(clerk))) == (0, 5)


@pytest.mark.usefixtures("clerk")
def test_json_has_the_check_the_plan_and_the_receipt(desk: Desk) -> None:
    _write(desk, 1, 2)
    first = desk.roster(FILE, "--yes", "--json")
    assert (first.code, first.err) == (0, "已送达 2/2\n")
    body = first.json
    assert (body["file"], body["counts"]) == (
        FILE,
        {"accepted": 2, "rejected": 0, "ignored": 0},
    )
    assert body["plan"] == {
        "counts": {"new": 2, "updated": 0, "unchanged": 0, "conflicts": 0},
        "absent": 0,
        "updated": [],
        "conflicts": [],
        "notes": [],
    }
    number = body["receipt"].pop("number")
    assert _RECEIPT.fullmatch(number)
    assert body["receipt"] == {
        "already_imported": False,
        "counts": {"new": 2, "updated": 0, "unchanged": 0, "conflicts": 0},
        "conflicts": [],
    }
    assert make_phone(1) not in first.out
    again = desk.roster(FILE, "--yes", "--json").json
    assert (again["plan"], again["receipt"]["already_imported"], again["receipt"]["number"]) == (
        None, True, number,
    )  # fmt: skip
    assert (
        desk.roster(FILE, "--dry-run", "--json", "--township", "凡河").json["receipt"] is not None
    )
    status = desk.run("roster", "status", number)
    assert status.out == f"回执号 {number}：已导入  共 2 人  新增 2  更新 0  无变化 0  冲突 0\n"


def test_several_files_are_asked_once_and_imported_each(desk: Desk, clerk: Client) -> None:
    (desk.folder / "各村").mkdir()
    for place, village in enumerate(("东兴村", "西沟村")):
        lines = [make_line(place * 10 + number, village=village) for number in (1, 2)]
        write_roster(desk.folder / "各村" / f"{village}.xlsx", {village: lines})
    (desk.folder / "各村" / "说明.csv").write_text("", encoding="utf-8")
    done = desk.roster("各村", "--yes", "--json")
    assert done.code == 3
    receipts = {each["file"]: each["receipt"] is not None for each in done.json}
    assert receipts == {"东兴村.xlsx": True, "西沟村.xlsx": True, "说明.csv": False}
    assert len(_people(clerk)) == 4


def test_a_township_is_found_by_its_name_code_or_initials(world: World, desk: Desk) -> None:
    desk.sit_down(world.client())
    _write(desk, 1)
    for text in ("凡河镇", "凡河", "211221105", "FH"):
        assert desk.roster(FILE, "--dry-run", "--township", text).code == 0
    unknown = desk.roster(FILE, "--dry-run", "--township", "无此镇")
    assert (unknown.code, "不认识这个乡镇：无此镇" in unknown.err) == (2, True)
    mixed = desk.roster(FILE, "--dry-run")
    assert (mixed.code, "[township-unknown]" in mixed.out) == (5, True)


def test_a_clerk_imports_the_own_township_only(desk: Desk, clerk: Client) -> None:
    _write(desk, 1)
    refused = desk.roster(FILE, "--yes", "--township", "新台子镇")
    assert (refused.code, "[township-out-of-scope]" in refused.err) == (4, True)
    assert _people(clerk) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ESCORT])
def test_who_may_not_import_is_told_so(world: World, desk: Desk, role: Role) -> None:
    desk.sit_down(world.client(role))
    _write(desk, 1)
    refused = desk.roster(FILE, "--yes")
    assert (refused.code, "[permission-denied]" in refused.err) == (4, True)


def test_not_logged_in_is_told_before_anything_is_read(desk: Desk) -> None:
    _write(desk, 1)
    refused = desk.roster(FILE, "--yes")
    assert (refused.code, refused.out) == (4, "")


@pytest.mark.usefixtures("clerk")
def test_a_refused_file_is_not_sent(desk: Desk) -> None:
    (desk.folder / FILE).write_bytes(b"%PDF-1.4")
    refused = desk.roster(FILE, "--yes")
    assert (refused.code, "[file-type-unsupported]" in refused.out) == (3, True)


@pytest.mark.usefixtures("clerk")
def test_english(desk: Desk) -> None:
    _write(desk, 1)
    done = desk.roster(FILE, "--yes", "--lang", "en")
    assert "Compared: new 1  updated 0  unchanged 0\nImported: 1 written in " in done.out


def test_a_column_mapped_once_is_the_same_import_without_saying_it(
    desk: Desk, clerk: Client
) -> None:
    line = make_line(1)
    person = [line[name] for name in ("name", "id_number", "phone")]
    rows = [["姓名", "身份证号", "联系方法"], person]
    (desk.folder / FILE).write_bytes(make_xlsx({"花名册": rows}))
    assert desk.roster(FILE, "--map", "联系方法=phone", "--yes").code == 0
    again = desk.roster(FILE, "--yes")
    assert (again.code, "已导入过，无变化" in again.out, len(_people(clerk))) == (0, True, 1)
    assert again.err.startswith("按以前 --map 记住的列读取：联系方法=phone。")


def test_a_chunk_carries_what_a_record_holds_and_no_more() -> None:
    full = RosterRecord(
        "欧阳·𬍛",
        "211221197805123417",
        "男",
        departure_date=date(2020, 3, 26),
        birth_date=date(1978, 5, 12),
        person_role=PersonRole.CHILD,
        other_phones=("024-1234567", "15400012345"),
        remark='"家"\\\n\u2028',
    )
    rows = [AcceptedRow("东兴", 2, full), AcceptedRow("新立", 1_048_576, RosterRecord("张三", "x"))]
    body = encode_chunk(rows, {"新立": 0, "东兴": 1})
    assert json.loads(body) == {
        "rows": [
            {"sheet": 1, "row": 2, "record": record_to_json(full, include_ids=True)},
            {"sheet": 0, "row": 1_048_576, "record": {"name": "张三", "id_number": "x"}},
        ]
    }
    received = RosterChunkIn.model_validate_json(body)
    assert [each.record for each in received.rows] == [row.record for row in rows]
