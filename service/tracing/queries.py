"""The rows that traces are made of: events of a worker and of trips; every file, sheet and row that named a
worker.
"""

from collections.abc import Generator, Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, StreamKind
from schemas.imports import RowOutcome
from schemas.tracing import TraceOrigin
from schemas.workers import Feed
from service.db.bulk import read_rows
from service.db.columns import table_of
from service.enterprises.queries import list_enterprises
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey
from service.ledger.queries import EVENT, EventRow
from service.registry.queries import WORKER
from service.rosters.models import RosterImport, WorkerSource
from service.stranded.queries import STRANDED
from service.vault.vault import Keyring, Vault

_SOURCE = table_of(WorkerSource)
_IMPORT = table_of(RosterImport)


def list_events_of_worker(session: Session, county_code: str, worker_id: UUID) -> list[EventRow]:
    """Those about the worker, in whatever stream, and all of the worker's own stream; one that is
    both comes twice.
    """
    own = StreamKey(StreamKind.WORKER, worker_id)
    return [
        *ledger.list_events_of_worker(session, county_code, worker_id),
        *ledger.list_events_of_stream(session, county_code, own),
    ]


def list_events_of_trips(
    session: Session, county_code: str, trip_ids: Iterable[UUID], *, kinds: Iterable[str] = ()
) -> list[EventRow]:
    """What is said of the trips as such, not of a passenger; `kinds` narrows."""
    wanted = sorted(set(trip_ids))
    if not wanted:
        return []
    statement = (
        select_rows(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.stream_kind == str(StreamKind.TRIP))
        .where(EVENT.c.stream_id.in_(wanted), EVENT.c.subject_id == EVENT.c.stream_id)
    )
    if named := list(kinds):
        statement = statement.where(EVENT.c.kind.in_(named))
    return read_rows(EventRow, session.execute(statement))


class _Naming(NamedTuple):
    """A row of a file that names the worker: `sheet` is a place in the file's list of sheets."""

    import_id: UUID
    sheet: int
    row_number: int
    feed: str
    township_code: str | None
    outcome: str


def list_origins(
    session: Session, vault: Vault, county_code: str, *, worker_id: UUID
) -> list[TraceOrigin]:
    """Every row of every file that named the worker: file, sheet and row as the clerk sees them;
    and the newest list of each enterprise that named them before anybody else did.
    """
    namings = _list_namings(session, county_code, worker_id)
    ids = sorted({each.import_id for each in namings})
    found = select(RosterImport).where(RosterImport.county_code == county_code)
    imports = session.exec(found.where(col(RosterImport.id).in_(ids))).all() if ids else []
    by_id = {each.id: each for each in imports}
    keyring = vault.open_keyring(session, county_code, ids)
    firms = {each.enterprise_id for each in imports if each.enterprise_id is not None}
    names = {key: each.name for key, each in list_enterprises(session, county_code, firms).items()}
    origins = []
    for naming in namings:
        source = by_id[naming.import_id]
        enterprise = names.get(source.enterprise_id) if source.enterprise_id else None
        origins.append(_describe(naming, source, keyring=keyring, enterprise=enterprise))
    return sorted(origins, key=lambda each: (each.imported_at, each.row))


def _list_namings(session: Session, county_code: str, worker_id: UUID) -> list[_Naming]:
    """Of imports, and of enterprises' lists where no import says of the same row what became of it."""
    columns = (_SOURCE.c.import_id, _SOURCE.c.sheet, _SOURCE.c.row_number)
    said = (_IMPORT.c.feed, _SOURCE.c.township_code, _SOURCE.c.outcome)
    same_county = _IMPORT.c.county_code == _SOURCE.c.county_code
    statement = (
        select_rows(*columns, *said)
        .join_from(_SOURCE, _IMPORT, same_county & (_IMPORT.c.id == _SOURCE.c.import_id))
        .where(_SOURCE.c.county_code == county_code, _SOURCE.c.worker_id == worker_id)
        .order_by(*_SOURCE.primary_key.columns)
    )
    imported = read_rows(_Naming, session.execute(statement))
    seen = {each[:3] for each in imported}
    listed = _list_statements(session, county_code, worker_id)
    return imported + [each for each in listed if each[:3] not in seen]


def _list_statements(session: Session, county_code: str, worker_id: UUID) -> list[_Naming]:
    """What enterprises' newest lists say of the worker's number."""
    statement = (
        select_rows(STRANDED.c.import_id, STRANDED.c.sheet, STRANDED.c.row_number)
        .join_from(STRANDED, WORKER, STRANDED.c.id_number_index == WORKER.c.id_number_index)
        .where(STRANDED.c.county_code == county_code, WORKER.c.county_code == county_code)
        .where(WORKER.c.id == worker_id)
        .order_by(STRANDED.c.id)
    )
    said = (str(Feed.ENTERPRISE), None, str(RowOutcome.UNMATCHED))
    return [_Naming._make((*place, *said)) for place in session.execute(statement)]


def _describe(
    naming: _Naming, source: RosterImport, *, keyring: Keyring, enterprise: str | None
) -> TraceOrigin:
    place = f"roster_import/{source.id}/file_sealed"
    opened = keyring.open(source.id, PersonalClass.NOTE, source.file_sealed, place=place) or {}
    sheets = opened.get("sheets", [])
    return TraceOrigin(
        import_id=source.id,
        receipt=source.receipt,
        feed=naming.feed,
        township_code=naming.township_code,
        enterprise=enterprise,
        file=opened.get("file_name"),
        sheet=sheets[naming.sheet] if naming.sheet < len(sheets) else None,
        row=naming.row_number,
        outcome=naming.outcome,
        imported_at=source.applied_at or source.created_at,
        undone_at=source.undone_at,
    )


ACCESSES: Final = tuple(
    map(str, (EventKind.ACCESS_EXPORTED, EventKind.ACCESS_LISTED, EventKind.ACCESS_REVEALED))
)


class Span(NamedTuple):
    """From this moment on, before that one; None: until now."""

    begins: datetime
    ends: datetime | None


def iterate_accesses(
    session: Session,
    county_code: str,
    *,
    account_id: UUID | None = None,
    span: Span | None = None,
    after: EventRow | None = None,
) -> Generator[EventRow]:
    """Of all accounts or one, the newest first; after that one. Streamed: who stops early closes it."""
    statement = (
        select_rows(EVENT)
        .where(EVENT.c.county_code == county_code)
        .where(EVENT.c.stream_kind == str(StreamKind.ACCOUNT), EVENT.c.kind.in_(ACCESSES))
        .order_by(EVENT.c.recorded_at.desc(), EVENT.c.id.desc())
        .execution_options(yield_per=500)
    )
    if account_id is not None:
        statement = statement.where(EVENT.c.stream_id == account_id)
    if span is not None:
        statement = statement.where(EVENT.c.recorded_at >= span.begins)
    if span is not None and span.ends is not None:
        statement = statement.where(EVENT.c.recorded_at < span.ends)
    if after is not None:
        earlier = EVENT.c.recorded_at < after.recorded_at
        same = and_(EVENT.c.recorded_at == after.recorded_at, EVENT.c.id < after.id)
        statement = statement.where(or_(earlier, same))
    with session.execute(statement) as found:
        for page in found.partitions():
            yield from map(EventRow._make, page)
