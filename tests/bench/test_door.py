"""The bench of the door, small, so that it cannot rot: every figure comes out, and all events are recorded.
Nothing here asks how long something took."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.sources import ROOT
from tests.bench import drawing
from tests.bench.door import profiling, report, rooms, stage
from tests.bench.door.generators import name_generator, send
from tests.bench.door.guarantees import GUARANTEES, Switch
from tests.bench.door.prices import switch_off
from tests.bench.door.rounds import CONTENDERS, Cost, measure_load
from tests.bench.door.serving import serve
from tests.bench.door.walking import walk
from tests.bench.places import open_sqlite


@pytest.mark.parametrize("generator", ["wrk", "tests/bench/door/sending.py"])
def test_every_event_is_recorded(
    tmp_path: Path, generator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if generator != "wrk":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif not name_generator().startswith("wrk"):
        pytest.skip("no wrk on this machine")
    place = open_sqlite(tmp_path / "sqlite")
    doors = stage.open_doors(place)
    with serve(place, log=tmp_path / "log") as server:
        cost = measure_load(server, doors["ours"], 6, size=3, clients=2)
        load = send(server.port, doors["template"].make_requests(4, clients=2))
        switch_off(server, "receipt")
        measure_load(server, doors["ours"], 2, clients=2)
        calls = switch_off(server, "")
    assert name_generator().startswith(generator)
    assert (cost.events, load.answers, load.bad, calls) == (18, 4, 0, 2)
    assert stage.count_recorded(place.settings) == 20


@pytest.mark.long
def test_all_figures(tmp_path: Path) -> None:
    place = open_sqlite(tmp_path / "sqlite")
    found = report.measure(place, tmp_path, rounds=1, share=0.01, senders=2)
    assert len(list(report.list_lines(found))) == 15
    assert (found.starved.lists, found.starved.lost) == (2, 0)
    assert found.prices.keys() == GUARANTEES.keys()


@pytest.mark.long
def test_a_profile_has_every_room(tmp_path: Path) -> None:
    place = open_sqlite(tmp_path / "sqlite")
    found = profiling.measure(place, tmp_path, share=0.2)
    lines = list(profiling.list_lines("SQLite", found))
    assert found["one a request"].keys() <= set(rooms.list_rooms())
    assert 3 < len(lines) <= len(rooms.list_rooms()) + 2


def test_one_told_event_is_walked() -> None:
    """Bounds, not measures: what one told event passes on a warmed server."""
    way = walk()
    assert min(way.files, way.calls, way.statements, way.around) > 0
    assert way.files <= 31
    assert way.calls <= 400
    assert way.statements <= 8


@pytest.mark.parametrize("name", GUARANTEES)
def test_a_guarantee_is_where_the_product_has_it(name: str) -> None:
    """Where this fails the product has moved it: its line in guarantees.py follows."""
    switch = Switch()
    switch.switch_off(name)
    switch.switch_off("")


def test_rooms_are_where_the_product_has_them() -> None:
    """Where this fails the product has moved them: their lines in rooms.py follow."""
    files = {file for _, file, _ in (*rooms.WHOLE, *rooms.TABLE)}
    own = {file for file in files if file.startswith(("service/", "schemas/"))}
    assert [file for file in sorted(own) if not (ROOT / file).exists()] == []
    assert {room for room, _, _ in (*rooms.WHOLE, *rooms.TABLE)} < set(rooms.list_rooms())


@pytest.mark.parametrize(
    ("stack", "room"),
    [
        (["json/encoder.py:encode", "service/ledger/bodies.py:encode_body"], "recorder: chain"),
        (["sqlalchemy/x.py:f", "service/db/bulk.py:write_many"], rooms.OTHER),
        (["sqlite.py:f", "service/db/database.py:read", "service/accounts/tokens.py:f"], "token"),
    ],
)
def test_a_stack_has_one_room(stack: list[str], room: str) -> None:
    assert rooms.find_room(stack) == room


def test_the_picture_has_a_bar_for_each_figure() -> None:
    costs = {each.name: Cost(1, 900.0, 100.0, 10.0, 1.0, 2.0) for each in CONTENDERS}
    found = report.Found("SQLite & more", costs, {}, report.Starved(1, 1, 1.0, 0, 0, 1, 1.0, 1.0))
    picture = drawing.draw([found, found])
    bars = [e for e in ET.fromstring(picture).iter() if e.get("class") in {"server", "theirs"}]
    assert len(bars) == 2 * len(CONTENDERS)
    assert picture == drawing.draw([found, found])
