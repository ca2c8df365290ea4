"""Ids (UUIDv7, RFC 9562) from a given time and randomness, and ids derived from another id. The time in an
id keeps neighbours together in an index; nobody reads it.
"""

import hashlib
from datetime import datetime
from uuid import UUID

RANDOM_BYTES = 10
_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_LOW = (1 << 62) - 1


def make_uuid7(*, at: datetime, randomness: bytes) -> UUID:
    """A time-ordered id. `at` is an instant with a zone (resolution 1 ms), `randomness` 10 bytes."""
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    if len(randomness) != RANDOM_BYTES:
        raise ValueError("randomness must be 10 bytes")
    return _assemble(int(at.timestamp() * 1000), randomness)


def derive_id(base: UUID, *parts: str) -> UUID:
    """An id that follows from another one, with its time: a repeat derives the same again."""
    digest = hashlib.sha256("\0".join((base.hex, *parts)).encode()).digest()
    return _assemble(base.int >> 80, digest[:RANDOM_BYTES])


def _assemble(milliseconds: int, randomness: bytes) -> UUID:
    noise = int.from_bytes(randomness, "big")
    high, low = noise >> 68 & 0xFFF, noise & _LOW
    return UUID(int=milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low)
