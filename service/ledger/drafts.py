"""What is about to be appended, and what was: plain values, no session."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode, Source, StreamKind


class StreamKey(NamedTuple):
    kind: StreamKind
    id: UUID


@dataclass(frozen=True, slots=True)
class PartDraft:
    """Personal fields about one subject in one class. `name` is unique within the event."""

    name: str
    subject_id: UUID
    personal_class: PersonalClass
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventDraft:
    """`data` is what the sender said in public fields, `decided` what the system added to it.

    `happened_at` is exactly occurred_at less the skew in whole milliseconds, as the body says both,
    so that it can be verified; what was given in finer units is cut to that.
    """

    id: UUID
    kind: EventKind
    sent_kind: EventKind
    stream: StreamKey
    subject_id: UUID
    worker_id: UUID | None
    occurred_at: datetime
    happened_at: datetime
    skew_ms: int
    device_sequence: int
    actor_id: UUID
    source: Source
    mode: Mode
    policy_version: str | None
    data: dict[str, Any]
    decided: dict[str, Any]
    exceptions: tuple[str, ...]
    parts: tuple[PartDraft, ...] = field(default=())

    def __post_init__(self) -> None:
        happened = correct_clock(self.occurred_at, self.skew_ms)
        object.__setattr__(self, "happened_at", happened)


def correct_clock(occurred_at: datetime, skew_ms: int) -> datetime:
    """When it happened, in UTC, by our clock."""
    return (occurred_at - timedelta(milliseconds=skew_ms)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Appended:
    """An event as it lies in the ledger."""

    draft: EventDraft
    seq: int
    hash: bytes
    recorded_at: datetime
    body: bytes
