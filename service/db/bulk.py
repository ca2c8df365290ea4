"""The two functions under the recorder: many rows in one statement, on either database.

PostgreSQL gets arrays (= ANY) and its driver's pipelined executemany, SQLite gets IN lists cut
to its limits and executemany. Every statement names the county (Citus routes by it).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from sqlalchemy import ARRAY, Column, Table, bindparam, insert, select
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
    picked = [table.c[name] for name in columns] if columns else [table]
    statement = select(*picked).where(table.c.county_code == county_code)
    statement = statement.order_by(*table.primary_key.columns)
    key_column = table.c[column]
    if session.get_bind().dialect.name == "postgresql":
        any_key = bindparam("keys", wanted, type_=ARRAY(key_column.type))
        statement = statement.where(key_column == any_key.any_())
        if lock:
            statement = statement.with_for_update()
        return list(session.execute(statement).mappings())
    rows: list[RowMapping] = []
    for part in _parts(wanted, size=_SQLITE_IN_LIMIT):
        rows.extend(session.execute(statement.where(key_column.in_(part))).mappings())
    return _in_key_order(rows, table) if len(wanted) > _SQLITE_IN_LIMIT else rows


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
    upsert = postgresql.insert(table) if postgres else sqlite.insert(table)
    key: list[Column[Any]] = list(table.primary_key.columns)
    given = [table.c[name] for name in rows[0] if name not in {c.name for c in key}]
    if conflict == "ignore" or not given:
        session.execute(upsert.on_conflict_do_nothing(index_elements=key), list(rows))
        return
    changed = {column.name: upsert.excluded[column.name] for column in given}
    statement = upsert.on_conflict_do_update(index_elements=key, set_=changed)
    session.execute(statement, list(rows))


def _parts(values: Sequence[Any], *, size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while part := list(islice(source, size)):
        yield part


def _in_key_order(rows: list[RowMapping], table: Table) -> list[RowMapping]:
    """Each part came in order; all together they have to be put into it."""
    fetched = set(rows[0].keys()) if rows else set()
    names = [column.name for column in table.primary_key.columns if column.name in fetched]
    return sorted(rows, key=lambda row: tuple(row[name] for name in names))
