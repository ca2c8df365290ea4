"""Every SELECT of the ledger: heads under lock, events by id, subject, worker and stream, sealed parts, the
whole chain streamed in spans, rows whose event is gone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Table, and_, bindparam, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session

from schemas.events.kinds import StreamKind
from service.db.bulk import load_rows, read_rows
from service.db.columns import table_of
from service.ledger.bare import BareEvent, accepting_any_text, is_sqlite, read_bare
from service.ledger.bodies import StreamKey
from service.ledger.models import Event, EventPart, LogPending, Stream

STREAM = table_of(Stream)
EVENT = table_of(Event)
EVENT_PART = table_of(EventPart)
LOG_PENDING = table_of(LogPending)
_SAME_STREAM = and_(
    STREAM.c.county_code == EVENT.c.county_code,
    STREAM.c.kind == EVENT.c.stream_kind,
    STREAM.c.id == EVENT.c.stream_id,
)
_SAME_EVENT_PENDING = and_(
    LOG_PENDING.c.county_code == EVENT.c.county_code, LOG_PENDING.c.event_id == EVENT.c.id
)
_SAME_EVENT_PART = and_(
    EVENT_PART.c.county_code == EVENT.c.county_code, EVENT_PART.c.event_id == EVENT.c.id
)
_LOCK_HEADS = (
    select(STREAM)
    .where(STREAM.c.county_code == bindparam("county"))
    .where(tuple_(STREAM.c.kind, STREAM.c.id).in_(bindparam("pairs", expanding=True)))
    .order_by(STREAM.c.kind, STREAM.c.id)
    .with_for_update()
)


class EventRow(NamedTuple):
    """One event as its table has it, columns in their order."""

    county_code: str
    id: UUID
    stream_kind: str
    stream_id: UUID
    seq: int
    kind: str
    subject_id: UUID
    worker_id: UUID | None
    happened_at: datetime
    recorded_at: datetime
    body: bytes
    hash: bytes

    @property
    def stream(self) -> StreamKey:
        return StreamKey(StreamKind(self.stream_kind), self.stream_id)


class PartRow(NamedTuple):
    """One sealed part of an event."""

    county_code: str
    event_id: UUID
    part: str
    subject_id: UUID
    personal_class: str
    sealed: bytes


class HeadRow(NamedTuple):
    """The head of a stream: its newest event, or none yet (0)."""

    county_code: str
    kind: str
    id: UUID
    seq: int
    hash: bytes


def lock_streams(
    session: Session, county_code: str, keys: Iterable[StreamKey]
) -> dict[StreamKey, HeadRow]:
    """The heads of these streams, locked until the transaction ends; in one fixed order."""
    pairs = [(str(key.kind), key.id) for key in keys]
    found = session.connection().execute(_LOCK_HEADS, {"county": county_code, "pairs": pairs})
    by_pair = {(row.kind, row.id): row for row in read_rows(HeadRow, found)}
    return {
        key: by_pair[(str(key.kind), key.id)] for key in keys if (str(key.kind), key.id) in by_pair
    }


def list_events_by_id(session: Session, county_code: str, ids: Iterable[UUID]) -> list[EventRow]:
    return load_rows(session, EventRow, EVENT, county_code=county_code, column="id", keys=ids)


def list_events_of_subjects(
    session: Session, county_code: str, subject_ids: Iterable[UUID]
) -> list[EventRow]:
    return load_rows(
        session, EventRow, EVENT, county_code=county_code, column="subject_id", keys=subject_ids
    )


def list_events_of_worker(session: Session, county_code: str, worker_id: UUID) -> list[EventRow]:
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.worker_id == worker_id)
        .order_by(EVENT.c.happened_at, EVENT.c.id)
    )
    return read_rows(EventRow, session.execute(statement))


def list_events_of_stream(session: Session, county_code: str, key: StreamKey) -> list[EventRow]:
    """In the order of recording, which is the order of the chain."""
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code)
        .where(EVENT.c.stream_kind == str(key.kind), EVENT.c.stream_id == key.id)
        .order_by(EVENT.c.seq)
    )
    return read_rows(EventRow, session.execute(statement))


def list_part_of_stream(
    session: Session, county_code: str, key: StreamKey, *, after: int, limit: int
) -> list[EventRow]:
    """At most `limit` events with a sequence above `after`, in the order of the chain."""
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.seq > after)
        .where(EVENT.c.stream_kind == str(key.kind), EVENT.c.stream_id == key.id)
        .order_by(EVENT.c.seq)
        .limit(limit)
    )
    return read_rows(EventRow, session.execute(statement))


def count_events_of_stream(session: Session, county_code: str, key: StreamKey) -> int:
    """By the head: the sequence of the newest event; 0 where there is no such stream."""
    statement = select(STREAM.c.seq).where(
        STREAM.c.county_code == county_code, STREAM.c.kind == str(key.kind), STREAM.c.id == key.id
    )
    return session.execute(statement).scalar_one_or_none() or 0


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


def list_parts(session: Session, county_code: str, event_ids: Iterable[UUID]) -> list[PartRow]:
    return load_rows(
        session, PartRow, EVENT_PART, county_code=county_code, column="event_id", keys=event_ids
    )


class Span(NamedTuple):
    """Streams from one on, up to another and without that; None: from the first, to the last."""

    start: StreamKey | None = None
    end: StreamKey | None = None


EVERYTHING = Span()


def list_spans(session: Session, county_code: str, *, count: int) -> list[Span]:
    """The county's streams in `count` runs of about as many events each, fewer where a stream is
    longer than that. Together they cover every row, also altered ones.
    """
    events = count_events(session, county_code)
    found = (
        _get_stream_at(session, county_code, events * number // count) for number in range(1, count)
    )
    borders = list(dict.fromkeys(each for each in found if each is not None))
    return [Span(*pair) for pair in pairwise([None, *borders, None])]


def _get_stream_at(session: Session, county_code: str, place: int) -> StreamKey | None:
    """Of the event at this place in the order of `iterate_chain`; None where it is none of ours."""
    sqlite = is_sqlite(session)
    statement = (
        select(
            read_bare(EVENT.c.stream_kind, sqlite=sqlite),
            read_bare(EVENT.c.stream_id, sqlite=sqlite),
        )
        .where(EVENT.c.county_code == county_code)
        .order_by(EVENT.c.stream_kind, EVENT.c.stream_id, EVENT.c.seq)
        .offset(place)
        .limit(1)
    )
    try:
        kind, identifier = _read(session, statement)[0]
        return StreamKey(StreamKind(kind.decode()), UUID(bytes=identifier))
    except (IndexError, ValueError, TypeError, AttributeError, AssertionError):
        return None


def iterate_chain(
    session: Session, county_code: str, span: Span = EVERYTHING, *, size: int = 1000
) -> Iterator[BareEvent]:
    """All events of the span, stream by stream, each in chain order, an event with several parts as
    often as it has parts. Streamed, not loaded.
    """
    statement = (
        _select_chain(sqlite=is_sqlite(session))
        .where(EVENT.c.county_code == county_code)
        .order_by(EVENT.c.stream_kind, EVENT.c.stream_id, EVENT.c.seq)
        .execution_options(yield_per=size)
    )
    stream = tuple_(EVENT.c.stream_kind, EVENT.c.stream_id)
    if span.start is not None:
        statement = statement.where(stream >= tuple_(*_bind(span.start)))
    if span.end is not None:
        statement = statement.where(stream < tuple_(*_bind(span.end)))
    with accepting_any_text(session):
        for page in session.execute(statement).partitions():
            yield from map(BareEvent._make, page)


@cache
def _select_chain(*, sqlite: bool) -> Select[Any]:
    beside = [
        *(STREAM.c.seq, STREAM.c.hash, LOG_PENDING.c.event_hash),
        *(EVENT_PART.c.part, EVENT_PART.c.subject_id, EVENT_PART.c.personal_class),
        EVENT_PART.c.sealed,
    ]
    columns = [read_bare(each, sqlite=sqlite) for each in [*EVENT.c, *beside]]
    return (
        select(*columns)
        .join_from(EVENT, STREAM, _SAME_STREAM, isouter=True)
        .join(LOG_PENDING, _SAME_EVENT_PENDING, isouter=True)
        .join(EVENT_PART, _SAME_EVENT_PART, isouter=True)
    )


def _bind(key: StreamKey) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return literal(str(key.kind), EVENT.c.stream_kind.type), literal(key.id, EVENT.c.stream_id.type)


def list_parts_without_event(session: Session, county_code: str) -> list[Any]:
    """Ids of events that are not there, of which parts are; bare."""
    return _list_without_event(session, EVENT_PART, county_code)


def list_pending_without_event(session: Session, county_code: str) -> list[Any]:
    """Ids of events that wait for the log and are not there; bare."""
    return _list_without_event(session, LOG_PENDING, county_code)


def list_streams_without_events(session: Session, county_code: str) -> list[tuple[Any, Any]]:
    """Kind and id, bare, of streams whose head says that there are events, and there is none."""
    sqlite = is_sqlite(session)
    first = select(EVENT.c.seq).where(_SAME_STREAM).exists()
    statement = (
        select(read_bare(STREAM.c.kind, sqlite=sqlite), read_bare(STREAM.c.id, sqlite=sqlite))
        .where(STREAM.c.county_code == county_code, STREAM.c.seq > 0, ~first)
        .order_by(STREAM.c.kind, STREAM.c.id)
    )
    return [tuple(row) for row in _read(session, statement)]


def count_streams(session: Session, county_code: str) -> int:
    statement = select(func.count()).where(STREAM.c.county_code == county_code, STREAM.c.seq > 0)
    return int(session.execute(statement).scalar_one())


def count_events(session: Session, county_code: str) -> int:
    statement = select(func.count()).where(EVENT.c.county_code == county_code)
    return int(session.execute(statement).scalar_one())


def _read(session: Session, statement: Select[Any]) -> Sequence[Any]:
    with accepting_any_text(session):
        return session.execute(statement).all()


def _list_without_event(session: Session, table: Table, county_code: str) -> list[Any]:
    there = (
        select(EVENT.c.id)
        .where(EVENT.c.county_code == table.c.county_code, EVENT.c.id == table.c.event_id)
        .exists()
    )
    statement = (
        select(read_bare(table.c.event_id, sqlite=is_sqlite(session)))
        .where(table.c.county_code == county_code, ~there)
        .group_by(table.c.event_id)
        .order_by(table.c.event_id)
    )
    return [row[0] for row in _read(session, statement)]
