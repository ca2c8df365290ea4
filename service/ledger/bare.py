"""Rows as they lie in the database, for the verification, which must not trust them: altered text, instants
and ids are read undecoded.

A value that was altered into nonsense (text that is no UTF-8, an instant in the year 300000) cannot be
decoded, and decoding a sound one takes longer than checking it. So all is fetched in one bare form, the
same on either database: ids in 16 bytes, text in UTF-8, instants in microseconds since 1970. SQLite
keeps a value of any type in any column, and its text comes as a bytearray, so that it can be told from
bytes, which it equals.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, String, case, cast, extract, func
from sqlalchemy import type_coerce as read_as
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType
from sqlmodel import Session

from service.db.columns import Id, Instant

_FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
"""Between these every zone can tell the time; beyond them nothing was ever recorded."""


class BareEvent(NamedTuple):
    """An event with one of its parts, or with none; beside them what the head of its stream and
    the queue of the log say of it. What was altered may be of any type.
    """

    county_code: Any
    id: Any
    stream_kind: Any
    stream_id: Any
    seq: Any
    kind: Any
    subject_id: Any
    worker_id: Any
    happened_at: Any
    recorded_at: Any
    body: Any
    hash: Any
    head_seq: Any
    head_hash: Any
    pending_hash: Any
    part: Any = None
    part_subject_id: Any = None
    part_class: Any = None
    sealed: Any = None


def is_text(value: Any, row: BareEvent) -> bool:
    """Whether a value of the row is of a text's type: that of the county's code, which was asked for
    as text."""
    return type(value) is type(row.county_code)


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


@contextmanager
def accepting_any_text(session: Session) -> Iterator[None]:
    """SQLite's driver would decode text, and raises on what is no UTF-8."""
    if not is_sqlite(session):
        yield
        return
    driver: Any = session.connection().connection.dbapi_connection
    driver.text_factory = bytearray
    try:
        yield
    finally:
        driver.text_factory = str


def read_bare(column: Column[Any], *, sqlite: bool) -> ColumnElement[Any]:
    """The column in the bare form; NULL for an instant that no sound row can hold."""
    if sqlite:
        return read_as(column, NullType())
    if isinstance(getattr(column.type, "impl", column.type), String):  # SQLModel's is a decorator
        return read_as(func.convert_to(column, "UTF8"), NullType())
    if isinstance(column.type, Id):
        return read_as(func.uuid_send(column), NullType())
    if isinstance(column.type, Instant):
        counted = cast(extract("epoch", column) * 1_000_000, BigInteger)
        return read_as(case((column.between(_FIRST, _LAST), counted)), NullType())
    return read_as(column, NullType())
