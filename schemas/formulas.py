"""Which text a spreadsheet takes for a formula (= + - @, full-width too), and the mark that keeps it text, in
everything that is read or exported.
"""

from typing import Final

# Full-width ones too: with Chinese input on, WPS and Excel take them for the others on editing.
_STARTS: Final = "=+-@＝＋－＠"
# Blanks before the sign are dropped by some programs that read a CSV.
_SKIPPED: Final = " \t\r\n"
_MARK: Final = "'"


def is_formula_like(text: str) -> bool:
    """Whether it begins with such a sign and has something behind it: a lone － marks an empty cell."""
    bare = text.lstrip(_SKIPPED)
    return bare[:1] in _STARTS and bare.strip(_STARTS + _SKIPPED) != ""


def neutralise(text: str) -> str:
    """The same text with the mark that keeps it text, if it needs one.

    Who reads a roster drops the mark again.
    """
    return _MARK + text if is_formula_like(text) else text
