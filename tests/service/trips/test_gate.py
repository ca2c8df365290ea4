"""The gate: what the list, the door and whoever asks before are told is one answer, and an officer's
decision.
"""

from datetime import timedelta

import pytest

from schemas.permissions import Role
from tests.factories import TOWNSHIP
from tests.service.trips.checked import STRICT, certify, codes, declare, gate, note, ready
from tests.service.trips.scenes import Scene


@pytest.fixture
def strict(scene: Scene) -> Scene:
    scene.ok(scene.coordinator.post("/v1/policies", STRICT), 201)
    return scene


def test_who_lacks_a_paper_is_listed_and_asked_for_it(strict: Scene) -> None:
    """The township's work list names what is missing; the list is locked once it is there."""
    scene = strict
    (worker,) = scene.make_workers()
    trip = scene.open_trip()
    scene.assign(trip, [worker])
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    (line,) = scene.ok(clerk.get("/v1/health-missing"))["items"]
    missing = [each["code"] for each in line["reasons"]]
    assert (line["id"], missing) == (str(worker), ["declaration-missing", "proof-missing"])
    assert scene.refused(trip, "manifest.locked") == "declaration-missing"
    declare(scene, worker)
    certify(scene, worker, issued="2020-03-01")
    assert scene.refused(trip, "manifest.locked") == "proof-expired"
    certify(scene, worker)
    shown = gate(scene, trip)
    assert shown["may_lock"] is True
    assert [(each["may_board"], each["verdict"]) for each in shown["lines"]] == [(True, "cleared")]
    assert scene.ok(clerk.get("/v1/health-missing"))["items"] == []


def test_who_is_held_is_not_listed(strict: Scene) -> None:
    scene = strict
    (worker,) = scene.make_workers()
    declare(scene, worker, yes="met_case")
    answer, _ = scene.try_assign(scene.open_trip(), [worker])
    assert answer["outcomes"][0]["problem"]["code"] == "exposure-declared"


def test_the_list_the_door_and_the_gate_say_the_same(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 2)
    declare(scene, ride.workers[0], yes="met_case")
    shown = gate(scene, ride.trip)
    assert [codes(each) for each in shown["lines"]] == [["exposure-declared"], []]
    assert (shown["may_lock"], shown["policy_version"]) == (False, "strict")
    (reason,) = shown["lines"][0]["reasons"]
    assert (reason["document"], reason["cure"]) == ("合成〔2020〕1号", "health")
    assert "请卫健部门核实" in reason["says"]
    assert scene.refused(ride.trip, "manifest.locked") == "exposure-declared"
    declare(scene, ride.workers[0])
    scene.tell(ride.trip, "manifest.locked")
    assert gate(scene, ride.trip)["may_lock"] is True


@pytest.mark.parametrize(("value", "boards"), [(373, True), (374, False)])
def test_the_temperature_at_the_door(strict: Scene, value: int, *, boards: bool) -> None:
    """Also one that the roll call measured, in the same request or an earlier one."""
    scene = strict
    ride = ready(scene, 3)
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "trip.boarding_opened")
    one, two, three = ride.passengers
    shown = {"identity_shown": "card", "temperature": value}
    scene.tell(ride.trip, "passenger.checked_in", passenger_id=one, **shown)
    outcomes = scene.send(
        ride.trip,
        scene.event("passenger.boarded", passenger_id=one),
        scene.event("passenger.checked_in", passenger_id=two, **shown),
        scene.event("passenger.boarded", passenger_id=two),
        scene.event("passenger.boarded", passenger_id=three, temperature=value),
    )
    boardings = [outcomes[0], outcomes[2], outcomes[3]]
    if boards:
        assert [each["status"] for each in boardings] == ["recorded"] * 3
        return
    assert [each["problem"]["code"] for each in boardings] == ["temperature-high"] * 3
    again = scene.send(ride.trip, scene.event("passenger.boarded", passenger_id=three))
    assert again[0]["problem"]["code"] == "temperature-high", "the refused reading counts"
    people = scene.people(ride.trip)
    assert people[str(one)]["status"] == "checked_in"
    lines = gate(scene, ride.trip)["lines"]
    assert [codes(each) for each in lines[:2]] == [["temperature-high"]] * 2
    assert "37.4℃" in lines[0]["reasons"][0]["says"]
    scene.world.clock.advance(minutes=10)
    scene.tell(ride.trip, "passenger.boarded", passenger_id=one, temperature=366)


