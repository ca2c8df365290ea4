"""Fixtures: every test that asks for `settings` runs on SQLite and on PostgreSQL, each time on a
fresh database copied from a template."""

import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, pool, text
from sqlalchemy.engine import make_url

from service.manage.migrations import migrate
from service.settings import Settings
from service.vault.keys import key_path, make_key_file
from tests.factories import World
from tests.postgres import VARIABLE, Cluster, start_cluster

_started: list[Cluster] = []
_OWNER, _APPLICATION = "fangang_owner", "fangang_app"


def pytest_configure(config: pytest.Config) -> None:
    """One cluster for the whole run; xdist's workers inherit its address."""
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
    _make_roles(cluster.url)


def pytest_unconfigure() -> None:
    for cluster in _started:
        os.environ.pop(VARIABLE, None)
        cluster.stop()


def _make_roles(url: str) -> None:
    with _superuser(url) as connection:
        for role in (_OWNER, _APPLICATION):
            connection.execute(
                text(
                    f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOBYPASSRLS;"
                    " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
                )
            )


class _superuser:  # noqa: N801 (reads as a block)
    """An autocommitting connection of the cluster's superuser."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    migrate(_sqlite_settings(folder))
    return folder


def _sqlite_settings(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'fangang.db'}", key_file=folder / "fangang.kek"
    )


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated database that tests copy."""
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip("no PostgreSQL on this machine")
    name = f"template_{uuid.uuid4().hex[:12]}"
    with _superuser(url) as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {_OWNER}"))
    key_file = Path(f"/tmp/{name}.kek")
    migrate(_postgres_settings(url, name, key_file))
    key_file.unlink()
    yield name
    with _superuser(url) as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _postgres_settings(url: str, name: str, key_file: Path) -> Settings:
    base = make_url(url).set(database=name)
    return Settings(
        database_url=base.set(username=_APPLICATION).render_as_string(hide_password=False),
        owner_database_url=base.set(username=_OWNER).render_as_string(hide_password=False),
        key_file=key_file,
    )


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A fresh, migrated, empty database with its own keys."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        made = _sqlite_settings(tmp_path)
        database = tmp_path / "fangang.db"
        shutil.copy(template / "fangang.db", database)
        shutil.copy(key_path(template / "fangang.db"), key_path(database))
        make_key_file(made.key_file)
        yield made
        return
    template_name = request.getfixturevalue("postgres_template")
    url = os.environ[VARIABLE]
    name = f"test_{uuid.uuid4().hex[:12]}"
    with _superuser(url) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template_name} OWNER {_OWNER}"))
    made = _postgres_settings(url, name, tmp_path / "fangang.kek")
    make_key_file(made.key_file)
    yield made
    with _superuser(url) as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """An application with an empty database and a clock that stands still (tests/factories.py).
    Tokens live a year, so that a story can move the clock.
    """
    year = 24 * 366
    lasting = {"token_idle_hours": year, "token_absolute_hours": year}
    made = World(settings.model_copy(update=lasting))
    yield made
    made.close()
