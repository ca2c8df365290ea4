"""The way out that a refusal names exists: what its sentence says is done, and then it is recorded."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.databases import ON_SQLITE
from tests.service.trips.scenes import Ride, Scene

pytestmark = ON_SQLITE


def departed_without_the_first(scene: Scene) -> Ride:
    ride = scene.locked(2)
    scene.board(ride.trip, ride.passengers[1:])
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(minutes=5)
    return ride


def left_with_a_no_show(scene: Scene) -> Ride:
    ride = scene.locked(2)
    scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[0])
    scene.board(ride.trip, ride.passengers[1:])
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "trip.departed")
    scene.world.clock.advance(minutes=5)
    return ride


def received(scene: Scene) -> Ride:
    ride = scene.arrived(1)
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    scene.world.clock.advance(minutes=5)
    return ride


def empty(scene: Scene) -> Ride:
    return Ride(scene.open_trip(), [], [])


def sign_all(scene: Scene, ride: Ride) -> dict[str, Any]:
    data: dict[str, Any] = scene.signature(ride.trip, ride.passengers)["data"]
    return data


def about_the_first(_scene: Scene, ride: Ride) -> dict[str, Any]:
    return {"passenger_id": ride.passengers[0]}


def first_left(scene: Scene, ride: Ride) -> dict[str, Any]:
    return {**about_the_first(scene, ride), "place": "服务区"}


def nothing(_scene: Scene, _ride: Ride) -> dict[str, Any]:
    return {}


# --- what the sentences say -------------------------------------------------------------------
def tell_boarding(scene: Scene, ride: Ride, _facts: Any) -> None:
    about = about_the_first(scene, ride)
    at = scene.now.replace(hour=8, minute=0)
    scene.tell(ride.trip, "passenger.boarded", mode="afterwards", at=at, **about)


def reverse_and_tell_boarding(scene: Scene, ride: Ride, facts: Any) -> None:
    wrong = facts.get("reverse") or facts["who"][0]["reverse"]
    scene.tell(ride.trip, "event.reversed", event_id=wrong, reason="写错")
    tell_boarding(scene, ride, facts)


def lock(scene: Scene, ride: Ride, _facts: Any) -> None:
    scene.tell(ride.trip, "manifest.locked")


def assign_somebody(scene: Scene, ride: Ride, _facts: Any) -> None:
    scene.assign(ride.trip, scene.make_workers(1))


def receive_and_sign(scene: Scene, ride: Ride, _facts: Any) -> None:
    scene.hand_over(ride.trip, ride.passengers)


def sign(scene: Scene, ride: Ride, _facts: Any) -> None:
    scene.record(ride.trip, scene.signature(ride.trip, ride.passengers))


def leave_alone(_scene: Scene, _ride: Ride, _facts: Any) -> None:
    """The way out is the mode."""


class Way(NamedTuple):
    code: str
    begin: Callable[[Scene], Ride]
    kind: str
    data: Callable[[Scene, Ride], dict[str, Any]]
    words: str
    go: Callable[[Scene, Ride, Any], None]
    mode: str = "live"


WAYS_OUT = [
    Way("not-aboard", departed_without_the_first, "passenger.received", about_the_first,
        "补录“上车”", tell_boarding),
    Way("not-aboard", left_with_a_no_show, "passenger.received", about_the_first,
        "先冲正", reverse_and_tell_boarding),
    Way("not-aboard", left_with_a_no_show, "passenger.left", first_left,
        "事后补录", leave_alone, "afterwards"),
    Way("not-balanced-handover", departed_without_the_first, "handover.signed", sign_all,
        "补录“上车”", tell_boarding),
    Way("not-balanced-handover", left_with_a_no_show, "handover.signed", sign_all,
        "先冲正", reverse_and_tell_boarding),
    Way("not-balanced-handover", left_with_a_no_show, "handover.signed", sign_all,
        "事后补录", leave_alone, "afterwards"),
    Way("not-balanced-handover", received, "trip.closed", nothing, "签收", sign),
    Way("state-forbids", received, "passenger.left", first_left, "事后补录", leave_alone,
        "afterwards"),
    Way("equation-open", lambda scene: scene.arrived(1), "trip.closed", nothing,
        "登记接收", receive_and_sign),
    Way("list-empty", empty, "manifest.locked", nothing, "编入本趟", assign_somebody),
    Way("manifest-not-locked", lambda scene: scene.listed(1), "passenger.boarded",
        about_the_first, "先锁定名册", lock),
    Way("manifest-not-locked", lambda scene: scene.listed(1), "passenger.boarded",
        about_the_first, "事后补录", leave_alone, "afterwards"),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT, ids=lambda way: f"{way.code}-{way.go.__name__}")
def test_the_way_out_exists(scene: Scene, way: Way) -> None:
    ride = way.begin(scene)
    data = way.data(scene, ride)
    (refused,) = scene.send(ride.trip, scene.event(way.kind, **data))
    problem = refused["problem"]
    assert problem["code"] == way.code
    assert way.words in problem["detail"]
    way.go(scene, ride, problem["facts"])
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, way.kind, mode=way.mode, **data)
