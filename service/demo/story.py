"""`fangang-server demo`: the whole job happens for real, in front of whoever watches."""

import json
import os
import secrets
import shutil
import socket
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import typer

from schemas.texts import Language, get_language, say, speaking
from service.clock import system_clock
from service.days import CHINA
from service.db.database import file_lock
from service.demo import epidemic, preparing, travelling
from service.demo.stage import (
    Cast,
    DemoFailedError,
    Stage,
    StoryClock,
    expect,
    screen,
    serving,
    show,
    tell,
)
from service.demo.texts import DemoText

SERVER = "service.manage"
NOT_VERIFIED = 7
"""What `fangang-server verify` ends with when something was altered."""
PASSWORDS = "passwords.json"
DAYS_AGO = 3
USUAL_PORT = 8000


def tell_story(folder: Path) -> None:
    """Exit 0 only if every step really happened. The folder is made anew; one that holds anything but
    an earlier demo is refused. DEMO_LANG is heard before the program's own language.
    """
    with speaking(_choose_language()):
        stage = _set_up(folder)
        typer.secho(say(DemoText.TITLE), bold=True)
        tell(DemoText.CLOCK, day=f"{stage.clock.now.astimezone(CHINA):%Y-%m-%d}")
        try:
            _perform(stage)
        except DemoFailedError as error:
            typer.secho(say(DemoText.FAILED, what=error), err=True)
            raise typer.Exit(1) from error


def _choose_language() -> Language:
    return "en" if os.environ.get("DEMO_LANG", get_language()) == "en" else "zh"


def _set_up(folder: Path) -> Stage:
    if folder.exists() and any(folder.iterdir()) and not (folder / PASSWORDS).exists():
        raise typer.BadParameter(f"{folder}: not a folder of an earlier demo")
    if (folder / "fangang.db").exists():
        try:
            with file_lock(folder / "fangang.db.serve", wait=0):
                pass
        except BlockingIOError as error:
            raise typer.BadParameter(
                f"{folder}: a server is running on it; stop it first"
            ) from error
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    start = (system_clock() - timedelta(days=DAYS_AGO)).astimezone(CHINA)
    return Stage(folder, StoryClock(start.replace(hour=18, minute=0, second=0, microsecond=0)))


def _perform(stage: Stage) -> None:
    password = stage.passwords["admin"] = secrets.token_urlsafe(15)
    _keep_passwords(stage)
    stage.run(SERVER, "migrate")
    administrator = ("admin", "--role", "administrator", "--name", "县管理员")
    stage.run(SERVER, "account", "create", *administrator, "--password-stdin", typed=password)
    with serving(stage) as http:
        cast = Cast(stage, http)
        for act in (
            preparing.open_county,
            preparing.import_roster,
            preparing.see_demand,
            preparing.plan_trips,
            epidemic.compare_two_years,
            preparing.prepare,
            travelling.at_the_door,
            travelling.on_the_road,
            travelling.at_the_gate,
            travelling.ask_afterwards,
        ):
            act(cast)
            _keep_passwords(stage)
    _tamper(stage)
    _take_leave(stage, cast.numbers[0])


def _keep_passwords(stage: Stage) -> None:
    path = stage.folder / PASSWORDS
    path.touch(mode=0o600)
    path.write_text(json.dumps(stage.passwords, indent=1))


# --- tampering ----------------------------------------------------------------------------------
def _tamper(stage: Stage) -> None:
    """Two copies are altered behind the program's back; verify names what was done."""
    screen(DemoText.TAMPERING)
    show(stage.run(SERVER, "verify"))
    show(stage.run(SERVER, "rebuild", "--check"))
    altered = _copy(stage, "altered")
    event_id = _alter_temperature(altered / "fangang.db")
    tell(DemoText.ALTERED)
    _verify_names(stage, altered, event_id)
    deleted = _copy(stage, "deleted")
    stream_id = _delete_event(deleted / "fangang.db")
    tell(DemoText.DELETED)
    _verify_names(stage, deleted, stream_id)


def _copy(stage: Stage, name: str) -> Path:
    """A copy of database, keys, attachments and key file, whole although the write-ahead log may hold
    pages.
    """
    folder = stage.folder / name
    folder.mkdir()
    for file in ("fangang.db", "fangang.db.keys"):
        with (
            sqlite3.connect(stage.folder / file) as source,
            sqlite3.connect(folder / file) as copy,
        ):
            source.backup(copy)
    shutil.copytree(stage.folder / "fangang.db.attachments", folder / "fangang.db.attachments")
    shutil.copy(stage.folder / "fangang.kek", folder)
    return folder


def _alter_temperature(database: Path) -> UUID:
    """A reading is sealed: whoever alters it can only change bytes. The event's id."""
    with sqlite3.connect(database) as connection:
        event_id, part, sealed = connection.execute(
            "SELECT p.event_id, p.part, p.sealed FROM event_part p JOIN event e"
            " ON e.county_code = p.county_code AND e.id = p.event_id"
            " WHERE e.kind = 'passenger.noted' AND p.personal_class = 'health'"
        ).fetchone()
        changed = bytes([*sealed[:-20], sealed[-20] ^ 1, *sealed[-19:]])
        connection.execute(
            "UPDATE event_part SET sealed = ? WHERE event_id = ? AND part = ?",
            (changed, event_id, part),
        )
    return UUID(bytes=event_id)


def _delete_event(database: Path) -> UUID:
    """Somebody's leaving on the way disappears. The stream that now lacks an event."""
    with sqlite3.connect(database) as connection:
        event_id, stream_id = connection.execute(
            "SELECT id, stream_id FROM event WHERE kind = 'passenger.left'"
        ).fetchone()
        connection.execute("DELETE FROM event_part WHERE event_id = ?", (event_id,))
        connection.execute("DELETE FROM event WHERE id = ?", (event_id,))
    return UUID(bytes=stream_id)


def _verify_names(stage: Stage, folder: Path, named: UUID) -> None:
    output = stage.run(SERVER, "verify", expected_code=NOT_VERIFIED, folder=folder)
    expect(str(named) in output, f"verify did not name {named}:\n{output}")
    show(output)


# --- what to try next ---------------------------------------------------------------------------
def _take_leave(stage: Stage, trip_number: str) -> None:
    typer.echo()
    tell(DemoText.EXPLORE, folder=stage.folder)
    variables = stage.variables()
    names = ("FANGANG_DATABASE_URL", "FANGANG_KEY_FILE")
    given = " ".join(f"{name}={variables[name]}" for name in names)
    programs, port = Path(sys.executable).parent, _choose_port()
    typer.echo(f"   {given} {programs / 'fangang-server'} serve --port {port}")
    tell(DemoText.LOGIN_AS, username="county", file=stage.folder / PASSWORDS)
    tell(DemoText.TRY)
    client = programs / "fangang"
    typer.echo(f"   {client} login --server http://127.0.0.1:{port}")
    typer.echo(f"   {client} trip show {trip_number}")
    typer.echo(f"   {client} trace trip {trip_number}")
    typer.secho(say(DemoText.DONE), bold=True)


def _choose_port() -> int:
    """The usual one, or a free one where somebody listens on it already."""
    for port in (USUAL_PORT, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    return USUAL_PORT
