"""read and write: what is kept, what is rolled back, and who waits for whom."""

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from schemas.errors import ErrorCode
from service.db.database import Database, file_lock
from service.errors import DomainError
from service.settings import Settings
from tests.dba import dba, is_sqlite
from tests.service.db.conftest import COUNTY, ME, THING, make_thing

Open = Callable[..., Database]


def add(database: Database, number: int) -> None:
    with database.write(ME) as session:
        session.execute(insert(THING), [make_thing(number)])


def count(database: Database) -> int:
    with database.read(ME) as session:
        return int(session.execute(select(func.count()).select_from(THING)).scalar_one())


# --- what is kept -------------------------------------------------------------------------------
def test_a_write_is_kept_and_commits_once(database: Database) -> None:
    commits: list[str] = []
    event.listen(database.writing_engine, "commit", lambda _connection: commits.append("commit"))
    with database.write(ME) as session:
        for number in range(3):
            session.execute(insert(THING), [make_thing(number)])
    assert (commits, count(database)) == (["commit"], 3)


def test_an_error_rolls_everything_back(database: Database) -> None:

    def fail() -> None:
        with database.write(ME) as session:
            session.execute(insert(THING), [make_thing(1)])
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        fail()
    assert count(database) == 0
    add(database, 2)
    assert count(database) == 1


@pytest.mark.parametrize(
    "statement", [insert(THING).values(make_thing(1)), delete(THING)], ids=["insert", "delete"]
)
def test_a_read_writes_nothing(database: Database, statement: Executable) -> None:
    """A mistake, not an unavailable database: it is raised as it is."""
    add(database, 7)
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read(ME) as session:
        session.execute(statement)
    assert count(database) == 1
    add(database, 8)  # the same connection, written with again


def test_a_read_is_one_snapshot(database: Database) -> None:
    statement = select(func.count()).select_from(THING)
    with database.read(ME) as session:
        before = session.execute(statement).scalar_one()
        add(database, 1)
        assert (before, session.execute(statement).scalar_one()) == (0, 0)
    assert count(database) == 1


def test_a_mistake_is_not_called_unavailable(database: Database) -> None:
    for statement in ("SELECT * FROM nothing", "SELEKT 1"):
        with pytest.raises(DBAPIError), database.read(ME) as session:
            session.execute(text(statement))


def test_a_constraint_is_a_conflict(database: Database) -> None:
    add(database, 1)
    with pytest.raises(DomainError) as refused:
        add(database, 1)
    assert refused.value.code is ErrorCode.CONFLICT


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_what_postgresql_cannot_hold_is_invalid(database: Database) -> None:
    for part in ("nul\0", "longer than eight"):
        with pytest.raises(DomainError) as refused, database.write(ME) as session:
            session.execute(insert(THING), [make_thing(1, part=part)])
        assert refused.value.code is ErrorCode.FIELD_INVALID


# --- how SQLite is set up -----------------------------------------------------------------------
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_connection_is_set_up(database: Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 1000,
    }
    for opened in (database.read(ME), database.write(ME)):
        with opened as session:
            found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
            assert found == wanted


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_writing_begins_immediately(database: Database) -> None:
    """A deferred one would fail when it comes to write after another writer (BUSY_SNAPSHOT)."""
    with closing(sqlite3.connect(str(database.path), timeout=0)) as other:
        with database.write(ME), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        with database.read(ME) as session:
            session.execute(text("SELECT 1"))
            other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_was_deleted_is_overwritten(database: Database) -> None:
    """secure_delete: after the log was taken in, no file holds the bytes any more."""
    secret = b"a-name-nobody-should-find"
    with database.write(ME) as session:
        session.execute(insert(THING), [make_thing(1, labels=[secret.decode()])])
    assert [path.name for path in _files(database) if secret in path.read_bytes()] != []
    with database.write(ME) as session:
        session.execute(delete(THING))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    assert [path.name for path in _files(database) if secret in path.read_bytes()] == []


