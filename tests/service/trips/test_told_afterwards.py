"""The system never refuses a fact: what does not fit is recorded with its exception, which blocks
closing until it is explained."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import ExceptionCode, Nature, StreamKind
from schemas.events.payloads_passengers import PersonRole
from schemas.events.specs import EVENT_SPECS
from tests.databases import ON_SQLITE
from tests.factories import make_phone
from tests.service.trips.beginning import from_here
from tests.service.trips.noticing import assign_elsewhere, depart_empty, sit_nowhere
from tests.service.trips.scenes import Ride, Scene

Data = dict[str, Any]

ABOUT_THE_TRIP: dict[str, Data] = {
    "filing.acknowledged": {"channel": "letter", "person": "王科长", "unit": "苏州市人社局"},
    "stop.begun": {"place": "服务区"},
    "stop.ended": {},
    "trip.arrived": {},
    "trip.delayed": {"expected_at": "2020-03-25T20:00:00+08:00"},
    "trip.departed": {},
    "trip.held_up": {"reason": "大雾"},
    "trip.resumed": {},
    "trip.returned": {},
}
"""None of these fits a trip that has arrived."""
TOLD = {"channel": "sms", "outcome": "reached"}
ABOUT_A_PASSENGER: dict[str, Data] = {
    "passenger.boarded": {},
    "passenger.checked_in": {"identity_shown": "card"},
    "passenger.denied": {"reason": "发热"},
    "passenger.found": {"place": "车站"},
    "passenger.left": {"place": "服务区"},
    "passenger.missing": {"last_seen": "服务区", "reported_to": "派出所"},
    "passenger.moved": {},
    "passenger.no_show": {},
    "passenger.notified": TOLD,
    "passenger.received": {},
    "passenger.refused": {"next_holder": "destination_bureau"},
    "passenger.returned": {},
}
"""None of these fits somebody who was received."""
ELSEWHERE = {
    "driver.replaced": "fits every trip that is not closed",
    "escort.replaced": "fits every trip that is not closed",
    "incident.reported": "fits every trip that is not closed",
    "passenger.noted": "fits everybody, and changes nothing",
    "kit.issued": "fits every trip that is not closed",
    "passenger.found_aboard": "names a worker: see below",
    "temperature_round.taken": "fits an arrived trip, too",
    "trip.turned_back": "fits an arrived trip, too",
    "vehicle.disinfected": "fits every trip that is not closed",
    "vehicle.inspected": "fits every trip that is not closed",
    "vehicle.replaced": "fits every trip that is not closed",
    "vehicle.ventilated": "fits every trip that is not closed",
}


def test_the_tables_hold_every_observation() -> None:
    observations = {
        str(kind)
        for kind, spec in EVENT_SPECS.items()
        if spec.stream is StreamKind.TRIP and spec.nature is Nature.OBSERVATION and spec.is_sent
    }
    assert {*ABOUT_THE_TRIP, *ABOUT_A_PASSENGER, *ELSEWHERE} == observations


def handed_over(scene: Scene) -> Ride:
    ride = scene.arrived(2)
    scene.hand_over(ride.trip, ride.passengers)
    return ride


def explain_all(scene: Scene, trip: UUID) -> None:
    explained = [
        scene.event("exception.explained", code=code, passenger_id=who, explanation="已核实")
        for who, line in scene.people(trip).items()
        for code in line["exceptions"]
    ]
    explained += [
        scene.event("exception.explained", code=code, explanation="已核实")
        for code in scene.trip(trip)["exceptions"]
    ]
    outcomes = scene.send(trip, *explained)
    assert {each["status"] for each in outcomes} == {"recorded"}, outcomes


def check_closing(scene: Scene, trip: UUID) -> None:
    """Blocked, then explained, then closed."""
    assert scene.refused(trip, "trip.closed") == "exceptions-open"
    explain_all(scene, trip)
    scene.tell(trip, "trip.closed")
    end = scene.trip(trip)
    assert (end["state"], end["open_exceptions"], end["balance"]["unaccounted"]) == ("closed", 0, 0)


@ON_SQLITE
@pytest.mark.parametrize("kinds", [list(ABOUT_THE_TRIP)[:5], list(ABOUT_THE_TRIP)[5:]])
def test_of_the_trip(scene: Scene, kinds: list[str]) -> None:
    ride = handed_over(scene)
    for kind in from_here(scene, kinds):
        data = ABOUT_THE_TRIP[kind]
        assert scene.refused(ride.trip, kind, **data) == "state-forbids"
        assert scene.afterwards(ride.trip, kind, **data) == ["out-of-order"], kind
        if scene.trip(ride.trip)["state"] == "in_transit":
            scene.afterwards(ride.trip, "trip.arrived")
        check_closing(scene, ride.trip)


@ON_SQLITE
@pytest.mark.parametrize("kinds", [list(ABOUT_A_PASSENGER)[:7], list(ABOUT_A_PASSENGER)[7:]])
def test_of_a_passenger(scene: Scene, kinds: list[str]) -> None:
    elsewhere, ride = scene.open_trip(), handed_over(scene)
    for kind in from_here(scene, kinds):
        data = {"passenger_id": ride.passengers[0]} | ABOUT_A_PASSENGER[kind]
        if kind == "passenger.moved":
            data["to_trip_id"] = elsewhere
        assert scene.refused(ride.trip, kind, **data) == "state-forbids"
        exceptions = scene.afterwards(ride.trip, kind, **data)
        gone = scene.statuses(ride)[0] != "received"
        beside = {"signed-not-received"} if gone else set()
        beside |= {"moved-not-arrived"} if kind == "passenger.moved" else set()
        assert exceptions == sorted({"out-of-order", *beside}), kind
        if scene.trip(ride.trip)["balance"]["unaccounted"]:
            scene.afterwards(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
            scene.record(ride.trip, scene.signature(ride.trip, ride.passengers[:1]))
        check_closing(scene, ride.trip)


# --- each exception -----------------------------------------------------------------------------
def _aboard_elsewhere(scene: Scene) -> list[str]:
    """Given up here, placed on another coach; and then the paper says that he did ride here."""
    ride = scene.locked(2)
    scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[0])
    scene.assign(scene.open_trip(), [ride.workers[0]])
    return scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])


def _boarded_after_departure(scene: Scene) -> list[str]:
    ride = scene.locked(2)
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(minutes=5)
    return scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])


def _boarded_against_clearance(scene: Scene) -> list[str]:
    ride = scene.locked(1)
    warm = {"passenger_id": ride.passengers[0], "temperature": 395}
    return scene.afterwards(ride.trip, "passenger.boarded", **warm)


def _reversal_waits(scene: Scene) -> list[str]:
    nothing = {"event_id": scene.world.new_id(), "reason": "记错"}
    return scene.afterwards(scene.boarded(1).trip, "event.reversed", **nothing)


def _boarded_though_denied(scene: Scene) -> list[str]:
    ride = scene.locked(1)
    passenger = {"passenger_id": ride.passengers[0]}
    scene.tell(ride.trip, "passenger.denied", **passenger, reason="无票")
    return scene.afterwards(ride.trip, "passenger.boarded", **passenger)


def _boarded_twice(scene: Scene) -> list[str]:
    ride = scene.boarded(1)
    return scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])


def _clock_ahead(scene: Scene) -> list[str]:
    ride = scene.locked(1)
    at = scene.now + timedelta(minutes=20)
    outcome = scene.tell(ride.trip, "temperature_round.taken", at=at, measured=1)
    found: list[str] = outcome["exceptions"]
    assert scene.trip(ride.trip)["exceptions"] == found
    return found


def _contradicts(scene: Scene) -> list[str]:
    """Two phones tell of one moment that he sat on this seat, and on that one."""
    ride = scene.locked(1)
    told = [
        scene.event(
            "passenger.boarded",
            passenger_id=ride.passengers[0],
            seat_row=row,
            seat_column=1,
            mode="afterwards",
        )
        | {"device": device}
        for row, device in ((3, "3f9a4c1e7b2d4856"), (4, "90ab4c1e7b2d4856"))
    ]
    scene.record(ride.trip, *told)
    (line,) = scene.people(ride.trip).values()
    named = [each["events"] for each in line["findings"] if each["code"] == "contradicts"]
    assert named == [sorted(str(each["id"]) for each in told)]
    return [code for code in line["exceptions"] if code != "boarded-twice"]


def _count_differs(scene: Scene) -> list[str]:
    ride = scene.boarded(2)
    found: list[str] = scene.tell(ride.trip, "trip.departed", aboard=3)["exceptions"]
    return found


def _manifest_not_locked(scene: Scene) -> list[str]:
    ride = scene.listed(1)
    return scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])


def _moved_not_arrived(scene: Scene) -> list[str]:
    ride, other = scene.departed(1), scene.open_trip()
    moved = {"passenger_id": ride.passengers[0], "to_trip_id": other}
    found: list[str] = scene.tell(ride.trip, "passenger.moved", **moved)["exceptions"]
    return found


def _not_on_list(scene: Scene) -> list[str]:
    ride = scene.departed(1)
    found = {"passenger_id": scene.world.new_id(), "worker_id": scene.make_workers()[0]}
    exceptions: list[str] = scene.tell(ride.trip, "passenger.found_aboard", **found)["exceptions"]
    return exceptions


def _open_after_closing(scene: Scene) -> list[str]:
    """Somebody whom the factory had taken over is told to sit in the coach again."""
    ride = handed_over(scene)
    scene.tell(ride.trip, "trip.closed")
    scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])
    exceptions: list[str] = scene.trip(ride.trip)["exceptions"]
    return exceptions


def _out_of_order(scene: Scene) -> list[str]:
    ride = scene.boarded(1)
    return scene.afterwards(ride.trip, "passenger.no_show", passenger_id=ride.passengers[0])


def _over_capacity(scene: Scene) -> list[str]:
    scene.vehicle_id = scene.make_vehicle("辽M00001", rows=1)
    ride = scene.listed(5)
    waiting = scene.assign(ride.trip, scene.make_workers(), stand_by=True)[0]
    scene.tell(ride.trip, "manifest.locked")
    late = ride.passengers[0]
    scene.tell(ride.trip, "passenger.no_show", passenger_id=late)
    scene.tell(ride.trip, "passenger.substituted", passenger_id=waiting, replaces_passenger_id=late)
    both = scene.afterwards(
        ride.trip, "passenger.checked_in", passenger_id=late, identity_shown="card"
    )
    assert "seat-taken" in both
    assert scene.trip(ride.trip)["taken"] == 5
    return [code for code in both if code != "seat-taken"]


def _received_before_arrival(scene: Scene) -> list[str]:
    ride = scene.departed(1)
    found = scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    exceptions: list[str] = found["exceptions"]
    return exceptions


def _received_without_boarding(scene: Scene) -> list[str]:
    ride = scene.locked(1)
    return scene.afterwards(ride.trip, "passenger.received", passenger_id=ride.passengers[0])


def _seat_taken(scene: Scene) -> list[str]:
    ride = scene.locked(2)
    other = {"passenger_id": ride.passengers[1], "seat_row": 1, "seat_column": 1}
    return scene.afterwards(ride.trip, "passenger.boarded", **other)


def _signed_not_received(scene: Scene) -> list[str]:
    ride = handed_over(scene)
    lines = scene.world.list_bodies(StreamKind.TRIP, ride.trip)
    received = [each["id"] for each in lines if each["kind"] == "passenger.received"]
    scene.tell(ride.trip, "event.reversed", event_id=received[0], reason="没有到厂")
    return [code for each in scene.people(ride.trip).values() for code in each["exceptions"]]


def _unregistered(scene: Scene) -> list[str]:
    ride = scene.departed(1)
    found = {"passenger_id": scene.world.new_id(), "unregistered": True}
    exceptions: list[str] = scene.tell(ride.trip, "passenger.found_aboard", **found)["exceptions"]
    return [code for code in exceptions if code != "not-on-list"]


def _vehicle_busy(scene: Scene) -> list[str]:
    _first, other = scene.open_trip(), scene.open_trip()
    return scene.afterwards(other, "vehicle.replaced", vehicle_id=scene.vehicle_id)


def _driver_busy(scene: Scene) -> list[str]:
    _first, other = scene.open_trip(), scene.open_trip()
    return scene.afterwards(other, "driver.replaced", driver_id=scene.driver_id)


def _escort_busy(scene: Scene) -> list[str]:
    scene.open_trip()
    scene.batch_id = scene.open_batch()
    leads = {"name": "合成领队", "phone": make_phone(99_000_001)}
    return scene.afterwards(scene.open_trip(), "escort.replaced", **leads)


def _not_disinfected(scene: Scene) -> list[str]:
    policy = {"version": "disinfect", "title": "合成", "disinfect_before_boarding": True}
    scene.ok(scene.coordinator.post("/v1/policies", {**policy, "region": "21"}), 201)
    ride = scene.boarded(1)
    scene.tell(ride.trip, "policy.switched", policy="disinfect", reason="合成")
    return scene.afterwards(ride.trip, "trip.departed")


def _minor_unaccompanied(scene: Scene) -> list[str]:
    """The companion was expected, and did not come."""
    ride = scene.listed(1)
    (child,) = scene.make_workers(role=PersonRole.CHILD, birth_date="2010-05-12")
    (minor,) = scene.assign(ride.trip, [child])
    scene.consent(ride.trip, minor, companion_id=ride.passengers[0])
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, [minor])
    return scene.afterwards(ride.trip, "trip.departed")


def _received_by_another(scene: Scene) -> list[str]:
    ride = scene.listed(1)
    scene.consent(ride.trip, ride.passengers[0])
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, ride.passengers)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    return scene.afterwards(ride.trip, "passenger.received", passenger_id=ride.passengers[0])


WAYS: dict[ExceptionCode, Callable[[Scene], list[str]]] = {
    ExceptionCode.ABOARD_ELSEWHERE: _aboard_elsewhere,
    ExceptionCode.BOARDED_AFTER_DEPARTURE: _boarded_after_departure,
    ExceptionCode.BOARDED_AGAINST_CLEARANCE: _boarded_against_clearance,
    ExceptionCode.REVERSAL_WAITS: _reversal_waits,
    ExceptionCode.BOARDED_THOUGH_DENIED: _boarded_though_denied,
    ExceptionCode.BOARDED_TWICE: _boarded_twice,
    ExceptionCode.CLOCK_AHEAD: _clock_ahead,
    ExceptionCode.CONTRADICTS: _contradicts,
    ExceptionCode.COUNT_DIFFERS: _count_differs,
    ExceptionCode.DEPARTED_EMPTY: depart_empty,
    ExceptionCode.DRIVER_BUSY: _driver_busy,
    ExceptionCode.ESCORT_BUSY: _escort_busy,
    ExceptionCode.MANIFEST_NOT_LOCKED: _manifest_not_locked,
    ExceptionCode.MINOR_UNACCOMPANIED: _minor_unaccompanied,
    ExceptionCode.MOVED_NOT_ARRIVED: _moved_not_arrived,
    ExceptionCode.NOT_ON_LIST: _not_on_list,
    ExceptionCode.OPEN_AFTER_CLOSING: _open_after_closing,
    ExceptionCode.OTHER_DESTINATION: assign_elsewhere,
    ExceptionCode.OUT_OF_ORDER: _out_of_order,
    ExceptionCode.OVER_CAPACITY: _over_capacity,
    ExceptionCode.RECEIVED_BEFORE_ARRIVAL: _received_before_arrival,
    ExceptionCode.RECEIVED_BY_ANOTHER: _received_by_another,
    ExceptionCode.RECEIVED_WITHOUT_BOARDING: _received_without_boarding,
    ExceptionCode.SEAT_TAKEN: _seat_taken,
    ExceptionCode.SEAT_UNKNOWN: sit_nowhere,
    ExceptionCode.SIGNED_NOT_RECEIVED: _signed_not_received,
    ExceptionCode.UNREGISTERED: _unregistered,
    ExceptionCode.VEHICLE_BUSY: _vehicle_busy,
    ExceptionCode.NOT_DISINFECTED: _not_disinfected,  # last: its policy is in force from then on
}


@ON_SQLITE
def test_every_exception_comes_about_in_its_own_way(scene: Scene) -> None:
    assert set(WAYS) == set(ExceptionCode)
    found = {}
    for code, way in WAYS.items():
        scene.vehicle_id = scene.make_vehicle(f"辽M1{list(WAYS).index(code):04d}")
        found[code] = way(scene)
    beside = {
        ExceptionCode.ABOARD_ELSEWHERE: {"out-of-order"},
    }
    assert found == {code: sorted({str(code), *beside.get(code, ())}) for code in WAYS}


def test_an_exception_that_comes_again_is_open_again(scene: Scene) -> None:
    ride = scene.boarded(1)
    passenger = {"passenger_id": ride.passengers[0]}
    assert scene.afterwards(ride.trip, "passenger.boarded", **passenger) == ["boarded-twice"]
    explain_all(scene, ride.trip)
    assert scene.trip(ride.trip)["open_exceptions"] == 0
    scene.world.clock.advance(minutes=1)
    assert scene.afterwards(ride.trip, "passenger.boarded", **passenger) == ["boarded-twice"]


def test_late_facts_of_a_closed_trip_are_taken_and_can_be_explained(scene: Scene) -> None:
    ride = handed_over(scene)
    scene.tell(ride.trip, "trip.closed")
    passenger = {"passenger_id": ride.passengers[0]}
    assert scene.afterwards(ride.trip, "passenger.notified", **passenger, **TOLD) == [
        "out-of-order"
    ]
    assert scene.trip(ride.trip)["state"] == "closed"
    assert scene.trip(ride.trip)["open_exceptions"] == 1
    explain_all(scene, ride.trip)
    assert scene.trip(ride.trip)["open_exceptions"] == 0


def test_a_late_fact_in_its_right_place_brings_no_exception(scene: Scene) -> None:
    """The phone without signal sends the roll call after the handover: nothing is out of order."""
    ride = scene.locked(1)
    passenger = {"passenger_id": ride.passengers[0]}
    roll_call = scene.now + timedelta(minutes=10)
    scene.world.clock.advance(minutes=20)
    assert scene.afterwards(ride.trip, "passenger.boarded", **passenger) == []
    assert (
        scene.afterwards(
            ride.trip, "passenger.checked_in", **passenger, identity_shown="card", at=roll_call
        )
        == []
    )
    assert scene.statuses(ride) == ["boarded"]
