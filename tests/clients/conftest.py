"""A client is written once for all tests of this folder."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from schemas.permissions import Role
from tests.clients.county import County
from tests.clients.generated import open_calls, write_client
from tests.factories import World
from tests.serving import serve


@pytest.fixture(scope="session")
def package_folder(
    document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """Where the client lies, and what its generator warned of."""
    folder = tmp_path_factory.mktemp("client")
    return folder, write_client(document, folder)


@pytest.fixture
def county(
    world: World, document: dict[str, Any], package_folder: tuple[Path, list[str]]
) -> Iterator[County]:
    """A county that has its first account and nothing else."""
    with serve(world) as address:
        calls = open_calls(document, package_folder[0], address)
        with closing(calls):
            yield County(calls, world.clock, world.client(Role.ADMINISTRATOR).token)
