"""A desk in front of a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.client_commands import Desk
from tests.factories import World
from tests.serving import serve


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
