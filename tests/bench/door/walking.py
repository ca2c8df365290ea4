"""What one warmed told event passes on its way: own files, own function calls, SQL statements. In this
process, on SQLite, through the whole application.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.walks import watching
from tests.bench.places import open_sqlite
from tests.factories import World
from tests.service.trips.scenes import Scene

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@dataclass(frozen=True, slots=True)
class Way:
    """`statements` without those that begin, end and set a transaction, which are `around`."""

    files: int
    calls: int
    statements: int
    around: int


def walk() -> Way:
    """The second `passenger.notified` about a person; all that is read once was read by the first."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _watching_sqlite() as sqlite,
        watching() as walked,
    ):
        world = World(open_sqlite(Path(folder) / "walk").settings)
        try:
            scene = Scene(world)
            trip = scene.open_trip()
            passenger, *_ = scene.assign(trip, scene.make_workers(30))
            told = {"passenger_id": passenger, "channel": "telephone", "outcome": "reached"}
            world.clock.advance(minutes=1.01)  # told exactly, and not within a whole minute before
            scene.tell(trip, "passenger.notified", **told)
            world.clock.advance(minutes=0.51)  # the token's use is noted once a minute
            event = scene.event("passenger.notified", **told)
            with walked.counting(), sqlite.tracing() as statements:
                scene.record(trip, event)
        finally:
            world.close()
    around = sum(each.lstrip().upper().startswith(_FRAME) for each in statements)
    return Way(len(walked.calls), walked.calls.total(), len(statements) - around, around)


class _Connections:
    """To SQLite, of whatever library."""

    def __init__(self) -> None:
        self.opened: list[sqlite3.Connection] = []
        self.watches = True

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watches and event == "sqlite3.connect/handle":
            self.opened.append(arguments[0])

    @contextmanager
    def tracing(self) -> Iterator[list[str]]:
        """The statements that run in the block on the connections that are open."""
        statements: list[str] = []
        for each in self.opened:
            with suppress(sqlite3.ProgrammingError):  # closed
                each.set_trace_callback(statements.append)
        yield statements


@contextmanager
def _watching_sqlite() -> Iterator[_Connections]:
    """Connections that are opened in the block."""
    connections = _Connections()
    sys.addaudithook(connections.note)  # cannot be taken away again
    try:
        yield connections
    finally:
        connections.watches = False
        connections.opened.clear()
