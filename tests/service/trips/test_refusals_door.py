"""Every guard of the door, the gate and the end, and its code. A refusal leaves everything as it was
(scenes.Scene.refused)."""

from typing import Any
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.permissions import Role
from tests.databases import ON_SQLITE
from tests.factories import Client
from tests.service.trips.refusing import hold
from tests.service.trips.scenes import Ride, Scene

pytestmark = ON_SQLITE


def test_who_is_not_on_the_record(scene: Scene) -> None:
    """At the door it is the list that matters; what is said elsewhere most likely names a wrong id."""
    ride = scene.departed(1)
    nobody = {"passenger_id": scene.world.new_id()}
    told: dict[str, dict[str, Any]] = {
        "passenger.notified": {"channel": "sms", "outcome": "reached"},
        "passenger.left": {"place": "服务区"},
        "passenger.received": {},
        "passenger.no_show": {},
        "passenger.seat_changed": {"seat_row": 1, "seat_column": 1},
        "passenger.unassigned": {},
        "passenger.checked_in": {"identity_shown": "card"},
        "passenger.boarded": {},
    }
    codes = {kind: scene.refused(ride.trip, kind, **nobody, **data) for kind, data in told.items()}
    assert {kind for kind, code in codes.items() if code == "not-on-list"} == {
        "passenger.checked_in",
        "passenger.boarded",
    }
    assert set(codes.values()) == {"not-on-list", "passenger-unknown"}
    late = {"channel": "sms", "outcome": "reached", "mode": "afterwards"}
    assert scene.refused(ride.trip, "passenger.notified", **nobody, **late) == "passenger-unknown"


def test_the_door(scene: Scene) -> None:
    ride = scene.locked(3)
    first, second, third = ride.passengers
    stranger = scene.world.new_id()

    def door(passenger: UUID, **data: Any) -> str:
        return scene.refused(ride.trip, "passenger.boarded", passenger_id=passenger, **data)

    assert door(stranger) == "not-on-list"
    hold(scene, ride.workers[0])
    assert door(first) == "health-hold"
    assert door(second, seat_row=1, seat_column=4) == "seat-taken"
    assert door(second, seat_row=77, seat_column=4) == "seat-unknown"
    scene.tell(ride.trip, "passenger.denied", passenger_id=third, reason="发热")
    assert door(third) == "state-forbids"
    scene.tell(ride.trip, "passenger.boarded", passenger_id=second)
    assert door(second) == "already-aboard"


def test_the_door_is_shut_on_an_unlocked_list(scene: Scene) -> None:
    """A list that was locked once is not locked for ever."""
    ride = scene.locked(1)
    scene.tell(ride.trip, "manifest.unlocked", reason="换人")
    passenger = {"passenger_id": ride.passengers[0]}
    assert scene.refused(ride.trip, "passenger.boarded", **passenger) == "manifest-not-locked"


def test_a_move_names_another_trip(scene: Scene) -> None:
    ride = scene.boarded(1)
    passenger = {"passenger_id": ride.passengers[0]}
    for target, code in ((scene.world.new_id(), "not-found"), (ride.trip, "field-invalid")):
        assert scene.refused(ride.trip, "passenger.moved", **passenger, to_trip_id=target) == code


def test_who_comes_back_finds_the_place_given_away(scene: Scene) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00001", rows=2)
    ride = scene.listed(9)
    waiting = scene.assign(ride.trip, scene.make_workers(), stand_by=True)[0]
    scene.tell(ride.trip, "manifest.locked")
    late = ride.passengers[0]
    scene.tell(ride.trip, "passenger.no_show", passenger_id=late)
    scene.tell(ride.trip, "passenger.substituted", passenger_id=waiting, replaces_passenger_id=late)
    back = {"passenger_id": late, "identity_shown": "card"}
    assert scene.refused(ride.trip, "passenger.checked_in", **back) == "over-capacity"
    scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[5])
    outcome = scene.tell(ride.trip, "passenger.checked_in", **back)
    seat = (outcome["decided"]["seat_row"], outcome["decided"]["seat_column"])
    assert seat == (2, 2)  # the one that the sixth gave up


def test_signatures(scene: Scene) -> None:
    ride = scene.arrived(2)
    one, two = ride.passengers
    scene.tell(ride.trip, "passenger.received", passenger_id=one)
    scene.tell(ride.trip, "passenger.left", passenger_id=two, place="服务区")
    (point,) = scene.points(ride.trip)
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=scene.enterprise_id)

    def sign(*passengers: UUID, by: Client | None = None, **data: Any) -> str:
        people = [str(each) for each in passengers]
        body = {"point_id": point, "passenger_ids": people, "method": "telephone", "receiver": "张"}
        return scene.refused(ride.trip, "handover.signed", by=by, **(body | data))

    assert sign() == "field-invalid"
    assert sign(one, two) == "not-balanced-handover"
    assert sign(one, scene.world.new_id()) == "not-balanced-handover"
    assert sign(one, point_id=scene.world.new_id()) == "point-unknown"
    assert sign(one, method="paper") == "field-invalid"
    assert sign(one, method="own_account") == "permission-denied"
    assert sign(one, method="code", code="00000000") == "code-wrong"
    assert sign(one, method="code", code="一二三四") == "code-wrong"
    assert sign(one, method="code") == "code-wrong"
    body = {"events": [scene.event("handover.signed")]}
    assert receiver.post(f"/v1/trips/{ride.trip}/events", body).status_code == 404


