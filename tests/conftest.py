"""Fixtures: every test that asks for `settings` runs on SQLite and on PostgreSQL, each time on a
fresh database copied from a template.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.app.create import create_app
from service.settings import Settings
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, make_roles
from tests.factories import World
from tests.folders import find_memory
from tests.postgres import VARIABLE, Cluster, start_cluster
from tests.stages import find_stage, open_world, take_stage
from tests.statements import share_compiled

_started: list[Cluster] = []
_SYNCED = ("long", "race", "crash")
"""The marks of tests whose database lies on a disk, where a commit takes its time."""


def pytest_configure(config: pytest.Config) -> None:
    """One cluster for the whole run; xdist's workers inherit its address."""
    share_compiled()
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    given = os.environ.get(VARIABLE)
    cluster = start_cluster()
    if cluster is None:
        print(
            "\n*** NO POSTGRESQL FOUND: the PostgreSQL half of the tests does NOT run ***",
            file=sys.stderr,
        )
        if os.environ.get("CI"):
            pytest.exit("CI needs PostgreSQL", returncode=3)
        return
    if not given:
        _started.append(cluster)
        os.environ[VARIABLE] = cluster.url
    make_roles(cluster.url)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of tests marked `tables` one case of each runs on PostgreSQL: the SQL is the same for all of them."""
    seen: set[str] = set()
    left_out = []
    for item in items:
        case = getattr(item, "callspec", None)
        if case is None or not item.get_closest_marker("tables"):
            continue
        name = item.nodeid.partition("[")[0]
        if case.params.get("settings") == "postgres" and name in seen:
            left_out.append(item)
        elif case.params.get("settings") == "postgres":
            seen.add(name)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(map(id, left_out))
        items[:] = [item for item in items if id(item) not in gone]


def pytest_collection_finish() -> None:
    """What was loaded until now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    for cluster in _started:
        os.environ.pop(VARIABLE, None)
        cluster.stop()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresDatabases]:
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip("no PostgreSQL on this machine")
    made = PostgresDatabases(url, folder=tmp_path_factory.mktemp("postgres"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def document(sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The API document. Made once: it takes a second, and nobody changes it."""
    made: dict[str, Any] = create_app(sqlite.copy(tmp_path_factory.mktemp("document"))).openapi()
    return made


@pytest.fixture
def database_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Where the test's database lies, with nothing else in it but its keys."""
    memory = find_memory()
    if memory is None or any(request.node.get_closest_marker(each) for each in _SYNCED):
        yield tmp_path
        return
    folder = tempfile.mkdtemp(prefix="fangang-", dir=memory)
    yield Path(folder)
    shutil.rmtree(folder)


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> str | None:
    """Where the test begins (tests/stages.py): at one of the fixtures `built_…`, or with nothing."""
    return find_stage(request.fixturenames)


@pytest.fixture(params=["sqlite", "postgres"])
def settings(
    request: pytest.FixtureRequest, database_folder: Path, stage: str | None
) -> Iterator[Settings]:
    """A fresh, migrated database with its own keys; empty, but for what the test's stage put there."""
    databases: Databases = request.getfixturevalue(request.param)
    made = databases.copy(database_folder, stage=stage)
    yield made
    databases.drop(made)


@pytest.fixture
def world(settings: Settings, stage: str | None) -> Iterator[World]:
    """An application on that database, with a clock that stands still (tests/factories.py)."""
    made = open_world(settings, stage)
    yield made
    made.close()


@pytest.fixture
def built_scene(world: World) -> Any:
    """A Scene (tests/service/trips/scenes.py)."""
    return take_stage(world, "built_scene")


@pytest.fixture
def built_coach(world: World) -> Any:
    """A LoadedCoach with three people (tests/cli/trip_scenes.py)."""
    return take_stage(world, "built_coach")


@pytest.fixture
def built_story(world: World) -> Any:
    """A Story (tests/stories.py)."""
    return take_stage(world, "built_story")
