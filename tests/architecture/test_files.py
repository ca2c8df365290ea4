"""docs/architecture.md names every file, with what the file says of itself."""

from tests.architecture.file_pages import first_sentence, read_page, write_list
from tests.architecture.sources import PROGRAM, list_sources, parse


def test_the_page_is_up_to_date() -> None:
    """`make docs` writes it anew."""
    assert read_page()[1] == write_list()


def test_every_file_says_what_it_is() -> None:
    silent = [
        source.name
        for package in PROGRAM
        for source in list_sources(package)
        if source.text.strip() and first_sentence(source) is None
    ]
    assert silent == []


def test_a_silent_file_is_seen() -> None:
    assert first_sentence(parse("service.probe", "import os\n")) is None
    assert first_sentence(parse("service.probe", '"""Says it."""\n')) == "Says it."
