"""Sealing of values: AES-256-GCM with a key for each subject and class.

sealed = version (1 byte) ‖ suite (1 byte) ‖ nonce (12 bytes) ‖ ciphertext and tag. The place where a value
lies (`context`) is authenticated with it, so that a ciphertext moved elsewhere does not open.
"""

import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import to_json

KEY_BYTES = 32
_HEADER = b"\x01\x01"  # version 1, suite 1 = AES-256-GCM
_NONCE_BYTES = 12
_LEAST_BYTES = len(_HEADER) + _NONCE_BYTES + 16  # an empty value still has its tag


class SealBrokenError(Exception):
    """The value was altered, moved, or sealed with another key."""


def seal(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _HEADER + nonce + AESGCM(key).encrypt(nonce, plaintext, _HEADER + context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
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
