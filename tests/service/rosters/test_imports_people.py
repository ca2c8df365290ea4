"""Whom an import touches: townships, families, seats, enterprises; and what it costs."""

from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from service.demand.queries import DEMANDS
from service.registry.queries import WORKERS, open_people
from tests.factories import World, make_id_number, make_phone
from tests.queries import list_statements
from tests.service.rosters.conftest import (
    MakeSender,
    Sender,
    list_demands,
    list_workers,
    make_rows,
)

HOME, ELSEWHERE = "211221105", "211221101"


def test_a_row_of_another_township_is_not_looked_up(clerk: Sender) -> None:
    rows = [
        *make_rows(1, township="凡河镇"),
        *make_rows(2, township="新台子镇"),
        *make_rows(3, township="不存在镇"),
        *make_rows(4),
    ]
    applied = clerk.send(rows)
    assert [(row["outcome"], row["code"]) for row in applied["rows"]] == [
        ("new", None),
        ("conflict", "township-out-of-scope"),
        ("conflict", "township-unknown"),
        ("new", None),
    ]


def test_a_mixed_file_is_for_the_county(world: World, make_sender: MakeSender) -> None:
    clerk = make_sender(world.client(Role.TOWNSHIP_CLERK))
    county = make_sender(world.client())
    for refused in (clerk.open(1, township=None), clerk.open(1, township=ELSEWHERE)):
        assert (refused.status_code, refused.json()["code"]) == (403, "township-out-of-scope")
    unknown = county.open(1, township="211221999")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "township-unknown")
    rows = [*make_rows(1, township="凡河镇"), *make_rows(2, township="新台子镇"), *make_rows(3)]
    applied = county.send(rows, township=None)
    assert [row["code"] for row in applied["rows"]] == [None, None, "township-unknown"]
    assert [worker["township"] for worker in list_workers(county.client)] == ["凡河镇", "新台子镇"]


def test_two_townships_do_not_see_each_others_people_or_imports(
    world: World, make_sender: MakeSender
) -> None:
    ours = make_sender(world.client(Role.TOWNSHIP_CLERK))
    theirs = make_sender(world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    import_id, _ = ours.plan(make_rows(1, 2))
    ours.apply(import_id)
    seen = theirs.send(make_rows(1, phone=make_phone(9), remark="外出"), township=ELSEWHERE)
    assert seen["rows"] == [
        {
            "place": 0,
            "outcome": "updated",
            "code": None,
            "notes": ["registered-elsewhere"],
            "changed": [],
        }
    ]
    assert (list_workers(theirs.client), list_demands(theirs.client)) == ([], [])
    assert list_workers(ours.client)[0]["phone"] == "154****0001"
    for answer in (
        theirs.client.get(f"/v1/roster-imports/{import_id}"),
        theirs.stage(import_id, make_rows(1, 2)),
        theirs.apply(import_id),
    ):
        assert answer.status_code == 404
    key = ours.client.get(f"/v1/roster-imports/{import_id}").json()["key"]
    stolen = theirs.open(2, key=key, township=ELSEWHERE)
    assert (stolen.status_code, stolen.json()["code"]) == (409, "id-reused")


def test_families_find_each_other_in_any_order(world: World, clerk: Sender) -> None:
    mother = make_rows(2)[0]
    child_id = make_id_number(birth="2010-03-01", sequence=21)
    child = make_rows(
        21, id_number=child_id, person_role="child", guardian_id=mother["id_number"], phone=None
    )[0]
    cousin = make_rows(
        22,
        id_number=make_id_number(birth="2011-03-01", sequence=22),
        person_role="child",
        guardian_id=mother["id_number"],
        phone=None,
    )[0]
    for family in ([child], [{**mother, "emergency_phone": make_phone(5)}, cousin]):
        clerk.send(family)
    with world.context.database.read(world.console) as session:
        ids = [UUID(worker["id"]) for worker in list_workers(clerk.client)]
        people = open_people(session, world.context.vault, world.settings.county_code, ids)
        facts = WORKERS.load(session, world.settings.county_code, ids)
    by_number = {person.id_number: facts[each] for each, person in people.items()}
    parent = by_number[mother["id_number"]]
    for young in (child, cousin):
        found = by_number[young["id_number"]]
        assert (found.guardian_worker_id, found.household_key) == (parent.id, parent.household_key)
        assert (found.person_role, found.reachable) == ("child", False)
        assert found.sixteen_on is not None
    assert (parent.sixteen_on, parent.reachable) == (None, True)


def test_a_demand_with_a_seat_is_left_alone(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    worker_id = UUID(list_workers(clerk.client)[0]["id"])
    county_code = world.settings.county_code
    with world.context.database.write(world.console) as session:
        facts = DEMANDS.load(session, county_code, [worker_id])[worker_id]
        seated = {worker_id: type(facts)(**{**_fields(facts), "state": "assigned"})}
        assert DEMANDS.save is not None
        DEMANDS.save(session, county_code, seated)
    moved = make_rows(1, destination="上海市", destination_code="310100")
    applied = clerk.send(moved)
    assert applied["rows"][0]["notes"] == ["already-on-trip"]
    assert list_demands(clerk.client) == [("320500", "2020-03-26", "assigned", 1)]


def _fields(facts: Any) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in type(facts).__dataclass_fields__}


@pytest.mark.parametrize("number", [2, 40])
def test_a_chunk_costs_the_same_number_of_statements(clerk: Sender, number: int) -> None:
    clerk.send(make_rows(*range(number)))
    changed = make_rows(*range(number), phone=make_phone(9), destination="上海市")
    rows = [*changed, *make_rows(*range(100, 100 + number))]
    opened = clerk.open(len(rows)).json()
    with list_statements() as planning:
        clerk.stage(opened["id"], rows)
    with list_statements() as applying:
        clerk.apply(opened["id"])
    assert (len(planning), len(applying)) == (12, 29)


def test_many_enterprises_are_matched_by_name(world: World, clerk: Sender) -> None:
    coordinator = world.client()
    registered = coordinator.post(
        "/v1/enterprises",
        {
            "id": str(world.new_id()),
            "kind": "enterprise",
            "name": "合成电子（苏州）有限公司",
            "credit_code": "91320583MA1XYTE537",
            "division_code": "320583",
            "contacts": [],
        },
    )
    assert registered.status_code in {200, 201}, registered.text
    enterprise_id = registered.json()["id"]
    names = ["合成电子(苏州)有限公司", "91320583ma1xyte537", "合成电子有限公司"]
    rows = [make_rows(number, employer=name)[0] for number, name in enumerate(names)]
    clerk.send(rows)
    items = clerk.client.get("/v1/demands").json()["items"]
    assert [item["enterprise_id"] for item in items] == [enterprise_id, enterprise_id, None]
