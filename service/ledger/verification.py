"""What makes a chain faulty: body, column or head altered, event missing or doubled, queue of the log
differing, sealed part not what was committed to; one fault for each stream.

Pure over the bare rows of `queries.iterate_chain`; names the first event of each stream that does
not fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from service.db.columns import count_microseconds
from service.ledger.bare import BareEvent
from service.ledger.bodies import GENESIS, decode_body, event_hash, part_commitment

_STREAM: Final = slice(2, 4)
"""Kind and id of an event's stream in its row."""
_EVENT_COLUMNS: Final = BareEvent._fields.index("head_seq")
_TYPES: Final = frozenset(
    (text, bytes, text, bytes, int, text, bytes, worker, int, int, bytes, bytes)
    for text in (bytes, bytearray)
    for worker in (bytes, type(None))
)
"""Text is of one type throughout, since the county's code is what was asked for."""
_UNREADABLE: Final = (ValueError, KeyError, TypeError, OverflowError, AttributeError)


class FaultCode(StrEnum):
    BODY_ALTERED = "body-altered"
    COLUMN_ALTERED = "column-altered"
    EVENT_DOUBLED = "event-doubled"
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


class ChainCheck:
    """Takes events by stream and sequence. One fault a stream: what comes after the first is noise."""

    def __init__(self) -> None:
        self.events = 0
        self.faults: list[Fault] = []
        self._row: BareEvent | None = None
        self._seq = 0
        self._sound = True

    def take(self, row: BareEvent) -> dict[str, Any] | None:
        """The content of its body where body and columns say the same, else None."""
        before = self._row
        if before is not None and before[_STREAM] != row[_STREAM]:
            self.end()
            before = None
        previous = GENESIS if before is None else before.hash
        self._row = row
        self._seq += 1
        self.events += 1
        content = _read_body(row)
        if self._sound and (code := _check_event(row, content, previous, self._seq)) is not None:
            self._sound = False
            self.faults.append(_make_fault(code, row, self._seq))
        return content

    def end(self) -> None:
        """No event of the stream follows: it has to end where its head says."""
        row, seq, sound = self._row, self._seq, self._sound
        self._row, self._seq, self._sound = None, 0, True
        if row is None or not sound or _ends(row, seq):
            return
        if isinstance(row.head_seq, int) and row.head_seq > seq:
            self.faults.append(_make_fault(FaultCode.EVENT_MISSING, row, seq + 1))
        else:
            self.faults.append(_make_fault(FaultCode.HEAD_DIFFERS, row, seq))


def _ends(row: BareEvent, seq: int) -> bool:
    same = (row.head_seq, row.head_hash) == (seq, row.hash)
    return same and isinstance(row.head_hash, bytes)


def _check_event(
    row: BareEvent, content: dict[str, Any] | None, previous: bytes, seq: int
) -> FaultCode | None:
    """A gap is a missing event, unless the event after it was itself altered (its number). The
    database admits a number once; without that constraint one event may be there twice.
    """
    if row.seq != seq:
        return _name_gap(row, content, seq)
    if not isinstance(row.body, bytes) or event_hash(previous, row.body) != row.hash:
        return FaultCode.BODY_ALTERED
    if content is None:
        return FaultCode.COLUMN_ALTERED
    if row.pending_hash != row.hash or not isinstance(row.pending_hash, bytes):
        return FaultCode.PENDING_DIFFERS
    return None


def _name_gap(row: BareEvent, content: dict[str, Any] | None, seq: int) -> FaultCode:
    if content is None:
        return FaultCode.COLUMN_ALTERED
    return FaultCode.EVENT_DOUBLED if row.seq < seq else FaultCode.EVENT_MISSING


def _read_body(row: BareEvent) -> dict[str, Any] | None:
    """None when the body cannot be read or one of the columns says something else."""
    try:
        content = decode_body(row.body)
        if _has_types(row) and _says_columns(content, row) and isinstance(content["commit"], dict):
            return content
    except _UNREADABLE:
        pass
    return None


def _has_types(row: BareEvent) -> bool:
    """Of the event's own columns: text and bytes that say the same are equal otherwise."""
    return tuple(map(type, row[:_EVENT_COLUMNS])) in _TYPES


def _says_columns(content: dict[str, Any], row: BareEvent) -> bool:
    """Whether the columns say what the body says, compared in the bare form: no object is made of an id."""
    stream, worker = content["stream"], content["worker"]
    occurred_at = _count_microseconds(content["occurred_at"])
    return bool(
        row.seq == content["seq"]
        and row.id == _pack_id(content["id"])
        and row.county_code == content["county"].encode()
        and row.stream_kind == stream["kind"].encode()
        and row.stream_id == _pack_known(stream["id"])
        and row.kind == content["kind"].encode()
        and row.subject_id == _pack_known(content["subject"])
        and row.worker_id == (_pack_known(worker) if worker else None)
        and row.happened_at == occurred_at - 1000 * content["skew_ms"]
        and row.recorded_at == _count_microseconds(content["recorded_at"])
    )


def _pack_id(text: str) -> bytes:
    packed = bytes.fromhex(text.replace("-", ""))
    if len(packed) != 16:
        raise ValueError("no id")
    return packed


_pack_known = lru_cache(maxsize=4096)(_pack_id)
"""Of whom a stream speaks again and again."""


def _count_microseconds(text: str) -> int:
    """TypeError for an instant without a zone."""
    return count_microseconds(datetime.fromisoformat(text))


def check_part(commitments: Mapping[str, str], name: str, opened: dict[str, Any]) -> bool:
    """Whether the opened content is what the body committed to."""
    try:
        commitment = part_commitment(bytes.fromhex(opened["salt"]), opened["content"])
    except _UNREADABLE:
        return False
    return commitments.get(name) == commitment


def _make_fault(code: FaultCode, row: BareEvent, seq: int) -> Fault:
    missing = code is FaultCode.EVENT_MISSING
    if code is FaultCode.EVENT_DOUBLED:
        seq = row.seq  # its own; from there on the count runs ahead
    name = name_stream(row.stream_kind, row.stream_id)
    return Fault(code, name, seq, None if missing else read_id(row.id))


def name_stream(kind: Any, identifier: Any) -> str:
    """From bare values, whatever they are."""
    shown = kind.decode(errors="replace") if isinstance(kind, bytes | bytearray) else str(kind)
    return f"{shown}/{read_id(identifier) or '?'}"


def read_id(value: Any) -> UUID | None:
    """None for what is no id."""
    return UUID(bytes=value) if isinstance(value, bytes) and len(value) == 16 else None
