"""500 seats, 32 threads, two coordinators: no double seat, no worker twice, nobody above the places."""

import pytest

from tests.factories import World
from tests.race.booking import Race
from tests.serving import serve

pytestmark = pytest.mark.race

EXPECTED = {"recorded", "repeated", "over-capacity", "seat-taken"} | {
    "already-on-trip",
    "already-on-this-trip",
}


@pytest.mark.parametrize(
    ("coaches", "rows", "workers"),
    [
        pytest.param(2, 4, 50, id="quick"),
        pytest.param(10, 10, 560, id="500 seats", marks=pytest.mark.long),
    ],
)
def test_many_hands_on_few_seats(world: World, coaches: int, rows: int, workers: int) -> None:
    race = Race(world, coaches=coaches, rows=rows, workers=workers)
    with serve(world) as address:
        race.run(address)
    held = race.list_passengers()
    assert (race.double_seats(), race.workers_twice(), race.overfull()) == (0, 0, 0)
    assert {row["id"] for row in held} == set(race.recorded)
    assert len(race.recorded) == race.statuses["recorded"]
    assert sum(race.statuses.values()) == len(race.requests)
    assert race.statuses.keys() <= EXPECTED
    race.check_counters()
    race.check_record()
