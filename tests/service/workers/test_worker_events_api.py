"""Holds, releases, withdrawals and reversals through the door, and the clearance that follows."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.workers.queries import load_states
from tests.dba import is_sqlite
from tests.factories import World
from tests.service.workers.saying import (
    COUNTY,
    REASON,
    Event,
    assert_rebuilt,
    clearance,
    enter,
    event,
    make_hold,
    send,
)


def test_a_hold_and_its_release(world: World) -> None:
    held, free = enter(world, 2)
    officer, hold_id = world.client(Role.HEALTH_OFFICER), str(world.new_id())
    hold = make_hold(world, hold_id=hold_id)
    assert send(officer, held, hold) == ["recorded"]
    assert clearance(officer, held) == {
        "worker_id": str(held),
        "on": "2020-03-24",
        "may_travel": False,
        "verdict": "held",
        "reasons": ["health-hold"],
        "explained": [
            {
                "code": "health-hold",
                "says": "已登记暂缓出行：由登记的一方解除",
                "cure": "health",
                "document": None,
                "overridden": False,
            }
        ],
        "holds": [hold_id],
        "unconfirmed": [],
        "policy_version": "ordinary-1",
    }
    assert clearance(officer, free)["may_travel"] is True
    assert send(officer, held, hold) == ["repeated"]
    release = event(world, "worker.travel_changed", action="released", hold_id=hold_id)
    assert send(officer, held, release) == ["recorded"]
    cleared = clearance(world.client(), held)
    assert (cleared["may_travel"], cleared["reasons"], cleared["holds"]) == (True, [], [])
    assert_rebuilt(world)


def test_the_reason_stays_sealed(world: World) -> None:
    (worker_id,) = enter(world)
    officer, hold_id = world.client(Role.HEALTH_OFFICER), str(world.new_id())
    send(
        officer,
        worker_id,
        make_hold(world, hold_id=hold_id),
    )
    (body,) = world.list_bodies(StreamKind.WORKER, worker_id)
    assert (body["data"], list(body["commit"])) == (
        {"action": "held", "hold_id": hold_id},
        ["worker.health"],
    )
    assert (body["subject"], body["worker"]) == (str(worker_id), str(worker_id))


def test_what_is_refused_live(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    first, second = str(world.new_id()), str(world.new_id())

    def hold(hold_id: str) -> Event:
        return make_hold(world, hold_id=hold_id)

    def release(hold_id: str) -> Event:
        return event(world, "worker.travel_changed", action="released", hold_id=hold_id)

    sent = [release(first), hold(first), hold(first), release(second), release(first)]
    sent += [release(first), hold(first), hold(second)]
    assert send(officer, worker_id, *sent) == [
        "hold-unknown",
        "recorded",
        "id-reused",
        "hold-unknown",
        "recorded",
        "hold-unknown",
        "id-reused",
        "recorded",
    ]
    assert clearance(officer, worker_id)["holds"] == [second]
    assert len(world.list_bodies(StreamKind.WORKER, worker_id)) == 3
    assert_rebuilt(world)


FAR = "3020-01-01T08:00:00+08:00"


def test_a_live_hold_is_of_now_whatever_the_clock_says(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    held = make_hold(world)
    assert send(officer, worker_id, held | {"occurred_at": FAR}) == ["recorded"]
    assert clearance(officer, worker_id)["may_travel"] is False
    assert_rebuilt(world)


def test_each_event_is_refused_for_itself(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    good = make_hold(world)
    sent = [
        event(
            world,
            "worker.travel_changed",
            action="held",
            reason_class="health",
            hold_id=str(world.new_id()),
        ),
        make_hold(world, hold_id="no id"),
        event(world, "worker.withdrawn", reason="not_going"),
        event(world, "trip.departed"),
        event(world, "account.created", role="auditor", username="x"),
        {**good, "id": str(world.new_id()), "mode": "afterwards", "occurred_at": FAR},
        good,
        {**good, "data": {**good["data"], "reason": "别的理由"}},
    ]
    assert send(officer, worker_id, *sent) == [
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
    """Told afterwards, one by one and all at once: hold, release, second hold, withdrawal. In every order
    on SQLite, in some on PostgreSQL.
    """
    orders = list(permutations(range(4)))[:: 1 if is_sqlite(world.settings) else 5]
    ids = enter(world, 2 * len(orders))
    officer, clerk = world.client(Role.HEALTH_OFFICER), world.client(Role.TOWNSHIP_CLERK)
    first, second = str(world.new_id()), str(world.new_id())

    def tell() -> list[Event]:
        late = {"mode": "afterwards"}
        return [
            event(
                world,
                "worker.travel_changed",
                action="held",
                reason_class="health",
                minutes=40,
                hold_id=first,
                reason=REASON,
                **late,
            ),
            event(
                world, "worker.travel_changed", action="released", minutes=50, hold_id=first, **late
            ),
            event(
                world,
                "worker.travel_changed",
                action="held",
                reason_class="health",
                minutes=20,
                hold_id=second,
                reason=REASON,
                **late,
            ),
            event(world, "worker.withdrawn", minutes=10, reason="not_going", **late),
        ]

    for position, order in enumerate(orders):
        told = tell()
        for index in order:
            sender = clerk if index == 3 else officer
            assert send(sender, ids[2 * position], told[index]) == ["recorded"]
        held = tell()
        together = [held[index] for index in order if index != 3]
        assert send(officer, ids[2 * position + 1], *together) == ["recorded"] * 3
        assert send(clerk, ids[2 * position + 1], held[3]) == ["recorded"]
    with world.context.database.read(world.console) as session:
        states = load_states(session, COUNTY, ids)
    ends = {(state.holds, state.withdrawn, (state.last or (None,))[0]) for state in states.values()}
    last = world.clock.now - timedelta(minutes=10)
    assert ends == {(frozenset({UUID(second)}), True, last)}
    assert_rebuilt(world)


def test_a_withdrawal_can_be_reversed_and_a_hold_only_by_health(world: World) -> None:
    (worker_id,) = enter(world)
    coordinator, officer = world.client(), world.client(Role.HEALTH_OFFICER)
    withdrawal = event(world, "worker.withdrawn", minutes=9, reason="duplicate")
    hold = event(
        world,
        "worker.travel_changed",
        action="held",
        reason_class="health",
        minutes=8,
        hold_id=str(world.new_id()),
        reason=REASON,
    )
    assert send(coordinator, worker_id, withdrawal) == ["recorded"]
    assert send(officer, worker_id, hold) == ["recorded"]
    assert clearance(coordinator, worker_id)["reasons"] == ["health-hold", "worker-withdrawn"]

    def reverse(event_id: str) -> Event:
        return event(world, "event.reversed", event_id=event_id, reason="登记错人")

    wrong = reverse(withdrawal["id"])
    sent = [wrong, reverse(hold["id"]), reverse(str(world.new_id())), reverse(wrong["id"])]
    assert send(coordinator, worker_id, *sent) == [
        "recorded",
        "permission-denied",
        "not-found",
        "cannot-reverse",
    ]
    assert clearance(coordinator, worker_id)["reasons"] == ["health-hold"]
    assert_rebuilt(world)


def test_an_event_of_somebody_else_is_not_reversed_here(world: World) -> None:
    one, other = enter(world, 2)
    coordinator = world.client()
    withdrawal = event(world, "worker.withdrawn", reason="duplicate")
    send(coordinator, one, withdrawal)
    reversal = event(world, "event.reversed", event_id=withdrawal["id"], reason="登记错人")
    assert send(coordinator, other, reversal) == ["not-found"]
    assert clearance(coordinator, one)["reasons"] == ["worker-withdrawn"]
    assert_rebuilt(world)


def test_a_withdrawal_and_its_reversal_in_one_request(world: World) -> None:
    """As a phone that was offline sends them."""
    (worker_id,) = enter(world)
    coordinator = world.client()
    withdrawal = event(world, "worker.withdrawn", minutes=5, reason="duplicate")
    reversal = event(world, "event.reversed", event_id=withdrawal["id"], reason="登记错人")
    assert send(coordinator, worker_id, withdrawal, reversal) == ["recorded", "recorded"]
    assert clearance(coordinator, worker_id)["reasons"] == []
    assert_rebuilt(world)
