"""Events are INSERT-only. PostgreSQL: by grants (alembic). SQLite: by this authorizer."""

import sqlite3

INSERT_ONLY_TABLES = frozenset({"event"})
_DENIED = frozenset(
    {sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_DROP_TABLE}
    | {sqlite3.SQLITE_ALTER_TABLE}
)


def deny_changes_to_events(
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
