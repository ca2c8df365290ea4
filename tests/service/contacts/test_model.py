"""The lists of random seasons equal those of a model written apart (seasons.py)."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.permissions import Role
from service.days import CHINA
from tests.service.contacts.seasons import Known, Season
from tests.service.trips.scenes import Scene

POLICY: dict[str, Any] = {
    "version": "model-1",
    "title": "合成",
    "document": "合成〔2020〕1号",
    "lookback_days": 1,
}
RULES: dict[str, Any] = {
    "rows": {**POLICY, "contact_rules": [{"vehicle": "coach", "reach": "rows", "rows": 1}]},
    "everybody": {**POLICY, "contact_rules": [{"vehicle": "coach", "reach": "everybody"}]},
    "ordinary": None,
}
CASE = {"purpose": "epidemiological", "reason": "合成流调", "case_reference": "合成-1"}


@pytest.mark.parametrize("seed", range(6))
def test_lists_of_a_season(scene: Scene, seed: int) -> None:
    compare_season(scene, seed)


@pytest.mark.long
@pytest.mark.parametrize("block", range(6))
def test_lists_of_many_seasons(scene: Scene, block: int) -> None:
    """Two thousand lists."""
    for seed in range(100 + 40 * block, 140 + 40 * block):
        compare_season(scene, seed)
        scene.world.clock.advance(days=6)


def compare_season(scene: Scene, seed: int) -> None:
    draw = random.Random(seed)
    kind = draw.choice(["rows", "rows", "everybody", "ordinary"])
    policy, rows = RULES[kind], 1 if kind == "rows" else None
    day = scene.now.astimezone(CHINA).date()
    if policy is not None:
        named = {**policy, "version": f"model-{seed}-1", "valid_from": day.isoformat()}
        named["valid_until"] = (day + timedelta(days=2)).isoformat()
        scene.ok(scene.coordinator.post("/v1/policies", named), 201)
    season = Season(scene, draw, rows, policy is not None, plate=80_000 + 10 * seed)
    season.tell()
    officer = scene.world.client(Role.HEALTH_OFFICER)
    that_day = season.trips[1].begun.astimezone(CHINA).date()
    for who, worker in enumerate(season.workers):
        look_back = draw.choice(["policy", "trip"])
        body = {
            **CASE,
            "worker_id": str(worker),
            "date": that_day.isoformat(),
            "look_back": look_back,
        }
        answer = officer.post("/v1/contacts/lists", body)
        back = 1 if look_back == "policy" and policy is not None else 0
        expected = season.list_together(who, season.list_trips(that_day, back=back))
        if answer.status_code == 404:
            assert expected == {}
            continue
        found = _read(season, scene.ok(answer))
        assert found == expected, (seed, kind, who)


def _read(season: Season, answer: Any) -> dict[tuple[int, int], Known]:
    numbers = {str(trip.id): number for number, trip in enumerate(season.trips)}
    people = {str(worker): who for who, worker in enumerate(season.workers)}
    return {
        (numbers[line["trip_id"]], people[line["worker_id"]]): Known(
            datetime.fromisoformat(line["first_at"]),
            datetime.fromisoformat(line["last_at"]),
            line["basis"],
            frozenset(line["relations"]),
            line["row_distance"],
        )
        for line in answer["lines"]
        if line["worker_id"] is not None
    }
