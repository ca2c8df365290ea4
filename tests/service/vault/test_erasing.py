"""Erasure against whatever happens beside it: another change of the row, a crash, an old archive put back; what
is left of a key in files and dumps.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.database import Database
from service.manage.leftover_keys import repeat_erasures
from service.manage.migrations import migrate
from service.settings import Settings
from service.vault.keys import KeyRow, KeyStore, SealBrokenError, cut_log, key_path
from service.vault.vault import Erased, Vault
from tests.databases import ON_SQLITE
from tests.dba import dba, is_sqlite
from tests.service.vault.conftest import COUNTY, ERASED_AT, ME, OTHER, SOMEBODY

CONTACT, HEALTH, IDENTITY, NOTE = PersonalClass
PLACE = "worker/1/identity_sealed"
CONTENT = {"name": "王国强"}
EVERY = tuple(PersonalClass)


def seal(
    vault: Vault, database: Database, subject: UUID, *classes: PersonalClass
) -> dict[PersonalClass, bytes]:
    with database.write(ME) as session:
        keyring = vault.make_keyring(session, COUNTY, [subject], classes=classes)
        return {each: keyring.seal(subject, each, CONTENT, place=PLACE) for each in classes}


def open_all(
    vault: Vault, database: Database, sealed: dict[PersonalClass, bytes], subject: UUID = SOMEBODY
) -> dict[PersonalClass, object]:
    with database.read(ME) as session:
        keyring = vault.open_keyring(session, COUNTY, [subject])
        return {each: keyring.open(subject, each, sealed[each], place=PLACE) for each in sealed}


def erase(vault: Vault, database: Database, *classes: PersonalClass) -> None:
    with database.write(ME) as session:
        vault.destroy(session, COUNTY, [SOMEBODY], at=ERASED_AT, classes=classes or EVERY)


def list_unerased(vault: Vault, database: Database) -> list[UUID]:
    with database.read(ME) as session:
        return vault.list_unerased(session, COUNTY)


# --- beside another change ----------------------------------------------------------------------
@contextmanager
def changing_keys(database: Database) -> Iterator[Session]:
    """SQLite's keys lie in a file of their own, and another process would wait for its main file."""
    with database.read(ME) if database.is_sqlite else database.write(ME) as session:
        yield session


Act = Callable[[Vault, Session], object]


def make_health(vault: Vault, session: Session) -> object:
    return vault.make_keyring(session, COUNTY, [SOMEBODY], classes=[HEALTH])


def make_everything(vault: Vault, session: Session) -> object:
    return vault.make_keyring(session, COUNTY, [SOMEBODY])


def destroying(*classes: PersonalClass) -> Act:
    """Without the note in the records, and on SQLite at once: what follows the commit there."""

    def act(vault: Vault, session: Session) -> object:
        erased = {SOMEBODY: [Erased(SOMEBODY, " ".join(sorted(classes)), ERASED_AT)]}
        return vault._store.change(session, COUNTY, erased, vault._erase(COUNTY, erased))

    return act


class Interrupted(KeyStore):
    """Between its first reading of the rows and its writing, somebody else acts and commits."""

    def __init__(self, database: Database, act: Callable[[], object]) -> None:
        super().__init__(database)
        self._act: Callable[[], object] | None = act

    def change(self, session: Session, county_code: str, subject_ids: Any, make: Any) -> Any:
        def interrupted(subject_id: UUID, row: KeyRow | None) -> KeyRow | None:
            act, self._act = self._act, None
            if act is not None:
                act()
            return make(subject_id, row)

        return super().change(session, county_code, subject_ids, interrupted)


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        pytest.param(destroying(IDENTITY), destroying(CONTACT), {NOTE}, id="two erasures"),
        pytest.param(destroying(*EVERY), destroying(*EVERY), set(), id="twice the same erasure"),
        pytest.param(destroying(*EVERY), make_health, set(), id="the first health key in between"),
        pytest.param(make_health, destroying(*EVERY), set(), id="an erasure in between"),
        pytest.param(make_health, destroying(NOTE), {CONTACT, HEALTH, IDENTITY}, id="of another"),
        pytest.param(make_health, make_health, {*EVERY}, id="the same key twice"),
        pytest.param(make_health, make_everything, {*EVERY}, id="several keys in between"),
    ],
)
def test_whoever_comes_second_sees_the_first(
    vault: Vault, database: Database, first: Act, second: Act, left: set[PersonalClass]
) -> None:
    """Nothing erased opens again, nothing sealed is lost."""
    sealed = seal(vault, database, SOMEBODY, CONTACT, IDENTITY, NOTE)

    def interrupt() -> None:
        with changing_keys(database) as other:
            second(vault, other)

    interrupted = Vault(database, vault._key_file)
    interrupted._store.dispose()
    interrupted._store = Interrupted(database, interrupt)
    with changing_keys(database) as session:
        first(interrupted, session)
    interrupted.dispose()
    opened = open_all(vault, database, sealed)
    assert opened == {each: CONTENT if each in left else None for each in sealed}
    with database.read(ME) as session:
        keyring = vault.open_keyring(session, COUNTY, [SOMEBODY])
        assert {each for each in EVERY if keyring.has(SOMEBODY, each)} == left


