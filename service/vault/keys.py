"""The keys of subjects, in one row for each: which classes have a key, which were destroyed and when; how keys
are packed, what a further key and a destruction make of the row. The store of the rows, which changes one only
where its version is still the one that was seen; on SQLite a file of its own, on PostgreSQL a schema.

Both texts of a row name classes in alphabetical order: `held` as `contact identity`, `destroyed` as
`health@2020-03-24T08:00:00+00:00`. A class that stands in neither never had a key. A destroyed class never gets
another key, and a row that lost a class holds no byte of that key.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeAlias
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    select,
    text,
    update,
)
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.bulk import delete_many, load_rows, write_many
from service.db.columns import Id
from service.db.database import Database
from service.db.schema import tell_sizes

_log: Final = logging.getLogger("fangang.vault")
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


# --- wrapping -----------------------------------------------------------------------------------
class SealBrokenError(Exception):
    """The value was altered, moved, or sealed with another key."""


@dataclass(frozen=True)
class KeyFile:
    kek_id: str
    kek: bytes
    index_root: bytes

    def wrap(self, keys: bytes, *, context: bytes) -> bytes:
        """All keys of one subject (AES-256-GCM), bound to what else stands in their row."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, keys, context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Raises SealBrokenError for keys that were altered or moved, or wrapped by another file's key."""
        nonce, body = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, context)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("the keys do not unwrap") from error

    def unwrap_single(self, wrapped: bytes) -> bytes:
        """One key as versions before revision 0009 wrapped it (AES key wrap); raises the same."""
        try:
            return aes_key_unwrap(self.kek, wrapped)
        except InvalidUnwrap as error:
            raise SealBrokenError("the key does not unwrap") from error

    @cached_property
    def _cipher(self) -> AESGCM:
        """A key of its own: the key-encryption key itself has wrapped single keys."""
        info = b"fangang/wrap/2"
        return AESGCM(HKDFExpand(algorithm=SHA256(), length=32, info=info).derive(self.kek))


# --- the keys of one subject --------------------------------------------------------------------
class KeyName(NamedTuple):
    subject_id: UUID
    personal_class: PersonalClass


class KeyRow(NamedTuple):
    """A row of subject_key, without its county. `wrapped`: the held keys one after the other, wrapped together
    and bound to all the rest of the row; None where no class is held.
    """

    subject_id: UUID
    version: int
    kek_id: str
    held: str
    wrapped: bytes | None
    destroyed: str | None

    def holds(self, personal_class: PersonalClass) -> bool:
        return personal_class in self.held  # no class's name is a part of another's

    def lost(self, personal_class: PersonalClass) -> bool:
        return self.destroyed is not None and f"{personal_class}@" in self.destroyed

    def lacks(self, classes: Iterable[PersonalClass]) -> list[PersonalClass]:
        """Those of the classes that never had a key."""
        return [each for each in classes if not self.holds(each) and not self.lost(each)]

    def open(self, county_code: str, key_file: KeyFile) -> dict[PersonalClass, bytes]:
        """The held keys. Raises SealBrokenError where the row was altered."""
        if self.wrapped is None:
            return {}
        packed = key_file.unwrap(self.wrapped, context=self._context(county_code))
        return unpack(self.held, packed)

    def close(self, county_code: str, key_file: KeyFile, packed: bytes) -> Self:
        """The row with these keys wrapped into it, in the order of `held`."""
        return self._replace(wrapped=key_file.wrap(packed, context=self._context(county_code)))

    def _context(self, county_code: str) -> bytes:
        said = _describe_rest(county_code, self.version, self.held, self.destroyed)
        return said + self.subject_id.bytes


def _describe_rest(county_code: str, version: int, held: str, destroyed: str | None) -> bytes:
    return f"fangang/keys/1\0{county_code}\0{version}\0{held}\0{destroyed or ''}\0".encode()


def make_rows(
    key_file: KeyFile, county_code: str, held: str, packed: Mapping[UUID, bytes]
) -> dict[UUID, KeyRow]:
    """First rows of many subjects with the same classes, whose keys are packed in the order of `held`."""
    version, wrap = 1, key_file.wrap
    said = _describe_rest(county_code, version, held, None)
    return {
        each: KeyRow(
            each, version, key_file.kek_id, held, wrap(keys, context=said + each.bytes), None
        )
        for each, keys in packed.items()
    }


def unpack(held: str, packed: bytes) -> dict[PersonalClass, bytes]:
    return {
        each: packed[place * KEY_BYTES : (place + 1) * KEY_BYTES]
        for place, each in enumerate(_list_classes(held))
    }


@cache
def _list_classes(names: str) -> tuple[PersonalClass, ...]:
    return tuple(map(PersonalClass, names.split()))


def name_classes(classes: Iterable[PersonalClass]) -> str:
    return " ".join(sorted(set(classes)))


