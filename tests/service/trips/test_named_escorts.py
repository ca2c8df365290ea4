"""An escort named as a trip's contact by account: who may be named, and that the account has the trip."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client, make_phone
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Scene

FIELD = "contacts.escort_account_id"


def make_contacts(scene: Scene, account: UUID | None) -> dict[str, Any]:
    """`account`: None names the escort by name and telephone alone."""
    contacts = make_plan(scene.world, start=scene.now, points=1)["contacts"]
    named = {} if account is None else {"escort_account_id": str(account)}
    return {**contacts, "escort_phone": make_phone(97_000_000), **named}


def name(scene: Scene, trip: UUID, account: UUID | None, *, version: int) -> tuple[int, Any]:
    body = {"contacts": make_contacts(scene, account)}
    answer = scene.coordinator.patch(f"/v1/trips/{trip}", body, version=version)
    return answer.status_code, answer.json()


def open_with(scene: Scene, account: UUID) -> UUID:
    return scene.open_trip(contacts=make_contacts(scene, account))


def read_trips(client: Client) -> list[str]:
    found: list[str] = client.get("/v1/me").json()["scope"]["trip_ids"]
    return found


def list_changes(scene: Scene, client: Client) -> list[Any]:
    """The trips of each change of the account's scope, and who made it."""
    return [
        (body["data"]["trip_ids"], body["actor"])
        for body in scene.world.list_bodies(StreamKind.ACCOUNT, client.actor.account_id)
        if body["kind"] == "account.scope_changed"
    ]


def disable(scene: Scene, client: Client) -> None:
    administrator = scene.world.client(Role.ADMINISTRATOR)
    scene.ok(administrator.post(f"/v1/accounts/{client.actor.account_id}/disable"))


def make_disabled(scene: Scene) -> UUID:
    escort = scene.escort_of()
    disable(scene, escort)
    return escort.actor.account_id


WRONG = {
    "unknown": (lambda scene: scene.world.new_id(), 404, "没有这个编号"),
    "of another county": (
        lambda scene: scene.world.client(Role.ESCORT, county_code="211224").actor.account_id,
        404,
        "没有这个编号",
    ),
    "disabled": (make_disabled, 422, "这个领队账号已停用，请另选在用的领队账号"),
    "of another role": (
        lambda scene: scene.world.client(Role.HEALTH_OFFICER).actor.account_id,
        422,
        "这不是领队的账号，请从领队名单中选择",
    ),
}


@pytest.mark.parametrize("who", WRONG)
def test_who_cannot_be_named(scene: Scene, who: str) -> None:
    """Neither when the trip is opened nor later; nothing is stored."""
    trip = scene.open_trip()
    find, status, message = WRONG[who]
    account = find(scene)
    before = scene.rows()
    identifier = str(scene.world.new_id())
    opened = {
        **make_plan(scene.world, start=scene.now, points=1),
        "id": identifier,
        "batch_id": str(scene.batch_id),
        "number": "T-1",
        "contacts": make_contacts(scene, account),
    }
    answer = scene.coordinator.post("/v1/trips", opened)
    for refused in ((answer.status_code, answer.json()), name(scene, trip, account, version=1)):
        assert (refused[0], refused[1]["errors"]) == (
            status,
            [{"field": FIELD, "message": message}],
        )
    assert scene.rows() == before


def test_whoever_is_named_has_the_trip(scene: Scene) -> None:
    escort, planner = scene.escort_of(), str(scene.coordinator.actor.account_id)
    trip = open_with(scene, escort.actor.account_id)
    assert read_trips(escort) == [str(trip)]
    assert escort.get(f"/v1/trips/{trip}").status_code == 200
    later = scene.open_trip(hours=24)
    assert escort.get(f"/v1/trips/{later}").status_code == 404
    assert name(scene, later, escort.actor.account_id, version=1)[0] == 200
    both = sorted([str(trip), str(later)])
    assert read_trips(escort) == both
    assert escort.get(f"/v1/trips/{later}").status_code == 200
    assert list_changes(scene, escort) == [([str(trip)], planner), (both, planner)]


def test_a_repeat_does_nothing(scene: Scene) -> None:
    escort = scene.escort_of()
    trip = scene.open_trip()
    for version in (1, 2):
        assert name(scene, trip, escort.actor.account_id, version=version)[0] == 200
    assert len(list_changes(scene, escort)) == 1
    assert name(scene, trip, None, version=3)[0] == 200
    assert len(list_changes(scene, escort)) == 1


def test_the_same_trip_opened_twice(scene: Scene) -> None:
    """Also after the escort was disabled: a repeat tells what is stored."""
    escort = scene.escort_of()
    body = {
        **make_plan(scene.world, start=scene.now, points=1),
        "id": str(scene.world.new_id()),
        "batch_id": str(scene.batch_id),
        "number": "T-1",
        "contacts": make_contacts(scene, escort.actor.account_id),
    }
    first = scene.ok(scene.coordinator.post("/v1/trips", body), 201)
    disable(scene, escort)
    assert scene.ok(scene.coordinator.post("/v1/trips", body), 201) == first
    assert len(list_changes(scene, escort)) == 1


def test_who_was_replaced_as_contact_still_sends_what_she_recorded(scene: Scene) -> None:
    """She may be out of reach; only a planner takes a trip away."""
    first, second = scene.escort_of(), scene.escort_of()
    trip = open_with(scene, first.actor.account_id)
    assert name(scene, trip, second.actor.account_id, version=1)[0] == 200
    assert (read_trips(first), read_trips(second)) == ([str(trip)], [str(trip)])
    scene.tell(trip, "incident.reported", by=first, description="合成：车门故障")
    path = f"/v1/accounts/{first.actor.account_id}/trips"
    scene.ok(scene.coordinator.post(path, {"trip_ids": []}))
    assert first.get(f"/v1/trips/{trip}").status_code == 404


def test_a_refused_plan_gives_nothing(scene: Scene) -> None:
    """The same vehicle at the same time: the plan is taken back, and the trip with it."""
    escort = scene.escort_of()
    taken = scene.trip(scene.open_trip())
    body = {
        **make_plan(scene.world, start=scene.now, points=1),
        "id": str(scene.world.new_id()),
        "batch_id": str(scene.batch_id),
        "number": "T-1",
        "vehicle_id": taken["vehicle_id"],
        "contacts": make_contacts(scene, escort.actor.account_id),
    }
    answer = scene.coordinator.post("/v1/trips", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "vehicle-busy")
    assert (read_trips(escort), list_changes(scene, escort)) == ([], [])


def test_of_several_planners_at_once_nobody_loses_a_trip(scene: Scene) -> None:
    """Trips are given by several, the list is set by one, and the escort logs out and in meanwhile."""
    escort = scene.escort_of()
    trips = [scene.open_trip(hours=24 * day) for day in range(4)]
    other = scene.world.another_token(escort)
    with ThreadPoolExecutor(5) as pool:
        left = pool.submit(other.post, "/v1/logout")
        named = [
            pool.submit(name, scene, trip, escort.actor.account_id, version=1) for trip in trips
        ]
        assert [each.result()[0] for each in named] == [200] * len(trips)
        assert left.result().status_code == 204
    assert read_trips(escort) == sorted(map(str, trips))
    assert sorted(len(each[0]) for each in list_changes(scene, escort)) == [1, 2, 3, 4]
