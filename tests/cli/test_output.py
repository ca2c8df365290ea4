"""What reaches the screen: harmless, in the console's encoding, and quiet without a terminal."""

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli import output
from cli.main import run_command
from schemas.texts import Language, speaking
from tests.cli.client_commands import Terminal
from tests.cli.roster_commands import AS_OF, WRONG, person, write
from tests.cli.workbook_factories import make_xlsx

ROOT = Path(__file__).parents[2]
HOSTILE = "张\x1b[2J三\x07\x9b1m\u202e\u200b\r\u2028\x00"
SHOWN = "张\\x1b[2J三\\x07\\x9b1m\\u202e\\u200b\\x0d\\u2028\\x00"


# --- controls ------------------------------------------------------------------------------------
@pytest.mark.parametrize("write_text", [output.write_line, output.tell, output.tell_error])
def test_controls_are_shown_and_not_obeyed(
    capsys: pytest.CaptureFixture[str], write_text: object
) -> None:
    write_text(HOSTILE)  # type: ignore[operator]  # one of three functions
    shown = capsys.readouterr()
    assert shown.out + shown.err == f"{SHOWN}\n"


def test_a_line_is_one_line_and_a_cell_too(capsys: pytest.CaptureFixture[str]) -> None:
    output.write_line("张三\n导入完成")
    output.write_table(["姓名", "村"], [["张三\n李四", "东兴村"]])
    assert capsys.readouterr().out == "张三 导入完成\n姓名       村\n张三 李四  东兴村\n"


def test_a_message_may_have_lines(capsys: pytest.CaptureFixture[str]) -> None:
    output.tell_error("第一行\n  第二行")
    assert capsys.readouterr().err == "第一行\n  第二行\n"


def test_json_keeps_the_value_and_shows_no_control(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": HOSTILE + "\U000e0001\udcff"}
    output.write_json(value)
    shown = capsys.readouterr().out
    assert [c for c in shown if c != "\n" and (ord(c) < 32 or 126 < ord(c) < 160)] == []
    assert ("\u202e" in shown, json.loads(shown)) == (False, value)


def test_a_hostile_roster_clears_no_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["姓名", "身份证号", "手机号码", "\x9b2J座右铭"], ["\x9b2J张三", WRONG, "1", ""]]
    path = tmp_path / "a\x1b[2J.xlsx"
    path.write_bytes(make_xlsx({"\x9b2J花名册": rows}))
    assert run_command(["roster", "check", str(path), *AS_OF]) == 5
    shown = capsys.readouterr()
    assert ("\x1b" in shown.out, "\x9b" in shown.out, shown.err) == (False, False, "")
    assert "a\\x1b[2J.xlsx" in shown.out


# --- GBK -----------------------------------------------------------------------------------------
def run_gbk(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("roster", "import", "--help"), 0),
        (("roster", "check", "没有𬍛.xlsx"), 2),
        (("roster", "𬍛"), 2),
    ],
)
def test_a_gbk_console_never_fails(arguments: tuple[str, ...], code: int) -> None:
    done = run_gbk(*arguments)
    assert done.returncode == code
    assert (done.stdout + done.stderr).decode("gbk") != ""
    assert b"Traceback" not in done.stderr


def test_a_gbk_console_and_rare_names(tmp_path: Path) -> None:
    path = write(tmp_path / "𬍛村.xlsx", person(1, number=WRONG), sheet="𬍛村")
    done = run_gbk("roster", "check", str(path), *AS_OF)
    assert (done.returncode, done.stderr) == (5, b"")
    assert "?村 第2行" in done.stdout.decode("gbk")
    body = json.loads(run_gbk("roster", "check", str(path), *AS_OF, "--json").stdout)
    assert body["file"] == "𬍛村.xlsx"


# --- progress and colour -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("done", "total", "seconds", "language", "shown"),
    [
        (500, 1_204, 0.5, "zh", ""),
        (0, 1_204, 5.0, "zh", ""),
        (500, 1_204, 2.0, "zh", "  每秒 250  还需 0:03"),
        (3, 12, 4.0, "zh", "  每秒 0.8  还需 0:12"),
        (1_000, 100_000, 1.5, "en", "  667/s  2:28 left"),
        (12, 12, 4.0, "en", "  3.0/s  0:00 left"),
    ],
)
def test_the_pace(done: int, total: int, seconds: float, language: Language, shown: str) -> None:
    with speaking(language):
        assert output.describe_pace(done, total, seconds) == shown


def test_progress_on_a_terminal_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = output.Progress("检查", 3)
    progress.advance()
    progress.close()
    assert terminal.getvalue() == "\r检查 1/3\r" + " " * 8 + "\r"


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = output.Progress("检查", 3)
    progress.advance()
    progress.close()
    assert capsys.readouterr().err == ""


def _run_at_terminal(**environment: str) -> str:
    """What a refused command shows on a real terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "roster", "check", "没有.xlsx"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stderr=theirs,
    )
    os.close(theirs)
    shown: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(ours, shown))
    reader.start()
    assert process.wait(30) == 2
    reader.join(30)
    os.close(ours)
    return b"".join(shown).decode()


def _drain(terminal: int, shown: list[bytes]) -> None:
    try:
        while chunk := os.read(terminal, 1024):
            shown.append(chunk)
    except OSError:  # the other end is closed
        return


@pytest.mark.parametrize(("value", "is_red"), [("", True), ("1", False)])
def test_no_color(value: str, *, is_red: bool) -> None:
    assert ("\x1b[31m找不到文件" in _run_at_terminal(NO_COLOR=value)) is is_red


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("检查花名册", ["检查花名", "册"]),
        ("检查花名，册", ["检查花", "名，册"]),
        ("检查花“名册”", ["检查花", "“名册”"]),
        ("a b c --yes", ["a b c", "--yes"]),
        ("--accept-partial", ["--accept-partial"]),
        ("写成 --map", ["写成", "--map"]),
    ],
)
def test_lines_end_where_the_console_does(text: str, lines: list[str]) -> None:
    """Eight cells wide: four Han characters."""
    assert output.wrap(text, 8) == lines
