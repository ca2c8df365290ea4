"""Two small registries as versions before wrote them (synthetic people), put into a database of that revision.

Kept are the rows of every table as SQLite had them, the wrapped keys and the key file. Of revision 0003 trips:
what the API then said of them and of passengers, and each event with its answer. Of revision 0008 two imports,
the second of which changed two people of the first: their ids, and the phone that it brought.
"""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from alembic import command
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    MetaData,
    Table,
    create_engine,
    insert,
    pool,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

from service.db.schema import make_config
from service.manage.migrations import protect_table
from service.settings import Settings
from service.vault.keys import key_path

TRIPS_AT: Final = "0003"
IMPORTS_AT: Final = "0008"
_OLD_KEYS: Final = """
    CREATE TABLE subject_key (
        county_code VARCHAR(6) NOT NULL, subject_id BLOB NOT NULL, personal_class VARCHAR(16) NOT NULL,
        kek_id VARCHAR(16) NOT NULL, wrapped BLOB NOT NULL,
        PRIMARY KEY (county_code, subject_id, personal_class)
    ) WITHOUT ROWID
"""
"""As versions before revision 0009 made it; on PostgreSQL the migration to the kept revision does."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_kept(revision: str) -> dict[str, Any]:
    file = Path(__file__).parent / f"registry_at_{revision}.json.gz"
    content: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return content


def put_back(settings: Settings, kept: dict[str, Any], *, revision: str) -> None:
    """The database at the old revision with the kept rows, its key store and its key file."""
    url = make_url(settings.migration_url)
    settings.key_file.write_bytes(bytes.fromhex(kept["key"]))
    settings.key_file.chmod(0o600)
    [keys] = kept["keys"].values()
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        if url.get_backend_name() == "postgresql":
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS vault"))
        command.upgrade(make_config(connection), revision)
        _fill(connection, kept["database"], schema=None)
        if url.get_backend_name() == "postgresql":
            _fill(connection, keys, schema="vault")
            _protect(connection)
    engine.dispose()
    if url.get_backend_name() == "sqlite":
        store = key_path(Path(url.database or ""))
        engine = create_engine(f"sqlite:///{store}", poolclass=pool.NullPool)
        with engine.begin() as connection:
            connection.execute(text(_OLD_KEYS))
            _fill(connection, keys, schema=None)
        engine.dispose()


def _fill(connection: Connection, tables: dict[str, Any], *, schema: str | None) -> None:
    metadata = MetaData(schema=schema)
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        kept = tables.get(table.name)
        if kept is None or table.name == "alembic_version":
            continue
        rows = [dict(zip(kept["columns"], row, strict=True)) for row in kept["rows"]]
        connection.execute(insert(table), [_convert(table, row) for row in rows])


def _protect(connection: Connection) -> None:
    """As `migrate` left them: also the owner sees the rows of one county only."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        protect_table(connection, table)


def _convert(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(table.c[name].type, value) for name, value in row.items()}


def _read(kind: Any, value: Any) -> Any:
    """A value of SQLite's as the column takes it."""
    if isinstance(value, dict):
        value = bytes.fromhex(value["hex"])
    read = next((read for of, read in _READERS if isinstance(kind, of)), None)
    return value if value is None or read is None else read(value)


_READERS: Final[list[tuple[type, Callable[[Any], Any]]]] = [
    (postgresql.UUID, lambda value: UUID(bytes=value)),
    (DateTime, lambda value: _EPOCH + timedelta(microseconds=value)),
    (Date, lambda value: date.fromordinal(value + _EPOCH.date().toordinal())),
    (JSON, json.loads),
    (Boolean, bool),
]
