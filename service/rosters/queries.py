"""Every SELECT of imports: which an account sees; the workers, demands and guardians' children of a chunk;
the newest day of a source; who spoke of a worker since; absent workers of villages.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import starmap
from typing import Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.errors import ErrorCode
from schemas.imports import RowOutcome
from schemas.numbers import NumberKind, read_number
from schemas.permissions import Role
from schemas.workers import Feed
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_many, load_rows, read_rows
from service.db.columns import table_of
from service.demand.queries import DEMAND
from service.errors import DomainError
from service.ledger.queries import EVENT
from service.registry.columns import SEALED_COLUMNS
from service.registry.merging import Source
from service.registry.queries import WORKER
from service.rosters.models import RosterBefore, RosterChunk, RosterImport, WorkerSource
from service.rosters.rules.imports import Before, LaterRow, Leaf
from service.rosters.rules.rows import WORKER_COLUMNS, StoredDemand, StoredWorker

IMPORT = table_of(RosterImport)
CHUNK = table_of(RosterChunk)
WORKER_SOURCE = table_of(WorkerSource)
BEFORE = table_of(RosterBefore)
_SAME_IMPORT = (WORKER_SOURCE.c.county_code == IMPORT.c.county_code) & (
    WORKER_SOURCE.c.import_id == IMPORT.c.id
)
_PLACE: Final = ("county_code", "import_id", "chunk", "place")
_AT_ONCE: Final = 5_000
_BELIEVED = (RowOutcome.NEW, RowOutcome.UPDATED, RowOutcome.UNCHANGED)


# --- imports and their chunks --------------------------------------------------------------------
class ImportSummary(NamedTuple):
    """What is asked of many imports at once."""

    id: UUID
    receipt: str
    feed: str
    township_code: str | None
    enterprise_id: UUID | None
    undone_at: datetime | None


def is_enterprise(actor: Actor) -> bool:
    return actor.role is Role.ENTERPRISE_RECEIVER or actor.scope.enterprise_id is not None


def covers_import(actor: Actor, roster_import: RosterImport | ImportSummary) -> bool:
    """An enterprise's account sees its own lists only, others what lies in their townships."""
    if is_enterprise(actor):
        own = actor.scope.enterprise_id
        is_list = roster_import.feed == Feed.ENTERPRISE
        return is_list and own is not None and roster_import.enterprise_id == own
    return actor.scope.covers_township(roster_import.township_code)


def get_import(session: Session, county_code: str, *, import_id: UUID) -> RosterImport | None:
    return session.get(RosterImport, (county_code, import_id))


def get_import_by_key(session: Session, county_code: str, *, key: str) -> RosterImport | None:
    return session.exec(_of_county(county_code).where(RosterImport.import_key == key)).one_or_none()


def find_import(work: Work, *, import_id: UUID, lock: bool = False) -> RosterImport:
    """Raises not-found for an unknown import and for one outside of the actor's scope alike."""
    statement = _of_county(work.county_code).where(RosterImport.id == import_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return _found(work, statement)


def find_import_by_receipt(work: Work, *, receipt: str) -> RosterImport:
    """The same by the receipt, or by the short number."""
    statement, number = _of_county(work.county_code), read_number(NumberKind.IMPORT, receipt)
    if number is not None:
        return _found(work, statement.where(RosterImport.number == number))
    return _found(work, statement.where(RosterImport.receipt == receipt.upper()))


def list_receipts(session: Session, county_code: str, *, prefix: str) -> set[str]:
    statement = select(RosterImport.receipt).where(RosterImport.county_code == county_code)
    begins = col(RosterImport.receipt).startswith(prefix, autoescape=True)
    return set(session.exec(statement.where(begins)))


def list_undone_imports(session: Session, county_code: str, *, enterprise_id: UUID) -> set[UUID]:
    """The lists of one enterprise that were taken back."""
    statement = select(RosterImport.id).where(RosterImport.county_code == county_code)
    statement = statement.where(RosterImport.enterprise_id == enterprise_id)
    return set(session.exec(statement.where(col(RosterImport.undone_at).is_not(None))))


def get_chunk(
    session: Session, county_code: str, *, import_id: UUID, chunk: int
) -> RosterChunk | None:
    return session.get(RosterChunk, (county_code, import_id, chunk))


class ChunkSummary(NamedTuple):
    """A chunk without its rows. `named`: keys of the villages that its rows name; `known`: key of a
    village → how many of its people who were registered when it was planned.
    """

    chunk: int
    row_count: int
    is_applied: bool
    named: list[str]
    known: dict[str, int]


def list_chunks(session: Session, county_code: str, *, import_id: UUID) -> list[ChunkSummary]:
    """All chunks that have been planned."""
    statement = (
        select(
            RosterChunk.chunk,
            RosterChunk.row_count,
            col(RosterChunk.answer).is_not(None),
            RosterChunk.villages,
        )
        .where(RosterChunk.county_code == county_code, RosterChunk.import_id == import_id)
        .order_by(col(RosterChunk.chunk))
    )
    return [
        ChunkSummary(chunk, row_count, is_applied, **villages)
        for chunk, row_count, is_applied, villages in session.exec(statement)
    ]


def _of_county(county_code: str) -> SelectOfScalar[RosterImport]:
    return select(RosterImport).where(RosterImport.county_code == county_code)


def _found(work: Work, statement: SelectOfScalar[RosterImport]) -> RosterImport:
    found = work.session.exec(statement).one_or_none()
    if found is None or not covers_import(work.actor, found):
        raise DomainError(ErrorCode.NOT_FOUND)
    return found


# --- what the registry holds of the people of a chunk ---------------------------------------------
_UNSEALED: Final = tuple(name for name in WORKER_COLUMNS if name not in SEALED_COLUMNS.values())


def load_workers(
    session: Session, county_code: str, *, digests: Iterable[bytes], lock: bool = False
) -> dict[bytes, StoredWorker]:
    """Digest of the number → worker, whatever the township, without what is sealed; `lock` until the
    transaction ends.
    """
    rows = load_many(
        session,
        WORKER,
        county_code=county_code,
        column="id_number_index",
        keys=digests,
        lock=lock,
        columns=_UNSEALED,
    )
    # By position: by name it would take twice as long, for everybody of a file that comes again.
    workers = starmap(StoredWorker, (row.values() for row in rows))
    return {worker.id_number_index: worker for worker in workers}


class SealedWorker(NamedTuple):
    id: UUID
    identity_sealed: bytes
    contact_sealed: bytes
    detail_sealed: bytes


def load_sealed(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> dict[UUID, SealedWorker]:
    rows = load_rows(
        session, SealedWorker, WORKER, county_code=county_code, column="id", keys=worker_ids
    )
    return {row.id: row for row in rows}


def load_newest_demands(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID], lock: bool = False
) -> dict[UUID, StoredDemand]:
    """Worker → the newest demand, whatever became of it. An open or assigned one is always the newest:
    no other can be opened beside it.
    """
    return {
        each.worker_id: each
        for each in list_demands(session, county_code, worker_ids=worker_ids, lock=lock)
    }


def list_demands(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID], lock: bool = False
) -> list[StoredDemand]:
    """All of these workers, the oldest first; `lock` until the transaction ends."""
    return load_rows(
        session,
        StoredDemand,
        DEMAND,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
        lock=lock,
    )


