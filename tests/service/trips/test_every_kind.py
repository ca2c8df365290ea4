"""Every kind that a trip's door takes, once in its regular place: recorded, and nothing to explain."""

from typing import Any

from schemas.events.kinds import StreamKind
from schemas.events.specs import EVENT_SPECS
from schemas.permissions import Role
from tests.service.trips.refusing import hold
from tests.service.trips.scenes import DESTINATION, Ride, Scene

Event = Any


BROUGHT = {"passenger.moved": ["moved-not-arrived"]}
"""Until the person is recorded aboard there."""


class Teller:
    """Says one thing after the other, a minute apart, and keeps what was said."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.said: set[str] = set()

    def tell(self, ride: Ride, kind: str, *, of: int | None = None, **data: Any) -> Any:
        self.scene.world.clock.advance(minutes=1)
        if of is not None:
            data["passenger_id"] = ride.passengers[of]
        outcome = self.scene.tell(ride.trip, kind, **data)
        assert outcome["exceptions"] == BROUGHT.get(kind, []), kind
        self.said.add(kind)
        return outcome


def before_the_road(teller: Teller, ride: Ride) -> None:
    scene, tell = teller.scene, teller.tell
    (extra,) = scene.make_workers()
    new = scene.world.new_id()
    tell(ride, "passenger.assigned", worker_id=extra, passenger_id=new)
    tell(ride, "passenger.unassigned", passenger_id=new, reason="本人放弃")
    tell(ride, "vehicle.replaced", vehicle_id=scene.make_vehicle("辽M88888"))
    tell(ride, "driver.replaced", driver_id=scene.make_driver())
    tell(ride, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    tell(ride, "policy.switched", policy="ordinary-1", reason="上级通知")
    call = {"person": "王", "post": "科长", "approved_at": scene.now.isoformat()}
    phoned = tell(ride, "filing.acknowledged", channel="telephone", unit="苏州市人社局", **call)
    officer = scene.world.client(Role.DESTINATION_OFFICER, division_prefix=DESTINATION)
    tell(ride, "approval.confirmed", by=officer, approval_id=phoned["id"])
    tell(ride, "passenger.notified", of=0, channel="telephone", outcome="reached")
    assert scene.consent(ride.trip, ride.passengers[5])["exceptions"] == []
    teller.said.add("passenger.consent_recorded")
    tell(ride, "manifest.locked")
    tell(ride, "manifest.unlocked", reason="加一人")
    tell(ride, "captain.named", of=0)
    tell(ride, "kit.issued", items=["mask"], quantities=[60])
    tell(ride, "vehicle.inspected", checked=["brakes"], passed=True)
    tell(ride, "vehicle.disinfected", area="whole", concentration_mg_l=500, minutes=30)
    tell(ride, "manifest.locked")
    hold(scene, ride.workers[0])
    tell(ride, "passenger.exempted", of=0, reason="合成：核实后准予乘车")
    tell(ride, "trip.boarding_opened")
    tell(ride, "passenger.no_show", of=6)
    tell(ride, "passenger.substituted", of=7, replaces_passenger_id=ride.passengers[6])
    for person in (0, 1, 2, 3, 4, 5, 7):
        tell(ride, "passenger.checked_in", of=person, identity_shown="card", temperature=365)
    tell(ride, "passenger.denied", of=5, reason="发热")
    for person in (0, 1, 2, 3, 4, 7):
        tell(ride, "passenger.boarded", of=person)


def on_the_road(teller: Teller, ride: Ride, other: Ride) -> None:
    scene, tell = teller.scene, teller.tell
    tell(ride, "trip.departed", aboard=6)
    tell(ride, "passenger.seat_changed", of=0, seat_row=9, seat_column=1)
    tell(ride, "stop.begun", place="徐州服务区")
    tell(ride, "stop.ended", aboard=6)
    tell(ride, "temperature_round.taken", measured=6, highest=369)
    tell(ride, "vehicle.ventilated", minutes=20)
    tell(ride, "trip.delayed", expected_at="2020-03-25T08:00:00+08:00")
    tell(ride, "trip.held_up", reason="大雾")
    tell(ride, "trip.resumed")
    tell(ride, "vehicle.replaced", vehicle_id=scene.make_vehicle("辽M88889"))
    tell(ride, "driver.replaced", driver_id=scene.make_driver())
    tell(ride, "escort.replaced", name="合成领队二", phone="13900000001")
    incident = tell(ride, "incident.reported", description="行李遗失")
    tell(ride, "incident.settled", incident_id=incident["id"], outcome="找到")
    tell(ride, "passenger.noted", what="fever", of=1, temperature=385)
    tell(ride, "passenger.left", end="given_on", given_to="health_point", of=1, unit="徐州留验站")
    tell(ride, "passenger.left", of=2, place="徐州")
    tell(ride, "passenger.missing", of=3, last_seen="徐州", reported_to="派出所")
    tell(ride, "passenger.found", of=3, place="徐州")
    tell(ride, "passenger.moved", of=3, to_trip_id=other.trip)
    went_over = {"passenger_id": teller.scene.world.new_id(), "worker_id": ride.workers[3]}
    found = teller.scene.tell(other.trip, "passenger.found_aboard", **went_over)
    assert found["exceptions"] == ["not-on-list"]


def at_the_gate(teller: Teller, ride: Ride) -> None:
    scene, tell = teller.scene, teller.tell
    tell(ride, "trip.arrived", aboard=3)
    tell(ride, "passenger.refused", of=4, reason="无床位")
    tell(ride, "passenger.returned", of=4)
    for person in (0, 7):
        wrong = tell(ride, "passenger.received", of=person)
    tell(ride, "event.reversed", event_id=wrong["id"], reason="签错人")
    tell(ride, "passenger.received", of=7)
    signed = scene.signature(ride.trip, [ride.passengers[0], ride.passengers[7]])
    tell(ride, "handover.signed", **signed["data"])
    tell(ride, "trip.closed")


def test_every_kind_in_its_regular_place(scene: Scene) -> None:
    teller = Teller(scene)
    ride = scene.listed(7)
    (waiting,) = scene.assign(ride.trip, scene.make_workers(), stand_by=True)
    ride.passengers.append(waiting)
    other = scene.departed(1)
    before_the_road(teller, ride)
    on_the_road(teller, ride, other)
    at_the_gate(teller, ride)
    assert scene.trip(ride.trip)["balance"]["line"] == (
        "上车6 = 接收2 + 途中移交1 + 途中离开1 + 换乘1 + 返回1；未平0"
    )

    person = {"passenger_id": scene.world.new_id(), "worker_id": scene.make_workers()[0]}
    found = scene.tell(other.trip, "passenger.found_aboard", **person)
    assert found["exceptions"] == ["not-on-list"]
    about = {"code": "not-on-list", "passenger_id": person["passenger_id"]}
    teller.tell(other, "exception.explained", **about, explanation="服务区发现")
    stranger = {"passenger_id": scene.world.new_id(), "unregistered": True}
    scene.tell(other.trip, "passenger.found_aboard", **stranger)
    who = {"passenger_id": stranger["passenger_id"], "worker_id": scene.make_workers()[0]}
    teller.tell(other, "passenger.linked", **who)
    teller.tell(other, "trip.turned_back", authority="高速路口检查站")
    teller.tell(other, "trip.returned")
    cancelled = scene.locked(1)
    teller.tell(cancelled, "trip.cancelled", reason="大雪")

    assert teller.said | {"passenger.found_aboard"} == {
        str(kind)
        for kind, spec in EVENT_SPECS.items()
        if spec.stream is StreamKind.TRIP and spec.is_sent
    }


def test_a_turned_back_trip_ends_when_everybody_is_home(scene: Scene) -> None:
    ride = scene.departed(2)
    scene.tell(ride.trip, "trip.turned_back", authority="高速路口检查站")
    assert scene.trip(ride.trip)["state"] == "turned_back"
    assert scene.refused(ride.trip, "trip.closed") == "equation-open"
    scene.tell(ride.trip, "trip.returned")
    for passenger in ride.passengers:
        scene.tell(ride.trip, "passenger.returned", passenger_id=passenger)
    scene.tell(ride.trip, "trip.closed")
    end = scene.trip(ride.trip)
    assert (end["state"], end["balance"]["line"]) == ("closed", "上车2 = 返回2；未平0")


def test_two_gates_have_sums_of_their_own(scene: Scene) -> None:
    trip = scene.open_trip(points=2)
    gates = scene.points(trip)
    workers = scene.make_workers(3)
    passengers = [
        *scene.assign(trip, workers[:2], handover_point_id=str(gates[0])),
        *scene.assign(trip, workers[2:]),
    ]
    scene.record(trip, scene.event("manifest.locked"), *scene.roll_call(passengers))
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed", aboard=3)
    scene.world.clock.advance(hours=12)
    scene.tell(trip, "trip.arrived", point_id=gates[0])
    assert scene.trip(trip)["state"] == "in_transit"
    scene.hand_over(trip, passengers[:2], place=0)
    assert scene.people(trip)[str(passengers[0])]["exceptions"] == []
    early = scene.signature(trip, passengers[:1], place=1)
    assert scene.send(trip, early)[0]["problem"]["code"] == "not-balanced-handover"
    sums = {each["point_id"]: each["balance"]["line"] for each in scene.trip(trip)["by_point"]}
    assert sums == {
        str(gates[0]): "上车2 = 接收2；未平0",
        str(gates[1]): "上车1 = 0；未平1",
    }
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.arrived", point_id=gates[1])
    assert scene.trip(trip)["state"] == "arrived"
    scene.hand_over(trip, passengers[2:], place=1)
    assert scene.trip(trip)["state"] == "handed_over"
    scene.tell(trip, "trip.closed")


def test_received_at_another_gate_counts_there(scene: Scene) -> None:
    ride = scene.departed(1, points=2)
    gates = scene.points(ride.trip)
    scene.tell(ride.trip, "trip.arrived", point_id=gates[0])
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0], point_id=gates[0])
    scene.record(ride.trip, scene.signature(ride.trip, ride.passengers, place=0))
    (only,) = scene.trip(ride.trip)["by_point"]
    assert (only["point_id"], only["balance"]["received"]) == (str(gates[0]), 1)


def test_a_code_from_the_sheet_signs(scene: Scene) -> None:
    ride = scene.arrived(1)
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    sheet = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/handover"))
    (point,) = sheet["points"]
    signature = scene.signature(ride.trip, ride.passengers)["data"]
    signature |= {"method": "code", "code": point["code"]}
    scene.tell(ride.trip, "handover.signed", **signature)
    lines = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/handover"))["points"][0]["lines"]
    assert [line["signed"] for line in lines] == ["code"]
