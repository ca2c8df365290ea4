"""Many rows in one parameter a column, for PostgreSQL: the values as words, which the database takes
apart itself.

Prepared statements do not survive a pooler, so the driver's executemany has each row parsed and
planned anew: three times the work of this, on either side. As one JSON text (`json_to_recordset`) the
rows cost the database a third more; as arrays of the driver's own, the client more than they are worth.
COPY knows no ON CONFLICT and no row-level security.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic_core import to_json
from sqlalchemy import JSON, Column, Connection, Dialect, LargeBinary, String, Table

from service.db.columns import Id, Instant, check_zone

Rows = Sequence[Mapping[str, Any]]
ToWord = Callable[[Any], str]


class Marks(NamedTuple):
    """What stands between two words, and the word for no value. Neither may stand in a word."""

    between: str
    null: str


USUAL: Final = Marks("\x1f", "\x1e")


class _Writer(NamedTuple):
    """How a column's values become words. `once`: equal ones are written once, for they are many."""

    to_word: ToWord
    once: bool = True

    def write(self, values: list[Any], null: str) -> Iterable[str]:
        if not self.once:
            return [null if value is None else self.to_word(value) for value in values]
        words = {each: null if each is None else self.to_word(each) for each in set(values)}
        return [words[value] for value in values]


class _Packing(NamedTuple):
    sql: str
    columns: tuple[tuple[str, _Writer], ...]


def write_packed(connection: Connection, table: Table, rows: Rows, *, conflict: str) -> int:
    """What write_many promises, for at least two rows that differ in their primary keys."""
    names = tuple(rows[0])
    marks = choose_marks(table, rows)
    packing = _compile(table, names, conflict, marks, dialect=connection.dialect)
    packed = tuple(
        marks.between.join(writer.write([row[name] for row in rows], marks.null))
        for name, writer in packing.columns
    )
    return connection.exec_driver_sql(packing.sql, packed).rowcount


def keep_last(table: Table, rows: Rows) -> Rows:
    """Of rows with one primary key the last one: one statement may touch a row once."""
    key = [column.name for column in table.primary_key.columns]
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def choose_marks(table: Table, rows: Rows) -> Marks:
    """The usual ones; should somebody have written such a character, some that nobody can guess."""
    texts = [name for name in rows[0] if isinstance(table.c[name].type, String)]
    written = "\n".join(row[name] for name in texts for row in rows if row[name] is not None)
    if not any(mark in written for mark in USUAL):
        return USUAL
    token = secrets.token_hex(16)
    return Marks(*(mark + token for mark in USUAL))


@lru_cache(maxsize=512)
def _compile(
    table: Table, names: tuple[str, ...], conflict: str, marks: Marks, *, dialect: Dialect
) -> _Packing:
    quote = dialect.identifier_preparer.quote_identifier
    columns = [table.c[name] for name in names]
    words = ", ".join(f"string_to_array(%s, '{marks.between}', '{marks.null}')" for _ in columns)
    values = ", ".join(_read(each, f"packed.{quote(each.name)}", dialect) for each in columns)
    listed = ", ".join(quote(name) for name in names)
    sql = (
        f"INSERT INTO {dialect.identifier_preparer.format_table(table)} ({listed})"  # noqa: S608 - our own names
        f" SELECT {values} FROM unnest({words}) AS packed({listed})"
        f"{_resolve(table, names, conflict, dialect=dialect)}"
    )
    return _Packing(sql, tuple((each.name, _find_writer(each)) for each in columns))


def _find_writer(column: Column[Any]) -> _Writer:
    if isinstance(column.type, LargeBinary):
        return _Writer(bytes.hex, once=False)
    if isinstance(column.type, JSON):
        return _Writer(lambda value: to_json(value).decode(), once=False)
    if isinstance(column.type, Id):
        return _Writer(lambda value: f"{value.int:032x}", once=False)
    if isinstance(column.type, Instant):
        return _Writer(_show_instant)
    return _Writer(str)


def _show_instant(value: datetime) -> str:
    check_zone(value)
    return value.isoformat()


def _read(column: Column[Any], word: str, dialect: Dialect) -> str:
    if isinstance(column.type, LargeBinary):
        return f"decode({word}, 'hex')"
    if isinstance(column.type, String):
        return word
    read = f"{word}::{column.type.compile(dialect=dialect)}"
    if isinstance(column.type, JSON) and not column.type.none_as_null:
        return f"coalesce({read}, 'null'::json)"
    return read


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
