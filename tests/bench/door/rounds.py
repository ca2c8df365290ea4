"""Rounds of the door: ours with one and with fifty events a request, a POST that records nothing, the ORM
template; each in turn on the same server, medians over the rounds.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.door.generators import Load, send
from tests.bench.door.serving import Running
from tests.bench.door.stage import Door

CLIENTS = 32
_MICROSECONDS = 1_000_000
_MAY_WAIT = 0.5


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
    """Of `events`, microseconds of processor time for each, apart; percentiles of a request in
    milliseconds.
    """

    events: int
    server: float
    database: float
    client: float
    p50: float
    p99: float

    @property
    def both(self) -> float:
        """Server and database: what is compared."""
        return self.server + self.database


def measure_rounds(
    server: Running, doors: Mapping[str, Door], *, rounds: int, share: float
) -> dict[str, Cost]:
    """Contender → medians. `share` of the usual number of requests; one small round goes before."""
    _run_round(server, doors, 0.1 * share)
    found = [_run_round(server, doors, share) for _ in range(rounds)]
    return {each.name: _take_medians([one[each.name] for one in found]) for each in CONTENDERS}


def _run_round(server: Running, doors: Mapping[str, Door], share: float) -> dict[str, Cost]:
    return {
        each.name: measure_load(
            server, doors[each.door], max(1, round(each.requests * share)), size=each.size
        )
        for each in CONTENDERS
    }


def measure_load(
    server: Running, door: Door, number: int, *, size: int = 1, clients: int = CLIENTS
) -> Cost:
    """About `number` requests of `size` events. Of ours all must be recorded, else RuntimeError, but for those
    that a server on a busy machine asks to come again; of the template nearly all: SQLite answers some of its
    transactions with "database is locked".
    """
    requests = door.make_requests(number, clients=min(clients, number), size=size)
    before = server.read_clocks()
    load = send(server.port, requests)
    used = server.read_clocks() - before
    may_fail = _MAY_WAIT if "server-busy" in load.said else door.may_fail
    if load.bad > load.answers * may_fail:
        raise RuntimeError(f"{load.bad} of {load.answers} not recorded: {load.said}")
    return _divide(used.server, used.database, load, (load.answers - load.bad) * size)


def _divide(server: float, database: float, load: Load, events: int) -> Cost:
    server, database, client = (
        each * _MICROSECONDS / events for each in (server, database, load.cpu)
    )
    return Cost(events, server, database, client, load.p50, load.p99)


def _take_medians(costs: Sequence[Cost]) -> Cost:
    names = ("server", "database", "client", "p50", "p99")
    medians = (statistics.median(getattr(each, name) for each in costs) for name in names)
    return Cost(sum(each.events for each in costs), *medians)
