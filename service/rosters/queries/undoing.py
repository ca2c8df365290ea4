"""What undoing an import reads: overwritten rows, newcomers, who spoke of a worker since; absent workers of
villages.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from schemas.imports import RowOutcome
from service.db.bulk import load_many, load_rows, read_rows
from service.demand.queries import DEMAND
from service.ledger.queries import EVENT
from service.registry.queries import WORKER
from service.rosters.models import RosterChunk
from service.rosters.queries.imports import BEFORE, IMPORT, WORKER_SOURCE, ImportSummary
from service.rosters.rules.imports import Before, LaterRow
from service.rosters.rules.rows import StoredWorker

_BELIEVED: Final = (RowOutcome.NEW, RowOutcome.UPDATED, RowOutcome.UNCHANGED)
_PLACE: Final = ("county_code", "import_id", "chunk", "place")
_AT_ONCE: Final = 5_000


def list_befores(session: Session, county_code: str, *, import_id: UUID) -> list[Before]:
    """What the import overwrote, as far as it is still kept."""
    statement = (
        sa.select(BEFORE)
        .where(BEFORE.c.county_code == county_code, BEFORE.c.import_id == import_id)
        .order_by(BEFORE.c.chunk, BEFORE.c.place)
    )
    return read_rows(Before, session.execute(statement))


class Newcomer(NamedTuple):
    """Whom an import registered. `registered_at` None: the worker is gone; `demand_id`: the demand that the
    import opened with it, if it did.
    """

    import_id: UUID
    chunk: int
    place: int
    worker_id: UUID
    worker_version: int
    registered_at: datetime | None
    demand_id: UUID | None


def list_newcomers(
    session: Session,
    county_code: str,
    *,
    import_id: UUID | None = None,
    worker_ids: Iterable[UUID] = (),
) -> list[Newcomer]:
    """Of one import, or all that registered one of these workers; without those of whom more is kept
    (list_befores). A worker and the demand that comes with it have one time of making.
    """
    source, wanted = WORKER_SOURCE.c, sorted(set(worker_ids))
    columns = [source[name] for name in Newcomer._fields[:5]]
    same_place = [BEFORE.c[name] == source[name] for name in _PLACE]
    statement = (
        sa.select(*columns, WORKER.c.created_at, DEMAND.c.id)
        .outerjoin(
            WORKER, sa.and_(WORKER.c.county_code == county_code, WORKER.c.id == source.worker_id)
        )
        .outerjoin(
            DEMAND,
            sa.and_(
                DEMAND.c.county_code == county_code,
                DEMAND.c.worker_id == source.worker_id,
                DEMAND.c.created_at == WORKER.c.created_at,
            ),
        )
        .where(source.county_code == county_code, source.outcome == RowOutcome.NEW)
        .where(source.worker_version.is_not(None), ~sa.exists().where(*same_place))
        .order_by(source.chunk, source.place, DEMAND.c.id)
    )
    if import_id is not None:
        rows = session.execute(statement.where(source.import_id == import_id)).all()
    else:
        rows = [
            row
            for start in range(0, len(wanted), _AT_ONCE)
            for row in session.execute(
                statement.where(source.worker_id.in_(wanted[start : start + _AT_ONCE]))
            )
        ]
    first = {row[:3]: Newcomer(*row) for row in reversed(rows)}  # the earliest demand of each
    return list(reversed(first.values()))


def count_written_rows(session: Session, county_code: str, *, import_id: UUID) -> int:
    statement = (
        sa.select(sa.func.count())
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.import_id == import_id)
        .where(WORKER_SOURCE.c.outcome.in_((RowOutcome.NEW, RowOutcome.UPDATED)))
    )
    count: int = session.execute(statement).scalar_one()
    return count


def load_workers_by_id(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID], lock: bool = False
) -> dict[UUID, StoredWorker]:
    """Whole rows, whatever the township; `lock` until the transaction ends."""
    rows = load_many(
        session, WORKER, county_code=county_code, column="id", keys=worker_ids, lock=lock
    )
    return {row["id"]: StoredWorker(**row) for row in rows}


def list_believed_rows(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> list[LaterRow]:
    """Every row of every import that said something of these workers and was believed."""
    rows = load_rows(
        session,
        LaterRow,
        WORKER_SOURCE,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
    )
    return [row for row in rows if row.outcome in _BELIEVED]


def load_summaries(
    session: Session, county_code: str, *, ids: Iterable[UUID]
) -> dict[UUID, ImportSummary]:
    rows = load_rows(session, ImportSummary, IMPORT, county_code=county_code, column="id", keys=ids)
    return {row.id: row for row in rows}


class EventAbout(NamedTuple):
    id: UUID
    worker_id: UUID
    stream_kind: str
    recorded_at: datetime


def list_events_about(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> list[EventAbout]:
    """When something was recorded of these workers, and in which kind of stream."""
    return load_rows(
        session,
        EventAbout,
        EVENT,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
    )


# --- 上次有、本次没有 -------------------------------------------------------------------------------
def list_named_ids(session: Session, county_code: str, *, import_id: UUID) -> set[UUID]:
    """Whom of the registry the file names, as far as its chunks were planned or applied."""
    leaves = (
        sa.select(WORKER_SOURCE.c.worker_id)
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.import_id == import_id)
        .where(WORKER_SOURCE.c.worker_id.is_not(None))
    )
    planned = (
        select(RosterChunk.known_ids)
        .where(RosterChunk.county_code == county_code, RosterChunk.import_id == import_id)
        .where(col(RosterChunk.answer).is_(None))
    )
    known = [UUID(each) for ids in session.exec(planned) for each in ids or ()]
    return {*session.execute(leaves).scalars(), *known}


def count_absent(
    session: Session, county_code: str, *, import_id: UUID, village_keys: Iterable[str]
) -> int:
    """The people of these villages whom no row of the import names. As a difference of two sets: PostgreSQL
    else looked through the outcomes for each person, which took longer the more both were.
    """
    living = (
        sa.select(WORKER.c.id)
        .where(WORKER.c.county_code == county_code)
        .where(WORKER.c.village_key.in_(sorted(set(village_keys))))
    )
    named = (
        sa.select(WORKER_SOURCE.c.worker_id)
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.import_id == import_id)
        .where(WORKER_SOURCE.c.worker_id.is_not(None))
    )
    absent = sa.except_(living, named).subquery()
    count: int = session.execute(sa.select(sa.func.count()).select_from(absent)).scalar_one()
    return count
