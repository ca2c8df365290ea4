"""One vehicle, one driver, one escort: on two trips at the same time they are refused, or an exception."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from service.manage.verify import verify
from tests.factories import make_phone
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Scene
from tests.service.trips.test_together import record, request, show

pytestmark = pytest.mark.tables

BUSY = ("vehicle-busy", "driver-busy", "escort-busy")


def plan(scene: Scene, *, hours: float, **changes: Any) -> Any:
    """A trip with vehicle, driver and escort that nobody else has; `changes` put others in."""
    identifier = scene.world.new_id()
    number = int(identifier.hex[-4:], 16)
    body = {
        "id": str(identifier),
        "batch_id": str(scene.batch_id),
        "number": f"N-{identifier.hex[-6:]}",
        "vehicle_id": str(scene.make_vehicle(f"辽M{20_000 + number}")),
        "driver_ids": [str(scene.make_driver())],
        **make_plan(scene.world, start=scene.now + timedelta(hours=1 + hours), points=1),
    }
    body["contacts"]["escort_phone"] = make_phone(97_000_000 + number)
    return body | changes


def contacts(scene: Scene, **changes: Any) -> Any:
    return make_plan(scene.world, start=scene.now, points=1)["contacts"] | changes


def same(scene: Scene, what: str) -> dict[str, Any]:
    """Of the scene's first trip: its vehicle, driver, escort by phone in another batch."""
    return {
        "vehicle-busy": {"vehicle_id": str(scene.vehicle_id)},
        "driver-busy": {"driver_ids": [str(scene.driver_id)]},
        "escort-busy": {
            "contacts": contacts(scene, escort="同一人", escort_phone="154 9900 0001"),
            "batch_id": str(scene.open_batch()),
        },
    }[what]


def open_planned(scene: Scene, body: Any) -> tuple[int, Any]:
    answer = scene.coordinator.post("/v1/trips", body)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("what", BUSY)
@pytest.mark.parametrize(
    ("hours", "clashes"), [(-14, False), (-13.9, True), (0, True), (13.9, True), (14, False)]
)
def test_nobody_and_nothing_is_planned_on_two_trips_at_once(
    scene: Scene, what: str, *, hours: float, clashes: bool
) -> None:
    """Fourteen hours each; one may begin in the minute in which the other ends."""
    scene.world.clock.advance(hours=24)
    first = scene.trip(scene.open_trip())
    before = scene.rows()
    status, answer = open_planned(scene, plan(scene, hours=hours, **same(scene, what)))
    if not clashes:
        assert status == 201, answer
        return
    assert (status, answer["code"]) == (409, what)
    assert answer["facts"] == {"trip_id": first["id"], "number": first["number"]}
    assert first["number"] in answer["detail"]
    assert scene.rows() == before


@pytest.mark.parametrize("what", BUSY)
def test_nor_moved_into_the_time_of_another(scene: Scene, what: str) -> None:
    first = scene.trip(scene.open_trip())
    status, other = open_planned(scene, plan(scene, hours=48, **same(scene, what)))
    assert status == 201, other
    times = {name: first[name] for name in ("planned_departure_at", "planned_arrival_at")}
    answer = scene.coordinator.patch(f"/v1/trips/{other['id']}", times, version=1)
    assert (answer.status_code, answer.json()["code"]) == (409, what)
    answer = scene.coordinator.patch(f"/v1/trips/{other['id']}", {"route": "G1"}, version=1)
    assert answer.status_code == 200


def test_an_escort_cannot_be_named_later_either(scene: Scene) -> None:
    scene.open_trip()
    _, other = open_planned(scene, plan(scene, hours=0, batch_id=str(scene.open_batch())))
    named = {"contacts": contacts(scene)}
    answer = scene.coordinator.patch(f"/v1/trips/{other['id']}", named, version=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "escort-busy")


def test_an_escort_is_told_by_the_account_as_well(scene: Scene) -> None:
    """Two telephones, one person."""
    account = str(scene.escort_of().actor.account_id)
    mine = contacts(scene, escort_account_id=account)
    open_planned(scene, plan(scene, hours=0, contacts=mine))
    theirs = mine | {"escort_phone": make_phone(96_000_000)}
    other = plan(scene, hours=1, contacts=theirs, batch_id=str(scene.open_batch()))
    assert open_planned(scene, other)[1]["code"] == "escort-busy"


def test_one_escort_leads_several_trips_of_a_batch(scene: Scene) -> None:
    scene.open_trip()
    status, answer = open_planned(scene, plan(scene, hours=0, contacts=contacts(scene)))
    assert status == 201, answer


def replacing(scene: Scene, what: str) -> tuple[str, dict[str, Any]]:
    return {
        "vehicle-busy": ("vehicle.replaced", {"vehicle_id": scene.vehicle_id}),
        "driver-busy": ("driver.replaced", {"driver_id": scene.driver_id}),
        "escort-busy": ("escort.replaced", {"name": "同一人", "phone": "154 9900 0001"}),
    }[what]


