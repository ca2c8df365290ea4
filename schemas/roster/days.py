"""How days are read from cells: full dates and serial numbers, departures without a year (the year is taken
from the roster's date), lunar days, birth dates and months; what names no day beyond doubt stays text.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

from schemas.identity import strip_format_characters
from schemas.roster.cells import CellError, RawCell, is_blank, show
from schemas.roster.codes import WarningCode

_MOST: Final = 1e15
_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1904: Final = date(1904, 1, 1)
_DEPARTURE_YEARS: Final = range(2000, 2100)
_NO_DATE: Final = frozenset({"-", "--", "—", "——", "/", "\\", "无"})
_BEFORE: Final = timedelta(days=60)
"""A day without a year is the first such day from so long before the roster's date on."""
_AFTER: Final = timedelta(days=305)
"""Later than this the year is no assumption but a guess: 29 February of another year."""
_DOUBTFUL: Final = timedelta(days=366)
"""A written year may be this far from the roster's date."""

_CLOCK: Final = (
    r"(?:[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
    r"|\s*(?:上午|下午|早上|早晨|中午|晚上|凌晨)?\s*(?:\d{1,2}\s*[点时:：]\s*(?:\d{1,2}\s*分?|半)?)?)"
)
_END: Final = rf"\s*[日号]?\.?{_CLOCK}"
_FULL: Final = re.compile(
    rf"(?P<year>\d{{4}})\s*(?:[-./年]|\s)\s*(?P<month>\d{{1,2}})\s*(?:[-./月]|\s)\s*(?P<day>\d{{1,2}}){_END}"
).fullmatch
_COMPACT: Final = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})").fullmatch
_NO_YEAR: Final = re.compile(
    rf"(?P<month>\d{{1,2}})\s*[-./月]\s*(?P<day>\d{{1,2}}){_END}"
).fullmatch
_NUMBER: Final = r"[一二三四五六七八九十廿卅]{1,3}|\d{1,2}"
_IN_WORDS: Final = re.compile(
    r"(?:(?P<year>[〇○零一二三四五六七八九]{4}|\d{4})\s*年)?\s*(?P<lunar>农历|阴历|旧历)?\s*"
    rf"(?P<month>正|冬|腊|{_NUMBER})\s*月\s*(?P<first>初)?(?P<day>{_NUMBER})\s*[日号]?"
).fullmatch
_LUNAR_FIRST: Final = re.compile(r"(?P<name>农历|阴历|旧历)\s*(?P<rest>.+)").fullmatch
_LUNAR_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}
_DIGITS: Final = {character: place for place, character in enumerate("〇一二三四五六七八九")} | {
    "○": 0,
    "零": 0,
}
_MONTH_ONLY: Final = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:\s*[-./年]\s*(?P<month>\d{1,2})\s*月?|(?P<compact>\d{2}))"
).fullmatch
_SERIAL: Final = re.compile(r"\d{5}(?:\.0+)?").fullmatch


# --- a day with its year --------------------------------------------------------------------------
def read_date(cell: RawCell, *, counts_from_1904: bool = False) -> date | None:
    """The day that the cell names, or None when it names none beyond doubt."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return _read_serial(cell, counts_from_1904=counts_from_1904)
    return _read_date_text(clean_day(cell)) if isinstance(cell, str) else None


def _read_serial(number: float, *, counts_from_1904: bool) -> date | None:
    if not -_MOST < number < _MOST:  # infinite, or no number at all
        return None
    whole = int(number)
    if whole > 99_999:
        return _read_date_text(str(whole)) if number == whole else None
    if whole < 10_000:
        return None
    return (_EPOCH_1904 if counts_from_1904 else _EPOCH_1900) + timedelta(days=whole)


def _read_date_text(text: str) -> date | None:
    match = _COMPACT(text) or _FULL(text)
    if match is None:
        return _read_serial(float(text), counts_from_1904=False) if _SERIAL(text) else None
    return _make_day(int(match["year"]), int(match["month"]), int(match["day"]))


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def clean_day(text: str) -> str:
    return strip_format_characters(unicodedata.normalize("NFKC", show(text))).strip()


# --- a departure ----------------------------------------------------------------------------------
class Departure(NamedTuple):
    """The day, or the text where none was read. `code`: what has to be told about it."""

    value: date | str | None
    code: WarningCode | None = None


def read_departure(
    cell: RawCell, *, as_of: date | None = None, counts_from_1904: bool = False
) -> Departure:
    """`as_of`: the roster's date; without one a day has to name its year. A day more than 366 days from it is
    kept as text: the year is probably mistyped."""
    if is_blank(cell) or (isinstance(cell, str) and clean_day(cell) in _NO_DATE):
        return Departure(None)
    unread = Departure(show(cell), WarningCode.DATE_UNREADABLE)
    day = read_date(cell, counts_from_1904=counts_from_1904)
    if day is None:
        spoken = _read_spoken(cell)
        if spoken is None:
            return unread
        if spoken.year is None:
            assumed = _assume_year(spoken, as_of) if as_of is not None else None
            return Departure(assumed, WarningCode.DATE_YEAR_ASSUMED) if assumed else unread
        day = spoken.in_year(spoken.year)
    if day is None or day.year not in _DEPARTURE_YEARS:
        return unread
    if as_of is not None and abs(day - as_of) > _DOUBTFUL:
        return Departure(show(cell), WarningCode.DATE_YEAR_DOUBTFUL)
    return Departure(day)


class _Spoken(NamedTuple):
    """A day as people say it. `is_lunar`: of the farmers' calendar; no leap months."""

    year: int | None
    month: int
    day: int
    is_lunar: bool = False

    def in_year(self, year: int) -> date | None:
        """None where that year has no such day."""
        if not self.is_lunar:
            return _make_day(year, self.month, self.day)
        try:
            found: date = LunarDate(year, self.month, self.day).to_solar_date()
        except InvalidLunarDateError:
            return None
        return found


