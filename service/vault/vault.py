"""The vault: seals and opens values of subjects (AES-256-GCM, a key for each subject and class, bound to a
place), makes blind indexes (HMAC-SHA256, a key for each purpose), destroys keys for erasure, and again where a
crash or an old archive left them. Keys do not leave it.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pydantic_core import to_json
from sqlalchemy import select
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.bulk import read_rows, write_many
from service.db.columns import table_of
from service.db.database import Database
from service.vault.keys import (
    KEY_BYTES,
    Change,
    KeyFile,
    KeyRow,
    KeyStore,
    SealBrokenError,
    add_keys,
    destroy_keys,
    make_mark,
    make_rows,
    name_classes,
    unpack,
)
from service.vault.models import Erasure

ERASURE: Final = table_of(Erasure)
EVERY_CLASS: Final = tuple(PersonalClass)
_HEADER: Final = b"\x01\x01"  # version 1, suite 1 = AES-256-GCM
_NONCE_BYTES: Final = 12
_LEAST_BYTES: Final = len(_HEADER) + _NONCE_BYTES + 16  # an empty value still has its tag


# --- sealing ------------------------------------------------------------------------------------
def seal(cipher: AESGCM, plaintext: bytes, *, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _HEADER + nonce + cipher.encrypt(nonce, plaintext, _HEADER + context)


def unseal(cipher: AESGCM, sealed: bytes, *, context: bytes) -> bytes:
    """Raises SealBrokenError for what was not sealed with this key in this context."""
    if sealed[:2] != _HEADER or len(sealed) < _LEAST_BYTES:
        raise SealBrokenError("unknown seal")
    nonce, body = sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, body, _HEADER + context)
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
    """The keys of some subjects of one county, for the length of one transaction. Those of a subject are
    unwrapped when one is first used: a broken row is an error of its subject's values only.
    """

    def __init__(
        self,
        county_code: str,
        key_file: KeyFile,
        rows: Mapping[UUID, KeyRow],
        *,
        opened: Mapping[UUID, bytes] = MappingProxyType({}),
    ) -> None:
        """`opened`: the keys of some of the rows, one after the other, where they were just made."""
        self.county_code = county_code
        self._key_file = key_file
        self._rows = rows
        self._opened = opened
        self._ciphers: dict[UUID, dict[PersonalClass, AESGCM]] = {}
        self._prefix = f"fangang/seal/1\0{county_code}\0".encode()

    def has(self, subject_id: UUID, personal_class: PersonalClass) -> bool:
        row = self._rows.get(subject_id)
        return row is not None and row.holds(personal_class)

    def is_erased(self, subject_id: UUID, personal_class: PersonalClass) -> bool:
        """The key was destroyed: there will be no other."""
        row = self._rows.get(subject_id)
        return row is not None and row.lost(personal_class)

    def seal(
        self,
        subject_id: UUID,
        personal_class: PersonalClass,
        content: dict[str, Any],
        *,
        place: str,
    ) -> bytes:
        """`place` names where the value will lie (table and row, or event and part). What is told of somebody
        whose key was destroyed is sealed under a key that is kept nowhere: the record stays whole, and
        nobody reads it.
        """
        return self.seal_bytes(subject_id, personal_class, encode_content(content), place=place)

    def seal_bytes(
        self, subject_id: UUID, personal_class: PersonalClass, plaintext: bytes, *, place: str
    ) -> bytes:
        """The same for what is no JSON."""
        ciphers = self._ciphers.get(subject_id) or self._open_ciphers(subject_id)
        cipher = ciphers.get(personal_class) or self._find_lost(subject_id, personal_class)
        return seal(cipher, plaintext, context=self._prefix + place.encode())

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
        if sealed is None or not self.has(subject_id, personal_class):
            return None
        ciphers = self._ciphers.get(subject_id) or self._open_ciphers(subject_id)
        return unseal(ciphers[personal_class], sealed, context=self._prefix + place.encode())

    def pick_rows(self, subject_ids: Iterable[UUID]) -> dict[UUID, KeyRow]:
        """Of these subjects, as they are stored."""
        return {each: self._rows[each] for each in subject_ids}

    def pick_keys(self, subject_id: UUID) -> dict[PersonalClass, bytes]:
        row = self._rows[subject_id]
        packed = self._opened.get(subject_id)
        if packed is None:
            return row.open(self.county_code, self._key_file)
        return unpack(row.held, packed)

    def _open_ciphers(self, subject_id: UUID) -> dict[PersonalClass, AESGCM]:
        keys = self.pick_keys(subject_id)
        made = self._ciphers[subject_id] = {each: AESGCM(key) for each, key in keys.items()}
        return made

    def _find_lost(self, subject_id: UUID, personal_class: PersonalClass) -> AESGCM:
        """Raises KeyError where there is a key to be made first."""
        if not self.is_erased(subject_id, personal_class):
            raise KeyError(subject_id, personal_class)
        return AESGCM(secrets.token_bytes(KEY_BYTES))


class Erased(NamedTuple):
    """A row of erasure."""

    subject_id: UUID
    classes: str
    erased_at: datetime

    def list_classes(self) -> list[PersonalClass]:
        return [PersonalClass(name) for name in self.classes.split()]


class Vault:
    """One for each process. `indexes` makes blind indexes; keyrings seal and open."""

    def __init__(self, database: Database, key_file: KeyFile) -> None:
        self._key_file = key_file
        self._store = KeyStore(database)
        self.indexes = BlindIndex(key_file.index_root)

    def open_keyring(
        self, session: Session, county_code: str, subject_ids: Iterable[UUID]
    ) -> Keyring:
        """The keys that these subjects have; one read, whatever their number."""
        stored = self._store.load(session, county_code, set(subject_ids))
        return Keyring(county_code, self._key_file, stored)

    def make_keyring(
        self,
        session: Session,
        county_code: str,
        subject_ids: Iterable[UUID],
        *,
        classes: Iterable[PersonalClass] = EVERY_CLASS,
    ) -> Keyring:
        """The same, with a key made for every subject and class that never had one. A class whose key was
        destroyed gets no other.
        """
        wanted, named = frozenset(classes), name_classes(classes)
        opened: dict[UUID, bytes] = {}

        def make(subject_id: UUID, row: KeyRow | None) -> KeyRow | None:
            if row is None:
                drawn = _draw(self._key_file, county_code, [subject_id], named)
                opened.update(drawn.keys)
                return drawn.rows[subject_id]
            missing = row.lacks(wanted)
            return self._try_adding(county_code, row, missing) if missing else None

        changed = self._store.change(session, county_code, subject_ids, make)
        known = opened if changed.unopposed else {}
        return Keyring(county_code, self._key_file, changed.rows, opened=known)

    def _try_adding(
        self, county_code: str, row: KeyRow, classes: Iterable[PersonalClass]
    ) -> KeyRow | None:
        """A row that was altered stays as it is: sealing for its subject says so."""
        fresh = {each: secrets.token_bytes(KEY_BYTES) for each in classes}
        try:
            return add_keys(row, county_code, self._key_file, fresh)
        except SealBrokenError:
            return None

    def draw_keyring(
        self, county_code: str, subject_ids: Iterable[UUID], *, classes: Iterable[PersonalClass]
    ) -> Keyring:
        """New keys for subjects who have none, stored nowhere yet: what is sealed under them is lost
        unless `store_keyring` follows. Takes no session, so that sealing need not hold a lock.
        """
        fresh = _draw(self._key_file, county_code, list(subject_ids), name_classes(classes))
        return Keyring(county_code, self._key_file, fresh.rows, opened=fresh.keys)

    def store_keyring(self, session: Session, drawn: Keyring, subject_ids: Iterable[UUID]) -> None:
        """The drawn keys of these subjects, before the rows that use them. Raises ValueError when one
        of them has such a key already, or had: the drawn one would open nothing that was sealed before.
        """
        rows = drawn.pick_rows(subject_ids)
        if self._store.add(session, drawn.county_code, rows.values()):
            return

        def make(subject_id: UUID, row: KeyRow | None) -> KeyRow | None:
            if row is None or row == rows[subject_id]:
                return None if row else rows[subject_id]
            keys = drawn.pick_keys(subject_id)
            if len(row.lacks(keys)) < len(keys):
                raise ValueError("keys were drawn for a subject that has some")
            return add_keys(row, drawn.county_code, self._key_file, keys)

        self._store.change(session, drawn.county_code, rows, make)

    def list_subjects(self, session: Session, county_code: str) -> set[UUID]:
        """Those who hold a key."""
        return self._store.list_subjects(session, county_code)

    def lock_keys(self, session: Session) -> None:
        """Keeps others from sealing until the transaction ends (see KeyStore.lock)."""
        self._store.lock(session)

    def destroy(
        self,
        session: Session,
        county_code: str,
        subject_ids: Iterable[UUID],
        *,
        at: datetime,
        classes: Iterable[PersonalClass] = EVERY_CLASS,
    ) -> None:
        """Erasure: once this transaction has committed, nothing of these subjects in these classes opens again,
        in no backup of the database either, and no key is made for them again. A repeat changes nothing.

        The transaction notes it in the records first. SQLite has the keys in another file, which follows the
        commit; after a crash between the two, `repeat_erasures` makes good for it.
        """
        subjects, named = sorted(set(subject_ids)), name_classes(classes)
        if not subjects or not named:
            return
        rows = [
            {"county_code": county_code, "subject_id": each, "classes": named, "erased_at": at}
            for each in subjects
        ]
        write_many(session, ERASURE, rows, conflict="ignore")
        erased = {each: [Erased(each, named, at)] for each in subjects}
        self._store.destroy(session, county_code, subjects, self._erase(county_code, erased))

    def list_unerased(self, session: Session, county_code: str) -> list[UUID]:
        """Subjects of whom a key is there that the records say was destroyed: after a crash, or an older
        archive of the keys that was put back.
        """
        erased = _load_erasures(session, county_code)
        stored = self._store.load(session, county_code, erased)
        return [each for each, row in stored.items() if _list_due(row, erased[each])]

    def cut_log(self) -> None:
        """Empties the log of a key file, where another program kept it from being emptied."""
        self._store.cut_log()

    def repeat_erasures(self, session: Session, county_code: str) -> int:
        """Destroys them again, in a write transaction; the number of subjects."""
        unerased = self.list_unerased(session, county_code)
        if unerased:
            make = self._erase(county_code, _load_erasures(session, county_code))
            self._store.destroy(session, county_code, unerased, make)
        return len(unerased)

    def _erase(self, county_code: str, erased: Mapping[UUID, Sequence[Erased]]) -> Change:
        def make(subject_id: UUID, row: KeyRow | None) -> KeyRow | None:
            after = row or make_mark(subject_id, self._key_file.kek_id)
            for each in _list_due(after, erased[subject_id]):
                after = destroy_keys(
                    after, county_code, self._key_file, each.list_classes(), at=each.erased_at
                )
            return None if after is row else after

        return make

    def remove(self, session: Session, county_code: str, subject_ids: Iterable[UUID]) -> None:
        """The key rows of subjects whom no row of the records names, without a mark: a request that a crash
        stopped may come again with the same id.
        """
        if subjects := set(subject_ids):
            self._store.delete(session, county_code, subjects)

    def dispose(self) -> None:
        self._store.dispose()


def _list_due(row: KeyRow, erased: Iterable[Erased]) -> list[Erased]:
    """Those that the row does not show: it holds such a class, or may still get a key of it."""
    return [each for each in erased if not all(map(row.lost, each.list_classes()))]


def _load_erasures(session: Session, county_code: str) -> dict[UUID, list[Erased]]:
    """In the order of erasing."""
    statement = select(ERASURE).where(ERASURE.c.county_code == county_code)
    rows = read_rows(Erased, session.execute(statement.order_by(ERASURE.c.erased_at)))
    erased: dict[UUID, list[Erased]] = {}
    for row in rows:
        erased.setdefault(row.subject_id, []).append(row)
    return erased


class _Drawn(NamedTuple):
    """`keys`: of each subject all of them, one after the other, in the order of their classes' names."""

    rows: dict[UUID, KeyRow]
    keys: dict[UUID, bytes]


def _draw(key_file: KeyFile, county_code: str, subjects: Sequence[UUID], held: str) -> _Drawn:
    """Independent random keys, asked for at once."""
    size = KEY_BYTES * len(held.split())
    noise = secrets.token_bytes(size * len(subjects))
    keys = {each: noise[place * size : (place + 1) * size] for place, each in enumerate(subjects)}
    return _Drawn(make_rows(key_file, county_code, held, keys), keys)
