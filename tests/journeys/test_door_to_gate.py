"""From the coach's door to the factory's gate: scenarios 10, 12, 15, 27, 28 and 30 of the field, from an
imported roster and through the API only.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.journeys.county_town import CountyTown


def test_scenario_10_one_record_each_at_the_door(county: CountyTown) -> None:
    """上车点名：身份证核对、体温36.5、戴口罩、座位3A，一人一条记录。"""
    workers = county.import_people(2)
    ride = county.plan(workers, vehicle_id=_register_lettered_coach(county))
    escort = county.escort(ride)
    first, second = ride.passengers

    for passenger, column in ((first, 1), (second, 2)):
        county.say(
            escort,
            ride.trip,
            "passenger.checked_in",
            passenger_id=passenger,
            identity_shown="card",
            temperature=365,
            masked=True,
        )
        county.say(
            escort,
            ride.trip,
            "passenger.boarded",
            passenger_id=passenger,
            seat_row=3,
            seat_column=column,
        )

    lines = county.scene.people(ride.trip)
    seats = [(lines[str(p)]["status"], lines[str(p)]["seat_label"]) for p in ride.passengers]
    assert seats == [("boarded", "3A"), ("boarded", "3B")]
    bodies = county.world.list_bodies(StreamKind.TRIP, ride.trip)
    for passenger in ride.passengers:
        about = [b["kind"] for b in bodies if b["data"].get("passenger_id") == str(passenger)]
        assert about == ["passenger.assigned", "passenger.checked_in", "passenger.boarded"]
    # What was measured is nobody's to read without a reason, and not in the public record.
    roll_call = next(body for body in bodies if body["kind"] == "passenger.checked_in")
    assert roll_call["data"] == {"passenger_id": str(first), "identity_shown": "card"}
    path = f"/v1/workers/{workers[0]}/trace"
    told = county.scene.ok(county.coordinator.post(path, {"reason": "核对点名记录"}))["items"]
    details = next(item["details"] for item in told if item["kind"] == "passenger.checked_in")
    assert details == {"temperature": 365, "masked": True}


def _register_lettered_coach(county: CountyTown) -> str:
    body = {
        "id": str(county.world.new_id()),
        "carrier_id": str(county.scene.carrier_id),
        "plate": "辽M33333",
        "kind": "coach",
        "air_sealed": True,
        "licensed_places": 42,
        "crew_seats": 2,
        "seats": [
            {"row": row, "column": place, "label": f"{row}{letter}"}
            for row in range(1, 11)
            for place, letter in enumerate("ABCD", start=1)
        ],
    }
    county.scene.ok(county.coordinator.post("/v1/vehicles", body), 201)
    return str(body["id"])


def test_scenario_12_the_factory_signs_for_24(county: CountyTown) -> None:
    """到厂后企业张经理签收24人，系统出交接单，两边人数一致才能归档。"""
    ride = county.plan(county.import_people(24))
    escort = county.escort(ride)
    county.seat_everybody(escort, ride)
    county.leave_and_arrive(escort, ride)
    assert county.refused(county.coordinator, ride.trip, "trip.closed") == "equation-open"

    for passenger in ride.passengers[:23]:
        county.say(county.factory, ride.trip, "passenger.received", passenger_id=passenger)
    signature = {
        "point_id": county.gate_of(ride),
        "method": "own_account",
        "receiver": "张经理",
        "passenger_ids": [str(each) for each in ride.passengers],
    }
    assert county.refused(county.coordinator, ride.trip, "trip.closed") == "equation-open"
    county.say(county.factory, ride.trip, "handover.signed", **signature)
    assert county.trip(ride)["balance"]["line"] == "上车24 = 接收24；未平0"
    assert county.trip(ride)["state"] == "handed_over"

    path = f"/v1/trips/{ride.trip}/handover"
    sheet = county.scene.ok(county.coordinator.get(path, export="人员交接单"))
    (gate,) = sheet["points"]
    assert gate["balance"]["line"] == "上车24 = 接收24；未平0"
    assert [line["signed"] for line in gate["lines"]] == ["own_account"] * 24
    county.say(county.coordinator, ride.trip, "trip.closed")
    assert county.trip(ride)["state"] == "closed"


def test_scenario_15_a_paper_sheet_typed_in_next_day(county: CountyTown) -> None:
    """路上没信号，纸质表回来后补录，发生时间和录入时间分开。"""
    ride = county.plan(county.import_people(2))
    escort = county.escort(ride)
    county.seat_everybody(escort, ride)
    county.clock.advance(hours=1)
    county.say(escort, ride.trip, "trip.departed", aboard=2)
    on_the_road = county.scene.now + timedelta(hours=5)
    county.clock.advance(hours=26)
    ill, well = ride.passengers

    sheet = [
        county.scene.event("stop.begun", at=on_the_road, place="徐州服务区"),
        county.scene.event(
            "passenger.noted", what="fever", at=on_the_road, passenger_id=ill, temperature=383
        ),
        county.scene.event(
            "passenger.left",
            end="given_on",
            given_to="health_point",
            at=on_the_road + timedelta(minutes=30),
            passenger_id=ill,
            unit="徐州留验站",
        ),
        county.scene.event("trip.arrived", at=on_the_road + timedelta(hours=9), aboard=1),
        county.scene.event(
            "passenger.received", at=on_the_road + timedelta(hours=10), passenger_id=well
        ),
    ]
    typed = [each | {"mode": "afterwards", "source": "paper"} for each in sheet]
    outcomes = county.scene.record(ride.trip, *typed)

    assert [each["exceptions"] for each in outcomes] == [[]] * 5
    given = county.trace(ride.workers[0])[-1]
    assert given["kind"] == "passenger.left"
    assert (given["happened_at"], given["recorded_at"]) == (
        "2020-03-24T06:30:00Z",
        "2020-03-25T03:00:00Z",
    )
    assert (given["late_seconds"], given["source"]) == (20.5 * 3600, "paper")
    aboard = []
    for minutes in (-1, 31):
        at = (on_the_road + timedelta(minutes=minutes)).isoformat()
        path = f"/v1/trips/{ride.trip}/aboard"
        people = county.scene.ok(county.coordinator.get(path, at=at))["people"]
        aboard.append({UUID(each["passenger_id"]) for each in people})
    assert aboard == [{ill, well}, {well}]


def test_scenario_27_nobody_too_many_and_nobody_twice(county: CountyTown) -> None:
    """超员、占用隔离座、同一人排进两趟车、名单外的人上车：一律拦住。"""
    workers = county.import_people(7)
    small = county.scene.make_vehicle("辽M00003", rows=2)  # 4 + 5 seats; the last row stays free
    ride = county.plan(workers[:4], lock=False, vehicle_id=str(small), kept_free_rows=[2])
    assert (county.trip(ride)["places"], county.trip(ride)["taken"]) == (4, 4)

    def assign(trip: UUID, worker: UUID, **seat: int) -> str:
        person = {"passenger_id": county.world.new_id(), "worker_id": worker}
        return county.refused(county.coordinator, trip, "passenger.assigned", **person, **seat)

    assert assign(ride.trip, workers[4]) == "over-capacity"
    move = {"passenger_id": ride.passengers[0], "seat_row": 2, "seat_column": 3}
    code = county.refused(county.coordinator, ride.trip, "passenger.seat_changed", **move)
    assert code == "seat-kept-free"
    other = county.plan(workers[4:6])
    assert assign(county.scene.open_trip(), workers[0]) == "already-on-trip"
    assert assign(county.scene.open_trip(hours=2), workers[0]) == "already-on-trip"

    county.say(county.coordinator, ride.trip, "manifest.locked")
    escort = county.escort(ride)
    for nobody in (county.world.new_id(), other.passengers[0]):
        code = county.refused(escort, ride.trip, "passenger.boarded", passenger_id=nobody)
        assert code == "not-on-list"
    code = county.refused(escort, ride.trip, "passenger.boarded", **move)
    assert code == "seat-kept-free"
    assert county.trip(ride)["aboard"] == 0


def test_scenario_28_23_arrive_and_one_is_missing(county: CountyTown) -> None:
    """途中发热1人移交留验站后，到达人数没对上(24-1)就不能交接；有人失联要先登记。"""
    ride = county.plan(county.import_people(24))
    escort = county.escort(ride)
    county.seat_everybody(escort, ride)
    county.clock.advance(hours=1)
    county.say(escort, ride.trip, "trip.departed", aboard=24)
    ill, lost, *others = ride.passengers
    county.clock.advance(hours=5)
    county.say(
        escort, ride.trip, "passenger.noted", what="fever", passenger_id=ill, temperature=385
    )
    county.say(
        escort,
        ride.trip,
        "passenger.left",
        end="given_on",
        given_to="health_point",
        passenger_id=ill,
        unit="徐州留验站",
    )
    county.clock.advance(hours=9)

    arrived = county.say(escort, ride.trip, "trip.arrived", aboard=24)
    assert arrived["exceptions"] == ["count-differs"]
    assert county.trip(ride)["aboard"] == 23

    for each in others:
        county.say(county.factory, ride.trip, "passenger.received", passenger_id=each)
    signature = {"point_id": county.gate_of(ride), "method": "own_account", "receiver": "张经理"}
    everybody = [str(each) for each in ride.passengers]
    code = county.refused(
        county.factory, ride.trip, "handover.signed", passenger_ids=everybody, **signature
    )
    assert code == "not-balanced-handover"
    signed = [str(each) for each in others]
    county.say(county.factory, ride.trip, "handover.signed", passenger_ids=signed, **signature)
    assert county.trip(ride)["balance"]["line"] == "上车24 = 接收22 + 途中移交1；未平1"
    assert county.refused(county.coordinator, ride.trip, "trip.closed") == "equation-open"

    report = {"last_seen": "徐州服务区", "reported_to": "徐州市公安局"}
    county.say(escort, ride.trip, "passenger.missing", passenger_id=lost, **report)
    assert county.trip(ride)["balance"]["line"] == "上车24 = 接收22 + 途中移交1 + 失联已报1；未平0"
    custody = county.scene.people(ride.trip)
    assert [custody[str(p)]["custody"]["party"] for p in (ill, lost, others[0])] == [
        "other",
        "escort",
        "enterprise",
    ]
    assert county.refused(county.coordinator, ride.trip, "trip.closed") == "exceptions-open"
    county.say(
        county.coordinator,
        ride.trip,
        "exception.explained",
        code="count-differs",
        explanation="领队漏减移交的1人",
    )
    county.say(county.coordinator, ride.trip, "trip.closed")


def test_scenario_30_what_is_written_stays_written(county: CountyTown) -> None:
    """已写的事件不能改不能删，录错只能冲正。"""
    ride = county.plan(county.import_people(1))
    escort = county.escort(ride)
    (passenger,) = ride.passengers
    wrong = county.scene.event("passenger.no_show", passenger_id=passenger)
    county.scene.record(ride.trip, wrong, by=escort)

    path = f"/v1/trips/{ride.trip}/events"
    for method in ("PUT", "PATCH", "DELETE"):
        for target in (path, f"{path}/{wrong['id']}"):
            answer = county.coordinator.request(method, target, body={})
            assert answer.status_code in {404, 405}, target
    other = wrong | {"kind": "passenger.boarded"}
    assert county.scene.send(ride.trip, other, by=escort)[0]["problem"]["code"] == "id-reused"
    for statement in ("UPDATE event SET kind = 'passenger.boarded'", "DELETE FROM event"):
        _is_denied_to_the_application(county, statement)

    county.say(
        county.coordinator, ride.trip, "event.reversed", event_id=wrong["id"], reason="认错人"
    )
    again = county.refused(
        county.coordinator, ride.trip, "event.reversed", event_id=wrong["id"], reason="再次"
    )
    assert again == "cannot-reverse"
    county.seat_everybody(escort, ride)

    trace = county.trace(ride.workers[0])
    marks = [(item["kind"], item["reversed"]) for item in trace]
    assert sorted(marks) == [
        ("event.reversed", False),
        ("passenger.assigned", False),
        ("passenger.boarded", False),
        ("passenger.checked_in", False),
        ("passenger.no_show", True),
    ]
    assert county.scene.statuses(ride) == ["boarded"]
    clerk = county.world.client(Role.TOWNSHIP_CLERK)
    assert clerk.get(f"/v1/workers/{ride.workers[0]}/trace").status_code == 200


def _is_denied_to_the_application(county: CountyTown, statement: str) -> None:
    """With the application's own rights, whatever route led there."""
    database = county.world.context.database
    with (
        pytest.raises(DatabaseError),
        database.engine.connect() as connection,
        connection.begin(),
    ):
        connection.execute(text(statement))
