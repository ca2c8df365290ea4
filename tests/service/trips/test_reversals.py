"""Reversals: what may be undone, by whom, and what comes back."""

from typing import Any

from tests.service.trips.scenes import Scene


def undo(scene: Scene, trip: Any, event: Any) -> Any:
    return scene.send(trip, scene.event("event.reversed", event_id=event["id"], reason="记错"))[0]


def test_a_fact_and_its_reversal_in_one_request(scene: Scene) -> None:
    ride = scene.boarded(1)
    wrong = scene.event("passenger.left", passenger_id=ride.passengers[0], place="服务区")
    reversal = scene.event("event.reversed", event_id=wrong["id"], reason="认错人")
    early = scene.send(ride.trip, reversal, wrong | {"mode": "afterwards"})
    assert (early[0]["problem"]["code"], early[1]["status"]) == ("not-found", "recorded")
    again = scene.event("passenger.left", passenger_id=ride.passengers[0], place="服务区")
    scene.record(
        ride.trip,
        scene.event("event.reversed", event_id=wrong["id"], reason="认错人"),
        again,
        scene.event("event.reversed", event_id=again["id"], reason="又错"),
    )
    (line,) = scene.people(ride.trip).values()
    assert (line["status"], line["exceptions"]) == ("boarded", [])


def test_decisions_about_the_list_are_undone_by_decisions(scene: Scene) -> None:
    ride = scene.listed(2)
    assigned = scene.send(
        ride.trip,
        scene.event(
            "passenger.assigned",
            passenger_id=scene.world.new_id(),
            worker_id=scene.make_workers()[0],
        ),
    )[0]
    removed = scene.tell(ride.trip, "passenger.unassigned", passenger_id=ride.passengers[0])
    locked = scene.tell(ride.trip, "manifest.locked")
    unlocked = scene.tell(ride.trip, "manifest.unlocked", reason="改")
    for event in (assigned, removed, locked, unlocked):
        before = scene.rows()
        assert undo(scene, ride.trip, event)["problem"]["code"] == "cannot-reverse"
        assert scene.rows() == before


def test_who_drove_and_led_in_what_is_told_wrongly_too(scene: Scene) -> None:
    """As long as no version of a list hangs on it."""
    ride = scene.listed(2)
    told = {
        "vehicle.replaced": {"vehicle_id": scene.make_vehicle("辽M40404")},
        "driver.replaced": {"driver_id": scene.make_driver()},
        "escort.replaced": {"name": "合成领队二", "phone": "13900000001"},
    }
    before = scene.trip(ride.trip)
    events = [scene.tell(ride.trip, kind, **data) for kind, data in told.items()]
    for event in events:
        assert undo(scene, ride.trip, event)["status"] == "recorded"
    assert scene.trip(ride.trip) == before
    scene.tell(ride.trip, "manifest.locked")
    listed = scene.tell(ride.trip, "vehicle.replaced", **told["vehicle.replaced"])
    assert undo(scene, ride.trip, listed)["problem"]["code"] == "cannot-reverse"


def test_a_kept_refusal_and_a_reversal_are_not_reversed(scene: Scene) -> None:
    ride = scene.listed(1)
    refusal = scene.event("passenger.boarded", passenger_id=ride.passengers[0])
    scene.send(ride.trip, refusal)
    assert undo(scene, ride.trip, refusal)["problem"]["code"] == "cannot-reverse"
    told = scene.tell(ride.trip, "passenger.notified", passenger_id=ride.passengers[0], **NOTICE)
    reversal = undo(scene, ride.trip, told)
    assert reversal["status"] == "recorded"
    assert undo(scene, ride.trip, reversal)["problem"]["code"] == "cannot-reverse"


NOTICE = {"channel": "sms", "outcome": "reached"}


def test_nobody_comes_back_to_a_place_that_was_given_away(scene: Scene) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00001", rows=1)
    ride = scene.listed(5)
    waiting = scene.assign(ride.trip, scene.make_workers(), stand_by=True)[0]
    scene.tell(ride.trip, "manifest.locked")
    gone = ride.passengers[0]
    missed = scene.tell(ride.trip, "passenger.no_show", passenger_id=gone)
    scene.tell(ride.trip, "passenger.substituted", passenger_id=waiting, replaces_passenger_id=gone)
    assert undo(scene, ride.trip, missed)["problem"]["code"] == "over-capacity"
    assert scene.afterwards(ride.trip, "passenger.boarded", passenger_id=gone) == [
        "out-of-order",
        "over-capacity",
        "seat-taken",
    ]
    assert undo(scene, ride.trip, missed)["problem"]["code"] == "over-capacity"
    assert scene.trip(ride.trip)["taken"] == 5


def test_events_of_another_trip_are_not_found_here(scene: Scene) -> None:
    ride, other = scene.boarded(1), scene.open_trip()
    told = scene.tell(ride.trip, "temperature_round.taken", measured=1)
    assert undo(scene, other, told)["problem"]["code"] == "not-found"


def test_a_departure_that_was_none(scene: Scene) -> None:
    """The trip is at the door again, and boarding goes on."""
    ride = scene.locked(2)
    one, two = ride.passengers
    scene.board(ride.trip, [one])
    departed = scene.tell(ride.trip, "trip.departed")
    assert scene.refused(ride.trip, "passenger.boarded", passenger_id=two) == "state-forbids"
    assert undo(scene, ride.trip, departed)["status"] == "recorded"
    assert (scene.trip(ride.trip)["state"], scene.trip(ride.trip)["departed_at"]) == (
        "locked",
        None,
    )
    scene.tell(ride.trip, "passenger.boarded", passenger_id=two)


def test_a_signature_and_an_explanation_can_be_taken_back(scene: Scene) -> None:
    ride = scene.arrived(1)
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    (signed,) = scene.record(ride.trip, scene.signature(ride.trip, ride.passengers))
    assert scene.trip(ride.trip)["state"] == "handed_over"
    undo(scene, ride.trip, signed)
    assert scene.trip(ride.trip)["state"] == "arrived"
    passenger = {"passenger_id": ride.passengers[0]}
    scene.afterwards(ride.trip, "passenger.notified", channel="sms", outcome="reached", **passenger)
    about = {"code": "out-of-order", "explanation": "补录", **passenger}
    explained = scene.tell(ride.trip, "exception.explained", **about)
    assert scene.trip(ride.trip)["open_exceptions"] == 0
    undo(scene, ride.trip, explained)
    assert scene.trip(ride.trip)["open_exceptions"] == 1


def test_no_event_reverses_itself(scene: Scene) -> None:
    """It would wait for ever for an event that is there."""
    ride = scene.departed(1)
    event = scene.event(
        "event.reversed", mode="afterwards", event_id=scene.world.new_id(), reason="误"
    )
    event["data"]["event_id"] = event["id"]
    (outcome,) = scene.send(ride.trip, event)
    assert outcome["problem"]["code"] == "cannot-reverse"
    assert scene.trip(ride.trip)["exceptions"] == []


def test_what_was_reversed_before_it_came_is_not_reversed_again(scene: Scene) -> None:
    ride = scene.departed(1)
    wrong = scene.event("passenger.left", passenger_id=ride.passengers[0], place="服务区")
    early, again = (
        scene.event("event.reversed", mode="afterwards", event_id=wrong["id"], reason="认错人")
        for _ in range(2)
    )
    scene.record(ride.trip, early, wrong)
    (outcome,) = scene.send(ride.trip, again)
    assert outcome["problem"]["code"] == "cannot-reverse"
    assert scene.statuses(ride) == ["boarded"]
