"""Blind indexes: HMAC-SHA256 with a key for each purpose, so that equality can be looked up
without the value, and a list of id numbers cannot be tried against the database alone.
"""

import hashlib
from enum import StrEnum
from typing import Final, NamedTuple, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

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
