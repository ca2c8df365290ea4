"""The vault: seals and opens values of subjects (AES-256-GCM, a key for each subject and class, bound to a
place), makes blind indexes (HMAC-SHA256, a key for each purpose), destroys keys for erasure. Keys do not
leave it.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pydantic_core import to_json
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.database import Database
from service.vault.keys import KeyFile, KeyName, KeyStore, SealBrokenError, WrappedKey

KEY_BYTES: Final = 32
_HEADER: Final = b"\x01\x01"  # version 1, suite 1 = AES-256-GCM
_NONCE_BYTES: Final = 12
_LEAST_BYTES: Final = len(_HEADER) + _NONCE_BYTES + 16  # an empty value still has its tag


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


class Keyring:
    """The keys of some subjects of one county, for the length of one transaction. Each is unwrapped
    when it is first used: a broken one is an error of its subject's values only.
    """

    def __init__(
        self,
        county_code: str,
        key_file: KeyFile,
        stored: Mapping[KeyName, WrappedKey],
        *,
        opened: Mapping[KeyName, bytes] = MappingProxyType({}),
    ) -> None:
        self.county_code = county_code
        self._key_file = key_file
        self._stored = stored
        self._opened = dict(opened)

    def has(self, subject_id: UUID, personal_class: PersonalClass) -> bool:
        return KeyName(subject_id, personal_class) in self._stored

    def seal(
        self,
        subject_id: UUID,
        personal_class: PersonalClass,
        content: dict[str, Any],
        *,
        place: str,
    ) -> bytes:
        """`place` names where the value will lie (table and row, or event and part)."""
        return self.seal_bytes(subject_id, personal_class, encode_content(content), place=place)

    def seal_bytes(
        self, subject_id: UUID, personal_class: PersonalClass, plaintext: bytes, *, place: str
    ) -> bytes:
        """The same for what is no JSON."""
        key = self._unwrap(KeyName(subject_id, personal_class))
        return seal(key, plaintext, context=self._context(place))

    def open(
        self, subject_id: UUID, personal_class: PersonalClass, sealed: bytes | None, *, place: str
    ) -> dict[str, Any] | None:
        """None when nothing was sealed or the key was destroyed (erased); SealBrokenError when the
        value or its key was altered, or lies in another place than it was sealed for.
        """
        opened = self.open_bytes(subject_id, personal_class, sealed, place=place)
        return None if opened is None else decode_content(opened)

    def open_bytes(
        self, subject_id: UUID, personal_class: PersonalClass, sealed: bytes | None, *, place: str
    ) -> bytes | None:
        """The same for what `seal_bytes` sealed."""
        name = KeyName(subject_id, personal_class)
        if name not in self._stored or sealed is None:
            return None
        return unseal(self._unwrap(name), sealed, context=self._context(place))

    def pick_wrapped(self, subject_ids: Container[UUID]) -> dict[KeyName, WrappedKey]:
        """Of these subjects, as they are stored."""
        return {name: key for name, key in self._stored.items() if name.subject_id in subject_ids}

    def _unwrap(self, name: KeyName) -> bytes:
        key = self._opened.get(name)
        if key is None:
            key = self._opened[name] = self._key_file.unwrap(self._stored[name].wrapped)
        return key

    def _context(self, place: str) -> bytes:
        return f"fangang/seal/1\0{self.county_code}\0{place}".encode()


class Vault:
    """One for each process. `indexes` makes blind indexes; keyrings seal and open."""

    def __init__(self, database: Database, key_file: KeyFile) -> None:
        self._key_file = key_file
        self._store = KeyStore(database)
        self.indexes = BlindIndex(key_file.index_root)

    def open_keyring(
        self,
        session: Session,
        county_code: str,
        subject_ids: Iterable[UUID],
        personal_class: PersonalClass | None = None,
    ) -> Keyring:
        """The keys that these subjects have, all or those of one class; one read, whatever their
        number.
        """
        stored = self._store.load(session, county_code, set(subject_ids), personal_class)
        return Keyring(county_code, self._key_file, stored)

    def make_keyring(
        self,
        session: Session,
        county_code: str,
        subject_ids: Iterable[UUID],
        *,
        classes: Iterable[PersonalClass] = tuple(PersonalClass),
    ) -> Keyring:
        """The same, with a key made for every subject and class that has none yet."""
        subjects, wanted = set(subject_ids), tuple(classes)
        stored = self._store.load(session, county_code, subjects)
        every = (KeyName(subject, each) for subject in subjects for each in wanted)
        fresh = _make_keys([name for name in every if name not in stored])
        wrapped = {name: self._wrap(key) for name, key in fresh.items()}
        if self._store.add(session, county_code, wrapped):
            return Keyring(county_code, self._key_file, {**stored, **wrapped}, opened=fresh)
        # Another transaction made some of them meanwhile: those are the keys.
        return self.open_keyring(session, county_code, subjects)

    def draw_keyring(
        self, county_code: str, subject_ids: Iterable[UUID], *, classes: Iterable[PersonalClass]
    ) -> Keyring:
        """New keys for subjects who have none, stored nowhere yet: what is sealed under them is lost
        unless `store_keyring` follows. Takes no session, so that sealing need not hold a lock.
        """
        wanted = tuple(classes)
        fresh = _make_keys([KeyName(each, name) for each in set(subject_ids) for name in wanted])
        wrapped = {name: self._wrap(key) for name, key in fresh.items()}
        return Keyring(county_code, self._key_file, wrapped, opened=fresh)

    def store_keyring(self, session: Session, drawn: Keyring, subject_ids: Iterable[UUID]) -> None:
        """The drawn keys of these subjects, before the rows that use them. Raises ValueError when one
        of them has a key already: the drawn one would open nothing that was sealed before.
        """
        if not self._store.add(session, drawn.county_code, drawn.pick_wrapped(set(subject_ids))):
            raise ValueError("keys were drawn for a subject that has some")

    def list_subjects(self, session: Session, county_code: str) -> set[UUID]:
        return self._store.list_subjects(session, county_code)

    def lock_keys(self, session: Session) -> None:
        """Keeps others from sealing until the transaction ends (see KeyStore.lock)."""
        self._store.lock(session)

    def destroy(self, session: Session, county_code: str, subject_ids: Iterable[UUID]) -> None:
        """Erasure: once this transaction has committed, nothing of these subjects opens again, in
        no backup of the database either.

        SQLite has the keys in another file, which follows the commit: who erases says first in the
        database that it is to be done, and does it again after a crash.
        """
        self._store.delete(session, county_code, subject_ids)

    def _wrap(self, key: bytes) -> WrappedKey:
        return WrappedKey(self._key_file.kek_id, self._key_file.wrap(key))

    def dispose(self) -> None:
        self._store.dispose()


def _make_keys(names: Sequence[KeyName]) -> dict[KeyName, bytes]:
    """Independent random keys, asked for at once."""
    noise = secrets.token_bytes(KEY_BYTES * len(names))
    starts = range(0, len(noise), KEY_BYTES)
    return {
        name: noise[start : start + KEY_BYTES] for name, start in zip(names, starts, strict=True)
    }
