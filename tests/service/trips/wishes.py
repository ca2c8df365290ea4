"""What became of a worker's journeys and demands."""

from uuid import UUID

from sqlalchemy import select

from service.demand.queries import DEMAND
from tests.factories import COUNTY
from tests.registry import enter_demands
from tests.service.trips.scenes import Scene


def journeys(scene: Scene, worker: UUID) -> list[tuple[bool, int]]:
    """(open, legs) of each, the oldest first."""
    rows = scene.rows()
    people = rows["passenger"]
    return [
        (row["open"], sum(1 for each in people if each["journey_id"] == row["id"]))
        for row in rows["journey"]
        if row["worker_id"] == worker
    ]


def demands(scene: Scene, worker: UUID) -> list[str]:
    statement = (
        select(DEMAND.c.state)
        .where(DEMAND.c.county_code == COUNTY, DEMAND.c.worker_id == worker)
        .order_by(DEMAND.c.id)
    )
    with scene.world.context.database.read(scene.world.console) as session:
        return list(session.execute(statement).scalars())


def wishing(scene: Scene) -> UUID:
    (worker,) = scene.make_workers()
    enter_demands(scene.world, [worker])
    return worker
