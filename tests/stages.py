"""What many tests begin with, built once for a process: each test gets a copy of its database, and the
same objects in a world of its own.

A test asks for a stage by the fixture of its name (tests/conftest.py), and finds its database as the
builder left it: the same ids, accounts, tokens, keys and time.
"""

import copy
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from service.settings import Settings
from tests.cli.trip_scenes import load_coach
from tests.dba import is_sqlite
from tests.factories import World
from tests.service.trips.scenes import Scene
from tests.service.trips.two_trips import TwoTrips
from tests.stories import tell_story

_YEAR_HOURS = 24 * 366
_BUILDERS: dict[str, Callable[[World], Any]] = {
    "built_scene": Scene,
    "built_coach": lambda world: load_coach(Scene(world)),
    "built_story": tell_story,
    "built_two_trips": TwoTrips.build,
}


@dataclass(frozen=True, slots=True)
class _Built:
    """`world` is closed; what was made in it points to it."""

    world: World
    made: Any


_built: dict[tuple[bool, str], _Built] = {}


def find_stage(fixtures: Collection[str]) -> str | None:
    """The one stage among a test's fixtures; two would want one database each."""
    wanted = [name for name in _BUILDERS if name in fixtures]
    if len(wanted) > 1:
        raise ValueError(f"a test begins at one stage, not at {wanted}")
    return wanted[0] if wanted else None


def build_stage(stage: str, settings: Settings) -> None:
    """In an empty database, which nobody is connected to afterwards."""
    with closing(open_world(settings)) as world:
        _built[is_sqlite(settings), stage] = _Built(world, _BUILDERS[stage](world))


def open_world(settings: Settings, stage: str | None = None) -> World:
    """Tokens live a year, so that a story can move the clock."""
    lasting = {"token_idle_hours": _YEAR_HOURS, "token_absolute_hours": _YEAR_HOURS}
    world = World(settings.model_copy(update=lasting))
    if stage is not None:
        world.go_on_from(_built[is_sqlite(settings), stage].world)
    return world


def take_stage(world: World, stage: str) -> Any:
    """What the builder made, as if it had been made in this world."""
    built = _built[is_sqlite(world.settings), stage]
    return copy.deepcopy(built.made, {id(built.world): world, id(built.world.http): world.http})
