"""Another vehicle on the way: 45 places become 30 with 38 aboard, whenever that is told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from service.trips.actions.rebuild import check_derived, write_derived
from service.trips.queries.states import TRIP_VEHICLE
from tests.factories import COUNTY, make_phone
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

ABOARD, SMALL = 38, 30
"""The smaller coach has 33 seats in eight rows and is licensed for 30 beside its crew."""
BEYOND = ABOARD - SMALL
SEATLESS = 6
"""Who sat in rows 9 and 10."""
AN_HOUR = timedelta(hours=1)


def make_small(scene: Scene, plate: str = "辽M30030") -> UUID:
    return scene.make_vehicle(plate, rows=8, places=SMALL)


def on_the_way(scene: Scene) -> Ride:
    """Two hours after the departure."""
    ride = scene.departed(ABOARD)
    scene.world.clock.advance(hours=2)
    return ride


def arrive(scene: Scene, ride: Ride) -> None:
    scene.world.clock.advance(hours=12)
    scene.tell(ride.trip, "trip.arrived", aboard=ABOARD)
    scene.world.clock.advance(minutes=1)


def hand_over_all(scene: Scene, ride: Ride) -> None:
    arrive(scene, ride)
    scene.hand_over(ride.trip, ride.passengers)
    scene.world.clock.advance(minutes=1)


def close(scene: Scene, ride: Ride) -> None:
    hand_over_all(scene, ride)
    scene.tell(ride.trip, "trip.closed")
    scene.world.clock.advance(minutes=1)


def count_exceptions(scene: Scene, ride: Ride) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in scene.people(ride.trip).values():
        for code in line["exceptions"]:
            found[code] = found.get(code, 0) + 1
    return found


def show_all(scene: Scene, ride: Ride) -> Any:
    return scene.trip(ride.trip), scene.people(ride.trip)


@pytest.mark.parametrize(
    ("go_on", "mode", "places"),
    [
        (lambda *_: None, "live", ABOARD),
        (lambda *_: None, "afterwards", ABOARD),
        (arrive, "live", ABOARD),
        (arrive, "afterwards", ABOARD),
        (hand_over_all, "afterwards", SMALL),
        (close, "afterwards", SMALL),
    ],
)
def test_a_smaller_coach_on_the_way(scene: Scene, go_on: Any, mode: str, places: int) -> None:
    ride, small = on_the_way(scene), make_small(scene)
    then = scene.now - AN_HOUR
    go_on(scene, ride)
    before = show_all(scene, ride)
    event = scene.event(
        "vehicle.replaced",
        mode=mode,
        at=then if mode == "afterwards" else None,
        vehicle_id=small,
    )
    scene.record(ride.trip, event)

    trip = scene.trip(ride.trip)
    assert (trip["vehicle_id"], trip["state"]) == (str(small), before[0]["state"])
    assert (trip["places"], trip["list_version"]) == (places, 1)
    assert count_exceptions(scene, ride) == {"over-capacity": BEYOND, "seat-unknown": SEATLESS}
    assert trip["open_exceptions"] == BEYOND + SEATLESS
    lines = scene.people(ride.trip).values()
    named = [f["events"] for line in lines for f in line["findings"]]
    assert all(event["id"] in each for each in named)
    lost = [line for line in lines if "seat-unknown" in line["exceptions"]]
    assert {(line["seat_row"], line["seat_label"]) for line in lost} == {(9, None), (10, None)}

    scene.tell(ride.trip, "event.reversed", event_id=event["id"], reason="没有换车")
    assert show_all(scene, ride) == before


def test_people_change_their_seats_in_the_new_coach(scene: Scene) -> None:
    """A seat told in the new coach is known; the explanation of the others stays with its facts."""
    ride, small = on_the_way(scene), make_small(scene)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=small)
    scene.world.clock.advance(minutes=5)
    seat = {"passenger_id": ride.passengers[-1], "seat_row": 8, "seat_column": 3}
    scene.tell(ride.trip, "passenger.seat_changed", **seat)
    assert count_exceptions(scene, ride) == {"over-capacity": BEYOND, "seat-unknown": SEATLESS - 1}
    for passenger, line in scene.people(ride.trip).items():
        for code in line["exceptions"]:
            about = {"code": code, "passenger_id": passenger, "explanation": "途中换车"}
            scene.tell(ride.trip, "exception.explained", **about)
    hand_over_all(scene, ride)
    assert scene.trip(ride.trip)["open_exceptions"] == 0
    scene.tell(ride.trip, "trip.closed")


def test_a_live_replacement_before_departure_is_judged_until_somebody_is_aboard(
    scene: Scene,
) -> None:
    ride, small = scene.locked(ABOARD), make_small(scene)
    replaced = {"vehicle_id": small}
    assert scene.refused(ride.trip, "vehicle.replaced", **replaced) == "over-capacity"
    scene.board(ride.trip, ride.passengers[:1])
    scene.tell(ride.trip, "vehicle.replaced", **replaced)
    trip = scene.trip(ride.trip)
    assert (trip["places"], trip["taken"], trip["list_version"]) == (ABOARD, ABOARD, 2)
    assert count_exceptions(scene, ride) == {"over-capacity": BEYOND, "seat-unknown": SEATLESS}


def test_told_afterwards_before_departure_gives_no_list_of_its_own_for_each_seat(
    scene: Scene,
) -> None:
    ride, small = scene.locked(ABOARD), make_small(scene)
    scene.world.clock.advance(minutes=5)
    told = scene.tell(ride.trip, "vehicle.replaced", mode="afterwards", vehicle_id=small)
    assert scene.trip(ride.trip)["list_version"] == told["decided"]["list_version"] == 2
    assert count_exceptions(scene, ride) == {"over-capacity": BEYOND, "seat-unknown": SEATLESS}
    undo = {"event_id": told["id"], "reason": "没有换车"}
    assert scene.refused(ride.trip, "event.reversed", **undo) == "cannot-reverse"


def test_a_replacement_on_an_open_list_reversed_gives_the_seats_again(scene: Scene) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00002", rows=2)
    ride = scene.listed(6)
    other = scene.tell(
        ride.trip, "vehicle.replaced", vehicle_id=scene.make_vehicle("辽M00004", rows=4)
    )
    far = {"passenger_id": ride.passengers[0], "seat_row": 4, "seat_column": 1}
    scene.tell(ride.trip, "passenger.seat_changed", **far)
    undo = {"event_id": other["id"], "reason": "原车修好"}
    scene.tell(ride.trip, "event.reversed", **undo)
    lines = scene.people(ride.trip)
    assert sorted(lines[str(each)]["seat_row"] for each in ride.passengers) == [1, 1, 1, 1, 2, 2]
    assert (scene.trip(ride.trip)["places"], count_exceptions(scene, ride)) == (9, {})


def test_nobody_is_pushed_out_by_a_reversal_before_departure(scene: Scene) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00002", rows=2)
    ride = scene.listed(9)
    big = scene.make_vehicle("辽M00004", rows=4)
    other = scene.tell(ride.trip, "vehicle.replaced", vehicle_id=big)
    scene.assign(ride.trip, scene.make_workers())
    undo = {"event_id": other["id"], "reason": "原车修好"}
    assert scene.refused(ride.trip, "event.reversed", **undo) == "over-capacity"


def ask_aboard(scene: Scene, ride: Ride, at: datetime) -> Any:
    path = f"/v1/trips/{ride.trip}/aboard"
    return scene.ok(scene.coordinator.get(path, at=at.isoformat()))


def test_aboard_tells_the_vehicle_of_the_moment(scene: Scene) -> None:
    ride = on_the_way(scene)
    then, small = scene.now, make_small(scene)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=small)
    first, second = (ask_aboard(scene, ride, then + d) for d in (-AN_HOUR, AN_HOUR))
    assert (first["plate"], second["plate"]) == ("辽M12345", "辽M30030")
    assert (first["vehicle_id"], second["vehicle_id"]) == (str(scene.vehicle_id), str(small))
    rows = [
        {line["seat_row"]: line["seat_label"] for line in each["people"]}
        for each in (first, second)
    ]
    assert (rows[0][10], rows[1][10], rows[1][8]) == ("38", None, "33")
    assert len(second["people"]) == ABOARD


def test_the_question_by_plate(scene: Scene) -> None:
    """Each vehicle's trace holds what happened while it ran."""
    ride = on_the_way(scene)
    small = make_small(scene)
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=small)
    arrive(scene, ride)

    def kinds(vehicle: UUID) -> list[str]:
        answer = scene.ok(scene.coordinator.get(f"/v1/vehicles/{vehicle}/trace"))
        return [item["kind"] for item in answer["items"] if item["stream"].startswith("trip/")]

    assert kinds(scene.vehicle_id) == [
        "trip.opened",
        "manifest.locked",
        "trip.departed",
        "vehicle.replaced",
    ]
    assert kinds(small) == ["vehicle.replaced", "trip.arrived"]
    runs = scene.trip(ride.trip)["vehicles"]
    assert [each["vehicle_id"] for each in runs] == [str(scene.vehicle_id), str(small)]
    assert runs[0]["from_at"] is None
    assert runs[0]["to_at"] == runs[1]["from_at"] is not None
    worker = scene.coordinator.get(f"/v1/workers/{ride.workers[0]}/trace").json()["items"]
    assert "vehicle.replaced" in [item["kind"] for item in worker]


