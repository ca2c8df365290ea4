"""The columns beside a body only repeat it: each that was changed by hand is named."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.ledgers import TRIP
from tests.tamper.attacks import TRIP_NAME, Row, Victim, name_faults

COLUMNS: dict[str, Callable[[Row], object]] = {
    "happened_at": lambda row: row["happened_at"] - timedelta(milliseconds=1),
    "recorded_at": lambda row: row["recorded_at"] + timedelta(microseconds=1),
    "kind": lambda _row: "trip.departed",
    "subject_id": lambda row: UUID(int=row["subject_id"].int + 1),
    "worker_id": lambda _row: UUID(int=5),
    "id": lambda _row: UUID(int=6),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_named(victim: Victim, column: str) -> None:
    def attack(victim: Victim) -> None:
        row = victim.rows(TRIP)[1]
        victim.set(victim.trip[1], **{column: COLUMNS[column](row)})

    victim.attack(attack)
    gone = [("event-missing", "?", 0)] if column == "id" else []
    assert name_faults(victim) == [("column-altered", TRIP_NAME, 2), *gone]
