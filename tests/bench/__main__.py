"""`make bench`: ratios of one run on this machine (repeat on a quiet one before quoting).

Bounded and on loopback only. PostgreSQL as the tests find it; without one its half is left out.
"""

import sys
import tempfile
from pathlib import Path

from tests.bench import ledger, rosters
from tests.bench.door import __main__ as door
from tests.bench.places import Place, open_postgres, open_sqlite

ROWS = 20_000
EVENTS = 20_000


def main() -> None:
    door.main()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        for kind, ratio in rosters.measure(path, ROWS).items():
            goal = {"xlsx": 2.5, "csv": 12}[kind]
            print(f"check of a {kind}, {ROWS} rows: {ratio:.1f} × the bare reader (goal ≤ {goal})")
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
