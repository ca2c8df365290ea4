"""What is told at the door in a measure: trips with people on their lists, and events about them.

Events are as an escort's phone sends them: live, exact to the millisecond, numbered by the device, ids in the
order of their making. All are `passenger.notified`, which may be said again and again in the same state;
every fourth has a note, which is sealed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.permissions import Role
from service.ledger.queries import EVENT
from service.settings import Settings
from tests.bench.door import template
from tests.bench.places import Place
from tests.crash.servers import todays_world
from tests.service.trips.scenes import Scene

TRIPS = 8
PEOPLE = 30
LIST_PEOPLE = 10
_SEALED_EVERY = 4
_numbers = count(1)
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """Where events are sent: `path` takes a trip's id; `trips` names each trip's passengers. `may_fail`:
    which part of the requests.
    """

    path: str
    token: str
    trips: Mapping[UUID, Sequence[UUID]]
    may_fail: float = 0.0

    def make_requests(self, number: int, *, clients: int, size: int = 1) -> list[list[bytes]]:
        """For each client about its share of `number` requests of `size` events, at least one. The trips
        are shared out among the clients, and a trip's passengers among its clients, so that nothing that
        is told of one person overtakes something else.
        """
        trips = list(self.trips)
        shares = -(-clients // len(trips))
        made = []
        for client in range(clients):
            trip, share = trips[client % len(trips)], client // len(trips)
            told = _tell(f"bench-{client:04}", self.trips[trip][share::shares])
            each = max(1, number // clients)
            made.append([self._write(trip, list(islice(told, size))) for _ in range(each)])
        return made

    def _write(self, trip: UUID, events: list[Event]) -> bytes:
        body = json.dumps({"events": events}, ensure_ascii=False).encode()
        head = (
            f"POST {self.path.format(trip_id=trip)} HTTP/1.1\r\n"
            "Host: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.token}\r\n"
            "Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _tell(device: str, people: Sequence[UUID]) -> Iterator[Event]:
    begun = datetime.now(UTC)
    for place, person in enumerate(cycle(people)):
        number = next(_numbers)
        at = begun + timedelta(microseconds=1000 * place + 1)
        told = {"passenger_id": str(person), "channel": "telephone", "outcome": "reached"}
        if number % _SEALED_EVERY == 0:
            told["note"] = "家里老人接的电话,说会转告"
        yield {
            "id": str(make_uuid7(at=at, randomness=number.to_bytes(RANDOM_BYTES, "big"))),
            "kind": "passenger.notified",
            "occurred_at": at.isoformat(),
            "mode": "live",
            "source": "app",
            "device": device,
            "device_sequence": number,
            "data": told,
        }


def open_doors(place: Place, *, lists: int = 0) -> dict[str, Door]:
    """On this place's databases, which hold no trips yet: `ours`, `noop` and `template` with TRIPS trips of
    PEOPLE each, and `lists` with as many trips as are asked for, of LIST_PEOPLE each.
    """
    with todays_world(place.settings) as world:
        scene = Scene(world)
        ours = _open_ours(scene, trips=TRIPS, people=PEOPLE)
        others = _open_ours(scene, trips=lists, people=LIST_PEOPLE)
    theirs = template.prepare(place.theirs, trips=TRIPS, seats=PEOPLE)
    return {
        "ours": ours,
        "lists": others,
        "noop": Door("/bench/noop/{trip_id}", template.TOKEN, theirs),
        "template": Door("/bench/template/{trip_id}", template.TOKEN, theirs, may_fail=0.05),
    }


def _open_ours(scene: Scene, *, trips: int, people: int) -> Door:
    """Trips of today, told of by one escort account."""
    made = {}
    for _ in range(trips):
        trip = scene.open_trip()
        made[trip] = scene.assign(trip, scene.make_workers(people))
    token = scene.world.client(Role.ESCORT, trip_ids=list(made)).token
    return Door("/v1/trips/{trip_id}/events", token, made)


def count_recorded(settings: Settings) -> int:
    """Events of trips in the ledger."""
    with todays_world(settings) as world, world.context.database.read(world.console) as session:
        told = select(func.count()).where(EVENT.c.kind == "passenger.notified")
        return int(session.execute(told).scalar_one())
