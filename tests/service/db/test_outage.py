"""The database goes away under load and comes back: 503 with Retry-After meanwhile, no 500, and what
was acknowledged is there.
"""

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine, make_url, pool, text

from service.db.database import Database
from service.manage.migrations import migrate
from service.manage.verify import verify
from service.settings import Settings
from tests import postgres
from tests.databases import make_roles, postgres_settings
from tests.factories import World
from tests.service.trips.scenes import Scene
from tests.serving import serve

CLIENTS = 6
Break = Callable[[], None]


@dataclass
class Answers:
    """What the clients were told, and when."""

    acknowledged: dict[str, Any] = field(default_factory=dict)
    refused: list[httpx2.Response] = field(default_factory=list)
    good_at: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event_id: str, answer: httpx2.Response) -> None:
        with self.lock:
            if answer.status_code != 200:
                self.refused.append(answer)
                return
            [outcome] = answer.json()["outcomes"]
            assert outcome["status"] in {"recorded", "repeated"}, outcome
            self.acknowledged[event_id] = outcome["receipt"]
            self.good_at.append(time.monotonic())


class Load:
    """Clients that send one event after the other; what was not acknowledged is sent again."""

    def __init__(self, world: World, address: str) -> None:
        self.scene = Scene(world)
        self.trip_id = self.scene.open_trip()
        self.address = address
        self.answers = Answers()
        self.events: dict[str, Any] = {}
        self._ends = threading.Event()
        self._ids = threading.Lock()

    def run(self, breaking: Break, *, before: float, after: float) -> None:
        threads = [threading.Thread(target=self._send) for _ in range(CLIENTS)]
        for each in threads:
            each.start()
        time.sleep(before)
        breaking()
        self.whole_again_at = time.monotonic()
        time.sleep(after)
        self._ends.set()
        for each in threads:
            each.join()

    def _send(self) -> None:
        with self.client() as client:
            while not self._ends.is_set():
                with self._ids:
                    event = self.scene.event(
                        "temperature_round.taken", mode="afterwards", measured=24, highest=367
                    )
                    self.events[event["id"]] = event
                while event["id"] not in self.answers.acknowledged and not self._ends.is_set():
                    self.answers.note(event["id"], self.post(client, [event]))

    def client(self) -> httpx2.Client:
        token = self.scene.coordinator.token
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.Client(base_url=self.address, headers=headers, timeout=30)

    def post(self, client: httpx2.Client, events: list[Any]) -> httpx2.Response:
        return client.post(f"/v1/trips/{self.trip_id}/events", json={"events": events})

    def check(self) -> None:
        """Refusals say what they are; receipts are kept; the record fits."""
        refused = self.answers.refused
        assert {(each.status_code, each.json()["code"]) for each in refused} == {
            (503, "database-unavailable")
        }
        assert {each.headers["Retry-After"] for each in refused} == {"2"}
        assert {each.headers["Content-Type"] for each in refused} == {"application/problem+json"}
        first_good = min(at for at in self.answers.good_at if at > self.whole_again_at)
        assert first_good - self.whole_again_at < 5
        self._resend()
        world = self.scene.world
        with world.context.reading(world.console) as work:
            assert verify(work).faults == []

    def _resend(self) -> None:
        known = self.answers.acknowledged
        sent = [self.events[each] for each in known]
        assert len(sent) > 10
        with self.client() as client:
            for start in range(0, len(sent), 500):
                answer = self.post(client, sent[start : start + 500]).json()
                for outcome in answer["outcomes"]:
                    assert outcome["status"] == "repeated"
                    assert outcome["receipt"] == known[outcome["id"]]


# --- PostgreSQL: a cluster of its own, restarted as after a crash ----------------------------------
@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine")
    made = postgres.start(binaries)
    yield made
    made.stop()


@pytest.fixture
def restartable(cluster: postgres.Cluster, tmp_path: Path) -> Iterator[World]:
    make_roles(cluster.url)
    engine = create_engine(cluster.url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE outage OWNER fangang_owner"))
        # The cluster of the tests is fast and forgetful; this database must not forget.
        connection.execute(text("ALTER DATABASE outage SET synchronous_commit = on"))
    settings = postgres_settings(cluster.url, "outage", tmp_path / "fangang.kek")
    migrate(settings)
    world = World(settings)
    yield world
    world.close()


def restart(cluster: postgres.Cluster) -> None:
    """Without asking anybody: every connection breaks, and the server recovers from its log."""
    folder = Path(str(make_url(cluster.url).query["host"]))
    binaries = postgres.find_binaries()
    assert binaries is not None
    owner = (folder / "data").stat().st_uid
    program = postgres.within_reach(binaries, folder=folder, account=None)
    copied = folder / "programs" / binaries.name
    program = copied if copied.exists() else program
    restarting = ["-m", "immediate", "-w", "restart", "-l", str(folder / "log")]
    subprocess.run(
        [str(program / "pg_ctl"), "-D", str(folder / "data"), *restarting],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=owner if os.geteuid() == 0 else None,
    )


def test_postgresql_restarts_under_load(restartable: World, cluster: postgres.Cluster) -> None:
    with serve(restartable) as address:
        load = Load(restartable, address)
        load.run(lambda: restart(cluster), before=0.7, after=1.5)
        load.check()


# --- SQLite: another program has the file ---------------------------------------------------------
@pytest.fixture
def lockable(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """With little patience, so that the test needs none."""
    monkeypatch.setattr(Database.__init__, "__kwdefaults__", {"patience": 0.3})
    world = World(settings)
    yield world
    world.close()


@contextmanager
def taken(path: Path) -> Iterator[None]:
    with sqlite3.connect(str(path), isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    connection.close()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_program_locks_the_sqlite_file(lockable: World, settings: Settings) -> None:
    path = settings.key_file.with_name("fangang.db")

    def lock_for_a_while() -> None:
        with taken(path):
            time.sleep(1.5)

    with serve(lockable) as address:
        load = Load(lockable, address)
        load.run(lock_for_a_while, before=0.5, after=1.0)
        load.check()
