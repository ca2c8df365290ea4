"""The server is killed while events arrive: whatever was acknowledged is there, with the same receipt,
and the record fits.
"""

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from service.app.composition import make_context
from service.manage.verify import verify
from service.recording.group_commit import PIECE_EVENTS
from service.settings import Settings
from service.trips.actions.rebuild import check_derived
from service.workers.rebuild import check_workers
from tests.crash.servers import Server, todays_world
from tests.factories import COUNTY, World
from tests.ledgers import ACTOR
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.crash

SEED = 20200324
SENDERS = 4
QUICK, ALL = 2, 50
Event = dict[str, Any]


@dataclass
class Senders:
    """They send events with ids of their own, a few at a time or many, until the server is gone."""

    trip_id: UUID
    token: str
    batches: list[list[Event]]
    acknowledged: dict[str, Any] = field(default_factory=dict)
    sent: list[list[Event]] = field(default_factory=list)
    first: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, server: Server, *, kill_after: float) -> None:
        """Kills the server so many seconds after its first answer."""
        with httpx2.Client(base_url=server.address, timeout=20) as client:
            self.send_again(client)
            threads = [threading.Thread(target=self._send, args=(client,)) for _ in range(SENDERS)]
            self.first.clear()
            for each in threads:
                each.start()
            assert self.first.wait(timeout=20)
            time.sleep(kill_after)
            server.kill()
            for each in threads:
                each.join()

    def _send(self, client: httpx2.Client) -> None:
        while True:
            with self._lock:
                if not self.batches:
                    return
                batch = self.batches.pop()
                self.sent.append(batch)
            try:
                self._note(self.post(client, batch))
            except httpx2.TransportError:
                return

    def _note(self, outcomes: list[Any]) -> None:
        assert {each["status"] for each in outcomes} == {"recorded"}
        with self._lock:
            self.acknowledged |= {each["id"]: each["receipt"] for each in outcomes}
        self.first.set()

    def post(self, client: httpx2.Client, batch: list[Event]) -> list[Any]:
        path, headers = (
            f"/v1/trips/{self.trip_id}/events",
            {"Authorization": f"Bearer {self.token}"},
        )
        answer = client.post(path, json={"events": batch}, headers=headers)
        assert answer.status_code == 200, answer.text
        outcomes: list[Any] = answer.json()["outcomes"]
        return outcomes

    def send_again(self, client: httpx2.Client) -> None:
        """All of the last life: what was acknowledged is repeated, with the same receipt."""
        for batch in self.sent:
            outcomes = self.post(client, batch)
            check_pieces([each["status"] for each in outcomes])
            for each in outcomes:
                known = self.acknowledged.get(each["id"])
                if known is not None:
                    assert (each["status"], each["receipt"]) == ("repeated", known)
        self.sent.clear()


def check_pieces(statuses: list[str]) -> None:
    """A piece of a list is kept whole or not at all, for it was one transaction, and no later one without
    those before it."""
    pieces = [
        set(statuses[start : start + PIECE_EVENTS])
        for start in range(0, len(statuses), PIECE_EVENTS)
    ]
    kept = sum(each == {"repeated"} for each in pieces)
    assert pieces == [{"repeated"}] * kept + [{"recorded"}] * (len(pieces) - kept)


def prepare(world: World, *, lives: int) -> Senders:
    """A coach whose people are notified, checked in and measured again and again."""
    scene, chance = Scene(world), random.Random(SEED)
    trip = scene.open_trip()
    people = scene.assign(trip, scene.make_workers(5))

    def event() -> Event:
        kind = chance.choice(["passenger.notified", "temperature_round.taken"])
        about: dict[str, Any] = {"measured": 5, "highest": chance.randint(361, 372)}
        if kind == "passenger.notified":
            about = {
                "passenger_id": chance.choice(people),
                "channel": "telephone",
                "outcome": "reached",
                "note": "合成备注",
            }
        made: Event = scene.event(kind, mode="afterwards", **about)
        return made

    def choose_size(number: int) -> int:
        """A long list now and then, which is recorded in several pieces."""
        return 3 * PIECE_EVENTS if number % 15 == 0 else chance.randint(1, 5)

    batches = [[event() for _ in range(choose_size(each))] for each in range(60 * lives)]
    return Senders(trip, scene.coordinator.token, batches)


def check_record(settings: Settings) -> int:
    """The number of events."""
    context = make_context(settings)
    with context.reading(ACTOR) as work:
        session, found = work.session, verify(work)
        assert found.faults == []
        assert [*check_derived(session, COUNTY), *check_workers(session, COUNTY)] == []
    context.dispose()
    return found.events


@pytest.mark.parametrize(
    "lives", [QUICK, pytest.param(ALL, marks=pytest.mark.long)], ids=["quick", "all"]
)
def test_nothing_acknowledged_is_lost(settings: Settings, tmp_path: Path, lives: int) -> None:
    with todays_world(settings) as world:
        senders = prepare(world, lives=lives)
    chance = random.Random(SEED)
    log = tmp_path / "server.log"
    for _ in range(lives):
        senders.run(Server(settings, log=log), kill_after=chance.uniform(0, 0.4))
        check_record(settings)
    with todays_world(settings) as world:
        senders.send_again(world.http)
    assert len(senders.acknowledged) > 3 * lives
    assert check_record(settings) >= len(senders.acknowledged)
    assert "unexpected" not in log.read_text()
