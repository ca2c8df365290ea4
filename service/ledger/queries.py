"""Every SELECT of the ledger."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from service.db import load_many, table_of
from service.ledger.drafts import StreamKey
from service.ledger.models import Event, EventPart, LogPending, Stream

STREAM = table_of(Stream)
EVENT = table_of(Event)
EVENT_PART = table_of(EventPart)
LOG_PENDING = table_of(LogPending)


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


def list_parts(session: Session, county_code: str, event_ids: Iterable[UUID]) -> list[RowMapping]:
    return load_many(
        session, EVENT_PART, county_code=county_code, column="event_id", keys=event_ids
    )


def iterate_streams(session: Session, county_code: str) -> Iterator[RowMapping]:
    statement = (
        select(STREAM)
        .where(STREAM.c.county_code == county_code)
        .order_by(STREAM.c.kind, STREAM.c.id)
    )
    yield from session.execute(statement).mappings()


def iterate_chain(session: Session, county_code: str) -> Iterator[RowMapping]:
    """All events of the county, stream by stream, each in chain order; streamed, not loaded."""
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code)
        .order_by(EVENT.c.stream_kind, EVENT.c.stream_id, EVENT.c.seq)
        .execution_options(yield_per=2000)
    )
    yield from session.execute(statement).mappings()


def iterate_parts(session: Session, county_code: str) -> Iterator[RowMapping]:
    statement = (
        select(EVENT_PART)
        .where(EVENT_PART.c.county_code == county_code)
        .order_by(EVENT_PART.c.event_id, EVENT_PART.c.part)
        .execution_options(yield_per=2000)
    )
    yield from session.execute(statement).mappings()


def list_pending(session: Session, county_code: str) -> dict[UUID, bytes]:
    """Event id → hash, of everything that waits for the log."""
    statement = select(LOG_PENDING.c.event_id, LOG_PENDING.c.event_hash).where(
        LOG_PENDING.c.county_code == county_code
    )
    return {row.event_id: bytes(row.event_hash) for row in session.execute(statement)}
