"""load_many and write_many: one contract, two bodies. Every test runs on both databases against the
same expected rows, worked out in plain Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoSuchColumnError

from schemas.errors import ErrorCode
from service.days import CHINA
from service.db.bulk import delete_many, load_many, load_rows, read_rows, write_many
from service.db.database import Database
from service.errors import DomainError
from tests.queries import list_statements
from tests.service.db.conftest import COUNTY, ME, THING, Somebody, make_thing

Row = dict[str, Any]


def load(database: Database, column: str, keys: Iterable[Any], **given: Any) -> list[Row]:
    with database.read(ME) as session:
        rows = load_many(session, THING, county_code=COUNTY, column=column, keys=keys, **given)
        return [dict(row) for row in rows]


def write(database: Database, rows: list[Row], **given: Any) -> None:
    with database.write(ME) as session:
        write_many(session, THING, rows, **given)


def in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["county_code"], row["id"], row["part"]))


def everything(database: Database) -> list[Row]:
    with database.read(ME) as session:
        rows = session.execute(select(THING).order_by(*THING.primary_key.columns)).mappings()
        return [dict(row) for row in rows]


# --- reading ------------------------------------------------------------------------------------
def test_rows_by_key_come_in_the_order_of_the_primary_key(database: Database) -> None:
    stored = [make_thing(number) for number in range(2001)]
    write(database, stored)
    for count in (0, 1, 899, 900, 901, 1801):
        wanted = stored[:count]
        assert load(database, "id", [row["id"] for row in wanted]) == in_order(wanted)
        assert load(database, "count", range(count)) == in_order(wanted)


def test_a_column_that_is_no_key(database: Database) -> None:
    """Each key has many rows, and their order is still the primary key's."""
    stored = [make_thing(number, group_id=UUID(int=number % 1500)) for number in range(3000)]
    write(database, stored)
    groups = [UUID(int=number) for number in range(1, 1400)]
    wanted = [row for row in stored if row["group_id"] in groups]
    assert load(database, "group_id", groups) == in_order(wanted)


def test_some_columns_only(database: Database) -> None:
    stored = [make_thing(number) for number in range(1000)]
    write(database, stored)
    rows = load(database, "count", range(1000), columns=("id", "count"))
    assert rows == [{"id": row["id"], "count": row["count"]} for row in in_order(stored)]


def test_keys_twice_keys_that_are_nowhere_and_other_counties(database: Database) -> None:
    mine, other = make_thing(1), make_thing(1, county_code="320583")
    write(database, [mine, other])
    keys = [mine["id"], mine["id"], UUID(int=1)]
    assert load(database, "id", keys) == [mine]
    assert load(database, "id", iter(keys)) == [mine]


class Member(NamedTuple):
    group_id: UUID | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Counted:
    county_code: str
    id: UUID
    part: str
    count: int


COUNTED = ("county_code", "id", "part", "count")


def test_rows_of_a_type_hold_its_fields_in_the_order_of_the_primary_key(database: Database) -> None:
    stored = [make_thing(number) for number in range(2000)]
    write(database, [*stored, make_thing(1, county_code="320583")])
    for count in (0, 1, 900, 1801):
        given: Any = {"county_code": COUNTY, "column": "count", "keys": range(count)}
        with database.write(ME) as session:
            members = load_rows(session, Member, THING, **given)
            counted = load_rows(session, Counted, THING, **given, lock=True)
            even = load_rows(session, Counted, THING, **given, also=("group_id", UUID(int=4)))
        wanted: list[Row] = in_order(stored[:count])
        assert members == [Member(row["group_id"], row["id"]) for row in wanted]
        assert counted == [Counted(**{name: row[name] for name in COUNTED}) for row in wanted]
        assert even == [row for row in counted if row.count % 10 == 4]


def test_rows_of_a_statement_are_read_by_the_names_of_its_columns(database: Database) -> None:
    write(database, [make_thing(number) for number in range(3)])
    in_turn = select(THING).order_by(THING.c.count)
    with database.read(ME) as session:
        rows = read_rows(Member, session.execute(in_turn))
        exact = in_turn.with_only_columns(THING.c.group_id, THING.c.id)
        assert read_rows(Member, session.execute(exact)) == rows
    assert [row.group_id for row in rows] == [UUID(int=number) for number in range(3)]


