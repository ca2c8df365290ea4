"""Domain-separated hashes of the ledger."""

import hashlib
import secrets
from typing import Any

from service.ledger.canonical import encode_canonical

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