def test_papers_name_both_vehicles_and_everybody_who_drove_or_led(scene: Scene) -> None:
    ride = on_the_way(scene)
    driver = scene.make_driver()
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=make_small(scene))
    scene.tell(ride.trip, "driver.replaced", driver_id=driver, replaces_driver_id=scene.driver_id)
    new = {"name": "合成新领队", "phone": "13900000000", "reason": "原领队生病"}
    scene.tell(ride.trip, "escort.replaced", **new)
    at = scene.now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    sheet = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/handover"))
    for paper in (manifest, sheet):
        runs = [(each["plate"], each["from_at"], each["to_at"]) for each in paper["vehicles"]]
        assert runs == [("辽M12345", None, at), ("辽M30030", at, None)]
    assert (manifest["plate"], manifest["licensed_places"]) == ("辽M30030", SMALL + 2)
    assert len(manifest["drivers"]) == 1
    assert [(each["from_at"], each["to_at"]) for each in manifest["driver_runs"]] == [
        (None, at),
        (at, None),
    ]
    assert (manifest["escort"], manifest["escort_phone"]) == ("合成新领队", "13900000000")
    planned = f"合成领队 {make_phone(99_000_001)}"
    assert [(each["who"], each["from_at"], each["to_at"]) for each in manifest["escort_runs"]] == [
        (planned, None, at),
        ("合成新领队 13900000000", at, None),
    ]
    labels = {line["seat_row"]: line["seat_label"] for line in manifest["lines"]}
    assert (labels[8], labels[9]) == ("33", None)


