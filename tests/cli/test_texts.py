"""The tables of texts: both languages, nothing that a GBK console lacks, nothing unused."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import cli
from schemas.texts import Text

FOLDER = Path(cli.__file__).parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py")}


def list_tables() -> Iterator[type[Text]]:
    """Every table below `Text` in the client, wherever it stands."""
    for path, source in SOURCES.items():
        names = [
            each.name
            for each in ast.parse(source).body
            if isinstance(each, ast.ClassDef) and "Text" in map(ast.unparse, each.bases)
        ]
        if names:
            parts = path.relative_to(FOLDER.parent).with_suffix("").parts
            module = import_module(".".join(parts))
            yield from (getattr(module, name) for name in names)


TABLES = {table.__name__: table for table in list_tables()}


def fits_gbk(text: str) -> bool:
    return text.encode("gbk", "replace").decode("gbk") == text


def test_every_group_has_its_table() -> None:
    assert TABLES.keys() >= {"PaperText", "RosterText", "TraceText", "TripText"}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_texts(table: type[Text]) -> None:
    pairs = {name: member.value for name, member in table.__members__.items()}
    assert [pair for pair in pairs.values() if not all(map(fits_gbk, pair)) or "" in pair] == []
    source = "".join(SOURCES.values())
    unused = [name for name in pairs if f"{table.__name__}.{name}" not in source]
    assert unused == []
