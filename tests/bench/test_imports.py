"""The bench of imports, small, so that it cannot rot: it runs, and prints every figure. Long: it starts
many programs."""

from pathlib import Path

import pytest

from tests.bench.imports.measuring import (
    measure_all,
    measure_reading,
    measure_sqlite,
    measure_whole,
)

ROWS = 300


@pytest.mark.long
def test_the_figures_of_sqlite(tmp_path: Path) -> None:
    shared, reading = measure_reading(tmp_path, ROWS)
    whole, imported = measure_whole(shared)
    others = list(measure_sqlite(shared, whole, with_peer=False))
    assert [len(lines) for lines in (reading, imported, others)] == [3, 5, 4]
    assert whole.client.cpu > 0
    assert whole.server > 0


@pytest.mark.long
def test_all_figures(tmp_path: Path) -> None:
    lines = [str(line) for line in measure_all(tmp_path, ROWS, with_peer=False)]
    assert [line for line in lines if "NOT MEASURED" in line] == [lines[-1]]
    assert len(lines) == 20
