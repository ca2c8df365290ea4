"""The floor of an import on SQLite: the rows that it left behind, stored again by the bare driver in
the same chunks and commits, with nothing decided, sealed or sent.
"""

import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any

from service.manage.migrations import migrate
from service.settings import Settings
from tests.bench.imports.costs import Cost, measure

_CHUNK = 500
_TABLES = ("worker", "travel_demand", "worker_source", "roster_before")
_KEYS = ("subject_key",)


def time_replay(imported: Path, folder: Path) -> Cost:
    """`imported`: the database file of an import; its key file lies beside it."""
    folder.mkdir()
    copy = folder / "copy.db"
    migrate(Settings(database_url=f"sqlite:///{copy}", key_file=folder / "copy.kek"))
    stores = [(imported, copy, _TABLES), (_keys_of(imported), _keys_of(copy), _KEYS)]
    work = [(_open(new), _read(old, tables)) for old, new, tables in stores]
    chunks = max(1, len(work[0][1]["worker"]) // _CHUNK)

    def replay() -> None:
        for connection, rows_of in work:
            _store(connection, rows_of, chunks)

    cost = measure(replay)
    for connection, _ in work:
        connection.close()
    return cost


def _keys_of(path: Path) -> Path:
    return path.with_name(path.name + ".keys")


def _open(path: Path) -> sqlite3.Connection:
    """As the service opens it; the import that the rows belong to is not asked for."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


def _read(path: Path, tables: tuple[str, ...]) -> dict[str, list[tuple[Any, ...]]]:
    connection = sqlite3.connect(path)
    rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    connection.close()
    return rows


def _store(
    connection: sqlite3.Connection, rows_of: dict[str, list[tuple[Any, ...]]], chunks: int
) -> None:
    """A chunk of people a commit, with as many rows of each table as belong to them."""
    sources = {table: iter(rows) for table, rows in rows_of.items()}
    share = {table: -(-len(rows) // chunks) for table, rows in rows_of.items()}
    for _ in range(chunks):
        connection.execute("BEGIN IMMEDIATE")
        for table, source in sources.items():
            part = list(islice(source, share[table]))
            if part:
                marks = ", ".join("?" * len(part[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", part)
        connection.execute("COMMIT")
