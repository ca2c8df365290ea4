"""`make bench`: the figures of docs/performance.md in one run on this machine (repeat on a quiet one before
quoting), and docs/performance.svg.

Bounded and on loopback only. PostgreSQL as the tests find it; without one its half is left out. ROUNDS and
SHARE as tests/bench/door/__main__.py has them, ROWS and PEER as tests/bench/imports/__main__.py; less than the
usual SHARE draws nothing.
"""

import sys
import tempfile
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.bench import ledger
from tests.bench.door.__main__ import SHARE, measure_both
from tests.bench.drawing import draw
from tests.bench.figures import describe_machine
from tests.bench.imports.__main__ import main as measure_imports
from tests.bench.places import Place, open_postgres, open_sqlite

EVENTS = 20_000
PICTURE = ROOT / "docs" / "performance.svg"


def main() -> None:
    print(*describe_machine(), sep="\n", flush=True)
    found = list(measure_both())
    if SHARE >= 1:
        PICTURE.write_text(draw(found), encoding="utf-8")
    measure_imports()
    _verify()


def _verify() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        _report_ledger(open_sqlite(path / "sqlite"))
        with open_postgres(path / "postgres") as place:
            if place is None:
                print("PostgreSQL: not found, not measured", file=sys.stderr)
            else:
                _report_ledger(place)


def _report_ledger(place: Place) -> None:
    found = ledger.measure(place.settings, events=EVENTS)
    print(
        f"{place.name}: verify of {EVENTS} events in one process {found.ours:.0f} µs an event"
        f" = {found.ours / found.bare:.1f} × reading and hashing them bare"
    )


if __name__ == "__main__":
    main()
