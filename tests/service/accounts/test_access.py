"""Looking at people's data leaves an event in the looking account's stream."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from schemas.events import StreamKind
from schemas.events.payloads_records import ListKind
from service.accounts import access
from service.errors import DomainError
from tests.factories import Client, World, make_id_number, make_name, make_phone


def make_rows(count: int) -> list[dict[str, Any]]:
    return [
        {"name": make_name(n), "phone": make_phone(n), "id_number": make_id_number(sequence=n)}
        for n in range(count)
    ]


def list_accesses(world: World, client: Client) -> list[dict[str, Any]]:
    bodies = world.list_bodies(StreamKind.ACCOUNT, client.actor.account_id)
    return [body for body in bodies if body["kind"].startswith("access.")]


def test_a_listing(world: World) -> None:
    coordinator, trip_id, rows = world.client(), world.new_id(), make_rows(3)
    with world.context.database.write(coordinator.actor) as session:
        for shown in (rows, rows, rows[:2], []):
            access.record_listing(
                world.context,
                session,
                coordinator.actor,
                list_kind=ListKind.MANIFEST,
                trip_id=trip_id,
                shown=shown,
            )
    data = [body["data"] for body in list_accesses(world, coordinator)]
    hashes = [each.pop("content_hash") for each in data]
    assert data == [
        {"list_kind": "manifest", "trip_id": str(trip_id), "count": count} for count in (3, 3, 2, 0)
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_the_hash_cannot_be_tried_without_the_key(world: World) -> None:
    """Another county, another key: another hash of the same rows."""
    rows, actor = make_rows(1), world.client().actor
    elsewhere = world.client(county_code="211224").actor
    here = access.commit_to(world.context, actor, rows)
    assert here == access.commit_to(world.context, actor, rows)
    assert here != access.commit_to(world.context, elsewhere, rows)


def test_export_and_reveal(world: World) -> None:
    """Purpose and reason are people's words: sealed, not in the body."""
    coordinator, worker_id = world.client(), world.new_id()
    purpose, reason = "送苏州人社局核对王国强等人", "王国强家属来电询问"
    with world.context.database.write(coordinator.actor) as session:
        access.record_export(
            world.context,
            session,
            coordinator.actor,
            list_kind=ListKind.HANDOVER_SHEET,
            trip_id=None,
            shown=make_rows(2),
            purpose=purpose,
            list_version=4,
        )
        access.record_reveal(
            world.context,
            session,
            coordinator.actor,
            worker_id=worker_id,
            fields=["phone", "id_number"],
            reason=reason,
        )
    exported, revealed = list_accesses(world, coordinator)
    exported["data"].pop("content_hash")
    assert exported["data"] == {"list_kind": "handover_sheet", "count": 2, "list_version": 4}
    assert revealed["data"] == {"worker_id": str(worker_id), "fields": ["id_number", "phone"]}
    assert [list(body["commit"]) for body in (exported, revealed)] == [["stream.note"]] * 2
    for private in (purpose, reason, "王国强", make_phone(0), make_id_number(sequence=0)):
        assert private not in str([exported, revealed])


def test_no_access_is_recorded_while_only_reading(world: World) -> None:
    """A read transaction refuses: who hands out a list does it in one that writes."""
    coordinator = world.client()
    with (
        pytest.raises((DBAPIError, DomainError)),
        world.context.database.read(coordinator.actor) as session,
    ):
        access.record_listing(
            world.context,
            session,
            coordinator.actor,
            list_kind=ListKind.CALL_SHEET,
            trip_id=None,
            shown=make_rows(1),
        )
    assert list_accesses(world, coordinator) == []
