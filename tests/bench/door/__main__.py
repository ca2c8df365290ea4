"""`python -m tests.bench.door`: what an event costs at the door, on SQLite and PostgreSQL.

ROUNDS=3 rounds of some seconds for each contender, SHARE=1 of the usual number of requests.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.door.report import Found, list_lines, measure
from tests.bench.figures import describe_machine
from tests.bench.places import open_postgres, open_sqlite

ROUNDS, SHARE = int(os.environ.get("ROUNDS", "3")), float(os.environ.get("SHARE", "1"))


def main() -> None:
    print(*describe_machine(), sep="\n")
    list(measure_both())


def measure_both() -> Iterator[Found]:
    """Each is printed as soon as it is there."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        opened = (
            lambda: open_sqlite(folder / "sqlite"),
            lambda: stack.enter_context(open_postgres(folder / "postgres")),
        )
        for each in opened:
            place = each()
            if place is None:
                print("the door on PostgreSQL: not found, NOT MEASURED")
                continue
            found = measure(place, folder, rounds=ROUNDS, share=SHARE)
            print(*list_lines(found), sep="\n", flush=True)
            yield found


if __name__ == "__main__":
    main()
