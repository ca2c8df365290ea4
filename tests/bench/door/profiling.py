"""`make profile`: where an event's time goes, by room, in microseconds of an event and in percent; on SQLite
and PostgreSQL, with one and with fifty events a request. Ends by itself, after a minute or two.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.door.rooms import list_rooms, share_out
from tests.bench.door.rounds import measure_load
from tests.bench.door.serving import Running, serve
from tests.bench.door.spying import spy
from tests.bench.door.stage import Door, open_doors
from tests.bench.door.walking import walk
from tests.bench.figures import at_most, describe_machine
from tests.bench.places import Place, open_postgres, open_sqlite

SHARE = float(os.environ.get("SHARE", "1"))
_LOADS = {"one a request": ("ours", 1600, 1), "fifty a request": ("ours", 128, 50)}
_LOADS |= {"records nothing": ("noop", 3200, 1)}
_FILES, _CALLS = 30, 400


def main() -> None:
    print(*describe_machine(), sep="\n")
    _report_way()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _report(open_sqlite(folder / "sqlite"), folder)
        with open_postgres(folder / "postgres") as place:
            if place is not None:
                _report(place, folder)


def _report_way() -> None:
    way = walk()
    print("one warmed told event passes")
    print(at_most("own files", way.files, _FILES, "files", digits=0))
    print(at_most("calls of own functions", way.calls, _CALLS, "calls", digits=0))
    print(f"  SQL statements: {way.statements}, and {way.around} that begin, end or set")


def _report(place: Place, folder: Path) -> None:
    print(*list_lines(place.name, measure(place, folder, share=SHARE)), sep="\n", flush=True)


def measure(place: Place, folder: Path, *, share: float) -> dict[str, Counter[str]]:
    """Load → room → microseconds of the server's processor time for an event."""
    doors = open_doors(place)
    with serve(place, log=folder / "server.log") as server:
        return {
            name: _spy(server, doors[door], (max(1, round(number * share)), size), folder)
            for name, (door, number, size) in _LOADS.items()
        }


def _spy(server: Running, door: Door, load: tuple[int, int], folder: Path) -> Counter[str]:
    """The stacks tell the shares, the clock of the same load before them how much there is to share: a
    process that is watched is slower.
    """
    number, size = load
    cost = measure_load(server, door, number, size=size)
    with spy(server.pid, folder) as stacks:
        measure_load(server, door, number, size=size)
    rooms = share_out(stacks)
    return Counter({room: cost.server * each / rooms.total() for room, each in rooms.items()})


def list_lines(name: str, found: Mapping[str, Counter[str]]) -> Iterator[str]:
    yield (
        f"{name}: µs of the server's processor time for an event"
        + " " * 8
        + "".join(f"{load:>24}" for load in found)
    )
    for room in list_rooms():
        if any(micros[room] for micros in found.values()):
            yield f"  {room:<60}" + "".join(_show(micros, room) for micros in found.values())
    yield f"  {'together':<60}" + "".join(f"{m.total():>17,.0f}       " for m in found.values())


def _show(micros: Counter[str], room: str) -> str:
    return f"{micros[room]:>17,.0f} {100 * micros[room] / micros.total():>4.0f} %"


if __name__ == "__main__":
    main()
