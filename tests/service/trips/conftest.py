from collections.abc import Iterator

import pytest

from tests.factories import World
from tests.service.trips.beginning import assert_derived
from tests.service.trips.scenes import Scene


@pytest.fixture
def scene(world: World, built_scene: Scene) -> Iterator[Scene]:
    """At the end of every test what is stored must be what the events say."""
    yield built_scene
    assert_derived(world)
