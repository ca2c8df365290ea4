"""Looking at people's data leaves an event in the looking account's stream."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from schemas.errors import ErrorCode
from schemas.events.kinds import StreamKind
from schemas.events.payloads_records import ListKind
from schemas.permissions import Role
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
    with world.context.writing(coordinator.actor) as work:
        for shown in (rows, rows, rows[:2], []):
            access.record_listing(
                work,
                list_kind=ListKind.MANIFEST,
                trip_id=trip_id,
                shown=shown,
            )
    data = [body["data"] for body in list_accesses(world, coordinator)]
    hashes = [each.pop("content_hash") for each in data]
    assert data == [
        {"list_kind": "manifest", "trip_id": str(trip_id), "count": count, "people": []}
        for count in (3, 3, 2, 0)
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_the_hash_cannot_be_tried_without_the_key(world: World) -> None:
    """Another county, another key: another hash of the same rows."""
    rows, actor = make_rows(1), world.client().actor
    elsewhere = world.client(county_code="211224").actor
    indexes = world.context.vault.indexes
    here = access.commit_to(indexes, actor.county_code, rows)
    assert here == access.commit_to(indexes, actor.county_code, rows)
    assert here != access.commit_to(indexes, elsewhere.county_code, rows)


def test_export_and_reveal(world: World) -> None:
    """Purpose and reason are people's words: sealed, not in the body."""
    coordinator, worker_id = world.client(), world.new_id()
    purpose, reason = "送苏州人社局核对王国强等人", "王国强家属来电询问"
    with world.context.writing(coordinator.actor) as work:
        access.record_export(
            work,
            list_kind=ListKind.HANDOVER_SHEET,
            trip_id=None,
            shown=make_rows(2),
            purpose=purpose,
            list_version=4,
        )
        access.record_reveal(
            work,
            worker_id=worker_id,
            fields=["phone", "id_number"],
            reason=reason,
        )
    exported, revealed = list_accesses(world, coordinator)
    exported["data"].pop("content_hash")
    assert exported["data"] == {
        "list_kind": "handover_sheet",
        "count": 2,
        "list_version": 4,
        "people": [],
    }
    assert revealed["data"] == {"worker_id": str(worker_id), "fields": ["id_number", "phone"]}
    assert [list(body["commit"]) for body in (exported, revealed)] == [["stream.note"]] * 2
    for private in (purpose, reason, "王国强", make_phone(0), make_id_number(sequence=0)):
        assert private not in str([exported, revealed])


def test_no_access_is_recorded_while_only_reading(world: World) -> None:
    """A read transaction refuses: who hands out a list does it in one that writes."""
    coordinator = world.client()
    with (
        pytest.raises((DBAPIError, DomainError)),
        world.context.reading(coordinator.actor) as work,
    ):
        access.record_listing(
            work,
            list_kind=ListKind.CALL_SHEET,
            trip_id=None,
            shown=make_rows(1),
        )
    assert list_accesses(world, coordinator) == []


def reveal(world: World, client: Client) -> ErrorCode | None:
    """What hinders; None where it was shown."""
    try:
        with world.context.writing(client.actor) as work:
            access.record_reveal(
                work,
                worker_id=world.new_id(),
                fields=["phone"],
                reason="核对",
            )
    except DomainError as error:
        return error.code
    return None


def test_so_many_people_in_an_hour_and_no_more(world: World) -> None:
    """A sliding hour, for each account; a refused attempt neither shows nor counts."""
    clerk, other = world.client(Role.TOWNSHIP_CLERK), world.client(Role.TOWNSHIP_CLERK)
    allowed = world.context.settings.reveals_per_hour
    for _ in range(allowed):
        assert reveal(world, clerk) is None
        world.clock.advance(minutes=1)
    assert [reveal(world, clerk) for _ in range(2)] == [ErrorCode.TOO_MANY_REVEALS] * 2
    assert reveal(world, other) is None
    assert len(list_accesses(world, clerk)) == allowed
    world.clock.advance(minutes=60 - allowed)
    assert [reveal(world, clerk), reveal(world, clerk)] == [None, ErrorCode.TOO_MANY_REVEALS]


def test_requests_at_once_are_counted_one_by_one(world: World) -> None:
    clerk, allowed = world.client(Role.TOWNSHIP_CLERK), world.context.settings.reveals_per_hour
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: reveal(world, clerk), range(allowed + 10)))
    assert found.count(None) == allowed
