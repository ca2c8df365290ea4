"""Every guard of list and plan, and its code. A refusal leaves everything as it was
(scenes.Scene.refused)."""

from typing import Any
from uuid import UUID

from schemas.events.payloads_passengers import PersonRole
from tests.databases import ON_SQLITE
from tests.service.trips.refusing import MISSING, NOTHING, hold, refusals
from tests.service.trips.scenes import Scene

pytestmark = ON_SQLITE


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
        ("passenger.substituted", passenger | {"replaces_passenger_id": ride.passengers[1]}),
    ]
    found = refusals(scene, ride.trip, cases)
    never_aboard = ("received", "left", "returned", "refused")
    expected = dict.fromkeys([kind for kind, _ in cases], "state-forbids")
    assert found == expected | {f"passenger.{end}": "not-aboard" for end in never_aboard}
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
        ],
    ) == {
        "passenger.assigned": "manifest-locked",
        "passenger.unassigned": "manifest-locked",
        "manifest.locked": "state-forbids",
    }
    patch = scene.coordinator.patch(
        f"/v1/trips/{ride.trip}", {"kept_free_rows": [1]}, version=scene.trip(ride.trip)["version"]
    )
    assert (patch.status_code, patch.json()["code"]) == (409, "manifest-locked")
    assert "先" in patch.json()["detail"], "says to unlock first"


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
    found = refusals(
        scene,
        ride.trip,
        [
            ("trip.departed", NOTHING),
            ("trip.resumed", NOTHING),
            ("trip.cancelled", {"reason": "雪"}),
            ("manifest.unlocked", {"reason": "改"}),
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
    vehicle, driver = scene.make_vehicle("辽M54321"), scene.make_driver()
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
            ("vehicle.replaced", {"vehicle_id": vehicle}),
            ("driver.replaced", {"driver_id": driver}),
            ("escort.replaced", {"name": "合成领队", "phone": "13900000001"}),
        ],
    )
    assert set(found.values()) == {"state-forbids"}


def test_an_incident_is_settled_once(scene: Scene) -> None:
    ride = scene.departed(1)
    report = scene.tell(ride.trip, "incident.reported", description="合成：行李遗失")
    found = {"incident_id": report["id"], "outcome": "合成：已找到"}
    other = found | {"incident_id": scene.world.new_id()}
    assert scene.refused(ride.trip, "incident.settled", **other) == "incident-unknown"
    scene.tell(ride.trip, "incident.settled", **found)
    assert scene.refused(ride.trip, "incident.settled", **found) == "incident-unknown"


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
    assert code(ride.workers[0]) == "already-on-this-trip"
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
