"""Rows as JSON and back, byte for byte: bytes in base64, ids and times as text."""

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, Table
from sqlalchemy.types import TypeEngine

from service.db.columns import Day, Id, Instant

_THAWING: Final[tuple[tuple[type[TypeEngine[Any]], Callable[[str], Any]], ...]] = (
    (Id, UUID),
    (Instant, datetime.fromisoformat),
    (Day, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)


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