def test_an_erasure_of_somebody_without_keys_holds(vault: Vault, database: Database) -> None:
    erase(vault, database, HEALTH)
    sealed = seal(vault, database, SOMEBODY, *EVERY)
    assert open_all(vault, database, sealed) == {**dict.fromkeys(EVERY, CONTENT), HEALTH: None}


def test_the_first_time_of_an_erasure_is_kept(
    vault: Vault, database: Database, settings: Settings
) -> None:
    seal(vault, database, SOMEBODY, *EVERY)
    erase(vault, database, HEALTH)
    erase(vault, database)
    (row,) = read_store(settings)
    mark = ERASED_AT.isoformat()
    assert (row["held"], row["wrapped"], row["version"]) == ("", None, 3)
    assert row["destroyed"] == " ".join(f"{each}@{mark}" for each in sorted(EVERY))


# --- crashes and archives -----------------------------------------------------------------------
CRASH = """
import os
from sqlalchemy import event
from service.db.database import Database
from service.settings import Settings
from service.vault.keyfile import read_key_file
from service.vault.vault import Vault
from tests.service.vault.conftest import COUNTY, ERASED_AT, ME, SOMEBODY
settings = Settings()
database = Database(settings)
with database.write(ME) as session:
    event.listen(session, "after_commit", lambda _: os._exit(9))
    Vault(database, read_key_file(settings.key_file)).destroy(session, COUNTY, [SOMEBODY], at=ERASED_AT)
"""


@pytest.fixture(params=["migrate", "serve"])
def start_again(request: pytest.FixtureRequest) -> Callable[[Settings], object]:
    """What is run after a crash or a restore."""
    return migrate if request.param == "migrate" else repeat_erasures


