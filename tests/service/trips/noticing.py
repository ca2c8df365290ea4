"""Two things that nobody forbids and that somebody has to look at."""

from uuid import UUID

from tests.registry import enter_demands
from tests.service.trips.scenes import Scene


def depart_empty(scene: Scene) -> list[str]:
    ride = scene.locked(1)
    found: list[str] = scene.tell(ride.trip, "trip.departed")["exceptions"]
    return found


def assign_elsewhere(scene: Scene) -> list[str]:
    (worker,) = scene.make_workers()
    enter_demands(scene.world, [worker], destination_code="330100", destination="浙江省杭州市")
    return assign_one(scene, scene.open_trip(), worker)


def assign_one(scene: Scene, trip: UUID, worker: UUID) -> list[str]:
    """The exceptions in the answer to the assignment."""
    answer, _ids = scene.try_assign(trip, [worker])
    (outcome,) = answer["outcomes"]
    assert outcome["status"] == "recorded", outcome
    found: list[str] = outcome["exceptions"]
    return found


def sit_nowhere(scene: Scene) -> list[str]:
    """Somebody boards on a seat that the coach does not have; the exceptions of that."""
    ride = scene.locked(1)
    seat = {"passenger_id": ride.passengers[0], "seat_row": 150, "seat_column": 1}
    return scene.afterwards(ride.trip, "passenger.boarded", **seat)
