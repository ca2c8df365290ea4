"""Many rows in one statement on either database: read by their keys and locked, written, deleted; what
happens to a row that is there already (refuse, ignore, overwrite). One contract, two bodies: PostgreSQL
takes arrays of keys, and rows as words, one parameter a column; SQLite takes lists of keys in parts, and
rows by executemany.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain, islice, repeat, starmap
from operator import attrgetter, itemgetter
from typing import Any, Final, Literal, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    Connection,
    Dialect,
    Insert,
    LargeBinary,
    Select,
    String,
    Table,
    bindparam,
    delete,
    insert,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Result, RowMapping
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from service.db.columns import Id, Instant, Keys, check_zone, find_converter, show_json
from service.db.lookups import compile_lookup, look_up, select_rows

R = TypeVar("R")
Rows = Sequence[Mapping[str, Any]]
Conflict = Literal["refuse", "ignore", "overwrite"]
_SQLITE_IN_LIMIT: Final = 900
_UNLIKE: Final = "the rows of one statement name the same columns"
_PACKED_FROM: Final = 4
"""Rows: with fewer, PostgreSQL is asked for each."""


# --- reading ------------------------------------------------------------------------------------
def load_rows(
    session: Session,
    row_type: type[R],
    table: Table,
    *,
    county_code: str,
    column: str,
    keys: Iterable[Any],
    lock: bool = False,
    also: tuple[str, Any] | None = None,
) -> list[R]:
    """The county's rows whose `column` is one of `keys`, as `row_type`: a NamedTuple or dataclass whose
    fields are columns of the table. Only these are read, as the column's type gives them: a text stays
    a text where the field is declared as an enum.

    Ordered by primary key (by as much of it as `row_type` holds). No keys, no statement; a key given
    twice counts once. `also`: a further column, and the value that it must have. `lock` takes FOR
    UPDATE on PostgreSQL, in primary-key order, so that two groups cannot deadlock.
    """
    names = _list_fields(row_type)
    found = _run(
        session, table, column, keys, county_code=county_code, names=names, also=also, lock=lock
    )
    rows = [list(starmap(row_type, each)) for each in found]
    return _join(rows, table, names, attrgetter)


class _Known(NamedTuple):
    id: UUID


def list_known(
    session: Session, table: Table, *, county_code: str, ids: Iterable[UUID]
) -> set[UUID]:
    """Those of `ids` that the county has a row of, whoever asks. No ids, no statement."""
    rows = load_rows(session, _Known, table, county_code=county_code, column="id", keys=ids)
    return {row.id for row in rows}


def read_rows(row_type: type[R], result: Result[Any]) -> list[R]:
    """What a statement found, as `row_type`: a NamedTuple or dataclass whose fields are names of the
    result's columns, in any order. Further columns are passed over.

        class Held(NamedTuple):
            worker_id: UUID
            state: str

        rows = read_rows(Held, session.execute(select(passenger.c.worker_id, passenger.c.state)))
    """
    names = _list_fields(row_type)
    in_order = result if tuple(result.keys()) == names else result.columns(*names)
    return list(starmap(row_type, in_order))


def _list_fields(row_type: type[Any]) -> tuple[str, ...]:
    """Of a NamedTuple or a dataclass, in the order in which it takes them."""
    if is_dataclass(row_type):
        return tuple(field.name for field in fields(row_type))
    names: tuple[str, ...] = row_type._fields
    return names


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
    """What load_rows gives, as mappings of all columns, or of `columns`."""
    names = tuple(columns) if columns else None
    found = _run(
        session, table, column, keys, county_code=county_code, names=names, also=also, lock=lock
    )
    rows = [list(each.mappings()) for each in found]
    return _join(rows, table, names, itemgetter)


def _run(
    session: Session,
    table: Table,
    column: str,
    keys: Iterable[Any],
    *,
    county_code: str,
    names: tuple[str, ...] | None,
    also: tuple[str, Any] | None,
    lock: bool,
) -> Iterator[Result[Any]]:
    """One result on PostgreSQL; on SQLite one for each so many keys, each in the primary key's order."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return
    further, value = also or (None, None)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        statement = _select(table, column, names, further, lock=lock)
        values = {"county": county_code, "keys": wanted, "also": value}
        yield connection.execute(statement, values)
        return
    renamed = connection.get_execution_options().get("schema_translate_map") or {}
    lookup = compile_lookup(
        table, column, names, further, dialect=connection.dialect, renamed=tuple(renamed.items())
    )
    for part in _cut(wanted, size=_SQLITE_IN_LIMIT):
        yield look_up(connection, lookup, county_code, part, also=value)


