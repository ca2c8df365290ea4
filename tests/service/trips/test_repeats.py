"""Sent again: the same receipt for the same content, a clear refusal for other content."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from schemas.events.envelope import EventsIn, OutcomesOut
from schemas.events.kinds import StreamKind
from service.ledger.queries import EVENT_PART
from service.trips.actions.door import TripEvents, record_group
from tests.factories import COUNTY
from tests.service.trips.scenes import Scene

Event = dict[str, Any]


def stored(scene: Scene, trip: UUID) -> int:
    return len(scene.world.list_bodies(StreamKind.TRIP, trip))


def roll_call(scene: Scene, passenger: UUID, **data: Any) -> Event:
    event: Event = scene.event(
        "passenger.checked_in", passenger_id=passenger, identity_shown="card", **data
    )
    return event


def test_the_same_again_changes_nothing(scene: Scene) -> None:
    ride = scene.locked(1)
    event = roll_call(scene, ride.passengers[0], temperature=365)
    (first,) = scene.record(ride.trip, event)
    before, count = scene.rows(), stored(scene, ride.trip)
    scene.world.clock.advance(hours=3)

    (again,) = scene.send(ride.trip, event)

    assert (again["status"], again["receipt"], again["problem"]) == (
        "repeated",
        first["receipt"],
        None,
    )
    assert (scene.rows(), stored(scene, ride.trip)) == (before, count)


def test_the_same_instant_in_another_zone_is_the_same(scene: Scene) -> None:
    ride = scene.locked(1)
    event = roll_call(scene, ride.passengers[0])
    scene.record(ride.trip, event)
    utc = datetime.fromisoformat(event["occurred_at"]).astimezone(UTC).isoformat()
    assert scene.send(ride.trip, event | {"occurred_at": utc})[0]["status"] == "repeated"


def test_other_content_under_a_used_id(scene: Scene) -> None:
    ride = scene.locked(2)
    event = roll_call(scene, ride.passengers[0], temperature=365)
    scene.record(ride.trip, event)
    before = scene.rows()
    data = event["data"]
    without = {name: value for name, value in data.items() if name != "temperature"}
    later = (scene.now + timedelta(minutes=1)).isoformat()
    others: list[tuple[Event, list[str]]] = [
        (
            event | {"kind": "passenger.boarded", "data": {"passenger_id": data["passenger_id"]}},
            ["kind", "data.identity_shown", "worker.health"],
        ),
        (event | {"occurred_at": later}, ["occurred_at"]),
        (event | {"mode": "afterwards"}, ["mode"]),
        (event | {"source": "paper"}, ["source"]),
        (event | {"device": "3f9a4c1e7b2d4856"}, ["device"]),
        (event | {"device_sequence": 4}, ["device_sequence"]),
        (
            event | {"mode": "afterwards", "source": "paper", "device_sequence": 4},
            ["mode", "source", "device_sequence"],
        ),
        (event | {"data": data | {"identity_shown": "police_paper"}}, ["data.identity_shown"]),
        (event | {"data": data | {"temperature": 366}}, ["worker.health"]),
        (event | {"data": data | {"masked": True}}, ["worker.health"]),
        (event | {"data": without}, ["worker.health"]),
        (
            event | {"data": data | {"passenger_id": str(ride.passengers[1])}},
            ["data.passenger_id"],
        ),
    ]
    for other, fields in others:
        (outcome,) = scene.send(ride.trip, other)
        assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "id-reused"), other
        assert outcome["problem"]["facts"] == {"fields": fields}
        assert "、".join(fields) in outcome["problem"]["detail"]
        assert outcome["receipt"] is None
    assert scene.rows() == before

    elsewhere = scene.open_trip()
    (outcome,) = scene.send(elsewhere, event | {"source": "paper"})
    assert outcome["problem"]["code"] == "id-reused"
    assert outcome["problem"]["facts"] == {"fields": ["stream"]}  # and nothing of what lies there


def test_two_equal_ids_in_one_request(scene: Scene) -> None:
    ride = scene.locked(1)
    event = roll_call(scene, ride.passengers[0], temperature=365)
    other = event | {"data": event["data"] | {"temperature": 371}}
    count = stored(scene, ride.trip)

    first, second, third = scene.send(ride.trip, event, event, other)

    assert [each["status"] for each in (first, second, third)] == [
        "recorded",
        "repeated",
        "refused",
    ]
    assert second["receipt"] == first["receipt"]
    assert (third["problem"]["code"], third["receipt"]) == ("id-reused", None)
    assert stored(scene, ride.trip) == count + 1


def test_after_the_parts_were_erased_the_public_fields_decide(scene: Scene) -> None:
    ride = scene.locked(1)
    event = roll_call(scene, ride.passengers[0], temperature=365)
    (first,) = scene.record(ride.trip, event)
    with scene.world.context.database.write(scene.world.console) as session:
        session.execute(
            delete(EVENT_PART).where(
                EVENT_PART.c.county_code == COUNTY, EVENT_PART.c.event_id == UUID(event["id"])
            )
        )
    (again,) = scene.send(ride.trip, event)
    assert (again["status"], again["receipt"]) == ("repeated", first["receipt"])
    without = {name: value for name, value in event["data"].items() if name != "temperature"}
    (other,) = scene.send(ride.trip, event | {"data": without})
    assert other["problem"]["code"] == "id-reused"


def test_a_refused_boarding_is_kept_and_refused_again(scene: Scene) -> None:
    """Under the sender's id, publicly only as refused; why, with the person's health."""
    ride = scene.listed(1)
    passenger = ride.passengers[0]
    event = scene.event("passenger.boarded", passenger_id=passenger)
    (first,) = scene.send(ride.trip, event)
    assert (first["status"], first["problem"]["code"]) == ("refused", "manifest-not-locked")
    assert first["receipt"]["kind"] == "passenger.boarding_refused"
    assert first["receipt"]["event_id"] == event["id"]

    scene.tell(ride.trip, "manifest.locked")
    count = stored(scene, ride.trip)
    (again,) = scene.send(ride.trip, event)

    assert (again["status"], again["receipt"], again["problem"]) == (
        "refused",
        first["receipt"],
        first["problem"],
    )
    assert stored(scene, ride.trip) == count
    body = next(
        each
        for each in scene.world.list_bodies(StreamKind.TRIP, ride.trip)
        if each["id"] == event["id"]
    )
    assert (body["kind"], body["sent_kind"]) == (
        "passenger.boarding_refused",
        "passenger.boarded",
    )
    assert (body["data"], body["decided"]) == ({"passenger_id": str(passenger)}, {})
    assert scene.statuses(ride) == ["listed"]


def test_another_refusal_leaves_nothing_and_may_be_sent_again(scene: Scene) -> None:
    ride = scene.listed(1)
    event = roll_call(scene, ride.passengers[0])
    count = stored(scene, ride.trip)
    (refused,) = scene.send(ride.trip, event)
    assert (refused["status"], refused["receipt"]) == ("refused", None)
    assert stored(scene, ride.trip) == count
    scene.tell(ride.trip, "manifest.locked")
    assert scene.send(ride.trip, event)[0]["status"] == "recorded"


def test_assigning_again_gives_the_same_seats(scene: Scene) -> None:
    trip = scene.open_trip()
    people = [
        {
            "id": str(scene.world.new_id()),
            "event_id": str(scene.world.new_id()),
            "worker_id": str(w),
        }
        for w in scene.make_workers(3)
    ]
    path = f"/v1/trips/{trip}/passengers"
    first = scene.ok(scene.coordinator.post(path, {"passengers": people}))
    before = scene.rows()
    scene.world.clock.advance(hours=1)
    again = scene.ok(scene.coordinator.post(path, {"passengers": people}))
    assert [each["status"] for each in again["outcomes"]] == ["repeated"] * 3
    names = ("receipt", "decided")
    assert [[each[n] for n in names] for each in again["outcomes"]] == [
        [each[n] for n in names] for each in first["outcomes"]
    ]
    assert (scene.rows(), again["taken"]) == (before, 3)


def test_two_assignments_under_one_event_id_are_answered_each_for_itself(scene: Scene) -> None:
    trip = scene.open_trip()
    one, two = scene.make_workers(2)
    event_id = str(scene.world.new_id())
    people = [
        {"id": str(scene.world.new_id()), "event_id": event_id, "worker_id": str(worker)}
        for worker in (one, two)
    ]
    path = f"/v1/trips/{trip}/passengers"
    outcomes = scene.ok(scene.coordinator.post(path, {"passengers": people}))["outcomes"]
    assert [each["status"] for each in outcomes] == ["recorded", "refused"]
    assert outcomes[1]["problem"]["code"] == "id-reused"
    assert [each["position"] for each in outcomes] == [0, 1]


def test_cancelling_again_releases_nobody_twice(scene: Scene) -> None:
    ride = scene.locked(2)
    event = scene.event("trip.cancelled", reason="大雪")
    scene.record(ride.trip, event)
    count = stored(scene, ride.trip)
    assert scene.send(ride.trip, event)[0]["status"] == "repeated"
    assert stored(scene, ride.trip) == count


def test_batches_and_trips_again(scene: Scene) -> None:
    for path, body in (("/v1/batches", _batch(scene)), ("/v1/trips", _trip(scene))):
        first = scene.ok(scene.coordinator.post(path, body), 201)
        assert scene.ok(scene.coordinator.post(path, body), 201) == first
        other = scene.coordinator.post(path, body | {"number": "另一个"})
        assert (other.status_code, other.json()["code"]) == (409, "id-reused")
        if path == "/v1/batches":  # a trip's plan may have changed since: only its hash is compared
            assert other.json()["facts"] == {"fields": ["number"]}
        twin = scene.coordinator.post(path, body | {"id": str(scene.world.new_id())})
        assert (twin.status_code, twin.json()["code"]) == (409, "record-exists")


def _batch(scene: Scene) -> Event:
    return {
        "id": str(scene.world.new_id()),
        "number": "P-7",
        "destination_code": "320500",
        "window_from": "2020-03-24",
        "window_to": "2020-03-31",
    }


def _trip(scene: Scene) -> Event:
    return {"id": str(scene.world.new_id()), "batch_id": str(scene.batch_id), "number": "T-7"}


def test_a_refusal_gets_no_receipt_of_what_used_its_id_afterwards(scene: Scene) -> None:
    """In one request, and for two trips in one group."""
    ride, elsewhere = scene.locked(2), scene.open_trip()
    event = roll_call(scene, ride.passengers[0])
    nobody = event | {"data": event["data"] | {"passenger_id": str(scene.world.new_id())}}
    refused, recorded = scene.send(ride.trip, nobody, event)
    assert (refused["status"], refused["receipt"]) == ("refused", None)
    assert recorded["receipt"]["event_id"] == event["id"]

    event = roll_call(scene, ride.passengers[1])
    context, actor = scene.world.context, scene.coordinator.actor
    body = EventsIn.model_validate({"events": [event]})
    requests = [TripEvents(context, actor, trip, body) for trip in (elsewhere, ride.trip)]
    with context.database.write(actor) as session:
        answers = record_group(session, requests)
    receipts = [answer.outcomes[0].receipt for answer in answers if isinstance(answer, OutcomesOut)]
    assert [each is None for each in receipts] == [True, False]
