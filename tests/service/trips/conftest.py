from collections.abc import Iterator

import pytest

from service.trips.actions.rebuild import check_derived
from tests.factories import COUNTY, World
from tests.service.trips.scenes import Scene


@pytest.fixture
def scene(world: World, built_scene: Scene) -> Iterator[Scene]:
    """At the end of every test what is stored must be what the events say."""
    yield built_scene
    with world.context.database.read(world.console) as session:
        assert list(check_derived(session, COUNTY)) == []
