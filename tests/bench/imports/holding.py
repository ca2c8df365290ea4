"""How long applying a chunk holds the database: the write transaction alone, in this process."""

import statistics
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from cli.roster.sending import CHUNK_ROWS
from schemas.permissions import Role
from service.manage.migrations import migrate
from service.rosters.actions.applying import apply_chunk, prepare_chunk
from service.settings import Settings
from tests.bench import rosters
from tests.bench.imports.statements import describe_import
from tests.crash.servers import todays_world
from tests.factories import Client, World

_MOST_CHUNKS = 20
_MILLISECONDS = 1_000


def time_holds(folder: Path, file: Path) -> tuple[float, float]:
    """Milliseconds on the wall, for chunks of people who are all new: the median and the longest."""
    settings = Settings(database_url=f"sqlite:///{folder / 'held.db'}", key_file=folder / "h.kek")
    migrate(settings)
    records = rosters.list_records(file)[: CHUNK_ROWS * _MOST_CHUNKS]
    with todays_world(settings) as world:
        clerk, identifier = world.client(Role.TOWNSHIP_CLERK), world.new_id()
        clerk.post("/v1/roster-imports", describe_import(str(identifier), len(records)))
        starts = range(0, len(records), CHUNK_ROWS)
        took = [
            _time_chunk(world, clerk, identifier, chunk, records[start : start + CHUNK_ROWS])
            for chunk, start in enumerate(starts)
        ]
    return statistics.median(took), max(took)


def _time_chunk(
    world: World, clerk: Client, identifier: UUID, chunk: int, records: list[dict[str, Any]]
) -> float:
    start = chunk * CHUNK_ROWS + 2
    rows = [{"row": number, "record": each} for number, each in enumerate(records, start=start)]
    planned = clerk.post(f"/v1/roster-imports/{identifier}/chunks/{chunk}", {"rows": rows})
    assert planned.status_code == 200, planned.text
    context, actor = world.context, clerk.actor
    with context.reading(actor) as work:
        prepared = prepare_chunk(work, import_id=identifier, chunk=chunk)
    begun = time.perf_counter()
    with context.writing(actor) as work:
        apply_chunk(work, import_id=identifier, chunk=chunk, prepared=prepared)
    return (time.perf_counter() - begun) * _MILLISECONDS
