"""Two coordinators fill coaches with many hands at once: more workers than seats, some of them sent
twice, some seats asked for by name.
"""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select

from schemas.permissions import Role
from service.db.columns import table_of
from service.manage.verify import verify
from service.trips.actions.rebuild import check_derived
from service.trips.models import Passenger, Trip
from service.workers.rebuild import check_workers
from tests.factories import COUNTY, World
from tests.service.trips.scenes import Scene

THREADS = 32
SEED = 20200324
REPEATS = 0.3
TRIES = 10
COLUMNS = 5
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One worker on one trip. `token`: which of the two coordinators sends it."""

    trip_id: UUID
    body: Body
    token: str


@dataclass
class Race:
    """`rows` of five seats on each of `coaches` coaches; `workers` want one each."""

    world: World
    coaches: int
    rows: int
    workers: int
    statuses: Counter[str] = field(default_factory=Counter)
    recorded: list[UUID] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        scene = Scene(self.world)
        tokens = [scene.coordinator.token, self.world.client(Role.COUNTY_COORDINATOR).token]
        self.trip_ids = [
            scene.open_trip(vehicle_id=str(self._register_coach(scene, number)))
            for number in range(self.coaches)
        ]
        self.worker_ids = scene.make_workers(self.workers)
        self.requests = self._make_requests(tokens)

    @property
    def seats(self) -> int:
        return self.coaches * self.rows * COLUMNS

    def _register_coach(self, scene: Scene, number: int) -> UUID:
        identifier = self.world.new_id()
        body = {
            "id": str(identifier),
            "carrier_id": str(scene.carrier_id),
            "kind": "coach",
            "plate": f"辽M{20_000 + number}",
            "licensed_places": self.rows * COLUMNS + 2,
            "crew_seats": 2,
            "air_sealed": False,
            "layout": {
                "rows": self.rows,
                "columns": list(range(1, COLUMNS + 1)),
                "last_row": COLUMNS,
            },
        }
        scene.ok(scene.coordinator.post("/v1/vehicles", body), 201)
        return identifier

    def _make_requests(self, tokens: Sequence[str]) -> list[Request]:
        """Every worker once, and 30 % again: for another trip, another seat, or exactly the same."""
        chance = random.Random(SEED)
        first = [self._request(worker, chance, tokens) for worker in self.worker_ids]
        again = chance.sample(first, round(REPEATS * len(first)))
        repeats = [
            each
            if chance.random() < 0.3
            else self._request(UUID(each.body["worker_id"]), chance, tokens)
            for each in again
        ]
        requests = first + repeats
        chance.shuffle(requests)
        return requests

    def _request(self, worker: UUID, chance: random.Random, tokens: Sequence[str]) -> Request:
        body: Body = {
            "id": str(self.world.new_id()),
            "event_id": str(self.world.new_id()),
            "worker_id": str(worker),
        }
        if chance.random() < 0.3:
            body["seat_row"] = chance.randint(1, self.rows)
            body["seat_column"] = chance.randint(1, COLUMNS)
        return Request(chance.choice(self.trip_ids), body, chance.choice(tokens))

    def run(self, address: str) -> None:
        waiting: SimpleQueue[Request] = SimpleQueue()
        for request in self.requests:
            waiting.put(request)
        with httpx2.Client(base_url=address, timeout=60) as client:
            threads = [
                threading.Thread(target=self._work, args=(client, waiting)) for _ in range(THREADS)
            ]
            for each in threads:
                each.start()
            for each in threads:
                each.join()

    def _work(self, client: httpx2.Client, waiting: "SimpleQueue[Request]") -> None:
        while True:
            try:
                request = waiting.get_nowait()
            except Empty:
                return
            answer = self._send(client, request)
            with self._lock:
                self._note(request, answer)

    def _send(self, client: httpx2.Client, request: Request) -> httpx2.Response:
        """Again where no connection to the database was free in time (503), as every client does."""
        for _ in range(TRIES):
            answer = client.post(
                f"/v1/trips/{request.trip_id}/passengers",
                json={"passengers": [request.body]},
                headers={"Authorization": f"Bearer {request.token}"},
            )
            if answer.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
                break
        return answer

    def _note(self, request: Request, answer: httpx2.Response) -> None:
        if answer.status_code != 200:
            self.statuses[f"{answer.status_code} {answer.json()['code']}"] += 1
            return
        [outcome] = answer.json()["outcomes"]
        problem = outcome["problem"]
        self.statuses[problem["code"] if problem else outcome["status"]] += 1
        if outcome["status"] == "recorded":
            self.recorded.append(UUID(request.body["id"]))

    # --- what came of it ----------------------------------------------------------------------
    def list_passengers(self) -> list[Any]:
        table = table_of(Passenger)
        with self.world.context.database.read(self.world.console) as session:
            return list(session.execute(select(table).where(table.c.seat_held)).mappings())

    def double_seats(self) -> int:
        held = Counter(
            (row["trip_id"], row["seat_row"], row["seat_column"]) for row in self.list_passengers()
        )
        return sum(count - 1 for count in held.values())

    def workers_twice(self) -> int:
        held = Counter(row["worker_id"] for row in self.list_passengers())
        return sum(count - 1 for count in held.values())

    def overfull(self) -> int:
        """Passengers above the places, over all trips."""
        held = Counter(row["trip_id"] for row in self.list_passengers())
        return sum(max(0, count - self.rows * COLUMNS) for count in held.values())

    def check_counters(self) -> None:
        table = table_of(Trip)
        held = Counter(row["trip_id"] for row in self.list_passengers())
        with self.world.context.database.read(self.world.console) as session:
            rows = session.execute(select(table)).mappings().all()
        assert {row["id"]: row["taken"] for row in rows} == {
            trip: held[trip] for trip in self.trip_ids
        }

    def check_record(self) -> None:
        with self.world.context.reading(self.world.console) as work:
            assert verify(work).faults == []
            session = work.session
            differences = [*check_derived(session, COUNTY), *check_workers(session, COUNTY)]
            assert differences == []
