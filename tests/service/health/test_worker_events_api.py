"""Holds, releases and withdrawals through the door, and the clearance that follows."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from schemas.events import StreamKind
from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from service.health.facts import CLEARANCE_SOURCE
from service.health.queries import load_states
from service.health.rebuild import check_workers
from service.health.rules import ClearanceFacts
from tests.factories import Client, World, make_id_number
from tests.queries import list_statements
from tests.registry import enter_workers, make_values

Event = dict[str, Any]
REASON = "疑似水痘合成病例"
COUNTY = "211221"


def _event(world: World, kind: str, *, minutes: int = 0, **given: Any) -> Event:
    """`minutes` before now it happened; more fields of the envelope under their names."""
    envelope = {name: given.pop(name) for name in ("id", "mode") if name in given}
    occurred_at: datetime = world.clock.now - timedelta(minutes=minutes)
    return {
        "id": str(world.new_id()),
        "kind": kind,
        "occurred_at": occurred_at.isoformat(),
        "data": given,
        **envelope,
    }


def _send(client: Client, worker_id: UUID, *events: Event) -> list[Any]:
    """Of each event the problem's code, or what became of it."""
    answer = client.post(f"/v1/workers/{worker_id}/events", {"events": list(events)})
    assert answer.status_code == 200, answer.text
    outcomes = answer.json()["outcomes"]
    return [each["problem"]["code"] if each["problem"] else each["status"] for each in outcomes]


