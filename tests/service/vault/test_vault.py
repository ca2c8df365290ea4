"""Keyrings and where their keys lie: made before they are used, destroyed for good."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.database import Database
from service.settings import Settings
from service.vault.conversion import prepare_key_store
from service.vault.keyfile import make_key_file, read_key_file
from service.vault.keys import SealBrokenError, key_path
from service.vault.vault import Vault
from tests.dba import dba, is_sqlite
from tests.service.vault.conftest import COUNTY, ERASED_AT, ME, OTHER, SOMEBODY

IDENTITY, HEALTH = PersonalClass.IDENTITY, PersonalClass.HEALTH
PLACE = "worker/1/identity_sealed"
CONTENT = {"name": "王国强"}


def seal(vault: Vault, database: Database, subject: UUID = SOMEBODY) -> bytes:
    with database.write(ME) as session:
        keyring = vault.make_keyring(session, COUNTY, [subject])
        return keyring.seal(subject, IDENTITY, CONTENT, place=PLACE)


def unseal(
    vault: Vault,
    database: Database,
    sealed: bytes,
    *,
    subject: UUID = SOMEBODY,
    about: PersonalClass = IDENTITY,
    place: str = PLACE,
) -> object:
    with database.read(ME) as session:
        keyring = vault.open_keyring(session, COUNTY, [subject])
        return keyring.open(subject, about, sealed, place=place)


def fail(database: Database, work: Callable[[Session], object]) -> None:
    """A transaction that did some work and was rolled back."""

    def attempt() -> None:
        with database.write(ME) as session:
            work(session)
            raise LookupError

    with pytest.raises(LookupError):
        attempt()


def list_subjects(vault: Vault, database: Database) -> set[UUID]:
    with database.read(ME) as session:
        return vault.list_subjects(session, COUNTY)


def count_keys(settings: Settings) -> int:
    """As they lie in the store."""
    if not is_sqlite(settings):
        with dba(settings) as connection:
            counted = connection.execute(text("SELECT count(*) FROM vault.subject_key"))
            return int(counted.scalar_one())
    with sqlite3.connect(_key_store(settings)) as connection:
        return int(connection.execute("SELECT count(*) FROM subject_key").fetchone()[0])


def _key_store(settings: Settings) -> Path:
    return key_path(settings.key_file.with_name("fangang.db"))


# --- sealing and opening ------------------------------------------------------------------------
def test_a_value_opens_for_its_subject_class_and_place(vault: Vault, database: Database) -> None:
    sealed = seal(vault, database)
    seal(vault, database, OTHER)
    assert unseal(vault, database, sealed) == CONTENT
    places: list[dict[str, Any]] = [
        {"place": "worker/2/identity_sealed"},
        {"about": HEALTH},
        {"subject": OTHER},
    ]
    for elsewhere in places:
        with pytest.raises(SealBrokenError):
            unseal(vault, database, sealed, **elsewhere)


def test_nothing_sealed_and_no_key_give_none(vault: Vault, database: Database) -> None:
    sealed = seal(vault, database)
    with database.read(ME) as session:
        keyring = vault.open_keyring(session, COUNTY, [SOMEBODY])
        assert keyring.open(SOMEBODY, IDENTITY, None, place=PLACE) is None
    assert unseal(vault, database, sealed, subject=UUID(int=99)) is None


def test_a_key_is_made_once(vault: Vault, database: Database, settings: Settings) -> None:
    first, second = seal(vault, database), seal(vault, database)
    assert count_keys(settings) == 1
    assert [unseal(vault, database, each) for each in (first, second)] == [CONTENT, CONTENT]


def test_only_the_classes_that_are_asked_for(vault: Vault, database: Database) -> None:
    with database.write(ME) as session:
        keyring = vault.make_keyring(session, COUNTY, [SOMEBODY], classes=[IDENTITY])
        assert [keyring.has(SOMEBODY, each) for each in (IDENTITY, HEALTH)] == [True, False]
        keyring = vault.make_keyring(session, COUNTY, [SOMEBODY], classes=[HEALTH])
        assert [keyring.has(SOMEBODY, each) for each in (IDENTITY, HEALTH)] == [True, True]


def test_drawn_keys_hold_once_they_are_stored(vault: Vault, database: Database) -> None:
    others = [UUID(int=number) for number in range(1, 4)]
    drawn = vault.draw_keyring(COUNTY, [SOMEBODY, *others], classes=[IDENTITY])
    sealed = drawn.seal(SOMEBODY, IDENTITY, CONTENT, place=PLACE)
    assert list_subjects(vault, database) == set()
    with database.write(ME) as session:
        vault.store_keyring(session, drawn, [SOMEBODY])
    assert list_subjects(vault, database) == {SOMEBODY}
    assert unseal(vault, database, sealed) == CONTENT


def test_no_drawn_key_stands_beside_another(vault: Vault, database: Database) -> None:
    sealed = seal(vault, database)
    drawn = vault.draw_keyring(COUNTY, [SOMEBODY], classes=PersonalClass)
    with pytest.raises(ValueError, match="that has some"), database.write(ME) as session:
        vault.store_keyring(session, drawn, [SOMEBODY])
    assert unseal(vault, database, sealed) == CONTENT


def test_another_key_file_opens_nothing(vault: Vault, database: Database, tmp_path: Path) -> None:
    sealed = seal(vault, database)
    make_key_file(tmp_path / "another.kek")
    stranger = Vault(database, read_key_file(tmp_path / "another.kek"))
    with pytest.raises(SealBrokenError, match="do not unwrap"):
        unseal(stranger, database, sealed)
    stranger.dispose()


def test_many_subjects_at_once(vault: Vault, database: Database) -> None:
    subjects = [UUID(int=number) for number in range(1, 1200)]
    with database.write(ME) as session:
        keyring = vault.make_keyring(session, COUNTY, subjects, classes=[IDENTITY])
        sealed = {each: keyring.seal(each, IDENTITY, CONTENT, place=PLACE) for each in subjects}
    with database.read(ME) as session:
        keyring = vault.open_keyring(session, COUNTY, subjects)
        opened = [keyring.open(each, IDENTITY, sealed[each], place=PLACE) for each in subjects]
    assert opened == [CONTENT] * len(subjects)


# --- when keys are written ----------------------------------------------------------------------
def test_a_transaction_that_fails(vault: Vault, database: Database, settings: Settings) -> None:
    """SQLite has committed the keys already (without rows they are harmless); PostgreSQL not."""
    fail(database, lambda session: vault.make_keyring(session, COUNTY, [SOMEBODY]))
    left = {SOMEBODY} if is_sqlite(settings) else set()
    assert list_subjects(vault, database) == left
    assert unseal(vault, database, seal(vault, database)) == CONTENT


CRASH = """
import os, sys
from service.db.database import Database
from service.settings import Settings
from service.vault.keyfile import read_key_file
from service.vault.vault import Vault
from tests.service.vault.conftest import COUNTY, ME, SOMEBODY
settings = Settings()
database = Database(settings)
with database.write(ME) as session:
    Vault(database, read_key_file(settings.key_file)).make_keyring(session, COUNTY, [SOMEBODY])
    os._exit(9)
