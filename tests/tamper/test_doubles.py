"""Rows that are there twice, which only a database without its constraints admits."""

import pytest
from sqlalchemy import Connection, text

from tests.dba import dba
from tests.tamper.attacks import TRIP_NAME, Victim, name_faults
from tests.tamper.test_spans import name_in_spans

TABLES = ["event_part", "log_pending", "stream", "event"]
THIRD = "SELECT id FROM event WHERE stream_kind = 'trip' AND seq = 3"
DOUBLES = {
    "an event": f"INSERT INTO event SELECT * FROM event WHERE id = ({THIRD})",
    "a part": "INSERT INTO event_part SELECT * FROM event_part",
    "another in the queue": "INSERT INTO log_pending SELECT county_code, event_id, '\\x00'"
    f" FROM log_pending WHERE event_id = ({THIRD})",
    "another head": "INSERT INTO stream SELECT county_code, kind, id, 3, hash FROM stream",
    "another body": "INSERT INTO event SELECT county_code, id, stream_kind, stream_id, seq, kind,"
    " subject_id, worker_id, happened_at, recorded_at, '\\x00', hash"
    f" FROM event WHERE id = ({THIRD})",
}

NAMED = {"event-doubled", "body-altered", "column-altered", "pending-differs", "head-differs"}
"""Whichever of the two rows comes first; the database does not say."""


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("double", DOUBLES)
def test_what_is_there_twice_is_named(victim: Victim, double: str) -> None:
    with dba(victim.ledger.context.settings) as connection:
        drop_constraints(connection)
        connection.execute(text(DOUBLES[double]))
    for faults in (name_faults(victim), name_in_spans(victim)):
        [(code, seq), *_] = [(code, seq) for code, stream, seq in faults if stream == TRIP_NAME]
        assert code in NAMED
        assert seq == 3 or code != "event-doubled" or double == "another head"


def drop_constraints(connection: Connection) -> None:
    of_table = text(
        "SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass)"
        " AND contype IN ('p', 'u', 'f')"
    )
    for table in TABLES:
        for name in connection.execute(of_table, {"name": table}).scalars().all():
            connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'))
