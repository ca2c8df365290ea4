"""One schema for a laptop and for a cluster: the county leads every key of every tenant table."""

import pytest
from sqlalchemy import (
    Column,
    Double,
    Enum,
    Float,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from service.tables import key_metadata, metadata

COUNTY = "county_code"
# No county of their own: the same list for everybody.
REFERENCE_TABLES: frozenset[str] = frozenset()
# Why these are not clustered by their key on SQLite.
NOT_CLUSTERED = {
    "event": "its writes would cost 65 % more",
    "roster_chunk": "its rows are large, and large rows make a clustered tree deep",
    "unread_event": "its rows may be large, too",
}

TABLES = [*metadata.sorted_tables, *key_metadata.sorted_tables]
TENANTS = [table for table in TABLES if table.name not in REFERENCE_TABLES]


def find_loose_keys(table: Table) -> list[str]:
    """Keys (primary, unique, foreign, unique indexes) that another column leads."""
    keys = [
        (str(key.name or type(key).__name__), list(key.columns.keys()))
        for key in table.constraints
        if isinstance(key, PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint)
    ]
    keys += [
        (str(index.name), [str(getattr(each, "name", each)) for each in index.expressions])
        for index in table.indexes
        if index.unique
    ]
    return [name for name, columns in keys if columns[:1] != [COUNTY]]


def find_crossing_keys(table: Table) -> list[str]:
    """Foreign keys that do not join county to county."""
    return [
        str(key.name)
        for key in table.foreign_key_constraints
        if key.elements[0].column.name != COUNTY
    ]


@pytest.mark.parametrize("table", TENANTS, ids=lambda table: table.fullname)
def test_the_county_leads(table: Table) -> None:
    assert next(iter(table.columns)).name == COUNTY
    assert find_loose_keys(table) == []
    assert find_crossing_keys(table) == []


@pytest.mark.parametrize("table", TENANTS, ids=lambda table: table.fullname)
def test_the_county_is_six_digits_and_required(table: Table) -> None:
    column = table.c[COUNTY]
    length = getattr(column.type, "length", None)
    assert (length, column.nullable, column.primary_key) == (6, False, True)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.fullname)
def test_tables_read_by_key_are_clustered(table: Table) -> None:
    with_rowid = table.dialect_options["sqlite"]["with_rowid"]
    assert with_rowid == (table.name in NOT_CLUSTERED)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.fullname)
def test_no_types_that_differ_between_databases(table: Table) -> None:
    """No floats (sums would drift), no database enums (they cannot be altered in a transaction)."""
    wrong = [
        column.name
        for column in table.columns
        if isinstance(column.type, Double | Float | Numeric | Enum)
    ]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.fullname)
def test_no_server_makes_values(table: Table) -> None:
    """Neither serial ids nor defaults of the database: the same row is the same everywhere."""
    wrong = [
        column.name
        for column in table.columns
        if column.server_default is not None or column.autoincrement is True
    ]
    assert wrong == []


def test_the_guard_sees() -> None:
    made = MetaData()
    Table("parent", made, Column("id", Integer, primary_key=True))
    probe = Table(
        "probe",
        made,
        Column("id", Integer, primary_key=True),
        Column(COUNTY, String(6), primary_key=True),
        UniqueConstraint("id", COUNTY, name="loose_unique"),
        UniqueConstraint(COUNTY, "id", name="tight_unique"),
        ForeignKeyConstraint(["id"], ["parent.id"], name="loose_foreign"),
    )
    assert sorted(find_loose_keys(probe)) == [
        "PrimaryKeyConstraint",
        "loose_foreign",
        "loose_unique",
    ]
    assert find_crossing_keys(probe) == ["loose_foreign"]
