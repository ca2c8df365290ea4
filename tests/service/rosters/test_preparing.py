"""What was sealed before the lock is taken only if the registry still knows nothing of the person."""

from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from service.rosters.actions.applying import Prepared, apply_chunk, prepare_chunk
from tests.factories import World, make_id_number
from tests.registry import make_values
from tests.service.rosters.conftest import MakeSender, Sender, count_rows, list_workers, make_rows

FIELDS = ["name", "phone", "destination"]


def prepare(world: World, sender: Sender, import_id: str) -> Prepared:
    actor = sender.client.actor
    with world.context.reading(actor) as work:
        found = prepare_chunk(work, import_id=UUID(import_id), chunk=0)
    assert found is not None
    return found


def apply(world: World, sender: Sender, import_id: str, prepared: Prepared) -> Any:
    actor = sender.client.actor
    with world.context.writing(actor) as work:
        applied = apply_chunk(work, import_id=UUID(import_id), chunk=0, prepared=prepared)
    return applied.model_dump(mode="json")


def reveal(world: World, worker_id: str) -> dict[str, Any]:
    form = {"fields": FIELDS, "reason": "核对"}
    answer = world.client().post(f"/v1/workers/{worker_id}/reveal", form)
    assert answer.status_code == 200, answer.text
    fields: dict[str, Any] = answer.json()["fields"]
    return fields


def test_newcomers_are_sealed_before_and_open_after(world: World, clerk: Sender) -> None:
    people = make_rows(1, 2, 3)
    import_id, _ = clerk.plan(people)
    prepared = prepare(world, clerk, import_id)
    assert len(prepared.newcomers) == 3
    assert count_rows(apply(world, clerk, import_id, prepared)) == (3, 0, 0, 0)
    ids = {each["id"] for each in list_workers(clerk.client)}
    assert ids == {str(each.worker.id) for each in prepared.newcomers.values()}
    revealed = [reveal(world, worker_id) for worker_id in sorted(ids)]
    assert revealed == [{name: each.get(name) for name in FIELDS} for each in people]


def test_somebody_who_was_registered_meanwhile(world: World, clerk: Sender) -> None:
    """Decided anew: the plan saw nobody. The other keeps the values and keys of the first."""
    import_id, _ = clerk.plan(make_rows(1, 2, destination="上海市", destination_code="310100"))
    prepared = prepare(world, clerk, import_id)
    clerk.send(make_rows(1))
    applied = apply(world, clerk, import_id, prepared)
    assert [(row["outcome"], row["code"]) for row in applied["rows"]] == [
        ("conflict", "changed-since-check"),
        ("new", None),
    ]
    first, second = sorted(each["id"] for each in list_workers(clerk.client))
    shown = {reveal(world, each)["destination"] for each in (first, second)}
    assert shown == {make_values(1)["destination"], "上海市"}


def test_rows_that_were_planned_before_are_known_by_now(
    world: World, make_sender: MakeSender, clerk: Sender
) -> None:
    """The same rows in another file: unchanged, though sealed as new."""
    other = make_sender(world.client(Role.TOWNSHIP_CLERK))
    import_id, _ = clerk.plan(make_rows(1, 2))
    prepared = prepare(world, clerk, import_id)
    other.send(make_rows(1, 2))
    assert count_rows(apply(world, clerk, import_id, prepared)) == (0, 0, 2, 0)
    assert len(list_workers(clerk.client)) == 2


def test_preparing_of_another_chunk_is_not_taken(world: World, clerk: Sender) -> None:
    import_id, _ = clerk.plan(make_rows(1))
    another, _ = clerk.plan(make_rows(2))
    prepared = prepare(world, clerk, another)
    assert count_rows(apply(world, clerk, import_id, prepared)) == (1, 0, 0, 0)
    (worker,) = list_workers(clerk.client)
    assert reveal(world, worker["id"])["name"] == make_values(1)["name"]


@pytest.mark.parametrize("child_first", [False, True])
def test_a_child_waits_for_the_lock(world: World, clerk: Sender, *, child_first: bool) -> None:
    """Which household it belongs to is known only then."""
    parent = make_values(1)
    number = make_id_number(birth="2015-01-01", sequence=1)
    child = make_values(2, person_role="child", guardian_id=parent["id_number"], id_number=number)
    people = [child, parent] if child_first else [parent, child]
    import_id, _ = clerk.plan(people)
    assert len(prepare(world, clerk, import_id).newcomers) == 1


def test_nothing_is_prepared_twice(world: World, clerk: Sender) -> None:
    import_id = clerk.bring(make_rows(1))
    actor = clerk.client.actor
    with world.context.reading(actor) as work:
        assert prepare_chunk(work, import_id=UUID(import_id), chunk=0) is None
