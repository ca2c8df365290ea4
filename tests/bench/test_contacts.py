"""The bench of who rode with whom, small, so that it cannot rot; and that no statement of it reads a whole
table, however many events there are. Nothing here asks how long something took.
"""

import re
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.bench import contacts
from tests.bench.places import open_sqlite
from tests.factories import World
from tests.stages import open_world

LARGE = {"event", "event_part", "passenger", "stay", "trip", "trip_point", "trip_vehicle", "worker"}


def test_it_comes_out_the_same_and_reads_by_index(tmp_path: Path) -> None:
    place = open_sqlite(tmp_path / "sqlite")
    with closing(open_world(place.settings)) as world:
        county = contacts.open_county(world)
        few = contacts.ask(county, times=1)
        contacts.fill(world, county, events=4000)
        with world.counting() as statements:
            many = contacts.ask(county, times=1)
        assert [each.lines for each in many] == [each.lines for each in few] == [44, 46]
        with world.context.database.writing_engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM event")).scalar_one() > 4000
        asked = [each for each in statements if each.lstrip().startswith("SELECT")]
        assert len(asked) > 20
        assert [(each, scan) for each in asked for scan in _list_scans(world, each)] == []


@pytest.mark.long
def test_three_commands_from_login_to_workbook(tmp_path: Path) -> None:
    place = open_sqlite(tmp_path / "sqlite")
    with closing(open_world(place.settings)) as world:
        contacts.open_county(world)
        username = contacts.make_account(world)
    ran = contacts.run_commands(place, tmp_path / "desk", username, times=1)
    assert [each.command for each in ran] == ["login", "contacts", "contacts --out"]
    assert all(each.client > 0 for each in ran)


def test_a_scan_would_be_seen(tmp_path: Path) -> None:
    place = open_sqlite(tmp_path / "sqlite")
    with closing(open_world(place.settings)) as world:
        assert _list_scans(world, "SELECT * FROM event WHERE kind = ?") == ["event"]
        assert _list_scans(world, "SELECT * FROM event WHERE county_code = ? AND id = ?") == []


def _list_scans(world: World, statement: str) -> list[str]:
    """The large tables that are read whole, or whose county is read whole: by the county's code alone."""
    connection = world.context.database.writing_engine.raw_connection()
    try:
        nothing = [None] * statement.count("?")
        found = connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", nothing).fetchall()
    finally:
        connection.close()
    plan = [row[3] for row in found]
    whole = [
        re.match(r"SCAN (\w+)$|SEARCH (\w+) USING [^(]*\(county_code=\?\)$", each) for each in plan
    ]
    tables = [match[1] or match[2] for match in whole if match]
    return [each for each in tables if each in LARGE]
