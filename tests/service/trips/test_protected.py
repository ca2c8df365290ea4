"""Protected carriage: disinfection before boarding and on return where the policy asks for it, what is told of
the vehicle, rounds and disinfections that are due on the way."""

from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.service.trips.scenes import Ride, Scene

DISINFECTED = "vehicle.disinfected"


def load(scene: Scene, **parameters: Any) -> None:
    body = {"version": "protected", "title": "合成", "valid_from": "2020-01-01", **parameters}
    scene.ok(scene.coordinator.post("/v1/policies", body), 201)


def needs(scene: Scene, trip: UUID) -> list[tuple[str, str]]:
    return [(each["code"], each["since"]) for each in scene.trip(trip)["needs"]]


def held_back(scene: Scene, trip: UUID) -> list[tuple[str, str]]:
    gate = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/gate"))
    return [(each["code"], each["cure"]) for each in gate["reasons"]]


def test_boarding_opens_after_a_disinfection(scene: Scene) -> None:
    load(scene, disinfect_before_boarding=True)
    ride = scene.listed(1)
    assert held_back(scene, ride.trip) == [], "it does not keep the list from being locked"
    scene.tell(ride.trip, "manifest.locked")
    assert held_back(scene, ride.trip) == [("not-disinfected", "carrier")]
    problem = scene.send(ride.trip, scene.event("trip.boarding_opened"))[0]["problem"]
    assert (problem["code"], problem["status"]) == ("not-disinfected", 409)
    assert "登记“车辆消毒”" in problem["detail"]
    scene.tell(ride.trip, DISINFECTED, area="whole", concentration_mg_l=500, minutes=30)
    scene.world.clock.advance(minutes=5)
    assert held_back(scene, ride.trip) == []
    scene.tell(ride.trip, "trip.boarding_opened")


def test_nothing_is_asked_in_an_ordinary_year(scene: Scene) -> None:
    ride = scene.locked(1)
    scene.tell(ride.trip, "trip.boarding_opened")


def test_it_must_lie_after_the_run_before(scene: Scene) -> None:
    """The coach arrives at 22:00 from another trip; disinfected before that it is not."""
    load(scene, disinfect_before_boarding=True)
    first = scene.departed(1)
    scene.world.clock.advance(hours=12)
    ride = scene.listed(1, hours=6, vehicle_id=str(scene.vehicle_id))
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, DISINFECTED, area="cabin")
    scene.world.clock.advance(hours=1)
    scene.tell(first.trip, "trip.arrived")
    scene.world.clock.advance(minutes=10)
    assert held_back(scene, ride.trip) == [("not-disinfected", "carrier")]
    assert scene.refused(ride.trip, "trip.boarding_opened") == "not-disinfected"
    scene.tell(ride.trip, DISINFECTED, area="cabin")
    scene.world.clock.advance(minutes=10)
    scene.tell(ride.trip, "trip.boarding_opened")


def test_another_coach_is_disinfected_itself(scene: Scene) -> None:
    load(scene, disinfect_before_boarding=True)
    ride = scene.locked(1)
    spare = scene.make_vehicle("辽M99001")
    scene.tell(ride.trip, DISINFECTED, area="whole")
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=spare)
    scene.world.clock.advance(minutes=1)
    assert scene.refused(ride.trip, "trip.boarding_opened") == "not-disinfected"
    before = {"mode": "afterwards", "at": scene.now.replace(hour=7)}
    told = scene.event(DISINFECTED, area="whole", vehicle_id=spare, **before)
    scene.record(ride.trip, told)
    scene.tell(ride.trip, "trip.boarding_opened")
    unknown = {"area": "whole", "vehicle_id": scene.world.new_id()}
    assert scene.refused(ride.trip, DISINFECTED, **unknown) == "not-found"


