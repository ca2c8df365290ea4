"""The hashed body of an event: made from a draft, read back into plain values."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from service.ledger.canonical import encode_canonical
from service.ledger.drafts import EventDraft, correct_clock

BODY_VERSION = 1


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
            "device_sequence": draft.device_sequence,
            "recorded_at": recorded_at.astimezone(UTC).isoformat(),
            "actor": str(draft.actor_id),
            "source": str(draft.source),
            "mode": str(draft.mode),
            "policy": draft.policy_version,
            "data": draft.data,
            "decided": draft.decided,
            "exceptions": list(draft.exceptions),
            "commit": commitments,
        }
    )


def decode_body(body: bytes) -> dict[str, Any]:
    content: dict[str, Any] = from_json(body, cache_strings="keys")
    return content


def read_columns(content: dict[str, Any]) -> dict[str, Any]:
    """What the columns beside a body hold: they only repeat parts of it. KeyError, TypeError or
    ValueError for what is no body of ours.
    """
    worker = content["worker"]
    return {
        "county_code": content["county"],
        "id": UUID(content["id"]),
        "stream_kind": content["stream"]["kind"],
        "stream_id": UUID(content["stream"]["id"]),
        "seq": content["seq"],
        "kind": content["kind"],
        "subject_id": UUID(content["subject"]),
        "worker_id": UUID(worker) if worker else None,
        "happened_at": correct_clock(
            datetime.fromisoformat(content["occurred_at"]), content["skew_ms"]
        ),
        "device_sequence": content["device_sequence"],
        "recorded_at": datetime.fromisoformat(content["recorded_at"]),
    }
