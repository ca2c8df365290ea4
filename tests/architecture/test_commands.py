"""Every command has help with an example, and stands in docs/cli.md as it is."""

import re

import pytest

from tests.architecture.command_pages import PAGE, PROGRAMS, Page, list_pages, write_page

PAGES = list_pages()
COMMANDS = [page for page in PAGES if not page.is_group]


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_has_commands(program: str) -> None:
    assert [page for page in COMMANDS if page.words[0] == program] != []


def has_example(page: Page) -> bool:
    """The command itself is in its help once more than in the line of its usage."""
    without_wraps = "".join(page.text.split())
    return without_wraps.count("".join(page.words)) > 1


@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: page.name)
def test_help_has_an_example(page: Page) -> None:
    assert has_example(page)


def list_cut_lines(page: Page) -> list[str]:
    """Commands of a group whose one line does not fit: a Chinese sentence has no blank to cut at."""
    commands = re.split("^(?:Commands:|命令：)$", page.text, flags=re.MULTILINE)[-1]
    return [line for line in commands.splitlines() if line.endswith("...")]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.is_group], ids=lambda page: page.name
)
def test_groups_tell_what_each_command_does(page: Page) -> None:
    assert list_cut_lines(page) == []


@pytest.mark.parametrize("heading", ["Commands:", "命令："])
def test_the_guard_sees_cut_lines(heading: str) -> None:
    text = f"Usage: x ...\n\n{heading}\n  undo    ...\n  find    查找。"
    assert list_cut_lines(Page(("x",), is_group=True, text=text)) == ["  undo    ..."]


def test_the_guard_sees() -> None:
    usage = "Usage: fangang roster check [OPTIONS]\n\n  检查花名册。"
    assert not has_example(Page(("fangang", "roster", "check"), is_group=False, text=usage))


def test_the_page_is_up_to_date() -> None:
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == write_page()
