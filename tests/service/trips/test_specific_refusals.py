"""A refusal says of whom, and of which state: in its facts and in its sentence."""

from typing import Any
from uuid import UUID

import pytest

from schemas.errors import ErrorCode
from schemas.messages import make_problem
from schemas.texts import speaking
from tests.databases import ON_SQLITE
from tests.service.trips.scenes import Scene

pytestmark = ON_SQLITE

FEVER = {"measured": 11, "highest": 390, "all_normal": True}


def problem(scene: Scene, trip: UUID, kind: str, *, mode: str = "live", **data: Any) -> Any:
    (outcome,) = scene.send(trip, scene.event(kind, mode=mode, **data))
    assert outcome["status"] == "refused"
    return outcome["problem"]


def test_locking_names_whom_nobody_can_reach(scene: Scene) -> None:
    ride = scene.listed(1)
    silent = scene.assign(ride.trip, scene.make_workers(6, phone=None))
    found = problem(scene, ride.trip, "manifest.locked")
    assert found["code"] == "phone-unreachable"
    assert found["facts"]["people"] == 6
    named = [each["passenger_id"] for each in found["facts"]["who"]]
    assert named == [str(each) for each in silent], "all: each has to be telephoned"
    assert "2号座（已编入专车）、3号座" in found["detail"]
    assert "7号座" in found["detail"]
    assert "fangang roster todo" in found["detail"]


def test_closing_names_who_has_no_end(scene: Scene) -> None:
    ride = scene.locked(3)
    absent, aboard, come = ride.passengers
    seen = {"passenger_id": absent, "identity_shown": "card"}
    scene.tell(ride.trip, "passenger.checked_in", **seen)
    scene.board(ride.trip, [aboard, come])
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, [come])
    found = problem(scene, ride.trip, "trip.closed")
    assert found["facts"]["who"] == [
        {"passenger_id": str(absent), "seat": "1", "status": "checked_in"},
        {"passenger_id": str(aboard), "seat": "2", "status": "boarded"},
    ]
    assert found["detail"].startswith("涉及：1号座（已点名）、2号座（已上车）。")
    assert "登记“未到”" in found["detail"]


def test_a_state_is_named(scene: Scene) -> None:
    ride = scene.locked(1)
    found = problem(scene, ride.trip, "trip.closed")
    assert found["detail"].startswith("趟次现为“名册锁定”。")
    scene.board(ride.trip, ride.passengers)
    again = {"passenger_id": ride.passengers[0], "identity_shown": "card"}
    found = problem(scene, ride.trip, "passenger.checked_in", **again)
    assert found["detail"].startswith("趟次现为“名册锁定”，此人现为“已上车”。")


def test_how_many_people_are_too_many(scene: Scene) -> None:
    """On the gate, at the lock, of one more, and of what a reversal would leave."""
    scene.vehicle_id = scene.make_vehicle("辽M00048", rows=12)
    ride = scene.listed(48)
    half = {"version": "half", "title": "合成", "valid_from": "2020-01-01", "occupancy_percent": 83}
    scene.ok(scene.coordinator.post("/v1/policies", half), 201)
    told = "现有48人，限42人。"
    (reason,) = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/gate"))["reasons"]
    assert told in reason["says"]
    assert told in refuse(scene, ride.trip, "manifest.locked")
    scene.tell(ride.trip, "policy.switched", policy="half", reason="合成：通知")
    back = scene.tell(ride.trip, "policy.switched", policy="ordinary-1", reason="合成：终止")
    scene.tell(ride.trip, "manifest.locked")
    again = {"event_id": back["id"], "reason": "合成：误报"}
    assert told in refuse(scene, ride.trip, "event.reversed", **again)
    scene.tell(ride.trip, "manifest.unlocked", reason="合成：通知")
    scene.tell(ride.trip, "event.reversed", **again)
    full, _ = scene.try_assign(ride.trip, scene.make_workers(1))
    assert told in full["outcomes"][0]["problem"]["detail"]
    with speaking("en"):
        says = make_problem(ErrorCode.OVER_CAPACITY, facts={"places": 42, "taken": 48}).detail
    assert says.startswith("There are 48 people, the limit is 42. ")


@pytest.mark.parametrize("mode", ["live", "afterwards"])
def test_a_fever_is_not_normal(scene: Scene, mode: str) -> None:
    ride = scene.departed(1)
    found = problem(scene, ride.trip, "temperature_round.taken", mode=mode, **FEVER)
    assert found["code"] == "field-invalid"
    assert "最高体温39.0℃已属发热（标准38.0℃）" in found["detail"]
    for fits in ({"all_normal": False}, {"highest": 379}, {"highest": "unreadable"}):
        scene.tell(ride.trip, "temperature_round.taken", mode=mode, **FEVER | fits)


def refuse(scene: Scene, trip: UUID, kind: str, **data: Any) -> str:
    detail: str = problem(scene, trip, kind, **data)["detail"]
    return detail


