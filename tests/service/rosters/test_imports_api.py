"""An import over HTTP: plan, apply, repeats, conflicts, scope, expiry, the event."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.ledger.bodies import StreamKey, decode_body
from service.ledger.queries import list_events_of_stream
from service.rosters.queries.imports import list_leaves
from service.rosters.rules.imports import make_root
from tests.factories import Client, World, make_id_number, make_phone
from tests.service.rosters.conftest import (
    Sender,
    count_rows,
    list_demands,
    list_workers,
    make_rows,
)

HOME, ELSEWHERE = "211221105", "211221101"


def test_the_plan_writes_nothing_and_applying_does_what_it_said(clerk: Sender) -> None:
    import_id, plan = clerk.plan(make_rows(1, 2, 3))
    assert count_rows(plan) == (3, 0, 0, 0)
    assert plan["rows"][0] == {
        "place": 0, "outcome": "new", "code": None, "notes": [], "changed": [],
    }  # fmt: skip
    assert list_workers(clerk.client) == []
    applied = clerk.apply(import_id).json()
    assert (applied["counts"], applied["rows"]) == (plan["counts"], plan["rows"])
    assert [worker["township"] for worker in list_workers(clerk.client)] == ["凡河镇"] * 3
    assert list_demands(clerk.client) == [("320500", "2020-03-26", "open", 1)] * 3


def test_the_same_again_changes_nothing(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1, 2), key="1" * 64)
    before = list_workers(clerk.client)
    world.clock.advance(days=1)
    opened = clerk.open(2, key="1" * 64).json()
    assert (opened["state"], opened["counts"]["new"]) == ("applied", 2)
    other_file = clerk.send(make_rows(1, 2), as_of=date(2020, 3, 25))
    assert count_rows(other_file) == (0, 0, 2, 0)
    assert list_workers(clerk.client) == before


def test_changes_are_named_and_empty_cells_erase_nothing(clerk: Sender) -> None:
    clerk.send(make_rows(1, 2))
    changed = [
        *make_rows(1, phone=make_phone(77), employer=None, village=None),
        *make_rows(2, destination="上海市", destination_code="310100", departure_date="2020-04-01"),
    ]
    _, plan = clerk.plan(changed)
    assert count_rows(plan) == (0, 2, 0, 0)
    assert [row["changed"] for row in plan["rows"]] == [
        ["phone"],
        ["departure_date", "destination", "destination_code"],
    ]
    clerk.send(changed)
    assert [(w["phone"], w["village"], w["version"]) for w in list_workers(clerk.client)] == [
        ("154****0077", "东兴村", 2),
        ("154****0002", "东兴村", 2),
    ]
    assert list_demands(clerk.client) == [
        ("320500", "2020-03-26", "open", 1),
        ("310100", "2020-04-01", "open", 2),
    ]


def test_an_older_roster_is_a_conflict_also_when_a_newer_one_changed_nothing(
    clerk: Sender,
) -> None:
    clerk.send(make_rows(1), as_of=date(2020, 3, 1))
    clerk.send(make_rows(1), as_of=date(2020, 3, 20))
    late = clerk.send(make_rows(1, phone=make_phone(99)), as_of=date(2020, 3, 10))
    assert count_rows(late) == (0, 0, 0, 1)
    assert late["rows"][0]["code"] == "older-source"
    assert list_workers(clerk.client)[0]["phone"] == "154****0001"


def test_what_changed_between_plan_and_apply_is_not_overwritten(clerk: Sender) -> None:
    clerk.send(make_rows(1, 2))
    slow, plan = clerk.plan([*make_rows(1, phone=make_phone(50)), *make_rows(2), *make_rows(3)])
    assert count_rows(plan) == (1, 1, 1, 0)
    clerk.send([*make_rows(1, phone=make_phone(60)), *make_rows(3)])
    applied = clerk.apply(slow).json()
    assert [(row["outcome"], row["code"]) for row in applied["rows"]] == [
        ("conflict", "changed-since-check"),
        ("unchanged", None),
        ("unchanged", None),
    ]
    assert [worker["phone"] for worker in list_workers(clerk.client)] == [
        "154****0060", "154****0002", "154****0003",
    ]  # fmt: skip


def test_repeats_get_the_same_answers(clerk: Sender) -> None:
    import_id, plan = clerk.plan(make_rows(1, 2))
    assert clerk.stage(import_id, make_rows(1, 2)).json() == plan
    other = clerk.stage(import_id, make_rows(1, 3))
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    first = clerk.apply(import_id).json()
    assert clerk.apply(import_id).json() == first
    assert clerk.stage(import_id, make_rows(1, 2)).json() == plan
    assert clerk.apply(import_id, chunk=1).status_code == 404


def test_one_id_names_one_content(world: World, clerk: Sender) -> None:
    import_id = world.new_id()
    first = clerk.open(1, key="1" * 64, import_id=import_id).json()
    again = clerk.open(1, key="1" * 64, import_id=import_id).json()
    other = clerk.open(1, key="2" * 64, import_id=import_id)
    assert again == first
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    same_key = clerk.open(1, key="1" * 64).json()
    assert same_key["id"] == str(import_id)


def test_an_import_of_several_chunks_is_done_with_the_last(clerk: Sender) -> None:
    opened = clerk.open(3).json()
    assert clerk.stage(opened["id"], make_rows(1, 2), chunk=0).status_code == 200
    assert clerk.stage(opened["id"], make_rows(3), chunk=1).status_code == 200
    assert clerk.stage(opened["id"], make_rows(4), chunk=2).status_code == 422
    clerk.apply(opened["id"], chunk=1)
    path = f"/v1/roster-imports/{opened['id']}"
    half = clerk.client.get(path).json()
    assert (half["state"], half["counts"]["new"]) == ("staged", 1)
    assert half["chunks"] == [
        {"chunk": 0, "rows": 2, "applied": False},
        {"chunk": 1, "rows": 1, "applied": True},
    ]
    clerk.apply(opened["id"], chunk=0)
    done = clerk.client.get(path).json()
    assert (done["state"], done["counts"]["new"]) == ("applied", 3)
    (row,) = list_imports(clerk.client, receipt=done["receipt"].lower())
    assert {name: row[name] for name in row.keys() & done.keys()} == {
        name: done[name] for name in row.keys() & done.keys()
    }


def list_imports(client: Client, **filters: Any) -> list[Any]:
    answer = client.get("/v1/roster-imports", **filters)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def test_which_townships_delivered_when_and_how_many(world: World, clerk: Sender) -> None:
    """The newest first; a clerk sees the own township's, the coordinator all."""
    clerk.bring(make_rows(1, 2))
    world.clock.advance(hours=24)
    other = Sender(world, world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    other.bring(make_rows(3, 4, 5), township=ELSEWHERE)
    desk = world.client(Role.COUNTY_COORDINATOR)
    rows = [
        (each["township_name"], each["counts"]["new"], each["account"], each["state"])
        for each in list_imports(desk)
    ]
    assert [row[:2] for row in rows] == [("新台子镇", 3), ("凡河镇", 2)]
    assert {row[3] for row in rows} == {"applied"}
    assert None not in {row[2] for row in rows}
    table: list[tuple[dict[str, Any], list[int]]] = [
        ({"township": ELSEWHERE}, [3]),
        ({"township": "211221102"}, []),
        ({"on": "2020-03-24"}, [2]),
        ({"on": "2020-03-25"}, [3]),
        ({"feed": "township"}, [3, 2]),
        ({"feed": "enterprise"}, []),
        ({"limit": 1}, [3]),
    ]
    for filters, wanted in table:
        found = [each["counts"]["new"] for each in list_imports(desk, **filters)]
        assert found == wanted, filters
    page = desk.get("/v1/roster-imports", limit=1).json()
    rest = list_imports(desk, after=page["next"])
    assert [each["counts"]["new"] for each in rest] == [2]
    assert [each["counts"]["new"] for each in list_imports(clerk.client)] == [2]
    assert list_imports(clerk.client, township=ELSEWHERE) == []
    assert world.client(Role.AUDITOR).get("/v1/roster-imports").status_code == 403


def test_absent_are_those_of_the_files_villages_whom_it_does_not_name(clerk: Sender) -> None:
    clerk.send([*make_rows(1, 2, 3), *make_rows(4, 5, village="西沟村")])
    import_id, _ = clerk.plan(make_rows(1))
    assert clerk.client.get(f"/v1/roster-imports/{import_id}").json()["absent"] == 2
    clerk.apply(import_id)
    assert clerk.client.get(f"/v1/roster-imports/{import_id}").json()["absent"] == 2


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"id_number": "211221197805123410"}, "id_number", "id-check-digit"),
        ({"name": "张 伟"}, "name", "name-invalid"),
        ({"gender": "女"}, "gender", "gender-mismatch"),
        ({"phone": "1540000"}, "phone", "phone-invalid"),
        ({"id_number": make_id_number(birth="2008-01-01", sequence=1)}, "id_number", "under-age"),
    ],
)
def test_the_server_checks_again_and_names_no_value(
    clerk: Sender, given: dict[str, Any], field: str, code: str
) -> None:
    rows = make_rows(1, **given)
    opened = clerk.open(1).json()
    answer = clerk.stage(opened["id"], rows)
    assert answer.status_code == 422
    assert answer.json()["code"] == "row-invalid"
    assert {"field": f"rows.0.{field}", "message": code} in answer.json()["errors"]
    assert [value for value in given.values() if value in answer.text] == []


