"""Who wants to go where and when, over HTTP: masks, scope, filters, counts, cost."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.demands import DemandState
from schemas.permissions import Role
from service.demand.queries import DEMANDS, DemandFacts
from tests.factories import World
from tests.queries import list_statements
from tests.registry import enter_demands, enter_workers, make_values

OTHER_TOWNSHIP = "211221101"
NEXT_WEEK = (date(2020, 3, 30), date(2020, 3, 30))


def _ids(answer: Any) -> list[UUID]:
    assert answer.status_code == 200, answer.text
    return [UUID(item["id"]) for item in answer.json()["items"]]


def _assign(world: World, worker_id: UUID) -> DemandFacts:
    """As a trip's handler does."""
    county_code = world.settings.county_code
    with world.context.database.write(world.console) as session:
        facts: DemandFacts = DEMANDS.load(session, county_code, [worker_id])[worker_id]
        changed = replace(facts, state=DemandState.ASSIGNED)
        assert DEMANDS.save is not None
        DEMANDS.save(session, county_code, {worker_id: changed})
    return facts


def test_a_list_is_masked(world: World) -> None:
    values = make_values(1)
    (worker_id,) = enter_workers(world, [values])
    (demand_id,) = enter_demands(world, [worker_id])
    answer = world.client(Role.TOWNSHIP_CLERK).get("/v1/demands")
    assert answer.json()["items"] == [
        {
            "id": str(demand_id),
            "worker_id": str(worker_id),
            "name": "李**",
            "phone": "154****0001",
            "reachable": True,
            "township_code": "211221105",
            "township": "凡河镇",
            "destination_code": "320500",
            "destination": "江苏省苏州市",
            "employer": "合成电子有限公司",
            "enterprise_id": None,
            "window_from": "2020-03-26",
            "window_to": "2020-03-26",
            "state": "open",
            "source": "township",
            "version": 1,
        }
    ]
    for secret in (values["name"], values["id_number"], values["phone"]):
        assert secret not in answer.text


def test_scope_and_filters(world: World) -> None:
    ours = enter_workers(world, [make_values(number) for number in range(4)])
    theirs = enter_workers(world, [make_values(9)], township=OTHER_TOWNSHIP)
    suzhou = enter_demands(world, ours[:2])
    shanghai = enter_demands(world, ours[2:3], destination_code="310115", window=NEXT_WEEK)
    nowhere = enter_demands(world, ours[3:], destination_code=None, employer=None, window=None)
    elsewhere = enter_demands(world, theirs, township=OTHER_TOWNSHIP)
    _assign(world, ours[0])
    clerk, coordinator = world.client(Role.TOWNSHIP_CLERK), world.client()
    cases: list[tuple[dict[str, Any], list[UUID]]] = [
        ({}, [*suzhou, *shanghai, *nowhere]),
        ({"state": "assigned"}, suzhou[:1]),
        ({"state": "travelled"}, []),
        ({"destination": "32"}, suzhou),
        ({"destination": "3101"}, shanghai),
        ({"week": "2020-W14"}, shanghai),
        ({"week": "2020-W13", "state": "open"}, suzhou[1:]),
        ({"township": "211221105"}, [*suzhou, *shanghai, *nowhere]),
        ({"township": OTHER_TOWNSHIP}, []),
        ({"missing": "destination"}, nowhere),
        ({"missing": ["destination", "employer", "date"]}, nowhere),
        ({"missing": "date", "destination": "32"}, []),
    ]
    for wanted, found in cases:
        assert _ids(clerk.get("/v1/demands", **wanted)) == found, wanted
    assert _ids(coordinator.get("/v1/demands", destination="3205")) == [*suzhou, *elsewhere]
    assert _ids(coordinator.get("/v1/demands", township=OTHER_TOWNSHIP)) == elsewhere
    assert clerk.get("/v1/demands", week="2021-W53").status_code == 422


def test_the_summary_counts_by_city_employer_and_week(world: World) -> None:
    workers = enter_workers(world, [make_values(number) for number in range(5)])
    enter_demands(world, workers[:2])
    enter_demands(world, workers[2:3], destination_code="320583", employer="跟李四干活")
    enter_demands(world, workers[3:4], destination_code="310115", window=NEXT_WEEK)
    enter_demands(world, workers[4:], destination_code=None, employer=None, window=None)
    _assign(world, workers[0])
    coordinator = world.client()

    def groups(by: str) -> list[tuple[Any, ...]]:
        body = coordinator.get("/v1/demands/summary", by=by).json()
        assert (body["by"], body["open"], body["assigned"]) == (by, 4, 1)
        return [(g["label"], g["monday"], g["open"], g["assigned"]) for g in body["groups"]]

    assert groups("city") == [
        ("江苏省苏州市", None, 2, 1),
        ("上海市", None, 1, 0),
        ("目的地未定", None, 1, 0),
    ]
    assert groups("employer") == [
        ("合成电子有限公司", None, 2, 1),
        ("未填单位或单位名称不全", None, 2, 0),
    ]
    assert groups("week") == [
        ("2020-W13", "2020-03-23", 2, 1),
        ("2020-W14", "2020-03-30", 1, 0),
        ("日期未定", None, 1, 0),
    ]
    empty = world.client(Role.TOWNSHIP_CLERK, township=OTHER_TOWNSHIP)
    assert empty.get("/v1/demands/summary").json()["groups"] == []


def test_the_source_gives_the_present_demand_and_saves_its_state(world: World) -> None:
    first, second = enter_workers(world, [make_values(1), make_values(2)])
    (demand_id,) = enter_demands(world, [first])
    facts = _assign(world, first)
    assert facts == DemandFacts(
        id=demand_id,
        worker_id=first,
        destination_code="320500",
        enterprise_id=None,
        window_from=date(2020, 3, 26),
        window_to=date(2020, 3, 26),
        state=DemandState.OPEN,
    )
    with world.context.database.write(world.console) as session:
        loaded = DEMANDS.load(session, world.settings.county_code, [first, second])
    assert {key: each.state for key, each in loaded.items()} == {first: DemandState.ASSIGNED}


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_for_one_and_for_three(world: World, number: int) -> None:
    enter_demands(world, enter_workers(world, [make_values(each) for each in range(number)]))
    client = world.client()
    client.get("/v1/demands")
    with list_statements() as sent:
        assert len(_ids(client.get("/v1/demands"))) == number
    assert len(sent) == 3, sent  # the demands, the keys, the workers
