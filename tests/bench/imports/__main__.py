"""`make bench-import`: the figures of docs/performance.md, in one run on this machine.

ROWS=100000 people × 15 columns, PEER=0 leaves out what has to be downloaded. Ratios are of processor
time, so that a busy machine does less harm; they are printed, never asserted.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.imports.measuring import measure_all


def main() -> None:
    rows = int(os.environ.get("ROWS", "100000"))
    with_peer = os.environ.get("PEER", "1") != "0"
    with tempfile.TemporaryDirectory() as folder:
        print(f"{rows} people × 15 columns; ratios of processor time")
        for line in measure_all(Path(folder), rows, with_peer=with_peer):
            print(line, file=sys.stdout, flush=True)


if __name__ == "__main__":
    main()
