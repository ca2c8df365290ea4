"""What became of a worker's journeys and demands."""

from uuid import UUID

from sqlalchemy import select

from service.demand.queries import DEMAND
from service.trips.queries.states import load_journeys
from tests.factories import COUNTY
from tests.registry import enter_demands
from tests.service.trips.scenes import Scene


def journeys(scene: Scene, worker: UUID) -> list[tuple[bool, int]]:
    """(open, legs) of each, the oldest first."""
    with scene.world.context.database.read(scene.world.console) as session:
        known = load_journeys(session, COUNTY, [worker])[worker]
    rows = {row["id"]: row["open"] for row in scene.rows()["journey"] if row["worker_id"] == worker}
    assert set(rows) == {each.id for each in known.journeys}
    return [(rows[each.id], len(each.legs)) for each in known.journeys]


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
