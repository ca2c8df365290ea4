"""Looking at workers over HTTP: masks, scope, search, reveal, the cost of a list."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.ledger.bodies import StreamKey, decode_body
from service.ledger.queries import list_events_of_stream
from service.registry.queries import open_people
from tests.factories import World, make_phone
from tests.queries import list_statements
from tests.registry import enter_workers, make_values

OTHER_TOWNSHIP = "211221101"


def _ids(answer: Any) -> list[UUID]:
    assert answer.status_code == 200, answer.text
    return [UUID(item["id"]) for item in answer.json()["items"]]


def test_a_list_is_masked(world: World) -> None:
    values = make_values(1)
    (worker_id,) = enter_workers(world, [values])
    answer = world.client(Role.TOWNSHIP_CLERK).get("/v1/workers")
    assert answer.json() == {
        "items": [
            {
                "id": str(worker_id),
                "number": None,
                "name": "李**",
                "id_number": values["id_number"][:6] + "********" + values["id_number"][-4:],
                "gender": "男",
                "phone": "154****0001",
                "reachable": True,
                "person_role": "worker",
                "township_code": "211221105",
                "township": "凡河镇",
                "village": "东兴村",
                "sixteen_on": None,
                "version": 1,
            }
        ],
        "next": None,
    }
    for secret in (values["name"], values["id_number"], values["phone"]):
        assert secret not in answer.text


def test_a_clerk_sees_the_own_township_only(world: World) -> None:
    (ours,) = enter_workers(world, [make_values(1)])
    (theirs,) = enter_workers(world, [make_values(2)], township=OTHER_TOWNSHIP)
    (nowhere,) = enter_workers(world, [make_values(3)], township=None)
    clerk = world.client(Role.TOWNSHIP_CLERK)
    coordinator = world.client()
    assert _ids(clerk.get("/v1/workers")) == [ours]
    assert _ids(clerk.get("/v1/workers", township=OTHER_TOWNSHIP)) == []
    assert _ids(coordinator.get("/v1/workers")) == [ours, theirs, nowhere]
    assert _ids(coordinator.get("/v1/workers", township=OTHER_TOWNSHIP)) == [theirs]
    assert clerk.get(f"/v1/workers/{ours}").status_code == 200
    for path in (
        f"/v1/workers/{theirs}",
        f"/v1/workers/{nowhere}",
        f"/v1/workers/{world.new_id()}",
    ):
        refused = clerk.get(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    sought = clerk.post("/v1/workers/search", {"phone": make_phone(2)})
    assert _ids(sought) == []


def test_another_county_sees_nothing(world: World) -> None:
    (worker_id,) = enter_workers(world, [make_values(1)])
    stranger = world.client(county_code="211223")
    assert _ids(stranger.get("/v1/workers")) == []
    assert stranger.get(f"/v1/workers/{worker_id}").status_code == 404
    found = stranger.post("/v1/workers/search", {"id_number": make_values(1)["id_number"]})
    assert _ids(found) == []


def test_search_is_exact(world: World) -> None:
    people = [make_values(1), make_values(2), make_values(3, name=make_values(1)["name"])]
    first, second, third = enter_workers(world, people)
    clerk = world.client(Role.TOWNSHIP_CLERK)
    cases: list[tuple[dict[str, str], list[UUID]]] = [
        ({"id_number": people[0]["id_number"]}, [first]),
        ({"phone": "154 0000 0002"}, [second]),
        ({"name": people[0]["name"]}, [first, third]),
        ({"name": "无此人"}, []),
    ]
    for wanted, found in cases:
        assert _ids(clerk.post("/v1/workers/search", wanted)) == found


@pytest.mark.parametrize(
    "wanted", [{}, {"name": "张伟", "phone": "15400000001"}, {"id_number": "211221197805123410"}]
)
def test_a_search_for_nothing_right_is_refused_without_its_value(
    world: World, wanted: dict[str, str]
) -> None:
    answer = world.client().post("/v1/workers/search", wanted)
    assert answer.status_code == 422
    assert [value for value in wanted.values() if value in answer.text] == []


def test_pages_follow_each_other(world: World) -> None:
    entered = enter_workers(world, [make_values(number) for number in range(5)])
    client = world.client()
    seen: list[UUID] = []
    after: dict[str, str | None] = {}
    for _ in range(3):
        answer = client.get("/v1/workers", limit=2, **after)
        seen += _ids(answer)
        after = {"after": answer.json()["next"]}
    assert (seen, after) == (entered, {"after": None})


def test_a_reveal_is_recorded_before_it_is_shown(world: World) -> None:
    values = make_values(1)
    (worker_id,) = enter_workers(world, [values])
    coordinator = world.client()
    asked = {"fields": ["phone", "id_number", "health"], "reason": "通知改期"}
    answer = coordinator.post(f"/v1/workers/{worker_id}/reveal", asked)
    assert answer.json() == {
        "id": str(worker_id),
        "fields": {"phone": values["phone"], "id_number": values["id_number"], "health": None},
    }
    with world.context.database.read(world.console) as session:
        stream = StreamKey(StreamKind.ACCOUNT, coordinator.actor.account_id)
        (event,) = [
            decode_body(row.body)
            for row in list_events_of_stream(session, world.settings.county_code, stream)
            if row.kind == "access.revealed"
        ]
    assert event["data"] == {
        "worker_id": str(worker_id),
        "fields": ["health", "id_number", "phone"],
    }
    clerk = world.client(Role.TOWNSHIP_CLERK)
    refused = clerk.post(f"/v1/workers/{worker_id}/reveal", asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission-denied")


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_for_one_and_for_three(world: World, number: int) -> None:
    enter_workers(world, [make_values(each) for each in range(number)])
    client = world.client()
    client.get("/v1/workers")
    with list_statements() as sent:
        assert len(_ids(client.get("/v1/workers"))) == number
    assert len(sent) == 2, sent  # the workers, their keys


def test_open_people_gives_everything(world: World) -> None:
    values = make_values(1, other_phones=["024-74840000"], health="正常")
    ids = enter_workers(world, [values, make_values(2)])
    context = world.context
    with context.database.read(world.console) as session:
        people = open_people(session, context.vault, world.settings.county_code, ids)
    assert [people[each].name for each in ids] == [values["name"], make_values(2)["name"]]
    person = people[ids[0]]
    assert (person.township, person.other_phones) == ("凡河镇", ("024-74840000",))
    assert person.departure_date is not None
    assert person.health == "正常"
