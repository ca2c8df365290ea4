"""Signature, head count and equation on one handover sheet: who was received was carried, and whatever differs
is shown and is an exception.
"""

from typing import Any
from uuid import UUID

import pytest

from schemas.ids import derive_id
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

GIVEN_ON = {"end": "given_on", "given_to": "health_point", "unit": "留验站"}


def carry_four_of_five(scene: Scene) -> Ride:
    """The first never came; the others stand at the gate."""
    ride = scene.locked(5)
    absent, *others = ride.passengers
    scene.tell(ride.trip, "passenger.no_show", passenger_id=absent)
    scene.board(ride.trip, others)
    for hours, kind in ((1, "trip.departed"), (14, "trip.arrived")):
        scene.world.clock.advance(hours=hours)
        scene.tell(ride.trip, kind, aboard=4)
    scene.world.clock.advance(minutes=1)
    return ride


def read_sheet(scene: Scene, ride: Ride) -> tuple[Any, Any]:
    """The sheet and its one point."""
    sheet = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/handover"))
    (point,) = sheet["points"]
    return sheet, point


def test_who_is_received_was_carried(scene: Scene) -> None:
    """Told afterwards: the sum shows the fifth, whom the factory signed for."""
    ride = carry_four_of_five(scene)
    absent = ride.passengers[0]
    told = scene.afterwards(ride.trip, "passenger.received", passenger_id=absent)
    assert told == ["received-without-boarding"]
    signature = scene.signature(ride.trip, ride.passengers)
    scene.record(ride.trip, signature)
    assert scene.trip(ride.trip)["balance"]["line"] == "上车5 = 接收5；未平0"
    sheet, point = read_sheet(scene, ride)
    assert (point["signed"], point["difference"], point["counted"]) == (5, 0, 4)
    assert point["line"] == "签收5 = 接收5；到达清点4"
    assert sheet["exceptions"] == ["received-without-boarding"]
    assert scene.refused(ride.trip, "trip.closed") == "exceptions-open"


def test_live_a_no_show_is_reversed_first(scene: Scene) -> None:
    ride = carry_four_of_five(scene)
    absent = ride.passengers[0]
    event = scene.event("passenger.received", passenger_id=absent)
    (refused,) = scene.send(ride.trip, event)
    problem = refused["problem"]
    assert problem["code"] == "not-aboard"
    assert problem["facts"]["status"] == "no_show"
    assert "此人现为“未到”" in problem["detail"]
    scene.tell(ride.trip, "event.reversed", event_id=problem["facts"]["reverse"], reason="写错")
    assert scene.statuses(ride)[0] == "listed"
    (refused,) = scene.send(ride.trip, event)
    assert (refused["problem"]["code"], refused["problem"]["facts"].get("reverse")) == (
        "not-aboard",
        None,
    )
    at = scene.now.replace(hour=8, minute=0)
    scene.tell(ride.trip, "passenger.boarded", passenger_id=absent, mode="afterwards", at=at)
    (recorded,) = scene.send(ride.trip, event)
    assert (recorded["status"], recorded["exceptions"]) == ("recorded", [])
    assert scene.trip(ride.trip)["balance"]["line"] == "上车5 = 接收1；未平4"


@pytest.mark.parametrize(
    ("kind", "data", "line"),
    [
        ("passenger.refused", {"next_holder": "station"}, "上车5 = 未接收另有去向1；未平4"),
        ("passenger.refused", {}, "上车5 = 0；未平5"),
        ("passenger.left", GIVEN_ON, "上车5 = 途中移交1；未平4"),
        ("passenger.left", {"place": "服务区"}, "上车5 = 途中离开1；未平4"),
        ("passenger.returned", {}, "上车5 = 返回1；未平4"),
    ],
)
def test_whoever_has_an_end_of_those_carried_was_carried(
    scene: Scene, kind: str, data: dict[str, Any], line: str
) -> None:
    ride = carry_four_of_five(scene)
    about = {"passenger_id": ride.passengers[0], **data}
    assert scene.refused(ride.trip, kind, **about) == "not-aboard"
    assert scene.afterwards(ride.trip, kind, **about) == ["out-of-order"]
    assert scene.trip(ride.trip)["balance"]["line"] == line