def test_a_second_reversal_says_that_it_is_one(scene: Scene) -> None:
    ride = scene.boarded(1)
    left = scene.tell(ride.trip, "passenger.left", passenger_id=ride.passengers[0], place="服务区")
    about = {"event_id": left["id"], "reason": "认错人"}
    first = scene.tell(ride.trip, "event.reversed", **about)
    again = problem(scene, ride.trip, "event.reversed", **about)
    assert (again["code"], again["facts"]) == ("cannot-reverse", {"reversed_by": first["id"]})
    assert again["detail"].startswith(f"该记录已被冲正（冲正记录：{first['id']}）。不必再冲正；")


def test_an_explanation_says_what_is_open_and_which_events_it_needs(scene: Scene) -> None:
    ride = scene.departed(1)
    (person,) = ride.passengers
    about = {"passenger_id": person, "code": "not-on-list", "explanation": "临时上车"}
    assert (
        refuse(scene, ride.trip, "exception.explained", **about)[:13]
        == "现在没有待说明的例外。请先"
    )
    stranger = scene.world.new_id()
    known = {"worker_id": scene.make_workers(1)[0], "seat_row": 9, "seat_column": 1}
    found = scene.tell(ride.trip, "passenger.found_aboard", passenger_id=stranger, **known)
    about["passenger_id"] = stranger
    other = about | {"code": "seat-taken"}
    named = f"现在待说明的是：不在名册上（事件 {found['id']}）。请先"
    assert refuse(scene, ride.trip, "exception.explained", **other).startswith(named)
    some = problem(scene, ride.trip, "exception.explained", **about, events=[str(ride.trip)])
    assert some["facts"] == {"needed": [[found["id"]]]}
    assert some["detail"].startswith(f"写明的事件不全，这项例外来自：{found['id']}。请把这些")


@pytest.mark.parametrize(
    ("kind", "mode", "data", "said"),
    [
        ("manifest.locked", "afterwards", {}, "“锁定名册”只能当场办理"),
        ("manifest.locked", "live", {}, "须在趟次为“方案齐备”、“已函告输入地”时"),
        ("trip.arrived", "live", {}, "已经发生的用“事后补录”登记"),
    ],
)
def test_afterwards_is_offered_where_it_helps(
    scene: Scene, kind: str, mode: str, data: dict[str, Any], said: str
) -> None:
    ride = scene.locked(1) if kind == "trip.arrived" else scene.departed(1)
    found = problem(scene, ride.trip, kind, mode=mode, **data)
    assert (found["code"], found["detail"].count("用“事后补录”登记")) == (
        "state-forbids",
        int(kind == "trip.arrived"),
    )
    assert said in found["detail"]


def test_a_move_to_the_same_trip_and_an_empty_signature_name_the_field(scene: Scene) -> None:
    ride = scene.arrived(1)
    moved = {"passenger_id": ride.passengers[0], "to_trip_id": ride.trip}
    (error,) = problem(scene, ride.trip, "passenger.moved", **moved)["errors"]
    assert (error["field"], error["message"][:7]) == ("to_trip_id", "转入的就是本趟")
    signature = scene.signature(ride.trip, [])
    (outcome,) = scene.send(ride.trip, signature)
    (error,) = outcome["problem"]["errors"]
    assert (error["field"], error["message"][:6]) == ("passenger_ids", "名单是空的，")


def test_only_who_gave_an_approval_confirms_it(scene: Scene) -> None:
    ride = scene.listed(1)
    found = problem(scene, ride.trip, "approval.confirmed", approval_id=ride.trip)
    assert found["code"] == "permission-denied"
    assert found["detail"].startswith(
        "电话批准只能由给出批准的一方用自己的账号确认，即输入地人社局。"
    )
    assert "县管理员" not in found["detail"]


def test_linking_to_somebody_on_the_list_names_the_way_out(scene: Scene) -> None:
    ride = scene.locked(2)
    scene.board(ride.trip, ride.passengers[:1])
    absent = scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[1])
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    stranger = scene.world.new_id()
    known = {"unregistered": True, "seat_row": 9, "seat_column": 1}
    told = scene.tell(ride.trip, "passenger.found_aboard", passenger_id=stranger, **known)
    about = {"passenger_id": stranger, "worker_id": ride.workers[1]}
    found = problem(scene, ride.trip, "passenger.linked", **about)
    assert (found["code"], found["facts"]["reverse"]) == ("already-on-this-trip", absent["id"])
    assert found["detail"] == (
        "同一人在本趟名册上，现为“未到”。"
        "请先冲正“未到”那条记录，给此人登记“上车”，再冲正这条“名单外在车”。"
    )
    scene.tell(ride.trip, "event.reversed", event_id=absent["id"], reason="其实来了")
    boarded = {"passenger_id": ride.passengers[1], "mode": "afterwards"}
    scene.tell(ride.trip, "passenger.boarded", **boarded)
    scene.tell(ride.trip, "event.reversed", event_id=told["id"], reason="就是名册上的人")
    people = scene.people(ride.trip)
    assert people[str(ride.passengers[1])]["status"] == "boarded"
    assert scene.trip(ride.trip)["aboard"] == 2