def _files(database: Database) -> list[Path]:
    assert database.path is not None
    return sorted(database.path.parent.glob(database.path.name + "*"))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_room_left(open_database: Open) -> None:
    """503, nothing half written, and good again once there is room."""
    database = open_database(pool_size=1)

    def set_limit(pages: int) -> None:
        """Of the writer's connection."""
        with database.write(ME) as session:
            session.execute(text(f"PRAGMA max_page_count = {pages}"))

    with database.read(ME) as session:
        used = session.execute(text("PRAGMA page_count")).scalar_one()
    set_limit(used + 20)
    kept = [0]

    def fill() -> None:
        for number in range(100):
            with database.write(ME) as session:
                session.execute(insert(THING), [make_thing(number, labels=["x" * 5000])])
            kept[0] += 1

    with pytest.raises(DomainError) as refused:
        fill()
    assert refused.value.code is ErrorCode.DATABASE_UNAVAILABLE
    assert (count(database), kept[0] > 5) == (kept[0], True)
    set_limit(1_000_000)
    add(database, 1000)
    assert count(database) == kept[0] + 1


# --- who waits for whom -------------------------------------------------------------------------
def test_writers_of_one_process_queue(open_database: Open) -> None:
    """A number read and written back by eight threads: without the lock some would be lost."""
    database = open_database(patience=10)
    add(database, 0)

    def increase() -> None:
        for _ in range(10):
            with database.write(ME) as session:
                statement = select(THING.c.count).with_for_update()
                value = session.execute(statement).scalar_one()
                session.execute(THING.update().values(count=value + 1))

    threads = [threading.Thread(target=increase) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.read(ME) as session:
        assert session.execute(select(THING.c.count)).scalar_one() == 80


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_writers_of_several_processes_queue(open_database: Open, settings: Settings) -> None:
    add(open_database(), 0)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_increase, args=(settings, 25)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(timeout=60)
    assert [each.exitcode for each in workers] == [0, 0]
    with open_database().read(ME) as session:
        assert session.execute(select(THING.c.count)).scalar_one() == 50


def _increase(settings: Settings, times: int) -> None:
    """In a process of its own."""
    database = Database(settings)
    for _ in range(times):
        with database.write(ME) as session:
            value = session.execute(select(THING.c.count).with_for_update()).scalar_one()
            session.execute(THING.update().values(count=value + 1))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_lock_that_is_not_given_back(database: Database) -> None:
    """Another process of ours holds the queue: 503 after the patience, then good again."""
    assert database.path is not None
    with file_lock(database.path.with_name(database.path.name + ".lock")):
        began = time.monotonic()
        with pytest.raises(DomainError) as refused:
            add(database, 1)
        assert 0.9 < time.monotonic() - began < 3
    assert refused.value.code is ErrorCode.DATABASE_UNAVAILABLE
    add(database, 1)
    assert count(database) == 1


def test_the_second_of_a_lock_without_waiting(tmp_path: Path) -> None:
    held, wanted = (file_lock(tmp_path / "lock", wait=0) for _ in range(2))
    with held, pytest.raises(BlockingIOError), wanted:
        pass
    with file_lock(tmp_path / "lock", wait=0):
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_whoever_gave_up_waiting_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with file_lock(path), pytest.raises(BlockingIOError), file_lock(path, wait=0.1):
        pass
    for _ in range(3):
        with file_lock(path, wait=1):
            pass


def test_rows_locked_by_somebody_else(open_database: Open, settings: Settings) -> None:
    """A writer that holds what we need: 503 after the patience, and nothing half done."""
    database = open_database(patience=0.3)
    add(database, 1)
    with dba(settings) as other:
        other.execute(THING.update().values(labels=["held"]))
        began = time.monotonic()
        with pytest.raises(DomainError) as refused, database.write(ME) as session:
            session.execute(THING.update().values(count=99))
        assert time.monotonic() - began < 2
    assert refused.value.code is ErrorCode.DATABASE_UNAVAILABLE
    with database.read(ME) as session:
        assert session.execute(select(THING.c.count, THING.c.labels)).all() == [(1, ["held"])]


def test_no_connection_left(open_database: Open) -> None:
    database = open_database(pool_size=1, pool_timeout_seconds=1)
    with database.read(ME) as session:
        session.execute(text("SELECT 1"))
        began = time.monotonic()
        with pytest.raises(DomainError) as refused:
            count(database)
        assert time.monotonic() - began < 2
    assert refused.value.code is ErrorCode.DATABASE_UNAVAILABLE
    assert count(database) == 0


def test_the_county_of_a_transaction_ends_with_it(database: Database, settings: Settings) -> None:
    """What row-level security reads is set for one transaction, never for the connection."""
    if is_sqlite(settings):
        return
    with database.write(ME) as session:
        shown = session.execute(text("SELECT current_setting('fangang.county')")).scalar()
        assert shown == COUNTY
    with database.engine.connect() as connection:
        left = connection.execute(text("SELECT current_setting('fangang.county', true)"))
        assert not left.scalar()
