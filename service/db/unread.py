"""Values as they lie in the database, for whoever must not trust them.

A value that was altered into nonsense (text that is no UTF-8, an instant in the year 300000) cannot be
decoded: it is fetched as the driver gives it and compared with the form that the right value has.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Dialect, LargeBinary, String, Table, cast, extract, type_coerce
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType, TypeDecorator

from service.db.columns import Instant, count_microseconds

_MICROSECONDS = Decimal(1_000_000)


class Unread:
    """`columns` selects a table's columns undecoded; `form` puts values into the same form."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._dialect = dialect
        self._sqlite = dialect.name == "sqlite"
        self.columns: list[ColumnElement[Any]] = [
            self._select(column).label(column.name) for column in table.c
        ]
        self._forms = {column.name: self._choose_form(column) for column in table.c}

    def form(self, values: Mapping[str, Any]) -> dict[str, Any]:
        forms = self._forms
        return {
            name: None if value is None else forms[name](value) for name, value in values.items()
        }

    def _select(self, column: Column[Any]) -> ColumnElement[Any]:
        if self._sqlite and _is_text(column):
            return cast(column, LargeBinary)
        if not self._sqlite and isinstance(column.type, Instant):
            return extract("epoch", column)  # a driver's datetime has no infinity
        return type_coerce(column, NullType())

    def _choose_form(self, column: Column[Any]) -> Callable[[Any], Any]:
        if _is_text(column):
            return _encode if self._sqlite else _same
        if not self._sqlite and isinstance(column.type, Instant):
            return _count_seconds
        if isinstance(column.type, TypeDecorator):
            return column.type.bind_processor(self._dialect) or _same
        return _same


def _is_text(column: Column[Any]) -> bool:
    return isinstance(getattr(column.type, "impl", column.type), String)


def _same(value: Any) -> Any:
    return value


def _encode(value: Any) -> bytes:
    return str(value).encode()


def _count_seconds(value: datetime) -> Decimal:
    return Decimal(count_microseconds(value)) / _MICROSECONDS
