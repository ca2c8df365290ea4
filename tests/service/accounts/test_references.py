"""What a scope names is there: the enterprise, the carrier, the trips of an account."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from tests.factories import Client, World
from tests.lists import register_elsewhere
from tests.service.accounts.test_accounts import list_all, make_body
from tests.service.trips.scenes import Scene

SCOPES = {
    "enterprise_id": "enterprise_receiver",
    "carrier_id": "carrier",
    "trip_ids": "escort",
}


def make_scoped(world: World, name: str, value: Any) -> dict[str, Any]:
    return make_body(world, division_prefix=None, role=SCOPES[name]) | {name: value}


@pytest.fixture
def administrator(built_scene: Scene) -> Client:
    return built_scene.world.client(Role.ADMINISTRATOR)


def own_scopes(scene: Scene) -> Mapping[str, Any]:
    return {
        "enterprise_id": str(scene.enterprise_id),
        "carrier_id": str(scene.carrier_id),
        "trip_ids": [str(scene.open_trip())],
    }


@pytest.mark.parametrize("name", SCOPES)
def test_what_is_there_may_be_named(
    administrator: Client, built_scene: Scene, world: World, name: str
) -> None:
    body = make_scoped(world, name, own_scopes(built_scene)[name])
    first, second = (administrator.post("/v1/accounts", body) for _ in range(2))
    assert (first.status_code, first.json()["scope"][name]) == (201, body[name])
    assert (second.status_code, second.json()) == (201, first.json())


@pytest.mark.parametrize("where", ["nowhere", "another county"])
@pytest.mark.parametrize("name", SCOPES)
def test_what_is_not_there_is_refused_by_its_field(
    administrator: Client, world: World, name: str, where: str
) -> None:
    elsewhere = register_elsewhere(world)
    nothing = str(UUID(int=9))
    value = elsewhere[name]
    if where == "nowhere":
        value = [nothing] if name == "trip_ids" else nothing
    before = list_all(administrator)
    answer = administrator.post("/v1/accounts", make_scoped(world, name, value))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    field = "trip_ids.0" if name == "trip_ids" else name
    assert answer.json()["errors"] == [{"field": field, "message": "没有这个编号"}]
    assert list_all(administrator) == before


def test_of_several_trips_each_unknown_one_is_named(
    built_scene: Scene, administrator: Client, world: World
) -> None:
    own, nothing = str(built_scene.open_trip()), str(UUID(int=9))
    body = make_scoped(world, "trip_ids", [nothing, own, nothing])
    answer = administrator.post("/v1/accounts", body)
    assert [each["field"] for each in answer.json()["errors"]] == ["trip_ids.0", "trip_ids.2"]


def test_the_trips_of_an_escort(built_scene: Scene, world: World) -> None:
    own, elsewhere = str(built_scene.open_trip()), register_elsewhere(world)["trip_ids"][0]
    escort = built_scene.escort_of()
    path = f"/v1/accounts/{escort.actor.account_id}/trips"
    for unknown in (elsewhere, str(UUID(int=9))):
        answer = built_scene.coordinator.post(path, {"trip_ids": [own, unknown]})
        assert (answer.status_code, answer.json()["errors"]) == (
            404,
            [{"field": "trip_ids.1", "message": "没有这个编号"}],
        )
    assert escort.get("/v1/me").json()["scope"]["trip_ids"] == []
    answer = built_scene.coordinator.post(path, {"trip_ids": [own, own]})
    assert answer.json()["scope"]["trip_ids"] == [own]
    clerk = world.client(Role.TOWNSHIP_CLERK)
    misfit = built_scene.coordinator.post(
        f"/v1/accounts/{clerk.actor.account_id}/trips", {"trip_ids": [elsewhere]}
    )
    assert (misfit.status_code, misfit.json()["code"]) == (422, "field-invalid")


def test_english(administrator: Client, world: World) -> None:
    body = make_scoped(world, "enterprise_id", str(UUID(int=9)))
    answer = administrator.post("/v1/accounts", body, **{"Accept-Language": "en"})
    (problem,) = answer.json()["errors"]
    assert problem["message"] == "there is no such id"


@pytest.mark.parametrize("number", [1, 50])
def test_looking_costs_one_statement_for_each_kind(built_scene: Scene, number: int) -> None:
    """The account (1), its trips (1), the lock of its stream and what is written about the change."""
    trips = [str(built_scene.open_trip(hours=24 * each)) for each in range(min(number, 2))]
    escort = built_scene.escort_of()
    path = f"/v1/accounts/{escort.actor.account_id}/trips"
    sent = [trips[each % len(trips)] for each in range(number)]
    built_scene.coordinator.get("/v1/me")
    with built_scene.world.counting() as statements:
        built_scene.ok(built_scene.coordinator.post(path, {"trip_ids": sent}))
    assert sum("FROM trip" in each for each in statements) == 1
