"""Client and server are killed while rosters are imported. Whoever goes on ends in the registry that an
undisturbed import gives, and whatever was acknowledged is there.

Each seed is a roster of its own in one registry: who is killed and when come from the seed.
"""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import run_command
from cli.roster import sending
from schemas.permissions import Role
from service.settings import Settings
from tests.cli.client_commands import make_line, write_roster
from tests.crash.clerk import HOW, Machine, finish
from tests.crash.registries import Registry, check_imports, read_registry
from tests.crash.servers import Server, todays_world
from tests.databases import SqliteDatabases
from tests.factories import make_id_number, make_name, make_phone
from tests.serving import serve

pytestmark = pytest.mark.crash

SEED = 20200324
QUICK, ALL = 3, 100
ROWS, CHUNK, CHUNKS = 120, 15, 8
WHO = ("client", "server", "both")
THOROUGH_EVERY = 20


@dataclass
class Office:
    """The clerk's machine and the server, which keeps its port over its lives."""

    settings: Settings
    machine: Machine
    server: Server
    log: Path

    @property
    def address(self) -> str:
        return self.server.address

    def restart(self) -> None:
        port = int(self.address.rpartition(":")[2])
        self.server.kill()
        self.server = Server(self.settings, log=self.log, port=port)

    def import_and_kill(self, file: str, who: str, *, chunks: int, after: float) -> None:
        """`after` so many seconds from the answer to the n-th chunk (0: from the announcement)."""
        noted = len(self.machine.read_notes())
        client = self.machine.import_roster(self.address, file)
        self.machine.wait_until_announced(client)
        self.machine.wait_for_notes(client, noted + chunks)
        time.sleep(after)
        if who != "server":
            client.kill()
        if who != "client":
            self.restart()
        finish(client)

    def go_on(self, file: str) -> None:
        """As the clerk does: by the receipt, or with the file again where none was kept."""
        kept = self.machine.list_receipts()
        client = (
            self.machine.resume(self.address)
            if kept
            else self.machine.import_roster(self.address, file)
        )
        code, said = finish(client)
        assert code == 0, said
        assert self.machine.list_receipts() == []


def write_village(folder: Path, number: int) -> str:
    """A roster of people whom no other number has."""
    birth = f"{1960 + number // 4}-0{1 + number % 4}-15"
    lines = [
        make_line(
            0,
            id_number=make_id_number(birth=birth, sequence=row),
            name=make_name(number * 7 + row),
            phone=make_phone(number * 1_000 + row),
            village=f"第{number}村",
        )
        for row in range(ROWS)
    ]
    return write_roster(folder / f"{number:03}.xlsx", {"花名册": lines}).name


@contextmanager
def open_office(settings: Settings, folder: Path) -> Iterator[Office]:
    with todays_world(settings) as world:
        token = world.client(Role.TOWNSHIP_CLERK).token
    log = folder / "server.log"
    machine = Machine(folder, token, chunk=CHUNK)
    office = Office(settings, machine, Server(settings, log=log), log)
    try:
        yield office
    finally:
        office.server.kill()


def read(settings: Settings) -> Registry:
    with todays_world(settings) as world:
        return read_registry(world, world.client())


@pytest.fixture
def undisturbed(sqlite: SqliteDatabases, tmp_path: Path) -> Settings:
    """A second registry, where nobody is killed."""
    folder = tmp_path / "undisturbed-database"
    folder.mkdir()
    return sqlite.copy(folder)


@pytest.mark.parametrize(
    "seeds", [QUICK, pytest.param(ALL, marks=pytest.mark.long)], ids=["quick", "all"]
)
def test_an_import_survives(
    settings: Settings,
    undisturbed: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seeds: int,
) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    files = [write_village(folder, number) for number in range(seeds)]
    expected, seconds = import_undisturbed(undisturbed, folder, files, monkeypatch)
    chance, halved = random.Random(SEED), 0
    with open_office(settings, folder) as office:
        for number, file in enumerate(files):
            before = len(office.machine.read_notes())
            who, chunks = WHO[number % len(WHO)], chance.randrange(CHUNKS)
            after = chance.uniform(0, seconds / (CHUNKS if chunks else 1))
            office.import_and_kill(file, who, chunks=chunks, after=after)
            is_thorough = number % THOROUGH_EVERY == THOROUGH_EVERY - 1
            notes = office.machine.read_notes()[before:]
            check_imports(settings, notes, thorough=is_thorough)
            halved += 0 < len(notes) < CHUNKS
            office.go_on(file)
    acknowledged = office.machine.read_notes()
    assert len(acknowledged) >= seeds * CHUNKS // 2
    events = check_imports(settings, acknowledged, thorough=True)
    assert events == seeds * CHUNKS
    assert read(settings) == expected
    assert "unexpected" not in office.log.read_text()
    print(f"{halved} of {seeds} imports were broken off between two chunks")
    assert halved >= seeds // 4


def import_undisturbed(
    settings: Settings, folder: Path, files: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Registry, float]:
    """The registry, and the seconds that the chunks of one file take on this machine now."""
    with todays_world(settings) as world, serve(world) as address, monkeypatch.context() as patch:
        machine = Machine(folder / "calm", world.client(Role.TOWNSHIP_CLERK).token)
        for name, value in machine.name_variables(address).items():
            patch.setenv(name, value)
        patch.setattr(sending, "CHUNK_ROWS", CHUNK)
        begun = time.monotonic()
        for file in files:
            assert run_command(["roster", "import", str(folder / file), *HOW]) == 0
        seconds = (time.monotonic() - begun) / len(files)
    return read(settings), seconds