def test_closing(scene: Scene) -> None:
    ride = scene.arrived(2)
    one, two = ride.passengers
    assert scene.refused(ride.trip, "trip.closed") == "equation-open"
    scene.tell(ride.trip, "passenger.received", passenger_id=one)
    scene.tell(ride.trip, "passenger.refused", passenger_id=two, reason="无床位")
    assert scene.refused(ride.trip, "trip.closed") == "equation-open"
    scene.tell(ride.trip, "passenger.refused", passenger_id=two, next_holder="destination_bureau")
    assert scene.refused(ride.trip, "trip.closed") == "not-balanced-handover"
    scene.record(ride.trip, scene.signature(ride.trip, [one]))
    scene.tell(ride.trip, "trip.closed")
    assert scene.trip(ride.trip)["balance"]["line"] == "上车2 = 接收1 + 未接收另有去向1；未平0"


def test_a_trip_with_somebody_neither_aboard_nor_absent_is_not_closed(scene: Scene) -> None:
    ride = scene.locked(2)
    come, absent = ride.passengers
    scene.board(ride.trip, [come])
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, [come])
    assert scene.refused(ride.trip, "trip.closed") == "equation-open"
    scene.tell(ride.trip, "passenger.no_show", passenger_id=absent)
    scene.tell(ride.trip, "trip.closed")


def test_replacements(scene: Scene) -> None:
    ride = scene.listed(3)
    stranger = scene.world.new_id()
    assert scene.refused(ride.trip, "vehicle.replaced", vehicle_id=stranger) == "not-found"
    assert scene.refused(ride.trip, "driver.replaced", driver_id=stranger) == "not-found"
    other = {"driver_id": scene.make_driver(), "replaces_driver_id": stranger}
    assert scene.refused(ride.trip, "driver.replaced", **other) == "not-found"


def test_explanations_and_reversals(scene: Scene) -> None:
    ride = scene.boarded(1)
    explained = {"code": "not-on-list", "explanation": "已核实"}
    assert scene.refused(ride.trip, "exception.explained", **explained) == "exception-unknown"
    about = explained | {"passenger_id": ride.passengers[0]}
    assert scene.refused(ride.trip, "exception.explained", **about) == "exception-unknown"
    stranger = scene.world.new_id()
    told = {"passenger_id": stranger, "unregistered": True, "name": "合成乘客"}
    scene.tell(ride.trip, "passenger.found_aboard", **told)
    (outcome,) = scene.send(ride.trip, scene.event("exception.explained", **explained))
    problem = outcome["problem"]
    assert {each["passenger_id"] for each in problem["facts"]["open"]} == {str(stranger)}
    assert problem["detail"].endswith("这是某名人员的例外，请写明是谁（passenger_id）。")
    unknown = {"event_id": scene.world.new_id(), "reason": "错"}
    assert scene.refused(ride.trip, "event.reversed", **unknown) == "not-found"


def test_every_trip_kind_answers_for_a_trip_that_does_not_exist(scene: Scene) -> None:
    """404 for all of them, and no stream is opened for it."""
    body = {"events": [scene.event("trip.departed"), scene.event("manifest.locked")]}
    nowhere = scene.world.new_id()
    assert scene.coordinator.post(f"/v1/trips/{nowhere}/events", body).status_code == 404
    with scene.world.counting() as sent:
        assert scene.coordinator.get(f"/v1/trips/{nowhere}").status_code == 404
    assert len(sent) > 0


def test_kinds_of_other_streams_and_of_the_system_pass_no_trip_door(scene: Scene) -> None:
    ride = scene.listed(1)
    for kind in (
        EventKind.TRIP_OPENED,
        EventKind.TRIP_CHANGED,
        EventKind.PASSENGER_BOARDING_REFUSED,
        EventKind.WORKER_TRAVEL_CHANGED,
        EventKind.BATCH_OPENED,
        EventKind.ACCESS_REVEALED,
    ):
        assert scene.refused(ride.trip, kind) == "event-kind-unknown"


def test_a_cancelled_trip(scene: Scene) -> None:
    ride = scene.locked(2)
    scene.tell(ride.trip, "trip.cancelled", reason="大雪封路")
    assert scene.statuses(ride) == ["removed", "removed"]
    back = {"passenger_id": ride.passengers[0], "identity_shown": "card"}
    assert scene.refused(ride.trip, "passenger.checked_in", **back) == "state-forbids"
    assert _can_ride_elsewhere(scene, ride)


def _can_ride_elsewhere(scene: Scene, ride: Ride) -> bool:
    other = scene.open_trip()
    return len(scene.assign(other, ride.workers)) == len(ride.workers)
