"""Carriers, vehicles and drivers over HTTP: what they share. Each test walks all three lists."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from schemas.permissions import Role
from service.fleets.models import Carrier, Driver, Vehicle
from service.records import Record, commit_record, county_stream
from tests.factories import World
from tests.lists import Body, add, make_carrier, make_driver, make_vehicle
from tests.queries import list_statements

pytestmark = pytest.mark.tables


class List(NamedTuple):
    """One list: its path, a body for it, a change, what may not be said, and what must be unique."""

    path: str
    make: Callable[[World, str, int], Body]
    change: Body
    wrong_changes: list[Body]
    unique: str
    refusal: str


LISTS = {
    "carrier": List(
        path="/v1/carriers",
        make=lambda world, _carrier_id, number: make_carrier(world, number),
        change={"phone": "15488880001", "licence_valid_until": None},
        wrong_changes=[{}, {"name": None}, {"id": 1}, {"licence_number": "？"}],
        unique="credit_code",
        refusal="record-exists",
    ),
    "driver": List(
        path="/v1/drivers",
        make=make_driver,
        change={"phone": "15488880001", "qualification_valid_until": None},
        wrong_changes=[{}, {"phone": None}, {"name": None}, {"licence_class": "Z"}],
        unique="id_number",
        refusal="record-exists",
    ),
    "vehicle": List(
        path="/v1/vehicles",
        make=make_vehicle,
        change={"air_sealed": False, "transport_licence_valid_until": None},
        wrong_changes=[{}, {"plate": None}, {"air_sealed": None}, {"kind": "car"}],
        unique="plate",
        refusal="plate-exists",
    ),
}
each_list = pytest.mark.parametrize("noun", LISTS)


def _add_two(world: World, noun: str) -> tuple[list[UUID], list[Body]]:
    """Two carriers, and a row of the list for each of them (of carriers: themselves)."""
    coordinator, spec = world.client(), LISTS[noun]
    rows = [make_carrier(world, number) for number in (1, 2)]
    carrier_ids = [add(coordinator, "/v1/carriers", row) for row in rows]
    if noun != "carrier":
        rows = [spec.make(world, str(each), n) for n, each in enumerate(carrier_ids, start=1)]
        for row in rows:
            add(coordinator, spec.path, row)
    return carrier_ids, rows


def _ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@each_list
def test_the_same_again_changes_nothing(world: World, noun: str) -> None:
    _, (body, _) = _add_two(world, noun)
    coordinator, spec = world.client(), LISTS[noun]
    events = len(world.list_bodies(*county_stream("211221")))
    stored = coordinator.get(f"{spec.path}/{body['id']}")
    repeated = coordinator.post(spec.path, body)
    assert (repeated.status_code, repeated.json()) == (201, stored.json())
    other = coordinator.post(spec.path, body | spec.change)
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    assert coordinator.get(f"{spec.path}/{body['id']}").json() == stored.json()
    assert len(world.list_bodies(*county_stream("211221"))) == events


@each_list
def test_changes_need_the_version_that_was_read(world: World, noun: str) -> None:
    _, (body, _) = _add_two(world, noun)
    coordinator, spec = world.client(), LISTS[noun]
    path = f"{spec.path}/{body['id']}"
    before = coordinator.get(path)
    assert before.headers["ETag"] == '"1"'
    assert coordinator.patch(path, spec.change).json()["code"] == "precondition-required"
    assert coordinator.patch(path, spec.change, version=2).json()["code"] == "version-stale"
    for wrong in spec.wrong_changes:
        answer = coordinator.patch(path, wrong, version=1)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid"), wrong
    assert coordinator.get(path).json() == before.json()
    after = coordinator.patch(path, spec.change, version=1)
    masked = spec.change | ({"phone": "154****0001"} if "phone" in spec.change else {})
    assert (after.status_code, after.json()) == (200, before.json() | masked | {"version": 2})
    assert after.headers["ETag"] == '"2"'
    assert coordinator.get(path).json() == after.json()


@each_list
def test_nothing_stands_there_twice(world: World, noun: str) -> None:
    _, (first, second) = _add_two(world, noun)
    coordinator, spec = world.client(), LISTS[noun]
    again = second | {"id": str(world.new_id()), spec.unique: first[spec.unique]}
    refused = coordinator.post(spec.path, again)
    assert (refused.status_code, refused.json()["code"]) == (409, spec.refusal)
    assert refused.json()["facts"] == {"id": first["id"]}
    change = {spec.unique: first[spec.unique]}
    assert coordinator.patch(f"{spec.path}/{second['id']}", change, version=1).status_code == 409
    assert coordinator.patch(f"{spec.path}/{first['id']}", change, version=1).status_code == 200
    neighbour = world.client(county_code="211224")
    carrier_id = add(neighbour, "/v1/carriers", make_carrier(world, 9))
    elsewhere = again | ({"carrier_id": str(carrier_id)} if noun != "carrier" else {})
    assert neighbour.post(spec.path, elsewhere).status_code == 201


@each_list
def test_a_carrier_sees_its_own_only(world: World, noun: str) -> None:
    carriers, (own, other) = _add_two(world, noun)
    spec = LISTS[noun]
    client = world.client(Role.CARRIER, carrier_id=carriers[0])
    assert _ids(client.get(spec.path)) == [own["id"]]
    if noun != "carrier":
        assert _ids(client.get(spec.path, carrier_id=str(carriers[1]))) == []
    assert client.get(f"{spec.path}/{own['id']}").status_code == 200
    hidden = client.get(f"{spec.path}/{other['id']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not-found")
    assert client.patch(f"{spec.path}/{own['id']}", spec.change, version=1).status_code == 403
    neighbour = world.client(county_code="211224")
    assert _ids(neighbour.get(spec.path)) == []
    assert neighbour.get(f"{spec.path}/{own['id']}").status_code == 404
    assert neighbour.patch(f"{spec.path}/{own['id']}", spec.change, version=1).status_code == 404


WHO_MAY = {
    Role.AUDITOR: (200, 403),
    Role.ESCORT: (403, 403),
    Role.ENTERPRISE_RECEIVER: (403, 403),
    Role.TOWNSHIP_CLERK: (403, 403),
}


@each_list
def test_who_may_read_and_write(world: World, noun: str) -> None:
    spec = LISTS[noun]
    body = spec.make(world, str(world.new_id()), 1)
    clients = {role: world.client(role) for role in WHO_MAY}
    assert {
        role: (client.get(spec.path).status_code, client.post(spec.path, body).status_code)
        for role, client in clients.items()
    } == WHO_MAY


COSTS = {"carrier": 2, "driver": 2, "vehicle": 1}
"""Rows, keys of the sealed phones; vehicles have nothing sealed."""


@each_list
def test_lists_page_and_cost_the_same_for_one_and_for_three(world: World, noun: str) -> None:
    coordinator, spec = world.client(), LISTS[noun]
    carrier_id = str(add(coordinator, "/v1/carriers", make_carrier(world, 1)))
    costs, ids = [], [carrier_id] if noun == "carrier" else []
    for number in range(len(ids), 3):
        ids.append(str(add(coordinator, spec.path, spec.make(world, carrier_id, number + 2))))
        with list_statements() as sent:
            assert _ids(coordinator.get(spec.path)) == ids
        costs.append(len(sent))
    assert set(costs) == {COSTS[noun]}
    first = coordinator.get(spec.path, limit=2)
    second = coordinator.get(spec.path, limit=2, after=first.json()["next"])
    assert (_ids(first), _ids(second)) == (ids[:2], ids[2:])
    assert second.json()["next"] is None


MODELS: dict[str, type[Record]] = {"carrier": Carrier, "driver": Driver, "vehicle": Vehicle}


@each_list
def test_what_the_record_keeps(world: World, noun: str) -> None:
    _, (body, _) = _add_two(world, noun)
    coordinator, spec = world.client(), LISTS[noun]
    coordinator.patch(f"{spec.path}/{body['id']}", spec.change, version=1)
    *_, changed = world.list_bodies(*county_stream("211221"))
    with world.context.database.read(coordinator.actor) as session:
        stored = session.get_one(MODELS[noun], ("211221", UUID(body["id"])))
        committed = commit_record(stored)
    assert changed["kind"] == f"{noun}.changed"
    assert changed["data"] == {
        "record_id": body["id"],
        "content_hash": committed,
        "version": 2,
        "fields": sorted(spec.change),
    }
