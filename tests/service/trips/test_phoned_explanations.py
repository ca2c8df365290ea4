"""A coordinator lets an exception pass by telephone: the escort types it in, and it waits to be confirmed."""

import json
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

CALL = {
    "person": "陈合成",
    "post": "铁岭县人社局值班协调员",
    "approved_at": "2020-03-24T08:30:00+08:00",
}


def explaining(scene: Scene, *, of: str) -> tuple[Ride, Client, dict[str, Any]]:
    """A trip with an exception of its own, or of a passenger; its escort; the words."""
    ride = scene.boarded(2)
    scene.world.clock.advance(hours=1)
    counted = {"aboard": 3} if of == "trip" else {}
    scene.tell(ride.trip, "trip.departed", **counted)
    about: dict[str, Any] = {"code": "count-differs", "explanation": "多数了一个孩子"}
    if of == "passenger":
        passenger = {"passenger_id": ride.passengers[0]}
        scene.afterwards(ride.trip, "passenger.no_show", **passenger)
        about |= {"code": "out-of-order", **passenger}
    return ride, scene.world.client(Role.ESCORT, trip_ids=[ride.trip]), about


@pytest.mark.parametrize("of", ["trip", "passenger"])
def test_it_stands_as_such_until_the_coordinator_confirms_it(scene: Scene, of: str) -> None:
    ride, escort, about = explaining(scene, of=of)
    event = scene.event("exception.explained", **about, **CALL) | {"source": "telephone"}
    [outcome] = scene.record(ride.trip, event, by=escort)
    assert outcome["decided"]["unconfirmed"] is True
    shown = scene.trip(ride.trip)
    assert (shown["open_exceptions"], shown["unconfirmed_approvals"]) == (0, [outcome["id"]])
    assert "approval.confirmed" in shown["may_follow"]
    public = json.dumps(scene.world.list_bodies(StreamKind.TRIP, ride.trip), ensure_ascii=False)
    assert [text for text in (CALL["person"], CALL["post"]) if text in public] == []
    approval = {"approval_id": UUID(outcome["id"])}
    assert scene.refused(ride.trip, "approval.confirmed", by=escort, **approval) == (
        "permission-denied"
    )
    scene.tell(ride.trip, "approval.confirmed", **approval)
    shown = scene.trip(ride.trip)
    assert (shown["open_exceptions"], shown["unconfirmed_approvals"]) == (0, [])


def test_reversed_the_exception_is_open_again(scene: Scene) -> None:
    ride, escort, about = explaining(scene, of="trip")
    event = scene.event("exception.explained", **about, **CALL) | {"source": "telephone"}
    [outcome] = scene.record(ride.trip, event, by=escort)
    scene.tell(ride.trip, "event.reversed", event_id=UUID(outcome["id"]), reason="没有批准过")
    shown = scene.trip(ride.trip)
    assert (shown["open_exceptions"], shown["unconfirmed_approvals"]) == (1, [])


def test_without_a_call_an_escort_explains_nothing(scene: Scene) -> None:
    ride, escort, about = explaining(scene, of="trip")
    code = scene.refused(ride.trip, "exception.explained", by=escort, **about, **CALL)
    assert code == "permission-denied"
    bare = scene.event("exception.explained", **about) | {"source": "telephone"}
    [outcome] = scene.send(ride.trip, bare, by=escort)
    assert outcome["problem"]["code"] == "approval-incomplete"
