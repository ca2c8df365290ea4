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
