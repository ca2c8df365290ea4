"""Comparing derived rows with what the events say, for `rebuild --check`: row by row, column by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A derived value that is not what the events say. `*`: the whole row is there or not."""

    table: str
    row: str
    column: str
    stored: Any
    expected: Any


def compare_rows(
    session: Session,
    table: Table,
    expected: Sequence[Row],
    *,
    county_code: str,
    key: Sequence[str],
    where: Row | None = None,
) -> Iterator[Difference]:
    """Stored rows of the county (narrowed by `where`) against the expected ones. Columns that an
    expected row does not name are described, not derived, and not compared."""
    statement = select(table).where(table.c.county_code == county_code)
    for name, value in (where or {}).items():
        statement = statement.where(table.c[name] == value)
    stored = _by_key(list(session.execute(statement).mappings()), key)
    wanted = _by_key(expected, key)
    for row in sorted(stored.keys() | wanted.keys()):
        if row not in stored or row not in wanted:
            yield Difference(table.name, row, "*", row in stored, row in wanted)
            continue
        for column, before, after in _unequal(stored[row], wanted[row]):
            yield Difference(table.name, row, column, before, after)


def _unequal(stored: Row, wanted: Row, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Column (and key within a JSON column), stored value, expected value."""
    for name, value in wanted.items():
        found = stored.get(name)
        if isinstance(value, dict) and isinstance(found, dict):
            missing = {key: None for key in found if key not in value}
            yield from _unequal(found, {**missing, **value}, f"{prefix}{name}.")
        elif found != value:
            yield f"{prefix}{name}", found, value


def _by_key(rows: Sequence[Row], key: Sequence[str]) -> dict[str, Row]:
    return {"/".join(str(row[name]) for name in key): row for row in rows}
