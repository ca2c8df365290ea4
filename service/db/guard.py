"""Events are INSERT-only. PostgreSQL: by grants (service/manage/grants). SQLite: by this authorizer.

Both guard against mistakes of the program, not against somebody who has the file; that is `verify`'s
task. SQLite does not ask about the row that a replacing INSERT removes: nothing here may say it
(write_many's upserts are ON CONFLICT DO UPDATE, which is asked about and denied).
"""

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