def test_doubles_in_a_chunk_are_refused(clerk: Sender) -> None:
    opened = clerk.open(2).json()
    answer = clerk.stage(opened["id"], [*make_rows(1), *make_rows(1, remark="另一行")])
    assert answer.json()["errors"] == [{"field": "rows.1", "message": "duplicate-in-file"}]


def test_a_person_in_two_chunks_is_one_person(clerk: Sender) -> None:
    opened = clerk.open(2).json()
    clerk.stage(opened["id"], make_rows(1), chunk=0)
    clerk.stage(opened["id"], make_rows(1, remark="另一行"), chunk=1)
    clerk.apply(opened["id"], chunk=0)
    second = clerk.apply(opened["id"], chunk=1).json()
    assert second["rows"][0]["code"] == "changed-since-check"
    assert len(list_workers(clerk.client)) == 1


def test_staged_rows_are_gone_after_a_day(world: World, clerk: Sender) -> None:
    import_id, _ = clerk.plan(make_rows(1), key="1" * 64)
    world.clock.advance(hours=25)
    clerk = Sender(world, world.client(Role.TOWNSHIP_CLERK))
    expired = clerk.apply(import_id)
    assert (expired.status_code, expired.json()["code"]) == (410, "import-expired")
    assert clerk.stage(import_id, make_rows(1)).status_code == 410
    assert clerk.client.get(f"/v1/roster-imports/{import_id}").json()["state"] == "expired"
    anew = clerk.open(1, key="1" * 64).json()
    assert (anew["id"], anew["state"], anew["chunks"]) == (import_id, "staged", [])
    assert clerk.stage(import_id, make_rows(1)).status_code == 200
    assert count_rows(clerk.apply(import_id).json()) == (1, 0, 0, 0)


def test_one_event_commits_to_every_row(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    rows = [*make_rows(1, phone=make_phone(9)), *make_rows(2), *make_rows(3, township="新台子镇")]
    import_id, _ = clerk.plan(rows)
    applied = clerk.apply(import_id).json()
    county_code = world.settings.county_code
    with world.context.database.read(world.console) as session:
        stream = StreamKey(StreamKind.IMPORT, UUID(import_id))
        (event,) = list_events_of_stream(session, county_code, stream)
        leaves = list_leaves(session, county_code, import_id=UUID(import_id), chunk=0)
    assert decode_body(event.body)["data"] == {
        "import_id": import_id,
        "chunk": 0,
        "file_sha256": "ab" * 32,
        "created": 1,
        "updated": 1,
        "unchanged": 0,
        "conflicts": 1,
        "unmatched": 0,
        "rows_root": make_root(leaves),
    }
    assert applied["receipt"]["hash"] == event.hash.hex()
    assert [(leaf.row_number, leaf.worker_id is None) for leaf in leaves] == [
        (4, False), (5, False), (6, True),
    ]  # fmt: skip