def add_keys(
    row: KeyRow, county_code: str, key_file: KeyFile, fresh: Mapping[PersonalClass, bytes]
) -> KeyRow:
    """The next version, which holds the fresh keys as well."""
    keys = {**row.open(county_code, key_file), **fresh}
    return _follow(row, county_code, key_file, keys, row.destroyed)


def destroy_keys(
    row: KeyRow,
    county_code: str,
    key_file: KeyFile,
    classes: Iterable[PersonalClass],
    *,
    at: datetime,
) -> KeyRow:
    """The next version, without these classes, which are noted as destroyed: also those that never had a key.
    What was destroyed before keeps its time. Raises SealBrokenError where other classes stay and the row was
    altered.
    """
    gone = set(classes)
    left = [each for each in _list_classes(row.held) if each not in gone]
    keys = row.open(county_code, key_file) if left else {}
    marks = dict(each.split("@") for each in (row.destroyed or "").split())
    marks = {str(each): at.isoformat() for each in gone} | marks
    destroyed = " ".join(f"{name}@{marks[name]}" for name in sorted(marks))
    return _follow(row, county_code, key_file, {each: keys[each] for each in left}, destroyed)


def make_mark(subject_id: UUID, kek_id: str) -> KeyRow:
    """Version 0 of a subject without any key: nothing that is stored."""
    return KeyRow(subject_id, 0, kek_id, "", None, None)


def _follow(
    row: KeyRow,
    county_code: str,
    key_file: KeyFile,
    keys: Mapping[PersonalClass, bytes],
    destroyed: str | None,
) -> KeyRow:
    held = name_classes(keys)
    after = KeyRow(row.subject_id, row.version + 1, key_file.kek_id, held, None, destroyed)
    if not held:
        return after
    return after.close(county_code, key_file, b"".join(keys[each] for each in sorted(keys)))


# --- the store ----------------------------------------------------------------------------------
KEY_SCHEMA: Final = "vault"
key_metadata = MetaData()

