"""What the rebuilding of the house was measured by stays bounded (figures.py says what is counted)."""

from pathlib import Path

import pytest

from tests.architecture import figures, walks
from tests.architecture.sources import list_sources, parse

MOST_SUBSCRIPTS = 80
MOST_FILES_FOR_A_BOARDING = 47
"""With the gate that the list, the door and whoever asks before share, and what handlers want."""
MOST_FILES_FOR_A_ROW = 41
"""Of which one is the check that a request holds nothing undocumented (service/rest.py)."""


def test_rows_have_types() -> None:
    found = figures.count_subscripts()
    assert sum(found.values()) <= MOST_SUBSCRIPTS, found


def test_the_language_is_no_parameter_of_the_client() -> None:
    found = [
        each for source in list_sources("cli") for each in figures.list_language_parameters(source)
    ]
    assert found == []


def test_parameters_have_one_order() -> None:
    found = [
        each for source in list_sources("service") for each in figures.list_wrong_orders(source)
    ]
    assert found == []


def test_one_boarding_goes_through_few_files(tmp_path: Path) -> None:
    calls = walks.walk_boarding(figures.make_settings(tmp_path))
    assert len(calls) <= MOST_FILES_FOR_A_BOARDING, sorted(calls)
    assert calls["service/recording/recorder.py"] > 0, "the walk was not seen"


def test_one_row_goes_through_few_files(tmp_path: Path) -> None:
    calls = walks.walk_row(figures.make_settings(tmp_path), rows=50)
    assert len(calls) <= MOST_FILES_FOR_A_ROW, sorted(calls)
    assert calls["service/registry/columns.py"] > 0, "the walk was not seen"


def test_subscripts_are_seen() -> None:
    probe = parse("service.probe", "def f(row: 'Row') -> None:\n    g(row['id'], row.id, row[0])\n")
    assert len(list(figures.list_subscripts(probe))) == 1


def test_a_language_is_seen() -> None:
    probe = parse("cli.probe", "def f(name, *, language):\n    return name\n")
    assert len(figures.list_language_parameters(probe)) == 1


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("def f(work, *, trip_id): ...", 0),
        ("def f(session, county_code): ...", 0),
        ("def f(actor, context): ...", 0),
        ("def f(context, actor): ...", 1),
        ("def f(session, actor): ...", 1),
        ("def f(context, session): ...", 1),
        ("def f(trip_id, work): ...", 1),
        ("def f(work, session): ...", 1),
        ("def f(county_code, session): ...", 1),
    ],
)
def test_orders_are_seen(line: str, wrong: int) -> None:
    assert len(figures.list_wrong_orders(parse("service.trips.probe", line))) == wrong
