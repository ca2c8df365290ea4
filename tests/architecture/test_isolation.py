"""What the application's role cannot do, whatever a query forgets; each guard with its control."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import (
    Connection,
    create_engine,
    delete,
    insert,
    pool,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError

from service.db.columns import table_of
from service.db.database import Database
from service.ledger.models import Event
from service.registry.queries import WORKER
from service.settings import Settings
from service.tables import key_metadata, metadata
from tests.factories import START, World
from tests.registry import enter_workers, make_values

EVENT = table_of(Event)
HERE, THERE = "211221", "320583"


@dataclass(frozen=True, slots=True)
class Somebody:
    """What row-level security knows of an actor."""

    county_code: str
    division_prefix: str = ""


def _event(county_code: str, number: int) -> dict[str, object]:
    return {
        "county_code": county_code,
        "id": UUID(int=number),
        "stream_kind": "trip",
        "stream_id": UUID(int=1),
        "seq": number,
        "kind": "trip.opened",
        "subject_id": UUID(int=1),
        "worker_id": None,
        "happened_at": START,
        "recorded_at": START,
        "body": b"{}",
        "hash": bytes(32),
    }


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """Two counties with one event each."""
    made = Database(settings)
    for county, number in ((HERE, 1), (THERE, 2)):
        with made.write(Somebody(county)) as session:
            session.execute(insert(EVENT), [_event(county, number)])
    yield made
    made.dispose()


@pytest.fixture
def owner(settings: Settings) -> Iterator[Connection]:
    """The owner of the tables, inside a transaction that is undone."""
    engine = create_engine(settings.migration_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


CHANGES = {
    "update": lambda: update(EVENT).values(seq=9),
    "delete": lambda: delete(EVENT),
}


# --- events are INSERT-only ---------------------------------------------------------------------
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_no_event_is_changed_through_the_application(database: Database, change: object) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|not authorized|prohibited"),
        database.write(Somebody(HERE)) as session,
    ):
        session.execute(change())  # type: ignore[operator]  # a statement maker of the table above
    with database.read(Somebody(HERE)) as session:
        assert session.execute(select(EVENT.c.seq)).scalars().all()[:1] == [1]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_it_is_the_grant_that_stops_it(
    database: Database, owner: Connection, change: object
) -> None:
    """The control: the same statements as the owner of the table."""
    assert database.is_sqlite is False
    owner.execute(text("SELECT set_config('fangang.county', :county, true)"), {"county": HERE})
    assert owner.execute(change()).rowcount == 1  # type: ignore[operator]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("statement", ["TRUNCATE event CASCADE", "DROP TABLE event CASCADE"])
def test_no_table_of_events_is_emptied(database: Database, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        database.write(Somebody(HERE)) as session,
    ):
        session.execute(text(statement))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", ["DROP TABLE event", "ALTER TABLE event RENAME TO gone"])
def test_no_table_of_events_is_dropped(database: Database, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="not authorized"),
        database.write(Somebody(HERE)) as session,
    ):
        session.execute(text(statement))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_it_is_the_authorizer_that_stops_it(database: Database) -> None:
    """The control: another program that opens the same file. What it does, `verify` finds."""
    assert database.path is not None
    connection = sqlite3.connect(database.path)
    assert connection.execute("UPDATE event SET seq = seq + 10").rowcount == 2
    assert connection.execute("DELETE FROM event").rowcount == 2
    connection.rollback()
    connection.close()


# --- rows of other counties and other townships (PostgreSQL) -----------------------------------------
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("county", [HERE, THERE])
def test_a_forgotten_filter_shows_the_own_county_only(database: Database, county: str) -> None:
    with database.read(Somebody(county)) as session:
        assert session.execute(select(EVENT.c.county_code)).scalars().all() == [county]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_without_row_level_security_both_are_seen(database: Database) -> None:
    """The control: the rows of both are there. On SQLite the filters alone keep counties apart."""
    with database.read(Somebody(HERE)) as session:
        assert sorted(session.execute(select(EVENT.c.county_code)).scalars()) == [HERE, THERE]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_nothing_is_written_into_another_county(database: Database) -> None:
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        database.write(Somebody(HERE)) as session,
    ):
        session.execute(insert(EVENT), [_event(THERE, 3)])


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_without_a_county_nothing_is_shown(settings: Settings, database: Database) -> None:
    """An error on a fresh connection, no rows on one that was used for a county before."""
    fresh = create_engine(settings.database_url.get_secret_value(), poolclass=pool.NullPool)
    with (
        pytest.raises(DBAPIError, match=r"fangang\.county"),
        fresh.connect() as connection,
    ):
        connection.execute(select(EVENT))
    with database.engine.connect() as connection:
        assert connection.execute(select(EVENT)).all() == []


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_every_tenant_table_is_under_row_level_security(
    settings: Settings, owner: Connection
) -> None:
    protected = owner.execute(
        text(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND c.relforcerowsecurity"
        )
    )
    tenants = [*metadata.sorted_tables, *key_metadata.sorted_tables]
    assert set(protected.scalars()) == {table.fullname for table in tenants}
    role = make_url(settings.database_url.get_secret_value()).username
    rights = owner.execute(
        text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = :role"), {"role": role}
    )
    assert rights.one() == (False, False)


# --- people of other townships ---------------------------------------------------------------------
FANHE, NEXT = "211221105", "211221106"
VISIBLE = {
    "the whole county": ("", [FANHE, NEXT, None]),
    "one township": (FANHE, [FANHE]),
    "another": (NEXT, [NEXT]),
    "none of these": ("211221999", []),
}


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize(("prefix", "expected"), VISIBLE.values(), ids=list(VISIBLE))
def test_a_forgotten_filter_shows_the_own_township_only(
    world: World, prefix: str, expected: list[str | None]
) -> None:
    """One person of each of two townships, and one without."""
    for number, township in enumerate((FANHE, NEXT, None)):
        enter_workers(world, [make_values(number)], township=township)
    with world.context.database.read(Somebody(HERE, prefix)) as session:
        found = session.execute(select(WORKER.c.township_code).order_by(WORKER.c.id)).scalars()
        assert list(found) == expected


NOT_OF_PEOPLE = {"enterprise", "trip_point"}


def test_tables_of_people_declare_their_division() -> None:
    """Whoever keeps a township of a person says so, or a clerk could see them all."""
    columns = {"township_code", "division_code"}
    loose = [
        table.name
        for table in metadata.sorted_tables
        if columns & set(table.c.keys())
        and table.name not in NOT_OF_PEOPLE
        and "division_column" not in table.info
    ]
    assert loose == []
