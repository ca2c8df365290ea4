"""`fangang-server serve` as a child process that is killed, and its surroundings."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from service.manage import run
from service.settings import Settings
from tests.crash.programs import Program
from tests.factories import StandingClock, World

ROOT = Path(__file__).parents[2]


def environment(settings: Settings) -> dict[str, str]:
    owner = settings.owner_database_url
    return {
        **os.environ,
        "FANGANG_DATABASE_URL": settings.database_url.get_secret_value(),
        **({"FANGANG_OWNER_DATABASE_URL": owner.get_secret_value()} if owner else {}),
        "FANGANG_KEY_FILE": str(settings.key_file),
        "FANGANG_LANG": "en",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


class Server:
    """One life of the server. `log` is where its lines go; a next life may want the same port.
    `bare`: it begins with nothing imported, as it does in use, so that it can be measured.
    """

    def __init__(self, settings: Settings, *, log: Path, port: int = 0, bare: bool = False) -> None:
        begin = _begin_bare if bare else _begin
        self.process: Program | subprocess.Popen[str] = begin(
            settings, ["serve", "--port", str(port)], log
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.match(r"Serving (http://127\.0\.0\.1:\d+),", line)
        assert found, (line, log.read_text()[-2000:])
        self.address = found[1]
        self._wait()

    def _wait(self) -> None:
        """The address is said when it is taken; a moment later the server listens there."""
        for _ in range(400):
            try:
                httpx2.get(f"{self.address}/healthz", timeout=20)
            except httpx2.ConnectError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not listen")

    def kill(self) -> None:
        """As a power cut would: nothing is finished, nothing is said."""
        self.process.kill()
        self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()


def _begin(settings: Settings, arguments: list[str], log: Path) -> Program:
    folder = settings.key_file.parent
    return Program(run, arguments, environment=environment(settings), folder=folder, errors=log)


def _begin_bare(settings: Settings, arguments: list[str], log: Path) -> subprocess.Popen[str]:
    with log.open("ab") as lines:
        return subprocess.Popen(
            [sys.executable, "-m", "service.manage", *arguments],
            env=environment(settings),
            cwd=settings.key_file.parent,
            stdout=subprocess.PIPE,
            stderr=lines,
            text=True,
        )


@contextmanager
def todays_world(settings: Settings) -> Iterator[World]:
    """The server's clock is the system's: what is prepared in this process has to be of today."""
    world = World(settings, clock=StandingClock(datetime.now(UTC)))
    try:
        yield world
    finally:
        world.close()
