"""Desk, roster and withdrawal about one person at the same moment: all wait, nobody is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.manage.verify import verify
from tests.factories import World, make_phone
from tests.registry import make_values
from tests.service.rosters.conftest import Sender
from tests.service.workers.saying import assert_rebuilt, event

_TRIES = 10


@pytest.mark.race
def test_three_corrections_two_withdrawals_and_a_roster(world: World) -> None:
    clerk = world.client(Role.TOWNSHIP_CLERK)
    sender = Sender(world, clerk)
    sender.send([make_values(1)])
    worker = clerk.get("/v1/workers").json()["items"][0]["id"]
    import_id, _ = sender.plan([make_values(1, destination="辽宁省大连市", destination_code=None)])
    path = f"/v1/workers/{worker}"
    gone = [{"events": [event(world, "worker.withdrawn", reason="not_going")]} for _ in range(2)]
    calls: list[Callable[[], Any]] = [
        *(lambda n=n: clerk.patch(path, {"phone": make_phone(n)}, version=1) for n in (7, 8, 9)),
        *(lambda body=body: clerk.post(f"{path}/events", body) for body in gone),
        lambda: sender.apply(import_id),
    ]
    start = Barrier(len(calls))
    with ThreadPoolExecutor(len(calls)) as pool:
        answers = list(pool.map(lambda call: _call(call, start), calls))
    corrected = sorted(answer.status_code for answer in answers[:3])
    assert corrected in ([200, 412, 412], [412, 412, 412])
    assert [answer.status_code for answer in answers[3:]] == [200, 200, 200]
    counts = answers[5].json()["counts"]
    assert (counts["updated"], counts["conflicts"]) == ((0, 1) if 200 in corrected else (1, 0))
    kinds = [body["kind"] for body in world.list_bodies(StreamKind.WORKER, UUID(worker))]
    expected = ["worker.changed"] * corrected.count(200) + ["worker.withdrawn"] * 2
    assert sorted(kinds) == expected
    assert_rebuilt(world)
    with world.context.reading(world.console) as work:
        assert verify(work).clean


def _call(call: Callable[[], Any], start: Barrier) -> Any:
    """As the client does: again, when two writers met."""
    start.wait(10)
    for _ in range(_TRIES):
        answer = call()
        if answer.status_code not in {409, 503}:
            break
    return answer
