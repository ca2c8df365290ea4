"""Blind indexes: HMAC-SHA256 with a key for each purpose, so that equality can be looked up
without the value, and a list of id numbers cannot be tried against the database alone.
"""

import hmac
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


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


class BlindIndex:
    """`digest(purpose, *parts)`: 32 bytes. The county and a document type belong into the parts."""

    def __init__(self, root: bytes) -> None:
        self._keys = {
            purpose: HKDFExpand(
                algorithm=SHA256(), length=32, info=b"fangang/index/1/" + purpose.encode()
            ).derive(root)
            for purpose in IndexPurpose
        }

    def digest(self, purpose: IndexPurpose, *parts: str) -> bytes:
        message = "\0".join(parts).encode()
        return hmac.digest(self._keys[purpose], message, "sha256")
