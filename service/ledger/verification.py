"""Checking the ledger: every chain from its first event to its head.

Pure over the undecoded rows of `queries.iterate_chain`; names the first event of each stream that
does not fit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from service.ledger.bodies import decode_body, read_columns
from service.ledger.hashing import GENESIS, event_hash, part_commitment

Row = Mapping[Any, Any]
AsStored = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Values of an event's columns in the form in which the rows hold them (service/db/unread)."""


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


@dataclass(frozen=True, slots=True)
class Checked:
    """One event. `content` is its body where body and columns say the same, else None."""

    content: dict[str, Any] | None
    fault: Fault | None = None


def check_chains(events: Iterable[Row], as_stored: AsStored) -> Iterator[Checked | Fault]:
    """`events` by stream and sequence. One fault a stream: what comes after the first is noise."""
    for _, chain in groupby(events, key=lambda row: (row["stream_kind"], row["stream_id"])):
        yield from _check_chain(chain, as_stored)


def _check_chain(chain: Iterable[Row], as_stored: AsStored) -> Iterator[Checked | Fault]:
    previous, seq, sound = GENESIS, 0, True
    row: Row = {}
    for row in chain:
        content = _read_body(row, as_stored)
        code = _check_event(row, content, previous, seq + 1) if sound else None
        sound = sound and code is None
        fault = _fault(code, row, seq + 1) if code else None
        yield Checked(content, fault)
        previous, seq = row["hash"], row["seq"]
    head = (row["head_seq"], row["head_hash"])
    if sound and head != (seq, previous):
        longer = head[0] is not None and head[0] > seq
        yield (
            _fault(FaultCode.EVENT_MISSING, row, seq + 1)
            if longer
            else Fault(FaultCode.HEAD_DIFFERS, _name(row), seq, _read_id(row["id"]))
        )


def _check_event(
    row: Row, content: dict[str, Any] | None, previous: bytes, seq: int
) -> FaultCode | None:
    """A gap is a missing event, unless the event after it was itself altered (its number)."""
    if row["seq"] != seq:
        return FaultCode.COLUMN_ALTERED if content is None else FaultCode.EVENT_MISSING
    if event_hash(previous, row["body"]) != row["hash"]:
        return FaultCode.BODY_ALTERED
    if content is None:
        return FaultCode.COLUMN_ALTERED
    if row["pending_hash"] != row["hash"]:
        return FaultCode.PENDING_DIFFERS
    return None


def _read_body(row: Row, as_stored: AsStored) -> dict[str, Any] | None:
    """None when the body cannot be read or one of the columns says something else."""
    try:
        content = decode_body(row["body"])
        columns = as_stored(read_columns(content))
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
        return None
    fits = all(row[name] == value for name, value in columns.items())
    return content if fits and isinstance(content.get("commit"), dict) else None


def check_part(commitments: Mapping[str, str], name: str, opened: dict[str, Any]) -> bool:
    """Whether the opened content is what the body committed to."""
    salt = bytes.fromhex(opened["salt"])
    return commitments.get(name) == part_commitment(salt, opened["content"])


def _fault(code: FaultCode, row: Row, seq: int) -> Fault:
    missing = code is FaultCode.EVENT_MISSING
    return Fault(code, _name(row), seq, None if missing else _read_id(row["id"]))


def _name(row: Row) -> str:
    kind, identifier = row["stream_kind"], row["stream_id"]
    shown = kind.decode(errors="replace") if isinstance(kind, bytes) else str(kind)
    return f"{shown}/{_read_id(identifier) or '?'}"


def _read_id(value: Any) -> UUID | None:
    """An id as the driver gave it; None for what is none."""
    if isinstance(value, UUID):
        return value
    return UUID(bytes=value) if isinstance(value, bytes) and len(value) == 16 else None
