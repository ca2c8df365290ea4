"""Events that an action records itself, without a handler's judgement; registering and changing rows of the
county's lists (enterprises, carriers, vehicles, drivers): repeats, versions, what is committed to.

A row is written under the lock of the county's stream, and the event commits publicly to it. What is
sealed in the row enters the commitment as ciphertext: it binds the row, tells nothing, and needs no
key to be checked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from schemas.base import Change, Input
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Source, StreamKind
from schemas.events.payloads_records import RecordAmended, RecordRegistered
from service.clock import new_id
from service.context import Work
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey, content_hash
from service.recording.commands import make_command
from service.recording.handlers import Handler, RecordedAsSent
from service.rest import check_version
from service.vault.vault import IndexPurpose

# --- events that are recorded as sent -------------------------------------------------------------
_STREAM: Final = None
_SUBJECTS: Final[Mapping[EventKind, str | None]] = {
    EventKind.ACCESS_EXPORTED: _STREAM,
    EventKind.ACCESS_LISTED: _STREAM,
    EventKind.ACCESS_REVEALED: _STREAM,
    EventKind.ACCOUNT_CREATED: _STREAM,
    EventKind.ACCOUNT_DISABLED: _STREAM,
    EventKind.ACCOUNT_LOGGED_IN: _STREAM,
    EventKind.ACCOUNT_LOGGED_OUT: _STREAM,
    EventKind.ACCOUNT_LOGIN_FAILED: _STREAM,
    EventKind.ACCOUNT_PASSWORD_CHANGED: _STREAM,
    EventKind.ACCOUNT_SCOPE_CHANGED: _STREAM,
    EventKind.CARRIER_CHANGED: "record_id",
    EventKind.CARRIER_REGISTERED: "record_id",
    EventKind.CONTACTS_ANSWERED: "list_id",
    EventKind.CONTACTS_ASKED: "list_id",
    EventKind.DRIVER_CHANGED: "record_id",
    EventKind.DRIVER_REGISTERED: "record_id",
    EventKind.ENTERPRISE_CHANGED: "record_id",
    EventKind.ENTERPRISE_REGISTERED: "record_id",
    EventKind.POLICY_LOADED: "record_id",
    EventKind.RISK_AREAS_LOADED: _STREAM,
    EventKind.ROSTER_APPLIED: _STREAM,
    EventKind.ROSTER_UNDONE: _STREAM,
    EventKind.STRANDED_PERSON_CALLED: "stranded_id",
    EventKind.STRANDED_PERSON_REQUESTED: "letter_id",
    EventKind.VEHICLE_CHANGED: "record_id",
    EventKind.VEHICLE_REGISTERED: "record_id",
}
"""Kinds that an action has judged before it records them: nothing is folded from them, the rows are
written by the action. Each with the public field that holds the id of its subject, or `_STREAM` where
the subject is what the stream is of."""


HANDLERS: dict[EventKind, Handler] = {
    kind: RecordedAsSent(subject) for kind, subject in _SUBJECTS.items()
}


def record_event(
    work: Work,
    payload: Input,
    *,
    kind: EventKind,
    stream: StreamKey,
    source: Source = Source.API,
    identifier: UUID | None = None,
) -> None:
    """One event that happens now, with a new id unless one is given; kept when the transaction commits.
    Raises what the recorder refuses.
    """
    work.record(
        make_command(
            payload,
            identifier=identifier or new_id(work.context.clock),
            kind=kind,
            stream=stream,
            now=work.now(),
            source=source,
        )
    )


_COUNTIES: Final = UUID("5c1f7a52-4e0b-5d0c-9a55-2f6a4d0c7e11")


def county_stream(county_code: str) -> StreamKey:
    """The one stream of the county itself; the same id on every server."""
    return StreamKey(StreamKind.COUNTY, uuid5(_COUNTIES, county_code))


def account_stream(account_id: UUID) -> StreamKey:
    return StreamKey(StreamKind.ACCOUNT, account_id)


# --- the county's lists ---------------------------------------------------------------------------
Values = dict[str, Any]
"""Columns by name, as they are to be written; or the named fields of a change."""


class Record(Protocol):
    """A row of one of the county's lists: a table model with these columns. `version` counts its
    changes from 1. `created_mac`: a keyed hash of the form that it was registered with.
    """

    county_code: str
    id: UUID
    version: int
    created_mac: bytes

    def __init__(self, **columns: Any) -> None: ...


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class RecordList(Generic[R]):
    """One of the county's lists. `noun` is part of what `created_mac` is made from."""

    noun: str
    model: type[R]
    registered: EventKind
    changed: EventKind


