"""Whose clock counts: what was seen stands where the device says, what is decided stands after all that
was known when it was decided.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.events.kinds import StreamKind
from schemas.ids import RANDOM_BYTES, make_uuid7
from tests.service.trips.scenes import Scene

pytestmark = pytest.mark.tables


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


# --- ids are only ids ---------------------------------------------------------------------------
def assign(scene: Scene, trip: UUID, person: dict[str, Any]) -> Any:
    path = f"/v1/trips/{trip}/passengers"
    (outcome,) = scene.ok(scene.coordinator.post(path, {"passengers": [person]}))["outcomes"]
    return outcome


@pytest.mark.parametrize("minutes", [-60 * 24 * 400, -240, 10, 60 * 24 * 400])
def test_an_assignment_takes_the_server_s_time_not_its_id_s(scene: Scene, minutes: int) -> None:
    """A computer ten minutes ahead makes ids ten minutes ahead; so does one that is a year off."""
    trip = scene.open_trip()
    made_at = scene.now + timedelta(minutes=minutes)
    person = {
        "id": str(scene.world.new_id()),
        "event_id": str(make_uuid7(at=made_at, randomness=bytes(RANDOM_BYTES))),
        "worker_id": str(scene.make_workers()[0]),
    }
    first = assign(scene, trip, person)
    assert (first["status"], first["exceptions"]) == ("recorded", [])
    body = scene.world.list_bodies(StreamKind.TRIP, trip)[-1]
    assert datetime.fromisoformat(body["occurred_at"]) == scene.now
    (line,) = scene.people(trip).values()
    assert line["exceptions"] == []
    scene.world.clock.advance(hours=2)  # sent again later it is still the same
    again = assign(scene, trip, person)
    assert (again["status"], again["receipt"]) == ("repeated", first["receipt"])


def test_an_assignment_sent_again_with_another_worker_is_another(scene: Scene) -> None:
    trip, (one, two) = scene.open_trip(), scene.make_workers(2)
    person = {"id": str(scene.world.new_id()), "event_id": str(uuid4()), "worker_id": str(one)}
    assign(scene, trip, person)
    outcome = assign(scene, trip, person | {"worker_id": str(two)})
    assert outcome["problem"]["code"] == "id-reused"
    assert outcome["problem"]["facts"] == {"fields": ["data.worker_id"]}


@pytest.mark.parametrize("minutes", [-60 * 24 * 400, -10, 10, 60 * 23, 60 * 24 * 400])
def test_a_live_decision_is_never_of_a_wrong_clock(scene: Scene, minutes: int) -> None:
    """It happens when the server takes it; what the sender's clock said stays beside it."""
    ride = scene.listed(1)
    wrong = scene.now + timedelta(minutes=minutes)
    (outcome,) = scene.send(ride.trip, scene.event("manifest.locked", at=wrong))
    assert (outcome["status"], outcome["exceptions"]) == ("recorded", [])
    body = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]
    assert datetime.fromisoformat(body["occurred_at"]) == wrong
    assert scene.trip(ride.trip)["exceptions"] == []


# --- each event by the clock that it was told by ---------------------------------------------------
MINUTE_MS = 60_000


def told(scene: Scene, trip: UUID, *, sent_at: datetime | None = None, **changes: Any) -> Any:
    """The outcome and the body of one observation."""
    event = scene.event("temperature_round.taken", measured=1) | changes
    body: dict[str, Any] = {"events": [event]}
    if sent_at is not None:
        body["sent_at"] = sent_at.isoformat()
    answer = scene.ok(scene.coordinator.post(f"/v1/trips/{trip}/events", body))
    return answer["outcomes"][0], scene.world.list_bodies(StreamKind.TRIP, trip)[-1]


@pytest.mark.parametrize(
    ("offset_minutes", "sent_minutes"), [(40, None), (40, 0), (40, 7), (-40, 0), (0, 7), (0, None)]
)
def test_the_event_s_own_offset_corrects_it(
    scene: Scene, offset_minutes: int, sent_minutes: int | None
) -> None:
    """The phone was 40 minutes ahead at the tap and was put right before it sent."""
    trip = scene.locked(1).trip
    scene.world.clock.advance(hours=1)
    happened = scene.now - timedelta(minutes=10)
    raw = happened + timedelta(minutes=offset_minutes)
    sent_at = None if sent_minutes is None else scene.now + timedelta(minutes=sent_minutes)
    outcome, body = told(
        scene,
        trip,
        sent_at=sent_at,
        occurred_at=raw.isoformat(),
        clock_offset_ms=offset_minutes * MINUTE_MS,
    )
    assert (outcome["status"], outcome["exceptions"]) == ("recorded", [])
    assert datetime.fromisoformat(body["occurred_at"]) == raw
    assert body["skew_ms"] == offset_minutes * MINUTE_MS
    trace = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/trace"))["items"]
    item = next(each for each in trace if each["kind"] == "temperature_round.taken")
    assert datetime.fromisoformat(item["happened_at"]) == happened


def test_a_small_offset_is_given_and_counts(scene: Scene) -> None:
    """The network's delay blurs what `sent_at` tells, not what the device says of itself."""
    trip = scene.locked(1).trip
    _, body = told(scene, trip, sent_at=scene.now + timedelta(seconds=20))
    assert body["skew_ms"] == 0
    _, body = told(scene, trip, sent_at=scene.now, clock_offset_ms=1)
    assert body["skew_ms"] == 1


DAY_MS = 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (DAY_MS, None),
        (-DAY_MS, None),
        (DAY_MS + 1, "clock-ahead"),
        (-DAY_MS - 1, "time-out-of-range"),
        (10**30, "clock-ahead"),
    ],
)
def test_an_offset_of_more_than_a_day_has_to_be_put_right(
    scene: Scene, offset: int, code: str | None
) -> None:
    trip = scene.locked(1).trip
    outcome, _ = told(scene, trip, clock_offset_ms=offset)
    assert (outcome["problem"] or {}).get("code") == code


def test_another_correction_of_the_same_event_is_a_repeat(scene: Scene) -> None:
    """The first one stands: what the sender knew of its clock is not what it says."""
    trip = scene.locked(1).trip
    scene.world.clock.advance(hours=1)
    event = scene.event("temperature_round.taken", measured=1)
    first, body = told(scene, trip, **event, clock_offset_ms=40 * MINUTE_MS)
    for sent, offset in ((None, None), (3, None), (0, 5), (0, 41 * MINUTE_MS)):
        sent_at = None if sent is None else scene.now + timedelta(minutes=sent)
        again, unchanged = told(scene, trip, sent_at=sent_at, **event, clock_offset_ms=offset)
        assert (again["status"], again["receipt"]) == ("repeated", first["receipt"])
        assert unchanged == body
