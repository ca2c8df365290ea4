"""What a chunk overwrites, kept for 30 days so that it can be taken back byte for byte."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.imports import MAX_CHUNK_ROWS
from service.auth import Actor
from service.context import Context
from service.db import write_many
from service.db.freezing import freeze
from service.rosters import queries
from service.rosters.actions.loading import Registry
from service.rosters.actions.writing import Person, Written

KEPT_FOR: Final = timedelta(days=30)
LINK: Final = ("guardian_worker_id", "household_key")
"""The columns of a child that change when its guardian is entered or moves."""


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
