"""Column types that are the same thing on SQLite and PostgreSQL, in each one's smallest form.

Each says by `bind_processor` what is done to a value on its way in: SQLAlchemy's usual
`process_bind_param` would be three calls for each value of a bulk insert.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import BigInteger, Dialect, LargeBinary
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MICROSECOND = timedelta(microseconds=1)
Convert: TypeAlias = Callable[[Any], Any]


def count_microseconds(value: datetime) -> int:
    """Since 1970."""
    return (value - _EPOCH) // _MICROSECOND


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _pack_id(value: UUID | None) -> bytes | None:
    return None if value is None else value.int.to_bytes(16, "big")


def check_zone(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value


def _count_since_epoch(value: datetime | None) -> int | None:
    check_zone(value)
    return None if value is None else count_microseconds(value)


def _count_days(value: date | None) -> int | None:
    return None if value is None else value.toordinal() - _EPOCH_DAY


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
