"""What an account may not learn by a way round: of other enterprises' people, of other townships', of a sheet
that it may not read, and by which rule somebody aboard should not have been.
"""

from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.factories import Client
from tests.service.attachments.conftest import Album
from tests.service.trips.scenes import Ride, Scene

AGAINST = "boarded-against-clearance"
FAR = "211221106"


def on_the_road(scene: Scene, trip: UUID, people: list[UUID]) -> None:
    scene.tell(trip, "manifest.locked")
    scene.board(trip, people)
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed")


def list_between(scene: Scene, receiver: Client) -> list[str]:
    page = scene.ok(receiver.get("/v1/journeys", custody="none"))
    return [each["passenger_id"] for each in page["items"]]


def test_a_receiver_sees_of_those_in_nobody_s_hands_its_own(scene: Scene) -> None:
    mine, theirs = scene.enterprise_id, scene.make_enterprise("合成玩具厂")
    trip, other = scene.open_trip(), scene.open_trip()
    workers = scene.make_workers(3)
    (own,) = scene.assign(trip, workers[:1], enterprise_id=str(mine))
    (stranger,) = scene.assign(trip, workers[1:2], enterprise_id=str(theirs))
    rest = scene.assign(other, workers[2:], enterprise_id=str(mine))
    on_the_road(scene, trip, [own, stranger])
    on_the_road(scene, other, rest)
    scene.world.clock.advance(minutes=1)
    for each in (own, stranger):
        scene.tell(trip, "passenger.moved", passenger_id=each, to_trip_id=other)
    for enterprise, seen in ((mine, own), (theirs, stranger)):
        receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=enterprise)
        assert list_between(scene, receiver) == [str(seen)]


def signed_for_two_townships(scene: Scene) -> tuple[Album, str]:
    """The escort's photograph of the sheet, named by the signature for one person of each."""
    workers = [*scene.make_workers(1), *scene.make_workers(1, township=FAR)]
    trip = scene.open_trip()
    ride = Ride(trip, scene.assign(trip, workers), workers)
    on_the_road(scene, trip, ride.passengers)
    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived")
    album = Album(scene, ride, scene.escort_of(trip))
    sheet = album.keep()["id"]
    scene.record(trip, scene.signature(trip, ride.passengers) | {"attachments": [sheet]})
    return album, sheet


def test_a_worker_s_trace_shows_a_signature_without_the_others(scene: Scene) -> None:
    album, _sheet = signed_for_two_townships(scene)
    clerk = scene.world.client(Role.TOWNSHIP_CLERK)
    own, other = album.ride.passengers
    trace = scene.ok(clerk.get(f"/v1/workers/{album.ride.workers[0]}/trace"))["items"]
    (signed,) = [each for each in trace if each["kind"] == "handover.signed"]
    assert signed["data"]["passenger_ids"] == [str(own)]
    assert (signed["decided"]["count"], [*signed["decided"]["receipts"]]) == (1, [str(own)])
    assert str(other) not in str(trace)


def test_naming_an_attachment_opens_it_to_nobody_who_may_not_read_it(scene: Scene) -> None:
    album, sheet = signed_for_two_townships(scene)
    clerk = scene.world.client(Role.TOWNSHIP_CLERK)
    passenger = {"passenger_id": album.ride.passengers[0]}
    notice = {"channel": "telephone", "outcome": "reached", "mode": "afterwards"}
    told = scene.event("passenger.notified", **passenger, **notice)
    scene.record(album.ride.trip, told | {"attachments": [sheet]}, by=clerk)
    assert album.read(sheet, by=clerk).status_code == 404
    assert album.names(by=clerk) == []
    told = scene.event("passenger.notified", **passenger, **notice)
    scene.record(album.ride.trip, told | {"attachments": [sheet]})
    assert album.names(by=clerk) == [sheet]


def board(scene: Scene, why: str) -> tuple[Any, Client, UUID]:
    """Somebody of whom a hold, the age or the temperature says no is told aboard by the escort."""
    (worker,) = scene.make_workers()
    trip = scene.open_trip()
    (passenger,) = scene.assign(trip, [worker])
    scene.tell(trip, "manifest.locked")
    scene.world.clock.advance(minutes=1)
    if why == "hold":
        health = scene.world.client(Role.HEALTH_OFFICER)
        held = scene.event(
            "worker.travel_changed",
            action="held",
            reason_class="health",
            hold_id=scene.world.new_id(),
            reason="待查",
        )
        scene.ok(health.post(f"/v1/workers/{worker}/events", {"events": [held]}))
    scene.world.clock.advance(minutes=1)
    escort = scene.escort_of(trip)
    event = scene.event(
        "passenger.boarded",
        mode="afterwards",
        passenger_id=passenger,
        temperature=395 if why == "temperature" else 365,
    )
    return [*scene.send(trip, event, by=escort), *scene.send(trip, event, by=escort)], escort, trip


@pytest.mark.parametrize("why", ["hold", "temperature"])
def test_no_answer_tells_what_the_clearance_stood_against(scene: Scene, why: str) -> None:
    outcomes, escort, trip = board(scene, why)
    assert [(each["exceptions"], each["decided"]) for each in outcomes] == [([AGAINST], {})] * 2
    (line,) = scene.ok(escort.get(f"/v1/trips/{trip}/passengers"))["items"]
    assert (line["exceptions"], len(line["findings"][0]["events"])) == ([AGAINST], 1)
    assert scene.ok(escort.get(f"/v1/trips/{trip}/handover"))["exceptions"] == [AGAINST]
    assert scene.ok(escort.get(f"/v1/trips/{trip}"))["open_exceptions"] == 1