def _list_type(of: TypeEngine[Any]) -> TypeEngine[Any]:
    return Keys(of) if isinstance(of, LargeBinary | Id) else ARRAY(of)


@cache
def _select(
    table: Table,
    column: str,
    columns: tuple[str, ...] | None,
    further: str | None,
    *,
    lock: bool,
) -> Select[Any]:
    """PostgreSQL's. Built once for each shape: building one costs more than running it."""
    key = table.c[column]
    statement = select_rows(table, columns, further)
    statement = statement.where(key == bindparam("keys", type_=_list_type(key.type)).any_())
    return statement.with_for_update() if lock else statement


def _join(
    parts: list[list[R]],
    table: Table,
    names: tuple[str, ...] | None,
    pick: Callable[..., Callable[[R], Any]],
) -> list[R]:
    """Each part came in the primary key's order; all together they have to be put into it."""
    if len(parts) < 2:
        return parts[0] if parts else []
    held = [key.name for key in table.primary_key.columns if names is None or key.name in names]
    rows = list(chain(*parts))
    return sorted(rows, key=pick(*held)) if held else rows


def _cut(values: Sequence[Any], *, size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while part := list(islice(source, size)):
        yield part


# --- writing ------------------------------------------------------------------------------------
def write_many(
    session: Session,
    table: Table,
    rows: Rows,
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
    if set(map(len, rows)) != {len(names)}:
        raise ValueError(_UNLIKE)
    connection = session.connection()
    postgres = connection.dialect.name == "postgresql"
    if _leaves_defaults(table, frozenset(names)):
        if any(row.keys() != names for row in rows):
            raise ValueError(_UNLIKE)
        statement = _make_insert(table, tuple(names), conflict, postgres=postgres)
        return connection.execute(statement, list(rows)).rowcount
    if postgres and len(rows) >= _PACKED_FROM:
        rows = _keep_last(table, rows) if conflict == "overwrite" else rows
        if len(rows) > 1:
            return _write_packed(connection, table, rows, conflict=conflict)
    renamed = connection.get_execution_options().get("schema_translate_map") or {}
    writing = _compile(
        table, tuple(names), conflict, dialect=connection.dialect, renamed=tuple(renamed.items())
    )
    return connection.exec_driver_sql(writing.sql, _convert(writing, rows)).rowcount


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


@cache
def _leaves_defaults(table: Table, names: frozenset[str]) -> bool:
    """Whether SQLAlchemy has values of its own to add."""
    return any(column.default is not None and column.name not in names for column in table.columns)


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


# --- row by row, in the driver's own values -------------------------------------------------------
class _Writing(NamedTuple):
    """A statement in the driver's words. `converters`: the column of each place, and what makes a
    value the driver's own (None: it is already).
    """

    sql: str
    converters: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    is_positional: bool


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
        (name, find_converter(compiled.binds[name].type, dialect)) for name in places or ()
    )
    return _Writing(compiled.string, converters, is_positional=compiled.positional)


def _convert(writing: _Writing, rows: Rows) -> Any:
    """Column by column: what is done to a value is done to all in one go. Rows that are as long as the first
    one are like it, where none lacks one of its columns."""
    columns: list[Iterable[Any]] = []
    several = len(rows) > 1
    try:
        for name, convert in writing.converters:
            values = list(map(itemgetter(name), rows))
            if convert is None:
                columns.append(values)
            else:
                columns.append(_convert_all(values, convert) if several else map(convert, values))
    except KeyError as error:
        raise ValueError(_UNLIKE) from error
    bound = zip(*columns, strict=True)
    if writing.is_positional:
        return list(bound)
    names = [name for name, _ in writing.converters]
    return [dict(zip(names, values, strict=True)) for values in bound]


def _pick(rows: Rows, name: str) -> list[Any]:
    """Raises ValueError where a row lacks it."""
    try:
        return list(map(itemgetter(name), rows))
    except KeyError as error:
        raise ValueError(_UNLIKE) from error


def _convert_all(values: list[Any], convert: Callable[[Any], Any]) -> Iterable[Any]:
    """One and the same value for all rows, as the time of writing, is converted once."""
    first = values[0]
    if values[-1] is first and all(value is first for value in values):
        return repeat(convert(first), len(values))
    return map(convert, values)


# --- packed: a column is one word, which PostgreSQL takes apart -----------------------------------
class _Marks(NamedTuple):
    """What stands between two words, and the word for no value. Neither may stand in a word."""

    between: str
    null: str


_USUAL: Final = _Marks("\x1f", "\x1e")
_ToWord = Callable[[Any], str]


class _Writer(NamedTuple):
    """How a column's values become words. `once`: equal ones are written once, for they are many."""

    to_word: _ToWord
    once: bool = True

    def write(self, values: list[Any], null: str) -> Iterable[str]:
        if not self.once:
            return [null if value is None else self.to_word(value) for value in values]
        words = {each: null if each is None else self.to_word(each) for each in set(values)}
        return [words[value] for value in values]


class _Packing(NamedTuple):
    sql: str
    columns: tuple[tuple[str, _Writer], ...]


def _write_packed(connection: Connection, table: Table, rows: Rows, *, conflict: str) -> int:
    """What write_many promises, for at least two rows that differ in their primary keys."""
    names = tuple(rows[0])
    marks = _choose_marks(table, rows)
    packing = _compile_packed(table, names, conflict, marks, dialect=connection.dialect)
    packed = tuple(
        marks.between.join(writer.write(_pick(rows, name), marks.null))
        for name, writer in packing.columns
    )
    return connection.exec_driver_sql(packing.sql, packed).rowcount


def _keep_last(table: Table, rows: Rows) -> Rows:
    """Of rows with one primary key the last one: one statement may touch a row once."""
    key = [column.name for column in table.primary_key.columns]
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def _choose_marks(table: Table, rows: Rows) -> _Marks:
    """The usual ones; where a text holds such a character, random ones that no text can hold by intent."""
    texts = [name for name in rows[0] if isinstance(table.c[name].type, String)]
    written = "\n".join(
        each for name in texts for each in set(_pick(rows, name)) if each is not None
    )
    if not any(mark in written for mark in _USUAL):
        return _USUAL
    token = secrets.token_hex(16)
    return _Marks(*(mark + token for mark in _USUAL))


@lru_cache(maxsize=512)
def _compile_packed(
    table: Table, names: tuple[str, ...], conflict: str, marks: _Marks, *, dialect: Dialect
) -> _Packing:
    quote = dialect.identifier_preparer.quote_identifier
    columns = [table.c[name] for name in names]
    words = ", ".join(f"string_to_array(%s, '{marks.between}', '{marks.null}')" for _ in columns)
    values = ", ".join(_read_word(each, f"packed.{quote(each.name)}", dialect) for each in columns)
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
        return _Writer(show_json, once=False)
    if isinstance(column.type, Id):
        return _Writer(lambda value: f"{value.int:032x}", once=False)
    if isinstance(column.type, Instant):
        return _Writer(_show_instant)
    return _Writer(str)


def _show_instant(value: datetime) -> str:
    check_zone(value)
    return value.isoformat()


def _read_word(column: Column[Any], word: str, dialect: Dialect) -> str:
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
