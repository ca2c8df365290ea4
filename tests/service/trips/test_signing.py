"""Signing for people who were not told received yet: each gets a received event of an own, before the
signature, or the signature is refused and nothing of it stays.
"""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.ids import derive_id
from schemas.permissions import Role
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

GIVEN_ON = {"end": "given_on", "given_to": "health_point", "unit": "留验站"}


def list_kinds(scene: Scene, ride: Ride) -> list[str]:
    return [each["kind"] for each in scene.world.list_bodies(StreamKind.TRIP, ride.trip)]


def sign(scene: Scene, ride: Ride, people: list[UUID], **changes: Any) -> Any:
    scene.world.clock.advance(minutes=1)
    signature = scene.signature(ride.trip, people)
    return signature | changes


def test_who_is_signed_for_is_received_first(scene: Scene) -> None:
    ride = scene.arrived(3)
    one, two, three = ride.passengers
    scene.tell(ride.trip, "passenger.received", passenger_id=one)
    own = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]["id"]
    before = len(list_kinds(scene, ride))
    signature = sign(scene, ride, ride.passengers, source="telephone")
    (outcome,) = scene.record(ride.trip, signature)
    assert list_kinds(scene, ride)[before:] == [
        "passenger.received",
        "passenger.received",
        "handover.signed",
    ]
    made = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[before:]
    signed = UUID(signature["id"])
    assert {each["id"]: each["subject"] for each in made[:2]} == {
        str(derive_id(signed, each.hex)): str(each) for each in (two, three)
    }
    for each in made:
        assert (each["source"], each["mode"]) == ("telephone", "live")
        assert each["actor"] == str(scene.coordinator.actor.account_id)
        assert (each["occurred_at"], each["skew_ms"]) == (
            made[-1]["occurred_at"],
            made[-1]["skew_ms"],
        )
    assert outcome["decided"]["receipts"] == {
        str(one): own,
        **{str(each): str(derive_id(signed, each.hex)) for each in (two, three)},
    }
    trip = scene.trip(ride.trip)
    assert (trip["state"], trip["balance"]["line"]) == ("handed_over", "上车3 = 接收3；未平0")
    assert trip["open_exceptions"] == 0


def test_a_repeated_signature_derives_nothing_twice(scene: Scene) -> None:
    ride = scene.arrived(2)
    signature = sign(scene, ride, ride.passengers)
    first, again = scene.send(ride.trip, signature, signature)
    (third,) = scene.send(ride.trip, signature)
    assert [each["status"] for each in (first, again, third)] == [
        "recorded",
        "repeated",
        "repeated",
    ]
    assert first["receipt"] == again["receipt"] == third["receipt"]
    assert list_kinds(scene, ride).count("passenger.received") == 2


def test_a_received_told_in_the_same_request_is_kept(scene: Scene) -> None:
    """What comes before the signature is seen by it; under the lock, not when the request came."""
    ride = scene.arrived(2)
    signature = sign(scene, ride, ride.passengers)
    own = scene.event("passenger.received", passenger_id=ride.passengers[0])
    scene.record(ride.trip, own, signature)
    assert list_kinds(scene, ride).count("passenger.received") == 2
    outcome = scene.send(ride.trip, signature)[0]
    assert outcome["decided"]["receipts"][str(ride.passengers[0])] == own["id"]


def test_one_receiving_is_taken_back_by_itself(scene: Scene) -> None:
    ride = scene.arrived(2)
    signature = sign(scene, ride, ride.passengers)
    scene.record(ride.trip, signature)
    one = ride.passengers[0]
    scene.world.clock.advance(minutes=1)
    derived = derive_id(UUID(signature["id"]), one.hex)
    scene.tell(ride.trip, "event.reversed", event_id=derived, reason="签错")
    assert scene.statuses(ride) == ["boarded", "received"]
    (again,) = scene.send(ride.trip, signature)
    assert again["status"] == "repeated"
    assert scene.statuses(ride) == ["boarded", "received"]
    scene.record(ride.trip, sign(scene, ride, [one]))
    assert scene.trip(ride.trip)["state"] == "handed_over"


