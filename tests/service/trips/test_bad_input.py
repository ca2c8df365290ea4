"""Bad input gets a clear answer and loses nothing: what is right beside it is recorded."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

Event = dict[str, Any]


def test_501_events(scene: Scene) -> None:
    ride = scene.locked(1)
    events = [scene.event("temperature_round.taken", measured=1) for _ in range(501)]
    answer = scene.coordinator.post(f"/v1/trips/{ride.trip}/events", {"events": events})
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["field"] for each in answer.json()["errors"]] == ["body.events"]
    none = scene.coordinator.post(f"/v1/trips/{ride.trip}/events", {"events": []})
    assert none.status_code == 422


WRONG_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"temperature": 99}, "temperature"),
    ({"temperature": 36.5}, "temperature"),
    ({"identity_shown": "a smile"}, "identity_shown"),
    ({"shoe_size": 44}, "shoe_size"),
]


def test_a_wrong_field_stands_alone(scene: Scene) -> None:
    """The others of the request are recorded; the answer names the field and not the value."""
    ride = scene.locked(2)
    wrong, right = ride.passengers
    for given, field in WRONG_FIELDS:
        data = {"passenger_id": str(wrong), "identity_shown": "card"} | given
        (outcome,) = scene.send(ride.trip, scene.event("passenger.checked_in", **data))
        assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "field-invalid")
        fields = {each["field"].split(".")[0] for each in outcome["problem"]["errors"]}
        assert fields == {field}
        assert "a smile" not in str(outcome)
    bad = scene.event("passenger.checked_in", passenger_id=wrong)
    good = scene.event("passenger.checked_in", passenger_id=right, identity_shown="card")
    first, second = scene.send(ride.trip, bad, good)
    assert (first["status"], second["status"]) == ("refused", "recorded")
    assert first["problem"]["errors"] == [{"field": "identity_shown", "message": "缺少此项"}]


CLOCKS: list[tuple[timedelta, str]] = [
    (timedelta(minutes=4), "recorded"),
    (timedelta(minutes=6), "clock-ahead flagged"),
    (timedelta(hours=23), "clock-ahead flagged"),
    (timedelta(hours=25), "clock-ahead"),
    (timedelta(days=365_000), "clock-ahead"),
    (-timedelta(days=300), "recorded"),
    (-timedelta(days=400), "time-out-of-range"),
    (-timedelta(days=22_000), "time-out-of-range"),
]


def test_clocks_that_are_wrong(scene: Scene) -> None:
    trip = scene.locked(1).trip
    found = []
    for ahead, _ in CLOCKS:
        event = scene.event("temperature_round.taken", at=scene.now + ahead, measured=1)
        (outcome,) = scene.send(trip, event)
        problem = outcome["problem"]["code"] if outcome["problem"] else None
        flags = " flagged" if "clock-ahead" in outcome["exceptions"] else ""
        found.append((ahead, problem or (f"clock-ahead{flags}" if flags else outcome["status"])))
    assert found == CLOCKS


def send_at(scene: Scene, trip: UUID, sent_at: Any, *events: Event) -> Any:
    body = {"sent_at": sent_at.isoformat(), "events": list(events)}
    return scene.coordinator.post(f"/v1/trips/{trip}/events", body)


@pytest.mark.parametrize("hours", [-20, -1, 2, 23])
def test_a_device_that_tells_its_clock_is_corrected(scene: Scene, hours: int) -> None:
    """Nothing is flagged, and what happened stands at the right time."""
    ride = scene.locked(1)
    wrong = scene.now + timedelta(hours=hours)
    event = scene.event("passenger.boarded", at=wrong, passenger_id=ride.passengers[0])
    outcome = scene.ok(send_at(scene, ride.trip, wrong, event))["outcomes"][0]
    assert (outcome["status"], outcome["exceptions"]) == ("recorded", [])
    (line,) = scene.people(ride.trip).values()
    assert line["boarded_at"] == "2020-03-24T00:00:00Z"


@pytest.mark.parametrize(("days", "code"), [(366_000, "clock-ahead"), (-3, "time-out-of-range")])
def test_a_device_that_is_days_off_has_to_be_set(scene: Scene, days: int, code: str) -> None:
    trip = scene.locked(1).trip
    event = scene.event("temperature_round.taken", measured=1)
    answer = send_at(scene, trip, scene.now + timedelta(days=days), event)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_times_without_a_zone(scene: Scene) -> None:
    trip = scene.locked(1).trip
    event = scene.event("temperature_round.taken", measured=1) | {
        "occurred_at": "2020-03-24T08:00:00"
    }
    assert scene.send(trip, event)[0]["problem"]["code"] == "event-unreadable"
    delayed = scene.event("trip.delayed", expected_at="2020-03-25T08:00:00")
    assert scene.send(trip, delayed)[0]["problem"]["code"] == "field-invalid"
    naive = scene.coordinator.get(f"/v1/trips/{trip}/aboard", at="2020-03-24T08:00:00")
    assert (naive.status_code, naive.json()["code"]) == (422, "request-invalid")


def test_ids_that_are_no_uuid7_break_nothing(scene: Scene) -> None:
    """Their bits may name a year that no calendar has; nobody reads a time out of them."""
    ride = scene.listed(1)
    far = UUID(int=(0xFFFF << 112) | uuid4().int >> 16)
    person = {"id": str(uuid4()), "event_id": str(far), "worker_id": str(scene.make_workers()[0])}
    path = f"/v1/trips/{ride.trip}/passengers"
    outcome = scene.ok(scene.coordinator.post(path, {"passengers": [person]}))["outcomes"][0]
    assert outcome["status"] == "recorded"
    assert scene.statuses(Ride(ride.trip, [UUID(person["id"])], [])) == ["listed"]
    far = UUID(int=far.int ^ 1)
    cancelled = scene.event("trip.cancelled", reason="雪") | {"id": str(far)}
    assert scene.send(ride.trip, cancelled)[0]["status"] == "recorded"
    assert scene.statuses(ride) == ["removed"]


def test_boarding_twice_in_one_request(scene: Scene) -> None:
    ride = scene.locked(1)
    board = [scene.event("passenger.boarded", passenger_id=ride.passengers[0]) for _ in range(2)]
    first, second = scene.send(ride.trip, *board)
    assert (first["status"], second["problem"]["code"]) == ("recorded", "already-aboard")


def test_messages_come_in_the_language_that_was_asked_for(scene: Scene) -> None:
    ride = scene.locked(1)
    body = {"events": [scene.event("passenger.checked_in", passenger_id=ride.passengers[0])]}
    path = f"/v1/trips/{ride.trip}/events"
    answer = scene.coordinator.request(
        "POST", path, body=body, headers={"Accept-Language": "en"}
    ).json()["outcomes"][0]["problem"]
    assert (answer["title"], answer["errors"]) == (
        "a field is not right",
        [{"field": "identity_shown", "message": "Field required"}],
    )
