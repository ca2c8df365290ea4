"""An acknowledgement given by telephone stands, and waits until the destination confirms it."""

import json
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client
from tests.service.trips.scenes import DESTINATION, Ride, Scene

pytestmark = pytest.mark.tables

CALL = {
    "person": "陈合成科长",
    "post": "苏州市人社局就业科科长",
    "approved_at": "2020-03-24T07:50:00+08:00",
}
SAID = {"channel": "telephone", "unit": "苏州市人社局"}


def officer(scene: Scene) -> Client:
    return scene.world.client(Role.DESTINATION_OFFICER, division_prefix=DESTINATION)


def filed(scene: Scene) -> Ride:
    ride = scene.listed(1)
    scene.tell(ride.trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    return ride


def waiting(scene: Scene, ride: Ride) -> tuple[Any, ...]:
    shown = scene.trip(ride.trip)
    (row,) = scene.ok(scene.coordinator.get("/v1/trips"))["items"]
    return shown["unconfirmed_approvals"], row["unconfirmed"]


def test_it_stands_as_such_until_the_destination_confirms_it(scene: Scene) -> None:
    ride, there = filed(scene), officer(scene)
    outcome = scene.tell(ride.trip, "filing.acknowledged", **SAID, **CALL)
    assert outcome["decided"]["unconfirmed"] is True
    assert scene.trip(ride.trip)["acknowledged_at"] is not None
    assert waiting(scene, ride) == ([outcome["id"]], 1)
    public = json.dumps(scene.world.list_bodies(StreamKind.TRIP, ride.trip), ensure_ascii=False)
    assert [text for text in (CALL["person"], CALL["post"]) if text in public] == []
    assert "approval.confirmed" in scene.ok(there.get(f"/v1/trips/{ride.trip}"))["may_follow"]
    assert "approval.confirmed" not in scene.trip(ride.trip)["may_follow"]
    approval = {"approval_id": UUID(outcome["id"])}
    assert scene.refused(ride.trip, "approval.confirmed", **approval) == "permission-denied"
    scene.tell(ride.trip, "approval.confirmed", by=there, **approval)
    assert waiting(scene, ride) == ([], 0)
    assert scene.refused(ride.trip, "approval.confirmed", by=there, **approval) == (
        "approval-unknown"
    )


def test_it_is_confirmed_after_the_trip_as_well(scene: Scene) -> None:
    ride = filed(scene)
    outcome = scene.tell(ride.trip, "filing.acknowledged", **SAID, **CALL)
    scene.tell(ride.trip, "trip.cancelled", reason="大雪")
    scene.tell(ride.trip, "approval.confirmed", by=officer(scene), approval_id=UUID(outcome["id"]))
    assert waiting(scene, ride) == ([], 0)


@pytest.mark.parametrize("missing", ["post", "approved_at"])
def test_post_and_time_are_typed_in(scene: Scene, missing: str) -> None:
    ride = filed(scene)
    call = {name: value for name, value in CALL.items() if name != missing}
    outcome = scene.send(ride.trip, scene.event("filing.acknowledged", **SAID, **call))[0]
    assert outcome["problem"]["code"] == "approval-incomplete"
    assert outcome["problem"]["facts"] == {"missing": [missing]}


@pytest.mark.parametrize("by_officer", [True, False])
def test_a_letter_or_the_officers_own_word_needs_no_confirmation(
    scene: Scene, *, by_officer: bool
) -> None:
    ride = filed(scene)
    said = SAID if by_officer else SAID | {"channel": "letter"}
    by = officer(scene) if by_officer else scene.coordinator
    scene.tell(ride.trip, "filing.acknowledged", by=by, person="陈科长", **said)
    assert waiting(scene, ride) == ([], 0)


def test_a_reversal_takes_it_back(scene: Scene) -> None:
    ride = filed(scene)
    outcome = scene.tell(ride.trip, "filing.acknowledged", **SAID, **CALL)
    scene.tell(ride.trip, "event.reversed", event_id=UUID(outcome["id"]), reason="没有确认过")
    assert scene.trip(ride.trip)["acknowledged_at"] is None
    assert waiting(scene, ride) == ([], 0)


def test_officers_of_other_places_confirm_nothing(scene: Scene) -> None:
    ride = filed(scene)
    outcome = scene.tell(ride.trip, "filing.acknowledged", **SAID, **CALL)
    stranger = scene.world.client(Role.DESTINATION_OFFICER, division_prefix="440300")
    event = scene.event("approval.confirmed", approval_id=UUID(outcome["id"]))
    answer = stranger.post(f"/v1/trips/{ride.trip}/events", {"events": [event]})
    assert answer.status_code == 404