@pytest.mark.parametrize(
    ("told", "status", "kept"),
    [
        ({"kind": "passenger.left", "place": "服务区"}, "left", "途中离开"),
        ({"kind": "passenger.left", **GIVEN_ON}, "left", "途中离开"),
        ({"kind": "passenger.refused", "next_holder": "station"}, None, None),
    ],
)
def test_who_cannot_be_received_is_named(
    scene: Scene, told: dict[str, Any], status: str | None, kept: str | None
) -> None:
    """Somebody who was refused at first may be received after all; nothing else remains of a refusal."""
    ride = scene.arrived(2)
    gone = ride.passengers[0]
    data = {name: value for name, value in told.items() if name != "kind"}
    scene.tell(ride.trip, told["kind"], passenger_id=gone, **data)
    by = scene.world.list_bodies(StreamKind.TRIP, ride.trip)[-1]["id"]
    before, rows = list_kinds(scene, ride), scene.rows()
    (outcome,) = scene.send(ride.trip, sign(scene, ride, ride.passengers))
    if status is None:
        assert outcome["status"] == "recorded"
        return
    problem = outcome["problem"]
    assert problem["code"] == "not-balanced-handover"
    assert problem["facts"]["people"] == 1
    (named,) = problem["facts"]["who"]
    assert (named["passenger_id"], named["status"]) == (str(gone), status)
    assert named["reverse"] == by
    assert kept is not None
    assert kept in problem["detail"]
    assert "冲正" in problem["detail"]
    assert (list_kinds(scene, ride), scene.rows()) == (before, rows)


def test_a_no_show_is_not_signed_for_live_but_told_afterwards(scene: Scene) -> None:
    ride = scene.locked(3)
    absent, *others = ride.passengers
    scene.tell(ride.trip, "passenger.no_show", passenger_id=absent)
    scene.board(ride.trip, others)
    for hours, kind in ((1, "trip.departed"), (14, "trip.arrived")):
        scene.world.clock.advance(hours=hours)
        scene.tell(ride.trip, kind)
    (live,) = scene.send(ride.trip, sign(scene, ride, ride.passengers))
    assert live["problem"]["code"] == "not-balanced-handover"
    assert "passenger.received" not in list_kinds(scene, ride)
    (told,) = scene.record(ride.trip, sign(scene, ride, ride.passengers, mode="afterwards"))
    assert told["exceptions"] == ["received-without-boarding"]
    line = scene.people(ride.trip)[str(absent)]
    assert (line["status"], line["exceptions"]) == ("received", ["received-without-boarding"])
    modes = {
        each["mode"]
        for each in scene.world.list_bodies(StreamKind.TRIP, ride.trip)
        if each["kind"] == "passenger.received"
    }
    assert modes == {"afterwards"}


def test_whoever_is_not_on_the_record_is_not_signed_for(scene: Scene) -> None:
    ride = scene.arrived(1)
    stranger = scene.world.new_id()
    for mode in ("live", "afterwards"):
        signature = sign(scene, ride, [*ride.passengers, stranger], mode=mode)
        (outcome,) = scene.send(ride.trip, signature)
        assert outcome["problem"]["code"] == "not-balanced-handover"
        assert str(stranger) in str(outcome["problem"]["facts"])
    assert "passenger.received" not in list_kinds(scene, ride)


def test_a_receiver_signs_for_its_own_people_only(scene: Scene) -> None:
    mine, theirs = scene.enterprise_id, scene.make_enterprise("合成电子二厂")
    gates = [
        {"id": str(scene.world.new_id()), "name": name, "enterprise_id": str(of)}
        for name, of in (("厂门一", mine), ("厂门二", theirs))
    ]
    contacts = make_plan(scene.world, start=scene.now, points=1)["contacts"]
    second = {"point_id": gates[1]["id"], "name": "合成接站二", "phone": "15499000004"}
    trip = scene.open_trip(handover_points=gates, contacts={**contacts, "receptions": [second]})
    workers = scene.make_workers(2)
    people = [
        scene.assign(trip, [worker], handover_point_id=gate["id"])[0]
        for worker, gate in zip(workers, gates, strict=True)
    ]
    ride = Ride(trip, people, workers)
    scene.tell(trip, "manifest.locked")
    scene.board(trip, people)
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed")
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=mine)
    both = sign(scene, ride, people)
    both["data"]["method"] = "own_account"
    (refused,) = scene.send(trip, both, by=receiver)
    assert refused["problem"]["code"] == "not-balanced-handover"
    assert [each["status"] for each in refused["problem"]["facts"]["who"]] == ["expected"]
    own = sign(scene, ride, people[:1])
    own["data"] |= {"method": "own_account", "enterprise_id": str(mine)}
    assert scene.send(trip, own, by=receiver)[0]["status"] == "recorded"
    assert scene.statuses(ride) == ["received", "boarded"]


