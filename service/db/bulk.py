"""The two functions under the recorder: many rows in one statement, on either database.

PostgreSQL gets arrays (= ANY) and its driver's pipelined executemany, SQLite gets IN lists cut
to its limits and executemany. Every statement names the county (Citus routes by it).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Literal

from sqlalchemy import ARRAY, Column, Insert, Select, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

Conflict = Literal["refuse", "ignore", "overwrite"]
_SQLITE_IN_LIMIT = 900


def load_many(
    session: Session,
    table: Table,
    *,
    county_code: str,
    column: str,
    keys: Iterable[Any],
    lock: bool = False,
    columns: Sequence[str] | None = None,
) -> list[RowMapping]:
    """The county's rows whose `column` is one of `keys`, ordered by primary key (by as much of it
    as `columns` hold).

    `lock` takes FOR UPDATE on PostgreSQL, in primary-key order, so that two groups cannot deadlock.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return []
    postgres = session.get_bind().dialect.name == "postgresql"
    picked = tuple(columns) if columns else None
    statement = _select(table, column, picked, lock=lock, postgres=postgres)
    rows: list[RowMapping] = []
    for part in [wanted] if postgres else _parts(wanted, size=_SQLITE_IN_LIMIT):
        found = session.execute(statement, {"county": county_code, "keys": part})
        rows.extend(found.mappings())
    return rows if postgres or len(wanted) <= _SQLITE_IN_LIMIT else _in_key_order(rows, table)


@cache
def _select(
    table: Table, column: str, columns: tuple[str, ...] | None, *, lock: bool, postgres: bool
) -> Select[Any]:
    """Built once for each shape: building one costs more than running it."""
    picked = [table.c[name] for name in columns] if columns else [table]
    key = table.c[column]
    statement = select(*picked).where(table.c.county_code == bindparam("county"))
    statement = statement.order_by(*table.primary_key.columns)
    if not postgres:
        return statement.where(key.in_(bindparam("keys", expanding=True)))
    statement = statement.where(key == bindparam("keys", type_=ARRAY(key.type)).any_())
    return statement.with_for_update() if lock else statement


def write_many(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    conflict: Conflict = "refuse",
) -> None:
    """Insert whole rows. `overwrite` replaces every column of a row with the same primary key
    (but the key, whose county never changes); `ignore` leaves the stored row as it is.
    """
    if not rows:
        return
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError("the rows of one statement name the same columns")
    if conflict == "refuse":
        session.execute(insert(table), list(rows))
        return
    postgres = session.get_bind().dialect.name == "postgresql"
    statement = _upsert(table, tuple(rows[0]), conflict, postgres=postgres)
    session.execute(statement, list(rows))


@cache
def _upsert(table: Table, names: tuple[str, ...], conflict: Conflict, *, postgres: bool) -> Insert:
    upsert = postgresql.insert(table) if postgres else sqlite.insert(table)
    key: list[Column[Any]] = list(table.primary_key.columns)
    described = {column.name for column in key}
    changed = {name: upsert.excluded[name] for name in names if name not in described}
    if conflict == "ignore" or not changed:
        return upsert.on_conflict_do_nothing(index_elements=key)
    return upsert.on_conflict_do_update(index_elements=key, set_=changed)


def _parts(values: Sequence[Any], *, size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while part := list(islice(source, size)):
        yield part


def _in_key_order(rows: list[RowMapping], table: Table) -> list[RowMapping]:
    """Each part came in order; all together they have to be put into it."""
    fetched = set(rows[0].keys()) if rows else set()
    names = [column.name for column in table.primary_key.columns if column.name in fetched]
    return sorted(rows, key=lambda row: tuple(row[name] for name in names))
