"""Imports and their chunks: which an account sees, their list; of a chunk the workers, demands and guardians'
children; the newest day of a source.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from service.days import begin_day, end_day
from service.db.bulk import load_many, load_rows, read_rows
from service.db.columns import table_of
from service.demand.queries import DEMAND
from service.errors import DomainError
from service.registry.columns import SEALED_COLUMNS
from service.registry.merging import Source
from service.registry.queries import WORKER
from service.rest import Cursor
from service.rosters.models import RosterBefore, RosterChunk, RosterImport, WorkerSource
from service.rosters.rules.imports import Leaf
from service.rosters.rules.rows import WORKER_COLUMNS, StoredDemand, StoredWorker

IMPORT = table_of(RosterImport)
CHUNK = table_of(RosterChunk)
WORKER_SOURCE = table_of(WorkerSource)
BEFORE = table_of(RosterBefore)
_SAME_IMPORT = (WORKER_SOURCE.c.county_code == IMPORT.c.county_code) & (
    WORKER_SOURCE.c.import_id == IMPORT.c.id
)
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


@dataclass(frozen=True, slots=True)
class ImportFilter:
    """What narrows the list of imports; None does not. `on`: the day in China on which it was announced."""

    receipt: str | None = None
    township_code: str | None = None
    feed: Feed | None = None
    on: date | None = None


def list_imports(work: Work, *, cursor: Cursor, wanted: ImportFilter) -> Sequence[RosterImport]:
    """One page and a row more, the newest first; of those that the account sees (covers_import)."""
    statement, scope = _of_county(work.county_code), work.actor.scope
    if is_enterprise(work.actor):
        statement = statement.where(
            RosterImport.feed == str(Feed.ENTERPRISE),
            RosterImport.enterprise_id == scope.enterprise_id,
        )
    elif scope.division_prefix:
        mine = col(RosterImport.township_code)
        statement = statement.where(mine.startswith(scope.division_prefix, autoescape=True))
    if wanted.receipt is not None:
        number = read_number(NumberKind.IMPORT, wanted.receipt)
        by_number = RosterImport.number == number
        by_receipt = RosterImport.receipt == wanted.receipt.upper()
        statement = statement.where(by_receipt if number is None else by_number)
    if wanted.township_code is not None:
        statement = statement.where(RosterImport.township_code == wanted.township_code)
    if wanted.feed is not None:
        statement = statement.where(RosterImport.feed == str(wanted.feed))
    if wanted.on is not None:
        begins = begin_day(wanted.on)
        then = col(RosterImport.created_at)
        statement = statement.where(then >= begins, then < end_day(wanted.on))
    if cursor.after_id is not None:
        statement = statement.where(col(RosterImport.id) < cursor.after_id)
    ordered = statement.order_by(col(RosterImport.id).desc()).limit(cursor.limit + 1)
    return work.session.exec(ordered).all()


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