def _clearance(client: Client, worker_id: UUID, **params: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/workers/{worker_id}/clearance", **params)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def _enter(world: World, count: int = 1) -> list[UUID]:
    return enter_workers(world, [make_values(number) for number in range(1, count + 1)])


def _assert_rebuilt(world: World) -> None:
    with world.context.database.read(world.console) as session:
        assert list(check_workers(session, COUNTY)) == []


def test_a_hold_and_its_release(world: World) -> None:
    held, free = _enter(world, 2)
    officer, hold_id = world.client(Role.HEALTH_OFFICER), str(world.new_id())
    hold = _event(world, "worker.held", hold_id=hold_id, reason=REASON)
    assert _send(officer, held, hold) == ["recorded"]
    assert _clearance(officer, held) == {
        "worker_id": str(held),
        "on": "2020-03-24",
        "may_travel": False,
        "reasons": ["health-hold"],
        "holds": [hold_id],
        "policy_version": "ordinary-1",
    }
    assert _clearance(officer, free)["may_travel"] is True
    assert _send(officer, held, hold) == ["repeated"]
    release = _event(world, "worker.hold_released", hold_id=hold_id)
    assert _send(officer, held, release) == ["recorded"]
    cleared = _clearance(world.client(), held)
    assert (cleared["may_travel"], cleared["reasons"], cleared["holds"]) == (True, [], [])
    _assert_rebuilt(world)


def test_the_reason_stays_sealed(world: World) -> None:
    (worker_id,) = _enter(world)
    officer, hold_id = world.client(Role.HEALTH_OFFICER), str(world.new_id())
    _send(officer, worker_id, _event(world, "worker.held", hold_id=hold_id, reason=REASON))
    (body,) = world.list_bodies(StreamKind.WORKER, worker_id)
    assert (body["data"], list(body["commit"])) == ({"hold_id": hold_id}, ["worker.health"])
    assert (body["subject"], body["worker"]) == (str(worker_id), str(worker_id))


def test_what_is_refused_live(world: World) -> None:
    (worker_id,) = _enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    first, second = str(world.new_id()), str(world.new_id())

    def hold(hold_id: str) -> Event:
        return _event(world, "worker.held", hold_id=hold_id, reason=REASON)

    def release(hold_id: str) -> Event:
        return _event(world, "worker.hold_released", hold_id=hold_id)

    sent = [release(first), hold(first), hold(first), release(second), release(first)]
    sent += [release(first), hold(first), hold(second)]
    assert _send(officer, worker_id, *sent) == [
        "hold-unknown",
        "recorded",
        "id-reused",
        "hold-unknown",
        "recorded",
        "hold-unknown",
        "id-reused",
        "recorded",
    ]
    assert _clearance(officer, worker_id)["holds"] == [second]
    assert len(world.list_bodies(StreamKind.WORKER, worker_id)) == 3
    _assert_rebuilt(world)


def test_each_event_is_refused_for_itself(world: World) -> None:
    (worker_id,) = _enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    good = _event(world, "worker.held", hold_id=str(world.new_id()), reason=REASON)
    sent = [
        _event(world, "worker.held", hold_id=str(world.new_id())),
        _event(world, "worker.held", hold_id="no id", reason=REASON),
        _event(world, "worker.withdrawn", reason="not_going"),
        _event(world, "trip.departed"),
        _event(world, "account.created", role="auditor", username="x"),
        {**good, "id": str(world.new_id()), "occurred_at": "3020-01-01T08:00:00+08:00"},
        good,
        {**good, "data": {**good["data"], "reason": "别的理由"}},
    ]
    assert _send(officer, worker_id, *sent) == [
        "field-invalid",
        "field-invalid",
        "permission-denied",
        "event-kind-unknown",
        "event-kind-unknown",
        "clock-ahead",
        "recorded",
        "id-reused",
    ]
    assert len(world.list_bodies(StreamKind.WORKER, worker_id)) == 1


def test_every_order_of_arrival_ends_the_same(world: World) -> None:
    """Told afterwards, one by one and all at once: hold, release, second hold, withdrawal."""
    orders = list(permutations(range(4)))
    ids = _enter(world, 2 * len(orders))
    officer, clerk = world.client(Role.HEALTH_OFFICER), world.client(Role.TOWNSHIP_CLERK)
    first, second = str(world.new_id()), str(world.new_id())

    def tell() -> list[Event]:
        late = {"mode": "afterwards"}
        return [
            _event(world, "worker.held", minutes=40, hold_id=first, reason=REASON, **late),
            _event(world, "worker.hold_released", minutes=50, hold_id=first, **late),
            _event(world, "worker.held", minutes=20, hold_id=second, reason=REASON, **late),
            _event(world, "worker.withdrawn", minutes=10, reason="not_going", **late),
        ]

    for position, order in enumerate(orders):
        told = tell()
        for index in order:
            sender = clerk if index == 3 else officer
            assert _send(sender, ids[2 * position], told[index]) == ["recorded"]
        held = tell()
        together = [held[index] for index in order if index != 3]
        assert _send(officer, ids[2 * position + 1], *together) == ["recorded"] * 3
        assert _send(clerk, ids[2 * position + 1], held[3]) == ["recorded"]
    with world.context.database.read(world.console) as session:
        states = load_states(session, COUNTY, ids)
    ends = {
        (state.holds, state.withdrawn, (state.last_key or (None,))[0]) for state in states.values()
    }
    last = world.clock.now - timedelta(minutes=10)
    assert ends == {(frozenset({UUID(second)}), True, last)}
    _assert_rebuilt(world)


def test_a_withdrawal_can_be_reversed_and_a_hold_only_by_health(world: World) -> None:
    (worker_id,) = _enter(world)
    coordinator, officer = world.client(), world.client(Role.HEALTH_OFFICER)
    withdrawal = _event(world, "worker.withdrawn", minutes=9, reason="duplicate")
    hold = _event(world, "worker.held", minutes=8, hold_id=str(world.new_id()), reason=REASON)
    assert _send(coordinator, worker_id, withdrawal) == ["recorded"]
    assert _send(officer, worker_id, hold) == ["recorded"]
    assert _clearance(coordinator, worker_id)["reasons"] == ["health-hold", "worker-withdrawn"]

    def reverse(event_id: str) -> Event:
        return _event(world, "event.reversed", event_id=event_id, reason="登记错人")

    wrong = reverse(withdrawal["id"])
    sent = [wrong, reverse(hold["id"]), reverse(str(world.new_id())), reverse(wrong["id"])]
    assert _send(coordinator, worker_id, *sent) == [
        "recorded",
        "permission-denied",
        "not-found",
        "cannot-reverse",
    ]
    assert _clearance(coordinator, worker_id)["reasons"] == ["health-hold"]
    _assert_rebuilt(world)


def test_an_event_of_somebody_else_is_not_reversed_here(world: World) -> None:
    one, other = _enter(world, 2)
    coordinator = world.client()
    withdrawal = _event(world, "worker.withdrawn", reason="duplicate")
    _send(coordinator, one, withdrawal)
    reversal = _event(world, "event.reversed", event_id=withdrawal["id"], reason="登记错人")
    assert _send(coordinator, other, reversal) == ["not-found"]
    assert _clearance(coordinator, one)["reasons"] == ["worker-withdrawn"]
    _assert_rebuilt(world)


def test_a_withdrawal_and_its_reversal_in_one_request(world: World) -> None:
    """As a phone that was offline sends them."""
    (worker_id,) = _enter(world)
    coordinator = world.client()
    withdrawal = _event(world, "worker.withdrawn", minutes=5, reason="duplicate")
    reversal = _event(world, "event.reversed", event_id=withdrawal["id"], reason="登记错人")
    assert _send(coordinator, worker_id, withdrawal, reversal) == ["recorded", "recorded"]
    assert _clearance(coordinator, worker_id)["reasons"] == []
    _assert_rebuilt(world)


def test_whose_workers(world: World) -> None:
    (here,) = enter_workers(world, [make_values(1)])
    (there,) = enter_workers(world, [make_values(2)], township="211221101")
    withdrawal = _event(world, "worker.withdrawn", reason="not_going")
    clerk = world.client(Role.TOWNSHIP_CLERK)
    assert _send(clerk, here, withdrawal) == ["recorded"]
    other = {"events": [_event(world, "worker.withdrawn", reason="not_going")]}
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


def test_who_may_hold_and_see_a_clearance(world: World) -> None:
    (worker_id,) = _enter(world)
    found = {}
    for role in WHO_MAY:
        client = world.client(role)
        hold = _event(world, "worker.held", hold_id=str(world.new_id()), reason=REASON)
        read = client.get(f"/v1/workers/{worker_id}/clearance").status_code
        found[role] = (_send(client, worker_id, hold), read)
    assert found == WHO_MAY
    for role in (Role.CARRIER, Role.ESCORT, Role.ENTERPRISE_RECEIVER):
        client = world.client(role)
        body = {"events": [_event(world, "worker.held", hold_id=str(world.new_id()), reason="x")]}
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
        _clearance(coordinator, worker_id, on=on)["reasons"]
        for worker_id in (worker, child)
        for on in ("2020-03-31", "2020-04-01")
    ]
    assert found == [["under-age"], [], [], []]


