"""Journeys begin at the desk of the command line's tests."""

import pytest

from tests.cli.client_commands import Desk
from tests.cli.conftest import desk, front
from tests.factories import World
from tests.journeys.county_town import CountyTown

__all__ = ["desk", "front"]


@pytest.fixture
def county(world: World, desk: Desk) -> CountyTown:
    return CountyTown(world, desk)
