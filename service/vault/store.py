"""Where subject keys lie, and when they are written.

SQLite: an own file, on an own connection; keys are committed before the rows that use them (a key
without rows is harmless and swept by `verify`; rows without a key would be lost). PostgreSQL: the
same transaction, cached only after the caller's commit.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Engine, Table, create_engine, delete, event, select
from sqlmodel import Session

from schemas.events import PersonalClass
from service.db import Database, load_many, write_many
from service.vault.models import KEY_SCHEMA, key_metadata, subject_key


class KeyName(NamedTuple):
    subject_id: UUID
    personal_class: PersonalClass


class KeyStore:
    """Wrapped keys by (subject, class) within a county."""

    def __init__(self, database: Database) -> None:
        self._engine: Engine | None = None
        if database.path is not None:
            self._engine = _key_engine(key_path(database.path))

    def load(
        self, session: Session, county_code: str, subject_ids: Iterable[UUID]
    ) -> dict[KeyName, tuple[str, bytes]]:
        """All wrapped keys of these subjects: name → (kek id, wrapped key)."""
        if self._engine is None:
            return _load(session, county_code, subject_ids)
        with Session(self._engine) as own:
            return _load(own, county_code, subject_ids)

    def add(
        self,
        session: Session,
        county_code: str,
        keys: Mapping[KeyName, tuple[str, bytes]],
    ) -> None:
        """Store new keys; one that is there already stays (load again to see which one won)."""
        rows = [
            {
                "county_code": county_code,
                "subject_id": name.subject_id,
                "personal_class": str(name.personal_class),
                "kek_id": kek_id,
                "wrapped": wrapped,
            }
            for name, (kek_id, wrapped) in sorted(keys.items())
        ]
        if self._engine is None:
            write_many(session, subject_key, rows, conflict="ignore")
            return
        with Session(self._engine) as own:
            write_many(own, subject_key, rows, conflict="ignore")
            own.commit()

    def list_subjects(self, session: Session, county_code: str) -> set[UUID]:
        """Everybody who has a key."""
        statement = select(subject_key.c.subject_id).where(subject_key.c.county_code == county_code)
        if self._engine is None:
            return set(session.execute(statement).scalars())
        with Session(self._engine) as own:
            return set(own.execute(statement).scalars())

    def delete(self, session: Session, county_code: str, subject_ids: Iterable[UUID]) -> None:
        """Destroy all keys of these subjects: what was sealed with them is gone for ever."""
        statement = delete(subject_key).where(
            subject_key.c.county_code == county_code,
            subject_key.c.subject_id.in_(list(subject_ids)),
        )
        if self._engine is None:
            session.execute(statement)
            return
        with Session(self._engine) as own:
            own.execute(statement)
            own.commit()

    def dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()


def key_path(database_path: Path) -> Path:
    return database_path.with_name(database_path.name + ".keys")


def create_key_file_store(database_path: Path) -> None:
    """The key store of a SQLite database; on PostgreSQL the migrations make the schema."""
    engine = _key_engine(key_path(database_path))
    key_metadata.create_all(engine)
    engine.dispose()


def _load(
    session: Session, county_code: str, subject_ids: Iterable[UUID]
) -> dict[KeyName, tuple[str, bytes]]:
    table: Table = subject_key
    rows = load_many(session, table, county_code=county_code, column="subject_id", keys=subject_ids)
    return {
        KeyName(row["subject_id"], PersonalClass(row["personal_class"])): (
            row["kek_id"],
            row["wrapped"],
        )
        for row in rows
    }


def _key_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": 15},
        execution_options={"schema_translate_map": {KEY_SCHEMA: None}},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # a DB-API connection
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
