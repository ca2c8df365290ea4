"""Trips that were there before drivers had rows of their own: the migration writes them from the states."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool, select

from service.db.schema import make_config
from service.manage.migrations import migrate
from service.settings import Settings
from service.trips.queries.states import TRIP_DRIVER
from tests.service.trips.scenes import Scene

NAMED = "who drives which trip"


def list_drivers(scene: Scene) -> list[tuple[object, ...]]:
    with scene.world.context.database.read(scene.world.console) as session:
        return sorted(tuple(row) for row in session.execute(select(TRIP_DRIVER)))


def take_back(settings: Settings) -> None:
    """To the revision before this one."""
    scripts = ScriptDirectory.from_config(make_config()).walk_revisions()
    (mine,) = (each for each in scripts if (each.doc or "").startswith(NAMED))
    assert isinstance(mine.down_revision, str)
    engine = create_engine(settings.migration_url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        command.downgrade(make_config(connection), mine.down_revision)
    engine.dispose()


def test_drivers_of_old_trips_are_noted(built_scene: Scene) -> None:
    scene = built_scene
    other = scene.open_trip(driver_ids=[str(scene.driver_id), str(scene.make_driver())])
    scene.open_trip()
    before = list_drivers(scene)
    assert len(before) == 3
    take_back(scene.world.settings)
    migrate(scene.world.settings)
    assert list_drivers(scene) == before
    assert len(scene.trip(other)["driver_ids"]) == 2
