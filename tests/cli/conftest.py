"""A desk in front of a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.client_commands import Desk
from tests.factories import World
from tests.serving import serve


@pytest.fixture(autouse=True)
def _own_settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered on this computer is nobody else's, and no other test's."""
    monkeypatch.setenv("FANGANG_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))


@pytest.fixture
def desk(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with serve(world) as server:
        yield Desk(server, folder, monkeypatch, capsys)
