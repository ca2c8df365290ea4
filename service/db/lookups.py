"""Looking rows up by many keys on SQLite: a statement is compiled once for each shape, and the driver gets bare
keys; the SELECT of both databases.
"""

from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Connection,
    Dialect,
    LargeBinary,
    Select,
    Table,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.types import TypeEngine

from service.db.columns import Convert, find_converter

_KEYS: Final = "__keys__"


@cache
def select_rows(table: Table, columns: tuple[str, ...] | None, further: str | None) -> Select[Any]:
    """The rows of a county in the order of their primary key, whatever the keys that are looked for.
    `further`: a column that must have one value.
    """
    picked = [table.c[name] for name in columns] if columns else [table]
    statement = select(*picked).where(table.c.county_code == bindparam("county"))
    if further is not None:
        statement = statement.where(table.c[further] == bindparam("also"))
    return statement.order_by(*table.primary_key.columns)


class Lookup(NamedTuple):
    """A SELECT in SQLite's words, with _KEYS where the keys belong. `bind_key`, `bind_also`: what makes a
    value the driver's own; `shown`: what makes one of each column Python's. None: it is already.
    """

    sql: str
    names: tuple[str, ...]
    bind_key: Convert | None
    bind_also: Convert | None
    has_further: bool
    shown: tuple[Convert | None, ...]


@lru_cache(maxsize=512)
def compile_lookup(
    table: Table,
    column: str,
    columns: tuple[str, ...] | None,
    further: str | None,
    *,
    dialect: Dialect,
    renamed: tuple[tuple[str, str | None], ...],
) -> Lookup:
    """Once for each shape; the driver then gets bare keys. SQLAlchemy would make a parameter of each, by name,
    for every statement anew: that costs more than SQLite takes to look them up.
    """
    statement = select_rows(table, columns, further)
    statement = statement.where(table.c[column].in_([literal_column(_KEYS)]))
    compiled = statement.compile(
        dialect=dialect, schema_translate_map=dict(renamed), render_schema_translate=bool(renamed)
    )
    names = columns or tuple(table.c.keys())
    return Lookup(
        compiled.string,
        names,
        find_converter(table.c[column].type, dialect),
        None if further is None else find_converter(table.c[further].type, dialect),
        further is not None,
        tuple(_find_shower(table.c[name].type, dialect) for name in names),
    )


def look_up(
    connection: Connection, lookup: Lookup, county_code: str, keys: list[Any], *, also: Any
) -> Result[Any]:
    """The rows with values as the columns' types give them."""
    bind_key, bind_also = lookup.bind_key, lookup.bind_also
    values = [county_code, *(map(bind_key, keys) if bind_key else keys)]
    if lookup.has_further:
        values.insert(1, bind_also(also) if bind_also else also)
    sql = lookup.sql.replace(_KEYS, ", ".join("?" * len(keys)))
    found: list[Any] = list(connection.exec_driver_sql(sql, tuple(values)))
    if found and any(lookup.shown):
        columns = zip(*found, strict=True)
        shown = zip(columns, lookup.shown, strict=True)
        found = list(zip(*(map(to, each) if to else each for each, to in shown), strict=True))
    return IteratorResult(SimpleResultMetaData(lookup.names), iter(found))


def _find_shower(of: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Bytes come as such; SQLAlchemy would copy each of them."""
    if isinstance(of, LargeBinary):
        return None
    return of.dialect_impl(dialect).result_processor(dialect, None)
