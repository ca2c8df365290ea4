"""Databases to measure on: a SQLite file in a folder, and a throw-away PostgreSQL as the tests find it.

PostgreSQL is used as in a county: the application's role under row-level security, and commits that go
to the log at once. It lies in memory and does without fsync, so that its wall times say little.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from service.manage.migrations import migrate
from service.settings import Settings
from tests.bench.imports.costs import find_postmaster, read_clock
from tests.databases import APPLICATION, OWNER, connect_superuser, make_roles, postgres_settings
from tests.postgres import start_cluster

_OURS, _THEIRS = "bench_ours", "bench_theirs"


@dataclass(frozen=True, slots=True)
class Place:
    """`settings`: the product's migrated database. `theirs`: URL of an empty one for what is compared
    with it. `postmaster`: PostgreSQL's process; 0 on SQLite, which works inside the server.
    """

    name: str
    settings: Settings
    theirs: str
    version: str
    postmaster: int = 0

    def read_clock(self) -> float:
        """Processor seconds of the database so far."""
        return read_clock(self.postmaster) if self.postmaster else 0.0


def open_sqlite(folder: Path) -> Place:
    """`folder` is made."""
    import sqlite3  # noqa: PLC0415 - for its version only

    folder.mkdir()
    url = f"sqlite:///{folder / 'fangang.db'}"
    settings = Settings(database_url=url, key_file=folder / "fangang.kek")
    migrate(settings)
    theirs = f"sqlite:///{folder / 'theirs.db'}"
    return Place("SQLite", settings, theirs, sqlite3.sqlite_version)


@contextmanager
def open_postgres(folder: Path) -> Iterator[Place | None]:
    """None where there is no PostgreSQL to be had. `folder` is made, and takes the keys."""
    cluster = start_cluster()
    if cluster is None:
        yield None
        return
    try:
        folder.mkdir()
        yield _prepare(cluster.url, folder)
    finally:
        cluster.stop()


def _prepare(url: str, folder: Path) -> Place:
    make_roles(url)
    with closing(connect_superuser(url)) as superuser:
        for name, owner in ((_OURS, OWNER), (_THEIRS, APPLICATION)):
            superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            superuser.execute(f"CREATE DATABASE {name} OWNER {owner}".encode())
            superuser.execute(f"ALTER DATABASE {name} SET synchronous_commit = on".encode())
        parent = find_postmaster(superuser.info.backend_pid)
        version = superuser.info.parameter_status("server_version") or ""
    settings = postgres_settings(url, _OURS, folder / "fangang.kek")
    migrate(settings)
    theirs = make_url(url).set(database=_THEIRS, username=APPLICATION)
    shown = theirs.render_as_string(hide_password=False)
    return Place("PostgreSQL", settings, shown, version.split()[0], parent)
