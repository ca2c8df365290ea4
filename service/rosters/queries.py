"""Every SELECT of imports, and the opening of what is sealed there."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.imports import RowOutcome
from schemas.workers import Feed
from service.context import Work
from service.db.bulk import load_many
from service.db.columns import table_of
from service.errors import DomainError
from service.ledger.queries import EVENT
from service.registry.merging import Source
from service.registry.queries import WORKER
from service.rosters.models import RosterBefore, RosterChunk, RosterImport, WorkerSource
from service.rosters.rules.deciding import covers_import

IMPORT = table_of(RosterImport)
CHUNK = table_of(RosterChunk)
WORKER_SOURCE = table_of(WorkerSource)
BEFORE = table_of(RosterBefore)
_SAME_IMPORT = (WORKER_SOURCE.c.county_code == IMPORT.c.county_code) & (
    WORKER_SOURCE.c.import_id == IMPORT.c.id
)
_BELIEVED = (RowOutcome.NEW, RowOutcome.UPDATED, RowOutcome.UNCHANGED)


def get_import(session: Session, county_code: str, *, import_id: UUID) -> RowMapping | None:
    return _one(session, _of_county(county_code).where(IMPORT.c.id == import_id))


def get_import_by_key(session: Session, county_code: str, *, key: str) -> RowMapping | None:
    return _one(session, _of_county(county_code).where(IMPORT.c.import_key == key))


def find_import(work: Work, *, import_id: UUID, lock: bool = False) -> RowMapping:
    """Raises not-found for an unknown import and for one outside of the actor's scope alike."""
    statement = _of_county(work.county_code).where(IMPORT.c.id == import_id)
    return _found(work, statement.with_for_update() if lock else statement)


def find_import_by_receipt(work: Work, *, receipt: str) -> RowMapping:
    statement = _of_county(work.county_code).where(IMPORT.c.receipt == receipt.upper())
    return _found(work, statement)


def list_receipts(session: Session, county_code: str, *, prefix: str) -> set[str]:
    statement = select(IMPORT.c.receipt).where(IMPORT.c.county_code == county_code)
    statement = statement.where(IMPORT.c.receipt.startswith(prefix, autoescape=True))
    return set(session.execute(statement).scalars())


def list_undone_imports(session: Session, county_code: str, *, enterprise_id: UUID) -> set[UUID]:
    """The lists of one enterprise that were taken back."""
    statement = select(IMPORT.c.id).where(IMPORT.c.county_code == county_code)
    statement = statement.where(IMPORT.c.enterprise_id == enterprise_id)
    return set(session.execute(statement.where(IMPORT.c.undone_at.is_not(None))).scalars())


def get_chunk(
    session: Session, county_code: str, *, import_id: UUID, chunk: int
) -> RowMapping | None:
    statement = (
        select(CHUNK)
        .where(CHUNK.c.county_code == county_code)
        .where(CHUNK.c.import_id == import_id, CHUNK.c.chunk == chunk)
    )
    return _one(session, statement)


def list_chunks(session: Session, county_code: str, *, import_id: UUID) -> list[RowMapping]:
    """All chunks that have been planned, without their rows."""
    statement = (
        select(
            CHUNK.c.chunk,
            CHUNK.c.row_count,
            CHUNK.c.villages,
            CHUNK.c.answer.is_not(None).label("applied"),
        )
        .where(CHUNK.c.county_code == county_code, CHUNK.c.import_id == import_id)
        .order_by(CHUNK.c.chunk)
    )
    return list(session.execute(statement).mappings())


def list_newest_days(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> dict[tuple[UUID, str], date]:
    """(worker, source key) → the newest day as of which that source was heard and believed."""
    ids = sorted(set(worker_ids))
    if not ids:
        return {}
    columns = (
        WORKER_SOURCE.c.worker_id,
        WORKER_SOURCE.c.feed,
        WORKER_SOURCE.c.township_code,
        IMPORT.c.enterprise_id,
    )
    statement = (
        select(
            *columns,
            func.max(WORKER_SOURCE.c.as_of, type_=WORKER_SOURCE.c.as_of.type).label("newest"),
        )
        .join_from(WORKER_SOURCE, IMPORT, _SAME_IMPORT)
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.worker_id.in_(ids))
        .where(IMPORT.c.county_code == county_code, IMPORT.c.undone_at.is_(None))
        .where(WORKER_SOURCE.c.outcome.in_(_BELIEVED))
        .group_by(*columns)
    )
    newest: dict[tuple[UUID, str], date] = {}
    for row in session.execute(statement).mappings():
        key = (row["worker_id"], _source_key(row))
        newest[key] = max(newest.get(key, row["newest"]), row["newest"])
    return newest


