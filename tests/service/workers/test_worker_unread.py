"""What is told of a worker and cannot be read: answered by its place, sealed under the worker's own key,
opened only as a recorded access.
"""

import json
from uuid import UUID

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.db.columns import table_of
from service.recording.models import UnreadEvent
from service.records import account_stream
from tests.dba import dba
from tests.factories import TOWNSHIP, World
from tests.service.workers.saying import (
    COUNTY,
    enter,
    make_hold,
    send,
)

NEWER = "worker.teleported"


def count_rows(world: World) -> int:
    with dba(world.settings) as connection:
        return len(connection.execute(table_of(UnreadEvent).select()).all())


def test_the_others_are_recorded(world: World) -> None:
    (worker,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    first, broken, last = (make_hold(world) for _ in range(3))
    newer = broken | {"kind": NEWER}
    assert send(officer, worker, first, newer, last) == ["recorded", "event-unreadable", "recorded"]
    assert len(world.list_bodies(StreamKind.WORKER, worker)) == 2

    path = f"/v1/workers/{worker}/unread-events"
    (kept,) = officer.get(path).json()["items"]
    assert (kept["event_id"], kept["position"], kept["fields"]) == (broken["id"], 1, ["kind"])
    opened = officer.get(f"{path}/{kept['id']}").json()
    assert json.loads(opened["content"]) == newer
    account = account_stream(officer.actor.account_id)
    read = [each["data"] for each in world.list_bodies(account.kind, account.id)]
    assert [each["count"] for each in read if each.get("list_kind") == "unread_event"] == [1]

    assert send(officer, worker, broken) == ["recorded"]
    assert officer.get(path).json()["items"] == []
    assert officer.get(f"{path}/{kept['id']}").status_code == 404


def test_who(world: World) -> None:
    """Outside of the scope nothing is kept; who may read the worker and tell nothing keeps nothing."""
    (worker,) = enter(world)
    newer = make_hold(world) | {"kind": NEWER}
    elsewhere = world.client(Role.TOWNSHIP_CLERK, division_prefix="211221106")
    answer = elsewhere.post(f"/v1/workers/{worker}/events", {"events": [newer]})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert send(world.client(Role.AUDITOR), worker, newer) == ["permission-denied"]
    assert count_rows(world) == 0
    clerk = world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    assert send(clerk, worker, newer, make_hold(world) | {"mood": 1}) == [
        "event-unreadable",
        "permission-denied",
    ]
    assert count_rows(world) == 1
    assert clerk.get(f"/v1/workers/{worker}/unread-events").status_code == 403


def test_it_goes_with_the_worker_s_keys(world: World) -> None:
    (worker,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    assert send(officer, worker, make_hold(world) | {"kind": NEWER}) == ["event-unreadable"]
    path = f"/v1/workers/{worker}/unread-events"
    (kept,) = officer.get(path).json()["items"]
    with world.context.database.write(world.console) as session:
        world.context.vault.destroy(session, COUNTY, [UUID(str(worker))], at=world.clock.now)
    assert officer.get(f"{path}/{kept['id']}").json()["content"] is None
