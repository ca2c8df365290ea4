"""Sixteen processes write to one SQLite file: nobody is refused, nobody starves."""

import multiprocessing
import time
from statistics import mean
from uuid import uuid4

import pytest
from sqlalchemy import insert

from service.db import Database, table_of
from service.ledger.models import LogPending
from service.settings import Settings
from tests.factories import COUNTY
from tests.ledgers import ACTOR

pytestmark = [pytest.mark.race, pytest.mark.long]

WRITERS, SECONDS = 16, 8.0
PENDING = table_of(LogPending)
Waits = list[float]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_writers_take_turns(settings: Settings) -> None:
    """Goal G8 of the design; SQLite by itself let one of eight write once while another wrote 1,457
    times.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(WRITERS) as writers:
        waits = writers.starmap(write, [(settings, time.time() + 5 + SECONDS)] * WRITERS)
    counts = [len(each) for each in waits]
    assert min(counts) >= 0.5 * mean(counts)
    assert max(max(each) for each in waits) < 2


def write(settings: Settings, end: float) -> Waits:
    """How long each transaction took. The first seconds are for the others to start."""
    database, waits = Database(settings), []
    time.sleep(max(0, end - SECONDS - time.time()))
    while time.time() < end:
        begun = time.perf_counter()
        with database.write(ACTOR) as session:
            row = {"county_code": COUNTY, "event_id": uuid4(), "event_hash": bytes(32)}
            session.execute(insert(PENDING), [row])
        waits.append(time.perf_counter() - begun)
    database.dispose()
    return waits