def test_what_trips_ask(world: World) -> None:
    """Two statements for any number of workers; unknown ones are absent."""
    ids = _enter(world, 3)
    officer, hold_id = world.client(Role.HEALTH_OFFICER), world.new_id()
    _send(officer, ids[0], _event(world, "worker.held", hold_id=str(hold_id), reason=REASON))
    with world.context.database.read(world.console) as session:
        with list_statements() as one:
            CLEARANCE_SOURCE.load(session, COUNTY, ids[:1])
        with list_statements() as three:
            found = CLEARANCE_SOURCE.load(session, COUNTY, [*ids, world.new_id()])
    assert (len(one), len(three)) == (2, 2)
    assert found == {
        ids[0]: ClearanceFacts(ids[0], PersonRole.WORKER, holds=frozenset({hold_id})),
        ids[1]: ClearanceFacts(ids[1], PersonRole.WORKER),
        ids[2]: ClearanceFacts(ids[2], PersonRole.WORKER),
    }


def test_a_request_costs_the_same_for_one_event_and_for_ten(world: World) -> None:
    one, ten = _enter(world, 2)
    officer = world.client(Role.HEALTH_OFFICER)
    costs = []
    for worker_id, count in ((one, 1), (ten, 10)):
        events = [
            _event(world, "worker.held", hold_id=str(world.new_id()), reason=REASON)
            for _ in range(count)
        ]
        with list_statements() as sent:
            assert _send(officer, worker_id, *events) == ["recorded"] * count
        costs.append(len(sent))
    assert costs[0] == costs[1]