def register_record(
    work: Work,
    records: RecordList[R],
    *,
    form: Input,
    record_id: UUID,
    build: Callable[[], Values],
) -> R:
    """The stored row. The same id with the same content again changes nothing, whatever has been
    changed since; with other content it raises id-reused. `build` checks and gives the other columns.
    """
    _lock_lists(work)
    created_mac = _digest_form(work, records.noun, form)
    stored = work.session.get(records.model, (work.county_code, record_id))
    if stored is not None:
        if stored.created_mac != created_mac:
            raise DomainError(ErrorCode.ID_REUSED)
        return stored
    record = records.model(
        county_code=work.county_code,
        id=record_id,
        version=1,
        created_mac=created_mac,
        **build(),
    )
    work.session.add(record)
    work.session.flush()
    payload = RecordRegistered(record_id=record_id, content_hash=commit_record(record))
    record_event(work, payload, kind=records.registered, stream=county_stream(work.county_code))
    return record


def change_record(
    work: Work,
    records: RecordList[R],
    *,
    change: Change,
    version: int,
    find: Callable[[], R],
    build: Callable[[R, Values], Values],
) -> R:
    """The row as it is now. `find` reads it in the actor's scope; `build` takes it and the named
    values, checks, and gives the columns that change. Raises version-stale unless `version` is the
    stored one.
    """
    _lock_lists(work)
    record = find()
    check_version(record.version, version)
    given = change.model_dump(exclude_unset=True)
    for name, value in build(record, given).items():
        setattr(record, name, value)
    record.version = version + 1
    work.session.flush()
    payload = RecordAmended(
        record_id=record.id,
        content_hash=commit_record(record),
        version=record.version,
        fields=sorted(given),
    )
    record_event(work, payload, kind=records.changed, stream=county_stream(work.county_code))
    return record


def check_not_taken(
    holder: Record | None, *, record_id: UUID, code: ErrorCode = ErrorCode.RECORD_EXISTS
) -> None:
    """`holder`: the row that has what only one may have, if any. Raises `code`, naming the row, when
    that is another than `record_id`.
    """
    if holder is not None and holder.id != record_id:
        raise DomainError(code, facts={"id": str(holder.id)})


def list_records(
    session: Session, model: type[R], county_code: str, *, ids: Iterable[UUID]
) -> list[R]:
    """Those of `ids` that exist, by id, in one statement; none without ids. Scope is the caller's
    business.
    """
    wanted = set(ids)
    if not wanted:
        return []
    statement = select(model).where(
        col(model.county_code) == county_code, col(model.id).in_(wanted)
    )
    return list(session.exec(statement.order_by(col(model.id))))


def sealed_place(noun: str, record_id: UUID, column: str) -> str:
    """Where a sealed value lies: it opens nowhere else."""
    return f"{noun}/{record_id}/{column}"


def commit_record(record: Record) -> str:
    names = inspect(record).mapper.columns.keys()
    return commit_row({name: getattr(record, name) for name in names})


_ADDED_LATER: Final = frozenset({"liability_insurer", "liability_number", "liability_valid_until"})
"""Columns that came after rows were committed to: empty they do not count, so that those rows still fit."""
_DIGESTS: Final = ("_mac", "_index")


def commit_row(row: Mapping[Any, Any]) -> str:
    """The commitment. Keyed digests (`…_mac`, `…_index`) only repeat what is committed already."""
    described = {
        str(name): value
        for name, value in row.items()
        if value is not None or name not in _ADDED_LATER
    }
    kept = {name: value for name, value in described.items() if not name.endswith(_DIGESTS)}
    return content_hash({name: _to_canonical(value) for name, value in kept.items()})


def _to_canonical(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _digest_form(work: Work, noun: str, form: Input) -> bytes:
    content = form.model_dump_json(exclude_defaults=True)
    indexes = work.context.vault.indexes
    return indexes.digest(IndexPurpose.CONTENT, work.county_code, noun, content)


def _lock_lists(work: Work) -> None:
    """Writers of the county's lists wait here, so that what they read first stays true."""
    stream = county_stream(work.county_code)
    lock_or_open_streams(work.session, work.county_code, [stream])
