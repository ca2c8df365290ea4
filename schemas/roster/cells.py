"""The cells of a sheet as they are read: kinds, blank cells, cleaned texts, merged ranges, numbers that lost
digits (from 15 on), how a cell is shown, letters of columns.

A cell is a plain Python value, because a roster has millions: None or "" is blank, str text,
float or int a number, date or datetime a date, CellError an error value or a formula without a
stored result. The kind matters: digits in a text are exact, in a number they may be lost.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from schemas.identity import strip_format_characters

_LINE_BREAKS: Final = re.compile(r"\r\n?|_x000[dD]_\n?")
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"').fullmatch
_MAX_EXACT_DIGITS: Final = 15


class CellKind(StrEnum):
    BLANK = "blank"
    DATE = "date"
    ERROR = "error"
    FORMULA = "formula"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value such as #N/A (kind ERROR), or a formula that has no stored result (FORMULA).

    `shown` is what the sheet shows: empty for a formula that was never calculated.
    """

    kind: CellKind
    shown: str = ""


RawCell: TypeAlias = (
    str | float | int | bool | date | datetime | time | timedelta | CellError | None
)
Row: TypeAlias = tuple[int, Sequence[RawCell]]


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Rows as Excel numbers them (from 1), columns from 0; both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. `rows` may be read once; a gap in its numbers is blank rows.

    `name` is what reports show (in a zip `file/sheet`), `own_name` the sheet's name alone.
    `counts_from_1904`: how a date stored as a bare number is to be counted; `is_text`: lines of a text,
    each with as many cells as it has delimiters, and without merged ranges.
    """

    name: str
    rows: Iterable[Row]
    own_name: str = ""
    merged: Sequence[MergedRange] = ()
    hidden: bool = False
    counts_from_1904: bool = False
    is_text: bool = False


def is_blank(cell: RawCell) -> bool:
    """Nothing that a person can see: no value, blanks, zero-width characters."""
    return cell is None or cell == "" or (cell.__class__ is str and not clean_text(cell))


def clean_text(text: str) -> str:
    """Without outer blanks, Cf characters and the guards that keep digits as text (' and ="…")."""
    clean = strip_format_characters(text).strip()
    if not clean:
        return ""
    if clean[0] == "'":
        clean = clean[1:].strip()
    elif clean[0] == "=" and (guarded := _TEXT_FORMULA(clean)):
        clean = guarded[1].strip()
    if "\r" in clean or "_x000" in clean:
        clean = _LINE_BREAKS.sub("\n", clean)
    return clean


def show(cell: RawCell) -> str:
    """The cell as text, as near to what the sheet shows as its value allows."""
    if isinstance(cell, str):
        return clean_text(cell)
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.shown
    if isinstance(cell, (bool, int, float)):
        return str(cell).upper() if isinstance(cell, bool) else show_number(cell)
    is_midnight = isinstance(cell, datetime) and cell.time() == time()
    return str(cell.date() if isinstance(cell, datetime) and is_midnight else cell)


def show_number(number: float) -> str:
    """`15400001234` while exact; `2.11221E+17`, as a sheet shows it, once digits are lost."""
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        return str(number)
    if abs(number) >= 10**_MAX_EXACT_DIGITS:
        mantissa, exponent = f"{number:.5E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    return str(int(number)) if number == int(number) else repr(number)


def has_lost_digits(number: float) -> bool:
    """A spreadsheet keeps 15 significant digits: a longer whole number has lost the rest."""
    return abs(number) >= 10**_MAX_EXACT_DIGITS


def letter_column(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters
