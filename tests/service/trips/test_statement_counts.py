"""The number of SQL statements depends neither on the events of a request nor on the people shown."""

import pytest

from tests.service.trips.scenes import Scene

FOR_A_ROLL_CALL = 15
"""The trip's lock; the workers' locks and states (2); vehicle, demands, journeys (5); known
ids; then the writes: events, parts, log, heads, trip, passengers."""
FOR_A_NOTICE = 7
"""The trip's lock; known ids; events, log, head, trip, passengers."""
FOR_A_TRIP = 3
"""With points and passengers, where the door does not know it yet."""
FOR_ASSIGNMENTS = 23
LISTS = {
    "passengers": 8,
    "manifest": 16,
    "handover": 14,
    "trace": 8,
}


@pytest.mark.parametrize("number", [1, 50])
def test_a_request_of_many_events(scene: Scene, number: int) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00055", rows=14)
    ride = scene.locked(number)
    events = [
        scene.event(
            "passenger.checked_in", passenger_id=each, identity_shown="card", temperature=365
        )
        for each in ride.passengers
    ]
    scene.trip(ride.trip)  # the token is touched once a minute
    with scene.world.counting() as sent:
        scene.record(ride.trip, *events)
    assert len(sent) == FOR_A_ROLL_CALL


@pytest.mark.parametrize("sealed", [False, True])
def test_a_notice_moves_nothing(scene: Scene, *, sealed: bool) -> None:
    """Neither journey nor demand nor the worker's own stream is read for it; with a sealed note, its part."""
    ride = scene.listed(3)
    note = {"note": "合成：家属接听"} if sealed else {}
    events = [
        scene.event(
            "passenger.notified", passenger_id=each, channel="telephone", outcome="reached", **note
        )
        for each in ride.passengers
    ]
    scene.record(ride.trip, *events[:1])
    scene.world.clock.advance(minutes=1)
    scene.trip(ride.trip)
    with scene.world.counting() as sent:
        scene.record(ride.trip, *events[1:])
    assert len(sent) == FOR_A_NOTICE + sealed


def test_a_trip_that_the_door_does_not_know_is_read(scene: Scene) -> None:
    ride = scene.listed(1)
    [passenger] = ride.passengers
    told = {"passenger_id": passenger, "channel": "telephone"}
    scene.trip(ride.trip)
    taken = []
    for outcome in ("reached", "no_answer"):  # each changes who is still to be told
        scene.world.clock.advance(minutes=1)
        scene.trip(ride.trip)
        with scene.world.counting() as sent:
            scene.tell(ride.trip, "passenger.notified", **told, outcome=outcome)
        taken.append(len(sent))
    assert taken[0] - taken[1] == FOR_A_TRIP


@pytest.mark.parametrize("number", [1, 50])
def test_many_assignments(scene: Scene, number: int) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00055", rows=14)
    trip, workers = scene.open_trip(), scene.make_workers(number)
    with scene.world.counting() as sent:
        scene.assign(trip, workers)
    assert len(sent) == FOR_ASSIGNMENTS


@pytest.mark.parametrize("number", [1, 3])
def test_lists_of_people(scene: Scene, number: int) -> None:
    ride = scene.locked(number)
    found = {}
    for name in LISTS:
        with scene.world.counting() as sent:
            scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/{name}"))
        found[name] = len(sent)
    assert found == LISTS


@pytest.mark.parametrize("number", [1, 3])
def test_lists_of_trips_and_batches(scene: Scene, number: int) -> None:
    for _ in range(number):
        scene.open_trip()
    scene.open_trip()
    scene.coordinator.get("/v1/trips")  # records the reading
    for path, statements in (("/v1/trips", 10), ("/v1/batches", 1)):
        with scene.world.counting() as sent:
            scene.ok(scene.coordinator.get(path))
        assert len(sent) == statements


@pytest.mark.parametrize("number", [1, 3])
def test_the_trace_of_a_vehicle(scene: Scene, number: int) -> None:
    for day in range(number):
        scene.open_trip(hours=24 * day)
    with scene.world.counting() as sent:
        scene.ok(scene.coordinator.get(f"/v1/vehicles/{scene.vehicle_id}/trace"))
    assert len(sent) == 8