@ON_SQLITE
def test_a_kill_between_the_two_commits(
    vault: Vault,
    database: Database,
    settings: Settings,
    start_again: Callable[[Settings], object],
) -> None:
    """The records say it, the key is still there: the next start destroys it."""
    sealed = seal(vault, database, SOMEBODY, *EVERY)
    given = {
        "FANGANG_DATABASE_URL": settings.database_url.get_secret_value(),
        "FANGANG_KEY_FILE": str(settings.key_file),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    child = subprocess.run(
        [sys.executable, "-c", CRASH], env={**os.environ, **given}, check=False, timeout=60
    )
    assert child.returncode == 9
    assert list_unerased(vault, database) == [SOMEBODY]
    assert open_all(vault, database, sealed) == dict.fromkeys(EVERY, CONTENT)
    start_again(settings)
    assert list_unerased(vault, database) == []
    assert open_all(vault, database, sealed) == dict.fromkeys(EVERY)


def test_an_older_archive_of_the_keys_put_back(
    vault: Vault,
    database: Database,
    settings: Settings,
    tmp_path: Path,
    start_again: Callable[[Settings], object],
) -> None:
    """Whoever was erased since is erased again; of everybody else nothing is lost."""
    sealed = seal(vault, database, SOMEBODY, IDENTITY, HEALTH)
    theirs = seal(vault, database, OTHER, *EVERY)
    put_back = archive(settings, tmp_path)
    erase(vault, database, IDENTITY)
    vault.dispose()  # the server is stopped for it
    put_back()
    assert list_unerased(vault, database) == [SOMEBODY]
    start_again(settings)
    assert list_unerased(vault, database) == []
    assert open_all(vault, database, sealed) == {IDENTITY: None, HEALTH: CONTENT}
    assert open_all(vault, database, theirs, OTHER) == dict.fromkeys(EVERY, CONTENT)
    seal(vault, database, SOMEBODY, *EVERY)
    assert open_all(vault, database, sealed) == {IDENTITY: None, HEALTH: CONTENT}


def archive(settings: Settings, folder: Path) -> Callable[[], None]:
    """A backup of the key store; what is returned puts it back."""
    if is_sqlite(settings):
        store = key_path(settings.key_file.with_name("fangang.db"))
        with sqlite3.connect(store) as connection:
            connection.execute("VACUUM INTO ?", [str(folder / "archive")])

        def put_file_back() -> None:
            for path in store.parent.glob(f"{store.name}*"):
                path.unlink()
            shutil.copy(folder / "archive", store)

        return put_file_back
    rows = read_store(settings)
    names = ", ".join(rows[0])
    marks = ", ".join(f":{name}" for name in rows[0])

    def put_rows_back() -> None:
        with dba(settings) as connection:
            connection.execute(text("TRUNCATE vault.subject_key"))
            insert = f"INSERT INTO vault.subject_key ({names}) VALUES ({marks})"
            connection.execute(text(insert), rows)

    return put_rows_back


def read_store(settings: Settings) -> list[dict[str, Any]]:
    """The rows as they lie there."""
    if is_sqlite(settings):
        with sqlite3.connect(key_path(settings.key_file.with_name("fangang.db"))) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("SELECT * FROM subject_key")]
    with dba(settings) as connection:
        found = connection.execute(text("SELECT * FROM vault.subject_key")).mappings()
        return [dict(row) for row in found]


# --- what is left of a key ----------------------------------------------------------------------
PIECE = 16


@ON_SQLITE
@pytest.mark.parametrize("people", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_no_byte_of_a_destroyed_key_is_left(
    vault: Vault, database: Database, settings: Settings, tmp_path: Path, people: int
) -> None:
    """Neither in the file, nor in its log, nor in a later backup; although SQLite has moved rows from page to
    page, by people who came in any order and by rows that grew.
    """
    drawn = random.Random(4)
    subjects = [UUID(int=drawn.getrandbits(128)) for _ in range(people)]
    pieces = set()
    gone = set(subjects[::3])
    for classes in ([IDENTITY], [IDENTITY, NOTE], EVERY):
        drawn.shuffle(subjects)
        for start in range(0, people, 25):
            with database.write(ME) as session:
                some = subjects[start : start + 25]
                vault.make_keyring(session, COUNTY, some, classes=classes)
        stored = read_store(settings)
        pieces |= {piece for row in stored for piece in cut(row) if read_id(row) in gone}
    assert count_pieces(pieces, settings, tmp_path / "before") > people // 3  # the control
    with database.write(ME) as session:
        vault.destroy(session, COUNTY, gone, at=ERASED_AT)
    assert count_pieces(pieces, settings, tmp_path / "after") == 0
    assert list_unerased(vault, database) == []


def read_id(row: dict[str, Any]) -> UUID:
    return UUID(bytes=row["subject_id"])


def cut(row: dict[str, Any]) -> list[bytes]:
    """Of what is wrapped in it."""
    wrapped: bytes = row["wrapped"]
    return [wrapped[start : start + PIECE] for start in range(0, len(wrapped) - PIECE, PIECE)]


def count_pieces(pieces: set[bytes], settings: Settings, backup: Path) -> int:
    """How often they lie in the files of the store and in a backup of it."""
    store = key_path(settings.key_file.with_name("fangang.db"))
    with sqlite3.connect(store) as connection:
        connection.execute("VACUUM INTO ?", [str(backup)])
    files = [*settings.key_file.parent.glob("fangang.db.keys*"), backup]
    contents = [path.read_bytes() for path in files]
    return sum(
        content[start : start + PIECE] in pieces
        for content in contents
        for start in range(len(content))
    )


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_no_later_dump_holds_a_destroyed_key(
    vault: Vault, database: Database, settings: Settings
) -> None:
    """As pg_dump reads it. Dead rows stay in the pages until VACUUM (docs/operations.md)."""
    seal(vault, database, SOMEBODY, *EVERY)
    (before,) = read_store(settings)
    assert bytes(before["wrapped"]).hex() in dump_keys(settings)  # the control
    erase(vault, database, IDENTITY)
    (after,) = read_store(settings)
    dumped = dump_keys(settings)
    assert bytes(before["wrapped"]).hex() not in dumped
    assert bytes(after["wrapped"]).hex() in dumped


def dump_keys(settings: Settings) -> str:
    with dba(settings) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy("COPY vault.subject_key TO STDOUT") as copy:
            return b"".join(bytes(each) for each in copy).decode()


# --- rows that were altered ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "alteration",
    [
        pytest.param("version = 1", id="set back"),
        pytest.param("held = 'health identity note'", id="another class's key"),
        pytest.param("destroyed = 'contact@2020-03-24T08:00:00+00:00'", id="a mark taken away"),
    ],
)
def test_an_altered_row_opens_nothing(
    vault: Vault, database: Database, settings: Settings, alteration: str
) -> None:
    sealed = seal(vault, database, SOMEBODY, *EVERY)
    erase(vault, database, CONTACT)
    erase(vault, database, HEALTH)
    statement = f"UPDATE vault.subject_key SET {alteration}"
    if is_sqlite(settings):
        with sqlite3.connect(key_path(settings.key_file.with_name("fangang.db"))) as connection:
            connection.execute(statement.replace("vault.", ""))
    else:
        with dba(settings) as connection:
            connection.execute(text(statement))
    with pytest.raises(SealBrokenError):
        open_all(vault, database, {IDENTITY: sealed[IDENTITY]})