def test_a_signature_for_whom_nobody_received_is_an_exception(scene: Scene) -> None:
    """The receiving is taken back, and he is told to have left on the way: the sum balances, the sheet
    shows who was signed for all the same."""
    ride = scene.arrived(2)
    scene.world.clock.advance(minutes=1)
    signature = scene.signature(ride.trip, ride.passengers)
    scene.record(ride.trip, signature)
    one = ride.passengers[0]
    derived = derive_id(UUID(signature["id"]), one.hex)
    scene.tell(ride.trip, "event.reversed", event_id=derived, reason="没有到厂")
    line = scene.people(ride.trip)[str(one)]
    assert line["exceptions"] == ["signed-not-received"]
    assert signature["id"] in line["findings"][0]["events"]
    scene.afterwards(ride.trip, "passenger.left", passenger_id=one, place="服务区")
    trip = scene.trip(ride.trip)
    assert trip["balance"]["line"] == "上车2 = 接收1 + 途中离开1；未平0"
    sheet, point = read_sheet(scene, ride)
    assert (point["signed"], point["difference"]) == (2, 1)
    assert point["line"] == "签收2 = 接收1 + 差1"
    assert sheet["exceptions"] == ["signed-not-received"]
    assert scene.refused(ride.trip, "trip.closed") == "exceptions-open"
    explained = {"code": "signed-not-received", "passenger_id": one, "explanation": "已告知厂方"}
    scene.tell(ride.trip, "exception.explained", **explained)
    scene.tell(ride.trip, "trip.closed")
    assert read_sheet(scene, ride)[0]["exceptions"] == ["signed-not-received"]


def test_signed_again_nothing_differs(scene: Scene) -> None:
    ride = scene.arrived(1)
    scene.world.clock.advance(minutes=1)
    signature = scene.signature(ride.trip, ride.passengers)
    scene.record(ride.trip, signature)
    derived = derive_id(UUID(signature["id"]), ride.passengers[0].hex)
    scene.tell(ride.trip, "event.reversed", event_id=derived, reason="时间写错")
    scene.world.clock.advance(minutes=1)
    scene.record(ride.trip, scene.signature(ride.trip, ride.passengers))
    sheet, point = read_sheet(scene, ride)
    assert (point["line"], sheet["exceptions"]) == ("签收1 = 接收1", [])
    scene.tell(ride.trip, "trip.closed")


def test_nobody_has_signed_yet(scene: Scene) -> None:
    ride = scene.arrived(2)
    for each in ride.passengers:
        scene.tell(ride.trip, "passenger.received", passenger_id=each)
    _, point = read_sheet(scene, ride)
    assert (point["signed"], point["difference"], point["line"]) == (
        0,
        -2,
        "签收0 = 接收2 - 差2",
    )


def test_a_receiving_told_late_stands_before_that_of_the_signature(scene: Scene) -> None:
    """The gate's phone had no signal: its own event comes after the signature that stood in for it."""
    ride = scene.arrived(1)
    at = scene.now.replace(second=30)
    scene.world.clock.advance(minutes=5)
    scene.record(ride.trip, scene.signature(ride.trip, ride.passengers))
    (one,) = ride.passengers
    told = scene.tell(ride.trip, "passenger.received", passenger_id=one, mode="afterwards", at=at)
    assert told["exceptions"] == []
    trip = scene.trip(ride.trip)
    assert (trip["state"], trip["open_exceptions"]) == ("handed_over", 0)
    scene.tell(ride.trip, "event.reversed", event_id=told["id"], reason="重复")
    assert scene.trip(ride.trip)["state"] == "handed_over"
