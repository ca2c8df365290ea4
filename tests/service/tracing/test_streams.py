"""An auditor reads a chain over the API and checks it with nothing but SHA-256."""

import hashlib

import pytest

from schemas.permissions import Role
from tests.factories import World
from tests.service.trips.scenes import Scene


def test_a_chain_can_be_checked_from_outside(world: World, built_scene: Scene) -> None:
    scene = built_scene
    trip = scene.open_trip()
    scene.assign(trip, scene.make_workers(3))
    auditor = world.client(Role.AUDITOR)

    found, after = [], 0
    while after is not None:
        answer = auditor.get(f"/v1/ledger/streams/trip/{trip}", after=after, limit=2).json()
        found += answer["items"]
        after = answer["next"]

    previous = bytes(32)
    for item in found:
        digest = hashlib.sha256(b"fangang/event/1\0" + previous + item["body"].encode()).digest()
        assert digest.hex() == item["hash"]
        previous = digest
    assert [item["sequence"] for item in found] == [1, 2, 3, 4]


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.AUDITOR])
def test_only_auditors_read_chains(world: World, built_scene: Scene, role: Role) -> None:
    trip = built_scene.open_trip()
    extra = {"trip_ids": [trip]} if role is Role.ESCORT else {}
    answer = world.client(role, **extra).get(f"/v1/ledger/streams/trip/{trip}")
    assert answer.status_code == 403


def test_a_part_of_a_chain_is_read_and_not_the_whole(world: World, built_scene: Scene) -> None:
    """As many events are read as are asked for."""
    scene = built_scene
    ride = scene.locked(3)
    auditor = world.client(Role.AUDITOR)
    path = f"/v1/ledger/streams/trip/{ride.trip}"
    with world.counting() as sent:
        answer = auditor.get(path, after=1, limit=1).json()
    assert [each["sequence"] for each in answer["items"]] == [2]
    assert (answer["length"], answer["next"]) == (5, 2)
    assert len(sent) == 2
    assert all("LIMIT" in each for each in sent if "body" in each)
    last = auditor.get(path, after=5).json()
    assert (last["items"], last["next"], last["length"]) == ([], None, 5)
    assert auditor.get(f"/v1/ledger/streams/trip/{world.new_id()}").status_code == 404