def _assume_year(spoken: _Spoken, as_of: date) -> date | None:
    """The first such day not earlier than 60 days before the roster's date, if it is not later than 305 days
    after it."""
    years = range(as_of.year - 1, as_of.year + 3)
    found = (spoken.in_year(year) for year in years)
    first = min((day for day in found if day is not None and day >= as_of - _BEFORE), default=None)
    return first if first is not None and first <= as_of + _AFTER else None


def _read_spoken(cell: RawCell) -> _Spoken | None:
    """Month first. A number such as 3.1 may be the 1st or the 10th and is not read."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, (int, float)):
        return _read_decimal(cell)
    if not isinstance(cell, str):
        return None
    text = clean_day(cell)
    if (match := _NO_YEAR(text)) is not None:
        return _Spoken(None, int(match["month"]), int(match["day"]))
    return _read_words(text)


def _read_decimal(number: float) -> _Spoken | None:
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", repr(float(number)))
    if match is None or match[2] in {"0", "1", "2", "3"}:
        return None
    return _Spoken(None, int(match[1]), int(match[2]))


def _read_words(text: str) -> _Spoken | None:
    """Chinese numerals are solar, but for 农历, 阴历, 正月, 冬月, 腊月 and 初."""
    named = _LUNAR_FIRST(text)
    match = _IN_WORDS(named["rest"] if named else text)
    if match is None:
        return None
    month = _LUNAR_MONTHS.get(match["month"]) or _read_number(match["month"])
    day = _read_number(match["day"])
    if month is None or day is None:
        return None
    is_lunar = bool(named or match["lunar"] or match["first"] or match["month"] in _LUNAR_MONTHS)
    year = (
        int("".join(str(_DIGITS.get(each, each)) for each in match["year"]))
        if match["year"]
        else None
    )
    return _Spoken(year, month, day, is_lunar)


def _read_number(text: str) -> int | None:
    """十, 十六, 二十, 二十八, 廿八, 三十一, 16."""
    if text.isdigit():
        return int(text)
    spelt = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = spelt.partition("十")
    if not ten:
        return _DIGITS.get(spelt) if len(spelt) == 1 else None
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


# --- a birth date ---------------------------------------------------------------------------------
class Month(NamedTuple):
    """A birth date given as year and month only."""

    year: int
    month: int


def read_birth(cell: RawCell, *, counts_from_1904: bool = False) -> date | Month | None:
    """A full date, or year and month; None when neither can be read (it is only compared)."""
    if isinstance(cell, CellError) or is_blank(cell):
        return None
    day = read_date(cell, counts_from_1904=counts_from_1904)
    if day is not None:
        return day
    match = _MONTH_ONLY(clean_day(show(cell)))
    if match is None:
        return None
    month = int(match["month"] or match["compact"])
    if month == 1 and isinstance(cell, float) and match["month"] == "1":
        month = 10  # 1978.10 as a number has lost its zero; January is written 1978.01
    return Month(int(match["year"]), month) if 1 <= month <= 12 else None


def agrees(born: date, stated: date | Month) -> bool:
    if isinstance(stated, Month):
        return (born.year, born.month) == stated
    return born == stated
