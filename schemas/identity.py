"""The 18-character identity number (GB 11643-1999): provinces, birth date, age up to 120, sex, check
character, 15-digit form, variants of typing; masking of numbers, phones, names and texts.

Layout: 6 area, 8 birth date, 3 sequence (odd: male), 1 check character (ISO 7064 MOD 11-2).
The same layout serves residence permits of Hong Kong, Macao and Taiwan residents
(810000, 820000, 830000) and the foreigner's permanent residence card of 2023 (9 + region).
Nothing here repairs a number: it says what is wrong.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"
_CHECK_VALUES: Final = frozenset(_CHECK_CHARACTERS)
_PERMIT_AREAS: Final = frozenset({"810000", "820000", "830000"})
PROVINCE_CODES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
    ]
)
MAX_AGE_YEARS: Final = 120
# Sequence numbers kept, in 15-digit numbers, for people born in the 19th century.
_BORN_18XX: Final = frozenset({"996", "997", "998", "999"})
# What people type for the check character X: multiplication sign, Cyrillic and Greek letters.
_X_LOOKALIKES: Final = str.maketrans(dict.fromkeys("xX×✕хХχΧ", "X"))
_ID_RUN: Final = re.compile(r"(?<!\d)\d{14,17}[\dXx×]")
_PHONE_RUN: Final = re.compile(
    r"(?<!\d)(?:\d{3,4}[- ]\d{7,8}|1\d{2}[- ]?\d{4}[- ]?\d{4}|\d{7,13})(?!\d)"
)


class IdProblem(StrEnum):
    """In the order in which they are looked for; a number has at most one."""

    MISSING = "id-missing"
    FIFTEEN_DIGITS = "id-15-digit"
    FORMAT = "id-format"
    BIRTH_DATE = "id-birth-date"
    CHECK_DIGIT = "id-check-digit"


def strip_format_characters(text: str) -> str:
    """Without characters of category Cf (zero-width, direction marks), which NFKC leaves in."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def normalise_id(text: str) -> str:
    """NFKC, no blanks, no Cf, a final X in whatever script as X. Changes no digit."""
    if len(text) == 18 and text.isascii() and text.isdigit():
        return text
    compact = "".join(strip_format_characters(unicodedata.normalize("NFKC", text)).split())
    return compact[:-1] + compact[-1:].translate(_X_LOOKALIKES)


@lru_cache(maxsize=16_384)
def _read_area(area: str) -> int | None:
    """The area's share of the weighted sum; None when the province is unknown."""
    known = (
        area[:2] in PROVINCE_CODES
        or area in _PERMIT_AREAS
        or (area[0] == "9" and area[1:3] in PROVINCE_CODES)
    )
    return _weigh(area, 0) if known else None


@lru_cache(maxsize=65_536)
def _read_birth(digits: str) -> tuple[date, int] | None:
    """The date and its share of the weighted sum; None when there is no such day."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born, _weigh(digits, 6)


@lru_cache(maxsize=1_000)
def _read_sequence(digits: str) -> int:
    return _weigh(digits, 14)


def _weigh(digits: str, start: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[start:], strict=False))


@lru_cache(maxsize=64)
def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February falls back to the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def find_problem(number: str, *, as_of: date | None = None) -> IdProblem | None:
    """What is wrong with a normalised number, or None.

    With `as_of` a birth date in the future or more than 120 years back is wrong too.
    The division table is not asked: people keep the code of the year of issue for life.
    """
    if not (
        len(number) == 18
        and number.isascii()
        and number[:17].isdigit()
        and number[17] in _CHECK_VALUES
    ):
        return _find_shape_problem(number)
    area_sum = _read_area(number[:6])
    if area_sum is None:
        return IdProblem.FORMAT
    birth = _read_birth(number[6:14])
    if birth is None:
        return IdProblem.BIRTH_DATE
    born, birth_sum = birth
    if as_of is not None and not years_before(as_of, MAX_AGE_YEARS) <= born <= as_of:
        return IdProblem.BIRTH_DATE
    total = area_sum + birth_sum + _read_sequence(number[14:17])
    if _CHECK_CHARACTERS[total % 11] != number[17]:
        return IdProblem.CHECK_DIGIT
    return None


def _find_shape_problem(number: str) -> IdProblem:
    if not number:
        return IdProblem.MISSING
    if len(number) == 15 and number.isascii() and number.isdigit():
        return IdProblem.FIFTEEN_DIGITS
    return IdProblem.FORMAT


def compute_check_character(first17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return _CHECK_CHARACTERS[_weigh(first17, 0) % 11]


def expand_15(number: str) -> str:
    """The 18-character form of a 15-digit number, to show or to match, never to store instead."""
    century = "18" if number[12:] in _BORN_18XX else "19"
    first17 = number[:6] + century + number[6:]
    return first17 + compute_check_character(first17)


def get_birth_date(number: str) -> date | None:
    """The date inside an 18-character number, or None when there is no such day."""
    digits = number[6:14]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        return None
    birth = _read_birth(digits)
    return None if birth is None else birth[0]


def get_sex(number: str) -> str:
    """男 for an odd 17th digit, 女 for an even one."""
    return "男" if number[16] in "13579" else "女"


def mask_id(text: str) -> str:
    """First 6 and last 4; a fragment shorter than 11 shows two characters at most."""
    if len(text) > 10:
        return text[:6] + "*" * (len(text) - 10) + text[-4:]
    return text[:2] + "*" * (len(text) - 2)


def mask_phone(text: str) -> str:
    """First 3 and last 4; a fragment shorter than 8 shows two characters at most."""
    if len(text) > 7:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    return text[:2] + "*" * (len(text) - 2)


def get_end(number: str) -> str:
    """The last four characters: enough to tell namesakes apart, on the telephone and on paper."""
    return number[-4:]


def mask_name(name: str) -> str:
    """The first character; of a name of one character nothing."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*"


# In the name of a file, sheet or column: numbers in full only, so that dates and counts stay.
_LABEL_NUMBER: Final = re.compile(
    r"(?P<before>[\u3400-\u9fff\u00b7]*)(?P<gap>[-_ .\u3000]?)(?<!\d)"
    r"(?P<number>\d{17}[\dXx×]|[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
    r"|1[3-9]\d{9})(?!\d)(?P<after>(?:[-_ .\u3000]?[\u3400-\u9fff\u00b7]{2,4}(?![\u3400-\u9fff]))?)"
)
_LONGEST_NAME: Final = 3


def mask_label(text: str) -> str:
    """The name of a file, sheet or column with every identity number and mobile in it masked, and what
    stands beside one as a name may.
    """
    return _LABEL_NUMBER.sub(_mask_label_number, text) if len(text) > 10 else text


def _mask_label_number(match: re.Match[str]) -> str:
    before, number = match["before"], match["number"]
    kept, name = before[:-_LONGEST_NAME], before[-_LONGEST_NAME:]
    masked = mask_phone(number) if len(number) == 11 else mask_id(number)
    shown = kept + (mask_name(name) if name else "")
    return f"{shown}{match['gap']}{masked}{'*' * len(match['after'])}"


def mask_text(text: str) -> str:
    """Free text with every identity and telephone number in it masked."""
    without_ids = _ID_RUN.sub(lambda match: mask_id(match.group()), text)
    return _PHONE_RUN.sub(lambda match: mask_phone(match.group()), without_ids)
