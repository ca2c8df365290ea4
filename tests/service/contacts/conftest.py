import pytest

from tests.service.trips.scenes import Scene


@pytest.fixture
def scene(built_scene: Scene) -> Scene:
    return built_scene
