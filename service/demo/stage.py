"""The stage and the cast: a real server in a thread, people who talk to it, commands that really run, and
what the story has made so far.
"""

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
from typing import Any, TypeVar
from uuid import UUID

import httpx
import typer
import uvicorn
from pydantic import TypeAdapter
from pydantic_core import to_json

from schemas.accounts import LoginOut
from schemas.attachments import AttachmentOut
from schemas.base import Page
from schemas.errors import Problem
from schemas.events.envelope import Outcome, OutcomesOut, OutcomeStatus
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.passengers import PassengerOut
from schemas.texts import choose, get_language, say
from schemas.trips import TripOut
from service.app.create import create_app
from service.app.listening import bind, configure, read_url
from service.demo.texts import DemoText
from service.settings import Settings

START_SECONDS = 20
SHOWN_LINES = 24
T = TypeVar("T")


class DemoFailedError(Exception):
    """Something that the story needs did not happen."""


# --- telling ------------------------------------------------------------------------------------
def screen(title: DemoText) -> None:
    typer.echo()
    typer.secho(f"━━ {say(title)}", bold=True)


def tell(text: DemoText, **values: object) -> None:
    typer.echo(say(text, **values))


def show(text: str, *, lines: int = SHOWN_LINES) -> None:
    """Output of a command, indented; a long one is cut, and says so."""
    listed = text.rstrip().splitlines()
    for line in listed[:lines]:
        typer.echo(f"   │ {line}")
    if len(listed) > lines:
        typer.echo(f"   │ … (+{len(listed) - lines})")


def join(words: Iterable[str]) -> str:
    return choose("、", ", ").join(words)


def expect(condition: bool, what: object) -> None:  # noqa: FBT001 (reads as an assertion)
    """Stops the demo where the condition does not hold."""
    if not condition:
        raise DemoFailedError(what)


# --- the stage ----------------------------------------------------------------------------------
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
    """Somebody logged in. Answers come as the wire models of `schemas`; one that is not as expected
    stops the demo.
    """

    http: httpx.Client
    token: str

    def get(self, path: str, answer: type[T], **params: Any) -> T:
        return TypeAdapter(answer).validate_json(self._send("GET", path, params=params))

    def post(self, path: str, body: object, answer: type[T]) -> T:
        return TypeAdapter(answer).validate_json(self._send("POST", path, content=to_json(body)))

    def create(self, path: str, body: object) -> None:
        """What the answer says is not needed."""
        self._send("POST", path, content=to_json(body))

    def upload(self, path: str, content: bytes) -> AttachmentOut:
        return AttachmentOut.model_validate_json(self._send("POST", path, content=content))

    def _send(self, method: str, path: str, **sent: Any) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answer = self.http.request(method, path, headers=headers, **sent)
        if answer.is_error:
            raise DemoFailedError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.content


