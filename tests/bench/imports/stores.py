"""The database step alone: the rows of the registry as they are, stored by us and by the least that
could store them.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, MetaData, create_engine, select, text
from sqlmodel import Session

from service.db.bulk import write_many
from service.registry.queries import WORKER
from tests.bench import rosters
from tests.bench.imports.costs import Cost, measure

_CHUNK = 500
_COLUMNS = 25


def time_bare_sqlite(folder: Path, rows: int) -> Cost:
    """B: one executemany of 25 columns, a key and a unique digest, one commit."""
    connection = sqlite3.connect(folder / "bare.db")
    connection.execute("PRAGMA journal_mode=WAL")
    names = [f"c{place}" for place in range(_COLUMNS)]
    connection.execute(
        f"CREATE TABLE bare ({', '.join(names)}, PRIMARY KEY (c0, c1), UNIQUE (c0, c2))"
        " WITHOUT ROWID"
    )
    values = list(_make_bare(rows))
    insert = f"INSERT INTO bare VALUES ({', '.join('?' * _COLUMNS)})"

    def work() -> None:
        connection.executemany(insert, values)
        connection.commit()

    cost = measure(work)
    connection.close()
    (folder / "bare.db").unlink()
    return cost


def _make_bare(rows: int) -> Iterator[tuple[Any, ...]]:
    """A roster's fifteen cells, an id in the order of entry, and a digest that is in none."""
    for number in range(rows):
        digest = number.to_bytes(4, "big")[::-1] * 8
        filling = (None,) * (_COLUMNS - 18)
        identifier = number.to_bytes(16, "big")
        yield ("211221", identifier, digest, *rosters.make_row(number), *filling)


def time_postgres(url: str, pid_clock: Callable[[], float]) -> dict[str, Cost]:
    """`copy`: COPY of a prebuilt buffer; `ours`: write_many, client and server. Both into an empty
    table like the registry's, with its indexes. The registry of `url` must hold the people.
    """
    engine = create_engine(url)
    with Session(engine) as session:
        rows = [dict(row) for row in session.execute(select(WORKER)).mappings()]
    _make_tables(engine)
    buffer = _read_buffer(url)
    costs = {
        "copy": _with_server(pid_clock, lambda: _copy(url, buffer)),
        "ours": _with_server(pid_clock, lambda: _write(engine, rows)),
    }
    engine.dispose()
    return costs


def _with_server(pid_clock: Callable[[], float], work: Callable[[], object]) -> Cost:
    before = pid_clock()
    cost = measure(work)
    return Cost(cost.cpu + pid_clock() - before, cost.wall)


def _make_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in ("bench_copy", "bench_ours"):
            connection.execute(text(f"CREATE TABLE {name} (LIKE worker INCLUDING ALL)"))


def _read_buffer(url: str) -> bytes:
    statement = "COPY worker TO STDOUT (FORMAT binary)"
    with _connect(url) as connection, connection.cursor().copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def _copy(url: str, buffer: bytes) -> None:
    statement = "COPY bench_copy FROM STDIN (FORMAT binary)"
    with _connect(url) as connection, connection.cursor().copy(statement) as copy:
        copy.write(buffer)


def _connect(url: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))


def _write(engine: Engine, rows: Sequence[Mapping[str, Any]]) -> None:
    table = WORKER.to_metadata(MetaData(), name="bench_ours")
    with Session(engine) as session:
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            write_many(session, table, part, conflict="overwrite")
        session.commit()
