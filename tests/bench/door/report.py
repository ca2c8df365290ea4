"""All figures of the door on one database, and the lines that tell them: ratios first, then microseconds apart.

The aims are of processor time of server and database together, at 32 clients with every guarantee kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.door.prices import Price, measure_prices
from tests.bench.door.rounds import CLIENTS, Cost, measure_rounds
from tests.bench.door.serving import serve
from tests.bench.door.stage import open_doors
from tests.bench.door.starving import EVENTS, LIVE, SENDERS, Starved
from tests.bench.door.starving import measure as measure_starving
from tests.bench.figures import Line, at_least, at_most
from tests.bench.places import Place

AIMS: Mapping[str, float] = {"single": 1200, "fifty": 350, "noop": 500}
"""Microseconds of an event."""
NAMES: Mapping[str, str] = {
    "template": "the ORM template",
    "single": "ours, one event a request",
    "fifty": "ours, fifty a request",
    "noop": "a POST that records nothing",
}
_RATIOS: Mapping[str, float] = {"single": 6, "fifty": 20}
_P99_MILLISECONDS = 120
_MEDIAN_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Found:
    """On one database: `name` with its version."""

    name: str
    costs: Mapping[str, Cost]
    prices: Mapping[str, Price]
    starved: Starved


def measure(
    place: Place, folder: Path, *, rounds: int, share: float = 1.0, senders: int = SENDERS
) -> Found:
    """`share` of the usual number of requests; `folder` takes the server's log."""
    doors = open_doors(place, lists=senders)
    with serve(place, log=folder / "server.log") as server:
        costs = measure_rounds(server, doors, rounds=rounds, share=share)
        prices = measure_prices(server, doors["ours"], rounds=rounds, share=share)
        events = max(1, round(EVENTS * min(1, share)))
        starved = measure_starving(server, lists=doors["lists"], live=doors["ours"], events=events)
    return Found(f"{place.name} {place.version}", costs, prices, starved)


def list_lines(found: Found) -> Iterator[Line | str]:
    yield f"the door on {found.name}, {CLIENTS} clients; processor time of server and database"
    yield from _list_ratios(found.costs)
    for name in NAMES:
        yield _show_cost(name, found.costs[name])
    what = "p99 of one event a request"
    yield at_most(what, found.costs["single"].p99, _P99_MILLISECONDS, "ms", digits=0)
    for name, price in found.prices.items():
        what = f"price of a guarantee: {name} (in fifties; of {price.whole:.0f} µs)"
        yield Line(what, f"{price.micros:.0f} ± {price.spread:.0f} µs")
    yield from _list_starved(found.starved)


def _list_ratios(costs: Mapping[str, Cost]) -> Iterator[Line]:
    template, noop = costs["template"].both, costs["noop"].both
    for name, goal in _RATIOS.items():
        yield at_least(f"{NAMES['template']} ÷ {NAMES[name]}", template / costs[name].both, goal)
    what = f"{NAMES['single']} ÷ {NAMES['noop']}"
    yield Line(what, f"{costs['single'].both / noop:.2f} ×")


def _show_cost(name: str, cost: Cost) -> Line:
    what = f"{NAMES[name]}: server {cost.server:,.0f} + database {cost.database:,.0f} µs an event"
    what += f" (client {cost.client:.0f}; p50 {cost.p50:,.0f}, p99 {cost.p99:,.0f} ms)"
    if name in AIMS:
        return at_most(what, cost.both, AIMS[name], "µs", digits=0)
    return Line(what, f"{cost.both:,.0f} µs")


def _list_starved(found: Starved) -> Iterator[Line]:
    what = f"{found.lists} lists of {found.events} events beside {LIVE} clients with one event a request: "
    longest = f"{found.live} live events, longest {found.longest:.1f} s"
    yield at_most(f"{what}median of {longest}", found.median, _MEDIAN_SECONDS, "s")
    what = f"of these, events not acknowledged (in {found.seconds:.0f} s; 503 and sent again"
    yield at_most(f"{what}: {found.retried})", found.lost, 0, "events", digits=0)
