"""Fresh databases for tests: copies of a migrated one, of either kind."""

import shutil
import uuid
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from service.manage.migrations import migrate
from service.settings import Settings
from service.vault.keyfile import make_key_file
from service.vault.store import key_path

OWNER, APPLICATION = "fangang_owner", "fangang_app"
_COPIES_FILES_SINCE = 150000
"""The version of PostgreSQL that would go through its log instead, unless told."""


class Databases(Protocol):
    """One kind of database."""

    def copy(self, folder: Path) -> Settings:
        """A new migrated database with keys of its own; `folder` takes its files."""
        ...

    def drop(self, settings: Settings) -> None:
        """Who is still connected is thrown out."""
        ...


class SqliteDatabases:
    """`folder` takes the template."""

    def __init__(self, folder: Path) -> None:
        migrate(_sqlite_settings(folder))
        self._template = folder / "fangang.db"

    def copy(self, folder: Path) -> Settings:
        made = _sqlite_settings(folder)
        database = folder / "fangang.db"
        shutil.copy(self._template, database)
        shutil.copy(key_path(self._template), key_path(database))
        make_key_file(made.key_file)
        return made

    def drop(self, settings: Settings) -> None:
        """The folder goes with whoever gave it."""


def _sqlite_settings(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'fangang.db'}", key_file=folder / "fangang.kek"
    )


class PostgresDatabases:
    """`url` is a superuser's. One connection makes and drops all of a process."""

    def __init__(self, url: str, *, folder: Path) -> None:
        self._url = url
        self._superuser = connect_superuser(url)
        self._template = self._create("template")
        migrate(postgres_settings(url, self._template, folder / "template.kek"))
        copies_files = self._superuser.info.server_version >= _COPIES_FILES_SINCE
        self._how = f"TEMPLATE {self._template}{' STRATEGY FILE_COPY' if copies_files else ''}"

    def copy(self, folder: Path) -> Settings:
        made = postgres_settings(self._url, self._create("test", self._how), folder / "fangang.kek")
        make_key_file(made.key_file)
        return made

    def drop(self, settings: Settings) -> None:
        self._drop(make_url(settings.database_url.get_secret_value()).database or "")

    def close(self) -> None:
        self._drop(self._template)
        self._superuser.close()

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
