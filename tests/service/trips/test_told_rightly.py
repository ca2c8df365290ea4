"""What happened is told rightly: against a clearance, in any order of belonging facts, on a closed trip, and
an explanation covers what it was given for.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

AGAINST = "boarded-against-clearance"


def hold(scene: Scene, worker: UUID, *, mode: str = "live", at: Any = None) -> dict[str, Any]:
    office = scene.world.client(Role.HEALTH_OFFICER)
    event = scene.event(
        "worker.travel_changed",
        action="held",
        reason_class="health",
        mode=mode,
        at=at,
        hold_id=scene.world.new_id(),
        reason="发热待查",
    )
    answer = scene.ok(office.post(f"/v1/workers/{worker}/events", {"events": [event]}))
    assert answer["outcomes"][0]["status"] == "recorded"
    return event


def exceptions(scene: Scene, ride: Ride) -> list[str]:
    lines = scene.people(ride.trip)
    return list(lines[str(ride.passengers[0])]["exceptions"])


def closed(scene: Scene, people: int = 2) -> Ride:
    ride = scene.arrived(people)
    scene.hand_over(ride.trip, ride.passengers)
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, "trip.closed")
    return ride


# --- against the clearance ------------------------------------------------------------------------
def test_held_and_told_aboard_afterwards(scene: Scene) -> None:
    ride = scene.locked(1)
    hold(scene, ride.workers[0])
    scene.world.clock.advance(minutes=5)
    found = scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])
    assert found == exceptions(scene, ride) == [AGAINST]


def test_a_hold_that_comes_to_light_after_the_boarding(scene: Scene) -> None:
    """By its time it lay before; nothing of the trip is written anew, and its answers know."""
    ride = scene.locked(1)
    before = scene.now
    scene.world.clock.advance(minutes=5)
    scene.board(ride.trip, ride.passengers)
    assert exceptions(scene, ride) == []
    hold(scene, ride.workers[0], mode="afterwards", at=before)
    assert exceptions(scene, ride) == [AGAINST]
    assert scene.trip(ride.trip)["open_exceptions"] == 1
    [row] = scene.ok(scene.coordinator.get("/v1/trips", attention="true"))["items"]
    assert (row["id"], row["open_exceptions"]) == (str(ride.trip), 1)


def test_a_hold_that_was_laid_after_the_boarding_marks_nothing(scene: Scene) -> None:
    ride = scene.boarded(1)
    scene.world.clock.advance(minutes=5)
    hold(scene, ride.workers[0])
    assert exceptions(scene, ride) == []


def test_too_young_and_told_aboard_afterwards(scene: Scene) -> None:
    ride = scene.listed(1)
    young = scene.make_workers(birth_date="2008-05-12")
    stand_by = scene.departed(1)
    person = {"passenger_id": scene.world.new_id(), "worker_id": young[0]}
    scene.world.clock.advance(minutes=1)
    found = scene.afterwards(stand_by.trip, "passenger.found_aboard", **person)
    assert found == [AGAINST, "not-on-list"]
    assert ride.passengers


@pytest.mark.parametrize(("boarding", "expected"), [(395, [AGAINST]), (368, [])])
def test_normal_at_the_roll_call_and_warm_at_the_door(
    scene: Scene, boarding: int, expected: list[str]
) -> None:
    ride = scene.locked(1)
    passenger = {"passenger_id": ride.passengers[0]}
    scene.tell(
        ride.trip, "passenger.checked_in", **passenger, identity_shown="card", temperature=374
    )
    scene.world.clock.advance(minutes=1)
    outcome = scene.tell(ride.trip, "passenger.boarded", **passenger, temperature=boarding)
    assert outcome["exceptions"] == exceptions(scene, ride) == expected
    body = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]
    assert body["decided"] == ({"against_clearance": True} if expected else {})
    assert ("gate.health" in body["commit"]) is bool(expected)


# --- in any order -----------------------------------------------------------------------------------
def test_received_before_found_aboard(scene: Scene) -> None:
    ride = scene.arrived(1)
    (worker,) = scene.make_workers()
    found = {"passenger_id": scene.world.new_id()}
    seen = scene.now - timedelta(hours=3)
    first = scene.tell(ride.trip, "passenger.received", mode="afterwards", **found)
    assert first["exceptions"] == ["received-without-boarding"]
    assert scene.people(ride.trip)[str(found["passenger_id"])]["worker_id"] is None
    second = scene.tell(
        ride.trip, "passenger.found_aboard", mode="afterwards", at=seen, **found, worker_id=worker
    )
    assert second["exceptions"] == ["not-on-list"]
    line = scene.people(ride.trip)[str(found["passenger_id"])]
    assert (line["status"], line["worker_id"], line["exceptions"]) == (
        "received",
        str(worker),
        ["not-on-list"],
    )


@pytest.mark.parametrize("subject", ["passenger", "trip"])
def test_a_reversal_before_what_it_reverses(scene: Scene, subject: str) -> None:
    ride = scene.departed(1)
    scene.world.clock.advance(minutes=30)
    kind, data = {
        "passenger": ("passenger.left", {"passenger_id": ride.passengers[0], "place": "服务区"}),
        "trip": ("trip.held_up", {"reason": "大雾"}),
    }[subject]
    wrong = scene.event(kind, mode="afterwards", **data)
    reversal = {"event_id": wrong["id"], "reason": "记错"}
    live = scene.refused(ride.trip, "event.reversed", **reversal)
    assert live == "not-found"
    scene.world.clock.advance(minutes=1)
    early = scene.tell(ride.trip, "event.reversed", mode="afterwards", **reversal)
    assert (early["exceptions"], early["decided"]) == (["reversal-waits"], {"waits": True})
    assert scene.trip(ride.trip)["exceptions"] == ["reversal-waits"]
    scene.record(ride.trip, wrong)
    shown = scene.trip(ride.trip)
    assert (shown["state"], shown["exceptions"], shown["aboard"]) == ("in_transit", [], 1)


def test_a_reversal_and_its_fact_in_one_request_in_the_wrong_order(scene: Scene) -> None:
    ride = scene.departed(1)
    scene.world.clock.advance(minutes=30)
    left = {"passenger_id": ride.passengers[0], "place": "服务区"}
    wrong = scene.event("passenger.left", mode="afterwards", **left)
    about = {"event_id": wrong["id"], "reason": "记错"}
    reversal = scene.event("event.reversed", mode="afterwards", **about)
    scene.record(ride.trip, reversal, wrong)
    assert (scene.trip(ride.trip)["exceptions"], exceptions(scene, ride)) == ([], [])


# --- closed ------------------------------------------------------------------------------------------
def test_a_wrong_late_fact_on_a_closed_trip_is_reversed(scene: Scene) -> None:
    ride = closed(scene)
    wrong = scene.event("passenger.left", mode="afterwards", at=scene.now - timedelta(hours=5),
                        passenger_id=ride.passengers[0], place="服务区")  # fmt: skip
    scene.record(ride.trip, wrong)
    assert exceptions(scene, ride) == ["out-of-order"]
    scene.tell(ride.trip, "event.reversed", event_id=wrong["id"], reason="认错人")
    shown = scene.trip(ride.trip)
    assert (shown["state"], shown["open_exceptions"]) == ("closed", 0)


def test_a_closed_trip_stays_closed_when_its_arrival_is_reversed(scene: Scene) -> None:
    ride = closed(scene)
    bodies = scene.world.list_bodies(StreamKind.TRIP, ride.trip)
    [arrival] = [body["id"] for body in bodies if body["kind"] == "trip.arrived"]
    scene.tell(ride.trip, "event.reversed", event_id=arrival, reason="到的是另一处")
    shown = scene.trip(ride.trip)
    assert shown["state"] == "closed"
    assert shown["open_exceptions"] > 0
    listed = scene.ok(scene.coordinator.get("/v1/trips", attention="true"))["items"]
    assert [row["id"] for row in listed] == [str(ride.trip)]


# --- an explanation covers what it was given for -----------------------------------------------------
def test_an_explanation_does_not_cover_what_comes_later(scene: Scene) -> None:
    """Explained: told of the trip after the handover. Then somebody tells of 400 km that he left the coach."""
    ride = closed(scene)
    passenger = {"passenger_id": ride.passengers[0]}
    told = {"channel": "sms", "outcome": "reached", **passenger}
    notice = scene.event("passenger.notified", mode="afterwards", **told)
    scene.world.clock.advance(minutes=1)
    scene.record(ride.trip, notice)
    about = {"code": "out-of-order", "explanation": "补录", **passenger}
    explained = scene.tell(ride.trip, "exception.explained", **about)
    assert str(notice["id"]) in explained["decided"]["events"]
    assert exceptions(scene, ride) == []
    at = scene.now - timedelta(hours=6)
    left = scene.event("passenger.left", mode="afterwards", at=at, **passenger, place="400公里处")
    scene.record(ride.trip, left)
    line = scene.people(ride.trip)[str(passenger["passenger_id"])]
    assert [each["code"] for each in line["findings"]] == ["out-of-order"]
    assert str(left["id"]) in line["findings"][0]["events"]


def test_an_explanation_of_named_facts_leaves_the_others_open(scene: Scene) -> None:
    ride = scene.boarded(1)
    passenger = {"passenger_id": ride.passengers[0]}
    twice = []
    bodies = scene.world.list_bodies(StreamKind.TRIP, ride.trip)
    [first] = [body["id"] for body in bodies if body["kind"] == "passenger.boarded"]
    for _ in range(2):
        scene.world.clock.advance(minutes=1)
        twice.append(scene.event("passenger.boarded", mode="afterwards", **passenger))
        scene.record(ride.trip, twice[-1])
    about = {"code": "boarded-twice", "explanation": "重复录入", **passenger}
    scene.tell(ride.trip, "exception.explained", events=[first, str(twice[0]["id"])], **about)
    line = scene.people(ride.trip)[str(passenger["passenger_id"])]
    assert [each["events"] for each in line["findings"]] == [sorted([first, str(twice[1]["id"])])]
    strange = {"events": [str(scene.world.new_id())]}
    assert (
        scene.refused(ride.trip, "exception.explained", **about, **strange) == "exception-unknown"
    )


def test_findings_name_the_facts_of_both_sides(scene: Scene) -> None:
    ride = scene.locked(2)
    first, second = ride.passengers
    boarded = []
    for who in (first, second):
        scene.world.clock.advance(minutes=1)
        seat = {"seat_row": 5, "seat_column": 1}
        boarded.append(
            scene.event("passenger.boarded", mode="afterwards", passenger_id=who, **seat)
        )
        scene.record(ride.trip, boarded[-1])
    (finding,) = scene.people(ride.trip)[str(second)]["findings"]
    assert (finding["code"], finding["events"]) == (
        "seat-taken",
        sorted(str(each["id"]) for each in boarded),
    )
