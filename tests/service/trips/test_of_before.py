"""Kinds of before: no door takes one, each is answered with the kind to use; those in the ledger fold as they
did, and are shown by the kind that took their place.
"""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import EVENT_NAMES, EventKind
from schemas.events.neutral import name_event, show_data, show_kind
from schemas.permissions import Role
from schemas.texts import speaking
from service.manage.verify import verify
from service.recording.commands import trip_stream, worker_stream
from tests.factories import Client
from tests.service.trips.before import OF_BEFORE, record_before
from tests.service.trips.scenes import Ride, Scene
from tests.service.workers.saying import assert_rebuilt, clearance

_K = EventKind
USE = {
    "passenger.fever_found": "passenger.noted",
    "passenger.transferred": "passenger.left",
    "worker.held": "worker.travel_changed",
    "worker.hold_released": "worker.travel_changed",
}
HEALTH_WORDS = ("fever", "transferred", "worker.held", "发热", "医疗", "health_point")


def test_these_are_the_kinds_of_before() -> None:
    assert {str(kind): str(show_kind(kind)) for kind in OF_BEFORE} == USE


@pytest.mark.parametrize("mode", ["live", "afterwards"])
def test_no_door_takes_them(scene: Scene, mode: str) -> None:
    """Each is told which kind to use, in both languages; nothing is recorded."""
    ride = scene.departed(1)
    officer = scene.world.client(Role.HEALTH_OFFICER)
    passenger = {"passenger_id": ride.passengers[0]}
    data: dict[str, dict[str, Any]] = {
        "passenger.fever_found": {**passenger, "temperature": 386},
        "passenger.transferred": {**passenger, "unit": "留验站"},
        "worker.held": {"hold_id": scene.world.new_id(), "reason": "待查"},
        "worker.hold_released": {"hold_id": scene.world.new_id()},
    }
    before = scene.rows()
    for kind, told in data.items():
        client, path = scene.coordinator, f"/v1/trips/{ride.trip}/events"
        if kind.startswith("worker."):
            client, path = officer, f"/v1/workers/{ride.workers[0]}/events"
        for language, word in (("zh", "请改用"), ("en", "Use ")):
            body = {"events": [scene.event(kind, mode=mode, **told)]}
            answer = client.post(path, body, **{"Accept-Language": language}).json()
            problem = answer["outcomes"][0]["problem"]
            assert problem["code"] == "event-kind-retired"
            assert problem["facts"] == {"kind": kind, "use": USE[kind]}
            assert word in problem["detail"]
            assert USE[kind] in problem["detail"]
    assert scene.rows() == before


def test_a_permission_is_asked_first(scene: Scene) -> None:
    ride = scene.departed(1)
    event = scene.event("worker.held", hold_id=scene.world.new_id(), reason="待查")
    answer = scene.coordinator.post(f"/v1/workers/{ride.workers[0]}/events", {"events": [event]})
    assert answer.json()["outcomes"][0]["problem"]["code"] == "permission-denied"


def tell_before(scene: Scene, ride: Ride) -> tuple[UUID, UUID]:
    """Two fall ill; one of them is handed to a health point."""
    first, second = ride.passengers[:2]
    escort = scene.escort_of(ride.trip)
    stream = trip_stream(ride.trip)
    for passenger in (first, second):
        fever = record_before(
            scene.world, escort, stream, _K.PASSENGER_FEVER_FOUND, passenger_id=passenger
        )
    scene.world.clock.advance(minutes=30)
    handed = record_before(
        *(scene.world, escort, stream, _K.PASSENGER_TRANSFERRED),
        passenger_id=first,
        unit="合成留验站",
    )
    return fever, handed


def list_needs(client: Client, trip: UUID) -> list[Any]:
    rows = client.get("/v1/trips").json()["items"]
    return [
        (each["code"], each["count"])
        for row in rows
        if row["id"] == str(trip)
        for each in row["needs"]
    ]


