"""Journeys begin at the desk of the command line's tests."""

import pytest

from service.settings import Settings
from tests.cli.client_commands import Desk
from tests.cli.conftest import desk, front
from tests.factories import World
from tests.journeys.county_town import CountyTown
from tests.journeys.seasons import Case, Season
from tests.service.manage.conftest import Program, make_environment
from tests.service.trips.scenes import Scene

__all__ = ["desk", "front"]


@pytest.fixture
def county(built_scene: Scene, desk: Desk) -> CountyTown:
    return CountyTown(built_scene, desk)


@pytest.fixture
def season(world: World, desk: Desk, settings: Settings, case: Case) -> Season:
    """Of the test's parameter `case`, in whose county `settings` must be."""
    county: dict[str, str | None] = {"FANGANG_COUNTY_CODE": case.county}
    return Season(case, world, desk, Program(make_environment(settings) | county))
