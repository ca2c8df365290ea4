"""Starting and ending the server under measure, and reading what it has cost."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.door.server import TEMPLATE_URL
from tests.bench.places import Place
from tests.crash.servers import environment

_PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Clocks:
    """Processor seconds so far."""

    server: float
    database: float

    def __sub__(self, other: "Clocks") -> "Clocks":
        return Clocks(self.server - other.server, self.database - other.database)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `port` of 127.0.0.1."""

    place: Place
    pid: int
    port: int

    def read_clocks(self) -> Clocks:
        clock = (~self.pid << 3) | 2  # Linux: the whole process's, to the nanosecond
        return Clocks(time.clock_gettime(clock), self.place.read_clock())


@contextmanager
def serve(
    place: Place, *, log: Path, variables: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """It ends with the block. `log` takes its lines; `variables` are set in its environment."""
    given = {**environment(place.settings), TEMPLATE_URL: place.theirs, **(variables or {})}
    command = [sys.executable, "-m", "tests.bench.door.server"]
    with (
        log.open("ab") as lines,
        subprocess.Popen(
            command, env=given, stdout=subprocess.PIPE, stderr=lines, text=True
        ) as process,
    ):
        try:
            yield Running(place, process.pid, _read_port(process, log))
        finally:
            _end(process)


def _read_port(process: "subprocess.Popen[str]", log: Path) -> int:
    """It is said once the server answers there."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
    if found is None:
        raise RuntimeError(f"the server did not start: {line!r} {log.read_text()[-2000:]}")
    return int(found[1])


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
