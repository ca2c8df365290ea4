"""What the client writes to be mended is mended and imported: the todo list, the absent, the errors."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from schemas.permissions import Role
from tests.cli.client_commands import Desk, Shown, make_line, write_roster
from tests.cli.roster_commands import mend
from tests.factories import World, make_id_number, make_phone

HIDDEN = "号码被遮盖（带 *），不能导入。请对照身份证填写完整的18位号码。[id-format]"


@pytest.fixture(autouse=True)
def clerk(world: World, desk: Desk) -> None:
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))


def _import(desk: Desk, name: str, *lines: dict[str, str]) -> Shown:
    write_roster(desk.folder / name, {"东兴村": list(lines)})
    return desk.roster(name, "--yes")


def _find_row(path: Path, sheet: str, name: str) -> int:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    return next(number for number, row in enumerate(rows, start=1) if row[0] == name)


def _fill(path: Path, sheet: str, line: dict[str, str], **more: str) -> None:
    row = _find_row(path, sheet, line["name"])
    cells = {"B": line["id_number"], **more}
    mend(path, {(sheet, f"{column}{row}"): value for column, value in cells.items()})


def test_a_list_of_what_is_missing_is_filled_in_and_imported(desk: Desk) -> None:
    lines = [make_line(number, phone="") for number in (1, 2, 3)]
    child = make_line(4, id_number=make_id_number(birth="2013-01-01"), person_role="儿童", phone="",
                      guardian_id=lines[0]["id_number"])  # fmt: skip
    assert _import(desk, "花名册.xlsx", *lines, child).code == 0
    path = desk.folder / "待补.xlsx"
    desk.run("roster", "todo", "--xlsx", path.name)
    untouched = desk.roster(path.name, "--yes", "--no-report")
    assert (untouched.code, untouched.out.count(HIDDEN)) == (5, 4)
    assert untouched.err == ("待补.xlsx：没有可以导入的人，什么都没有写入。请先改正有误的 4 人。\n")
    _fill(path, "待补清单", lines[0], C=make_phone(1))
    half = desk.roster(path.name, "--yes", "--no-report")
    assert (half.code, half.out.count(HIDDEN)) == (5, 3)
    assert "新增 0  更新 1" in half.out
    assert "本次没有" not in half.out
    for number in (1, 2):
        _fill(path, "待补清单", lines[number], C=make_phone(number + 1))
    _fill(path, "待补清单", child, C=make_phone(4), F=lines[0]["id_number"], G="儿童")
    done = desk.roster(path.name, "--yes")
    assert (done.code, "新增 0  更新 3" in done.out) == (0, True)
    assert desk.run("roster", "todo", "--json").json["count"] == 0


def test_who_was_left_out_of_a_roster_goes_after_all(desk: Desk) -> None:
    lines = [make_line(number) for number in (1, 2, 3)]
    _import(desk, "一.xlsx", *lines)
    receipt = _import(desk, "二.xlsx", lines[0]).out.split()[-1]
    path = desk.folder / "待核实.xlsx"
    desk.run("roster", "absent", receipt, "--xlsx", path.name)
    _fill(path, "本次没有", lines[1])
    done = desk.roster(path.name, "--yes", "--no-report")
    assert (done.code, done.out.count(HIDDEN)) == (5, 1)
    assert "新增 0  更新 0  无变化 1" in done.out


def test_a_half_mended_error_list_is_imported(desk: Desk) -> None:
    """Four of four rejected are too many of a roster, and are what is expected of such a list."""
    lines = [make_line(number, id_number="211221197805123418") for number in range(1, 5)]
    held = _import(desk, "花名册.xlsx", *lines)
    assert (held.code, "超过20%" in held.err) == (5, True)
    path = desk.folder / "花名册-错误清单.xlsx"
    _fill(path, "东兴村", make_line(1))
    done = desk.roster(path.name, "--yes")
    assert (done.code, done.err.count("超过20%")) == (5, 0)
    assert "新增 1" in done.out
    strict = desk.roster(path.name, "--yes", "--all-or-nothing")
    assert "按 --all-or-nothing 整表不导入" in strict.err


def test_other_lists_with_a_few_of_its_headings_are_rosters(desk: Desk) -> None:
    lines = [make_line(number, id_number="211221197805123418") for number in (1, 2)]
    _import(desk, "花名册.xlsx", *lines)
    path = desk.folder / "花名册-错误清单.xlsx"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("东兴村").to_python()
    place = rows[0].index("原行号")
    mend(path, {("东兴村", f"{chr(ord('A') + place)}1"): "行号"})
    assert "超过20%" in desk.roster(path.name, "--yes").err
