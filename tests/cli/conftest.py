"""A desk in front of a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from tests.cli.client_commands import Desk
from tests.databases import SqliteDatabases
from tests.factories import World
from tests.serving import Front, listen


@pytest.fixture(autouse=True)
def _own_settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered on this computer is nobody else's, and no other test's."""
    monkeypatch.setenv("FANGANG_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))


@pytest.fixture
def settings(sqlite: SqliteDatabases, database_folder: Path, stage: str | None) -> Settings:
    """A fresh SQLite: what the client does with an answer does not depend on the server's database.
    That the answers are the same on both is for the tests of the service and the journeys.
    """
    return sqlite.copy(database_folder, stage=stage)


@pytest.fixture(scope="session")
def front() -> Iterator[tuple[Front, str]]:
    """One port for all desks of a process: to open and close one takes longer than most tests."""
    front = Front()
    with listen(front) as address:
        yield front, address


@pytest.fixture
def desk(
    world: World,
    front: tuple[Front, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    shown, address = front
    with shown.showing(world.http.app):
        yield Desk(address, folder, monkeypatch, capsys)
