"""The database: engines, the queue of writers and how long a lock is waited for, who may read and write,
tables that are insert-only, which errors may be tried again, and the only place that commits.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from schemas.errors import ErrorCode
from service.db.columns import show_json
from service.errors import DomainError
from service.settings import Settings

PATIENCE_SECONDS: Final = 15.0
INSERT_ONLY_TABLES: Final = frozenset({"event", "erasure"})
_READ_OPTIONS: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_SET_SCOPE: Final = text(
    "SELECT set_config('fangang.county', :county, true),"
    " set_config('fangang.divisions', :divisions, true),"
    " set_config('lock_timeout', :milliseconds, true)"
)


class Tenant(Protocol):
    """What row-level security needs to know of an actor: the county, and a prefix of divisions."""

    @property
    def county_code(self) -> str: ...

    @property
    def division_prefix(self) -> str: ...


class Database:
    """One engine; on SQLite one for reading and one for the writer. `read` and `write` are the only ways to a
    session, and a session never leaves the `with` block. Only `write` commits: when the block ends without
    an exception.

    `patience` bounds every wait for a lock, in seconds; then DATABASE_UNAVAILABLE.
    """

    def __init__(self, settings: Settings, *, patience: float = PATIENCE_SECONDS) -> None:
        url = make_url(settings.database_url.get_secret_value())
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._patience = patience
        self.path: Path | None = None
        self._writers: _WriterQueue | None = None
        if self.is_sqlite:
            self.path = Path(url.database or "")
            self._writers = _WriterQueue(self.path, patience=patience)
            self.engine = _make_sqlite_engine(settings, busy_seconds=patience)
            self.writing_engine = _make_sqlite_engine(settings, busy_seconds=patience, writes=True)
        else:
            self.engine = self.writing_engine = _make_postgres_engine(settings)

    @contextmanager
    def read(self, actor: Tenant) -> Iterator[Session]:
        """One snapshot for one actor; what tries to write here is an error."""
        with _unavailable_as_problem(), Session(self.engine) as session:
            if not self.is_sqlite:
                session.connection(execution_options=_READ_OPTIONS)
            self._set_scope(session, actor.county_code, actor.division_prefix)
            yield session
            session.rollback()

    @contextmanager
    def write(self, actor: Tenant) -> Iterator[Session]:
        """One transaction in the actor's county. The whole county is in row-level scope (a trip
        holds people of several townships); the command's own scope is checked by who decides it.
        """
        turn = self._writers.turn() if self._writers else nullcontext()
        with _unavailable_as_problem(), turn, Session(self.writing_engine) as session:
            session.connection()
            self._set_scope(session, actor.county_code, "")
            yield session
            session.commit()

    def _set_scope(self, session: Session, county_code: str, division_prefix: str) -> None:
        if self.is_sqlite:
            return
        values = {
            "county": county_code,
            "divisions": division_prefix,
            "milliseconds": str(round(self._patience * 1000)),
        }
        session.execute(_SET_SCOPE, values)

    def check(self) -> None:
        """Raises if the database does not answer."""
        with _unavailable_as_problem(), self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        self.engine.dispose()
        self.writing_engine.dispose()


# --- errors -------------------------------------------------------------------------------------
_SQLITE_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_PRIMARY_CODE: Final = 0xFF  # SQLite's extended codes carry the primary one in their lowest byte


@contextmanager
def _unavailable_as_problem() -> Iterator[None]:
    """Database errors as errors of the business. After DATABASE_UNAVAILABLE nothing was saved, or (the
    connection broke inside COMMIT) it is not known: either way the same request may be sent again, for
    ids make repeats harmless.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error
    except DataError as error:  # a value that PostgreSQL cannot hold: a NUL, a number too large
        raise DomainError(ErrorCode.FIELD_INVALID) from error
    except IntegrityError as error:
        raise DomainError(ErrorCode.CONFLICT) from error
    except DBAPIError as error:
        if not _is_passing(error):
            raise
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error


