"""The list: versions and hashes, stand-bys, other vehicles and drivers, the printed manifest."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.ledger.bodies import content_hash
from tests.service.trips.scenes import Ride, Scene


def version(scene: Scene, ride: Ride) -> tuple[int, str]:
    shown = scene.trip(ride.trip)
    return shown["list_version"], shown["list_hash"]


def content(scene: Scene, ride: Ride, number: int) -> dict[str, Any]:
    """The list as anybody can put it together from what the API shows."""
    trip = scene.trip(ride.trip)
    listed = [
        line
        for line in scene.people(ride.trip).values()
        if line["status"] in {"listed", "stand_by", "checked_in", "boarded"}
    ]
    listed.sort(
        key=lambda line: (
            line["status"] == "stand_by",
            line["seat_row"] or 999,
            line["seat_column"] or 999,
            line["id"],
        )
    )
    return {
        "v": 1,
        "trip": str(ride.trip),
        "version": number,
        "vehicle": trip["vehicle_id"],
        "drivers": sorted(trip["driver_ids"]),
        "passengers": [
            {
                "passenger": line["id"],
                "worker": line["worker_id"],
                "role": line["role"],
                "seat_row": line["seat_row"],
                "seat_column": line["seat_column"],
                "handover_point": line["handover_point_id"],
                "stand_by": line["status"] == "stand_by",
            }
            for line in listed
        ],
    }


def test_each_lock_is_a_version_whose_hash_anybody_can_compute(scene: Scene) -> None:
    ride = scene.listed(3)
    assert version(scene, ride) == (0, None)
    outcome = scene.tell(ride.trip, "manifest.locked")
    assert outcome["decided"]["count"] == 3
    first = version(scene, ride)
    assert first == (1, content_hash(content(scene, ride, 1)))
    scene.tell(ride.trip, "manifest.unlocked", reason="换人")
    assert scene.trip(ride.trip)["state"] == "ready"
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=ride.passengers[0])
    scene.tell(ride.trip, "manifest.locked")
    assert version(scene, ride) == (2, content_hash(content(scene, ride, 2)))


def test_a_filed_trip_stays_filed_when_it_is_unlocked(scene: Scene) -> None:
    ride = scene.listed(1)
    scene.tell(ride.trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "manifest.unlocked", reason="换人")
    assert scene.trip(ride.trip)["state"] == "filed"


def test_a_stand_by_takes_place_and_seat(scene: Scene) -> None:
    ride = scene.listed(3)
    (waiting,) = scene.assign(ride.trip, scene.make_workers(), stand_by=True)
    scene.tell(ride.trip, "manifest.locked")
    gone = ride.passengers[1]
    before = scene.people(ride.trip)[str(gone)]
    scene.tell(ride.trip, "passenger.no_show", passenger_id=gone)
    assert version(scene, ride)[0] == 1
    outcome = scene.tell(
        ride.trip, "passenger.substituted", passenger_id=waiting, replaces_passenger_id=gone
    )
    after = scene.people(ride.trip)[str(waiting)]
    names = ("seat_row", "seat_column", "seat_label")
    assert [after[name] for name in names] == [before[name] for name in names]
    assert after["status"] == "listed"
    digest = content_hash(content(scene, ride, 2))
    assert version(scene, ride) == (2, digest)
    assert (outcome["decided"]["list_version"], outcome["decided"]["list_hash"]) == (2, digest)


def test_a_seat_changed_on_a_locked_list_is_a_version_and_cannot_be_reversed(scene: Scene) -> None:
    ride = scene.locked(2)
    seat = {"passenger_id": ride.passengers[0], "seat_row": 7, "seat_column": 1}
    outcome = scene.tell(ride.trip, "passenger.seat_changed", **seat)
    assert version(scene, ride) == (2, content_hash(content(scene, ride, 2)))
    undo = {"event_id": outcome["id"], "reason": "换回"}
    assert scene.refused(ride.trip, "event.reversed", **undo) == "cannot-reverse"
    scene.board(ride.trip, ride.passengers)
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.tell(ride.trip, "passenger.seat_changed", **seat | {"seat_row": 8})
    assert version(scene, ride)[0] == 2


def test_another_coach_of_the_same_layout(scene: Scene) -> None:
    ride = scene.locked(3)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=scene.make_vehicle("辽M77777"))
    assert version(scene, ride) == (2, content_hash(content(scene, ride, 2)))
    assert scene.trip(ride.trip)["state"] == "locked"


def test_another_driver(scene: Scene) -> None:
    ride = scene.locked(1)
    new = scene.make_driver()
    scene.tell(ride.trip, "driver.replaced", driver_id=new, replaces_driver_id=scene.driver_id)
    assert scene.trip(ride.trip)["driver_ids"] == [str(new)]
    assert version(scene, ride) == (2, content_hash(content(scene, ride, 2)))


def test_a_coach_without_some_of_the_seats_gives_others(scene: Scene) -> None:
    """On a locked list only after unlocking: then each new seat would be a version of its own."""
    scene.vehicle_id = scene.make_vehicle("辽M00003", rows=4)
    ride = scene.listed(6)
    scene.tell(
        ride.trip,
        "passenger.seat_changed",
        passenger_id=ride.passengers[0],
        seat_row=4,
        seat_column=3,
    )
    small = scene.make_vehicle("辽M00002", rows=2)
    tiny = scene.make_vehicle("辽M00001", rows=1)
    scene.tell(ride.trip, "manifest.locked")
    assert scene.refused(ride.trip, "vehicle.replaced", vehicle_id=small) == "manifest-locked"
    scene.tell(ride.trip, "manifest.unlocked", reason="换车")
    assert scene.refused(ride.trip, "vehicle.replaced", vehicle_id=tiny) == "over-capacity"

    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=small)

    trip, lines = scene.trip(ride.trip), scene.people(ride.trip)
    assert (trip["places"], trip["taken"]) == (9, 6)
    seats = [(lines[str(p)]["seat_row"], lines[str(p)]["seat_column"]) for p in ride.passengers]
    assert seats == [(1, 1), (1, 2), (1, 4), (1, 5), (2, 1), (2, 2)]
    scene.tell(ride.trip, "manifest.locked")
    assert version(scene, ride) == (2, content_hash(content(scene, ride, 2)))


def test_rows_kept_free_later_move_people_and_cannot_push_them_out(scene: Scene) -> None:
    scene.vehicle_id = scene.make_vehicle("辽M00002", rows=2)
    ride = scene.listed(4)
    path = f"/v1/trips/{ride.trip}"
    scene.ok(scene.coordinator.patch(path, {"kept_free_rows": [1]}, version=1))
    lines = scene.people(ride.trip)
    assert [lines[str(p)]["seat_row"] for p in ride.passengers] == [2, 2, 2, 2]
    assert scene.trip(ride.trip)["places"] == 5
    before = scene.rows()
    full = scene.coordinator.patch(path, {"kept_free_rows": [1, 2]}, version=2)
    assert (full.status_code, full.json()["code"]) == (409, "over-capacity")
    assert scene.rows() == before


def test_a_stand_by_who_was_not_needed_is_free_when_the_coach_leaves(scene: Scene) -> None:
    ride = scene.listed(1)
    (worker,) = scene.make_workers()
    (waiting,) = scene.assign(ride.trip, [worker], stand_by=True)
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, ride.passengers)
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed", by=scene.escort_of(ride.trip))
    assert scene.people(ride.trip)[str(waiting)]["status"] == "removed"
    scene.assign(scene.open_trip(hours=1), [worker])


def manifest(scene: Scene, trip: UUID, **params: str) -> Any:
    return scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/manifest", **params))


@pytest.mark.parametrize(
    ("role", "digits"),
    [(Role.ESCORT, 18), (Role.ENTERPRISE_RECEIVER, 4), (Role.DESTINATION_OFFICER, 4)],
    ids=str,
)
def test_whole_numbers_are_printed_for_whoever_carries_the_list(
    scene: Scene, role: Role, digits: int
) -> None:
    trip = scene.open_trip()
    scene.assign(trip, scene.make_workers(2), enterprise_id=str(scene.enterprise_id))
    scopes: dict[Role, dict[str, Any]] = {
        Role.ESCORT: {"trip_ids": {trip}},
        Role.ENTERPRISE_RECEIVER: {"enterprise_id": scene.enterprise_id},
    }
    reader = scene.world.client(role, **scopes.get(role, {}))
    path = f"/v1/trips/{trip}/manifest"
    lines = scene.ok(reader.get(path, export="随车名册"))["lines"]
    assert [len(line["id_number"]) for line in lines] == [digits] * 2


def test_the_manifest_shows_the_last_four_on_screen_and_the_whole_number_in_print(
    scene: Scene,
) -> None:
    ride = scene.locked(2)
    screen = manifest(scene, ride.trip)
    printed = manifest(scene, ride.trip, export="随车名册")
    assert [len(line["id_number"]) for line in screen["lines"]] == [4, 4]
    assert [line["id_number"][-4:] for line in printed["lines"]] == [
        line["id_number"] for line in screen["lines"]
    ]
    assert {len(line["id_number"]) for line in printed["lines"]} == {18}
    assert (printed["list_version"], printed["list_hash"]) == version(scene, ride)
    assert (printed["escort"], printed["plate"], printed["licensed_places"]) == (
        "合成领队",
        "辽M12345",
        47,
    )
    kinds = [
        (body["kind"], body["data"]["count"])
        for body in scene.world.list_bodies(StreamKind.ACCOUNT, scene.coordinator.actor.account_id)
        if body["data"].get("list_kind") == "manifest"
    ]
    assert kinds == [("access.listed", 2), ("access.exported", 2)]


def test_labels_are_those_of_the_vehicle_in_use(scene: Scene) -> None:
    """Seats are numbered along the rows; another row of four in front of it changes all labels."""
    ride = scene.locked(5)
    label = scene.people(ride.trip)[str(ride.passengers[4])]["seat_label"]
    body = {
        "id": str(scene.world.new_id()),
        "carrier_id": str(scene.carrier_id),
        "plate": "辽M33333",
        "air_sealed": True,
        "kind": "coach",
        "licensed_places": 47,
        "crew_seats": 2,
        "seats": [
            {"row": row, "column": column, "label": f"{row}-{column}"}
            for row in range(1, 12)
            for column in (1, 2, 4, 5)
        ],
    }
    scene.ok(scene.coordinator.post("/v1/vehicles", body), 201)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=UUID(body["id"]))
    lines = manifest(scene, ride.trip)["lines"]
    assert (label, lines[4]["seat_label"]) == ("5", "2-1")
    assert scene.people(ride.trip)[str(ride.passengers[4])]["seat_label"] == "2-1"