"""


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_keys_are_there_before_the_rows_that_use_them(
    vault: Vault, database: Database, settings: Settings
) -> None:
    """A process that dies between the two leaves keys, never rows that nobody can open."""
    root = Path(__file__).parents[3]
    given = {
        "FANGANG_DATABASE_URL": settings.database_url.get_secret_value(),
        "FANGANG_KEY_FILE": str(settings.key_file),
        "PYTHONPATH": str(root),
    }
    child = subprocess.run(
        [sys.executable, "-c", CRASH], env={**os.environ, **given}, check=False, timeout=60
    )
    assert child.returncode == 9
    assert list_subjects(vault, database) == {SOMEBODY}


# --- destroying ---------------------------------------------------------------------------------
def test_what_was_destroyed_never_opens_again(
    vault: Vault, database: Database, settings: Settings
) -> None:
    sealed, theirs = seal(vault, database), seal(vault, database, OTHER)
    with database.write(ME) as session:
        vault.destroy(session, COUNTY, [SOMEBODY], at=ERASED_AT)
    assert unseal(vault, database, sealed) is None
    assert unseal(vault, database, theirs, subject=OTHER) == CONTENT
    assert (count_keys(settings), list_subjects(vault, database)) == (2, {OTHER})


def test_what_is_told_of_an_erased_subject_is_read_by_nobody(
    vault: Vault, database: Database
) -> None:
    """No other key is made; it is sealed all the same, so that no fact is refused."""
    with database.write(ME) as session:
        vault.destroy(session, COUNTY, [SOMEBODY], at=ERASED_AT)
    later = seal(vault, database)
    assert unseal(vault, database, later) is None
    assert list_subjects(vault, database) == set()


def test_one_class_alone_is_destroyed(vault: Vault, database: Database) -> None:
    """The others open as before, and get no second key."""
    sealed = seal(vault, database)
    with database.write(ME) as session:
        vault.destroy(session, COUNTY, [SOMEBODY], at=ERASED_AT, classes=[HEALTH])
    with database.write(ME) as session:
        keyring = vault.make_keyring(session, COUNTY, [SOMEBODY])
        assert keyring.is_erased(SOMEBODY, HEALTH)
        assert [keyring.has(SOMEBODY, each) for each in (IDENTITY, HEALTH)] == [True, False]
    assert unseal(vault, database, sealed) == CONTENT


def test_a_destruction_that_is_rolled_back_was_none(vault: Vault, database: Database) -> None:
    sealed = seal(vault, database)
    fail(database, lambda session: vault.destroy(session, COUNTY, [SOMEBODY], at=ERASED_AT))
    assert unseal(vault, database, sealed) == CONTENT


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_more_subjects_than_a_statement_takes(vault: Vault, database: Database) -> None:
    """SQLite's limit of parameters is 32,766."""
    subjects = [UUID(int=number) for number in (1, 20_000, 33_000)]
    with database.write(ME) as session:
        vault.make_keyring(session, COUNTY, subjects, classes=[IDENTITY])
    with database.write(ME) as session:
        everybody = [UUID(int=number) for number in range(33_001)]
        vault.destroy(session, COUNTY, everybody, at=ERASED_AT)
    assert list_subjects(vault, database) == set()


def test_the_key_store_is_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        prepare_key_store(tmp_path / "fresh.db", tmp_path / "fresh.kek")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("fresh.db*")}
    assert modes == {"fresh.db.keys": 0o600}
