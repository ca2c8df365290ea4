"""Journeys begin at the desk of the command line's tests."""

import pytest

from tests.cli.client_commands import Desk
from tests.cli.conftest import desk, front
from tests.journeys.county_town import CountyTown
from tests.service.trips.scenes import Scene

__all__ = ["desk", "front"]


@pytest.fixture
def county(built_scene: Scene, desk: Desk) -> CountyTown:
    return CountyTown(built_scene, desk)
