from collections.abc import Iterator

import pytest

from service.trips.actions.rebuild import check_derived
from tests.factories import COUNTY, World
from tests.service.trips.scenes import Scene


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    """At the end of every test what is stored must be what the events say."""
    made = Scene(world)
    yield made
    with world.context.database.read(world.console) as session:
        assert list(check_derived(session, COUNTY)) == []
