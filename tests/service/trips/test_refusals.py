"""Every guard and its code. A refusal leaves everything as it was (scenes.Scene.refused)."""

from typing import Any
from uuid import UUID

from schemas.events import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

NOTHING: dict[str, Any] = {}
PLACE_AND_AUTHORITY = {"place": "服务区"}
MISSING = {"last_seen": "服务区", "reported_to": "派出所"}


def refusals(scene: Scene, trip: UUID, cases: list[tuple[str, dict[str, Any]]]) -> dict[str, str]:
    return {kind: scene.refused(trip, kind, **data) for kind, data in cases}


def hold(scene: Scene, worker: UUID) -> UUID:
    health = scene.world.client(Role.HEALTH_OFFICER)
    identifier = scene.world.new_id()
    event = scene.event("worker.held", hold_id=identifier, reason="等待复查")
    answer = scene.ok(health.post(f"/v1/workers/{worker}/events", {"events": [event]}))
    assert answer["outcomes"][0]["status"] == "recorded"
    return identifier


def test_an_open_list(scene: Scene) -> None:
    """Before locking: nothing of the road, nothing of the door."""
    ride = scene.listed(2)
    passenger = {"passenger_id": ride.passengers[0]}
    cases = [
        ("trip.departed", NOTHING),
        ("trip.arrived", NOTHING),
        ("trip.held_up", {"reason": "雪"}),
        ("trip.resumed", NOTHING),
        ("trip.turned_back", {"authority": "检查站"}),
        ("trip.returned", NOTHING),
        ("trip.closed", NOTHING),
        ("trip.boarding_opened", NOTHING),
        ("manifest.unlocked", {"reason": "改"}),
        ("filing.acknowledged", {"channel": "telephone", "person": "王", "unit": "人社局"}),
        ("stop.begun", {"place": "服务区"}),
        ("stop.ended", NOTHING),
        ("temperature_round.taken", {"measured": 2}),
        ("passenger.received", passenger),
        ("passenger.left", passenger | {"place": "路口"}),
        ("passenger.missing", passenger | MISSING),
        ("passenger.found", passenger | {"place": "车站"}),
        ("passenger.returned", passenger),
        ("passenger.refused", passenger),
        ("passenger.transferred", passenger | {"unit": "留验站"}),
        ("passenger.fever_found", passenger),
        ("passenger.substituted", passenger | {"replaces_passenger_id": ride.passengers[1]}),
    ]
    found = refusals(scene, ride.trip, cases)
    assert found == dict.fromkeys([kind for kind, _ in cases], "state-forbids")
    assert scene.refused(ride.trip, "passenger.checked_in", **passenger, identity_shown="card") == (
        "manifest-not-locked"
    )
    assert scene.refused(ride.trip, "passenger.boarded", **passenger) == "manifest-not-locked"


def test_a_locked_list(scene: Scene) -> None:
    ride = scene.locked(2)
    extra = scene.make_workers()[0]
    assign = {"passenger_id": scene.world.new_id(), "worker_id": extra}
    assert refusals(
        scene,
        ride.trip,
        [
            ("passenger.assigned", assign),
            ("passenger.unassigned", {"passenger_id": ride.passengers[0]}),
            ("manifest.locked", NOTHING),
            ("trip.filed", {"channel": "letter", "recipient_unit": "人社局"}),
        ],
    ) == {
        "passenger.assigned": "manifest-locked",
        "passenger.unassigned": "manifest-locked",
        "manifest.locked": "state-forbids",
        "trip.filed": "state-forbids",
    }
    patch = scene.coordinator.patch(
        f"/v1/trips/{ride.trip}", {"route": "G1"}, version=scene.trip(ride.trip)["version"]
    )
    assert (patch.status_code, patch.json()["code"]) == (409, "state-forbids")


def test_nobody_leaves_behind_people_aboard(scene: Scene) -> None:
    ride = scene.boarded(1)
    assert refusals(
        scene,
        ride.trip,
        [("manifest.unlocked", {"reason": "改"}), ("trip.cancelled", {"reason": "雪"})],
    ) == {"manifest.unlocked": "state-forbids", "trip.cancelled": "equation-open"}


def test_the_road(scene: Scene) -> None:
    ride = scene.departed(2)
    passenger = {"passenger_id": ride.passengers[0]}
    vehicle = scene.make_vehicle("辽M54321")
    found = refusals(
        scene,
        ride.trip,
        [
            ("trip.departed", NOTHING),
            ("trip.resumed", NOTHING),
            ("trip.cancelled", {"reason": "雪"}),
            ("manifest.unlocked", {"reason": "改"}),
            ("vehicle.replaced", {"vehicle_id": vehicle}),
            ("passenger.denied", passenger | {"reason": "发热"}),
            ("passenger.checked_in", passenger | {"identity_shown": "card"}),
            ("passenger.unassigned", passenger),
            ("trip.closed", NOTHING),
        ],
    )
    assert set(found.values()) == {"state-forbids"}
    assert scene.refused(ride.trip, "passenger.boarded", **passenger) == "already-aboard"


def test_an_ended_trip_takes_no_decisions(scene: Scene) -> None:
    other = scene.open_trip()
    ride = scene.arrived(1)
    scene.hand_over(ride.trip, ride.passengers)
    scene.tell(ride.trip, "trip.closed")
    passenger = {"passenger_id": ride.passengers[0]}
    found = refusals(
        scene,
        ride.trip,
        [
            ("trip.closed", NOTHING),
            ("passenger.seat_changed", passenger | {"seat_row": 2, "seat_column": 1}),
            ("passenger.moved", passenger | {"to_trip_id": other}),
            ("passenger.notified", passenger | {"channel": "sms", "outcome": "reached"}),
            ("incident.reported", {"description": "行李遗失"}),
            ("event.reversed", {"event_id": scene.world.new_id(), "reason": "错"}),
        ],
    )
    assert set(found.values()) == {"state-forbids"}


