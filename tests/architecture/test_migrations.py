"""Migrations and models make the same database, to the last CHECK, on both kinds."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    pool,
    text,
)
from sqlalchemy.engine import make_url

from service.db.schema import make_config
from service.settings import Settings
from service.tables import key_metadata, metadata
from tests.architecture.schema_dump import Dump, dump_schema
from tests.postgres import VARIABLE


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(make_config()).get_heads()) == 1


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}", poolclass=pool.NullPool)
        yield engine
        return
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip("no PostgreSQL on this machine")
    name = f"empty_{uuid.uuid4().hex[:12]}"
    cluster = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with cluster.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield create_engine(make_url(url).set(database=name), poolclass=pool.NullPool)
    with cluster.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _dump(engine: Engine) -> Dump:
    with engine.connect() as connection:
        return dump_schema(connection)


def _dump_migrated(settings: Settings) -> Dump:
    engine = create_engine(settings.migration_url, poolclass=pool.NullPool)
    return _dump(engine)


def _dump_models(engine: Engine) -> Dump:
    """The key store is a file of its own on SQLite (service/vault/keys.py makes it)."""
    metadata.create_all(engine)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA vault"))
        key_metadata.create_all(engine)
    return _dump(engine)


@pytest.mark.parametrize(
    ("settings", "empty"),
    [("sqlite", "sqlite"), ("postgres", "postgres")],
    indirect=True,
)
def test_migrations_make_what_the_models_say(settings: Settings, empty: Engine) -> None:
    migrated, modelled = _dump_migrated(settings), _dump_models(empty)
    assert len(migrated) > 10
    assert migrated == modelled


# --- does the comparison see anything? ---------------------------------------------------------------
def _probe(
    *,
    check: str = "taken <= places",
    predicate: str = "taken > 0",
    rowid: bool = False,
    nullable: bool = False,
    length: int = 6,
    unique: tuple[str, ...] = ("county_code", "taken"),
) -> MetaData:
    made = MetaData()
    table = Table(
        "probe",
        made,
        Column("county_code", String(length), primary_key=True),
        Column("taken", Integer, nullable=nullable),
        Column("places", Integer, nullable=False),
        CheckConstraint(check, name="probe_places") if check else Column("spare", Integer),
        UniqueConstraint(*unique, name="probe_unique"),
        sqlite_with_rowid=rowid,
    )
    where = text(predicate) if predicate else None
    Index("probe_held", table.c.places, unique=True, sqlite_where=where, postgresql_where=where)
    return made


CHANGES: dict[str, Callable[[], MetaData]] = {
    "a CHECK is gone": lambda: _probe(check=""),
    "a CHECK differs": lambda: _probe(check="taken < places"),
    "an index is no longer partial": lambda: _probe(predicate=""),
    "a predicate differs": lambda: _probe(predicate="taken > 1"),
    "a column may be null": lambda: _probe(nullable=True),
    "a column is longer": lambda: _probe(length=9),
    "a key has another column": lambda: _probe(unique=("county_code", "places")),
}


def _dump_probe(engine: Engine, made: MetaData) -> Dump:
    made.create_all(engine)
    found = _dump(engine)
    made.drop_all(engine)
    return found


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_the_comparison_sees(empty: Engine, change: Callable[[], MetaData]) -> None:
    same = _dump_probe(empty, _probe())
    assert _dump_probe(empty, _probe()) == same
    assert _dump_probe(empty, change()) != same


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_the_comparison_sees_clustering(empty: Engine) -> None:
    assert _dump_probe(empty, _probe(rowid=True)) != _dump_probe(empty, _probe())
