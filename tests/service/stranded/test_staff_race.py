"""Two lists of the same people at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.service.stranded.conftest import Factory, make_staff

_TRIES = 10


def _apply(factory: Factory, import_id: str, start: Barrier) -> Any:
    """As the client does: again, when two writers met."""
    start.wait(10)
    for _ in range(_TRIES):
        path = f"/v1/staff-imports/{import_id}/apply"
        answer = factory.coordinator.post(path, {"chunk": 0})
        if answer.status_code not in {409, 503}:
            break
    return answer.status_code, answer.json().get("counts", answer.json())


@pytest.mark.race
def test_nobody_is_listed_twice(factory: Factory) -> None:
    people = [make_staff(number) for number in range(20)]
    imports = []
    for listed in (people, people[::-1]):
        imports.append(factory.open(len(listed)).json()["id"])
        assert factory.stage(imports[-1], listed).status_code == 200
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_apply, factory, each, start) for each in imports]
        found = [each.result(timeout=30) for each in running]
    assert [(status, counts["unmatched"]) for status, counts in found] == [(200, 20)] * 2
    assert len(factory.list(limit=200)) == 20
