"""Rounds of the door: ours with one and with fifty events a request, a POST that records nothing, the ORM
template; each in turn on the same server, medians over the rounds.
"""

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.door.generators import Load, send
from tests.bench.door.serving import Running, serve
from tests.bench.door.stage import Door, open_doors
from tests.bench.places import Place

CLIENTS = 32
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Contender:
    """`door`: of open_doors. `requests`: in one round, of `size` events each."""

    name: str
    door: str
    requests: int
    size: int = 1


CONTENDERS = (
    Contender("single", "ours", 1600),
    Contender("fifty", "ours", 64, 50),
    Contender("noop", "noop", 3200),
    Contender("template", "template", 400),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor time for an event, apart; percentiles of a request in milliseconds."""

    server: float
    database: float
    client: float
    p50: float
    p99: float

    @property
    def both(self) -> float:
        """Server and database: what is compared."""
        return self.server + self.database


def measure(place: Place, folder: Path, *, rounds: int, share: float = 1.0) -> dict[str, Cost]:
    """`share` of the usual number of requests; one round more goes before, and is not counted."""
    doors = open_doors(place)
    with serve(place, log=folder / "server.log") as server:
        list(_run_round(server, doors, 0.1 * share))
        found = [dict(_run_round(server, doors, share)) for _ in range(rounds)]
    return {each.name: _take_medians([one[each.name] for one in found]) for each in CONTENDERS}


def _run_round(
    server: Running, doors: Mapping[str, Door], share: float
) -> Iterator[tuple[str, Cost]]:
    for each in CONTENDERS:
        number = max(1, round(each.requests * share))
        yield each.name, measure_load(server, doors[each.door], number, size=each.size)


def measure_load(
    server: Running, door: Door, number: int, *, size: int = 1, clients: int = CLIENTS
) -> Cost:
    """About `number` requests of `size` events, which must all be recorded."""
    requests = door.make_requests(number, clients=clients, size=size)
    before = server.read_clocks()
    load = send(server.port, requests)
    used = server.read_clocks() - before
    return _divide(used.server, used.database, load, load.answers * size)


def _divide(server: float, database: float, load: Load, events: int) -> Cost:
    server, database, client = (
        each * _MICROSECONDS / events for each in (server, database, load.cpu)
    )
    return Cost(server, database, client, load.p50, load.p99)


def _take_medians(costs: list[Cost]) -> Cost:
    return Cost(
        *(
            statistics.median(getattr(each, name) for each in costs)
            for name in ("server", "database", "client", "p50", "p99")
        )
    )
