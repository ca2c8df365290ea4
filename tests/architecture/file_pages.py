"""The last section of docs/architecture.md: every file and the first sentence that it says of itself.
`make docs` writes it; a test compares it.
"""

import ast
import re

from tests.architecture.sources import PROGRAM, ROOT, Source, list_sources

PAGE = ROOT / "docs" / "architecture.md"
HEADING = "## Every file"
_INTRODUCTION = "Written by `make docs` from the first sentence of each file.\n"
_SENTENCE = re.compile(r"(.+?\.)(?:\s|$)")


def write_list() -> str:
    lines = [HEADING, "", _INTRODUCTION]
    folder = ""
    for source in sorted(
        (each for package in PROGRAM for each in list_sources(package)), key=_by_folder
    ):
        sentence = first_sentence(source)
        if sentence is None:
            continue
        path = source.path.relative_to(ROOT)
        if str(path.parent) != folder:
            folder = str(path.parent)
            lines += ["", f"### {folder}", ""]
        lines.append(f"- `{path.name}`: {sentence}")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _by_folder(source: Source) -> tuple[str, str]:
    return str(source.path.parent), source.path.name


def first_sentence(source: Source) -> str | None:
    """None for a file without a docstring: an empty __init__.py."""
    text = ast.get_docstring(source.tree)
    if text is None:
        return None
    whole = " ".join(text.split("\n\n")[0].split())
    found = _SENTENCE.match(whole)
    return found[1] if found else whole


def read_page() -> tuple[str, str]:
    """What is written by hand, and the list."""
    before, _, after = PAGE.read_text(encoding="utf-8").partition(HEADING)
    return before, HEADING + after


if __name__ == "__main__":
    PAGE.write_text(read_page()[0] + write_list(), encoding="utf-8")
