"""The price of each guarantee of an event: the same load with it and without it, close after one another in one
server, fifty events a request (with one a request the noise of a shared machine is larger than any price).
"""

import json
import urllib.request
from dataclasses import dataclass

from tests.bench.door.guarantees import GUARANTEES
from tests.bench.door.rounds import measure_load
from tests.bench.door.serving import Running
from tests.bench.door.stage import Door

_REQUESTS, _SIZE = 32, 50
_PAIRS = 4
"""In a round: short ones, so that the machine is the same for both of a pair."""


@dataclass(frozen=True, slots=True)
class Price:
    """Microseconds of an event (server and database): `whole` with all guarantees, `micros` of it for this
    one; `spread`: how far the three cheapest loads lie apart, with it or without.
    """

    whole: float
    micros: float
    spread: float


def measure_prices(server: Running, door: Door, *, rounds: int, share: float) -> dict[str, Price]:
    """Raises RuntimeError where a guarantee was not switched off."""
    number = max(1, round(_REQUESTS * share))
    return {
        name: _judge(
            [_measure_pair(server, door, number, (name, turn)) for turn in range(_PAIRS * rounds)]
        )
        for name in GUARANTEES
    }


def _measure_pair(
    server: Running, door: Door, number: int, what: tuple[str, int]
) -> tuple[float, float]:
    """With and without; every other turn begins with the latter."""
    name, turn = what
    costs = {}
    for given in (name, "") if turn % 2 else ("", name):
        switch_off(server, given)
        costs[given] = measure_load(server, door, number, size=_SIZE).both
        if switch_off(server, "") == 0 and given:
            raise RuntimeError(f"{name}: the door does not call what guarantees.py replaces")
    return costs[""], costs[name]


def switch_off(server: Running, name: str) -> int:
    """The calls of what stood in the place of the guarantee before. "" has all of them kept."""
    url = f"http://127.0.0.1:{server.port}/bench/without?name={name}"
    with urllib.request.urlopen(urllib.request.Request(url, method="POST")) as answer:
        return int(json.load(answer))


def _judge(pairs: list[tuple[float, float]]) -> Price:
    """From the cheapest of either: what else a machine does only ever adds."""
    kept, without = (sorted(each) for each in zip(*pairs, strict=True))
    spread = max(each[min(2, len(each) - 1)] - each[0] for each in (kept, without))
    return Price(kept[0], kept[0] - without[0], spread)