def test_an_officer_lets_pass_what_there_is_and_not_what_comes(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 1)
    (worker,) = ride.workers
    (passenger,) = ride.passengers
    nothing = scene.refused(
        ride.trip, "passenger.exempted", passenger_id=passenger, reason="没有需要"
    )
    assert nothing == "nothing-held"
    declare(scene, worker, yes="met_case")
    scene.world.clock.advance(minutes=1)
    escort = scene.escort_of(ride.trip)
    told = {"passenger_id": passenger, "reason": "核实为同名，准予乘车"}
    denied = scene.refused(ride.trip, "passenger.exempted", by=escort, **told)
    assert denied == "permission-denied"
    officer = scene.world.client(Role.HEALTH_OFFICER)
    scene.tell(ride.trip, "passenger.exempted", by=officer, **told)
    (line,) = gate(scene, ride.trip)["lines"]
    assert (line["may_board"], [each["overridden"] for each in line["reasons"]]) == (True, [True])
    scene.tell(ride.trip, "manifest.locked")
    scene.world.clock.advance(minutes=1)
    declare(scene, worker, yes="has_symptoms")
    assert gate(scene, ride.trip)["lines"][0]["may_board"] is False
    refused = scene.refused(ride.trip, "passenger.boarded", passenger_id=passenger)
    assert refused == "exposure-declared"


def test_the_door_tells_no_more_than_the_gate(strict: Scene) -> None:
    """The escort hears that the person is held, as at the gate; whoever may read of health, why."""
    scene = strict
    ride = ready(scene, 2)
    scene.tell(ride.trip, "manifest.locked")
    scene.world.clock.advance(minutes=1)
    declare(scene, ride.workers[0], yes="has_symptoms")
    escort = scene.escort_of(ride.trip)
    assert codes(gate(scene, ride.trip, by=escort)["lines"][0]) == [None]
    one, two = ({"passenger_id": each} for each in ride.passengers)
    assert scene.refused(ride.trip, "passenger.boarded", by=escort, **one) == "health-hold"
    assert scene.refused(ride.trip, "passenger.boarded", **one) == "exposure-declared"
    own = scene.refused(ride.trip, "passenger.boarded", by=escort, **two, temperature=391)
    assert own == "temperature-high"


def test_who_is_found_aboard_was_judged_by_nobody(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 1)
    scene.tell(ride.trip, "manifest.locked")
    (other,) = scene.make_workers(1)
    declare(scene, other, yes="met_case")
    certify(scene, other)
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])
    found = scene.world.new_id()
    scene.tell(ride.trip, "passenger.found_aboard", passenger_id=found, worker_id=other)
    assert "boarded-against-clearance" in scene.people(ride.trip)[str(found)]["exceptions"]


BEYOND = "9999-12-31T23:59:59Z"
BEFORE = "0001-01-01T00:00:00+14:00"


@pytest.mark.parametrize("moment", [BEYOND, BEFORE])
def test_times_beyond_a_calendar_are_refused(strict: Scene, moment: str) -> None:
    """They would overflow in every sum that follows."""
    scene = strict
    ride = ready(scene, 1)
    assert scene.refused(ride.trip, "trip.delayed", expected_at=moment) == "field-invalid"
    record = {
        "id": str(scene.world.new_id()),
        "worker_id": str(ride.workers[0]),
        "occurred_at": scene.now.isoformat(),
        "content": {"what": "proof", "kind": "nucleic_test", "sampled_at": moment},
    }
    sent = scene.coordinator.post("/v1/health-records", {"records": [record]})
    assert "time-out-of-range" in sent.text or "2000年" in sent.text
    question = {"purpose": "accident", "at": moment, "worker_id": str(ride.workers[0])}
    assert scene.coordinator.post("/v1/contacts", question).status_code == 422
    for path in ("/v1/health-missing", "/v1/health-follow-ups"):
        refused = scene.coordinator.get(path, on=moment[:10])
        assert "应为2000年至2100年之间的时间" in refused.text
    assert gate(scene, ride.trip)["may_lock"] is True


def test_a_decision_by_telephone_waits_for_the_health_office(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 1)
    declare(scene, ride.workers[0], yes="met_case")
    scene.world.clock.advance(minutes=1)
    escort = scene.escort_of(ride.trip)
    told = {"passenger_id": ride.passengers[0], "reason": "电话核实"}
    event = scene.event("passenger.exempted", **told) | {"source": "telephone"}
    (outcome,) = scene.send(ride.trip, event, by=escort)
    assert outcome["problem"]["code"] == "approval-incomplete"
    call = {"person": "钱科长", "post": "科长", "approved_at": scene.now.isoformat()}
    event = scene.event("passenger.exempted", **told, **call) | {"source": "telephone"}
    (outcome,) = scene.send(ride.trip, event, by=escort)
    assert outcome["decided"] == {"unconfirmed": True}
    assert scene.trip(ride.trip)["unconfirmed_approvals"] == [outcome["id"]]
    assert gate(scene, ride.trip)["lines"][0]["may_board"] is True
    confirm = {"approval_id": outcome["id"]}
    assert scene.refused(ride.trip, "approval.confirmed", **confirm) == "permission-denied"
    officer = scene.world.client(Role.HEALTH_OFFICER)
    scene.tell(ride.trip, "approval.confirmed", by=officer, **confirm)
    assert scene.trip(ride.trip)["unconfirmed_approvals"] == []