class Ward(NamedTuple):
    """The columns of a child that its guardian's entry or undoing can change."""

    id: UUID
    version: int
    guardian_index: bytes
    guardian_worker_id: UUID | None
    household_key: str | None


def list_wards(
    session: Session, county_code: str, *, guardian_digests: Iterable[bytes]
) -> list[Ward]:
    """The people who named one of these numbers as their guardian's."""
    return load_rows(
        session,
        Ward,
        WORKER,
        county_code=county_code,
        column="guardian_index",
        keys=guardian_digests,
    )


def list_newest_days(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> dict[tuple[UUID, str], date]:
    """(worker, source key) → the newest day as of which that source was heard and believed."""
    ids = sorted(set(worker_ids))
    if not ids:
        return {}
    columns = (
        WORKER_SOURCE.c.worker_id,
        IMPORT.c.feed,
        WORKER_SOURCE.c.township_code,
        IMPORT.c.enterprise_id,
    )
    newest = sa.func.max(IMPORT.c.as_of, type_=IMPORT.c.as_of.type)
    statement = (
        sa.select(*columns, newest)
        .join_from(WORKER_SOURCE, IMPORT, _SAME_IMPORT)
        .where(WORKER_SOURCE.c.county_code == county_code, WORKER_SOURCE.c.worker_id.in_(ids))
        .where(IMPORT.c.county_code == county_code, IMPORT.c.undone_at.is_(None))
        .where(WORKER_SOURCE.c.outcome.in_(_BELIEVED))
        .group_by(*columns)
    )
    days: dict[tuple[UUID, str], date] = {}
    for worker_id, feed, township_code, enterprise_id, day in session.execute(statement):
        key = (worker_id, _source_key(Feed(feed), township_code, enterprise_id))
        days[key] = max(days.get(key, day), day)
    return days


def _source_key(feed: Feed, township_code: str | None, enterprise_id: UUID | None) -> str:
    """The key that service/registry/merging.py gives the same source."""
    tellers = {Feed.TOWNSHIP: township_code, Feed.ENTERPRISE: enterprise_id}
    return Source(feed, str(tellers.get(feed) or ""), date.min).key


def list_leaves(session: Session, county_code: str, *, import_id: UUID, chunk: int) -> list[Leaf]:
    """The rows under one event's `rows_root`, in their order."""
    statement = (
        sa.select(WORKER_SOURCE, IMPORT.c.feed, IMPORT.c.as_of)
        .join_from(WORKER_SOURCE, IMPORT, _SAME_IMPORT)
        .where(WORKER_SOURCE.c.county_code == county_code, IMPORT.c.county_code == county_code)
        .where(WORKER_SOURCE.c.import_id == import_id, WORKER_SOURCE.c.chunk == chunk)
        .order_by(WORKER_SOURCE.c.place)
    )
    return read_rows(Leaf, session.execute(statement))


# --- taking back ---------------------------------------------------------------------------------
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
