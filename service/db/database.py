"""The database: who may read, who writes, and the only place that commits."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from schemas.errors import ErrorCode
from service.db.guard import deny_changes_to_events
from service.errors import DomainError
from service.settings import Settings


class Tenant(Protocol):
    """What row-level security needs to know of an actor: the county, and a prefix of divisions."""

    @property
    def county_code(self) -> str: ...

    @property
    def division_prefix(self) -> str: ...


class Database:
    """One engine. `read` and `write` are the only ways to a session, and a session never leaves
    the `with` block. Only `write` commits: when the block ends without an exception.
    """

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.database_url.get_secret_value())
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database or "") if self.is_sqlite else None
        self.engine = _sqlite_engine(settings) if self.is_sqlite else _postgres_engine(settings)
        self._thread_lock = threading.Lock()

    @contextmanager
    def read(self, actor: Tenant) -> Iterator[Session]:
        """A snapshot for one actor. Nothing written here is kept."""
        with _unavailable_as_problem(), Session(self.engine) as session:
            self._set_scope(session, actor.county_code, actor.division_prefix)
            yield session
            session.rollback()

    @contextmanager
    def write(self, actor: Tenant) -> Iterator[Session]:
        """One transaction in the actor's county. The whole county is in row-level scope (a trip
        holds people of several townships); the command's own scope is checked by who decides it.
        """
        with _unavailable_as_problem(), self._writer_lock(), Session(self.engine) as session:
            if self.is_sqlite:
                session.connection(execution_options={"fangang_write": True})
            self._set_scope(session, actor.county_code, "")
            yield session
            session.commit()

    def _set_scope(self, session: Session, county_code: str, division_prefix: str) -> None:
        if self.is_sqlite:
            return
        session.execute(
            text(
                "SELECT set_config('fangang.county', :county, true),"
                " set_config('fangang.divisions', :divisions, true)"
            ),
            {"county": county_code, "divisions": division_prefix},
        )

    @contextmanager
    def _writer_lock(self) -> Iterator[None]:
        """SQLite has one writer, and its own waiting is unfair: a lock in the process, then one
        beside the file, make the writers queue.
        """
        if self.path is None:
            yield
            return
        with self._thread_lock, file_lock(self.path.with_name(self.path.name + ".lock")):
            yield

    def check(self) -> None:
        """Raises if the database does not answer."""
        with _unavailable_as_problem(), self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        self.engine.dispose()


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[None]:
    """An exclusive lock between processes; BlockingIOError when `wait` is off and it is taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _unavailable_as_problem() -> Iterator[None]:
    """Nothing was saved, and the same request may be sent again: that is what the caller must know."""
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error
    except IntegrityError as error:
        raise DomainError(ErrorCode.CONFLICT) from error


def _sqlite_engine(settings: Settings) -> Engine:
    url = make_url(settings.database_url.get_secret_value())
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 15},
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout_seconds,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin event below says how a transaction begins
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()
        connection.set_authorizer(deny_changes_to_events)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("fangang_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres_engine(settings: Settings) -> Engine:
    # prepare_threshold=None: prepared statements do not survive a pooler in transaction mode.
    return create_engine(
        settings.database_url.get_secret_value(),
        connect_args={"prepare_threshold": None, "connect_timeout": 5},
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
        pool_pre_ping=True,
    )