def test_a_field_that_is_no_column_is_a_mistake(database: Database) -> None:
    class Wrong(NamedTuple):
        colour: str

    with database.read(ME) as session:
        with pytest.raises(KeyError, match="colour"):
            load_rows(session, Wrong, THING, county_code=COUNTY, column="count", keys=[1])
        with pytest.raises(NoSuchColumnError, match="colour"):
            read_rows(Wrong, session.execute(select(THING)))


@pytest.mark.parametrize(
    "column", ["id", "group_id", "count", "at", "on", "note", "ready", "sealed"]
)
def test_a_column_of_any_type_is_looked_up(database: Database, column: str) -> None:
    """Also bytes that have a meaning in texts of the database; a key that is None finds nothing."""
    stored = [
        make_thing(
            number, group_id=UUID(int=number), note=f'{number}"\\,', sealed=bytes((number,)) * 3
        )
        for number in (0, 34, 44, 92, 123, 125)
    ]
    stored.append(make_thing(200, **{} if column == "id" else {column: None}))
    write(database, stored)
    wanted = [row for row in stored if row[column] is not None and row["count"] != 44]
    keys = [row[column] for row in wanted]
    found = load(database, column, [*keys, None])
    assert found == in_order(row for row in stored if row[column] in keys)
    narrowed = load(database, column, keys, also=("sealed", stored[0]["sealed"]))
    assert narrowed == [row for row in found if row["sealed"] == stored[0]["sealed"]]


def test_no_keys_no_statement(database: Database) -> None:
    with database.read(ME) as session, list_statements() as statements:
        assert load_many(session, THING, county_code=COUNTY, column="id", keys=[]) == []
        assert load_rows(session, Counted, THING, county_code=COUNTY, column="id", keys=[]) == []
    assert statements == []


def test_locked_rows_are_the_same_rows(database: Database) -> None:
    stored = [make_thing(number) for number in range(20)]
    write(database, stored)
    with database.write(ME) as session:
        keys = [row["id"] for row in stored]
        rows = load_many(session, THING, county_code=COUNTY, column="id", keys=keys, lock=True)
        assert [dict(row) for row in rows] == in_order(stored)


# --- writing ------------------------------------------------------------------------------------
MODES: tuple[Any, ...] = ("refuse", "ignore", "overwrite")
FIRST = [make_thing(number) for number in (1, 2, 3)]
AGAIN = [make_thing(number, labels=["new"], count=number + 10) for number in (2, 3, 4)]


@pytest.mark.parametrize(
    ("conflict", "kept"),
    [
        ("ignore", [*FIRST, AGAIN[2]]),
        ("overwrite", [FIRST[0], *AGAIN]),
    ],
)
def test_rows_that_are_there_already(database: Database, conflict: str, kept: list[Row]) -> None:
    write(database, FIRST)
    write(database, AGAIN, conflict=conflict)
    assert everything(database) == in_order(kept)


def test_a_row_twice_in_one_list(database: Database) -> None:
    """The last one counts, whether the list is short or goes packed."""
    for count in (1, 20):
        stored = [make_thing(number) for number in range(count)]
        write(database, [*stored, make_thing(0, labels=["last"])], conflict="overwrite")
        assert everything(database) == in_order([make_thing(0, labels=["last"]), *stored[1:]])


def test_what_was_written_is_counted(database: Database) -> None:
    for few, many in ((FIRST[:1], AGAIN[:1]), (FIRST, [*FIRST, *AGAIN[2:]])):
        fresh = [make_thing(number + 50) for number in range(len(few))]
        with database.write(ME) as session:
            assert write_many(session, THING, fresh, conflict="ignore") == len(fresh)
            assert write_many(session, THING, fresh, conflict="ignore") == 0
            assert write_many(session, THING, many, conflict="overwrite") == len(many)
            session.rollback()


def test_new_rows(database: Database) -> None:
    stored = [make_thing(number) for number in range(1500)]
    for begin, conflict in enumerate(MODES):
        write(database, stored[begin::3], conflict=conflict)
    assert everything(database) == in_order(stored)


def test_no_rows_no_statement(database: Database) -> None:
    with database.write(ME) as session, list_statements() as statements:
        for conflict in MODES:
            write_many(session, THING, [], conflict=conflict)
    assert statements == []


