"""A hold released by telephone is typed in by whoever took the call, and waits for its confirmation."""

import json
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client, World
from tests.service.workers.saying import (
    REASON,
    assert_rebuilt,
    clearance,
    enter,
    event,
    send,
)

pytestmark = pytest.mark.tables

CALL = {
    "person": "赵合成主任",
    "post": "县疾控中心值班主任",
    "approved_at": "2020-03-24T07:55:00+08:00",
}
Event = dict[str, Any]


class Held:
    """A worker on hold, the health office, and a coordinator who answers the telephone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.health = world.client(Role.HEALTH_OFFICER)
        self.desk = world.client(Role.COUNTY_COORDINATOR)
        (self.worker,) = enter(world)
        self.hold = world.new_id()
        self.say(
            self.health,
            "worker.travel_changed",
            action="held",
            reason_class="health",
            hold_id=str(self.hold),
            reason=REASON,
        )

    def say(self, by: Client, kind: str, *, source: str = "api", **data: Any) -> Any:
        self.world.clock.advance(minutes=1)
        told = event(self.world, kind, **data) | {"source": source}
        self.last = UUID(told["id"])
        return send(by, self.worker, told)[0]

    def release(self, by: Client, *, source: str = "telephone", **call: Any) -> Any:
        return self.say(
            by,
            "worker.travel_changed",
            action="released",
            source=source,
            hold_id=str(self.hold),
            **call,
        )

    def confirm(self, by: Client, approval: UUID) -> Any:
        return self.say(by, "approval.confirmed", approval_id=str(approval))

    def standing(self) -> tuple[bool, list[str]]:
        shown = clearance(self.health, self.worker)
        return shown["may_travel"], shown["unconfirmed"]


@pytest.fixture
def held(world: World) -> Held:
    return Held(world)


def test_it_stands_as_such_until_the_health_office_confirms_it(held: Held) -> None:
    assert held.standing() == (False, [])
    assert held.release(held.desk, **CALL) == "recorded"
    approval = held.last
    assert held.standing() == (True, [str(approval)])
    bodies = held.world.list_bodies(StreamKind.WORKER, held.worker)
    assert bodies[-1]["decided"] == {"unconfirmed": True}
    public = json.dumps(bodies, ensure_ascii=False)
    assert [text for text in (CALL["person"], CALL["post"]) if text in public] == []
    assert held.confirm(held.health, approval) == "recorded"
    assert held.standing() == (True, [])
    assert held.confirm(held.health, approval) == "approval-unknown"
    assert_rebuilt(held.world)


@pytest.mark.parametrize("missing", list(CALL))
def test_name_post_and_time_are_typed_in(held: Held, missing: str) -> None:
    call = {name: value for name, value in CALL.items() if name != missing}
    assert held.release(held.desk, **call) == "approval-incomplete"
    assert held.standing() == (False, [])


@pytest.mark.parametrize(
    ("role", "source", "code"),
    [
        (Role.COUNTY_COORDINATOR, "telephone", "recorded"),
        (Role.COUNTY_COORDINATOR, "api", "permission-denied"),
        (Role.COUNTY_COORDINATOR, "paper", "permission-denied"),
        (Role.TOWNSHIP_CLERK, "telephone", "permission-denied"),
    ],
)
def test_only_a_coordinator_types_it_in_and_only_from_a_call(
    held: Held, role: Role, source: str, code: str
) -> None:
    assert held.release(held.world.client(role), source=source, **CALL) == code


def test_nobody_telephones_a_hold(held: Held) -> None:
    """Only approvals come by telephone; what keeps somebody from travelling is the office's own word."""
    again = {"hold_id": str(held.world.new_id()), "reason": REASON}
    assert (
        held.say(
            held.desk,
            "worker.travel_changed",
            action="held",
            reason_class="health",
            source="telephone",
            **again,
        )
        == "permission-denied"
    )


def test_the_office_itself_needs_no_confirmation(held: Held) -> None:
    assert held.release(held.health) == "recorded"
    assert held.standing() == (True, [])


def test_only_the_health_office_confirms_and_a_reversal_denies(held: Held) -> None:
    held.release(held.desk, **CALL)
    approval = held.last
    assert held.confirm(held.desk, approval) == "permission-denied"
    assert held.confirm(held.health, held.hold) == "approval-unknown"
    denied = held.say(held.health, "event.reversed", event_id=str(approval), reason="没有批准过")
    assert (denied, held.standing()) == ("recorded", (False, []))
    assert held.confirm(held.health, approval) == "approval-unknown"
    assert_rebuilt(held.world)


def test_an_approval_is_not_given_in_the_future(held: Held) -> None:
    call = CALL | {"approved_at": "2020-03-24T12:00:00+08:00"}
    assert held.release(held.desk, **call) == "time-out-of-range"
