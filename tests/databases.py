"""Fresh databases for tests: copies of a migrated one, of either kind."""

import shutil
import uuid
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from sqlalchemy.engine import make_url

from service.manage.migrations import migrate
from service.settings import Settings
from service.vault.keyfile import make_key_file
from tests.stages import build_stage

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what is decided before any SQL is sent; what it comes to on PostgreSQL is for another test."""
OWNER, APPLICATION = "fangang_owner", "fangang_app"
_COPIES_FILES_SINCE = 150000
"""The version of PostgreSQL that would go through its log instead, unless told."""


class Databases(Protocol):
    """One kind of database."""

    def copy(self, folder: Path, *, stage: str | None = None) -> Settings:
        """A new database: migrated and empty, with keys of its own; or as the stage left it, keys
        included. `folder` takes its files.
        """
        ...

    def make_bare(self, folder: Path) -> Settings:
        """One without any table, and without a key file. `folder` takes its files."""
        ...

    def drop(self, settings: Settings) -> None:
        """Who is still connected is thrown out."""
        ...


class SqliteDatabases:
    """`folder` takes the templates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._empty = folder / "empty"
        self._empty.mkdir()
        migrate(_sqlite_settings(self._empty))
        _sqlite_settings(self._empty).key_file.unlink()

    def copy(self, folder: Path, *, stage: str | None = None) -> Settings:
        made = _sqlite_settings(folder)
        shutil.copytree(self._build(stage) if stage else self._empty, folder, dirs_exist_ok=True)
        make_key_file(made.key_file)
        return made

    def make_bare(self, folder: Path) -> Settings:
        return _sqlite_settings(folder)

    def drop(self, settings: Settings) -> None:
        """The folder goes with whoever gave it."""

    def _build(self, stage: str) -> Path:
        folder = self._folder / stage
        if not folder.exists():
            build_stage(stage, self.copy(folder))
        return folder


def _sqlite_settings(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'fangang.db'}", key_file=folder / "fangang.kek"
    )


class PostgresDatabases:
    """`url` is a superuser's; `folder` takes the keys of the templates. One connection makes and drops
    all databases of a process.
    """

    def __init__(self, url: str, *, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._superuser = connect_superuser(url)
        self._copying = ""
        if self._superuser.info.server_version >= _COPIES_FILES_SINCE:
            self._copying = "STRATEGY FILE_COPY"
        self._empty = self._create("template")
        migrate(self._settings(self._empty, folder))
        self._stages: dict[str, tuple[str, Path]] = {}

    def copy(self, folder: Path, *, stage: str | None = None) -> Settings:
        template, keys = self._build(stage) if stage else (self._empty, None)
        name = self._create("test", f"TEMPLATE {template} {self._copying}")
        made = self._settings(name, folder)
        if keys:
            shutil.copy(keys, made.key_file)
        make_key_file(made.key_file)
        return made

    def make_bare(self, folder: Path) -> Settings:
        return self._settings(self._create("bare"), folder)

    def drop(self, settings: Settings) -> None:
        self._drop(make_url(settings.database_url.get_secret_value()).database or "")

    def close(self) -> None:
        for template in (self._empty, *(name for name, _ in self._stages.values())):
            self._drop(template)
        self._superuser.close()

    def _build(self, stage: str) -> tuple[str, Path]:
        if stage not in self._stages:
            folder = self._folder / stage
            folder.mkdir()
            made = self.copy(folder)
            build_stage(stage, made)
            name = make_url(made.database_url.get_secret_value()).database or ""
            self._stages[stage] = name, made.key_file
        return self._stages[stage]

    def _settings(self, name: str, folder: Path) -> Settings:
        return postgres_settings(self._url, name, folder / "fangang.kek")

    def _create(self, kind: str, how: str = "") -> str:
        name = f"{kind}_{uuid.uuid4().hex[:12]}"
        self._superuser.execute(f"CREATE DATABASE {name} OWNER {OWNER} {how}".encode())
        return name

    def _drop(self, name: str) -> None:
        self._superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def connect_superuser(url: str) -> psycopg.Connection:
    """Autocommitting: databases are not made in a transaction."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def make_roles(url: str) -> None:
    """Roles belong to a whole cluster; those that are there stay."""
    with closing(connect_superuser(url)) as superuser:
        for role in (OWNER, APPLICATION):
            superuser.execute(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOBYPASSRLS;"
                " EXCEPTION WHEN duplicate_object THEN NULL; END $$".encode()
            )


def postgres_settings(url: str, name: str, key_file: Path) -> Settings:
    base = make_url(url).set(database=name)
    return Settings(
        database_url=base.set(username=APPLICATION).render_as_string(hide_password=False),
        owner_database_url=base.set(username=OWNER).render_as_string(hide_password=False),
        key_file=key_file,
    )
