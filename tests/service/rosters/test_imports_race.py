"""Two imports of the same people at the same moment."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from schemas.permissions import Role
from tests.factories import World
from tests.service.rosters.conftest import MakeSender, Sender, list_demands, list_workers, make_rows

_TRIES = 10


def _apply(sender: Sender, import_id: str, start: Barrier) -> Any:
    """As the client does: again, when two writers met."""
    start.wait(10)
    for _ in range(_TRIES):
        answer = sender.apply(import_id)
        if answer.status_code not in {409, 503}:
            break
    assert answer.status_code == 200, answer.text
    return answer.json()["counts"]


def _plan(sender: Sender, people: Sequence[dict[str, Any]]) -> str:
    import_id, _ = sender.plan(people)
    return import_id


@pytest.mark.race
@pytest.mark.parametrize("turn", range(3))
def test_nobody_is_entered_twice(world: World, make_sender: MakeSender, turn: int) -> None:
    people = make_rows(*range(20 * turn, 20 * turn + 20))
    senders = [make_sender(world.client(Role.TOWNSHIP_CLERK)) for _ in range(2)]
    imports = [_plan(senders[0], people), _plan(senders[1], people[::-1])]
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(_apply, sender, import_id, start)
            for sender, import_id in zip(senders, imports, strict=True)
        ]
        counts = [each.result(timeout=30) for each in running]
    client = senders[0].client
    assert sum(each["new"] for each in counts) == len(list_workers(client)) == 20
    assert sum(each["unchanged"] for each in counts) == 20
    assert len(list_demands(client)) == 20
