"""One engine for each kind of database: how connections are opened, and how transactions begin."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from service.db.guard import deny_changes_to_events
from service.settings import Settings

WRITES = "fangang_write"
"""The execution option of a connection that is going to write."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "cache_size=-32768",  # 32 MiB: what a chunk of 500 people touches; with less it is written twice
)


def make_sqlite_engine(settings: Settings, *, busy_seconds: float) -> Engine:
    url = make_url(settings.database_url.get_secret_value())
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": busy_seconds},
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin event below says how a transaction begins
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
        connection.set_authorizer(deny_changes_to_events)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        """What reads cannot write, as PostgreSQL's READ ONLY says it."""
        writes = connection.get_execution_options().get(WRITES, False)
        driver = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}").close()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def make_postgres_engine(settings: Settings) -> Engine:
    # prepare_threshold=None: prepared statements do not survive a pooler in transaction mode.
    return create_engine(
        settings.database_url.get_secret_value(),
        connect_args={"prepare_threshold": None, "connect_timeout": 5},
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
        pool_pre_ping=True,
    )
