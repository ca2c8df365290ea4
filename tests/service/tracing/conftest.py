import pytest

from tests.factories import World
from tests.service.trips.scenes import Scene


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)