subject_key = Table(
    "subject_key",
    key_metadata,
    Column("county_code", String(6), primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kek_id", String(16), nullable=False),
    Column("held", String(64), nullable=False),
    Column("wrapped", LargeBinary, nullable=True),
    Column("destroyed", String(255), nullable=True),
    schema=KEY_SCHEMA,
    sqlite_with_rowid=False,
)
_REWRITE: Final = (
    update(subject_key)
    .where(
        subject_key.c.county_code == bindparam("county"),
        subject_key.c.subject_id == bindparam("subject"),
        subject_key.c.version == bindparam("seen"),
    )
    .values(
        version=bindparam("next"),
        kek_id=bindparam("kek"),
        held=bindparam("classes"),
        wrapped=bindparam("keys"),
        destroyed=bindparam("marks"),
    )
)
Change: TypeAlias = Callable[[UUID, KeyRow | None], KeyRow | None]
"""A subject and its row, if it has one → the row's next version; None: it is as it shall be."""


class Changed(NamedTuple):
    """The rows as they are now. `unopposed`: nobody else changed one of them meanwhile."""

    rows: dict[UUID, KeyRow]
    unopposed: bool


class KeyStore:
    """Key rows by subject within a county."""

    def __init__(self, database: Database) -> None:
        self._engine: Engine | None = None
        if database.path is not None:
            self._engine = _make_store_engine(key_path(database.path))

    def load(
        self, session: Session, county_code: str, subject_ids: Iterable[UUID]
    ) -> dict[UUID, KeyRow]:
        """Of the subjects that have a row."""
        with self._session(session) as own:
            return _load(own, county_code, subject_ids)

    def add(self, session: Session, county_code: str, rows: Iterable[KeyRow]) -> bool:
        """Store rows of subjects that have none; whether all of them were. One that is there stays."""
        with self._session(session) as own:
            return _insert(own, county_code, list(rows))

    def change(
        self, session: Session, county_code: str, subject_ids: Iterable[UUID], make: Change
    ) -> Changed:
        """Bring rows to what `make` says of them. Where another transaction was first, `make` is asked again
        about what that one left.
        """
        with self._session(session) as own:
            return _change(own, county_code, set(subject_ids), make)

    def list_subjects(self, session: Session, county_code: str) -> set[UUID]:
        """Subjects that hold a key."""
        statement = select(subject_key.c.subject_id).where(
            subject_key.c.county_code == county_code, subject_key.c.held != ""
        )
        with self._session(session) as own:
            return set(own.execute(statement).scalars())

    def lock(self, session: Session) -> None:
        """Waits for transactions that have read keys, and keeps others from reading or making some until
        this one ends. Nothing to do on SQLite: only the one writer makes keys, and that is the caller.
        """
        if self._engine is None:
            session.execute(text(f"LOCK TABLE {subject_key.fullname} IN ACCESS EXCLUSIVE MODE"))

    def destroy(
        self, session: Session, county_code: str, subject_ids: Iterable[UUID], make: Change
    ) -> None:
        """The same as `change` with keys that go. In a file of their own: once `session` has committed, and
        then no byte of them is left in it.
        """
        subjects = set(subject_ids)
        self._follow_commit(session, lambda own: _change(own, county_code, subjects, make))

    def delete(self, session: Session, county_code: str, subject_ids: Iterable[UUID]) -> None:
        """Whole rows, of subjects that no row of the records names; as `destroy`, but without a mark."""
        subjects = set(subject_ids)
        self._follow_commit(session, lambda own: _delete(own, county_code, subjects))

    def _follow_commit(self, session: Session, do: Callable[[Session], object]) -> None:
        engine = self._engine
        if engine is None:
            do(session)
            return

        def follow(_session: Session) -> None:
            with Session(engine) as own:
                do(own)
                own.commit()
            forget_old_pages(engine)

        event.listen(session, "after_commit", follow, once=True)

    @contextmanager
    def _session(self, session: Session) -> Iterator[Session]:
        """The caller's own on PostgreSQL; else one of the key file, committed at the end."""
        if self._engine is None:
            yield session
            return
        with Session(self._engine) as own:
            yield own
            own.commit()

    def cut_log(self) -> None:
        """Of a file of their own: as after a destruction, where that could not be done."""
        if self._engine is not None:
            cut_log(self._engine)

    def dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()


# --- statements ---------------------------------------------------------------------------------
def _load(session: Session, county_code: str, subject_ids: Iterable[UUID]) -> dict[UUID, KeyRow]:
    rows = load_rows(
        session,
        KeyRow,
        subject_key,
        county_code=county_code,
        column="subject_id",
        keys=subject_ids,
    )
    return {row.subject_id: row for row in rows}


def _change(session: Session, county_code: str, subjects: set[UUID], make: Change) -> Changed:
    """Each turn that loses to another transaction sees what that one wrote: so this ends."""
    unopposed = True
    while True:
        stored = _load(session, county_code, subjects)
        wanted = [(each, stored.get(each)) for each in sorted(subjects, key=attrgetter("int"))]
        made = [(before, after) for each, before in wanted if (after := make(each, before))]
        fresh = [after for before, after in made if before is None]
        changed = [(before.version, after) for before, after in made if before is not None]
        inserted = _insert(session, county_code, fresh)
        if _rewrite(session, county_code, changed) and inserted:
            rows = {**stored, **{after.subject_id: after for _, after in made}}
            return Changed(rows, unopposed)
        unopposed = False


def _insert(session: Session, county_code: str, rows: Sequence[KeyRow]) -> bool:
    """In one order for all, so that two transactions that make the same keys cannot deadlock."""
    values = [
        {"county_code": county_code, **row._asdict()}
        for row in sorted(rows, key=attrgetter("subject_id.int"))
    ]
    return write_many(session, subject_key, values, conflict="ignore") == len(values)


def _rewrite(session: Session, county_code: str, rows: Sequence[tuple[int, KeyRow]]) -> bool:
    """Whether all still had the version that was seen."""
    values = [
        {
            "county": county_code,
            "subject": row.subject_id,
            "seen": seen,
            "next": row.version,
            "kek": row.kek_id,
            "classes": row.held,
            "keys": row.wrapped,
            "marks": row.destroyed,
        }
        for seen, row in rows
    ]
    if not values:
        return True
    return session.connection().execute(_REWRITE, values).rowcount == len(values)


def _delete(session: Session, county_code: str, subjects: set[UUID]) -> None:
    delete_many(session, subject_key, county_code=county_code, column="subject_id", keys=subjects)


# --- the file of SQLite -------------------------------------------------------------------------
def key_path(database_path: Path) -> Path:
    return database_path.with_name(database_path.name + ".keys")


@contextmanager
def open_key_store(database_path: Path) -> Iterator[Connection]:
    """The key store of a SQLite database, made where there is none, in one transaction that is committed at
    the end; nothing that was deleted in it is left in the file.
    """
    path = key_path(database_path)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its own files the same
    engine = _make_store_engine(path)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            key_metadata.create_all(connection)
            tell_sizes(connection)
    finally:
        engine.dispose()


def _make_store_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": 15},
        execution_options={"schema_translate_map": {KEY_SCHEMA: None}},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def forget_old_pages(engine: Engine) -> None:
    """What was overwritten stays readable in the write-ahead log until that is truncated, and, in spite of
    secure_delete, in pages whose rows SQLite has moved to others: so the file is written anew.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
    cut_log(engine)


def cut_log(engine: Engine) -> bool:
    """Takes the write-ahead log into the file and empties it. False, and a warning in the server's log, where
    another program reads meanwhile and keeps it from being emptied: the next destruction and the next start
    of `serve` try again.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        found = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if found[0]:
        _log.warning("key-log-not-emptied")
    return not found[0]
