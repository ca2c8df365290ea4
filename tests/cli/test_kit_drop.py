"""Files dragged onto an icon: names as Windows hands them on, and what runs then."""

import io
import sys
from pathlib import Path

import pytest

from cli.kit.drop import read_names, run, split_names
from schemas.permissions import Role
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.cli.roster_commands import person, write
from tests.factories import World

_CMD = r"C:\Windows\system32\cmd.exe"
_ICON = r"D:\工具 (新)\检查花名册.cmd"


@pytest.mark.parametrize(
    ("line", "files", "names"),
    [
        (rf'{_CMD} /c ""{_ICON}" C:\a&b.xlsx"', r"C:\a", [r"C:\a&b.xlsx"]),
        (
            rf'{_CMD} /c ""{_ICON}" "C:\东 兴&1 (2)!.xlsx" C:\100%.xls"',
            r'"C:\东 兴&1 (2)!.xlsx" C:\100%.xls',
            [r"C:\东 兴&1 (2)!.xlsx", r"C:\100%.xls"],
        ),
        (rf'{_CMD} /C ""{_ICON}" C:\a.xlsx "C:\b c.xlsx" "', "", [r"C:\a.xlsx", r"C:\b c.xlsx"]),
        (rf'{_CMD} /c ""{_ICON}" "', "", []),
        (f'"{_CMD}" ', r'"C:\b c.xlsx" a.xlsx', [r"C:\b c.xlsx", "a.xlsx"]),
        ("", "", []),
    ],
)
def test_dragged_names(line: str, files: str, names: list[str]) -> None:
    assert read_names({"FANGANG_LINE": line, "FANGANG_FILES": files}) == names


def test_names_in_quotation_marks() -> None:
    assert split_names(' "a b" c  "d" ') == ["a b", "c", "d"]


def test_dragged_rosters_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "-东 兴&1!.xlsx", person(1))
    assert run("check", [str(tmp_path / "-东 兴&1!.xlsx"), str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("可导入 1") == 2


def test_nothing_dragged(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", []) == 2
    assert capsys.readouterr().err.startswith("没有选文件。请把花名册拖到图标上")


def test_whoever_is_logged_in_imports(desk: Desk, world: World) -> None:
    """Without a terminal it stops before writing; with one it asks."""
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    path = write_roster(desk.folder / "a.xlsx", {"东兴村": [make_line(1)]})
    run("import", [str(path)])
    shown = desk.capsys.readouterr()
    assert ("新增 1" in shown.out, "登录" in shown.err) == (True, False)


def test_whoever_is_not_logged_in_is_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FANGANG_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("FANGANG_LANG", "FANGANG_SERVER", "FANGANG_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run("import", ["a.xlsx"]) == 4
    assert capsys.readouterr().err == (
        "导入前要先登录（每台电脑一次，过期再登）。账号向县里要；输入密码时屏幕上不显示。\n"
        "还不知道服务器地址。请先登录：fangang login --server https://服务器地址\n"
    )
