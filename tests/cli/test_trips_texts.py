"""The tables of texts: both languages, nothing that a GBK console lacks, nothing unused."""

from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

import cli
from cli.papers import texts as papers
from cli.trace import texts as trace
from cli.trips import texts as trips

FOLDER = Path(cli.__file__).parent
TABLES = {"papers": papers, "trace": trace, "trips": trips}


def fits_gbk(text: str) -> bool:
    return text.encode("gbk", "replace").decode("gbk") == text


@pytest.mark.parametrize(("group", "table"), TABLES.items())
def test_texts(group: str, table: ModuleType) -> None:
    members: type[StrEnum] = table.Text
    texts: dict[StrEnum, tuple[str, str]] = dict(table._TEXTS)
    assert set(texts) == set(members)
    assert [pair for pair in texts.values() if not all(map(fits_gbk, pair)) or "" in pair] == []
    source = "".join(path.read_text(encoding="utf-8") for path in (FOLDER / group).glob("*.py"))
    unused = [each.name for each in members if source.count(f"Text.{each.name}") < 2]
    assert unused == []
