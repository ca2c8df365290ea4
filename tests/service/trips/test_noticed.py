"""What is allowed and has to be noticed: a departure with nobody aboard, a seat to another city."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from service.trips.rules.destinations import goes_elsewhere
from service.trips.rules.overview import Plan, Point
from tests.registry import enter_demands
from tests.service.trips.noticing import assign_one
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables


def open_trips(scene: Scene) -> list[str]:
    """Trips that the board shows as needing somebody because of an exception."""
    rows = scene.coordinator.get("/v1/trips", attention=True).json()["items"]
    return [row["id"] for row in rows if "exception" in {each["code"] for each in row["needs"]}]


def test_an_empty_departure_is_recorded_and_has_to_be_explained(scene: Scene) -> None:
    """A vehicle that left has left; nobody can refuse it."""
    ride = scene.locked(1)
    assert scene.tell(ride.trip, "trip.departed")["exceptions"] == ["departed-empty"]
    assert scene.trip(ride.trip)["exceptions"] == ["departed-empty"]
    assert open_trips(scene) == [str(ride.trip)]
    scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[0])
    scene.tell(ride.trip, "trip.returned")
    assert scene.refused(ride.trip, "trip.closed") == "exceptions-open"
    scene.tell(ride.trip, "exception.explained", code="departed-empty", explanation="空车返回")
    scene.tell(ride.trip, "trip.closed")
    assert scene.trip(ride.trip)["open_exceptions"] == 0


def test_the_roll_call_that_comes_later_takes_the_exception_back(scene: Scene) -> None:
    """The phone had no signal at the door. In both orders the end is the same."""
    ends = []
    for first in ("trip.departed", "passenger.boarded"):
        ride = scene.locked(1)
        door, departure = scene.now + timedelta(minutes=5), scene.now + timedelta(minutes=10)
        scene.world.clock.advance(minutes=20)
        told = {
            "trip.departed": {"at": departure},
            "passenger.boarded": {"at": door, "passenger_id": ride.passengers[0]},
        }
        for kind in sorted(told, key=lambda kind: kind != first):
            scene.afterwards(ride.trip, kind, **told[kind])
        shown = scene.trip(ride.trip)
        ends.append((shown["state"], shown["aboard"], shown["exceptions"]))
    assert ends == [("in_transit", 1, [])] * 2


def test_a_seat_to_another_city_is_given_and_told(scene: Scene) -> None:
    (worker,) = scene.make_workers()
    enter_demands(scene.world, [worker], destination_code="330100", destination="浙江省杭州市")
    trip = scene.open_trip()
    assert assign_one(scene, trip, worker) == ["other-destination"]
    assert open_trips(scene) == [str(trip)]
    (passenger,) = scene.people(trip)
    scene.tell(trip, "passenger.unassigned", passenger_id=passenger)
    assert scene.people(trip)[passenger]["exceptions"] == []
    assert open_trips(scene) == []


@pytest.mark.parametrize("wanted", ["320500", "320583", "320000", None])
def test_a_seat_to_the_wanted_place_says_nothing(scene: Scene, wanted: str | None) -> None:
    (worker,) = scene.make_workers()
    enter_demands(scene.world, [worker], destination_code=wanted, destination=None)
    assert assign_one(scene, scene.open_trip(), worker) == []


POINT = Point(UUID(int=1), "handover", 1, "厂门", None, None, None)
PLAN = Plan(
    batch_id=UUID(int=2),
    number="P1",
    county_code="211221",
    destination_code="320500",
    planned_departure_at=None,
    planned_arrival_at=None,
    carrier_id=None,
    kept_free_rows=frozenset(),
    points=(),
    has_contacts=True,
    policy_version="ordinary",
    version=1,
)
CASES = {
    "the same city": ("320500", [], "320500", False),
    "a county of the city": ("320500", [], "320583", False),
    "the city of the county": ("320583", [], "320500", False),
    "another county of the city": ("320583", [], "320582", False),
    "a province is wanted": ("320500", [], "320000", False),
    "the trip names a province": ("320000", [], "320500", False),
    "another city": ("320500", [], "320200", True),
    "another province": ("320500", [], "330000", True),
    "a stop on the way": ("320500", ["320200"], "320200", False),
    "a stop by its township": ("320500", ["320205001"], "320200", False),
    "no stop there": ("320500", ["320400"], "320200", True),
    "a municipality": ("310115", [], "310100", False),
    "another municipality": ("310115", [], "110100", True),
    "a county that is under no city": ("429004", [], "429004", False),
    "another such county": ("429004", [], "429005", True),
    "such a county of the province": ("659001", [], "650000", False),
    "nothing is wanted": ("320500", [], None, False),
    "a feeder in the county": ("211221", [], "320500", False),
    "a trip without a destination": (None, [], "320500", False),
}


@pytest.mark.parametrize("case", CASES)
def test_where_a_trip_goes(case: str) -> None:
    destination, stops, wanted, elsewhere = CASES[case]
    points = tuple(replace(POINT, division_code=stop) for stop in stops)
    plan = replace(PLAN, destination_code=destination, points=points)
    assert goes_elsewhere(plan, wanted) is elsewhere
