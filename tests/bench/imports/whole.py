"""A whole import: the real server in a process of its own, the real client, a file, loopback."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.permissions import Role
from service.manage.migrations import migrate
from service.settings import Settings
from tests.bench.imports.costs import Cost, read_clock, run
from tests.crash.servers import Server, todays_world
from tests.factories import TOWNSHIP

AS_OF = "2020-03-24"


@dataclass(frozen=True, slots=True)
class Whole:
    """`client`, `server` (with its database): one import of the file. `again`: both for the same
    file once more.
    """

    client: Cost
    server: Cost
    again: Cost

    @property
    def cpu(self) -> float:
        return self.client.cpu + self.server.cpu


def import_twice(settings: Settings, folder: Path, file: Path, *, database_pid: int = 0) -> Whole:
    """`database_pid`: PostgreSQL's postmaster, whose work belongs to the server's."""
    with _serving(settings, folder) as (server, environment):
        pids = [server.process.pid, *([database_pid] if database_pid else [])]
        command = ["-m", "cli", "roster", "import", str(file), "--yes", "--as-of", AS_OF]
        first = _run_beside(pids, lambda: run(command, environment)[0])
        again = _run_beside(pids, lambda: run(command, environment)[0])
        return Whole(*first, again[0] + again[1])


def _run_beside(pids: list[int], work: Callable[[], Cost]) -> tuple[Cost, Cost]:
    """The cost of the work, and what these processes did meanwhile."""
    before, begun = sum(map(read_clock, pids)), time.perf_counter()
    cost = work()
    return cost, Cost(sum(map(read_clock, pids)) - before, time.perf_counter() - begun)


@contextmanager
def _serving(settings: Settings, folder: Path) -> Iterator[tuple[Server, dict[str, str]]]:
    """A migrated database, a clerk with a token, a server; what the client has to know of it."""
    migrate(settings)
    with todays_world(settings) as world:
        token = world.client(Role.TOWNSHIP_CLERK, township=TOWNSHIP).token
    server = Server(settings, log=folder / "server.log", bare=True)
    try:
        yield (
            server,
            {
                "FANGANG_SERVER": server.address,
                "FANGANG_TOKEN": token,
                "FANGANG_CONFIG_DIR": str(folder / "client"),
            },
        )
    finally:
        server.kill()
