"""Taking back people who came with an import, of whom nothing is stored as overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from schemas.permissions import Role
from service.rosters.queries.imports import BEFORE
from service.settings import Settings
from tests.factories import COUNTY, StandingClock, World, make_phone
from tests.service.rosters.conftest import Sender, make_rows
from tests.service.rosters.dumps import dump_rows, find_faults


@dataclass
class TickingClock(StandingClock):
    """No two readings are alike, as with the system's clock."""

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now.astimezone(UTC)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    made = World(settings, clock=TickingClock())
    yield made
    made.close()


@pytest.fixture
def ticking(world: World) -> Sender:
    return Sender(world, world.client(Role.COUNTY_COORDINATOR))


def count_befores(world: World) -> int:
    statement = select(func.count()).where(BEFORE.c.county_code == COUNTY)
    with world.context.database.read(world.console) as session:
        return int(session.execute(statement).scalar_one())


def numbers(answer: Any) -> tuple[int, int, int]:
    return answer["restored"], answer["removed"], answer["kept"]


def test_nothing_is_kept_of_them_and_they_go_with_their_demands(
    world: World, ticking: Sender
) -> None:
    before = dump_rows(world)
    import_id = ticking.bring([*make_rows(1, 2), *make_rows(3, destination=None, employer=None)])
    assert count_befores(world) == 0
    assert numbers(ticking.undo(import_id)) == (0, 3, 0)
    assert dump_rows(world) == before
    assert find_faults(world) == []


def test_imports_are_taken_back_one_after_the_other(world: World, ticking: Sender) -> None:
    """The last first; each finds what it wrote, under the version that the one before gave it."""
    empty = dump_rows(world)
    first = ticking.bring(make_rows(1, 2))
    registered = dump_rows(world)
    second = ticking.bring(make_rows(1, phone=make_phone(70), destination="上海市"))
    changed = dump_rows(world)
    third = ticking.bring(make_rows(1, phone=make_phone(71), destination="天津市"))
    for import_id, found, left in (
        (third, (1, 0, 0), changed),
        (second, (1, 0, 0), registered),
        (first, (0, 2, 0), empty),
    ):
        assert numbers(ticking.undo(import_id)) == found
        assert dump_rows(world) == left
    assert find_faults(world) == []


def test_a_demand_that_was_written_since_is_seen(ticking: Sender) -> None:
    """A later import that is still believed stands between."""
    first = ticking.bring(make_rows(1))
    ticking.bring(make_rows(1, destination="上海市"))
    answer = ticking.try_undo(first)
    assert (answer.status_code, answer.json()["code"]) == (409, "undo-superseded")


def test_after_a_month_nobody_goes(world: World, ticking: Sender) -> None:
    import_id = ticking.bring(make_rows(1, 2))
    world.clock.advance(days=31)
    later = Sender(world, world.client(Role.COUNTY_COORDINATOR))
    answer = later.try_undo(import_id)
    assert (answer.status_code, answer.json()["code"]) == (410, "undo-expired")
