"""`fangang-server demo`: the whole job happens for real, in front of whoever watches."""

import json
import os
import secrets
import shutil
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from schemas.texts import Language, get_language
from service.clock import CHINA, system_clock
from service.db import file_lock
from service.manage.console import ExitCode
from service.manage.demo import gate, opening, planning, road, tampering
from service.manage.demo.cast import Cast
from service.manage.demo.stage import DemoFailedError, Stage, StoryClock, serving
from service.manage.demo.texts import Say
from service.manage.serving import USUAL_PORT

DEFAULT_FOLDER = Path("data/demo")
PASSWORDS = "passwords.json"
DAYS_AGO = 3


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="HELP_DEMO_FOLDER")] = DEFAULT_FOLDER,
) -> None:
    """Exit 0 only if every step really happened."""
    stage = _set_up(folder.resolve())
    typer.secho(Say.TITLE.read(stage.language), bold=True)
    stage.say(Say.CLOCK, day=f"{stage.clock.now.astimezone(CHINA):%Y-%m-%d}")
    try:
        _perform(stage)
    except DemoFailedError as error:
        typer.secho(Say.FAILED.read(stage.language, what=error), err=True)
        raise typer.Exit(ExitCode.REFUSED) from error


def _set_up(folder: Path) -> Stage:
    """A fresh folder; one of an earlier demo is replaced, anything else is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / PASSWORDS).exists():
        raise typer.BadParameter(f"{folder}: not a folder of an earlier demo")
    if (folder / "fangang.db").exists():
        try:
            with file_lock(folder / "fangang.db.serve", wait=False):
                pass
        except BlockingIOError as error:
            raise typer.BadParameter(
                f"{folder}: a server is running on it; stop it first"
            ) from error
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spoken: Language = "en" if os.environ.get("DEMO_LANG", get_language()) == "en" else "zh"
    start = (system_clock() - timedelta(days=DAYS_AGO)).astimezone(CHINA)
    clock = StoryClock(start.replace(hour=18, minute=0, second=0, microsecond=0))
    return Stage(folder, spoken, clock)


def _perform(stage: Stage) -> None:
    stage.passwords["admin"] = secrets.token_urlsafe(15)
    _keep_passwords(stage)
    stage.run("service.manage", "migrate")
    stage.run(
        "service.manage",
        *("account", "create", "admin", "--role", "administrator", "--name", "县管理员"),
        "--password-stdin",
        given=stage.passwords["admin"],
    )
    with serving(stage) as http:
        cast = Cast(stage, http)
        for act in (
            opening.open_county,
            opening.import_roster,
            opening.see_demand,
            planning.plan_trips,
            planning.prepare,
            road.at_the_door,
            road.on_the_road,
            gate.at_the_gate,
            gate.ask_afterwards,
        ):
            act(cast)
            _keep_passwords(stage)
    tampering.tamper(cast)
    _farewell(stage, cast)


def _keep_passwords(stage: Stage) -> None:
    path = stage.folder / PASSWORDS
    path.touch(mode=0o600)
    path.write_text(json.dumps(stage.passwords, indent=1))


def _choose_port() -> int:
    """The usual one, or a free one where somebody listens on it already."""
    for port in (USUAL_PORT, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    return USUAL_PORT


def _farewell(stage: Stage, cast: Cast) -> None:
    typer.echo()
    stage.say(Say.EXPLORE, folder=stage.folder)
    names = ("FANGANG_DATABASE_URL", "FANGANG_KEY_FILE")
    given = " ".join(f"{name}={stage.environment[name]}" for name in names)
    programs = Path(sys.executable).parent
    port = _choose_port()
    typer.echo(f"   {given} {programs / 'fangang-server'} serve --port {port}")
    stage.say(Say.LOGIN_AS, username="county", file=stage.folder / PASSWORDS)
    stage.say(Say.TRY)
    client = programs / "fangang"
    typer.echo(f"   {client} login --server http://127.0.0.1:{port}")
    typer.echo(f"   {client} trip show {cast.numbers[0]}")
    typer.echo(f"   {client} trace trip {cast.numbers[0]}")
    typer.secho(Say.DONE.read(stage.language), bold=True)
