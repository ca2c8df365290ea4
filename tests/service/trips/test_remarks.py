"""Remarks about passengers: what one is lies sealed, the row of the trip tells nothing of it; a fever is a need
for who may know; it ends with a reversal, when the passenger is off the vehicle, and when its key is gone.
"""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from schemas.events.fields import PersonalClass
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.trips.queries.states import PASSENGER, TRIP
from tests.factories import COUNTY
from tests.service.trips.scenes import Ride, Scene
from tests.service.trips.test_board import STATEMENTS

FEVER = {"what": "fever", "temperature": 386}
REMARK = {"what": "remark", "remark": "合成：晕车"}


def needs(scene: Scene, trip: UUID) -> list[tuple[str, int]]:
    rows = scene.ok(scene.coordinator.get("/v1/trips"))["items"]
    (row,) = (each for each in rows if each["id"] == str(trip))
    return [(each["code"], each["count"]) for each in row["needs"]]


def note(scene: Scene, ride: Ride, who: int = 0, **data: Any) -> Any:
    return scene.tell(ride.trip, "passenger.noted", passenger_id=ride.passengers[who], **data)


def test_only_a_fever_is_a_need(scene: Scene) -> None:
    ride = scene.departed(3)
    note(scene, ride, **REMARK)
    note(scene, ride, what="symptoms", symptoms="咳嗽")
    assert needs(scene, ride.trip) == []
    assert scene.ok(scene.coordinator.get("/v1/trips", attention="true"))["items"] == []
    since = scene.now
    note(scene, ride, **FEVER)
    scene.world.clock.advance(minutes=5)
    note(scene, ride, **FEVER)
    note(scene, ride, 1, **FEVER)
    assert needs(scene, ride.trip) == [("fever", 2)]
    (row,) = scene.ok(scene.coordinator.get("/v1/trips"))["items"]
    assert row["needs"][0]["since"] == since.isoformat().replace("+08:00", "Z").replace(
        f"T{since:%H}", f"T{(since.hour - 8) % 24:02d}"
    )


def test_it_ends(scene: Scene) -> None:
    """By its reversal; off the vehicle; and comes back with who comes back."""
    ride = scene.departed(2)
    wrong = note(scene, ride, **FEVER)
    scene.tell(ride.trip, "event.reversed", event_id=wrong["id"], reason="量错")
    assert needs(scene, ride.trip) == []
    note(scene, ride, **FEVER)
    first = ride.passengers[0]
    given = {"end": "given_on", "given_to": "health_point", "unit": "合成留验站"}
    left = scene.tell(ride.trip, "passenger.left", passenger_id=first, **given)
    assert needs(scene, ride.trip) == []
    scene.tell(ride.trip, "event.reversed", event_id=left["id"], reason="没有离开")
    assert needs(scene, ride.trip) == [("fever", 1)]


def test_who_left_on_their_own_is_a_need_and_who_was_given_on_is_none(scene: Scene) -> None:
    ride = scene.departed(2)
    given = {"end": "given_on", "given_to": "police", "unit": "合成派出所"}
    scene.tell(ride.trip, "passenger.left", passenger_id=ride.passengers[0], **given)
    assert needs(scene, ride.trip) == []
    own = {"passenger_id": ride.passengers[1], "place": "服务区"}
    scene.tell(ride.trip, "passenger.left", **own)
    assert needs(scene, ride.trip) == [("left", 1)]
    balance = scene.trip(ride.trip)["balance"]
    assert (balance["given_on"], balance["left"], balance["balanced"]) == (1, 1, True)
    assert balance["line"] == "上车2 = 途中移交1 + 途中离开1；未平0"


def test_a_remark_fits_everybody_and_moves_nobody(scene: Scene) -> None:
    """Live while the trip is not over, afterwards always, also of somebody who is not known yet."""
    ride = scene.listed(2)
    before = scene.statuses(ride)
    note(scene, ride, **REMARK)
    assert (
        scene.afterwards(ride.trip, "passenger.noted", passenger_id=ride.passengers[1], **FEVER)
        == []
    )
    assert scene.statuses(ride) == before
    assert scene.refused(
        ride.trip, "passenger.noted", passenger_id=scene.world.new_id(), **REMARK
    ) == ("passenger-unknown")
    unknown = scene.world.new_id()
    assert scene.afterwards(ride.trip, "passenger.noted", passenger_id=unknown, **FEVER) == []
    scene.tell(ride.trip, "trip.cancelled", reason="合成：雪")
    assert scene.refused(
        ride.trip, "passenger.noted", passenger_id=ride.passengers[0], **REMARK
    ) == ("state-forbids")
    late = {"passenger_id": ride.passengers[0], **REMARK}
    assert scene.afterwards(ride.trip, "passenger.noted", **late) == []


def test_nothing_of_it_stands_in_the_rows(scene: Scene) -> None:
    """A fever and a remark leave the same: rows and bodies are equal but for ids and times."""
    ride = scene.departed(2)
    note(scene, ride, **FEVER)
    note(scene, ride, 1, **REMARK)
    bodies = [
        each
        for each in scene.world.list_bodies(StreamKind.TRIP, ride.trip)
        if each["kind"] == "passenger.noted"
    ]
    assert [sorted(each["data"]) for each in bodies] == [["passenger_id"]] * 2
    assert [list(each["commit"]) for each in bodies] == [["worker.health"]] * 2
    assert [each["decided"] for each in bodies] == [{}, {}]
    with scene.world.context.database.read(scene.world.console) as session:
        (brief,) = session.execute(select(TRIP.c.brief).where(TRIP.c.id == ride.trip)).scalars()
        folds = session.execute(
            select(PASSENGER.c.fold).where(PASSENGER.c.trip_id == ride.trip)
        ).scalars()
        rows = [brief, *folds]
    assert [len(each["remarks"]) for each in rows[1:]] == [1, 1]
    assert len(brief["noted"]) == 2
    assert [word for word in ("fever", "386", "晕车") if word in str(rows)] == []


def test_without_its_key_a_remark_tells_nothing(scene: Scene) -> None:
    ride = scene.departed(1)
    note(scene, ride, **FEVER)
    assert needs(scene, ride.trip) == [("fever", 1)]
    vault, health = scene.world.context.vault, [PersonalClass.HEALTH]
    with scene.world.context.database.write(scene.world.console) as session:
        vault.destroy(session, COUNTY, ride.workers, at=scene.now, classes=health)
    assert needs(scene, ride.trip) == []


@pytest.mark.parametrize("number", [1, 3])
def test_one_statement_more(scene: Scene, number: int) -> None:
    """However many remarks and trips; none for who may not know."""
    for day in range(number):
        ride = scene.departed(2, hours=30 * day)
        note(scene, ride, **FEVER)
        note(scene, ride, 1, **REMARK)
    carrier = scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id)
    counts = []
    for client in (scene.coordinator, carrier):
        client.get("/v1/trips")
        with scene.world.counting() as sent:
            assert len(client.get("/v1/trips").json()["items"]) == number
        counts.append(len([each for each in sent if "event_part.sealed" in each]))
        assert len(sent) <= STATEMENTS + 1, sent
    assert counts == [1, 0]
