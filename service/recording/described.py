"""Described rows of the county's lists (enterprises, carriers, vehicles, drivers): each is written
under the lock of the county's stream, together with its event.

The event commits publicly to the row. What is sealed in the row enters the commitment as
ciphertext: it binds the row, tells nothing, and needs no key to be checked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from sqlalchemy import Table
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.base import Change, Input
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import RecordAmended, RecordRegistered
from service.auth import Actor
from service.clock import Clock, new_id
from service.db.bulk import load_many, write_many
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey, content_hash
from service.recording.commands import make_command
from service.recording.handlers import SimpleHandler, Workspace
from service.recording.recorder import Recorder
from service.recording.values import Command, Decision
from service.rest import check_version
from service.vault.sealing import IndexPurpose
from service.vault.vault import Vault

Row = RowMapping | Mapping[str, Any]
"""A row as read, or as it is about to be written."""
Values = dict[str, Any]
_COUNTIES = UUID("5c1f7a52-4e0b-5d0c-9a55-2f6a4d0c7e11")
_DIGESTS = ("_mac", "_index")


class Tools(Protocol):
    """What of service.context this floor needs."""

    @property
    def vault(self) -> Vault: ...
    @property
    def recorder(self) -> Recorder: ...
    @property
    def clock(self) -> Clock: ...
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class RecordList:
    """One of the county's lists. Its table has `id`, `version` and `created_mac`."""

    noun: str
    table: Table
    registered: EventKind
    changed: EventKind


def county_stream(county_code: str) -> StreamKey:
    """The one stream of the county itself; the same id on every server."""
    return StreamKey(StreamKind.COUNTY, uuid5(_COUNTIES, county_code))


def register_row(
    session: Session,
    actor: Actor,
    *,
    tools: Tools,
    records: RecordList,
    form: Input,
    identifier: UUID,
    build: Callable[[], Values],
) -> Row:
    """The stored row. The same id with the same content again changes nothing, whatever has been
    changed since; with other content it raises id-reused. `build` checks and gives the columns.
    """
    _lock_lists(session, actor.county_code)
    content = form.model_dump_json(exclude_defaults=True)
    digest = tools.vault.indexes.digest(
        IndexPurpose.CONTENT, actor.county_code, records.noun, content
    )
    stored = load_many(
        session, records.table, county_code=actor.county_code, column="id", keys=[identifier]
    )
    if stored:
        if stored[0]["created_mac"] != digest:
            raise DomainError(ErrorCode.ID_REUSED)
        return stored[0]
    head = {"county_code": actor.county_code, "id": identifier, "version": 1}
    row = head | {"created_mac": digest} | build()
    write_many(session, records.table, [row])
    payload = RecordRegistered(record_id=identifier, content_hash=commit_row(row))
    _record(session, actor, tools, kind=records.registered, payload=payload)
    return row


def change_row(
    session: Session,
    actor: Actor,
    *,
    tools: Tools,
    records: RecordList,
    change: Change,
    version: int,
    find: Callable[[], Row],
    build: Callable[[Row, Values], Values],
) -> Row:
    """The row as it is now. `find` reads it in the actor's scope; `build` takes the stored row and
    the named values and gives the columns. Raises version-stale unless `version` is the stored one.
    """
    _lock_lists(session, actor.county_code)
    stored = find()
    check_version(stored["version"], version)
    given = change.model_dump(exclude_unset=True)
    before = {str(name): value for name, value in stored.items()}
    row = before | build(stored, given) | {"version": version + 1}
    write_many(session, records.table, [row], conflict="overwrite")
    payload = RecordAmended(
        record_id=row["id"],
        content_hash=commit_row(row),
        version=row["version"],
        fields=sorted(given),
    )
    _record(session, actor, tools, kind=records.changed, payload=payload)
    return row


def commit_row(row: Row) -> str:
    """The commitment. Keyed digests (`…_mac`, `…_index`) only repeat what is committed already."""
    names = [str(name) for name in row if not str(name).endswith(_DIGESTS)]
    return content_hash({name: _plain(row[name]) for name in names})


def _lock_lists(session: Session, county_code: str) -> None:
    """Writers of the county's lists queue here, so that what they read first stays true."""
    lock_or_open_streams(session, county_code, [county_stream(county_code)])


def _record(
    session: Session, actor: Actor, tools: Tools, *, kind: EventKind, payload: Input
) -> None:
    now = tools.now()
    command = make_command(
        payload,
        identifier=new_id(tools.clock),
        kind=kind,
        stream=county_stream(actor.county_code),
        now=now,
    )
    outcome = tools.recorder.record(session, actor, [command], now=now)[0]
    if outcome.problem is not None:
        raise DomainError(outcome.problem.code, facts=outcome.problem.facts)


def _judge(_workspace: Workspace, command: Command) -> Decision:
    """Judged already, where the row is written. The row is the subject: its trace finds the event."""
    return Decision(subject_id=UUID(command.public["record_id"]))


RECORDED_AS_SENT = SimpleHandler(_judge)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
