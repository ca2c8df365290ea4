"""How many may ride, through the real path: the worked examples for occupancy, crew and isolation."""

from typing import Any
from uuid import UUID

import pytest

from tests.service.trips.bodies import make_coach
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables


def load(scene: Scene, **parameters: Any) -> None:
    body = {"version": "half", "title": "合成", "valid_from": "2020-01-01", **parameters}
    scene.ok(scene.coordinator.post("/v1/policies", body), 201)


def make_coach_of(scene: Scene, licensed: int, *, crew: int = 1) -> UUID:
    """Sixteen rows, the last two of nine seats: more seats than may be taken."""
    identifier = scene.world.new_id()
    body = make_coach("辽M55055", rows=16) | {"licensed_places": licensed, "crew_seats": crew}
    owner = {"id": str(identifier), "carrier_id": str(scene.carrier_id)}
    scene.ok(scene.coordinator.post("/v1/vehicles", {**owner, **body}), 201)
    return identifier


def count_places(scene: Scene, licensed: int, *, crew: int = 1, **plan: Any) -> int:
    """With one driver and without an escort, unless the plan says otherwise."""
    vehicle = make_coach_of(scene, licensed, crew=crew)
    trip = scene.open_trip(**{"vehicle_id": str(vehicle), "contacts": None, **plan})
    places: int = scene.trip(trip)["places"]
    return places


@pytest.mark.parametrize(
    ("licensed", "percent", "rows", "places"),
    [
        (55, 50, 2, 27),  # min(27, 55 - 1 - 9)
        (55, 70, 2, 38),
        (55, 90, 2, 45),  # min(49, 45): the limits cross
        (45, 50, 0, 22),
        (49, 50, 0, 24),
        (53, 50, 0, 26),
        (55, 50, 0, 27),
        (59, 50, 0, 29),
        (45, 70, 0, 31),
        (55, 70, 0, 38),
        (45, 90, 0, 40),
        (55, 90, 0, 49),
        (55, None, 0, 54),
        (55, None, 2, 45),
    ],
)
def test_the_worked_examples(
    scene: Scene, licensed: int, percent: int | None, rows: int, places: int
) -> None:
    load(scene, occupancy_percent=percent, isolation_rows=rows)
    assert count_places(scene, licensed) == places


def test_drivers_and_escort_take_places(scene: Scene) -> None:
    """Three drivers and an escort: min(49, 55 - 4 - 9) = 42; each driver who comes or goes counts."""
    load(scene, occupancy_percent=90, isolation_rows=2)
    vehicle = make_coach_of(scene, 55)
    trip = scene.open_trip(vehicle_id=str(vehicle))  # one driver, an escort
    assert scene.trip(trip)["places"] == 44
    more = [scene.make_driver(), scene.make_driver()]
    for driver, places in zip(more, (43, 42), strict=True):
        scene.world.clock.advance(minutes=1)
        scene.tell(trip, "driver.replaced", driver_id=driver)
        assert scene.trip(trip)["places"] == places
    scene.world.clock.advance(minutes=1)
    gone = {"driver_id": more[0], "replaces_driver_id": more[1]}
    scene.tell(trip, "driver.replaced", **gone)
    assert scene.trip(trip)["places"] == 43


@pytest.mark.parametrize(("crew", "places"), [(1, 53), (2, 53), (3, 52), (5, 50)])
def test_crew_seats_of_the_vehicle_are_the_least(scene: Scene, crew: int, places: int) -> None:
    """In an ordinary year crew and passengers are never more than licensed."""
    vehicle = make_coach_of(scene, 55, crew=crew)
    trip = scene.open_trip(vehicle_id=str(vehicle))
    assert scene.trip(trip)["places"] == places


def test_no_driver_more_than_there_is_room_for(scene: Scene) -> None:
    vehicle = make_coach_of(scene, 6, crew=2)
    trip = scene.open_trip(vehicle_id=str(vehicle))
    scene.assign(trip, scene.make_workers(4))
    code = scene.refused(trip, "driver.replaced", driver_id=scene.make_driver())
    assert code == "over-capacity"
    other = {"driver_id": scene.make_driver(), "replaces_driver_id": scene.driver_id}
    scene.tell(trip, "driver.replaced", **other)


@pytest.mark.parametrize(
    ("level", "places"), [("high", 27), ("medium", 38), ("low", 49), (None, 49)]
)
def test_by_the_highest_level_on_the_way(scene: Scene, level: str | None, places: int) -> None:
    by_risk = {"high": 50, "medium": 70, "low": 90}
    load(scene, risk_scheme="2020", occupancy_by_risk=by_risk)
    if level:
        area = {"area_code": "320500", "level": level, "scheme": "2020", "valid_from": "2020-03-01"}
        other = {**area, "area_code": "110000", "level": "high"}
        scene.ok(scene.coordinator.post("/v1/risk-areas", {"areas": [area, other]}), 201)
    assert count_places(scene, 55) == places


@pytest.mark.parametrize(
    ("destination", "only", "places"),
    [("320500", True, 27), ("211281", True, 54), ("211281", False, 27)],
)
def test_only_between_cities(scene: Scene, destination: str, only: bool, places: int) -> None:  # noqa: FBT001
    load(scene, occupancy_percent=50, occupancy_between_cities_only=only)
    batch = {
        "id": str(scene.world.new_id()),
        "number": "P-D",
        "destination_code": destination,
        "window_from": "2020-03-24",
        "window_to": "2020-03-31",
    }
    scene.ok(scene.coordinator.post("/v1/batches", batch), 201)
    scene.batch_id = UUID(batch["id"])
    assert count_places(scene, 55) == places


@pytest.mark.parametrize(("counts", "places"), [(False, 27), (True, 26)])
def test_whether_the_crew_counts(scene: Scene, counts: bool, places: int) -> None:  # noqa: FBT001
    load(scene, occupancy_percent=50, crew_counts=counts)
    assert count_places(scene, 55) == places


@pytest.mark.parametrize(("least", "places"), [(10, 45), (56, 54)])
def test_rows_are_kept_free_from_a_size_on(scene: Scene, least: int, places: int) -> None:
    load(scene, isolation_rows=2, isolation_from_places=least)
    assert count_places(scene, 55) == places


@pytest.mark.parametrize("where", ["listed", "locked", "boarded", "departed"])
def test_a_driver_who_joined_took_the_place_of_somebody(scene: Scene, where: str) -> None:
    """Told afterwards it is what happened: who has no place any more is an exception at once."""
    ride = getattr(scene, where)(45)
    scene.afterwards(ride.trip, "driver.replaced", driver_id=scene.make_driver())
    found = [each["exceptions"] for each in scene.people(ride.trip).values()]
    assert sorted(found) == [[]] * 44 + [["over-capacity"]]
    assert scene.trip(ride.trip)["open_exceptions"] == 1
