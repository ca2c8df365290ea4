"""Short numbers of people and imports: given out in the order of the file, never twice, found again."""

import base64
import zlib
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from schemas.events.fields import PersonalClass
from schemas.numbers import NumberKind, read_number, show_number
from service.registry.actions import take_numbers
from service.rosters.actions.planning import open_rows
from service.rosters.queries.imports import get_chunk
from service.rosters.rules.rows import encode_rows
from tests.factories import COUNTY, World, make_phone
from tests.service.rosters.conftest import Sender, list_workers, make_rows

_SEARCH = "/v1/workers/search"


def read_all(clerk: Sender) -> list[int | None]:
    return [read_number(NumberKind.WORKER, each["number"]) for each in list_workers(clerk.client)]


def test_newcomers_are_numbered_in_the_order_of_their_file(clerk: Sender) -> None:
    """Who was known keeps the number; who is taken back leaves a gap, and comes again under another."""
    clerk.send(make_rows(1, 2))
    import_id = clerk.bring([*make_rows(2, phone=make_phone(70)), *make_rows(3, 4)])
    assert read_all(clerk) == [1, 2, 3, 4]
    clerk.undo(import_id)
    assert read_all(clerk) == [1, 2]
    clerk.send(make_rows(4))
    assert read_all(clerk) == [1, 2, 5]


def test_a_chunk_that_is_planned_again_keeps_its_numbers(clerk: Sender) -> None:
    opened = clerk.open(2).json()
    for _ in range(3):
        clerk.stage(opened["id"], make_rows(1, 2))
    assert clerk.apply(opened["id"]).status_code == 200
    assert read_all(clerk) == [1, 2]


def test_people_and_imports_are_found_by_theirs(clerk: Sender) -> None:
    import_id = clerk.bring(make_rows(1, 2))
    shown = clerk.show(import_id)
    (found,) = clerk.client.get("/v1/roster-imports", receipt=shown["number"]).json()["items"]
    assert (shown["number"], found["id"]) == (show_number(NumberKind.IMPORT, 1), import_id)
    second = list_workers(clerk.client)[1]
    cases = [(second["number"], [second]), (show_number(NumberKind.WORKER, 99), [])]
    for number, people in cases:
        assert clerk.client.post(_SEARCH, {"number": number}).json()["items"] == people
    assert clerk.client.post(_SEARCH, {"number": "2-0"}).status_code == 422


def test_what_a_version_before_staged_is_applied_and_numbered(world: World, clerk: Sender) -> None:
    """Its form had no digests, and nobody had a number."""
    opened = clerk.open(2).json()
    clerk.stage(opened["id"], make_rows(1, 2))
    import_id = UUID(opened["id"])
    with world.context.writing(world.console) as work:
        chunk = get_chunk(work.session, COUNTY, import_id=import_id, chunk=0)
        assert chunk is not None
        rows = encode_rows(open_rows(work, chunk).rows)
        packed = base64.b64encode(zlib.compress(rows.encode(), level=1)).decode()
        keyring = world.context.vault.open_keyring(work.session, COUNTY, [import_id])
        chunk.staged_sealed = keyring.seal(
            import_id, PersonalClass.NOTE, {"rows": packed}, place=f"roster_chunk/{import_id}/0"
        )
        chunk.first_number = None
        work.session.add(chunk)
    assert clerk.apply(opened["id"]).json()["counts"]["new"] == 2
    assert read_all(clerk) == [3, 4]


@pytest.mark.parametrize("takers", [4, pytest.param(16, marks=pytest.mark.long)])
def test_nobody_gets_the_same_number(world: World, takers: int) -> None:
    database = world.context.database

    def take(count: int) -> range:
        with database.write(world.console) as session:
            first = take_numbers(session, COUNTY, NumberKind.WORKER, count)
        return range(first, first + count)

    with ThreadPoolExecutor(takers) as pool:
        given = [number for each in pool.map(take, [3] * 5 * takers) for number in each]
    assert sorted(given) == list(range(1, 15 * takers + 1))