@dataclass(slots=True)
class Stage:
    """Where the demo's files lie, what time it is there, and how it runs commands."""

    folder: Path
    clock: StoryClock
    url: str = ""
    passwords: dict[str, str] = field(default_factory=dict)

    def variables(self, folder: Path | None = None) -> dict[str, str]:
        """What points server and client at the data in this folder (the demo's own), and at nothing
        else.
        """
        place = folder or self.folder
        return {
            "FANGANG_DATABASE_URL": f"sqlite:///{place / 'fangang.db'}",
            "FANGANG_KEY_FILE": str(place / "fangang.kek"),
            "FANGANG_LANG": get_language(),
            "FANGANG_SERVER": self.url,
            "FANGANG_CONFIG_DIR": str(self.folder / "clerk"),
            "PYTHONIOENCODING": "utf-8",
            "NO_COLOR": "1",
        }

    def settings(self) -> Settings:
        return Settings(
            database_url=f"sqlite:///{self.folder / 'fangang.db'}",
            key_file=self.folder / "fangang.kek",
        )

    def run(
        self,
        module: str,
        *arguments: str,
        expected_code: int = 0,
        token: str | None = None,
        typed: str | None = None,
        folder: Path | None = None,
    ) -> str:
        """Run one of the two programs as a person would; its output. Another exit code than the
        expected one stops the demo.
        """
        variables = {**os.environ, **self.variables(folder)}
        if token is not None:
            variables["FANGANG_TOKEN"] = token
        done = subprocess.run(  # noqa: S603 (our own programs)
            [sys.executable, "-m", module, *arguments],
            env=variables,
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        output = done.stdout + done.stderr
        if done.returncode != expected_code:
            raise DemoFailedError(f"{module} {' '.join(arguments)} → {done.returncode}\n{output}")
        return output


@contextmanager
def serving(stage: Stage) -> Iterator[httpx.Client]:
    """The real application on a free loopback port, with the story's clock."""
    listener = bind("127.0.0.1", 0)
    stage.url = read_url(listener)
    server = uvicorn.Server(configure(create_app(stage.settings(), clock=stage.clock)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    headers = {"Accept-Language": get_language()}
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


# --- the cast -----------------------------------------------------------------------------------
@dataclass
class Cast:
    """Who takes part, and what the story has made so far."""

    stage: Stage
    http: httpx.Client
    people: dict[str, Person] = field(default_factory=dict)
    enterprises: dict[str, UUID] = field(default_factory=dict)
    vehicles: list[UUID] = field(default_factory=list)
    drivers: list[UUID] = field(default_factory=list)
    workers: dict[str, list[UUID]] = field(default_factory=dict)
    """Worker ids by employer, in the order of entry."""
    trips: list[UUID] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    passengers: dict[UUID, UUID] = field(default_factory=dict)
    """Worker id → passenger id."""
    stand_bys: list[UUID] = field(default_factory=list)

    @property
    def coordinator(self) -> Person:
        return self.people["county"]

    def new_id(self) -> UUID:
        return self.stage.clock.new_id()

    def log_in(self, username: str) -> Person:
        """Logged in anew, for the story's clock outruns what a login is good for."""
        body = {"username": username, "password": self.stage.passwords[username]}
        answer = self.http.post("/v1/login", json=body)
        if answer.is_error:
            raise DemoFailedError(f"login {username}: {answer.text}")
        person = Person(self.http, LoginOut.model_validate_json(answer.content).token)
        self.people[username] = person
        return person

    def event(
        self, kind: str, /, *, mode: str = "live", source: str = "api", **data: object
    ) -> dict[str, object]:
        return {
            "id": self.new_id(),
            "kind": kind,
            "occurred_at": self.stage.clock.now,
            "mode": mode,
            "source": source,
            "data": data,
        }

    def send(self, by: Person, trip: UUID, *events: Mapping[str, object]) -> list[Outcome]:
        path = f"/v1/trips/{trip}/events"
        return by.post(path, {"events": events}, OutcomesOut).outcomes

    def record(self, by: Person, trip: UUID, *events: Mapping[str, object]) -> list[Outcome]:
        """Events that must all be recorded."""
        outcomes = self.send(by, trip, *events)
        expect(all(each.status is OutcomeStatus.RECORDED for each in outcomes), outcomes)
        return outcomes

    def tell(self, by: Person, trip: UUID, kind: str, /, **data: Any) -> Outcome:
        """One event that must be recorded."""
        return self.record(by, trip, self.event(kind, **data))[0]

    def refused(self, by: Person, trip: UUID, code: str, kind: str, /, **data: Any) -> Problem:
        """One event that must be refused, with this code; the problem."""
        problem = self.send(by, trip, self.event(kind, **data))[0].problem
        if problem is None or problem.code != code:
            raise DemoFailedError(f"{kind}: {problem}")
        return problem

    def trip(self, trip: UUID) -> TripOut:
        return self.coordinator.get(f"/v1/trips/{trip}", TripOut)

    def lines(self, trip: UUID) -> dict[UUID, PassengerOut]:
        """Passenger id → the masked line."""
        path = f"/v1/trips/{trip}/passengers?limit=200"
        return {each.id: each for each in self.coordinator.get(path, Page[PassengerOut]).items}
