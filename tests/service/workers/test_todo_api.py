"""The township's work list of what is missing: whom it names, to whom, and that this is recorded."""

from typing import Any

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.workers import answers
from tests.factories import Client, World, make_phone
from tests.registry import enter_demands, enter_workers, make_values
from tests.service.workers.saying import event, send

OTHER_TOWNSHIP = "211221101"
SILENT: dict[str, Any] = {"phone": None, "phone_text": "同上"}


def names_of(answer: Any) -> list[tuple[str, list[str]]]:
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [(item["name"], [gap["code"] for gap in item["missing"]]) for item in items]


def list_accesses(world: World, client: Client) -> list[tuple[str, Any]]:
    bodies = world.list_bodies(StreamKind.ACCOUNT, client.actor.account_id)
    return [
        (body["kind"], body["data"]["count"])
        for body in bodies
        if body["data"].get("list_kind") == "township_workers"
    ]


def test_the_list(world: World) -> None:
    people = [
        make_values(1),
        make_values(2, **SILENT),
        make_values(3, departure_date=None, departure_text="月底"),
        make_values(4, **SILENT),
    ]
    ids = enter_workers(world, people)
    enter_demands(world, ids)
    enter_workers(world, [make_values(5, **SILENT)], township=OTHER_TOWNSHIP)
    clerk, coordinator = world.client(Role.TOWNSHIP_CLERK), world.client()
    assert send(clerk, ids[3], event(world, "worker.withdrawn", reason="deceased")) == ["recorded"]
    answer = clerk.get("/v1/workers/todo")
    assert answer.json() == {
        "items": [
            {
                "id": str(ids[1]),
                "name": people[1]["name"],
                "id_number_end": people[1]["id_number"][-4:],
                "phone": None,
                "township": "凡河镇",
                "village": "东兴村",
                "missing": [{"code": "phone-unreadable", "written": "同上"}],
            },
            {
                "id": str(ids[2]),
                "name": people[2]["name"],
                "id_number_end": people[2]["id_number"][-4:],
                "phone": make_phone(3),
                "township": "凡河镇",
                "village": "东兴村",
                "missing": [{"code": "date-unreadable", "written": "月底"}],
            },
        ],
        "next": None,
    }
    assert [each["id_number"] for each in people if each["id_number"] in answer.text] == []
    exported = clerk.get("/v1/workers/todo", export="请村里补录")
    assert exported.json() == answer.json()
    assert list_accesses(world, clerk) == [("access.listed", 2), ("access.exported", 2)]
    theirs = coordinator.get("/v1/workers/todo", township=OTHER_TOWNSHIP)
    assert names_of(theirs) == [(make_values(5)["name"], ["phone-unreadable"])]


def test_whose_list(world: World) -> None:
    enter_workers(world, [make_values(1, **SILENT)], township=OTHER_TOWNSHIP)
    clerk, coordinator = world.client(Role.TOWNSHIP_CLERK), world.client()
    refused = [
        (clerk.get("/v1/workers/todo", township=OTHER_TOWNSHIP), 404),
        (coordinator.get("/v1/workers/todo"), 422),
        (world.client(Role.HEALTH_OFFICER).get("/v1/workers/todo"), 403),
        (clerk.get("/v1/workers/todo", after="?"), 422),
    ]
    assert [(each.status_code, status) for each, status in refused] == [
        (status, status) for _, status in refused
    ]
    assert names_of(clerk.get("/v1/workers/todo")) == []
    stranger = world.client(county_code="211223")
    assert names_of(stranger.get("/v1/workers/todo", township=OTHER_TOWNSHIP)) == []
    assert list_accesses(world, clerk) == [("access.listed", 0)]


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(world: World, number: int) -> None:
    ids = enter_workers(world, [make_values(each, **SILENT) for each in range(number)])
    enter_demands(world, ids)
    clerk = world.client(Role.TOWNSHIP_CLERK)
    with world.counting() as sent:
        assert len(names_of(clerk.get("/v1/workers/todo"))) == number
    reads = [each for each in sent if "FROM worker" in each or "travel_demand" in each]
    assert (len(reads), len(sent) <= 12) == (3, True), sent


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_pages_look_through_everybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PEOPLE_AT_ONCE", 2)
    people = [make_values(number, **(SILENT if number % 2 else {})) for number in range(5)]
    enter_workers(world, people)
    clerk = world.client(Role.TOWNSHIP_CLERK)
    seen, after = [], None
    for _ in range(3):
        answer = clerk.get("/v1/workers/todo", **({"after": after} if after else {}))
        seen += names_of(answer)
        after = answer.json()["next"]
    assert ([name for name, _ in seen], after) == ([people[1]["name"], people[3]["name"]], None)
