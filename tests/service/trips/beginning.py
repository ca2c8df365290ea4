"""Many cases from one beginning, without building it for each of them. On SQLite, where a database is
a file that can be put back.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from service.trips.actions.rebuild import check_derived
from tests.factories import COUNTY, World
from tests.service.trips.scenes import Scene

Case = TypeVar("Case")


def from_here(scene: Scene, cases: Iterable[Case]) -> Iterator[Case]:
    """Each case finds the database and the time as they are now. What it leaves behind must be what the
    events say.
    """
    world, begin = scene.world, scene.now
    database = world.context.database
    if database.path is None:
        raise ValueError("only a SQLite file can be put back")
    database.dispose()  # with its last connection the log goes: the file is the whole database
    content = database.path.read_bytes()
    for case in cases:
        yield case
        assert_derived(world)
        database.dispose()
        database.path.write_bytes(content)
        world.clock.now = begin


def assert_derived(world: World) -> None:
    """What is stored of trips is what their events say."""
    with world.context.database.read(world.console) as session:
        assert list(check_derived(session, COUNTY)) == []
