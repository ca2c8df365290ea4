"""Help and usage errors are in Chinese, down to the words that Typer brings along."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app, run_command
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_records import CallResult, WithdrawalReason
from schemas.health_notes import NoteWhat
from schemas.roster.columns import Field
from schemas.trips import TripState

# Names of programs, of kinds of files, and what stands so in a file or an address.
KNOWN = {
    "FANGANG_LANG",
    "JSON",
    "MB",
    "Tab",
    "csv",
    "en",
    "ignore",
    "jpg",
    "pdf",
    "png",
    "ods",
    "xls",
    "xlsx",
    "zh",
}
# Values that are typed, or come back in JSON.
CODES = {word for kind in EventKind for word in kind.split(".")} | {
    value
    for values in (CallResult, Field, NoteWhat, Source, TripState, WithdrawalReason)
    for value in values
}
TYPED = {"all", "city", "employer", "matched", "seat", "temperature", "unmatched", "week"}
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z_]|-(?=[A-Za-z]))+")
_EXAMPLE = re.compile(r"^ *例：.*\n(?: +\S.*\n)*", re.MULTILINE)
_OPTION = re.compile(r"(?<!\w)-{1,2}[a-z][a-z-]*")
_CHOICES = re.compile(r"<[^>]*>")


def _walk(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from _walk(each, (*words, name))


COMMANDS = list(_walk(get_command(app)))
NAMES = {word for words in COMMANDS for word in words} | {"fangang"}


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FANGANG_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def _list_foreign(text: str) -> list[str]:
    for pattern in (_EXAMPLE, _OPTION, _CHOICES):
        text = pattern.sub("", text)
    return [word for word in _WORD.findall(text) if word not in NAMES | KNOWN | CODES | TYPED]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(" ".join(["用法：fangang", *words]))
    assert _list_foreign(shown) == []
    assert shown.encode("gbk")


def test_the_guard_sees() -> None:
    assert _list_foreign("Usage: fangang\n  --yes  Show 这个 roster。\n例：fangang x y\n") == [
        "Usage",
        "Show",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("roster status", "缺少参数“回执号”。"),
        ("roster status a b", "多写了 b。"),
        ("roster status a --foo", "没有 --foo 这个选项。"),
        ("roster status a --jsn", "没有 --jsn 这个选项。相近的选项：--json。"),
        ("roster impot a", "没有“impot”这个命令。是不是要写“import”？"),
        ("roster import a --township", "选项“--township”后面要写内容。"),
        ("roster import a --yes=3", "选项“--yes”后面不写内容。"),
        ("enterprise letters", "缺少选项“--out”或“-o”。"),
        ("enterprise staff list --state x",
         "“--state”写成了“x”，只能写“unmatched”、“matched”、“all”。"),
        ("roster status a --lang fr",
         "“--lang”（环境变量 FANGANG_LANG）写成了“fr”，只能写“zh”、“en”。"),
    ],
)  # fmt: skip
def test_a_wrong_command_line(typed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(typed.split()) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.splitlines()[-1]) == ("", f"命令有误：{said}")


def test_it_is_told_how_to_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["roster", "status", "--json"]) == 2
    assert capsys.readouterr().err == (
        "用法：fangang roster status [选项] {回执号}\n"
        "写法见：fangang roster status --help\n\n"
        "命令有误：缺少参数“回执号”。\n"
    )


@pytest.mark.parametrize("words", [[], ["roster"], ["enterprise", "staff"]])
def test_a_group_alone_shows_its_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(words) == 2
    usage = " ".join(["用法：fangang", *words, "[选项] 命令 [参数]...\n"])
    assert capsys.readouterr().err.startswith(usage)


@pytest.mark.parametrize("words", [["--lang", "en"], ["--lang=en"], []])
def test_in_english_nothing_is_touched(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not words:
        monkeypatch.setenv("FANGANG_LANG", "en")
    assert run_command(["roster", "status", *words]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("Usage: fangang roster status [OPTIONS]")
    assert "Missing argument" in shown
