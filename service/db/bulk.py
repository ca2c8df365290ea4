"""The functions under the recorder: many rows in one statement, on either database.

PostgreSQL gets arrays (= ANY) and packed rows (packing.py), SQLite gets IN lists cut to its limits
and executemany. Every statement names the county (Citus routes by it).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ARRAY,
    Column,
    Dialect,
    Insert,
    LargeBinary,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from service.db.packing import keep_last, write_packed

Conflict = Literal["refuse", "ignore", "overwrite"]
_SQLITE_IN_LIMIT = 900
_PACKED_FROM = 4


def load_many(
    session: Session,
    table: Table,
    *,
    county_code: str,
    column: str,
    keys: Iterable[Any],
    lock: bool = False,
    columns: Sequence[str] | None = None,
    also: tuple[str, Any] | None = None,
) -> list[RowMapping]:
    """The county's rows whose `column` is one of `keys`, ordered by primary key (by as much of it
    as `columns` hold). `also`: a further column, and the value that it must have.

    `lock` takes FOR UPDATE on PostgreSQL, in primary-key order, so that two groups cannot deadlock.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return []
    postgres = session.get_bind().dialect.name == "postgresql"
    picked = tuple(columns) if columns else None
    further, value = also or (None, None)
    statement = _select(table, column, picked, further, lock=lock, postgres=postgres)
    rows: list[RowMapping] = []
    for part in [wanted] if postgres else _parts(wanted, size=_SQLITE_IN_LIMIT):
        found = session.execute(statement, {"county": county_code, "keys": part, "also": value})
        rows.extend(found.mappings())
    return rows if postgres or len(wanted) <= _SQLITE_IN_LIMIT else _in_key_order(rows, table)


@cache
def _select(
    table: Table,
    column: str,
    columns: tuple[str, ...] | None,
    further: str | None,
    *,
    lock: bool,
    postgres: bool,
) -> Select[Any]:
    """Built once for each shape: building one costs more than running it."""
    picked = [table.c[name] for name in columns] if columns else [table]
    key = table.c[column]
    statement = select(*picked).where(table.c.county_code == bindparam("county"))
    if further is not None:
        statement = statement.where(table.c[further] == bindparam("also"))
    statement = statement.order_by(*table.primary_key.columns)
    if not postgres:
        return statement.where(key.in_(bindparam("keys", expanding=True)))
    statement = statement.where(key == bindparam("keys", type_=ARRAY(key.type)).any_())
    return statement.with_for_update() if lock else statement


class _Writing(NamedTuple):
    """A statement in the driver's words. `converters`: the column of each place, and what makes a
    value the driver's own (None: it is already).
    """

    sql: str
    converters: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    is_positional: bool


def write_many(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    conflict: Conflict = "refuse",
) -> int:
    """Insert whole rows; how many were written. `overwrite` replaces every column of a row with
    the same primary key (but the key, whose county never changes); `ignore` leaves the stored row
    as it is.
    """
    if not rows:
        return 0
    names = rows[0].keys()
    if any(row.keys() != names for row in rows):
        raise ValueError("the rows of one statement name the same columns")
    connection = session.connection()
    postgres = connection.dialect.name == "postgresql"
    if _leaves_defaults(table, frozenset(names)):
        statement = _make_insert(table, tuple(names), conflict, postgres=postgres)
        return connection.execute(statement, list(rows)).rowcount
    if postgres and len(rows) >= _PACKED_FROM:
        rows = keep_last(table, rows) if conflict == "overwrite" else rows
        if len(rows) > 1:
            return write_packed(connection, table, rows, conflict=conflict)
    renamed = connection.get_execution_options().get("schema_translate_map") or {}
    writing = _compile(
        table, tuple(names), conflict, dialect=connection.dialect, renamed=tuple(renamed.items())
    )
    return connection.exec_driver_sql(writing.sql, _bind(writing, rows)).rowcount


@cache
def _leaves_defaults(table: Table, names: frozenset[str]) -> bool:
    """Whether SQLAlchemy has values of its own to add."""
    return any(column.default is not None and column.name not in names for column in table.columns)


@lru_cache(maxsize=512)
def _compile(
    table: Table,
    names: tuple[str, ...],
    conflict: Conflict,
    *,
    dialect: Dialect,
    renamed: tuple[tuple[str, str | None], ...],
) -> _Writing:
    """Once for each shape; the driver then gets bare values. Row by row through SQLAlchemy they
    would cost more than the database takes to store them.
    """
    statement = _make_insert(table, names, conflict, postgres=dialect.name == "postgresql")
    compiled = statement.compile(
        dialect=dialect,
        column_keys=list(names),
        for_executemany=True,
        schema_translate_map=dict(renamed),
        render_schema_translate=bool(renamed),
    )
    places = compiled.positiontup if compiled.positional else list(compiled.binds)
    converters = tuple(
        (name, _find_converter(compiled.binds[name].type, dialect)) for name in places or ()
    )
    return _Writing(compiled.string, converters, is_positional=compiled.positional)


def _find_converter(of: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(of, LargeBinary):
        return None  # both drivers take bytes; SQLAlchemy would wrap each of them
    return of.dialect_impl(dialect).bind_processor(dialect)


def _bind(writing: _Writing, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Column by column: what is done to a value is done to all in one go."""
    columns = []
    for name, convert in writing.converters:
        values = [row[name] for row in rows]
        columns.append(values if convert is None else [convert(value) for value in values])
    bound = zip(*columns, strict=True)
    if writing.is_positional:
        return list(bound)
    names = [name for name, _ in writing.converters]
    return [dict(zip(names, values, strict=True)) for values in bound]


def _make_insert(
    table: Table, names: tuple[str, ...], conflict: Conflict, *, postgres: bool
) -> Insert:
    if conflict == "refuse":
        return insert(table)
    return _upsert(table, names, conflict, postgres=postgres)


@cache
def _upsert(table: Table, names: tuple[str, ...], conflict: Conflict, *, postgres: bool) -> Insert:
    upsert = postgresql.insert(table) if postgres else sqlite.insert(table)
    key: list[Column[Any]] = list(table.primary_key.columns)
    described = {column.name for column in key}
    changed = {name: upsert.excluded[name] for name in names if name not in described}
    if conflict == "ignore" or not changed:
        return upsert.on_conflict_do_nothing(index_elements=key)
    return upsert.on_conflict_do_update(index_elements=key, set_=changed)


def delete_many(
    session: Session, table: Table, *, county_code: str, column: str, keys: Iterable[Any]
) -> None:
    """The county's rows whose `column` is one of `keys`, any number of them, in the keys' order."""
    statement = delete(table).where(
        table.c.county_code == county_code, table.c[column] == bindparam("gone")
    )
    gone = [{"gone": key} for key in sorted(set(keys))]
    if gone:
        session.connection().execute(statement, gone)


def _parts(values: Sequence[Any], *, size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while part := list(islice(source, size)):
        yield part


def _in_key_order(rows: list[RowMapping], table: Table) -> list[RowMapping]:
    """Each part came in order; all together they have to be put into it."""
    fetched = set(rows[0].keys()) if rows else set()
    names = [column.name for column in table.primary_key.columns if column.name in fetched]
    return sorted(rows, key=lambda row: tuple(row[name] for name in names))
