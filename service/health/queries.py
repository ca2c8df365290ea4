"""Notes of health, opened: all that stand of some workers in three statements; whose note an event is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.health_notes import HealthContent, Note
from service.db.bulk import load_rows, read_rows
from service.health.notes import HealthFacts, Noted, collect, measured_at_door
from service.ledger.bodies import read_body
from service.ledger.parts import open_contents
from service.ledger.queries import EVENT
from service.vault.vault import Vault

_K = EventKind
_NOTE: Final[TypeAdapter[Note]] = TypeAdapter(HealthContent)
_READ: Final = [
    str(_K.EVENT_REVERSED),
    str(_K.PASSENGER_BOARDED),
    str(_K.PASSENGER_BOARDING_REFUSED),
    str(_K.PASSENGER_CHECKED_IN),
    str(_K.PASSENGER_EXEMPTED),
    str(_K.PASSENGER_NOTED),
    str(_K.WORKER_HEALTH_NOTED),
]
"""Notes of health, what was measured at the door or on the way, what an officer let pass, and what takes
either back."""


class _NoteRow(NamedTuple):
    id: UUID
    worker_id: UUID
    kind: str
    happened_at: datetime
    recorded_at: datetime
    body: bytes


class OpenedNote(NamedTuple):
    """A note that stands. `content` None: its key was destroyed."""

    event_id: UUID
    worker_id: UUID
    at: datetime
    recorded_at: datetime
    actor_id: UUID
    content: Note | None


def load_health_facts(
    session: Session, vault: Vault, county_code: str, *, worker_ids: Collection[UUID]
) -> dict[UUID, HealthFacts]:
    """One for each worker, also where nothing was noted. Three statements, whatever their number. Raises
    SealBrokenError for a part that was altered.
    """
    notes: dict[UUID, list[Noted[Note]]] = {each: [] for each in worker_ids}
    erased = dict.fromkeys(worker_ids, 0)
    let_pass: dict[UUID, dict[UUID, frozenset[str]]] = {each: {} for each in worker_ids}
    opened = _open_all(session, vault, county_code, worker_ids)
    for row, told in opened:
        if row.kind == _K.PASSENGER_EXEMPTED and told is not None:
            let_pass[row.worker_id][row.id] = frozenset(told.get("covered", ()))
    for each in _list_notes(opened):
        if each.content is None:
            erased[each.worker_id] += 1
        else:
            # one that is dated ahead hides nothing that follows
            at = min(each.at, each.recorded_at)
            notes[each.worker_id].append(Noted(each.event_id, at, each.content))
    return {
        key: replace(collect(key, found, erased=erased[key]), let_pass=let_pass[key])
        for key, found in notes.items()
    }


def open_notes(
    session: Session, vault: Vault, county_code: str, *, worker_ids: Collection[UUID]
) -> list[OpenedNote]:
    """Those of the workers that were not reversed, newest first; what was measured at the door or on the way
    among them."""
    return _list_notes(_open_all(session, vault, county_code, worker_ids))


_Opened = tuple[_NoteRow, Mapping[str, Any] | None]


def _list_notes(opened: Iterable[_Opened]) -> list[OpenedNote]:
    notes = [each for row, told in opened if (each := _open(row, told)) is not None]
    return sorted(notes, key=lambda each: (each.at, each.event_id.bytes), reverse=True)


def _open_all(
    session: Session, vault: Vault, county_code: str, worker_ids: Collection[UUID]
) -> list[_Opened]:
    """What stands, with its part of health; None where its key was destroyed."""
    rows = _list_rows(session, county_code, worker_ids)
    gone = {
        UUID(read_body(row.body).data["event_id"]) for row in rows if row.kind == _K.EVENT_REVERSED
    }
    standing = [row for row in rows if row.kind != _K.EVENT_REVERSED and row.id not in gone]
    ids = [row.id for row in standing]
    told = open_contents(session, vault, county_code, ids, classes={PersonalClass.HEALTH})
    return [(row, told.get(row.id)) for row in standing]


def _list_rows(session: Session, county_code: str, worker_ids: Collection[UUID]) -> list[_NoteRow]:
    if not worker_ids:
        return []
    statement = (
        select(*(EVENT.c[name] for name in _NoteRow._fields))
        .where(EVENT.c.county_code == county_code)
        .where(EVENT.c.worker_id.in_(sorted(set(worker_ids))))
        .where(EVENT.c.kind.in_(_READ))
    )
    return read_rows(_NoteRow, session.execute(statement))


def _open(row: _NoteRow, told: Mapping[str, Any] | None) -> OpenedNote | None:
    """None where nothing of health was said at the door."""
    content = _read_note(row.kind, told or {})
    if content is None and row.kind != _K.WORKER_HEALTH_NOTED:
        return None
    return OpenedNote(
        event_id=row.id,
        worker_id=row.worker_id,
        at=row.happened_at,
        recorded_at=row.recorded_at,
        actor_id=UUID(read_body(row.body).actor),
        content=content,
    )


def _read_note(kind: str, told: Mapping[str, Any]) -> Note | None:
    """A note; of what was told at the door or on the way the temperature, as a measurement."""
    noted, taken = told.get("content"), told.get("temperature")
    if kind == _K.WORKER_HEALTH_NOTED:
        return None if noted is None else _NOTE.validate_python(noted)
    return None if taken is None else measured_at_door(taken)


class _Owner(NamedTuple):
    id: UUID
    kind: str
    stream_id: UUID


def load_noted(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Event → the worker, of events that are notes of health."""
    rows = load_rows(session, _Owner, EVENT, county_code=county_code, column="id", keys=ids)
    return {row.id: row.stream_id for row in rows if row.kind == _K.WORKER_HEALTH_NOTED}
