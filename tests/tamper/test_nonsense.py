"""Values that no program of ours writes, of any type: each is named, and none ends the check."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, text

from service.ledger.bodies import event_hash
from service.ledger.queries import EVENT, EVENT_PART, LOG_PENDING, STREAM
from tests.dba import dba
from tests.ledgers import TRIP
from tests.tamper.attacks import TRIP_NAME, Victim, name_faults

NONSENSE: list[Any] = [b"", b"\0", b"\xff\xfe", "\u00ff", "x", -1, 5, 2**62, 1.5, "2020-03-24"]
PLACES = {EVENT: "id", STREAM: "id", EVENT_PART: "event_id", LOG_PENDING: "event_id"}
COLUMNS = [(table, column.name) for table in PLACES for column in table.c]
NO_TEXT = "CAST(x'ff' AS TEXT)"
OTHER_TYPE = {
    ("event", "stream_kind"): "CAST(stream_kind AS BLOB)",
    ("event", "kind"): "CAST(kind AS BLOB)",
    ("event", "body"): "CAST(body AS TEXT)",
    ("stream", "kind"): "CAST(kind AS BLOB)",
    ("event_part", "part"): "CAST(part AS BLOB)",
    ("event_part", "personal_class"): "CAST(personal_class AS BLOB)",
}
"""What says the same to whoever does not look at types."""


@pytest.fixture
def file(victim: Victim) -> Iterator[sqlite3.Connection]:
    path: Path | None = victim.ledger.context.database.path
    with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=str)
def test_nonsense_is_named(
    victim: Victim, file: sqlite3.Connection, table: Table, column: str
) -> None:
    place = PLACES[table]
    [(chosen,)] = file.execute(f"SELECT max({place}) FROM {table.name}")
    file.execute(f"CREATE TEMP TABLE sound AS SELECT * FROM {table.name}")
    expressions = [NO_TEXT, OTHER_TYPE.get((table.name, column), NO_TEXT)]
    changes = [*(("?", [each]) for each in NONSENSE), *((each, []) for each in expressions)]
    for change, values in changes:
        update = f"UPDATE {table.name} SET {column} = {change} WHERE {place} = ?"
        file.execute(update, [*values, chosen])
        assert name_faults(victim) != [], (change, values)
        file.execute(f"DELETE FROM main.{table.name}")
        file.execute(f"INSERT INTO main.{table.name} SELECT * FROM sound")
    assert name_faults(victim) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_stream_of_another_type_is_named(victim: Victim, file: sqlite3.Connection) -> None:
    """Its events and its head alike, so that they still belong together."""
    file.execute("UPDATE event SET stream_kind = CAST(stream_kind AS BLOB)")
    file.execute("UPDATE stream SET kind = CAST(kind AS BLOB)")
    assert {code for code, _, _ in name_faults(victim)} == {"column-altered"}


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
