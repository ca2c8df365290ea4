"""Two copies of the database are altered behind the program's back; verify names what was done."""

import shutil
import sqlite3
from pathlib import Path

from service.manage.console import ExitCode
from service.manage.demo.cast import Cast
from service.manage.demo.texts import Say


def tamper(cast: Cast) -> None:
    """Two copies are altered behind the program's back; verify names what was done."""
    stage = cast.stage
    stage.screen(Say.S10)
    stage.show(stage.run("service.manage", "verify"))
    stage.show(stage.run("service.manage", "rebuild", "--check"))
    altered = _copy(cast, "altered")
    event = _alter_temperature(altered / "fangang.db")
    stage.say(Say.ALTERED)
    _accused(cast, altered, event)
    deleted = _copy(cast, "deleted")
    stream = _delete_event(deleted / "fangang.db")
    stage.say(Say.DELETED)
    _accused(cast, deleted, stream)


def _copy(cast: Cast, name: str) -> Path:
    """A copy of database, keys and key file, whole although the write-ahead log may hold pages."""
    folder = cast.stage.folder / name
    folder.mkdir()
    for file in ("fangang.db", "fangang.db.keys"):
        with (
            sqlite3.connect(cast.stage.folder / file) as source,
            sqlite3.connect(folder / file) as copy,
        ):
            source.backup(copy)
    shutil.copy(cast.stage.folder / "fangang.kek", folder)
    return folder


def _alter_temperature(database: Path) -> str:
    """A reading is sealed: whoever alters it can only change bytes. The event's id."""
    with sqlite3.connect(database) as connection:
        event_id, part, sealed = connection.execute(
            "SELECT p.event_id, p.part, p.sealed FROM event_part p JOIN event e"
            " ON e.county_code = p.county_code AND e.id = p.event_id"
            " WHERE e.kind = 'passenger.fever_found' AND p.personal_class = 'health'"
        ).fetchone()
        changed = bytes([*sealed[:-20], sealed[-20] ^ 1, *sealed[-19:]])
        connection.execute(
            "UPDATE event_part SET sealed = ? WHERE event_id = ? AND part = ?",
            (changed, event_id, part),
        )
    return _dashed(event_id)


def _delete_event(database: Path) -> str:
    """A transfer to a health point disappears. The stream that now lacks an event."""
    with sqlite3.connect(database) as connection:
        event_id, stream = connection.execute(
            "SELECT id, stream_id FROM event WHERE kind = 'passenger.transferred'"
        ).fetchone()
        for table, column in (("event_part", "event_id"), ("event", "id")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (event_id,))  # noqa: S608
    return _dashed(stream)


def _dashed(identifier: bytes) -> str:
    text = identifier.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _accused(cast: Cast, folder: Path, named: str) -> None:
    environment = {
        "FANGANG_DATABASE_URL": f"sqlite:///{folder / 'fangang.db'}",
        "FANGANG_KEY_FILE": str(folder / "fangang.kek"),
    }
    output = cast.stage.run(
        "service.manage", "verify", expect=ExitCode.NOT_VERIFIED, environment=environment
    )
    cast.stage.expect(named in output, f"verify did not name {named}:\n{output}")
    cast.stage.show(output)
