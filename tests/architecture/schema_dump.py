"""The whole schema of a database as plain text, so that two can be compared by equality.

Alembic's own comparison does not see CHECKs, predicates of partial indexes or WITHOUT ROWID.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

Dump = dict[str, str]
"""What (table, column, constraint, index) → its definition."""

_OURS = "alembic_version"


def dump_schema(connection: Connection) -> Dump:
    if connection.dialect.name == "sqlite":
        return dict(_dump_sqlite(connection))
    return dict(_dump_postgres(connection))


# --- SQLite: the statements themselves, taken apart -------------------------------------------------
def _dump_sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    rows = connection.execute(
        text(
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        )
    )
    for kind, name, table, sql in rows:
        if table == _OURS:
            continue
        if kind == "table":
            yield from _dump_create_table(name, sql)
        else:
            yield f"{kind} {name}", normalise(sql)


def _dump_create_table(name: str, sql: str) -> Iterator[tuple[str, str]]:
    """Columns in their order; constraints without, for nobody can see theirs."""
    begin, end = sql.index("("), sql.rindex(")")
    yield f"table {name}", normalise(sql[end + 1 :])
    columns = 0
    for item in split_items(sql[begin + 1 : end]):
        definition = normalise(item)
        if _is_constraint(definition):
            yield f"constraint {name}: {definition}", definition
        else:
            columns += 1
            yield f"column {name}.{columns}", definition


def _is_constraint(definition: str) -> bool:
    return definition.upper().startswith(
        ("CHECK", "CONSTRAINT ", "FOREIGN KEY", "PRIMARY KEY", "UNIQUE")
    )


def normalise(sql: str) -> str:
    """One blank, no needless quotes, none before brackets and commas."""
    unquoted = re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", sql)
    spaced = re.sub(r"\s+", " ", unquoted)
    return re.sub(r" ?([(),]) ?", r"\1", spaced).strip()


def split_items(body: str) -> Iterator[str]:
    """At the commas outside of all brackets and strings."""
    depth, quoted, item = 0, False, ""
    for character in body:
        if character == "'":
            quoted = not quoted
        if not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0 and not quoted:
            yield item
            item = ""
        else:
            item += character
    yield item


# --- PostgreSQL: its catalogue, by its own printing functions -----------------------------------------
_POSTGRES = {
    "table": """
        SELECT c.oid::regclass::text, c.relkind::text || ' ' || c.relpersistence::text
        FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND {mine}
    """,
    "column": """
        SELECT c.oid::regclass || '.' || row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
               concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                         CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                         'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
                         nullif(a.attidentity::text, ''), nullif(a.attgenerated::text, ''),
                         'COLLATE ' || nullif(l.collname, 'default'))
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {mine}
    """,
    "constraint": """
        SELECT c.oid::regclass || ' ' || k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {mine}
    """,
    "index": """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {mine}
    """,
    "trigger": """
        SELECT c.oid::regclass || ' ' || t.tgname, pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND {mine}
    """,
}
_MINE = (
    "c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    f" AND c.relname NOT LIKE '{_OURS}%'"
)


def _dump_postgres(connection: Connection) -> Iterator[tuple[str, str]]:
    for kind, query in _POSTGRES.items():
        for name, definition in connection.execute(text(query.format(mine=_MINE))):
            yield f"{kind} {name}", definition
