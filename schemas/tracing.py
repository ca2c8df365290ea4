"""Traces on the wire: events of a worker, trip or vehicle with lateness and sealed details; origins of a
worker in files; a stream's hash chain for auditors.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from schemas.base import Input, Wire
from schemas.events.fields import FreeText
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Source


class TraceReason(Input):
    reason: FreeText


class AttachedOut(Wire):
    """An attachment that the event names, and the hash that it had."""

    id: UUID
    sha256: str


class TraceItem(Wire):
    """One event. `late_seconds`: how long after it happened it reached us; late is visible.

    `details` holds the sealed fields, where a reason was stated; `erased` tells that some of them
    no longer exist.
    """

    event_id: UUID
    kind: EventKind
    name: str
    happened_at: datetime
    recorded_at: datetime
    late_seconds: int
    mode: Mode
    source: Source
    actor_id: UUID
    actor: str | None
    stream: str
    sequence: int
    passenger_id: UUID | None
    worker_id: UUID | None
    data: dict[str, Any]
    decided: dict[str, Any]
    exceptions: list[ExceptionCode]
    attachments: list[AttachedOut] = Field(default_factory=list)
    reversed: bool
    details: dict[str, Any] | None = None
    erased: bool = False
    hash: str


class TraceOrigin(Wire):
    """Where the registry has a worker from: import, sheet and row as the file had them. What an
    import that was undone had said no longer counts. An enterprise may have listed somebody before
    the registry knew them.
    """

    import_id: UUID
    receipt: str
    feed: str
    township_code: str | None
    enterprise: str | None = None
    file: str | None
    sheet: str | None
    row: int
    outcome: str
    imported_at: datetime
    undone_at: datetime | None = None


class TraceOut(Wire):
    origins: list[TraceOrigin]
    items: list[TraceItem]


class ChainedEvent(Wire):
    """`body` is the text that was hashed, byte for byte."""

    sequence: int
    event_id: UUID
    body: str
    hash: str


class StreamOut(Wire):
    """A part of one chain, in its order. `next` is the `after` of the following part, or null.

    hash = SHA-256("fangang/event/1", a zero byte, the previous hash, body); the hash before the
    first event is 32 zero bytes.
    """

    stream: str
    length: int
    items: list[ChainedEvent]
    next: int | None
