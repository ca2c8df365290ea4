"""Where something lies in clear: every file beside the database, every column of every row, lines of the log;
and in which forms it would be found.
"""

import base64
import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import inspect, text

from service.app import logs
from service.settings import Settings
from tests.dba import dba, is_sqlite

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_CLIENTS: Final = ("httpx2", "httpcore2", "httpx", "httpcore")
"""The callers are in this process too, and log what they ask for."""
OF_HEALTH: Final = (
    *("fever", "发热", "health_point", "body_temperature", "met_case", "has_symptoms"),
    *("health_certificate", "proof_invalidated", "declared", "hospital", "armpit"),
)
"""What a note, a remark, an end or a hold is: each of them stands in the stories, and is sealed."""
Places = dict[str, bytes]


@contextmanager
def keep_log() -> Iterator[list[str]]:
    """Everything that is logged, at the finest level, as both of the program's formats write it."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.partition(".")[0] in _CLIENTS:
                return
            lines.append(logs.JsonFormatter().format(record))
            lines.append(logs.TextFormatter().format(record))

    root, handler = logging.getLogger(), Keep(level=logging.DEBUG)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


# --- where ----------------------------------------------------------------------------------------
def read_places(settings: Settings) -> Places:
    """Every file beside the database and in folders there; every column of every row, of PostgreSQL as text. (A
    value in SQLite's file may be divided among pages.)"""
    folder = settings.key_file.parent
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    places = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    if not is_sqlite(settings):
        return places | dump_postgres(settings)
    for path in files:
        if path.read_bytes()[:15] == b"SQLite format 3":
            places |= dump_sqlite(path)
    return places


def dump_postgres(settings: Settings) -> Places:
    places: Places = {}
    with dba(settings) as connection:
        inspector = inspect(connection)
        for schema in ("public", "vault"):
            for table in inspector.get_table_names(schema=schema):
                rows = connection.execute(text(f'SELECT t::text FROM {schema}."{table}" t'))
                places[f"{schema}.{table}"] = "\n".join(row[0] for row in rows).encode()
    return places


def dump_sqlite(path: Path) -> Places:
    places: Places = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            rows = connection.execute(f'SELECT * FROM "{table}"')
            cells = [cell for row in rows for cell in row]
            places[f"{path.name}: {table}"] = b"\n".join(map(_to_bytes, cells))
    return places


def _to_bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


# --- in which form --------------------------------------------------------------------------------
def list_forms(secret: str) -> set[bytes]:
    """In any of the encodings; escaped as JSON and as in an address; in base64 wherever it begins."""
    escaped = json.dumps(secret)[1:-1].encode()
    inner = {
        base64.b64encode(b"\0" * before + secret.encode())[-(-8 * before // 6) :].rstrip(b"=")[:-1]
        for before in range(3)
    }
    encoded = {secret.encode(encoding) for encoding in ENCODINGS}
    return {*encoded, escaped, quote(secret).encode(), *inner}


def find(places: Places, secrets: Sequence[str]) -> list[tuple[str, str]]:
    """Where something lies in clear, in any of its forms, or as the hex of its bytes."""
    wanted = [(secret, list_forms(secret)) for secret in secrets]
    hexed = {s: {s.encode(each).hex().encode() for each in ENCODINGS} for s in secrets}
    hits = []
    for place, content in places.items():
        lower = content.lower()
        for secret, forms in wanted:
            if any(form in content for form in forms) or any(
                form in lower for form in hexed[secret]
            ):
                hits.append((place, secret))
    return hits