def open_another(scene: Scene, *, hours: float = 0) -> UUID:
    """In another batch, with nobody and nothing of the first trip."""
    status, other = open_planned(scene, plan(scene, hours=hours, batch_id=str(scene.open_batch())))
    assert status == 201, other
    return UUID(other["id"])


@pytest.mark.parametrize("what", BUSY)
def test_replacing_is_refused_live_and_an_exception_afterwards(scene: Scene, what: str) -> None:
    first, other = scene.open_trip(), open_another(scene)
    kind, data = replacing(scene, what)
    outcome = scene.send(other, scene.event(kind, **data))[0]
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", what)
    assert outcome["problem"]["facts"]["trip_id"] == str(first)
    assert scene.afterwards(other, kind, **data) == [what]
    assert scene.trip(other)["exceptions"] == [what]
    scene.tell(other, "exception.explained", code=what, explanation="调度登记有误")
    assert scene.trip(other)["exceptions"] == []


def two_on_the_way(scene: Scene) -> tuple[UUID, UUID]:
    """Of two batches."""
    first = scene.departed(1).trip
    scene.batch_id = scene.open_batch()
    return first, scene.departed(1).trip


@pytest.mark.parametrize("what", BUSY)
def test_on_the_way_replacing_is_what_happened(scene: Scene, what: str) -> None:
    _first, second = two_on_the_way(scene)
    kind, data = replacing(scene, what)
    assert scene.tell(second, kind, **data)["exceptions"] == [what]


@pytest.mark.parametrize("what", BUSY)
def test_who_comes_on_the_way_is_not_asked_about_before(scene: Scene, what: str) -> None:
    first, second = two_on_the_way(scene)
    kind, data = replacing(scene, what)
    scene.world.clock.advance(hours=2)
    before = scene.now - timedelta(hours=1)
    scene.tell(first, "trip.arrived")
    scene.world.clock.advance(minutes=1)
    assert scene.tell(second, kind, **data)["exceptions"] == []
    early = scene.event(kind, mode="afterwards", at=before, **data)
    assert scene.record(second, early)[0]["exceptions"] == [what]


@pytest.mark.parametrize("what", BUSY[:2])
def test_nobody_comes_back_by_a_reversal_from_another_trip(scene: Scene, what: str) -> None:
    first, other = scene.open_trip(), open_another(scene)
    kind, given_up = replacing(scene, what)
    spare: dict[str, Any] = {"vehicle_id": scene.make_vehicle("辽M55555")}
    if what == "driver-busy":
        spare = {"driver_id": scene.make_driver(), "replaces_driver_id": scene.driver_id}
    told = scene.tell(first, kind, **spare)
    undo = {"event_id": told["id"], "reason": "没有更换"}
    scene.tell(other, kind, **given_up)
    assert scene.refused(first, "event.reversed", **undo) == what
    scene.tell(other, "trip.cancelled", reason="大雪")
    scene.tell(first, "event.reversed", **undo)
    trip = scene.trip(first)
    assert (trip["vehicle_id"], trip["driver_ids"]) == (
        str(scene.vehicle_id),
        [str(scene.driver_id)],
    )


@pytest.mark.parametrize("what", BUSY[:2])
def test_two_replacements_of_one_group_see_each_other(scene: Scene, what: str) -> None:
    """What the first took is not free for the second, and what it left is."""
    first, other = scene.open_trip(), scene.open_trip()
    kind, given_up = replacing(scene, what)
    spare: dict[str, Any] = {"vehicle_id": scene.make_vehicle("辽M55555")}
    gone: dict[str, Any] = {}
    if what == "driver-busy":
        spare, gone = {"driver_id": scene.make_driver()}, {"replaces_driver_id": scene.driver_id}
    told = [(first, spare | gone), (other, spare), (other, given_up)]
    group = [
        request(scene, scene.coordinator, trip, scene.event(kind, **data)) for trip, data in told
    ]
    found = [code for answer in record(scene, [group]) for _, code, *_ in show(answer)]
    assert found == [None, what, None]


@pytest.mark.parametrize("what", BUSY)
def test_a_cancelled_trip_needs_nobody(scene: Scene, what: str) -> None:
    scene.tell(scene.open_trip(), "trip.cancelled", reason="大雪")
    status, answer = open_planned(scene, plan(scene, hours=0, **same(scene, what)))
    assert status == 201, answer


def test_what_keeps_escorts_apart_leaves_no_fault_in_the_ledger(scene: Scene) -> None:
    scene.open_trip()
    assert open_planned(scene, plan(scene, hours=0))[0] == 201
    with scene.world.context.reading(scene.world.console) as work:
        assert verify(work).faults == []


def test_who_has_arrived_is_free_again(scene: Scene) -> None:
    """Two hours earlier than planned."""
    ride = scene.departed(1)
    scene.world.clock.advance(hours=12)
    body = plan(scene, hours=-0.5, vehicle_id=str(scene.vehicle_id))
    assert open_planned(scene, body)[1]["code"] == "vehicle-busy"
    scene.tell(ride.trip, "trip.arrived")
    assert open_planned(scene, body)[0] == 201
