"""Dates as clerks type them, read without guessing: 5/3, 3月24日 and 3月底 stay text."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from schemas.identity import strip_format_characters
from schemas.roster.cells import CellError, RawCell, is_blank, show

_FULL: Final = re.compile(
    r"(?P<year>\d{4})\s*(?:[-./年]|\s)\s*(?P<month>\d{1,2})\s*(?:[-./月]|\s)\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
).fullmatch
_COMPACT: Final = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})").fullmatch
_MONTH_ONLY: Final = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:\s*[-./年]\s*(?P<month>\d{1,2})\s*月?|(?P<compact>\d{2}))"
).fullmatch
_SERIAL: Final = re.compile(r"\d{5}(?:\.0+)?").fullmatch
_MOST: Final = 1e15
_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1904: Final = date(1904, 1, 1)
_DEPARTURE_YEARS: Final = range(2000, 2100)
_NOTHING: Final = frozenset({"-", "--", "—", "——", "/", "\\", "无"})


class Month(NamedTuple):
    """A birth date given as year and month only."""

    year: int
    month: int


def read_date(cell: RawCell, *, counts_from_1904: bool = False) -> date | None:
    """The day that the cell names, or None when it names none beyond doubt."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return _read_number(cell, counts_from_1904=counts_from_1904)
    return _read_text(cell) if isinstance(cell, str) else None


def _read_number(number: float, *, counts_from_1904: bool) -> date | None:
    if not -_MOST < number < _MOST:  # infinite, or no number at all
        return None
    whole = int(number)
    if whole > 99_999:
        return _read_text(str(whole)) if number == whole else None
    if whole < 10_000:
        return None
    return (_EPOCH_1904 if counts_from_1904 else _EPOCH_1900) + timedelta(days=whole)


def _read_text(text: str) -> date | None:
    clean = _clean(text)
    match = _COMPACT(clean) or _FULL(clean)
    if match is None:
        return _read_number(float(clean), counts_from_1904=False) if _SERIAL(clean) else None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _clean(text: str) -> str:
    return strip_format_characters(unicodedata.normalize("NFKC", show(text))).strip()


def read_departure(
    cell: RawCell, *, counts_from_1904: bool = False
) -> tuple[date | str | None, bool]:
    """The day (or the text where there is none), and whether it was readable."""
    if is_blank(cell) or (isinstance(cell, str) and _clean(cell) in _NOTHING):
        return None, True
    day = read_date(cell, counts_from_1904=counts_from_1904)
    if day is not None and day.year in _DEPARTURE_YEARS:
        return day, True
    return show(cell), False


def read_birth(cell: RawCell, *, counts_from_1904: bool = False) -> date | Month | None:
    """A full date, or year and month; None when neither can be read (it is only compared)."""
    if isinstance(cell, CellError) or is_blank(cell):
        return None
    day = read_date(cell, counts_from_1904=counts_from_1904)
    if day is not None:
        return day
    match = _MONTH_ONLY(_clean(show(cell)))
    if match is None:
        return None
    month = int(match["month"] or match["compact"])
    return Month(int(match["year"]), month) if 1 <= month <= 12 else None


def agrees(born: date, stated: date | Month) -> bool:
    if isinstance(stated, Month):
        return (born.year, born.month) == stated
    return born == stated
