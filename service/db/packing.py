"""Many rows in one parameter, for PostgreSQL: a JSON text that the database takes apart itself.

Prepared statements do not survive a pooler, so the driver's executemany has each row parsed and
planned anew: three times the work of this, on either side. Arrays (`unnest`) spare the database as
much, but dumping them costs the client more than the rows are worth. COPY knows no ON CONFLICT and no
row-level security.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Column, Connection, Dialect, LargeBinary, Table

from service.db.columns import Instant, check_zone

Rows = Sequence[Mapping[str, Any]]


def write_packed(connection: Connection, table: Table, rows: Rows, *, conflict: str) -> int:
    """What write_many promises; of rows with one primary key that overwrite, the last one counts."""
    names = tuple(rows[0])
    for column in table.columns:
        if isinstance(column.type, Instant) and column.name in rows[0]:
            for row in rows:
                check_zone(row[column.name])
    kept = _keep_last(table, rows) if conflict == "overwrite" else rows
    sql = _compile(table, names, conflict, dialect=connection.dialect)
    packed = to_json(kept, bytes_mode="hex").decode()
    return connection.exec_driver_sql(sql, (packed,)).rowcount


def _keep_last(table: Table, rows: Rows) -> Rows:
    """One statement may touch a row once."""
    key = [column.name for column in table.primary_key.columns]
    return list({tuple(row[name] for name in key): row for row in rows}.values())


@lru_cache(maxsize=512)
def _compile(table: Table, names: tuple[str, ...], conflict: str, *, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote_identifier
    columns = [table.c[name] for name in names]
    fields = ", ".join(f"{quote(each.name)} {_declare(each, dialect)}" for each in columns)
    values = ", ".join(_select(each, quote(each.name)) for each in columns)
    return (
        f"INSERT INTO {dialect.identifier_preparer.format_table(table)}"  # noqa: S608 - our own names
        f" ({', '.join(quote(name) for name in names)})"
        f" SELECT {values} FROM json_to_recordset(%s::json) AS packed({fields})"
        f"{_resolve(table, names, conflict, dialect=dialect)}"
    )


def _declare(column: Column[Any], dialect: Dialect) -> str:
    if isinstance(column.type, LargeBinary):
        return "text"  # in hex
    return column.type.compile(dialect=dialect)


def _select(column: Column[Any], name: str) -> str:
    if isinstance(column.type, LargeBinary):
        return f"decode(packed.{name}, 'hex')"
    if isinstance(column.type, JSON) and not column.type.none_as_null:
        return f"coalesce(packed.{name}, 'null'::json)"
    return f"packed.{name}"


def _resolve(table: Table, names: Iterable[str], conflict: str, *, dialect: Dialect) -> str:
    if conflict == "refuse":
        return ""
    quote = dialect.identifier_preparer.quote_identifier
    key = [column.name for column in table.primary_key.columns]
    target = f" ON CONFLICT ({', '.join(map(quote, key))})"
    changed = [quote(name) for name in names if name not in key]
    if conflict == "ignore" or not changed:
        return f"{target} DO NOTHING"
    return f"{target} DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in changed)}"