def _source_key(row: RowMapping) -> str:
    """The key that service/registry/merging.py gives the same source."""
    places = {Feed.TOWNSHIP: row["township_code"], Feed.ENTERPRISE: row["enterprise_id"]}
    feed = Feed(row["feed"])
    return Source(feed, str(places.get(feed) or ""), date.min).key


def list_leaves(
    session: Session, county_code: str, *, import_id: UUID, chunk: int
) -> list[RowMapping]:
    """The rows under one event's `rows_root`, in their places."""
    statement = (
        select(WORKER_SOURCE)
        .where(WORKER_SOURCE.c.county_code == county_code)
        .where(WORKER_SOURCE.c.import_id == import_id, WORKER_SOURCE.c.chunk == chunk)
        .order_by(WORKER_SOURCE.c.place)
    )
    return list(session.execute(statement).mappings())


# --- taking back --------------------------------------------------------------------------------
def list_befores(session: Session, county_code: str, *, import_id: UUID) -> list[RowMapping]:
    """What the import overwrote, as far as it is still kept."""
    statement = (
        select(BEFORE)
        .where(BEFORE.c.county_code == county_code, BEFORE.c.import_id == import_id)
        .order_by(BEFORE.c.chunk, BEFORE.c.place)
    )
    return list(session.execute(statement).mappings())


def count_written_rows(session: Session, county_code: str, *, import_id: UUID) -> int:
    statement = (
        select(func.count())
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.import_id == import_id)
        .where(WORKER_SOURCE.c.outcome.in_((RowOutcome.NEW, RowOutcome.UPDATED)))
    )
    count: int = session.execute(statement).scalar_one()
    return count


def list_believed_rows(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> list[RowMapping]:
    """Every row of every import that said something of these workers and was believed."""
    columns = ("import_id", "chunk", "place", "worker_id", "worker_version", "outcome")
    rows = load_many(
        session,
        WORKER_SOURCE,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
        columns=columns,
    )
    return [row for row in rows if row["outcome"] in _BELIEVED]


def list_heads(session: Session, county_code: str, *, ids: Iterable[UUID]) -> dict[UUID, Any]:
    rows = load_many(
        session,
        IMPORT,
        county_code=county_code,
        column="id",
        keys=ids,
        columns=("id", "receipt", "feed", "township_code", "enterprise_id", "undone_at"),
    )
    return {row["id"]: row for row in rows}


def list_events_about(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> list[RowMapping]:
    """When something was recorded of these workers, and in which kind of stream."""
    return load_many(
        session,
        EVENT,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
        columns=("id", "worker_id", "stream_kind", "recorded_at"),
    )


# --- 上次有、本次没有 -------------------------------------------------------------------------------
def list_named_ids(session: Session, county_code: str, *, import_id: UUID) -> set[UUID]:
    """Whom of the registry the file names, as far as its chunks were planned or applied."""
    leaves = (
        select(WORKER_SOURCE.c.worker_id)
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.import_id == import_id)
        .where(WORKER_SOURCE.c.worker_id.is_not(None))
    )
    planned = (
        select(CHUNK.c.known_ids)
        .where(CHUNK.c.county_code == county_code, CHUNK.c.import_id == import_id)
        .where(CHUNK.c.answer.is_(None))
    )
    known = [UUID(each) for ids in session.execute(planned).scalars() for each in ids or ()]
    return {*session.execute(leaves).scalars(), *known}


def count_absent(
    session: Session, county_code: str, *, import_id: UUID, village_keys: Iterable[str]
) -> int:
    """The people of these villages whom no row of the import names."""
    named = (
        select(WORKER_SOURCE.c.worker_id)
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.import_id == import_id)
        .where(WORKER_SOURCE.c.worker_id == WORKER.c.id)
        .exists()
    )
    statement = (
        select(func.count())
        .select_from(WORKER)
        .where(WORKER.c.county_code == county_code, ~named)
        .where(WORKER.c.village_key.in_(sorted(set(village_keys))))
    )
    count: int = session.execute(statement).scalar_one()
    return count


def _of_county(county_code: str) -> Select[Any]:
    return select(IMPORT).where(IMPORT.c.county_code == county_code)


def _one(session: Session, statement: Select[Any]) -> RowMapping | None:
    return session.execute(statement).mappings().one_or_none()


def _found(work: Work, statement: Select[Any]) -> RowMapping:
    row = _one(work.session, statement)
    if row is None or not covers_import(work.actor, row):
        raise DomainError(ErrorCode.NOT_FOUND)
    return row
