"""Sixteen processes write to one SQLite file: nobody is refused, nobody starves."""

import multiprocessing
from multiprocessing.queues import Queue
from statistics import mean

import pytest

from service.settings import Settings
from tests.race.writing import write

pytestmark = [pytest.mark.race, pytest.mark.long]

WRITERS, SECONDS = 16, 8.0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_writers_take_turns(settings: Settings) -> None:
    """Goal G8 of the design; SQLite by itself let one of eight write once while another wrote 1,457
    times.
    """
    context = multiprocessing.get_context("spawn")
    ready, answers = context.Barrier(WRITERS), context.Queue()
    given = (settings, SECONDS, ready, answers)
    writers = [context.Process(target=write, args=given) for _ in range(WRITERS)]
    for each in writers:
        each.start()
    waits = _collect(answers)
    for each in writers:
        each.join(timeout=60)
    assert [each.exitcode for each in writers] == [0] * WRITERS
    counts = [len(each) for each in waits]
    assert min(counts) >= 0.5 * mean(counts)
    assert max(max(each) for each in waits) < 2


def _collect(answers: "Queue[list[float]]") -> list[list[float]]:
    return [answers.get(timeout=120) for _ in range(WRITERS)]