def test_a_late_replacement_keeps_its_own_places(scene: Scene) -> None:
    """A plan that was changed for the first coach says nothing of the second's places."""
    ride = scene.listed(2)
    then = scene.now
    scene.world.clock.advance(minutes=10)
    kept = {"kept_free_rows": [11]}
    scene.ok(scene.coordinator.patch(f"/v1/trips/{ride.trip}", kept, version=1))
    assert scene.trip(ride.trip)["places"] == 40
    told = scene.event("vehicle.replaced", mode="afterwards", at=then, vehicle_id=make_small(scene))
    scene.record(ride.trip, told)
    assert scene.trip(ride.trip)["places"] == SMALL
    undo = {"event_id": told["id"], "reason": "没有换车"}
    scene.tell(ride.trip, "event.reversed", **undo)
    assert scene.trip(ride.trip)["places"] == 40


def test_a_seat_told_late_is_one_of_the_vehicle_of_that_moment(scene: Scene) -> None:
    ride = scene.locked(1)
    then = scene.now
    scene.world.clock.advance(hours=1)
    replaced = scene.tell(ride.trip, "vehicle.replaced", vehicle_id=make_small(scene))
    seat = {"passenger_id": ride.passengers[0], "seat_row": 10, "seat_column": 1}
    late = scene.event("passenger.boarded", mode="afterwards", at=then, **seat)
    (outcome,) = scene.record(ride.trip, late)
    assert outcome["decided"] == {"seat_label": "37"}
    (line,) = scene.people(ride.trip).values()
    assert (line["seat_label"], [each["events"] for each in line["findings"]]) == (
        None,
        [[replaced["id"]]],
    )
    assert line["exceptions"] == ["seat-unknown"]


def test_an_account_that_leads_from_then_on(scene: Scene) -> None:
    ride = on_the_way(scene)
    unknown = {"account_id": scene.world.new_id()}
    assert scene.refused(ride.trip, "escort.replaced", **unknown) == "not-found"
    (nobody,) = scene.send(ride.trip, scene.event("escort.replaced", reason="生病"))
    assert "account_id" in nobody["problem"]["errors"][0]["message"]
    other = scene.escort_of()
    told = scene.tell(ride.trip, "escort.replaced", account_id=other.actor.account_id)
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    assert manifest["escort"] != "合成领队"
    leads = f"{manifest['escort']} {manifest['escort_phone']}"
    assert manifest["escort_runs"][-1]["who"] == leads
    scene.tell(ride.trip, "event.reversed", event_id=told["id"], reason="没有换人")
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    assert (manifest["escort"], len(manifest["escort_runs"])) == ("合成领队", 1)


def test_a_run_that_was_altered_is_found_and_written_anew(scene: Scene) -> None:
    ride = on_the_way(scene)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=make_small(scene))
    database = scene.world.context.database
    with database.write(scene.world.console) as session:
        session.execute(delete(TRIP_VEHICLE).where(TRIP_VEHICLE.c.ordinal == 1))
    with database.read(scene.world.console) as session:
        (found,) = check_derived(session, COUNTY)
    assert found.table == "trip_vehicle"
    with database.write(scene.world.console) as session:
        write_derived(session, COUNTY)


def test_seated_elsewhere_in_the_moment_of_boarding(scene: Scene) -> None:
    """Two stays begin in one moment, and only one of them has an end."""
    small = make_small(scene)
    ride = scene.locked(SMALL + 1)
    one = {"passenger_id": ride.passengers[0]}
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=small, mode="afterwards")
    scene.world.clock.advance(minutes=1)
    told = [
        *(scene.event("passenger.boarded", passenger_id=each) for each in ride.passengers),
        scene.event("passenger.seat_changed", **one, seat_row=8, seat_column=5),
    ]
    scene.record(ride.trip, *(each | {"mode": "afterwards"} for each in told))
    assert scene.trip(ride.trip)["aboard"] == SMALL + 1
