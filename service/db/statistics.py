"""What SQLite's planner is told about the sizes of tables.

By itself it takes a county for ten rows: from five keys on it would rather walk through the county
than look into an index. Real figures (`ANALYZE`) cannot be had before there are rows, so it is told
in general: a county is large, and a key has few rows. https://sqlite.org/optoverview.html names this
way under "Manual control of query plans".
"""

import json
from typing import Any, Final

from sqlalchemy import Connection, text

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


def tell_sizes(connection: Connection) -> None:
    """Of every index, on SQLite; takes the place of what was told or analysed before."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("ANALYZE sqlite_schema"))  # makes the table of figures
    connection.execute(text("DELETE FROM sqlite_stat1"))
    figures = [_make_figure(dict(index)) for index in connection.execute(_INDEXES).mappings()]
    connection.execute(_INSERT, figures)


def _make_figure(index: dict[str, Any]) -> dict[str, str]:
    # The primary key of a clustered table is the table itself, and goes by its name.
    is_table = index["origin"] == "pk" and index["is_clustered"]
    return {
        "tbl": index["tbl"],
        "idx": index["tbl"] if is_table else index["idx"],
        "stat": describe_index(json.loads(index["columns"]), unique=bool(index["is_unique"])),
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
