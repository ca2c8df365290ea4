"""Whose workers may be held and cleared, by whom, and at what cost."""

from schemas.events.kinds import StreamKind
from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from schemas.policies import PolicyVersion
from service.health.events import load_clearance_facts
from service.health.notes import HealthFacts
from service.health.rules import ClearanceFacts
from service.policies.rules import ORDINARY
from tests.factories import World, make_id_number
from tests.queries import list_statements
from tests.registry import enter_workers, make_values
from tests.service.workers.saying import (
    clearance,
    enter,
    event,
    make_hold,
    send,
)


def test_whose_workers(world: World) -> None:
    (here,) = enter_workers(world, [make_values(1)])
    (there,) = enter_workers(world, [make_values(2)], township="211221101")
    withdrawal = event(world, "worker.withdrawn", reason="not_going")
    clerk = world.client(Role.TOWNSHIP_CLERK)
    assert send(clerk, here, withdrawal) == ["recorded"]
    other = {"events": [event(world, "worker.withdrawn", reason="not_going")]}
    neighbour = world.client(Role.HEALTH_OFFICER, county_code="211224")
    narrowed = world.client(Role.HEALTH_OFFICER, trip_ids=[world.new_id()])
    hidden = [clerk.post(f"/v1/workers/{there}/events", other)]
    hidden += [each.post(f"/v1/workers/{here}/events", other) for each in (neighbour, narrowed)]
    hidden += [each.get(f"/v1/workers/{here}/clearance") for each in (neighbour, narrowed)]
    hidden += [world.client().get(f"/v1/workers/{world.new_id()}/clearance")]
    assert [(each.status_code, each.json()["code"]) for each in hidden] == [(404, "not-found")] * 6
    assert world.list_bodies(StreamKind.WORKER, there) == []
    assert len(world.list_bodies(StreamKind.WORKER, here)) == 1


WHO_MAY = {
    Role.AUDITOR: (["permission-denied"], 403),
    Role.COUNTY_COORDINATOR: (["permission-denied"], 200),
    Role.HEALTH_OFFICER: (["recorded"], 200),
    Role.TOWNSHIP_CLERK: (["permission-denied"], 403),
}


def test_who_may_hold_and_see_aclearance(world: World) -> None:
    (worker_id,) = enter(world)
    found = {}
    for role in WHO_MAY:
        client = world.client(role)
        hold = make_hold(world)
        read = client.get(f"/v1/workers/{worker_id}/clearance").status_code
        found[role] = (send(client, worker_id, hold), read)
    assert found == WHO_MAY
    for role in (Role.CARRIER, Role.ESCORT, Role.ENTERPRISE_RECEIVER):
        client = world.client(role)
        body = {"events": [make_hold(world, reason="x")]}
        assert client.post(f"/v1/workers/{worker_id}/events", body).status_code == 403
        assert client.get(f"/v1/workers/{worker_id}/clearance").status_code == 403


def test_the_young(world: World) -> None:
    """Born 2004-04-01: not as a worker before that day of 2020; as family at any age."""
    values = make_values(1, id_number=make_id_number(birth="2004-04-01", sequence=7))
    (worker,) = enter_workers(world, [values])
    child_values = make_values(2, id_number=make_id_number(birth="2012-07-15", sequence=8))
    (child,) = enter_workers(world, [child_values], role=PersonRole.CHILD)
    coordinator = world.client()
    found = [
        clearance(coordinator, worker_id, on=on)["reasons"]
        for worker_id in (worker, child)
        for on in ("2020-03-31", "2020-04-01")
    ]
    assert found == [["under-age"], [], [], []]


def test_what_trips_ask(world: World) -> None:
    """Two statements for any number of workers; unknown ones are absent."""
    ids = enter(world, 3)
    officer, hold_id = world.client(Role.HEALTH_OFFICER), world.new_id()
    send(
        officer,
        ids[0],
        make_hold(world, hold_id=str(hold_id)),
    )
    asking = PolicyVersion(version="asking", title="合成", question_set="2020-five")
    with world.context.reading(world.console) as work:
        with list_statements() as one:
            load_clearance_facts(work, worker_ids=ids[:1], policies=[ORDINARY])
        with list_statements() as three:
            three_ids = [*ids, world.new_id()]
            found = load_clearance_facts(work, worker_ids=three_ids, policies=[ORDINARY])
        with list_statements() as noted:
            asked = load_clearance_facts(work, worker_ids=three_ids, policies=[asking])
    assert (len(one), len(three), len(noted)) == (2, 2, 3)
    assert [each.health for each in asked.values()] == [HealthFacts(each) for each in asked]
    assert found == {
        ids[0]: ClearanceFacts(
            ids[0], PersonRole.WORKER, holds=frozenset({hold_id}), held_at=world.clock.now
        ),
        ids[1]: ClearanceFacts(ids[1], PersonRole.WORKER),
        ids[2]: ClearanceFacts(ids[2], PersonRole.WORKER),
    }


def test_a_request_costs_the_same_for_one_event_and_for_ten(world: World) -> None:
    one, ten = enter(world, 2)
    officer = world.client(Role.HEALTH_OFFICER)
    costs = []
    for worker_id, count in ((one, 1), (ten, 10)):
        events = [make_hold(world) for _ in range(count)]
        with list_statements() as sent:
            assert send(officer, worker_id, *events) == ["recorded"] * count
        costs.append(len(sent))
    assert costs[0] == costs[1]
