"""The key file (key-encryption key, root of the blind indexes; made once, never replaced) and the store of
subject keys: made, locked, destroyed; on SQLite a file of its own, on PostgreSQL a schema.
"""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    select,
    text,
)
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.bulk import delete_many, load_rows, write_many
from service.db.columns import Id
from service.db.database import Database
from service.db.files import sync_folder
from service.db.schema import tell_sizes

_KEK_BYTES: Final = 32


# --- the key file -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class KeyFile:
    kek_id: str
    kek: bytes
    index_root: bytes

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self.kek, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises SealBrokenError for a key that was altered, or wrapped by another file's key."""
        try:
            return aes_key_unwrap(self.kek, wrapped)
        except InvalidUnwrap as error:
            raise SealBrokenError("the key does not unwrap") from error


def read_key_file(path: Path) -> KeyFile:
    """Raises FileNotFoundError with the next step when there is none."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no key file; `fangang-server migrate` makes one")
    content = json.loads(path.read_text())
    return KeyFile(
        kek_id=content["kek_id"],
        kek=base64.b64decode(content["kek"]),
        index_root=base64.b64decode(content["index_root"]),
    )


def make_key_file(path: Path) -> bool:
    """Make the file with fresh keys, 0600; False when it is there already (it is never replaced).

    It appears whole or not at all: a crash leaves no half of it, which would be refused for ever.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "kek_id": secrets.token_hex(4),
        "kek": base64.b64encode(secrets.token_bytes(_KEK_BYTES)).decode(),
        "index_root": base64.b64encode(secrets.token_bytes(_KEK_BYTES)).decode(),
    }
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    sync_folder(path.parent)
    return True


# --- the store ----------------------------------------------------------------------------------
KEY_SCHEMA: Final = "vault"
key_metadata = MetaData()

subject_key = Table(
    "subject_key",
    key_metadata,
    Column("county_code", String(6), primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("personal_class", String(16), primary_key=True),
    Column("kek_id", String(16), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    schema=KEY_SCHEMA,
    sqlite_with_rowid=False,
)


class KeyName(NamedTuple):
    subject_id: UUID
    personal_class: PersonalClass


class WrappedKey(NamedTuple):
    kek_id: str
    wrapped: bytes


class _StoredKey(NamedTuple):
    subject_id: UUID
    personal_class: str
    kek_id: str
    wrapped: bytes


class KeyStore:
    """Wrapped keys by (subject, class) within a county."""

    def __init__(self, database: Database) -> None:
        self._engine: Engine | None = None
        if database.path is not None:
            self._engine = _make_store_engine(key_path(database.path))

    def load(
        self,
        session: Session,
        county_code: str,
        subject_ids: Iterable[UUID],
        personal_class: PersonalClass | None = None,
    ) -> dict[KeyName, WrappedKey]:
        """All keys of these subjects, or those of one class."""
        with self._session(session) as own:
            rows = load_rows(
                own,
                _StoredKey,
                subject_key,
                county_code=county_code,
                column="subject_id",
                keys=subject_ids,
                also=("personal_class", str(personal_class)) if personal_class else None,
            )
        return {
            KeyName(row.subject_id, PersonalClass(row.personal_class)): WrappedKey(
                row.kek_id, row.wrapped
            )
            for row in rows
        }

    def add(self, session: Session, county_code: str, keys: Mapping[KeyName, WrappedKey]) -> bool:
        """Store new keys; whether all of them were. One that is there already stays: load again."""
        rows = [
            {
                "county_code": county_code,
                "subject_id": name.subject_id,
                "personal_class": str(name.personal_class),
                "kek_id": key.kek_id,
                "wrapped": key.wrapped,
            }
            for name, key in sorted(keys.items(), key=_order)
        ]
        with self._session(session) as own:
            return write_many(own, subject_key, rows, conflict="ignore") == len(rows)

    def list_subjects(self, session: Session, county_code: str) -> set[UUID]:
        """Subjects that have a key."""
        statement = select(subject_key.c.subject_id).where(subject_key.c.county_code == county_code)
        with self._session(session) as own:
            return set(own.execute(statement).scalars())

    def lock(self, session: Session) -> None:
        """Waits for transactions that have read keys, and keeps others from reading or making some until
        this one ends. Nothing to do on SQLite: only the one writer makes keys, and that is the caller.
        """
        if self._engine is None:
            session.execute(text(f"LOCK TABLE {subject_key.fullname} IN ACCESS EXCLUSIVE MODE"))

    def delete(self, session: Session, county_code: str, subject_ids: Iterable[UUID]) -> None:
        """Destroy all keys of these subjects. In a file of their own: once `session` has committed."""
        subjects, engine = set(subject_ids), self._engine
        if not subjects:
            return
        if engine is None:
            _destroy(session, county_code, subjects)
            return

        def follow(_session: Session) -> None:
            with Session(engine) as own:
                _destroy(own, county_code, subjects)
                own.commit()
            _forget_log(engine)

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

    def dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()


def _destroy(session: Session, county_code: str, subjects: set[UUID]) -> None:
    delete_many(session, subject_key, county_code=county_code, column="subject_id", keys=subjects)


def _order(item: tuple[KeyName, WrappedKey]) -> tuple[int, str]:
    """One order for all, so that two transactions that make the same keys cannot deadlock."""
    name, _ = item
    return name.subject_id.int, name.personal_class


def key_path(database_path: Path) -> Path:
    return database_path.with_name(database_path.name + ".keys")


def create_key_store(database_path: Path) -> None:
    """The key store of a SQLite database; on PostgreSQL the migrations make the schema."""
    path = key_path(database_path)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its own files the same
    engine = _make_store_engine(path)
    with engine.begin() as connection:
        key_metadata.create_all(connection)
        tell_sizes(connection)
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


def _forget_log(engine: Engine) -> None:
    """Deleted rows stay readable in the write-ahead log until it is truncated."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


class SealBrokenError(Exception):
    """The value was altered, moved, or sealed with another key."""
