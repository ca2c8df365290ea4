"""Events over HTTP: ours, one and fifty a request, against the ORM template and a POST that records
nothing. One server, one run, 32 clients: the ratios are what counts."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from schemas.permissions import Role
from service.app.listening import bind
from service.settings import Settings
from tests.bench import template
from tests.factories import Client, World
from tests.service.trips.scenes import Scene

CLIENTS = 32
TRIPS = 8
PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers a second, events a second, and the 99th percentile of a request (ms)."""

    requests: float
    events: float
    p99: float


def measure(
    settings: Settings, template_url: str, *, single: int, batches: int
) -> dict[str, Measured]:
    """`single` requests of one event for each contender, `batches` requests of fifty."""
    world = World(settings)
    try:
        return _measure(world, template_url, single=single, batches=batches)
    finally:
        world.close()


def _measure(world: World, template_url: str, *, single: int, batches: int) -> dict[str, Measured]:
    scene = Scene(world)
    escort, trips = _fill(scene)
    app: FastAPI = world.http.app  # type: ignore[assignment]
    trip_id, seats = template.install(app, template_url, seats=PEOPLE)
    port, stop = _serve(app)
    try:
        ours = {trip: _events(scene, people, single // TRIPS) for trip, people in trips.items()}
        fifty = {
            trip: _events(scene, people, 50 * batches // TRIPS) for trip, people in trips.items()
        }
        theirs = _events(scene, seats, single)
        return {
            "noop": _load(port, f"/bench/noop/{trip_id}", "bench", _bodies(theirs, 1)),
            "template": _load(port, f"/bench/template/{trip_id}", "bench", _bodies(theirs, 1)),
            "single": _load_all(port, escort, ours, 1),
            "batch": _load_all(port, escort, fifty, 50),
        }
    finally:
        stop()


def _fill(scene: Scene) -> tuple[Client, dict[UUID, list[UUID]]]:
    trips: dict[UUID, list[UUID]] = {}
    for _ in range(TRIPS):
        scene.vehicle_id = scene.make_vehicle(f"辽M{20000 + len(trips)}")
        trip = scene.open_trip()
        trips[trip] = scene.assign(trip, scene.make_workers(PEOPLE))
    return scene.world.client(Role.ESCORT, trip_ids=list(trips)), trips


def _events(scene: Scene, people: list[UUID], count: int) -> list[Any]:
    return [
        scene.event(
            "passenger.notified",
            passenger_id=people[number % len(people)],
            channel="telephone",
            outcome="reached",
        )
        for number in range(count)
    ]


def _bodies(events: list[Any], size: int) -> list[str]:
    return [
        json.dumps({"events": events[start : start + size]})
        for start in range(0, len(events), size)
    ]


def _serve(app: FastAPI) -> tuple[int, Any]:
    listener = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)

    def stop() -> None:
        server.should_exit = True
        thread.join(timeout=20)

    return listener.getsockname()[1], stop


def _load_all(port: int, client: Client, by_trip: dict[UUID, list[Any]], size: int) -> Measured:
    """All trips at once, the clients divided among them."""
    token = f"Bearer {client.token}"
    running = [
        _start(port, f"/v1/trips/{trip}/events", token, _bodies(events, size), CLIENTS // TRIPS)
        for trip, events in by_trip.items()
    ]
    return _sum([_finish(process) for process in running], size)


def _load(port: int, path: str, token: str, bodies: list[str]) -> Measured:
    return _sum([_finish(_start(port, path, token, bodies, CLIENTS))], 1)


def _start(
    port: int, path: str, token: str, bodies: list[str], clients: int
) -> "subprocess.Popen[str]":
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as file:
        file.write("\n".join(bodies))
    command = [sys.executable, "-m", "tests.bench.load", str(port), path, token, file.name]
    return subprocess.Popen([*command, str(clients)], stdout=subprocess.PIPE, text=True)


def _finish(process: "subprocess.Popen[str]") -> dict[str, Any]:
    output, _ = process.communicate(timeout=300)
    Path(process.args[-2]).unlink()  # type: ignore[index,arg-type]
    answer: dict[str, Any] = json.loads(output)
    if answer["bad"]:
        raise RuntimeError(f"not recorded: {answer['bad']}")
    return answer


def _sum(answers: list[dict[str, Any]], size: int) -> Measured:
    seconds = max(each["seconds"] for each in answers)
    requests = sum(each["answers"] for each in answers) / seconds
    return Measured(requests, requests * size, max(each["ms"][2] for each in answers))