def _is_passing(error: DBAPIError) -> bool:
    """PostgreSQL: lost connections, restarts, deadlocks, timeouts, a full disk are its driver's
    operational errors. SQLite's driver calls nearly everything so; there the result code decides.
    """
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return (code & _PRIMARY_CODE) in _SQLITE_PASSING
    return isinstance(error, OperationalError) or error.connection_invalidated


# --- engines ------------------------------------------------------------------------------------
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "wal_autocheckpoint=4000",  # pages: an index's page that several chunks touch is written back once
    "cache_size=-32768",  # 32 MiB: what a chunk of 500 people touches; with less it is written twice
)
_DENIED: Final = frozenset(
    {sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_DROP_TABLE}
    | {sqlite3.SQLITE_ALTER_TABLE}
)


def _make_sqlite_engine(settings: Settings, *, busy_seconds: float, writes: bool = False) -> Engine:
    """What reads cannot write, as PostgreSQL's READ ONLY says it. The writer has a connection of its own,
    which never changes its pragmas: each change has all of its statements prepared again."""
    url = make_url(settings.database_url.get_secret_value())
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        json_serializer=show_json,
        connect_args={"check_same_thread": False, "timeout": busy_seconds},
        pool_size=1 if writes else settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin event below says how a transaction begins
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
        if not writes:
            connection.execute("PRAGMA query_only=ON").close()
        connection.set_authorizer(_deny_changes_to_events)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _deny_changes_to_events(
    action: int,
    first: str | None,
    second: str | None,
    _database: str | None,
    _trigger: str | None,
) -> int:
    """For update, delete and drop, SQLite names the table first; for alter, second."""
    table = second if action == sqlite3.SQLITE_ALTER_TABLE else first
    if action in _DENIED and table in INSERT_ONLY_TABLES:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _make_postgres_engine(settings: Settings) -> Engine:
    # prepare_threshold=None: prepared statements do not survive a pooler in transaction mode.
    return create_engine(
        settings.database_url.get_secret_value(),
        json_serializer=show_json,
        connect_args={"prepare_threshold": None, "connect_timeout": 5},
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
        pool_pre_ping=True,
    )


# --- who writes: one at a time on a SQLite file --------------------------------------------------
class _WriterQueue:
    """First the threads of this process queue, then its one representative among processes.
    DATABASE_UNAVAILABLE after `patience` seconds of waiting.
    """

    def __init__(self, database_path: Path, *, patience: float) -> None:
        self._path = database_path.with_name(database_path.name + ".lock")
        self._patience = patience
        self._threads = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        begun = time.monotonic()
        if not self._threads.acquire(timeout=self._patience):
            raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)
        try:
            left = self._patience - (time.monotonic() - begun)
            with _taken(self._path, wait=max(left, 0)):
                yield
        finally:
            self._threads.release()


@contextmanager
def _taken(path: Path, *, wait: float) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(path, wait=wait))
        except BlockingIOError as error:
            raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error
        yield


@contextmanager
def file_lock(path: Path, *, wait: float = PATIENCE_SECONDS) -> Iterator[None]:
    """An exclusive lock between processes; BlockingIOError when it is still taken after `wait`
    seconds (0: at once). It ends with the process, however that ends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, wait=wait)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, wait: float) -> None:
    """The kernel's own queue is fair, but its waiting has no end: so a thread of its own waits.

    Trying again and again instead was measured: 16 processes, the slowest hundredth waited 530 ms
    instead of 59. A thread that was given up still gets the lock one day; the descriptor being
    closed by then, the lock ends in the same moment.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if wait <= 0:
            raise
        waiter = threading.Thread(target=fcntl.flock, args=(descriptor, fcntl.LOCK_EX), daemon=True)
        waiter.start()
        waiter.join(wait)
        if waiter.is_alive():
            raise
