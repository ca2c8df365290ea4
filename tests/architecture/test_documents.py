"""What the documents say is there is there."""

import re
from pathlib import Path

import pytest

from service.settings import Settings
from tests.architecture.sources import ROOT

DECISIONS = ROOT / "docs" / "decisions"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if ":" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"`FANGANG_{name.upper()}`" in page


def test_each_decision_has_a_number_of_its_own_and_says_what_was_rejected() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in pages]
    assert sorted(set(numbers)) == numbers
    listed = _LINK.findall((DECISIONS / "README.md").read_text(encoding="utf-8"))
    assert listed == [page.name for page in pages]
    silent = [page.name for page in pages if "reject" not in page.read_text("utf-8").lower()]
    assert silent == []


def test_every_target_of_make_has_a_line_of_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (help .*)$", text, re.MULTILINE)
    helped = re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE)
    assert sorted(helped) == sorted(phony.split())
