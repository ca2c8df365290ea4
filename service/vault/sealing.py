"""Sealing of values (AES-256-GCM, a key for each subject and class) and blind indexes (HMAC-SHA256, a key
for each purpose)."""

import hashlib
import json
import os
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pydantic_core import to_json

KEY_BYTES: Final = 32
_HEADER: Final = b"\x01\x01"  # version 1, suite 1 = AES-256-GCM
_NONCE_BYTES: Final = 12
_LEAST_BYTES: Final = len(_HEADER) + _NONCE_BYTES + 16  # an empty value still has its tag


class SealBrokenError(Exception):
    """The value was altered, moved, or sealed with another key."""


# --- sealing ------------------------------------------------------------------------------------
def seal(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _HEADER + nonce + AESGCM(key).encrypt(nonce, plaintext, _HEADER + context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """Raises SealBrokenError for what was not sealed with this key in this context."""
    if sealed[:2] != _HEADER or len(sealed) < _LEAST_BYTES:
        raise SealBrokenError("unknown seal")
    nonce, body = sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, _HEADER + context)
    except InvalidTag as error:
        raise SealBrokenError("the seal does not open") from error


def encode_content(content: dict[str, Any]) -> bytes:
    """JSON, fields in alphabetical order."""
    return to_json(dict(sorted(content.items())))


def decode_content(plaintext: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(plaintext)
    return content


# --- blind indexes ------------------------------------------------------------------------------
_BLOCK_BYTES: Final = 64
_PADS: Final = (0x36, 0x5C)


class IndexPurpose(StrEnum):
    CONTENT = "content"
    DRIVER_ID_NUMBER = "driver-id-number"
    EMPLOYER = "employer"
    HANDOVER_CODE = "handover-code"
    HOUSEHOLD = "household"
    ID_NUMBER = "id-number"
    NAME = "name"
    PHONE = "phone"
    VILLAGE = "village"


class _Pads(NamedTuple):
    """HMAC-SHA256 (RFC 2104) with both padded keys hashed once: a third of the cost of a digest
    would else go into them again and again.
    """

    inner: "hashlib._Hash"
    outer: "hashlib._Hash"

    @classmethod
    def of(cls, key: bytes) -> Self:
        block = key.ljust(_BLOCK_BYTES, b"\0")
        inner, outer = (bytes(byte ^ pad for byte in block) for pad in _PADS)
        return cls(hashlib.sha256(inner), hashlib.sha256(outer))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self.inner.copy(), self.outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


class BlindIndex:
    """`digest(purpose, *parts)`: 32 bytes. The county and a document type belong into the parts."""

    def __init__(self, root: bytes) -> None:
        self._pads = {purpose: _Pads.of(_derive_key(root, purpose)) for purpose in IndexPurpose}

    def digest(self, purpose: IndexPurpose, *parts: str) -> bytes:
        return self._pads[purpose].digest("\0".join(parts).encode())


def _derive_key(root: bytes, purpose: IndexPurpose) -> bytes:
    info = b"fangang/index/1/" + purpose.encode()
    return HKDFExpand(algorithm=SHA256(), length=32, info=info).derive(root)