@pytest.mark.parametrize(
    ("method", "times", "field"),
    [("paper", 1, "file_hash"), ("telephone", 2, "passenger_ids")],
)
def test_what_is_wrong_with_a_signature_is_named_by_its_field(
    scene: Scene, method: str, times: int, field: str
) -> None:
    ride = scene.arrived(1)
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    signature = sign(scene, ride, ride.passengers * times)
    signature["data"]["method"] = method
    (outcome,) = scene.send(ride.trip, signature)
    problem = outcome["problem"]
    assert problem["code"] == "field-invalid"
    assert [each["field"] for each in problem["errors"]] == [field]
    assert problem["errors"][0]["message"]


def test_an_explanation_names_each_event_once(scene: Scene) -> None:
    ride = scene.departed(1)
    told = {"kind": "passenger.left", "passenger_id": ride.passengers[0], "place": "服务区"}
    scene.tell(ride.trip, **told)
    event = scene.event("passenger.boarded", mode="afterwards", passenger_id=ride.passengers[0])
    (outcome,) = scene.record(ride.trip, event)
    (code,) = outcome["exceptions"]
    explained = {"code": code, "passenger_id": ride.passengers[0], "explanation": "写错"}
    wrong = scene.event("exception.explained", **explained, events=[event["id"]] * 2)
    (refused,) = scene.send(ride.trip, wrong)
    assert [each["field"] for each in refused["problem"]["errors"]] == ["events"]


def test_a_plan_names_each_driver_once(scene: Scene) -> None:
    drivers = [str(scene.driver_id)] * 2
    body = {
        "id": str(scene.world.new_id()),
        "batch_id": str(scene.batch_id),
        "number": "T-2",
        "driver_ids": drivers,
    }
    answer = scene.coordinator.post("/v1/trips", body)
    assert answer.status_code == 422
    assert "driver_ids" in answer.json()["errors"][0]["field"]


@pytest.mark.parametrize("number", [1, 12])
def test_statements_of_a_signature(scene: Scene, number: int) -> None:
    """The same for one person as for a coach."""
    ride = scene.arrived(number)
    scene.trip(ride.trip)
    signature = sign(scene, ride, ride.passengers)
    scene.trip(ride.trip)
    with scene.world.counting() as sent:
        scene.record(ride.trip, signature)
    assert len(sent) == FOR_A_SIGNATURE


FOR_A_SIGNATURE = 18
"""Those of a roll call; the signature's own parts are written with the others."""


@pytest.mark.parametrize("signed_first", [True, False])
def test_a_receiving_by_signature_is_reversed_in_the_same_request(
    scene: Scene, *, signed_first: bool
) -> None:
    """Its event was not sent by anybody, and is a fact of the person all the same."""
    ride = scene.arrived(2)
    one, _ = ride.passengers
    signature = sign(scene, ride, ride.passengers)
    derived = derive_id(UUID(signature["id"]), one.hex)
    reversal = scene.event("event.reversed", mode="afterwards", event_id=derived, reason="记错")
    both = [signature, reversal]
    scene.record(ride.trip, *(both if signed_first else reversed(both)))
    assert scene.statuses(ride) == ["boarded", "received"]
    line = scene.people(ride.trip)[str(one)]
    assert line["exceptions"] == ["signed-not-received"]
    assert scene.trip(ride.trip)["balance"]["line"] == "上车2 = 接收1；未平1"