def test_the_law_is_let_pass_by_nobody(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 1)
    (young,) = scene.make_workers(1, birth_date="2004-03-25")
    declare(scene, young)
    certify(scene, young)
    (passenger,) = scene.assign(ride.trip, [young], role="child")
    assert scene.people(ride.trip)[str(passenger)]["role"] == "child"
    (as_worker,) = scene.make_workers(1, birth_date="2004-03-26")
    declare(scene, as_worker)
    certify(scene, as_worker)
    answer, _ = scene.try_assign(ride.trip, [as_worker])
    assert answer["outcomes"][0]["problem"]["code"] == "under-age"


def test_a_delay_is_judged_again(strict: Scene) -> None:
    scene = strict
    (worker,) = scene.make_workers()
    declare(scene, worker)
    certify(scene, worker, issued="2020-03-10")
    trip = scene.open_trip()
    scene.assign(trip, [worker])
    assert gate(scene, trip)["may_lock"] is True
    later = (scene.now + timedelta(hours=30)).isoformat()
    scene.tell(trip, "trip.delayed", expected_at=later)
    (line,) = gate(scene, trip)["lines"]
    assert [each["says"] for each in line["reasons"]] == [
        "健康申报证明3月24日到期，到达为3月25日：请重新开具"
    ]
    assert scene.refused(trip, "manifest.locked") == "proof-expired"


def test_what_a_switch_would_change_is_asked_before(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 1)
    declare(scene, ride.workers[0], yes="met_case")
    assert gate(scene, ride.trip)["may_lock"] is False
    other = gate(scene, ride.trip, policy="ordinary-1")
    assert (other["policy_version"], other["may_lock"]) == ("ordinary-1", True)
    unknown = scene.coordinator.get(f"/v1/trips/{ride.trip}/gate", policy="never-loaded")
    assert unknown.status_code == 404
    scene.tell(ride.trip, "policy.switched", policy="ordinary-1", reason="应急响应终止")
    assert gate(scene, ride.trip)["may_lock"] is True


def test_an_escort_learns_whom_to_ask_and_not_why(strict: Scene) -> None:
    scene = strict
    ride = ready(scene, 2)
    declare(scene, ride.workers[0], yes="met_case")
    hold = {"action": "held", "hold_id": str(scene.world.new_id())}
    reasons = {"reason": "合成", "reason_class": "legal"}
    event = scene.event("worker.travel_changed", **hold, **reasons)
    officer = scene.world.client(Role.HEALTH_OFFICER)
    path = f"/v1/workers/{ride.workers[1]}/events"
    scene.ok(officer.post(path, {"events": [event]}))
    shown = gate(scene, ride.trip, by=scene.escort_of(ride.trip))
    assert [each["may_board"] for each in shown["lines"]] == [False, False]
    first, second = (each["reasons"][0] for each in shown["lines"])
    assert (first["code"], first["says"]) == (None, "核验未通过：请联系卫健部门")
    assert second["code"] == "health-hold"
    for role in (Role.ENTERPRISE_RECEIVER, Role.CARRIER, Role.AUDITOR, Role.DESTINATION_OFFICER):
        refused = scene.world.client(role).get(f"/v1/trips/{ride.trip}/gate")
        assert refused.status_code == 403
    assert (
        scene.escort_of(scene.open_trip(hours=48)).get(f"/v1/trips/{ride.trip}/gate").status_code
        == 404
    )


def test_what_holds_the_trip_back(scene: Scene) -> None:
    told = {"version": "asks", "title": "合成", "valid_from": "2020-01-01"}
    scene.ok(
        scene.coordinator.post("/v1/policies", told | {"filing_acknowledgement_required": True}),
        201,
    )
    trip = scene.open_trip(boarding_points=[])
    shown = gate(scene, trip)
    assert [(each["code"], each["cure"]) for each in shown["reasons"]] == [
        ("plan-incomplete", "coordinator"),
        ("filing-unacknowledged", "destination"),
        ("list-empty", "coordinator"),
    ]


def test_an_ordinary_year_asks_for_nothing(scene: Scene) -> None:
    ride = scene.locked(1)
    note(
        scene,
        ride.workers[0],
        {"what": "measured", "readings": [{"code": "body_temperature", "value": 395}]},
    )
    declare(scene, ride.workers[0], yes="met_case")
    shown = gate(scene, ride.trip)
    assert [each["may_board"] for each in shown["lines"]] == [True]


@pytest.mark.parametrize("number", [1, 50])
def test_it_costs_the_same_for_one_and_for_fifty(strict: Scene, number: int) -> None:
    """The trip (3), the book, vehicle, people as facts, states and notes with their keys (5), names (2)."""
    scene = strict
    scene.vehicle_id = scene.make_vehicle("辽M00055", rows=14)
    ride = ready(scene, number)
    gate(scene, ride.trip)
    with scene.world.counting() as sent:
        assert gate(scene, ride.trip)["may_lock"] is True
    assert len(sent) <= 12
