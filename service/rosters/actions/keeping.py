"""What a chunk overwrites, kept for 30 days so that it can be taken back byte for byte."""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, Table, delete
from sqlalchemy.engine import RowMapping
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from schemas.imports import MAX_CHUNK_ROWS
from service.auth import Actor
from service.context import Context
from service.db import Day, Id, Instant, write_many
from service.rosters import queries
from service.rosters.actions.loading import Registry
from service.rosters.actions.writing import Person, Written

KEPT_FOR: Final = timedelta(days=30)
LINK: Final = ("guardian_worker_id", "household_key")
"""The columns of a child that change when its guardian is entered or moves."""
_THAWING: Final[tuple[tuple[type[TypeEngine[Any]], Callable[[str], Any]], ...]] = (
    (Id, UUID),
    (Instant, datetime.fromisoformat),
    (Day, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)


def keep_rows(
    session: Session,
    head: RowMapping,
    *,
    chunk: int,
    written: Written,
    registry: Registry,
    now: datetime,
) -> None:
    """Everything comes from rows that were loaded, and locked, for the decision itself."""
    frame = {
        "county_code": head["county_code"],
        "import_id": head["id"],
        "chunk": chunk,
        "written_at": now,
    }
    kept = [*_keep_people(written.people, registry), *_keep_links(written.wards)]
    write_many(session, queries.BEFORE, [{**frame, **each} for each in kept])


def drop_old_rows(context: Context, session: Session, actor: Actor) -> None:
    """After 30 days nothing can be taken back any more."""
    table = queries.BEFORE
    session.execute(
        delete(table)
        .where(table.c.county_code == actor.county_code)
        .where(table.c.written_at <= context.now() - KEPT_FOR)
    )


def _keep_people(people: tuple[Person, ...], registry: Registry) -> Iterator[dict[str, Any]]:
    for each in people:
        head, demand = registry.heads.get(each.id_digest), each.demand
        newest = registry.demands.get(each.worker_id)
        is_described = demand is not None and newest is not None and newest["id"] == demand.id
        yield {
            "place": each.place,
            "worker_id": each.worker_id,
            "worker_version": each.version,
            "worker": freeze({**head, **registry.sealed[each.worker_id]}) if head else None,
            "demand_id": demand.id if demand else None,
            "demand_version": demand.version if demand else None,
            "demand": freeze(newest) if is_described and newest else None,
        }


def _keep_links(wards: tuple[RowMapping, ...]) -> Iterator[dict[str, Any]]:
    for number, ward in enumerate(wards):
        yield {
            "place": MAX_CHUNK_ROWS + number,
            "worker_id": ward["id"],
            "worker_version": ward["version"],
            "worker": freeze({name: ward[name] for name in ("version", *LINK)}),
            "demand_id": None,
            "demand_version": None,
            "demand": None,
        }


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
