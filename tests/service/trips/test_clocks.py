"""Whose clock counts: what was seen stands where the device says, what is decided stands after all that
was known when it was decided.
"""

from datetime import datetime, timedelta

import pytest

from schemas.events.kinds import StreamKind
from tests.service.trips.scenes import Scene


@pytest.mark.parametrize("minutes", [-240, -4, 4])
def test_a_decision_of_now_is_of_now_whatever_the_desk_thinks(scene: Scene, minutes: int) -> None:
    """A coordinator whose clock is off locks the list; nobody who boards then has an exception."""
    ride = scene.listed(1)
    scene.world.clock.advance(hours=5)
    wrong = scene.now + timedelta(minutes=minutes)
    filed = scene.event("trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    scene.record(ride.trip, filed, scene.event("manifest.locked", at=wrong))
    scene.world.clock.advance(minutes=1)
    scene.board(ride.trip, ride.passengers)
    shown = scene.trip(ride.trip)
    assert (shown["state"], shown["open_exceptions"]) == ("locked", 0)
    bodies = scene.world.list_bodies(StreamKind.TRIP, ride.trip)
    locked = next(body for body in bodies if body["kind"] == "manifest.locked")
    assert datetime.fromisoformat(locked["occurred_at"]) == wrong
    assert abs(locked["skew_ms"] - minutes * 60_000) <= 1


def test_decisions_stand_in_the_order_in_which_they_were_taken(scene: Scene) -> None:
    """Two coordinators, one of them ten minutes behind, change one seat in turn."""
    ride = scene.listed(1)
    passenger = {"passenger_id": ride.passengers[0]}
    behind = scene.now - timedelta(minutes=10)
    for row, at in ((3, scene.now), (4, behind), (5, scene.now), (6, behind)):
        change = scene.event(
            "passenger.seat_changed", at=at, **passenger, seat_row=row, seat_column=1
        )
        scene.record(ride.trip, change)
        (line,) = scene.people(ride.trip).values()
        assert (line["seat_row"], line["exceptions"]) == (row, [])


def test_a_decision_follows_a_fact_from_a_clock_that_runs_ahead(scene: Scene) -> None:
    """Boarding was noted four minutes ahead; the seat changed after it is changed after it."""
    ride = scene.locked(1)
    ahead = scene.now + timedelta(minutes=4)
    passenger = {"passenger_id": ride.passengers[0]}
    scene.tell(ride.trip, "passenger.boarded", at=ahead, **passenger, seat_row=2, seat_column=1)
    scene.tell(ride.trip, "passenger.seat_changed", **passenger, seat_row=8, seat_column=1)
    (line,) = scene.people(ride.trip).values()
    assert line["seat_row"] == 8


def test_a_signature_counts_although_the_gate_s_clock_ran_ahead(scene: Scene) -> None:
    """It names the receiving by its id, and does not outlive it."""
    ride = scene.arrived(1)
    passenger = {"passenger_id": ride.passengers[0]}
    ahead = scene.now + timedelta(minutes=4)
    received = scene.tell(ride.trip, "passenger.received", at=ahead, **passenger)
    scene.record(ride.trip, scene.signature(ride.trip, ride.passengers))
    assert scene.trip(ride.trip)["state"] == "handed_over"
    scene.tell(ride.trip, "event.reversed", event_id=received["id"], reason="签错人")
    scene.tell(ride.trip, "passenger.received", at=ahead, **passenger)
    assert scene.trip(ride.trip)["state"] == "arrived"
    assert scene.refused(ride.trip, "trip.closed") == "not-balanced-handover"


def test_a_decision_told_afterwards_keeps_its_time(scene: Scene) -> None:
    """The paper was signed last night; it is typed in this morning."""
    ride = scene.arrived(1)
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    last_night = scene.now
    scene.world.clock.advance(hours=10)
    signed = scene.signature(ride.trip, ride.passengers) | {
        "mode": "afterwards",
        "source": "paper",
        "occurred_at": last_night.isoformat(),
    }
    signed["data"] |= {"method": "paper", "file_hash": "ab" * 32}
    scene.record(ride.trip, signed)
    trace = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/trace"))["items"]
    item = next(each for each in trace if each["kind"] == "handover.signed")
    assert item["late_seconds"] == 10 * 3600
    assert scene.trip(ride.trip)["state"] == "handed_over"


@pytest.mark.parametrize(
    ("decided", "told", "exceptions", "order"),
    [
        (20.4, 20.0, [], ["trip.filed", "filing.acknowledged"]),  # that second
        (20.4, 0.0, [], ["trip.filed", "filing.acknowledged"]),  # that minute
        (20.4, 19.0, ["out-of-order"], ["filing.acknowledged", "trip.filed"]),
        (20.4, 20.1, ["out-of-order"], ["filing.acknowledged", "trip.filed"]),
        (61.0, 0.0, ["out-of-order"], ["filing.acknowledged", "trip.filed"]),
    ],
)
def test_a_whole_second_or_minute_means_all_of_it(
    scene: Scene, decided: float, told: float, exceptions: list[str], order: list[str]
) -> None:
    ride = scene.listed(1)
    begin = (scene.now + timedelta(minutes=10)).replace(second=0, microsecond=0)
    scene.world.clock.now = begin + timedelta(seconds=decided)
    scene.tell(ride.trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    at = begin + timedelta(seconds=told)
    said = {"channel": "letter", "person": "张某", "unit": "苏州市人社局"}
    outcome = scene.tell(ride.trip, "filing.acknowledged", at=at, **said)
    assert outcome["exceptions"] == exceptions
    trace = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/trace"))["items"]
    assert [item["kind"] for item in trace if item["kind"] in order] == order
    bodies = scene.world.list_bodies(StreamKind.TRIP, ride.trip)
    assert datetime.fromisoformat(bodies[-1]["occurred_at"]) == at


def test_a_whole_second_about_another_subject_stands_after_it_in_the_trace(scene: Scene) -> None:
    ride = scene.listed(1)
    begin = (scene.now + timedelta(minutes=10)).replace(microsecond=0)
    filed = {"channel": "telephone", "recipient_unit": "苏州市人社局"}
    scene.world.clock.now = begin + timedelta(seconds=5.2)
    scene.tell(ride.trip, "trip.filed", **filed)
    scene.tell(ride.trip, "manifest.locked")
    scene.world.clock.now = begin + timedelta(seconds=5.6)
    at = begin + timedelta(seconds=5)
    seen = {"passenger_id": ride.passengers[0], "identity_shown": "card"}
    scene.tell(ride.trip, "passenger.checked_in", at=at, **seen)
    trace = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/trace"))["items"]
    kinds = [item["kind"] for item in trace]
    assert kinds[-2:] == ["manifest.locked", "passenger.checked_in"]
    assert datetime.fromisoformat(trace[-1]["happened_at"]) == at
