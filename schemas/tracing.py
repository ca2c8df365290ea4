"""Traces on the wire: events of a worker, trip or vehicle with lateness and sealed details; origins of a
worker in files; a stream's hash chain, and who looked at whom, for auditors.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from schemas.base import Input, Wire, object_to
from schemas.events.fields import FreeText
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Source
from schemas.events.payloads_records import ListKind
from schemas.permissions import Role
from schemas.types import Day, IdNumber
from schemas.workers import check_number


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


class AccessQuestion(Input):
    """Who looked at this person? By whole identity number or by short number, for a stated reason, which is
    recorded. From a day to a day in China, both included; without them the last 365 days.
    """

    id_number: Annotated[IdNumber | None, Field(examples=["211221197805123417"])] = None
    number: Annotated[str | None, AfterValidator(check_number), Field(examples=["1024-3"])] = None
    reason: FreeText
    from_day: Day | None = None
    until_day: Day | None = None
    after: Annotated[str | None, Field(max_length=64)] = Field(
        default=None, description="`next` of the page before."
    )

    @model_validator(mode="after")
    def _one_person_and_days_in_order(self) -> "AccessQuestion":
        if (self.id_number is None) is (self.number is None):
            raise object_to("question-unnamed", "id_number", "either id_number or number")
        if self.from_day and self.until_day and self.until_day < self.from_day:
            raise object_to("window-reversed", "until_day", "until_day is before from_day")
        return self


class AccessOut(Wire):
    """One access to people's data: who looked, when, at what, why. Nothing of the people themselves."""

    event_id: UUID
    kind: EventKind
    name: str = Field(description="What it was, in the language asked for.")
    at: datetime
    account_id: UUID
    account: str | None
    role: Role | None
    list_kind: ListKind | None = Field(description="Which work list; null for a reveal.")
    trip_id: UUID | None
    trip_number: str | None
    fields: list[str] = Field(description="What was revealed of one person.")
    count: int | None = Field(description="How many people the list showed.")
    purpose: str | None = Field(description="The stated purpose or reason; null once erased.")
    case_reference: str | None = Field(
        default=None,
        description="The case for which it was asked; null where none was named, once erased.",
    )
    is_certain: bool = Field(
        default=True,
        description="Whether the record names the person. False for lists of a trip read before marks "
        "were kept, while the person was a passenger of it.",
    )
