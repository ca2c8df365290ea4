"""`verify` against what it cannot do without: reading the same rows with the bare driver, and SHA-256
of each body. Processor time of this process, in one run.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, StreamKind
from service.app.composition import make_context
from service.ledger.bodies import EventDraft, PartDraft, StreamKey
from service.settings import Settings
from tests.ledgers import COUNTY, Ledger

_STREAM_LENGTH = 100
_AT_ONCE = 500
_READ = "SELECT body, hash FROM event ORDER BY stream_kind, stream_id, seq"


@dataclass(frozen=True, slots=True)
class Checked:
    """Microseconds of processor time for an event."""

    bare: float
    ours: float


def measure(settings: Settings, *, events: int) -> Checked:
    """Trips of a hundred events each; every fourth event has a sealed part of a person of its own."""
    ledger = Ledger(make_context(settings))
    try:
        drafts = [_draft(ledger, number) for number in range(events)]
        for start in range(0, events, _AT_ONCE):
            ledger.append(*drafts[start : start + _AT_ONCE])
        bare = min(_time(lambda: _read_and_hash(ledger)) for _ in range(3))
        ours = min(_time(lambda: _verify(ledger, events)) for _ in range(3))
        return Checked(bare * 1e6 / events, ours * 1e6 / events)
    finally:
        ledger.context.dispose()


def _draft(ledger: Ledger, number: int) -> EventDraft:
    person = UUID(int=number + 1)
    part = PartDraft("worker.health", person, PersonalClass.HEALTH, {"temperature": 365})
    return ledger.draft(
        StreamKey(StreamKind.TRIP, UUID(int=number // _STREAM_LENGTH)),
        kind=EventKind.PASSENGER_BOARDED,
        subject_id=person,
        worker_id=person,
        data={"passenger_id": str(person)},
        decided={"seat_row": 3, "seat_column": 2},
        parts=(part,) if number % 4 == 0 else (),
    )


def _time(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _read_and_hash(ledger: Ledger) -> None:
    database = ledger.context.database
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if not database.is_sqlite:
            cursor.execute(f"SET LOCAL fangang.county = '{COUNTY}'")
        cursor.execute(_READ)
        while rows := cursor.fetchmany(1000):
            for body, _ in rows:
                hashlib.sha256(body).digest()
    finally:
        connection.close()


def _verify(ledger: Ledger, events: int) -> None:
    found = ledger.verify()
    if (found.events, found.faults) != (events, []):
        raise RuntimeError(f"not verified: {found}")
