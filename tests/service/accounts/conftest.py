"""A world in which tokens end as they do in use."""

from collections.abc import Iterator

import pytest

from service.settings import Settings
from tests.factories import World


@pytest.fixture
def strict_world(settings: Settings) -> Iterator[World]:
    made = World(settings)
    yield made
    made.close()
