"""Every derived column that was altered by hand is named by `rebuild --check`, and put right by
`rebuild`.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Table, and_, delete, insert, select, update

from schemas.plan_papers import PLAN_PAPERS
from service.db.columns import table_of
from service.demand.queries import DEMAND
from service.trips import models
from service.trips.actions import rebuild as trips
from service.workers.queries import WORKER_STATE
from service.workers.rebuild import check_workers, write_workers
from tests.dba import dba
from tests.factories import COUNTY, World
from tests.stories import Story

DESCRIBED = {
    "trip": [
        *("batch_id", "number", "destination_code", "planned_departure_at", "planned_arrival_at"),
        *(
            "route",
            "distance_km",
            "expressway",
            "kept_free_rows",
            "carrier_id",
            "reception_points",
        ),
        *PLAN_PAPERS,
        *("escort_key", "escort_account_id"),
        *("contacts_sealed", "policy_version", "version", "content_hash", "created_at"),
        "driver_ids",
    ],
    "travel_demand": [column.name for column in DEMAND.c if column.name != "state"],
}
"""Edited by people, each edit an event with a commitment; everything else follows from events."""
TRIP, PASSENGER, STAY, JOURNEY = (
    table_of(each) for each in (models.Trip, models.Passenger, models.Stay, models.Journey)
)
DRIVER = table_of(models.TripDriver)
TABLES = (TRIP, DRIVER, PASSENGER, STAY, JOURNEY, WORKER_STATE, DEMAND)
Named = set[tuple[str, str]]


@pytest.fixture
def story(built_story: Story) -> Story:
    return built_story


def find_differences(world: World) -> Named:
    with world.context.database.read(world.console) as session:
        found = [*trips.check_derived(session, COUNTY), *check_workers(session, COUNTY)]
    return {(each.table, each.column.partition(".")[0]) for each in found}


def rebuild(world: World) -> None:
    with world.context.database.write(world.console) as session:
        trips.write_derived(session, COUNTY)
        write_workers(session, COUNTY)


def derived_columns() -> Iterator[Column[Any]]:
    for table in TABLES:
        keys = {column.name for column in table.primary_key.columns}
        for column in table.c:
            if column.name not in keys and column.name not in DESCRIBED.get(table.name, []):
                yield column


def alter(value: Any, column: Column[Any]) -> Any:
    """Something else of the same kind."""
    if value is None:
        return _invent(column)
    changes: dict[type, Callable[[Any], Any]] = {
        bool: lambda _: not value,
        int: lambda _: value + 1,
        datetime: lambda _: value + timedelta(seconds=1),
        UUID: lambda _: UUID(int=value.int ^ 1),
        list: lambda _: [*value, "unassigned"],
        dict: lambda _: {**value, "no": 1} if column.name == "counts" else _alter_fold(value),
        str: lambda _: {"state": "draft", "status": "listed"}.get(column.name, f"{value[:-1]}?"),
    }
    return changes[type(value)](value)


def _alter_fold(fold: dict[str, Any]) -> dict[str, Any]:
    """One of the values inside, so that it still reads as a fold."""
    name, value = next(pair for pair in sorted(fold.items()) if type(pair[1]) in {bool, int})
    return {**fold, name: not value if isinstance(value, bool) else value + 1}


def _invent(column: Column[Any]) -> Any:
    kind = type(column.type).__name__
    values = {
        "Id": UUID(int=5),
        "Integer": 5,
        "Instant": datetime.fromisoformat("2020-01-01T00:00Z"),
    }
    return values.get(kind, "x")


def is_of(row: Any, table: Table) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def test_the_story_fills_every_derived_table_and_fits(story: Story) -> None:
    with story.world.context.database.read(story.world.console) as session:
        empty = [table.name for table in TABLES if not session.execute(select(table)).first()]
    assert (empty, find_differences(story.world)) == ([], set())


def test_every_altered_column_is_named(story: Story) -> None:
    """One after the other, each put back by hand before the next."""
    not_named = []
    columns = list(derived_columns())
    for column in columns:
        table, world = column.table, story.world
        with dba(world.settings) as connection:
            ordered = select(table).order_by(*table.primary_key.columns)
            row = dict(connection.execute(ordered).mappings().first() or {})
            other = alter(row[column.name], column)
            change = update(table).where(is_of(row, table))
            connection.execute(change.values({column.name: other}))
        if (table.name, column.name) not in find_differences(world):
            not_named.append((table.name, column.name, row[column.name], other))
        with dba(world.settings) as connection:
            connection.execute(change.values({column.name: row[column.name]}))
    assert not_named == []
    assert len(columns) > 40
    assert find_differences(story.world) == set()


def test_a_row_that_is_gone_or_was_added_is_named(story: Story) -> None:
    for table in (DRIVER, PASSENGER, STAY, JOURNEY, WORKER_STATE):
        with dba(story.world.settings) as connection:
            ordered = select(table).order_by(*table.primary_key.columns)
            row = dict(connection.execute(ordered).mappings().first() or {})
            connection.execute(delete(table).where(is_of(row, table)))
        assert (table.name, "*") in find_differences(story.world)
        with dba(story.world.settings) as connection:
            connection.execute(insert(table).values(row))
    assert find_differences(story.world) == set()


def test_rebuild_puts_it_right(story: Story) -> None:
    with dba(story.world.settings) as connection:
        connection.execute(update(TRIP).values(aboard=7, state="draft", counts={}))
        connection.execute(update(PASSENGER).values(custody="nobody", status="listed"))
        connection.execute(update(WORKER_STATE).values(withdrawn=True))
        connection.execute(delete(STAY))
        connection.execute(delete(DRIVER))
    assert len(find_differences(story.world)) > 5
    rebuild(story.world)
    assert find_differences(story.world) == set()


def test_rebuild_puts_right_what_is_said_of_workers(story: Story) -> None:
    with dba(story.world.settings) as connection:
        connection.execute(update(WORKER_STATE).values(withdrawn=True, held=[]))
    assert find_differences(story.world) == {
        ("worker_state", "withdrawn"),
        ("worker_state", "held"),
    }
    rebuild(story.world)
    assert find_differences(story.world) == set()


def test_rebuilding_changes_nothing_that_was_right(story: Story) -> None:
    before = dump(story.world)
    rebuild(story.world)
    assert dump(story.world) == before


def dump(world: World) -> str:
    with world.context.database.read(world.console) as session:
        rows = [
            dict(row)
            for table in TABLES
            for row in session.execute(
                select(table).order_by(*table.primary_key.columns)
            ).mappings()
        ]
    return json.dumps(rows, default=str, ensure_ascii=False, sort_keys=True)
