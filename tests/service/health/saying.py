"""Noting something of people's health, and what comes of it."""

from typing import Any
from uuid import UUID

from service.health.notes import HealthFacts
from service.health.queries import load_health_facts
from tests.factories import COUNTY, Client, World
from tests.registry import enter_workers, make_values

Record = dict[str, Any]
FEVERISH: Record = {"what": "measured", "readings": [{"code": "body_temperature", "value": 386}]}
PROOF: Record = {
    "what": "proof",
    "kind": "health_certificate",
    "number": "HX-合成-7",
    "issued_on": "2020-03-20",
}
SCREENED: Record = {
    "what": "screening",
    "system": "平台合成",
    "result_code": "A1",
    "operator": "李",
}


def declare(**answers: bool) -> Record:
    asked = (
        *("lives_in_outbreak_area", "met_case", "was_in_outbreak_area"),
        *("met_people_from_there", "has_symptoms"),
    )
    return {
        "what": "declared",
        "question_set": "2020-five",
        "version": 1,
        "answers": dict.fromkeys(asked, False) | answers,
        "asked_by": "网格员合成",
        "signed": "paper",
    }


def follow_up(day: int, *, reached: bool = True) -> Record:
    status = {"status": "well"} if reached else {}
    return {"what": "follow_up", "day": day, "reached": reached, "called_by": "王", **status}


def measure(value: int | str) -> Record:
    return {"what": "measured", "readings": [{"code": "body_temperature", "value": value}]}


def note(world: World, worker_id: UUID, content: Any, **more: Any) -> Record:
    return {
        "id": str(world.new_id()),
        "worker_id": str(worker_id),
        "occurred_at": world.clock.now.isoformat(),
        "content": content,
        **more,
    }


def send(client: Client, *records: Any) -> list[Any]:
    answer = client.post("/v1/health-records", {"records": list(records)})
    assert answer.status_code == 200, answer.text
    outcomes: list[Any] = answer.json()["outcomes"]
    return outcomes


def say(client: Client, *records: Any) -> list[str]:
    """Of each the problem's code, or what became of it."""
    return [
        each["problem"]["code"] if each["problem"] else each["status"]
        for each in send(client, *records)
    ]


def enter(world: World, count: int = 1, **more: Any) -> list[UUID]:
    start = len(world.context.settings.county_code) + world._ids
    return enter_workers(world, [make_values(start + each) for each in range(count)], **more)


def know(world: World, *worker_ids: UUID) -> dict[UUID, HealthFacts]:
    with world.context.reading(world.console) as work:
        return load_health_facts(work.session, work.context.vault, COUNTY, worker_ids=worker_ids)
