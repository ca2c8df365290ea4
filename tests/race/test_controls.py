"""The controls of the race: each guard taken away, and what then goes wrong. Without them the race
would prove nothing.
"""

import time
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import insert, select, text, tuple_, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from service.db.columns import table_of
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey
from service.settings import Settings
from service.trips.models import Journey, Passenger, Trip
from tests.dba import dba, is_sqlite
from tests.factories import World
from tests.race.booking import Race
from tests.service.trips.scenes import Scene
from tests.serving import serve

pytestmark = pytest.mark.race

INDEXES = ("passenger_seat", "passenger_leg", "journey_open_by_worker")


def drop(settings: Settings, *guards: str) -> None:
    with dba(settings) as connection:
        for guard in guards:
            connection.execute(text(f"DROP INDEX {guard}"))


# --- the constraints, each by itself ------------------------------------------------------------
def _sit_on_a_taken_seat(scene: Scene, rows: dict[str, Any]) -> Any:
    new = {"id": scene.world.new_id(), "journey_id": scene.world.new_id()}
    return insert(table_of(Passenger)).values({**rows["passenger"], **new})


def _travel_twice(scene: Scene, rows: dict[str, Any]) -> Any:
    new = {"id": scene.world.new_id(), "seat_row": 7}
    return insert(table_of(Passenger)).values({**rows["passenger"], **new})


def _open_a_second_journey(scene: Scene, rows: dict[str, Any]) -> Any:
    return insert(table_of(Journey)).values({**rows["journey"], "id": scene.world.new_id()})


def _take_more_than_there_is(_scene: Scene, rows: dict[str, Any]) -> Any:
    table = table_of(Trip)
    return update(table).where(table.c.id == rows["trip"]["id"]).values(taken=table.c.places + 1)


@pytest.mark.parametrize(
    ("guard", "attempt"),
    [
        ("passenger_seat", _sit_on_a_taken_seat),
        ("passenger_leg", _travel_twice),
        ("journey_open_by_worker", _open_a_second_journey),
        ("trip_not_overfull", _take_more_than_there_is),
    ],
)
def test_it_is_this_constraint_that_refuses(
    world: World, built_scene: Scene, guard: str, attempt: Any
) -> None:
    scene = built_scene
    scene.assign(scene.open_trip(), scene.make_workers(1))
    with dba(world.settings) as connection:
        rows = {
            table.name: dict(connection.execute(select(table)).mappings().one())
            for table in [table_of(each) for each in (Passenger, Journey, Trip)]
        }
    statement = attempt(scene, rows)
    with pytest.raises(IntegrityError), dba(world.settings) as connection:
        connection.execute(statement)
    with dba(world.settings) as connection:
        if guard in INDEXES:
            connection.execute(text(f"DROP INDEX {guard}"))
        elif is_sqlite(world.settings):
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            connection.execute(text(f"ALTER TABLE trip DROP CONSTRAINT {guard}"))
        assert connection.execute(statement).rowcount != 0


# --- the lock, under the race (PostgreSQL: SQLite has one writer, whatever we do) -----------------
def read_heads_without_locking(
    session: Session, county_code: str, keys: Iterable[StreamKey]
) -> dict[StreamKey, RowMapping]:
    """lock_streams but for FOR UPDATE; a moment's pause makes the window as wide as a slow network."""
    wanted = {(str(key.kind), key.id): key for key in keys}
    table = ledger.STREAM
    statement = select(table).where(
        table.c.county_code == county_code, tuple_(table.c.kind, table.c.id).in_(wanted)
    )
    found = session.execute(statement).mappings().all()
    time.sleep(0.01)
    return {wanted[row["kind"], row["id"]]: row for row in found}


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "lock_streams", read_heads_without_locking)


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_constraints_stop_it(world: World) -> None:
    """The second wall holds: requests fail, and nothing is double."""
    race = Race(world, coaches=2, rows=4, workers=50)
    with serve(world) as address:
        race.run(address)
    assert race.statuses["409 conflict"] > 0
    assert (race.double_seats(), race.workers_twice(), race.overfull()) == (0, 0, 0)
    race.check_record()


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.usefixtures("unlocked")
def test_without_lock_and_constraints_it_goes_wrong(world: World) -> None:
    """The race is a race: seats are given twice, and the chain of events forks."""
    drop(world.settings, *INDEXES)
    with dba(world.settings) as connection:
        connection.execute(text("ALTER TABLE event DROP CONSTRAINT event_stream_seq"))
        connection.execute(text("ALTER TABLE trip DROP CONSTRAINT trip_not_overfull"))
    race = Race(world, coaches=2, rows=4, workers=50)
    with serve(world) as address:
        race.run(address)
    assert race.double_seats() > 0
    with pytest.raises(AssertionError):
        race.check_record()


@pytest.mark.long
def test_with_the_lock_alone_it_is_right(world: World) -> None:
    """The first wall by itself: without one constraint the race comes out as it should."""
    drop(world.settings, *INDEXES)
    race = Race(world, coaches=2, rows=4, workers=50)
    with serve(world) as address:
        race.run(address)
    assert (race.double_seats(), race.workers_twice(), race.overfull()) == (0, 0, 0)
    race.check_record()
