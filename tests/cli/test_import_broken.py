"""What breaks off in the middle of an import, and how it goes on."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cli.roster import sending
from schemas.permissions import Role
from tests.cli.client_commands import DAY, Desk, make_line, write_roster
from tests.factories import Client, World
from tests.serving import serve

FILE = "凡河镇花名册.xlsx"
_RECEIPT = re.compile(r"R-\d{8}-[0-9A-F]{4}")
_SECONDS = 60
SitDown = Callable[[str], tuple[Desk, Client]]


class LostAnswers:
    """Lets the application do its work, and loses what it answers to the given requests."""

    def __init__(self, app: ASGIApp, lost: set[int]) -> None:
        self._app = app
        self._lost = lost
        self._applied = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope.get("path", "").endswith("/apply"):
            await self._app(scope, receive, send)
            return
        number, self._applied = self._applied, self._applied + 1

        async def drop(_message: Message) -> None:
            return

        await self._app(scope, receive, drop if number in self._lost else send)
        if number in self._lost:
            raise ConnectionAbortedError


class AnsweringNothing:
    """Applies nothing, and says that all is well."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_apply = scope.get("path", "").endswith("/apply")
        app = JSONResponse({}) if is_apply else self._app
        await app(scope, receive, send)


class Stuck:
    """Never answers to apply until it is let go."""

    def __init__(self, app: ASGIApp, arrived: threading.Event) -> None:
        self._app = app
        self._arrived = arrived

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope.get("path", "").endswith("/apply"):
            await self._app(scope, receive, send)
            return
        self._arrived.set()
        while (await receive())["type"] != "http.disconnect":
            pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "desk"
    made.mkdir()
    return made


@pytest.fixture
def sit_down(
    world: World,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> SitDown:
    """A clerk with a roster of five people, in front of the server of this address."""

    def prepare(server: str) -> tuple[Desk, Client]:
        desk = Desk(server, folder, monkeypatch, capsys)
        clerk = world.client(Role.TOWNSHIP_CLERK)
        desk.sit_down(clerk)
        lines = [make_line(number) for number in range(1, 6)]
        write_roster(folder / FILE, {"东兴村": lines})
        return desk, clerk

    return prepare


def _count(client: Client) -> int:
    return len(client.get("/v1/workers").json()["items"])


def test_a_lost_answer_is_resumed_without_doing_it_twice(
    world: World, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CHUNK_ROWS", 2)
    with serve(world, wrap=lambda app: LostAnswers(app, {1})) as server:
        desk, clerk = sit_down(server)
        broken = desk.roster(FILE, "--yes")
        receipt = _RECEIPT.findall(broken.err)[0]
        assert (broken.code, _count(clerk)) == (6, 4)
        assert f"继续：fangang roster resume {receipt}\n" in broken.err
        status = desk.run("roster", "status", receipt)
        assert status.out.startswith(f"回执号 {receipt}：未完成  共 5 人  新增 4")
        done = desk.run("roster", "resume", receipt)
        assert (done.code, _count(clerk)) == (0, 5)
        before = "（中断前已写入 4 条，不重复）"
        assert re.sub(r"用时 [\d.]+", "用时 0.0", done.out).splitlines()[-2:] == [
            f"与县数据库比对：新增 1  更新 0  无变化 0{before}",
            f"导入完成：1 条已写入{before}，用时 0.0 秒。回执号 {receipt}",
        ]
        again = desk.run("roster", "resume", receipt)
        assert (again.code, "没有" in again.err) == (2, True)


def test_an_answer_that_says_nothing_is_the_servers_fault(world: World, sit_down: SitDown) -> None:
    with serve(world, wrap=AnsweringNothing) as server:
        desk, clerk = sit_down(server)
        broken = desk.roster(FILE, "--yes")
        receipt = _RECEIPT.findall(broken.err)[0]
        assert (broken.code, _count(clerk)) == (6, 0)
        assert broken.err.splitlines() == [
            f"已中断，已送达的不会丢失。继续：fangang roster resume {receipt}",
            f"服务器 {server} 的答复读不懂（200）。请检查地址，或联系县管理员。",
        ]


def test_a_changed_file_is_not_resumed(world: World, folder: Path, sit_down: SitDown) -> None:
    with serve(world, wrap=lambda app: LostAnswers(app, {0})) as server:
        desk, _ = sit_down(server)
        receipt = _RECEIPT.findall(desk.roster(FILE, "--yes").err)[0]
        write_roster(folder / FILE, {"东兴村": [make_line(9)]})
        refused = desk.run("roster", "resume", receipt)
        assert (refused.code, "文件已改动" in refused.err) == (3, True)


def test_what_is_kept_to_resume_is_not_personal(
    world: World, folder: Path, sit_down: SitDown
) -> None:
    with serve(world, wrap=lambda app: LostAnswers(app, {0})) as server:
        desk, _ = sit_down(server)
        desk.roster(FILE, "--yes")
        (kept,) = (folder / "config" / "imports").iterdir()
        text = kept.read_text(encoding="utf-8")
        values = [make_line(number)[name] for number in range(1, 6) for name in ("name", "phone")]
        assert [value for value in values if value in text] == []


_HEEDING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("cli", run_name="__main__", alter_sys=True)
"""
"""The client, heeding Ctrl-C: a background job of a shell, as these tests may be, is started ignoring it."""


def _run_cli(
    *arguments: str, file: str = FILE, stdin: Any = None, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _HEEDING, "roster", "import", file, "--as-of", DAY, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
        encoding="utf-8",
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (FILE, "继续：fangang roster resume R-20200324-"),
        ("-", "从标准输入读取的不能续传：请把同样的内容再导入一次，不会重复。"),
    ],
)
def test_ctrl_c_says_how_to_go_on(
    world: World, folder: Path, sit_down: SitDown, file: str, said: str
) -> None:
    arrived = threading.Event()
    with serve(world, wrap=lambda app: Stuck(app, arrived)) as server:
        sit_down(server)
        with (folder / FILE).open("rb") as roster:
            process = _run_cli("--yes", file=file, stdin=roster)
        assert arrived.wait(_SECONDS)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=_SECONDS)
    assert process.returncode == 130
    assert said in messages


@pytest.mark.parametrize(
    ("typed", "said", "ended"),
    [("y\n", "已送达 5/5", (0, 5)), ("\n", "已取消，没有导入。", (2, 0))],
)
def test_somebody_at_a_terminal_is_asked(
    world: World, sit_down: SitDown, typed: str, said: str, ended: tuple[int, int]
) -> None:
    """`ended`: exit code, and people imported."""
    with serve(world) as server:
        _, clerk = sit_down(server)
        ours, theirs = pty.openpty()
        process = _run_cli(stdin=theirs, stderr=theirs)
        os.close(theirs)
        shown = _read_until(ours, "直接回车取消：")
        os.write(ours, typed.encode())
        shown += _read_until(ours, said)
        out, _ = process.communicate(timeout=_SECONDS)
        os.close(ours)
        assert (process.returncode, _count(clerk)) == ended
    assert "现在导入 5 人吗？输入 y 导入，直接回车取消：" in shown
    assert "与县数据库比对：新增 5" in out


def _read_until(terminal: int, text: str) -> str:
    shown = b""
    while text.encode() not in shown:
        shown += os.read(terminal, 1024)
    return shown.decode()
