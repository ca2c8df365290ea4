"""Any byte of any value of any event, changed to any other: all are found, whatever they turn it into."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.ledger.queries import EVENT
from tests.tamper.attacks import Victim

SEED = 20200324
QUICK, ALL = 100, 1000
COLUMNS = [column.name for column in EVENT.c]


@pytest.fixture
def file(victim: Victim) -> Iterator[sqlite3.Connection]:
    path: Path | None = victim.ledger.context.database.path
    with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        connection.text_factory = bytes
        yield connection


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "count", [QUICK, pytest.param(ALL, marks=pytest.mark.long)], ids=["quick", "all"]
)
def test_no_mutation_is_missed(victim: Victim, file: sqlite3.Connection, count: int) -> None:
    chance = random.Random(SEED)
    rowids = [row[0] for row in file.execute("SELECT rowid FROM event ORDER BY rowid")]
    missed: list[tuple[Any, ...]] = []
    done = 0
    while done < count:
        rowid, column = chance.choice(rowids), chance.choice(COLUMNS)
        with mutated(file, chance, rowid=rowid, column=column) as change:
            if change is None:  # the number of another event: a constraint stands in the way
                continue
            done += 1
            if not victim.ledger.verify().faults:
                missed.append((rowid, column, *change))
    assert missed == []
    assert victim.ledger.verify().faults == []  # all of it was put back


@contextmanager
def mutated(
    file: sqlite3.Connection, chance: random.Random, *, rowid: int, column: str
) -> Iterator[tuple[Any, Any] | None]:
    """Old and new value while the block runs; None where the database itself refuses it."""
    read = f"SELECT {column}, typeof({column}) FROM event WHERE rowid = ?"
    before, kind = file.execute(read, [rowid]).fetchone()
    after = mutate(before, chance)
    try:
        write(file, rowid, column, after, text=kind == b"text")
    except sqlite3.IntegrityError:
        yield None
        return
    yield before, after
    write(file, rowid, column, before, text=kind == b"text")


def mutate(value: Any, chance: random.Random) -> Any:
    if value is None:
        return chance.randbytes(16)
    whole = value.to_bytes(8, "big", signed=True) if isinstance(value, int) else value
    altered = bytearray(whole)
    altered[chance.randrange(len(altered))] ^= chance.randrange(1, 256)
    if isinstance(value, int):
        return int.from_bytes(altered, "big", signed=True)
    return bytes(altered)


def write(file: sqlite3.Connection, rowid: int, column: str, value: Any, *, text: bool) -> None:
    given = "CAST(? AS TEXT)" if text else "?"
    file.execute(f"UPDATE event SET {column} = {given} WHERE rowid = ?", [value, rowid])
