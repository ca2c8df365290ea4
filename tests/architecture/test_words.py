"""Words that belong to others: who rode with whom is ours to say, what that makes of somebody is not."""

import re

from tests.architecture.sources import ROOT

_NOT_OURS = re.compile("close[ -]?contact|密" + "接|密切" + "接触", re.IGNORECASE)
_FOLDERS = ("schemas", "cli", "service", "docs/reference")
_ENDINGS = {".py", ".toml", ".md"}


def find_words(text: str) -> list[str]:
    return _NOT_OURS.findall(text)


def test_nobody_is_called_what_the_health_authority_calls_them() -> None:
    files = [
        path
        for folder in _FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in _ENDINGS
    ]
    files += [ROOT / "README.md", ROOT / "docs" / "cli.md"]
    assert [str(path) for path in files if find_words(path.read_text("utf-8"))] == []


def test_the_words_are_seen() -> None:
    assert find_words("a Close contact") == ["Close contact"]
    assert find_words("列为密" + "接。") == ["密" + "接"]
