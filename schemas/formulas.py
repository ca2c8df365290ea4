"""Text that a spreadsheet would take for a formula, in everything that is exported."""

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@")
# Blanks before the sign are dropped by some programs that read a CSV.
_SKIPPED: Final = " \t\r\n"
_MARK: Final = "'"


def neutralise(text: str) -> str:
    """The same text with the mark that keeps it text, if it needs one.

    Who reads a roster drops the mark again.
    """
    return _MARK + text if text.lstrip(_SKIPPED).startswith(FORMULA_STARTS) else text
