"""How many of our files one fact goes through: the functions of service and schemas that run while one
request is answered, counted by file.

Python's profiler hook sees every call in every thread that was started after it was set, so it is set
before the world is made.
"""

import dis
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from schemas.permissions import Role
from service.settings import Settings
from tests.architecture.sources import ROOT
from tests.bench.imports.statements import describe_import
from tests.factories import World
from tests.registry import make_values
from tests.service.trips.scenes import Scene

_OURS = (str(ROOT / "service") + "/", str(ROOT / "schemas") + "/")


@cache
def _find_beginning(code: CodeType) -> int:
    """Up to where a frame has only begun: what goes on after an await or a yield is no further call."""
    if not code.co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR):
        return sys.maxsize
    begun = (
        each.offset for each in dis.get_instructions(code) if each.opname == "RETURN_GENERATOR"
    )
    return next(begun, 0)


class Walk:
    """Calls of our own functions by file, while `counting`."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._is_counting = False

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        if self._is_counting and event == "call":
            path = frame.f_code.co_filename
            if path.startswith(_OURS) and frame.f_lasti <= _find_beginning(frame.f_code):
                self.calls[str(Path(path).relative_to(ROOT))] += 1

    @contextmanager
    def counting(self) -> Iterator[None]:
        self._is_counting = True
        try:
            yield
        finally:
            self._is_counting = False


@contextmanager
def watching() -> Iterator[Walk]:
    """Threads that begin inside the block are watched."""
    walk = Walk()
    threading.setprofile(walk.note)
    sys.setprofile(walk.note)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]  # None takes the hook away


def walk_boarding(settings: Settings) -> Counter[str]:
    """One warmed request with one `passenger.boarded`."""
    with watching() as walk:
        world = World(settings)
        try:
            scene = Scene(world)
            trip = scene.open_trip()
            passengers = scene.assign(trip, scene.make_workers(2))
            scene.tell(trip, "manifest.locked")
            for each in passengers:
                scene.tell(trip, "passenger.checked_in", passenger_id=each, identity_shown="card")
            scene.tell(trip, "passenger.boarded", passenger_id=passengers[0])
            with walk.counting():
                scene.tell(trip, "passenger.boarded", passenger_id=passengers[1])
        finally:
            world.close()
    return walk.calls


def walk_row(settings: Settings, *, rows: int = 500) -> Counter[str]:
    """One chunk of new people, compared, prepared and applied, after another one of the same import."""
    with watching() as walk:
        world = World(settings)
        try:
            clerk, identifier = world.client(Role.TOWNSHIP_CLERK), world.new_id()
            records = [make_values(number) for number in range(2 * rows)]
            answer = clerk.post("/v1/roster-imports", describe_import(str(identifier), 2 * rows))
            assert answer.status_code == 200, answer.text
            for chunk in range(2):
                some = records[chunk * rows : (chunk + 1) * rows]
                lines = [
                    {"row": number, "record": each} for number, each in enumerate(some, start=2)
                ]
                with walk.counting() if chunk else nullcontext():
                    path = f"/v1/roster-imports/{identifier}/"
                    planned = clerk.post(f"{path}chunks/{chunk}", {"rows": lines})
                    applied = clerk.post(f"{path}apply", {"chunk": chunk})
                assert (planned.status_code, applied.status_code) == (200, 200), applied.text
        finally:
            world.close()
    return walk.calls
