"""Saying something about a worker through the door, and reading what follows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.workers.rebuild import check_workers
from tests.factories import Client, World
from tests.registry import enter_workers, make_values

Event = dict[str, Any]
REASON = "疑似水痘合成病例"
COUNTY = "211221"


def event(world: World, kind: str, *, minutes: int = 0, mode: str = "live", **data: Any) -> Event:
    """It happened so many minutes ago."""
    occurred_at: datetime = world.clock.now - timedelta(minutes=minutes)
    return {
        "id": str(world.new_id()),
        "kind": kind,
        "occurred_at": occurred_at.isoformat(),
        "mode": mode,
        "data": data,
    }


def make_hold(
    world: World, *, hold_id: str | None = None, reason: str = REASON, **told: Any
) -> Event:
    """For health; a new one, unless its id is given."""
    named = {"hold_id": hold_id or str(world.new_id()), "reason": reason}
    return event(
        world, "worker.travel_changed", action="held", reason_class="health", **named, **told
    )


def send(client: Client, worker_id: UUID, *events: Event) -> list[Any]:
    """Of each event the problem's code, or what became of it."""
    answer = client.post(f"/v1/workers/{worker_id}/events", {"events": list(events)})
    assert answer.status_code == 200, answer.text
    outcomes = answer.json()["outcomes"]
    return [each["problem"]["code"] if each["problem"] else each["status"] for each in outcomes]


def clearance(client: Client, worker_id: UUID, **params: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/workers/{worker_id}/clearance", **params)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def enter(world: World, count: int = 1) -> list[UUID]:
    return enter_workers(world, [make_values(number) for number in range(1, count + 1)])


def assert_rebuilt(world: World) -> None:
    with world.context.database.read(world.console) as session:
        assert list(check_workers(session, COUNTY)) == []
