"""SQLite looks into indexes however many keys are asked for, in an empty database as in a full one."""

import sqlite3
from pathlib import Path

import pytest

from service.db.schema import describe_index
from service.manage.migrations import migrate
from service.settings import Settings
from service.vault.keys import key_path

MANY = 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("planned")
    settings = Settings(database_url=f"sqlite:///{place / 'a.db'}", key_file=place / "a.kek")
    migrate(settings)
    migrate(settings)  # says the same again
    return place


def explain(path: Path, table: str, column: str, *, keys: int) -> list[str]:
    """How rows are found by keys, as load_many asks for them."""
    with sqlite3.connect(path) as connection:
        wanted = ", ".join("?" * keys)
        query = f"SELECT * FROM {table} WHERE county_code = ? AND {column} IN ({wanted})"
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", ["x"] * (keys + 1))
        return [row[3] for row in plan]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("worker", "id"),
        ("worker", "id_number_index"),
        ("worker", "guardian_index"),
        ("worker", "village_key"),
        ("worker_source", "worker_id"),
        ("travel_demand", "worker_id"),
        ("passenger", "trip_id"),
        ("passenger", "worker_id"),
        ("event", "worker_id"),
        ("event_part", "event_id"),
    ],
)
def test_keys_are_looked_up(folder: Path, table: str, column: str) -> None:
    for keys in (1, 5, MANY):
        (step,) = explain(folder / "a.db", table, column, keys=keys)
        assert f"(county_code=? AND {column}=?" in step, step


def test_so_are_keys_of_people(folder: Path) -> None:
    (step,) = explain(key_path(folder / "a.db"), "subject_key", "subject_id", keys=MANY)
    assert "(county_code=? AND subject_id=?" in step


def test_untold_it_would_walk_through_the_county(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "untold.db"
    copy.write_bytes((folder / "a.db").read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("DELETE FROM sqlite_stat1")
    (step,) = explain(copy, "worker", "id_number_index", keys=MANY)
    assert step.endswith("(county_code=?)")


@pytest.mark.parametrize(
    ("columns", "unique", "said"),
    [
        (["county_code", "id"], True, "1000000 1000000 1"),
        (["county_code", "worker_id"], False, "1000000 1000000 10"),
        (["county_code", "state", "id"], False, "1000000 1000000 50000 10"),
        (["county_code", "stream_kind", "stream_id", "seq"], True, "1000000 1000000 50000 10 1"),
        (["version_num"], True, "1000000 1"),
    ],
)
def test_what_is_said(columns: list[str], *, unique: bool, said: str) -> None:
    assert describe_index(columns, unique=unique) == said
