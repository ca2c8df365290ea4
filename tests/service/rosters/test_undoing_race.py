"""Taking back while others write, and being stopped in the middle: all or nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from schemas.imports import UndoIn
from service.manage.leftover_keys import sweep_keys
from service.rosters.actions.undoing import undo_import
from tests.canary.looking import find, read_places
from tests.factories import World, make_name, make_phone
from tests.service.rosters.conftest import Sender, make_rows
from tests.service.rosters.dumps import dump_rows, find_faults, read_versions, tell_registry
from tests.service.trips.scenes import Scene

_TRIES = 10


def _insist(send: Callable[[], Any], start: Barrier) -> Any:
    """As the client does: again, when two writers met."""
    start.wait(10)
    for _ in range(_TRIES):
        answer = send()
        if answer.status_code != 503 and answer.json().get("code") != "conflict":
            break
    return answer


def _both(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_insist, send, start) for send in (first, second)]
        return [each.result(timeout=60) for each in running]


@pytest.mark.race
def test_an_import_of_the_same_people(world: World, clerk: Sender) -> None:
    """Either the later one finds another registry than it was compared with, or it stands."""
    for turn in range(3):
        people = make_rows(*range(20 * turn, 20 * turn + 20))
        import_id = clerk.bring(people)
        again, _ = clerk.plan([{**each, "remark": "外出"} for each in people])
        before = len(read_versions(world))
        undone, applied = _both(
            lambda import_id=import_id: clerk.try_undo(import_id),  # type: ignore[misc]
            lambda again=again: clerk.apply(again),  # type: ignore[misc]
        )
        counts = applied.json()["counts"]
        if undone.status_code == 200:
            assert (undone.json()["removed"], counts["conflicts"]) == (20, 20)
            assert len(read_versions(world)) == before - 20
        else:
            assert (undone.json()["code"], counts["updated"]) == ("undo-superseded", 20)
            assert len(read_versions(world)) == before
    assert find_faults(world) == []


@pytest.mark.race
@pytest.mark.parametrize("wish", [{}, {"destination": None, "destination_code": None}])
def test_giving_somebody_a_seat(world: World, clerk: Sender, wish: dict[str, None]) -> None:
    """Also where there is no demand to be locked."""
    if wish:
        wish |= {"employer": None, "departure_date": None}
    scene = Scene(world)
    trip = scene.open_trip()
    for turn in range(3):
        known = read_versions(world).keys()
        import_id = clerk.bring(make_rows(*range(10 * turn, 10 * turn + 10), **wish))
        (worker_id, *_) = sorted(read_versions(world).keys() - known)
        body = {
            "passengers": [
                {
                    "id": str(world.new_id()),
                    "event_id": str(world.new_id()),
                    "worker_id": str(worker_id),
                }
            ]
        }
        undone, assigned = _both(
            lambda import_id=import_id: clerk.try_undo(import_id),  # type: ignore[misc]
            lambda body=body: scene.coordinator.post(f"/v1/trips/{trip}/passengers", body),  # type: ignore[misc]
        )
        (outcome,) = assigned.json()["outcomes"]
        if undone.status_code == 200:
            assert outcome["status"] == "refused"
        else:
            assert (undone.json()["code"], outcome["status"]) == ("undo-travelled", "recorded")
    seated = {UUID(each["worker_id"]) for each in scene.people(trip).values()}
    assert seated <= read_versions(world).keys()
    assert find_faults(world) == []


class _StoppedError(Exception):
    pass


def test_what_is_stopped_has_not_begun(world: World, clerk: Sender) -> None:
    """With everything written and nothing committed; and with the keys left over, as a crash leaves them on
    SQLite.
    """
    clerk.send(make_rows(1))
    first = read_versions(world)
    import_id = clerk.bring(make_rows(1, 2, phone=make_phone(70)))
    before, said, now = dump_rows(world), tell_registry(world), read_versions(world)
    actor, context = clerk.client.actor, world.context
    with suppress(_StoppedError), context.writing(actor) as work:
        undo_import(work, import_id=UUID(import_id), wanted=UndoIn())
        raise _StoppedError
    assert (dump_rows(world), tell_registry(world)) == (before, said)
    assert clerk.show(import_id)["state"] == "applied"
    gone, store = sorted(now.keys() - first.keys()), context.vault._store
    with context.database.read(actor) as session:
        left = store.load(session, actor.county_code, gone)
    assert clerk.undo(import_id)["removed"] == 1
    with context.database.write(actor) as session:
        context.vault.remove(session, actor.county_code, gone)
    with context.database.write(actor) as session:
        assert store.add(session, actor.county_code, left.values())
    assert find_faults(world) == gone
    with context.writing(world.console) as work:
        sweep_keys(work)
    assert find_faults(world) == []


def test_nothing_of_it_lies_in_clear(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1, 2))
    import_id = clerk.bring(make_rows(1, 2, phone=make_phone(70), remark="合成备注甲"))
    secrets = [make_name(1), make_name(2), make_phone(1), make_phone(2), make_phone(70)]
    secrets += [make_rows(1)[0]["id_number"], "合成备注甲", "合成原因乙"]
    assert find(read_places(world.settings), secrets) == []
    clerk.undo(import_id, reason="合成原因乙")
    assert find(read_places(world.settings), secrets) == []
