"""One small table of every column type, on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from service.db.columns import Day, Id, Instant
from service.db.database import Database
from service.settings import Settings
from tests.dba import dba

COUNTY = "211221"
THING = Table(
    "thing",
    MetaData(),
    Column("county_code", String(6), primary_key=True),
    Column("id", Id, primary_key=True),
    Column("part", String(8), primary_key=True),
    Column("group_id", Id),
    Column("count", Integer),
    Column("at", Instant),
    Column("on", Day),
    Column("labels", JSON),
    Column("note", String),
    Column("ready", Boolean),
    Column("sealed", LargeBinary),
    UniqueConstraint("county_code", "count", name="thing_count"),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Somebody:
    county_code: str = COUNTY
    division_prefix: str = ""


ME = Somebody()


@pytest.fixture
def open_database(settings: Settings) -> Iterator[Callable[..., Database]]:
    """Databases on the test's settings with `thing` made; disposed of at the end."""
    with dba(settings) as connection:
        THING.create(connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("GRANT ALL ON thing TO fangang_app")
    opened: list[Database] = []

    def open_one(*, patience: float = 1.0, **changes: object) -> Database:
        opened.append(Database(settings.model_copy(update=changes), patience=patience))
        return opened[-1]

    yield open_one
    for each in opened:
        each.dispose()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    return open_database()


def make_thing(number: int, **given: object) -> dict[str, object]:
    """Ids fall as numbers rise, so that no order comes by itself."""
    return {
        "county_code": COUNTY,
        "id": UUID(int=2**100 - number * 7919),
        "part": "a.b",
        "group_id": UUID(int=number % 10),
        "count": number,
        "at": None,
        "on": None,
        "labels": None,
        "note": None,
        "ready": None,
        "sealed": None,
        **given,
    }
