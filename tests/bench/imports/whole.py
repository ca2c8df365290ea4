"""A whole import: the real server in a process of its own, the real client, a file, loopback."""

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
    """One import of the file: the client's cost, processor seconds of the server and of PostgreSQL (0 for
    SQLite, which works inside the server). `again`: processor seconds of all three for the file once more.
    """

    client: Cost
    server: float
    database: float
    again: float

    @property
    def cpu(self) -> float:
        return self.client.cpu + self.server + self.database


def import_twice(settings: Settings, folder: Path, file: Path, *, postmaster: int = 0) -> Whole:
    """`postmaster`: the process of PostgreSQL; 0 on SQLite."""
    with _serving(settings, folder) as (server, environment):
        pids = [server.process.pid, *([postmaster] if postmaster else [])]
        command = ["-m", "cli", "roster", "import", str(file), "--yes", "--as-of", AS_OF]
        client, *others = _run_beside(pids, lambda: run(command, environment)[0])
        again, *more = _run_beside(pids, lambda: run(command, environment)[0])
        return Whole(client, others[0], sum(others[1:]), again.cpu + sum(more))


def _run_beside(pids: list[int], work: Callable[[], Cost]) -> tuple[Cost, *tuple[float, ...]]:
    """The cost of the work, and the processor seconds of these processes meanwhile."""
    before = [read_clock(pid) for pid in pids]
    cost = work()
    after = [read_clock(pid) for pid in pids]
    return cost, *(now - then for then, now in zip(before, after, strict=True))


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
