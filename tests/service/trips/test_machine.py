"""Whatever is told of two trips and six people, live or afterwards, once or twice, in any order."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies

from schemas.events.kinds import EventKind
from tests.service.trips.machine import History, Stage, histories, play_and_check, unlike
from tests.service.trips.two_trips import PASSENGER_KINDS, PAYLOADS, Step

PARTS = 10


def test_every_kind_about_a_passenger_is_told() -> None:
    missing = sorted(set(PASSENGER_KINDS) - set(PAYLOADS))
    assert missing == [], f"tests/service/trips/two_trips.py: PAYLOADS has no form of {missing}"


@pytest.fixture(params=["sqlite", "postgres"])
def stage(request: pytest.FixtureRequest, database_folder: Path) -> Iterator[Stage]:
    return Stage(request.getfixturevalue(request.param), database_folder)


def deal(facts: int, seed: int) -> list[list[int]]:
    """All facts in some order, in requests of some."""
    dealt = random.Random(seed)
    order = list(range(facts))
    dealt.shuffle(order)
    requests: list[list[int]] = [[]]
    for each in order:
        if dealt.random() < 0.5:
            requests.append([])
        requests[-1].append(each)
    return [each for each in requests if each]


def run(stage: Stage, *, examples: int, in_another_order: bool = True, **how: Any) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **how,
    )
    @given(histories, strategies.integers(0, 1000))
    def whatever_is_told(history: History, seed: int) -> None:
        recorded = play_and_check(stage, history)
        facts = sum(1 for each in recorded if each.is_fact)
        if facts > 1 and in_another_order:
            assert unlike(stage, recorded, deal(facts, seed)) == []

    whatever_is_told()


def test_whatever_is_told(stage: Stage) -> None:
    """The order of facts is decided before any SQL is sent: it is tried on SQLite."""
    quick = {"derandomize": True, "phases": [Phase.generate]}
    if stage.is_sqlite:
        run(stage, examples=6, **quick)
    else:
        run(stage, examples=3, in_another_order=False, **quick)


def test_who_comes_on_the_record_and_is_signed_for_in_one_request(stage: Stage) -> None:
    """The receiving that the signature brings is older than what was told of them before it: folded anew."""
    steps = [
        Step(EventKind.PASSENGER_NO_SHOW, person=4, moment=1, wait=30),
        Step(EventKind.HANDOVER_SIGNED, person=4, moment=0, together=True),
    ]
    recorded = play_and_check(stage, History((3, 0), steps))
    assert [each.event["kind"] for each in recorded[-2:]] == [each.kind for each in steps]


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_histories(stage: Stage, part: int) -> None:
    """Each part draws histories of its own; in parts, so that several processes share them."""
    examples = 3000 if stage.is_sqlite else 500
    run(stage, examples=len(range(part, examples, PARTS)))
