"""An event from draft to hash: canonical JSON, what the hashed body holds, the commitment to sealed parts,
the chain's hash, the corrected clock.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode, Source, StreamKind


class StreamKey(NamedTuple):
    kind: StreamKind
    id: UUID

    @property
    def path(self) -> str:
        """As receipts and traces name a stream: trip/<id>."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class PartDraft:
    """Personal fields about one subject in one class. `name` is unique within the event."""

    name: str
    subject_id: UUID
    personal_class: PersonalClass
    content: dict[str, Any]


class Attached(NamedTuple):
    """A file that an event names. `sha256`: of the content as it is kept, in lower-case hexadecimal."""

    id: UUID
    sha256: str


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
    device: str | None
    device_sequence: int | None
    actor_id: UUID
    source: Source
    mode: Mode
    policy_version: str | None
    data: dict[str, Any]
    decided: dict[str, Any]
    attachments: tuple[Attached, ...] = ()
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


_ALLOWED = (str, int, bool, type(None))
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def encode_canonical(value: dict[str, Any]) -> bytes:
    """Raises TypeError for what is no string, integer, boolean or null, or for a key that is no string."""
    _check(value)
    return _encode(value).encode()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("keys are strings")
            if not isinstance(inner, _ALLOWED):
                _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if not isinstance(inner, _ALLOWED):
                _check(inner)
    elif not isinstance(value, _ALLOWED):
        raise TypeError(f"not canonical: {type(value).__name__}")


GENESIS = bytes(32)
SALT_BYTES = 16
_EVENT = b"fangang/event/1\0"
_PART = b"fangang/part/1\0"
_CONTENT = b"fangang/content/1\0"


def event_hash(previous: bytes, body: bytes) -> bytes:
    """The chain: previous is the stream's last hash, 32 zero bytes before its first event."""
    return hashlib.sha256(_EVENT + previous + body).digest()


def part_commitment(salt: bytes, content: dict[str, Any]) -> str:
    """What the body keeps of a sealed part. The salt is sealed with the content: once both are
    gone, the commitment says nothing.
    """
    return hashlib.sha256(_PART + salt + encode_canonical(content)).hexdigest()


def content_hash(content: dict[str, Any]) -> str:
    """A commitment to described (plan) fields, which hold nothing personal."""
    return hashlib.sha256(_CONTENT + encode_canonical(content)).hexdigest()


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


BODY_VERSION = 2
"""Version 1 had neither `device` nor `attachments`; it had `exceptions`, and 0 for a sequence that the
sender left out. From version 2 on exceptions follow from the facts and are not hashed.
"""


def encode_body(
    draft: EventDraft,
    *,
    county_code: str,
    seq: int,
    recorded_at: datetime,
    commitments: dict[str, str],
) -> bytes:
    """Everything public about the event. Ids are pseudonymous; personal fields only by commitment."""
    return encode_canonical(
        {
            "v": BODY_VERSION,
            "county": county_code,
            "stream": {"kind": str(draft.stream.kind), "id": str(draft.stream.id)},
            "seq": seq,
            "id": str(draft.id),
            "kind": str(draft.kind),
            "sent_kind": str(draft.sent_kind),
            "subject": str(draft.subject_id),
            "worker": str(draft.worker_id) if draft.worker_id else None,
            "occurred_at": draft.occurred_at.isoformat(),
            "skew_ms": draft.skew_ms,
            "device": draft.device,
            "device_sequence": draft.device_sequence,
            "recorded_at": recorded_at.astimezone(UTC).isoformat(),
            "actor": str(draft.actor_id),
            "source": str(draft.source),
            "mode": str(draft.mode),
            "policy": draft.policy_version,
            "data": draft.data,
            "decided": draft.decided,
            "attachments": [
                {"id": str(each.id), "sha256": each.sha256} for each in draft.attachments
            ],
            "commit": commitments,
        }
    )


class EventBody(NamedTuple):
    """What a hashed body of any version says, under its own names and in its own types (JSON)."""

    v: int
    county: str
    stream: dict[str, str]
    seq: int
    id: str
    kind: str
    sent_kind: str
    subject: str
    worker: str | None
    occurred_at: str
    skew_ms: int
    device_sequence: int | None
    recorded_at: str
    actor: str
    source: str
    mode: str
    policy: str | None
    data: dict[str, Any]
    decided: dict[str, Any]
    commit: dict[str, str]
    device: str | None = None
    attachments: Sequence[dict[str, str]] = ()
    exceptions: Sequence[str] = ()
    """Only in version 1."""


def read_body(body: bytes) -> EventBody:
    """Raises TypeError or ValueError for what is no body of ours."""
    return EventBody(**decode_body(body))


def decode_body(body: bytes) -> dict[str, Any]:
    content: dict[str, Any] = from_json(body, cache_strings="keys")
    return content
