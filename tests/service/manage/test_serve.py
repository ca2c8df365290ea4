"""`serve`: the real program in a process of its own, killed at the end whatever happens. A login is tried on
one that was started as people start it.
"""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from service.app.listening import bind
from service.manage import run
from service.settings import Settings
from tests.crash.programs import Program
from tests.crash.servers import Server, environment
from tests.dba import is_sqlite
from tests.factories import PASSWORD
from tests.service.manage import conftest

ROOT = Path(__file__).parents[3]
START = [sys.executable, "-c", "from service.manage import run; run()"]
PATIENCE = 20


@pytest.fixture
def served(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a running server, and its process."""
    process = start(settings)
    try:
        yield read_address(process), process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def start(settings: Settings, *, port: int = 0) -> "subprocess.Popen[str]":
    given = {name: value for name, value in conftest.make_environment(settings).items() if value}
    return subprocess.Popen(
        [*START, "serve", "--port", str(port)],
        env={**os.environ, **given, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        cwd=settings.key_file.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(
        r"服务地址 (http://127\.0\.0\.1:\d+)，接口文档 \1/docs，按 Ctrl\+C 停止。\n", line
    )
    assert found, line
    return found[1]


def test_a_login_over_the_wire(
    served: tuple[str, "subprocess.Popen[str]"], program: conftest.Program
) -> None:
    address, process = served
    program("account", "create", "wang", "--role", "审计", "--name", "王审计",
            FANGANG_PASSWORD=PASSWORD)  # fmt: skip
    login = {"username": "wang", "password": PASSWORD}
    with httpx2.Client(base_url=address, timeout=PATIENCE) as client:
        token = client.post("/v1/login", json=login).json()["token"]
        me = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["username"], me["name"], me["role"]) == ("wang", "王审计", "auditor")
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=PATIENCE)
    assert [secret for secret in (PASSWORD, token, "王审计") if secret in log] == []


def test_the_second_on_one_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    """PostgreSQL takes several servers; a SQLite file one, until that one ends."""
    with running(settings, tmp_path):
        if not is_sqlite(settings):
            with running(settings, tmp_path):
                return
        refusal = tmp_path / "refusal"
        second = Program(
            run,
            ["serve", "--port", "0"],
            environment=environment(settings) | {"FANGANG_LANG": "zh"},
            folder=tmp_path,
            errors=refusal,
        )
        said, _ = second.communicate(timeout=PATIENCE)
        assert (second.returncode, said) == (5, "")
        path = settings.key_file.parent / "fangang.db"
        assert refusal.read_text(encoding="utf-8") == (
            f"另一个 serve 正在使用这个数据库文件（{path}）。请先停掉它。\n"
        )
    with running(settings, tmp_path):
        pass


@contextmanager
def running(settings: Settings, folder: Path) -> Iterator[None]:
    """A server that has said its address and answers; killed when the block ends."""
    server = Server(settings, log=folder / "log")
    try:
        yield
    finally:
        server.kill()


def test_answers_do_not_wait_for_the_client() -> None:
    """Else each answer on a connection that is kept comes 40 ms late (Nagle meets a delayed ACK)."""
    assert asyncio.run(_read_no_delay(bind("127.0.0.1", 0))) == 1
    assert asyncio.run(_read_no_delay(socket.create_server(("127.0.0.1", 0)))) == 0


async def _read_no_delay(listener: socket.socket) -> int:
    """TCP_NODELAY of a connection that the event loop has accepted."""
    seen: asyncio.Queue[int] = asyncio.Queue()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        await seen.put(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        found = await seen.get()
        writer.close()
        await writer.wait_closed()
    return found


def test_a_taken_port(program: conftest.Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = program("--lang", "en", "serve", "--port", str(port))
    assert (answer.code, answer.out) == (6, "")
    assert answer.err == (
        f"Cannot listen on 127.0.0.1:{port} (Address already in use). Choose another --port.\n"
    )