def test_a_refused_row_takes_all_others_with_it(database: Database) -> None:
    """`ignore` and `overwrite` look at the primary key only: no other constraint is passed over."""
    write(database, FIRST)
    same_count = [make_thing(9, count=1)]
    for rows, conflict in ((AGAIN, "refuse"), *((same_count, mode) for mode in MODES)):
        with pytest.raises(DomainError) as refused:
            write(database, [make_thing(100), *rows], conflict=conflict)
        assert refused.value.code is ErrorCode.CONFLICT
        assert everything(database) == in_order(FIRST)


def test_rows_of_different_columns_are_a_mistake(database: Database) -> None:
    short = make_thing(2)
    del short["labels"]
    for rows in ([make_thing(1), short], [short, make_thing(1)]):
        with pytest.raises(ValueError, match="same columns"):
            write(database, rows)


def test_overwriting_names_its_columns_only(database: Database) -> None:
    """Columns that are not given stay; with nothing but a key given there is nothing to overwrite."""
    write(database, [make_thing(1, labels=["old"])])
    key = {name: make_thing(1)[name] for name in ("county_code", "id", "part")}
    write(database, [key], conflict="overwrite")
    write(database, [{**key, "count": 5}], conflict="overwrite")
    assert everything(database) == [make_thing(1, labels=["old"], count=5)]


def test_any_number_is_deleted_and_nothing_of_another_county(database: Database) -> None:
    theirs = make_thing(1, county_code="320583", count=9_999)
    stored = [make_thing(number) for number in range(2_000)]
    write(database, [*stored, theirs])
    with database.write(ME) as session:
        keys = [row["id"] for row in stored[10:]]
        delete_many(session, THING, county_code=COUNTY, column="id", keys=keys + keys[:5])
        delete_many(session, THING, county_code=COUNTY, column="id", keys=[])
    assert everything(database) == in_order([*stored[:10], theirs])


# --- values -------------------------------------------------------------------------------------
AT = datetime(2020, 3, 24, 8, 0, 0, 123456, tzinfo=UTC)


VALUES: list[Row] = [
    {"at": AT},
    {"at": datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
    {"at": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
    {"on": date(2020, 2, 29)},
    {"on": date(1900, 1, 1)},
    {"labels": {"b": [1, "二", None, True], "a": {}}},
    {"labels": []},
    {"group_id": UUID(int=0)},
    {"group_id": UUID(int=2**128 - 1)},
    {"group_id": None},
    {"note": '苏州’\\n"{},NULL'},
    {"note": ""},
    {"ready": True},
    {"ready": False},
    {"sealed": b""},
    {"sealed": bytes(range(256))},
    {"count": -(2**31)},
]


def test_values_come_back_as_they_were(database: Database) -> None:
    stored = [make_thing(number, **given) for number, given in enumerate(VALUES)]
    for part in (stored[:2], stored[2:]):  # a short list, and one that goes packed
        write(database, part)
    assert everything(database) == in_order(stored)


@pytest.mark.parametrize("mark", ["\x1f", "\x1e"])
def test_marks_that_somebody_has_written(database: Database, mark: str) -> None:
    """What stands between two words, and for no value, on the way to PostgreSQL."""
    notes = [mark, f"a{mark}b", "", None, f"{mark}{mark}"]
    labels = {"note": mark}
    stored = [make_thing(n, note=note, labels=labels) for n, note in enumerate(notes)]
    write(database, stored)
    assert everything(database) == in_order(stored)


def test_instants_come_back_in_utc(database: Database) -> None:
    china = AT.astimezone(CHINA)
    write(database, [make_thing(1, at=china)])
    [row] = everything(database)
    assert (row["at"], row["at"].utcoffset()) == (AT, timedelta())


def test_an_instant_without_zone_is_refused(database: Database) -> None:
    for count in (1, 20):
        rows = [make_thing(number, at=AT.replace(tzinfo=None)) for number in range(count)]
        with pytest.raises(ValueError, match="an instant needs a time zone"):
            write(database, rows)


def test_another_county_cannot_be_written_by_a_key(database: Database) -> None:
    """The county is part of the key: nothing of another one is overwritten."""
    theirs = make_thing(1, county_code="320583", labels=["theirs"], count=77)
    with database.write(Somebody("320583")) as session:
        write_many(session, THING, [theirs])
    write(database, [make_thing(1)], conflict="overwrite")
    assert everything(database) == in_order([make_thing(1), theirs])
