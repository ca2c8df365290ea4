"""Column types that are the same on SQLite and PostgreSQL (ids, instants, days), rows as JSON and back;
which tables are clustered by their key.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ARRAY, JSON, BigInteger, Dialect, LargeBinary, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)
Convert: TypeAlias = Callable[[Any], Any]
# Tables read by key are clustered by it. Not the event table: its writes would cost 65 % more.
CLUSTERED: Final = {"sqlite_with_rowid": False}


def table_of(model: type[SQLModel]) -> Table:
    """The Core table under a SQLModel class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # set by its metaclass


# --- column types -------------------------------------------------------------------------------
class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes on SQLite (32 characters would double every index)."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else _pack_id

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=value)


class Instant(TypeDecorator[datetime]):
    """A UTC instant: timestamptz on PostgreSQL, integer microseconds since 1970 on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return check_zone if dialect.name == "postgresql" else _count_since_epoch

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return _utc(value)
        return _EPOCH + int(value) * _MICROSECOND


class Day(TypeDecorator[date]):
    """A calendar day: date on PostgreSQL, days since 1970 on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.DATE())
        return dialect.type_descriptor(BigInteger())

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else _count_days

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        if value is None or isinstance(value, date):
            return value
        return date.fromordinal(value + _EPOCH.toordinal())


class Keys(TypeDecorator[Any]):
    """A list of ids or of digests on PostgreSQL, written as one text: the driver's own lists cost more than the
    database takes to look the keys up.
    """

    impl = ARRAY
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__(of)
        self.of = of  # by its name SQLAlchemy tells two such types apart
        self._show = _show_id if isinstance(of, Id) else _show_digest

    def bind_processor(self, dialect: Dialect) -> Convert:
        return self._write

    def _write(self, keys: Sequence[Any]) -> str:
        return f"{{{','.join(['NULL' if key is None else self._show(key) for key in keys])}}}"


def _show_id(value: UUID) -> str:
    return f"{value.int:032x}"


def _show_digest(value: bytes) -> str:
    return f'"\\\\x{value.hex()}"'


def count_microseconds(value: datetime) -> int:
    """Since 1970."""
    return (value - _EPOCH) // _MICROSECOND


def read_microseconds(count: int) -> datetime:
    """What `count_microseconds` counted. Raises OverflowError beyond the calendar."""
    return _EPOCH + count * _MICROSECOND


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _pack_id(value: UUID | None) -> bytes | None:
    return None if value is None else value.int.to_bytes(16, "big")


def check_zone(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value


def _count_since_epoch(value: datetime | None) -> int | None:
    if value is None:
        return None
    if (
        value.tzinfo is None
    ):  # as check_zone and count_microseconds, without two calls for each value
        raise ValueError("an instant needs a time zone")
    return (value - _EPOCH) // _MICROSECOND


def _count_days(value: date | None) -> int | None:
    return None if value is None else value.toordinal() - _EPOCH_DAY


def find_converter(of: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes a value of the type the driver's own; None: it is already."""
    if isinstance(of, LargeBinary):
        return None  # both drivers take bytes; SQLAlchemy would wrap each of them
    if isinstance(of, JSON) and dialect.name == "sqlite":
        return _write_json if of.none_as_null else show_json
    return of.dialect_impl(dialect).bind_processor(dialect)


def _write_json(value: Any) -> str | None:
    return None if value is None else show_json(value)


# --- rows as JSON -------------------------------------------------------------------------------
_THAWING: Final[tuple[tuple[type[TypeEngine[Any]], Callable[[str], Any]], ...]] = (
    (Id, UUID),
    (Instant, datetime.fromisoformat),
    (Day, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)


def show_json(value: Any) -> str:
    """A value of a JSON column as it is written."""
    return to_json(value).decode()


def freeze(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row, or a part of one, as JSON."""
    return {str(name): _freeze(value) for name, value in row.items()}


def _freeze(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def thaw(table: Table, frozen: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that the table still has, as they were."""
    readers = _list_readers(table)
    return {
        name: readers[name](value) if name in readers and value is not None else value
        for name, value in frozen.items()
        if name in table.c
    }


@cache
def _list_readers(table: Table) -> dict[str, Callable[[str], Any]]:
    """Of the columns that are no JSON."""
    return {
        column.name: read
        for column in table.columns
        for kind, read in _THAWING
        if isinstance(column.type, kind)
    }
