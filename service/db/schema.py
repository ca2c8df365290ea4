"""Which revision the database has and which one this code needs, where the migrations lie; what SQLite's
planner is told of the sizes of tables.
"""

import json
from pathlib import Path
from typing import Final, NamedTuple

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from service.db.bulk import read_rows


def find_scripts() -> Path:
    """`alembic/` of the source tree, or `service/_alembic` of the wheel."""
    service = Path(__file__).resolve().parents[1]
    packed = service / "_alembic"
    return packed if packed.is_dir() else service.parent / "alembic"


def make_config(connection: Connection | None = None, *, key_file: Path | None = None) -> Config:
    """Alembic's configuration, built here because a wheel carries no pyproject.toml. `key_file`: for migrations
    that wrap keys anew.
    """
    config = Config()
    config.set_main_option("script_location", str(find_scripts()))
    if connection is not None:
        config.attributes["connection"] = connection
    config.attributes["key_file"] = key_file
    return config


def head_revision() -> str:
    """The revision that this program needs."""
    head = ScriptDirectory.from_config(make_config()).get_current_head()
    if head is None:
        raise RuntimeError("there is no migration")
    return head


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return revision


# --- what SQLite's planner is told of sizes -------------------------------------------------------
_COUNTY_ROWS: Final = 1_000_000
_KEY_ROWS: Final = 10
# Columns of few values: an index on them narrows little.
_COARSE: Final = frozenset({"kind", "state", "stream_kind", "township_code"})
_COARSE_VALUES: Final = 20

_INDEXES: Final = text("""
    SELECT tables.name AS tbl, indexes.name AS idx, indexes.origin AS origin,
        indexes."unique" AS is_unique, tables.sql LIKE '%WITHOUT ROWID%' AS is_clustered,
        (SELECT json_group_array(name) FROM pragma_index_info(indexes.name)) AS columns
    FROM sqlite_schema AS tables, pragma_index_list(tables.name) AS indexes
    WHERE tables.type = 'table'
""")
_INSERT: Final = text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")


class _Index(NamedTuple):
    """`columns`: their names, as JSON."""

    tbl: str
    idx: str
    origin: str
    is_unique: bool
    is_clustered: bool
    columns: str


def tell_sizes(connection: Connection) -> None:
    """Of every index, on SQLite; takes the place of what was told or analysed before."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("ANALYZE sqlite_schema"))  # makes the table of figures
    connection.execute(text("DELETE FROM sqlite_stat1"))
    indexes = read_rows(_Index, connection.execute(_INDEXES))
    connection.execute(_INSERT, [_make_figure(index) for index in indexes])


def _make_figure(index: _Index) -> dict[str, str]:
    # The primary key of a clustered table is the table itself, and goes by its name.
    is_table = index.origin == "pk" and index.is_clustered
    return {
        "tbl": index.tbl,
        "idx": index.tbl if is_table else index.idx,
        "stat": describe_index(json.loads(index.columns), unique=bool(index.is_unique)),
    }


def describe_index(columns: list[str], *, unique: bool) -> str:
    """The form of sqlite_stat1: all rows, then how many share the first column, the first two …
    The first column is the county.
    """
    shared = [_COUNTY_ROWS]
    for name in columns[1:]:
        share = shared[-1] // _COARSE_VALUES if name in _COARSE else _KEY_ROWS
        shared.append(min(max(share, _KEY_ROWS), shared[-1]))
    if unique:
        shared[-1] = 1
    return " ".join(map(str, (_COUNTY_ROWS, *shared)))
