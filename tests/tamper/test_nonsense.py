"""Values that no program of ours writes, of any type: each is named, and none ends the check."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.ledger.hashing import event_hash
from tests.dba import dba
from tests.ledgers import TRIP
from tests.tamper.attacks import TRIP_NAME, Victim, name_faults

NONSENSE: list[Any] = [b"", b"\xff\xfe", "\u00ff", -1, 2**62, 1.5, "2020-03-24"]
COLUMNS = {
    "event": ["stream_kind", "kind", "seq", "happened_at", "recorded_at", "body", "hash"],
    "stream": ["seq", "hash"],
    "event_part": ["part", "personal_class", "sealed"],
    "log_pending": ["event_hash"],
}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, names in COLUMNS.items() for column in names]
)
def test_nonsense_is_named(victim: Victim, table: str, column: str) -> None:
    path: Path | None = victim.ledger.context.database.path
    with closing(sqlite3.connect(str(path), isolation_level=None)) as file:
        place = {"event": "id", "stream": "id"}.get(table, "event_id")
        [(chosen,)] = file.execute(f"SELECT max({place}) FROM {table}")
        [(before,)] = file.execute(f"SELECT {column} FROM {table} WHERE {place} = ?", [chosen])
        for value in NONSENSE:
            file.execute(f"UPDATE {table} SET {column} = ? WHERE {place} = ?", [value, chosen])
            assert name_faults(victim) != [], value
            file.execute(f"UPDATE {table} SET {column} = ? WHERE {place} = ?", [before, chosen])
    assert name_faults(victim) == []


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("column", ["happened_at", "recorded_at"])
@pytest.mark.parametrize("instant", ["infinity", "-infinity", "294276-12-31Z", "4713-01-01 BC"])
def test_an_instant_beyond_all_calendars_is_named(
    victim: Victim, column: str, instant: str
) -> None:
    change = text(f"UPDATE event SET {column} = :instant WHERE id = :id")
    with dba(victim.ledger.context.settings) as connection:
        connection.execute(change, {"instant": instant, "id": victim.trip[1].id})
    assert name_faults(victim) == [("column-altered", TRIP_NAME, 2)]


@pytest.mark.parametrize("body", [b"[" * 100_000, b"null", b'{"id":"\xff"}', b'"x"', b"1e999"])
def test_a_body_that_is_none_is_named(victim: Victim, body: bytes) -> None:
    """Its hash fits: then it is the columns that say something else."""

    def attack(victim: Victim) -> None:
        rows = victim.rows(TRIP)
        victim.set(victim.trip[1], body=body, hash=event_hash(rows[0]["hash"], body))

    victim.attack(attack)
    assert name_faults(victim) == [("column-altered", TRIP_NAME, 2)]
