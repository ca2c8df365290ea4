"""Needs are shown to whom they concern, in the language asked for."""

from schemas.permissions import Role
from tests.factories import TOWNSHIP
from tests.service.trips.scenes import Scene
from tests.service.trips.test_needs import _hold, board


def test_health_is_told_to_whom_it_concerns(scene: Scene) -> None:
    """A fever is seen by the health office and by who is with the people; not by a factory or a carrier."""
    ride = scene.departed(2)
    scene.tell(
        ride.trip, "passenger.noted", what="fever", passenger_id=ride.passengers[0], temperature=385
    )
    listed = scene.locked(1, hours=20)
    _hold(scene, listed)
    clients = {
        Role.HEALTH_OFFICER: scene.world.client(Role.HEALTH_OFFICER),
        Role.ESCORT: scene.escort_of(ride.trip, listed.trip),
        Role.DESTINATION_OFFICER: scene.world.client(
            Role.DESTINATION_OFFICER, division_prefix="320500"
        ),
        Role.CARRIER: scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id),
        Role.AUDITOR: scene.world.client(Role.AUDITOR),
    }
    found = {role: board(client) for role, client in clients.items()}
    tells = {
        role: ["fever" in rows[str(ride.trip)], "not-travelling" in rows[str(listed.trip)]]
        for role, rows in found.items()
    }
    assert tells == {
        Role.HEALTH_OFFICER: [True, True],
        Role.ESCORT: [True, True],
        Role.DESTINATION_OFFICER: [False, False],
        Role.CARRIER: [False, False],
        Role.AUDITOR: [False, False],
    }


def test_needs_are_told_in_the_language_asked_for(scene: Scene) -> None:
    ride = scene.departed(1)
    scene.tell(ride.trip, "trip.held_up", reason="合成：雾")
    said = {}
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        row = scene.coordinator.request("GET", "/v1/trips", headers=headers).json()["items"][0]
        said[language] = [(each["name"], each["advice"], each["red"]) for each in row["needs"]]
    assert said["zh"] == [("途中受阻", "联系领队，问清原因和预计放行时间。", True)]
    assert said["en"] == [("held up", "Call the escort: why, and until when.", True)]


def test_people_of_another_township_are_counted_only(scene: Scene) -> None:
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    assert clerk.get("/v1/trips").status_code == 403
