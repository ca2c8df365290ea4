"""The demo's stage: a real server in a thread, people who talk to it, commands that really run."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import typer
import uvicorn

from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.texts import Language
from service.app.create import create_app
from service.manage.demo.texts import Say
from service.manage.serving import listen
from service.settings import Settings

START_SECONDS = 20
SHOWN_LINES = 24


class DemoFailedError(Exception):
    """Something that the story needs did not happen."""


@dataclass(slots=True)
class StoryClock:
    """The story's time; only the demo moves it."""

    now: datetime
    _made: int = 0

    def __call__(self) -> datetime:
        return self.now

    def advance(self, *, hours: float = 0, minutes: float = 0) -> None:
        self.now += timedelta(hours=hours, minutes=minutes)

    def new_id(self) -> UUID:
        """Time-ordered ids of the story: the sender makes the ids."""
        self._made += 1
        return make_uuid7(at=self.now, randomness=self._made.to_bytes(RANDOM_BYTES, "big"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody logged in. Every answer that is not as expected stops the demo."""

    http: httpx.Client
    token: str

    def get(self, path: str, **params: Any) -> Any:
        return self._call("GET", path, params=params)

    def post(self, path: str, body: Any = None) -> Any:
        return self._call("POST", path, json=body)

    def _call(self, method: str, path: str, **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.http.request(method, path, headers=headers, **sent)
        if answer.is_error:
            raise DemoFailedError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None


@dataclass(slots=True)
class Stage:
    """Where the demo's files lie, in which language it speaks, and how it runs commands."""

    folder: Path
    language: Language
    clock: StoryClock
    url: str = ""
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What points server and client at the demo's own data, and at nothing else."""
        return {
            "FANGANG_DATABASE_URL": f"sqlite:///{self.folder / 'fangang.db'}",
            "FANGANG_KEY_FILE": str(self.folder / "fangang.kek"),
            "FANGANG_LANG": self.language,
            "FANGANG_SERVER": self.url,
            "FANGANG_CONFIG_DIR": str(self.folder / "clerk"),
            "PYTHONIOENCODING": "utf-8",
            "NO_COLOR": "1",
        }

    def settings(self) -> Settings:
        return Settings(
            database_url=self.environment["FANGANG_DATABASE_URL"],
            key_file=self.folder / "fangang.kek",
        )

    # --- showing --------------------------------------------------------------------------------
    def screen(self, title: Say) -> None:
        typer.echo()
        typer.secho(f"━━ {title.read(self.language)}", bold=True)

    def say(self, text: Say, **values: object) -> None:
        typer.echo(text.read(self.language, **values))

    def join(self, words: Iterable[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(words)

    def show(self, text: str, *, lines: int = SHOWN_LINES) -> None:
        """Output of a command, indented; a long one is cut, and says so."""
        listed = text.rstrip().splitlines()
        for line in listed[:lines]:
            typer.echo(f"   │ {line}")
        if len(listed) > lines:
            typer.echo(f"   │ … (+{len(listed) - lines})")

    # --- doing ----------------------------------------------------------------------------------
    def run(
        self,
        module: str,
        *arguments: str,
        expect: int = 0,
        token: str | None = None,
        given: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Run one of the two programs as a person would; its output. Another exit code than the
        expected one stops the demo."""
        variables = {**os.environ, **self.environment, **(environment or {})}
        if token is not None:
            variables["FANGANG_TOKEN"] = token
        done = subprocess.run(  # noqa: S603 (our own programs)
            [sys.executable, "-m", module, *arguments],
            env=variables,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        output = done.stdout + done.stderr
        if done.returncode != expect:
            raise DemoFailedError(f"{module} {' '.join(arguments)} → {done.returncode}\n{output}")
        return output

    def log_in(self, http: httpx.Client, username: str) -> Person:
        body = {"username": username, "password": self.passwords[username]}
        answer = http.post("/v1/login", json=body)
        if answer.is_error:
            raise DemoFailedError(f"login {username}: {answer.text}")
        return Person(http, answer.json()["token"])

    def expect(self, condition: bool, what: str) -> None:  # noqa: FBT001 (reads as an assertion)
        if not condition:
            raise DemoFailedError(what)


@contextmanager
def serving(stage: Stage) -> Iterator[httpx.Client]:
    """The real application on a free loopback port, with the story's clock."""
    listener = listen("127.0.0.1", 0)
    stage.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(stage.settings(), clock=stage.clock)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    headers = {"Accept-Language": stage.language}
    try:
        with httpx.Client(base_url=stage.url, headers=headers, timeout=30, trust_env=False) as http:
            _wait_until_ready(http)
            yield http
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


def _wait_until_ready(http: httpx.Client) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if http.get("/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise DemoFailedError("the server did not start")