def test_an_incomplete_plan(scene: Scene) -> None:
    trip = scene.open_trip(contacts=None)
    assert scene.trip(trip)["state"] == "draft"
    assert scene.refused(trip, "manifest.locked") == "plan-incomplete"
    filing = {"channel": "letter", "recipient_unit": "人社局"}
    assert scene.refused(trip, "trip.filed", **filing) == "plan-incomplete"

    bare = scene.open_trip(vehicle_id=None)
    assign = {"passenger_id": scene.world.new_id(), "worker_id": scene.make_workers()[0]}
    assert scene.refused(bare, "passenger.assigned", **assign) == "plan-incomplete"


def test_a_filed_plan_must_still_be_complete_when_it_is_locked(scene: Scene) -> None:
    trip = scene.open_trip()
    scene.tell(trip, "trip.filed", channel="telephone", recipient_unit="人社局")
    path = f"/v1/trips/{trip}"
    scene.ok(scene.coordinator.patch(path, {"handover_points": []}, version=1))
    assert scene.refused(trip, "manifest.locked") == "plan-incomplete"


def test_who_may_not_be_assigned(scene: Scene) -> None:
    ride = scene.listed(1)
    new = scene.world.new_id
    (held, young, child, gone) = (
        scene.make_workers()[0],
        scene.make_workers(birth_date="2005-01-01")[0],
        scene.make_workers(birth_date="2015-01-01", role=PersonRole.CHILD)[0],
        scene.make_workers()[0],
    )
    hold(scene, held)
    event = scene.event("worker.withdrawn", reason="not_going")
    scene.ok(scene.coordinator.post(f"/v1/workers/{gone}/events", {"events": [event]}))
    (worker,) = scene.make_workers()

    def code(worker_id: UUID, **data: Any) -> str:
        data = {"passenger_id": new(), "worker_id": worker_id} | data
        return scene.refused(ride.trip, "passenger.assigned", **data)

    assert code(held) == "health-hold"
    assert code(young) == "under-age"
    assert code(child, role="worker") == "under-age"
    assert code(gone) == "worker-withdrawn"
    assert code(new()) == "not-found"
    assert code(ride.workers[0]) == "already-on-trip"
    assert code(worker, passenger_id=ride.passengers[0]) == "id-reused"
    assert code(worker, passenger_id=ride.trip) == "id-reused"
    assert code(worker, handover_point_id=new()) == "point-unknown"
    assert code(worker, boarding_point_id=new()) == "point-unknown"
    assert code(worker, seat_row=1, seat_column=1) == "seat-taken"
    assert code(worker, seat_row=99, seat_column=1) == "seat-unknown"
    scene.assign(ride.trip, [child])


def test_a_full_coach(scene: Scene) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00001", rows=2)
    ride = scene.listed(9)
    more = {"passenger_id": scene.world.new_id(), "worker_id": scene.make_workers()[0]}
    assert scene.refused(ride.trip, "passenger.assigned", **more) == "over-capacity"
    waiting = scene.assign(ride.trip, scene.make_workers(), stand_by=True)[0]
    scene.tell(ride.trip, "manifest.locked")
    held = {"passenger_id": waiting, "replaces_passenger_id": ride.passengers[0]}
    assert scene.refused(ride.trip, "passenger.substituted", **held) == "over-capacity"
    nobody = held | {"replaces_passenger_id": scene.world.new_id()}
    scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[0])
    assert scene.refused(ride.trip, "passenger.substituted", **nobody) == "not-on-list"
    still = held | {"replaces_passenger_id": ride.passengers[1]}
    assert scene.refused(ride.trip, "passenger.substituted", **still) == "state-forbids"


def test_rows_kept_free(scene: Scene) -> None:
    scene.kept_free_rows = [10, 11]
    ride = scene.listed(1)
    assert scene.trip(ride.trip)["places"] == 36
    seat = {"passenger_id": ride.passengers[0], "seat_row": 10, "seat_column": 1}
    assert scene.refused(ride.trip, "passenger.seat_changed", **seat) == "seat-kept-free"
    scene.tell(ride.trip, "manifest.locked")
    assert scene.refused(ride.trip, "passenger.boarded", **seat) == "seat-kept-free"


def test_locking_needs_people_who_may_travel_and_can_be_reached(scene: Scene) -> None:
    ride = scene.listed(2)
    (silent,) = scene.make_workers(phone=None)
    (passenger,) = scene.assign(ride.trip, [silent])
    assert scene.refused(ride.trip, "manifest.locked") == "phone-unreachable"
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=passenger)
    hold(scene, ride.workers[1])
    assert scene.refused(ride.trip, "manifest.locked") == "health-hold"


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
    for target in (scene.world.new_id(), ride.trip):
        assert scene.refused(ride.trip, "passenger.moved", **passenger, to_trip_id=target) == (
            "not-found"
        )


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
    (point,) = scene.points(ride.trip)
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=scene.enterprise_id)

    def sign(*passengers: UUID, by: Client | None = None, **data: Any) -> str:
        people = [str(each) for each in passengers]
        body = {"point_id": point, "passenger_ids": people, "method": "telephone", "receiver": "张"}
        return scene.refused(ride.trip, "handover.signed", by=by, **(body | data))

    assert sign() == "not-balanced-handover"
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
        EventKind.WORKER_HELD,
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