def test_a_ride_of_before_folds_and_is_told(scene: Scene) -> None:
    """Who was transferred has left, given on; a fever without details is one by its kind."""
    ride = scene.departed(3)
    fever, handed = tell_before(scene, ride)
    assert scene.statuses(ride) == ["left", "boarded", "boarded"]
    people = scene.people(ride.trip)
    assert [people[str(each)]["end"] for each in ride.passengers] == ["given_on", None, None]
    assert people[str(ride.passengers[0])]["custody"]["party"] == "other"
    assert scene.trip(ride.trip)["balance"]["line"] == "上车3 = 途中移交1；未平2"
    assert list_needs(scene.coordinator, ride.trip) == [("fever", 1)]
    carrier = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    assert list_needs(carrier, ride.trip) == []
    scene.tell(ride.trip, "event.reversed", event_id=fever, reason="量错")
    assert list_needs(scene.coordinator, ride.trip) == []
    scene.tell(ride.trip, "event.reversed", event_id=handed, reason="没有离开")
    assert scene.statuses(ride) == ["boarded"] * 3
    assert list_needs(scene.coordinator, ride.trip) == [("fever", 1)]


def test_they_are_shown_neutrally(scene: Scene) -> None:
    """In traces, lists and boards, to whoever may not read health; the chain alone keeps its words."""
    ride = scene.departed(2)
    fever, handed = tell_before(scene, ride)
    auditor = scene.world.client(Role.AUDITOR)
    clerk = scene.world.client(Role.TOWNSHIP_CLERK)
    carrier = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    shown = [
        auditor.get(f"/v1/trips/{ride.trip}/trace"),
        auditor.get(f"/v1/workers/{ride.workers[0]}/trace"),
        clerk.get(f"/v1/workers/{ride.workers[0]}/trace"),
        auditor.get("/v1/trips"),
        auditor.get(f"/v1/trips/{ride.trip}"),
        carrier.get(f"/v1/trips/{ride.trip}"),
        auditor.get(f"/v1/trips/{ride.trip}/passengers"),
    ]
    texts = [scene.ok(each) and each.text for each in shown]
    assert [word for word in HEALTH_WORDS for text in texts if word in text] == []
    items = {each["event_id"]: each for each in shown[0].json()["items"]}
    assert [items[str(each)]["kind"] for each in (fever, handed)] == [
        *("passenger.noted", "passenger.left")
    ]
    assert items[str(handed)]["data"]["end"] == "given_on"
    assert [items[str(each)]["name"] for each in (fever, handed)] == ["记录情况", "途中移交"]


def test_holds_of_before_hold_and_verify(scene: Scene) -> None:
    (worker_id,) = scene.make_workers()
    officer, hold = scene.world.client(Role.HEALTH_OFFICER), scene.world.new_id()
    stream = worker_stream(worker_id)
    held = record_before(
        scene.world, officer, stream, _K.WORKER_HELD, hold_id=hold, reason="合成待查"
    )
    assert clearance(officer, worker_id)["holds"] == [str(hold)]
    (item,) = officer.get(f"/v1/workers/{worker_id}/trace").json()["items"]
    assert (item["event_id"], item["kind"]) == (str(held), "worker.travel_changed")
    assert (item["data"]["action"], item["name"]) == ("held", "暂缓出行")
    release = scene.event("worker.travel_changed", action="released", hold_id=hold)
    answer = officer.post(f"/v1/workers/{worker_id}/events", {"events": [release]})
    assert answer.json()["outcomes"][0]["status"] == "recorded"
    assert clearance(officer, worker_id)["may_travel"] is True
    undone = scene.event("event.reversed", event_id=held, reason="误")
    answer = officer.post(f"/v1/workers/{worker_id}/events", {"events": [undone]})
    assert answer.json()["outcomes"][0]["decided"] == {"reversed_kind": "worker.held"}
    assert_rebuilt(scene.world)
    with scene.world.context.reading(scene.world.console) as work:
        assert list(verify(work).faults) == []


@pytest.mark.parametrize("kind", OF_BEFORE)
def test_names_of_before_are_those_of_today(kind: EventKind) -> None:
    for language in ("zh", "en"):
        with speaking(language):  # type: ignore[arg-type]
            shown = name_event(kind, {})
            assert shown == name_event(show_kind(kind), show_data(kind, {}))
            assert [word for word in HEALTH_WORDS if word in shown] == []
    assert all(word not in name for word in HEALTH_WORDS for name in EVENT_NAMES[kind])
