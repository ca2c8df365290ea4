"""One of many processes that write to the same database. Imports little: sixteen of it are started."""

import time
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from uuid import uuid4

from sqlalchemy import text

from service.db.database import Database
from service.settings import Settings

_INSERT = text("INSERT INTO log_pending VALUES (:county, :id, :hash)")


@dataclass(frozen=True, slots=True)
class Writer:
    county_code: str = "211221"
    division_prefix: str = ""


def write(
    settings: Settings, seconds: float, ready: Barrier, answers: "Queue[list[float]]"
) -> None:
    """Says how long each of its transactions took."""
    database, waits = Database(settings), []
    ready.wait()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        with database.write(Writer()) as session:
            session.execute(_INSERT, {"county": "211221", "id": uuid4().bytes, "hash": bytes(32)})
        waits.append(time.perf_counter() - begun)
    answers.put(waits)
