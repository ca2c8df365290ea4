"""Every SELECT of the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, and_, func, select, tuple_
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from service.db import load_many, table_of
from service.db.unread import Unread
from service.ledger.drafts import StreamKey
from service.ledger.models import Event, EventPart, LogPending, Stream

STREAM = table_of(Stream)
EVENT = table_of(Event)
EVENT_PART = table_of(EventPart)
LOG_PENDING = table_of(LogPending)
_IDS_AT_ONCE = 900
_SAME_STREAM = and_(
    STREAM.c.county_code == EVENT.c.county_code,
    STREAM.c.kind == EVENT.c.stream_kind,
    STREAM.c.id == EVENT.c.stream_id,
)
_SAME_EVENT_PENDING = and_(
    LOG_PENDING.c.county_code == EVENT.c.county_code, LOG_PENDING.c.event_id == EVENT.c.id
)


def lock_streams(
    session: Session, county_code: str, keys: Iterable[StreamKey]
) -> dict[StreamKey, RowMapping]:
    """The heads of these streams, locked until the transaction ends; in one fixed order."""
    pairs = [(str(key.kind), key.id) for key in keys]
    statement = (
        select(STREAM)
        .where(STREAM.c.county_code == county_code)
        .where(tuple_(STREAM.c.kind, STREAM.c.id).in_(pairs))
        .order_by(STREAM.c.kind, STREAM.c.id)
        .with_for_update()
    )
    rows = session.execute(statement).mappings()
    by_pair = {(row["kind"], row["id"]): row for row in rows}
    return {
        key: by_pair[(str(key.kind), key.id)] for key in keys if (str(key.kind), key.id) in by_pair
    }


def list_events_by_id(session: Session, county_code: str, ids: Iterable[UUID]) -> list[RowMapping]:
    return load_many(session, EVENT, county_code=county_code, column="id", keys=ids)


def list_events_of_subjects(
    session: Session, county_code: str, subject_ids: Iterable[UUID]
) -> list[RowMapping]:
    return load_many(session, EVENT, county_code=county_code, column="subject_id", keys=subject_ids)


def list_events_of_worker(session: Session, county_code: str, worker_id: UUID) -> list[RowMapping]:
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.worker_id == worker_id)
        .order_by(EVENT.c.happened_at, EVENT.c.device_sequence, EVENT.c.id)
    )
    return list(session.execute(statement).mappings())


def list_events_of_stream(session: Session, county_code: str, key: StreamKey) -> list[RowMapping]:
    """In the order of recording, which is the order of the chain."""
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code)
        .where(EVENT.c.stream_kind == str(key.kind), EVENT.c.stream_id == key.id)
        .order_by(EVENT.c.seq)
    )
    return list(session.execute(statement).mappings())


def list_newest_times(
    session: Session, county_code: str, key: StreamKey, *, kind: str, limit: int
) -> list[datetime]:
    """When the newest events of one kind of a stream were recorded, newest first."""
    statement = (
        select(EVENT.c.recorded_at)
        .where(EVENT.c.county_code == county_code, EVENT.c.kind == kind)
        .where(EVENT.c.stream_kind == str(key.kind), EVENT.c.stream_id == key.id)
        .order_by(EVENT.c.seq.desc())
        .limit(limit)
    )
    return list(session.execute(statement).scalars())


def list_parts(session: Session, county_code: str, event_ids: Iterable[UUID]) -> list[RowMapping]:
    return load_many(
        session, EVENT_PART, county_code=county_code, column="event_id", keys=event_ids
    )


def iterate_chain(session: Session, county_code: str, *, size: int = 1000) -> Iterator[RowMapping]:
    """All events of the county, stream by stream, each in chain order, undecoded (service/db/unread);
    beside each what its stream's head and the queue of the log say of it. Streamed, not loaded.
    """
    statement = (
        select(
            *open_unread(session, EVENT).columns,
            STREAM.c.seq.label("head_seq"),
            STREAM.c.hash.label("head_hash"),
            LOG_PENDING.c.event_hash.label("pending_hash"),
        )
        .join_from(EVENT, STREAM, _SAME_STREAM, isouter=True)
        .join(LOG_PENDING, _SAME_EVENT_PENDING, isouter=True)
        .where(EVENT.c.county_code == county_code)
        .order_by(EVENT.c.stream_kind, EVENT.c.stream_id, EVENT.c.seq)
        .execution_options(yield_per=size)
    )
    yield from session.execute(statement).mappings()


def list_unread_parts(
    session: Session, county_code: str, event_ids: Sequence[UUID]
) -> list[RowMapping]:
    """Sealed parts of these events, undecoded, in no order."""
    rows: list[RowMapping] = []
    for start in range(0, len(event_ids), _IDS_AT_ONCE):
        some = event_ids[start : start + _IDS_AT_ONCE]
        statement = select(*open_unread(session, EVENT_PART).columns).where(
            EVENT_PART.c.county_code == county_code, EVENT_PART.c.event_id.in_(some)
        )
        rows.extend(session.execute(statement).mappings())
    return rows


def list_parts_without_event(session: Session, county_code: str) -> list[UUID]:
    """Ids of events that are not there, of which parts are."""
    return _list_without_event(session, EVENT_PART, county_code)


def list_pending_without_event(session: Session, county_code: str) -> list[UUID]:
    """Ids of events that wait for the log and are not there."""
    return _list_without_event(session, LOG_PENDING, county_code)


def list_streams_without_events(session: Session, county_code: str) -> list[StreamKey]:
    """Streams whose head says that there are events, and there is none."""
    first = select(EVENT.c.seq).where(_SAME_STREAM).exists()
    statement = (
        select(STREAM.c.kind, STREAM.c.id)
        .where(STREAM.c.county_code == county_code, STREAM.c.seq > 0, ~first)
        .order_by(STREAM.c.kind, STREAM.c.id)
    )
    return [StreamKey(row.kind, row.id) for row in session.execute(statement)]


def count_streams(session: Session, county_code: str) -> int:
    statement = select(func.count()).where(STREAM.c.county_code == county_code, STREAM.c.seq > 0)
    return int(session.execute(statement).scalar_one())


def open_unread(session: Session, table: Table) -> Unread:
    return Unread(table, session.get_bind().dialect)


def _list_without_event(session: Session, table: Table, county_code: str) -> list[UUID]:
    there = (
        select(EVENT.c.id)
        .where(EVENT.c.county_code == table.c.county_code, EVENT.c.id == table.c.event_id)
        .exists()
    )
    statement = (
        select(table.c.event_id)
        .where(table.c.county_code == county_code, ~there)
        .distinct()
        .order_by(table.c.event_id)
    )
    return list(session.execute(statement).scalars())
