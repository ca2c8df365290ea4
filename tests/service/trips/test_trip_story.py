"""A trip from its plan to its closing, through the API only."""

from datetime import timedelta

from tests.service.trips.scenes import Scene


def test_from_plan_to_closing(scene: Scene) -> None:
    ride = scene.departed(4)
    assert scene.trip(ride.trip)["state"] == "in_transit"

    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived", aboard=4)
    scene.hand_over(ride.trip, ride.passengers)
    assert scene.trip(ride.trip)["state"] == "handed_over"
    scene.tell(ride.trip, "trip.closed")

    end = scene.trip(ride.trip)
    assert (end["state"], end["open_exceptions"]) == ("closed", 0)
    assert end["balance"]["line"] == "上车4 = 接收4；未平0"
    custody = {line["custody"]["party"] for line in scene.people(ride.trip).values()}
    assert custody == {"destination_bureau"}


def test_who_sat_where_at_a_moment(scene: Scene) -> None:
    ride = scene.departed(4)
    at = (scene.now + timedelta(minutes=5)).isoformat()
    aboard = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/aboard", at=at))
    seats = [(line["seat_row"], line["seat_column"]) for line in aboard["people"]]
    assert seats == [(1, 1), (1, 2), (1, 4), (1, 5)]
    assert {line["passenger_id"] for line in aboard["people"]} == {str(p) for p in ride.passengers}
