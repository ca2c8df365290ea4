"""Rows as they lie in the database, for whoever must not trust them.

A value that was altered into nonsense (text that is no UTF-8, an instant in the year 300000) cannot be
decoded, and decoding a sound one takes longer than checking it. So all is fetched in one bare form, the
same on either database: ids in 16 bytes, text in UTF-8, instants in microseconds since 1970.
"""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary, String, case, cast, extract, func
from sqlalchemy import type_coerce as read_as
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

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
    device_sequence: Any
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


def read_bare(column: Column[Any], *, sqlite: bool) -> ColumnElement[Any]:
    """The column in the bare form; NULL for an instant that no sound row can hold."""
    if isinstance(getattr(column.type, "impl", column.type), String):  # SQLModel's is a decorator
        text = cast(column, LargeBinary) if sqlite else func.convert_to(column, "UTF8")
        return read_as(text, NullType())
    if sqlite:
        return read_as(column, NullType())
    if isinstance(column.type, Id):
        return read_as(func.uuid_send(column), NullType())
    if isinstance(column.type, Instant):
        counted = cast(extract("epoch", column) * 1_000_000, BigInteger)
        return read_as(case((column.between(_FIRST, _LAST), counted)), NullType())
    return read_as(column, NullType())
