"""Whether many long lists starve those who send one event at a time: 40 phones that come back into the network
with 300 events each, in one request, beside eight clients with one event a request on other trips.

`measure` makes the events and runs this file, as a program, in a process of its own:
`python -m tests.bench.door.starving PORT FOLDER SENDERS EVENTS`.
"""

import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.door.generators import write_requests
from tests.bench.door.sending import Client, run
from tests.bench.door.serving import Running
from tests.bench.door.stage import Door
from tests.bench.imports.costs import run as run_program

SENDERS, EVENTS = 40, 300
LIVE, MOST_LIVE = 8, 400
LONGEST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Starved:
    """`lists` of `events` each. `lost`: events, of lists and live, that were not acknowledged in time;
    `retried`: answers 503, after which a request was sent again. Of live events how many there were while
    lists were under way, the median and the longest, in seconds from the first time that one was sent.
    """

    lists: int
    events: int
    seconds: float
    lost: int
    retried: int
    live: int
    median: float
    longest: float


def measure(server: Running, *, lists: Door, live: Door, events: int = EVENTS) -> Starved:
    """`lists` has a trip for each sender."""
    senders = len(lists.trips)
    sent = lists.make_requests(senders, clients=senders, size=events)
    sent += live.make_requests(LIVE * MOST_LIVE, clients=LIVE)
    with tempfile.TemporaryDirectory() as folder:
        write_requests(Path(folder), sent)
        given = [str(server.port), folder, str(senders), str(events)]
        _, printed = run_program(["-m", __name__, *given])
    return Starved(**json.loads(printed))


def main() -> None:
    port, folder, senders, events = sys.argv[1:]
    files = [Path(folder) / str(place) for place in range(1, int(senders) + LIVE + 1)]
    clients = [Client(int(port), each.read_bytes().split(b"\0")) for each in files]
    lists, live = clients[: int(senders)], clients[int(senders) :]
    begun = time.perf_counter()
    both = [*live, *lists]
    run(both, seconds=LONGEST_SECONDS, is_over=lambda: not any(each.waiting for each in lists))
    seconds = time.perf_counter() - begun
    bad = [answer for client in clients for answer in client.bad]
    if bad:
        raise RuntimeError(f"refused: {bad[0]!r}")
    took = sorted(each for client in live for each in client.took)
    under_way = sum(client.is_under_way for client in live)
    found = Starved(
        lists=len(lists),
        events=int(events),
        seconds=seconds,
        lost=sum(int(events) * len(each.waiting) for each in lists) + under_way,
        retried=sum(each.unavailable for each in clients),
        live=len(took),
        median=statistics.median(took or [seconds]),
        longest=max(took or [seconds]),
    )
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
