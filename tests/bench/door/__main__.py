"""`python -m tests.bench.door`: what an event costs at the door, on SQLite and PostgreSQL. ROUNDS=3 rounds of
some seconds for each contender; SHARE=1 of the usual number of requests.
"""

import os
import tempfile
from pathlib import Path

from tests.bench.door.rounds import measure
from tests.bench.places import Place, open_postgres, open_sqlite


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        _report(open_sqlite(path / "sqlite"), path)
        with open_postgres(path / "postgres") as place:
            if place is None:
                print("PostgreSQL: not found, NOT MEASURED")
            else:
                _report(place, path)


def _report(place: Place, folder: Path) -> None:
    rounds, share = int(os.environ.get("ROUNDS", "3")), float(os.environ.get("SHARE", "1"))
    found = measure(place, folder, rounds=rounds, share=share)
    print(f"{place.name} {place.version}")
    for name, cost in found.items():
        print(
            f"  {name:<10} server {cost.server:7.0f}  database {cost.database:6.0f}"
            f"  client {cost.client:5.0f} µs an event; p50 {cost.p50:.1f}, p99 {cost.p99:.1f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