# --- at the same time ---------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.parametrize("rounds", [10, pytest.param(200, marks=pytest.mark.long)])
def test_an_erasure_beside_first_keys(vault: Vault, database: Database, rounds: int) -> None:
    """Whichever commits first: nothing of the erased classes opens, and everything else does."""
    first = {each: seal(vault, database, UUID(int=each), IDENTITY, NOTE) for each in range(rounds)}

    def make(number: int) -> None:
        seal(vault, database, UUID(int=number), *EVERY)

    def destroy(number: int) -> None:
        with database.write(ME) as session:
            classes = [HEALTH, IDENTITY]
            vault.destroy(session, COUNTY, [UUID(int=number)], at=ERASED_AT, classes=classes)

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(act, each) for each in first for act in (make, destroy, make, destroy)]
        for each in done:
            each.result()
    for number, sealed in first.items():
        opened = open_all(vault, database, sealed, UUID(int=number))
        assert opened == {IDENTITY: None, NOTE: CONTENT}
    with database.read(ME) as session:
        keyring = vault.open_keyring(session, COUNTY, [UUID(int=each) for each in first])
        held = {tuple(keyring.has(UUID(int=each), kind) for kind in EVERY) for each in first}
    assert held == {(True, False, False, True)}


@ON_SQLITE
def test_a_log_that_could_not_be_emptied_is_emptied_at_the_next_start(
    settings: Settings, vault: Vault, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Another program reads the key file for longer than is waited for."""
    seal(vault, database, SOMEBODY, NOTE)
    store = key_path(settings.key_file.with_name("fangang.db"))
    log = store.with_name(store.name + "-wal")
    engine = create_engine(f"sqlite:///{store}", connect_args={"timeout": 0.1})
    with sqlite3.connect(store) as reader:
        reader.execute("BEGIN").close()
        reader.execute("SELECT count(*) FROM subject_key").fetchall()
        seal(vault, database, OTHER, NOTE)
        assert not cut_log(engine)
        assert "key-log-not-emptied" in caplog.messages
        assert log.stat().st_size > 0
        reader.rollback()
    repeat_erasures(settings)
    assert not log.exists() or log.stat().st_size == 0
