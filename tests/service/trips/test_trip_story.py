"""A trip from its plan to its closing, through the API only."""

from datetime import timedelta

from schemas.permissions import Role
from tests.service.trips.scenes import Scene


def run_to_departure(scene: Scene, *, people: int = 4, **changes: object):
    trip = scene.open_trip(**changes)
    passengers = scene.assign(trip, scene.make_workers(people))
    scene.tell(trip, "manifest.locked")
    for passenger in passengers:
        scene.tell(trip, "passenger.checked_in", passenger_id=passenger, identity_shown="card")
        scene.tell(trip, "passenger.boarded", passenger_id=passenger)
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed", aboard=people)
    return trip, passengers


def test_from_plan_to_closing(scene: Scene) -> None:
    trip, passengers = run_to_departure(scene)
    assert scene.trip(trip)["state"] == "in_transit"

    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived", aboard=4)
    for passenger in passengers:
        scene.tell(trip, "passenger.received", passenger_id=passenger)
    shown = scene.trip(trip)
    point = next(each for each in shown["points"] if each["kind"] == "handover")
    scene.tell(
        trip,
        "handover.signed",
        point_id=point["id"],
        passenger_ids=[str(each) for each in passengers],
        method="telephone",
        receiver="张经理",
    )
    assert scene.trip(trip)["state"] == "handed_over"
    scene.tell(trip, "trip.closed")

    end = scene.trip(trip)
    assert (end["state"], end["open_exceptions"]) == ("closed", 0)
    assert end["balance"]["line"] == "上车4 = 接收4；未平0"
    custody = {line["custody"]["party"] for line in scene.people(trip).values()}
    assert custody == {"destination_bureau"}


def test_who_sat_where_at_a_moment(scene: Scene) -> None:
    trip, passengers = run_to_departure(scene)
    at = (scene.now + timedelta(minutes=5)).isoformat()
    aboard = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/aboard", at=at))
    seats = [(line["seat_row"], line["seat_column"]) for line in aboard["people"]]
    assert seats == [(1, 1), (1, 2), (1, 4), (1, 5)]
    assert {line["passenger_id"] for line in aboard["people"]} == {str(p) for p in passengers}


def test_escort_sees_only_the_own_trip(scene: Scene) -> None:
    trip = scene.open_trip()
    other = scene.open_trip(hours=48)
    stranger = scene.world.client(Role.ESCORT, trip_ids=[other])
    assert stranger.get(f"/v1/trips/{trip}").status_code == 404
    assert stranger.get(f"/v1/trips/{other}").status_code == 200
    outcome = scene.send(trip, scene.event("trip.departed"), by=stranger)[0]
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "not-found")
