"""The clerk's kit as bytes: what Windows and Linux read, and what is noticed when it is damaged."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.exits import CommandError
from cli.kit.install import list_damaged
from cli.kit.making.__main__ import SCRIPTS, assemble, build_wheel
from cli.kit.making.wheels import PYTHONS, Target, download, list_targets
from tests.cli.kit_wheels import make_wheel, pack_needs
from tests.cli.roster_commands import person, write

COMMANDS = [script.name for script in SCRIPTS if script.name.endswith(".cmd")]
SHELLS = [script.name for script in SCRIPTS if script.name.endswith(".sh")]
ODD = "东兴村 a&b!(1) 100%.xlsx"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="module")
def kit(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist") / "clerk-kit"
    assemble(folder, wheel.parent, server="https://fangang.example.cn")
    return folder


def read_lines(path: Path) -> list[str]:
    return path.read_bytes().decode("gbk").split("\r\n")


# --- bytes ---------------------------------------------------------------------------------------
def test_the_folder_holds_what_it_should(kit: Path, wheel: Path) -> None:
    names = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}
    own = {script.name for script in SCRIPTS}
    assert names == own | {"SHA256SUMS", "服务器地址.txt", f"wheels/{wheel.name}"}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("cli/kit/")}
    assert packed == {f"cli/kit/{name}.py" for name in ("__init__", "drop", "install")}


@pytest.mark.parametrize("name", [*COMMANDS, "说明.txt"])
def test_what_windows_reads(kit: Path, name: str) -> None:
    """GBK and CRLF; the second byte of a character is never a sign that cmd could take for itself."""
    data = (kit / name).read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r") > 5
    text = data.decode("gb2312")
    assert (data[0] < 0x80 or name == "说明.txt", "@" in text.replace("@echo", "")) == (True, False)
    seconds = {char.encode("gbk")[1] for char in text if ord(char) > 127}
    assert seconds & set(b'|^\\&<>%"') == set()


@pytest.mark.parametrize("name", SHELLS)
def test_what_linux_reads(kit: Path, name: str) -> None:
    data = (kit / name).read_bytes()
    assert (data[:10], b"\r" in data, os.access(kit / name, os.X_OK)) == (
        b"#!/bin/sh\n",
        False,
        True,
    )
    assert not re.search(r"@[A-Z]+@", data.decode())
    assert subprocess.run(["sh", "-n", kit / name], check=False).returncode == 0


# --- what the .cmd files do ----------------------------------------------------------------------
def find_unpaused(lines: list[str]) -> list[str]:
    """Ends of the script that close the window at once; `exit /b` only leaves a subroutine."""
    ends = [number for number, line in enumerate(lines) if re.match(r"exit(?! /b)", line)]
    stays = ("pause", "cmd /k")
    left = [lines[number] for number in ends if lines[number - 1] not in stays]
    return left if ends and lines[ends[-1] + 1 :] == [""] else [*left, "runs off the end"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_window_stays_open(kit: Path, name: str) -> None:
    lines = read_lines(kit / name)
    assert find_unpaused(lines) == []
    assert find_unpaused([line for line in lines if line != "pause"]) != []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_jump_has_a_place_to_go(kit: Path, name: str) -> None:
    text = "\n".join(read_lines(kit / name))
    assert set(re.findall(r"(?:goto|call) :?(\w+)(?: py\b|$)", text, re.MULTILINE)) <= set(
        re.findall(r"^:(\w+)$", text, re.MULTILINE)
    )


@pytest.mark.parametrize("name", ["检查花名册.cmd", "导入花名册.cmd"])
def test_names_reach_the_program_whole(kit: Path, name: str) -> None:
    """Between switching delayed expansion on and the end nothing is expanded with %: that would
    eat the ! of a name. Before, the names are taken as they came.
    """
    lines = read_lines(kit / name)
    assert lines[1] == "setlocal DisableDelayedExpansion"
    begin = lines.index("setlocal EnableDelayedExpansion")
    assert lines[begin - 1] == "set FANGANG_FILES=%*"
    assert [line for line in lines[begin : lines.index("goto end")] if "%" in line] == []
    paths = [line for line in lines if ":\\" in line or "%PROGRAM%" in line or "!PROGRAM!" in line]
    assert paths
    assert [line for line in paths if not re.search(r'"[!%]PROGRAM[!%]"', line)] == []


def test_what_the_installer_accepts_is_what_the_kit_has(kit: Path, wheel: Path) -> None:
    text = "\n".join(read_lines(kit / "安装.cmd"))
    assert f"for %%v in ({' '.join(reversed(PYTHONS))})" in text
    assert f"'wheels', '{wheel.name}'" in text
    assert {target.python for target in list_targets()} == set(PYTHONS)


# --- Linux, with the real scripts ----------------------------------------------------------------
def run(script: Path, home: Path, *arguments: Path | str) -> tuple[int, str, str]:
    """As on a computer of its own: nothing of this environment but the system's programs."""
    done = subprocess.run(
        ["sh", script, *arguments],
        env={"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["检查花名册.sh", "命令行.sh"])
def test_before_installing_the_icon_says_so(kit: Path, tmp_path: Path, name: str) -> None:
    code, out, err = run(kit / name, tmp_path, "a.xlsx")
    assert (code, out) == (1, "")
    assert err.startswith("这台电脑还没有安装。请先运行工具包里的“安装.sh”")


def test_a_shell_finds_the_program(kit: Path, tmp_path: Path) -> None:
    """A program of that name at the place where the installer puts it, which says what it is told."""
    program = tmp_path / ".local" / "share" / "fangang" / "venv" / "bin" / "fangang"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nprintf '[%s]' \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)
    words = ("roster", "check", "东兴村 a&b!(1).xlsx")
    told = "".join(f"[{word}]" for word in words)
    assert run(kit / "命令行.sh", tmp_path, *words) == (0, told, "")
    code, out, _ = run(kit / "命令行.sh", tmp_path)
    assert (code, out) == (0, "[--help]")


def _spoil(kit: Path) -> None:
    (wheel,) = (kit / "wheels").glob("fangang-*.whl")
    data = bytearray(wheel.read_bytes())
    data[-1] ^= 1  # the length of the comment, which zipimport does not look at
    wheel.write_bytes(data + b"\0")


@pytest.mark.parametrize(
    ("damage", "damaged"),
    [
        (_spoil, ["wheel"]),
        (lambda kit: (kit / "检查花名册.cmd").write_bytes(b"x"), ["检查花名册.cmd"]),
        (lambda kit: next((kit / "wheels").glob("*.whl")).unlink(), ["wheel"]),
        (lambda kit: (kit / "检查花名册.cmd").unlink(), []),
        (lambda kit: (kit / "服务器地址.txt").write_bytes(b"https://b.example"), []),
        (Path.exists, []),
    ],
)
def test_damage_is_named(
    wheel: Path, tmp_path: Path, damage: Callable[[Path], object], damaged: list[str]
) -> None:
    assemble(tmp_path / "kit", wheel.parent)
    damage(tmp_path / "kit")
    assert list_damaged(tmp_path / "kit") == [
        f"wheels/{wheel.name}" if name == "wheel" else name for name in damaged
    ]


def test_a_damaged_kit_installs_nothing(wheel: Path, tmp_path: Path) -> None:
    assemble(tmp_path / "kit", wheel.parent)
    (tmp_path / "kit" / "说明.txt").write_bytes(b"x")
    code, out, err = run(tmp_path / "kit" / "安装.sh", tmp_path)
    assert (code, out, (tmp_path / ".local").exists()) == (1, "", False)
    assert err == "工具包不完整或已损坏：说明.txt。请重新拷贝整个文件夹后再安装。\n"


@pytest.mark.long
def test_installed_without_a_network_from_a_stick(wheel: Path, tmp_path: Path) -> None:
    wheels, home = tmp_path / "wheels", tmp_path / "家 目录"
    kit, rosters = tmp_path / "U盘 a&b!(1)", tmp_path / "各村 花名册"
    wheels.mkdir()
    home.mkdir()
    rosters.mkdir()
    (wheels / wheel.name).write_bytes(wheel.read_bytes())
    pack_needs(wheel, wheels)
    assemble(kit, wheels, server="https://fangang.example.cn")
    for _ in range(2):  # a second time replaces the first
        code, out, err = run(kit / "安装.sh", home)
        assert (code, out, "安装完成（版本 0.1.0）" in err) == (0, "", True), err
    config = (home / ".config" / "fangang" / "config.toml").read_text(encoding="utf-8")
    assert 'server = "https://fangang.example.cn"' in config
    write(rosters / ODD, person(1))
    write(rosters / "乙.xlsx", person(2, name=""))
    code, out, err = run(kit / "检查花名册.sh", home, rosters / ODD, rosters / "乙.xlsx")
    assert (code, out.count("读取："), "[name-missing]" in out, err) == (5, 2, True, "")
    assert (rosters / "乙-错误清单.xlsx").exists()
    code, out, _ = run(kit / "命令行.sh", home, "roster", "check", rosters / ODD)
    assert (code, out.count("读取：")) == (0, 1)


# --- what is downloaded --------------------------------------------------------------------------
LINUX, WINDOWS = Target("Linux", "aarch64", "3.12"), Target("Windows", "AMD64", "3.11")


@pytest.mark.parametrize(
    ("target", "pins", "missing"),
    [
        (LINUX, "pip own-deep linux-only", None),
        (WINDOWS, "pip own-deep win-only old-only", None),
        (LINUX, "pip own-deep", "linux-only"),
        (WINDOWS, "pip own-deep old-only", "win-only"),
        (WINDOWS, "pip own-deep win-only", "old-only"),
        (WINDOWS, "own-deep win-only old-only", "pip"),
    ],
)
def test_needs_are_those_of_the_other_computer(
    tmp_path: Path, target: Target, pins: str, missing: str | None
) -> None:
    """Everything is here already: what is not pinned is refused before pip is asked."""
    wheel = make_wheel(tmp_path, "fangang", "own.deep>=1", "never; extra == 'server'")
    make_wheel(
        tmp_path,
        "own_deep",
        "win-only; sys_platform == 'win32'",
        "linux-only; platform_system == 'Linux'",
        "old-only; python_version < '3.12'",
    )
    for name in ("pip", "win_only", "linux_only", "old_only"):
        make_wheel(tmp_path, name)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(f"{name}==1.0" for name in pins.split()), encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    if missing is None:
        download(target, wheel, tmp_path, constraints)
    else:
        with pytest.raises(CommandError, match=f": {missing} \\("):
            download(target, wheel, tmp_path, constraints)
    assert sorted(tmp_path.iterdir()) == before
