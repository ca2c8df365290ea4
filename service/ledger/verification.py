"""Checking the ledger: every chain from its first event, every part against its commitment.

Pure over rows; names the first thing of each stream that does not fit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from service.ledger.bodies import decode_body
from service.ledger.hashing import GENESIS, event_hash, part_commitment

Row = Mapping[Any, Any]


class FaultCode(StrEnum):
    BODY_ALTERED = "body-altered"
    COLUMN_ALTERED = "column-altered"
    EVENT_MISSING = "event-missing"
    HEAD_DIFFERS = "head-differs"
    PART_ALTERED = "part-altered"
    PART_MISSING = "part-missing"
    PART_UNKNOWN = "part-unknown"
    PENDING_DIFFERS = "pending-differs"


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit, and where. `event_id` is None for an event that is gone."""

    code: FaultCode
    stream: str
    seq: int
    event_id: UUID | None


def check_chains(events: Iterable[Row], heads: Mapping[tuple[str, UUID], Row]) -> Iterator[Fault]:
    """`events` by stream and sequence. One fault a stream: what comes after the first is noise."""
    seen: set[tuple[str, UUID]] = set()
    for key, chain in groupby(events, key=lambda row: (row["stream_kind"], row["stream_id"])):
        seen.add(key)
        fault = _check_chain(key, chain, heads.get(key))
        if fault is not None:
            yield fault
    for key, head in heads.items():
        if key not in seen and head["seq"] > 0:
            yield Fault(FaultCode.EVENT_MISSING, _name(key), 1, None)


def _check_chain(key: tuple[str, UUID], chain: Iterable[Row], head: Row | None) -> Fault | None:
    previous, seq = GENESIS, 0
    for row in chain:
        if row["seq"] != seq + 1:
            return Fault(FaultCode.EVENT_MISSING, _name(key), seq + 1, None)
        code = _check_event(row, previous)
        if code is not None:
            return Fault(code, _name(key), row["seq"], row["id"])
        previous, seq = bytes(row["hash"]), row["seq"]
    if head is None or head["seq"] > seq:
        return Fault(FaultCode.EVENT_MISSING, _name(key), seq + 1, None)
    if (head["seq"], bytes(head["hash"])) != (seq, previous):
        return Fault(FaultCode.HEAD_DIFFERS, _name(key), seq, None)
    return None


def _check_event(row: Row, previous: bytes) -> FaultCode | None:
    if event_hash(previous, bytes(row["body"])) != bytes(row["hash"]):
        return FaultCode.BODY_ALTERED
    body = decode_body(row["body"])
    stated = (
        body["county"],
        body["id"],
        body["kind"],
        body["stream"],
        body["seq"],
        body["subject"],
        body["worker"],
        body["device_sequence"],
        body["recorded_at"],
    )
    columns = (
        row["county_code"],
        str(row["id"]),
        row["kind"],
        {"kind": row["stream_kind"], "id": str(row["stream_id"])},
        row["seq"],
        str(row["subject_id"]),
        str(row["worker_id"]) if row["worker_id"] else None,
        row["device_sequence"],
        row["recorded_at"].isoformat(),
    )
    return None if stated == columns else FaultCode.COLUMN_ALTERED


def check_part(commitments: Mapping[str, str], name: str, opened: dict[str, Any]) -> bool:
    """Whether the opened content is what the body committed to."""
    salt = bytes.fromhex(opened["salt"])
    return commitments.get(name) == part_commitment(salt, opened["content"])


def _name(key: tuple[str, UUID]) -> str:
    return f"{key[0]}/{key[1]}"
