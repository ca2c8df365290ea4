"""Lists that the client writes to be mended and imported: errors, what is missing, who is absent.

They are known again by their own headings. To come back half mended is normal for them, and none
of them holds a whole village.
"""

from typing import Final

from cli.roster.checking import CheckedFile
from cli.roster.texts import Text, get_text
from schemas.roster.report import SheetFacts
from schemas.texts import Language, speaking

ORIGINS: Final = (Text.ORIGIN_FILE, Text.ORIGIN_SHEET, Text.ORIGIN_ROW, Text.REASON, Text.CODE)
_MARKS: Final = (Text.ASK_AT, Text.PERSON_CODE)
_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_HIDDEN: Final = "*" * 14


def list_marks() -> list[str]:
    """The last headings of a list of people in the registry: a number to ask at, and their code."""
    return [get_text(text) for text in _MARKS]


def hide_id(end: str) -> str:
    """The last four of an identity number in its whole length, to be written over."""
    return _HIDDEN + end


def is_excerpt(checked: CheckedFile) -> bool:
    """Whether every sheet with a header is of such a list."""
    sheets = checked.report.sheets
    return bool(sheets) and all(map(_is_ours, sheets))


def _is_ours(facts: SheetFacts) -> bool:
    headings = {column.heading for column in facts.header.columns}
    for language in _LANGUAGES:
        with speaking(language):
            if any(headings.issuperset(map(get_text, texts)) for texts in (ORIGINS, _MARKS)):
                return True
    return False