@pytest.mark.parametrize("kind", ["trip.boarding_opened", "trip.departed"])
def test_told_afterwards_it_is_an_exception_until_it_is_told(scene: Scene, kind: str) -> None:
    load(scene, disinfect_before_boarding=True)
    ride = scene.boarded(1)
    scene.world.clock.advance(minutes=10)
    assert "not-disinfected" in scene.afterwards(ride.trip, kind)
    done = scene.event(
        DISINFECTED, mode="afterwards", at=scene.now.replace(hour=8, minute=0), area="whole"
    )
    scene.record(ride.trip, done)
    assert scene.trip(ride.trip)["exceptions"] == []
    scene.tell(ride.trip, "event.reversed", event_id=done["id"], reason="误登")
    assert scene.trip(ride.trip)["exceptions"] == ["not-disinfected"]


def test_it_is_closed_after_a_disinfection_on_return(scene: Scene) -> None:
    load(scene, disinfect_on_return=True)
    ride = scene.arrived(1)
    scene.hand_over(ride.trip, ride.passengers)
    scene.world.clock.advance(minutes=10)
    assert scene.refused(ride.trip, "trip.closed") == "not-disinfected"
    scene.tell(ride.trip, DISINFECTED, area="whole")
    scene.tell(ride.trip, "trip.closed")


@pytest.mark.parametrize(
    ("parameter", "code", "kind", "data"),
    [
        ("remeasure_hours", "temperature-due", "temperature_round.taken", {"measured": 1}),
        ("disinfect_interval_hours", "disinfection-due", DISINFECTED, {"area": "cabin"}),
    ],
)
def test_what_is_due_on_the_way(
    scene: Scene, parameter: str, code: str, kind: str, data: dict[str, Any]
) -> None:
    load(scene, **{parameter: 2, "silent_hours": 24})
    ride = scene.departed(1)
    due = scene.trip(ride.trip)["departed_at"]
    scene.world.clock.advance(hours=2)
    assert needs(scene, ride.trip) == []
    scene.world.clock.advance(minutes=1)
    [(found, since)] = needs(scene, ride.trip)
    assert (found, since[11:16]) == (code, f"{int(due[11:13]) + 2:02d}:00")
    listed = scene.ok(scene.coordinator.get("/v1/trips", attention=True))["items"]
    assert [each["id"] for each in listed] == [str(ride.trip)]
    scene.tell(ride.trip, kind, **data)
    assert needs(scene, ride.trip) == []
    scene.world.clock.advance(hours=2, minutes=1)
    assert [each for each, _ in needs(scene, ride.trip)] == [code]


def test_who_tells_it(scene: Scene) -> None:
    """Carrier, escort and coordinator; what a paper says of the vehicle is not told by a receiver."""
    ride = scene.locked(1)
    told = {
        "vehicle.inspected": {"checked": ["brakes", "tyres"], "failed": ["tyres"], "passed": False},
        "vehicle.ventilated": {"minutes": 15},
        "kit.issued": {"items": ["mask", "thermometer"], "quantities": [60, 2]},
        DISINFECTED: {"area": "whole"},
    }
    carrier = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    for by in (scene.coordinator, carrier, scene.escort_of(ride.trip)):
        for kind, data in told.items():
            scene.tell(ride.trip, kind, by=by, **data)
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=scene.enterprise_id)
    body = {"events": [scene.event(DISINFECTED, area="whole")]}
    answer = receiver.post(f"/v1/trips/{ride.trip}/events", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        (
            "vehicle.inspected",
            {"checked": ["brakes"], "failed": ["tyres"], "passed": True},
            "failed",
        ),
        ("kit.issued", {"items": ["mask"], "quantities": [1, 2]}, "quantities"),
        ("kit.issued", {"items": ["mask"], "quantities": [0]}, "quantities.0"),
        (DISINFECTED, {"area": "roof"}, "area"),
        (DISINFECTED, {"area": "whole", "minutes": 0}, "minutes"),
    ],
)
def test_what_cannot_be_told(scene: Scene, kind: str, data: dict[str, Any], field: str) -> None:
    ride: Ride = scene.locked(1)
    (outcome,) = scene.send(ride.trip, scene.event(kind, **data))
    assert outcome["status"] == "refused"
    assert [each["field"] for each in outcome["problem"]["errors"]] == [field]
