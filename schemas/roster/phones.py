"""What is read out of a telephone cell: never refused, never guessed."""

import re
import unicodedata
from typing import Final, NamedTuple

from schemas.identity import strip_format_characters
from schemas.roster.cells import CellError, RawCell, has_lost_digits, is_blank, show
from schemas.roster.codes import WarningCode
from schemas.types import is_mobile, normalise_phone

_NOTHING_WORDS: Final = (
    "无 没有 暂无 无电话 没电话 没有电话 无手机 没手机 没有手机 无号码 无联系方式 未留 未填 空 "
    "0 00 000 - -- --- — —— _ / // \\ n/a na none null ×"
)
_NOTHING: Final = frozenset(_NOTHING_WORDS.split())
_SEPARATORS: Final = re.compile(r"[/\\、,;|\n\t&。]|或者?|和|及")
_NUMBER_IN_TEXT: Final = re.compile(
    r"(?<![\d.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.])"
    r"|(?<![\d.])\(?0\d{2,3}\)?[- ]?\d{7,8}(?!\d)"
)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE).fullmatch


class PhoneReading(NamedTuple):
    phone: str | None = None
    others: tuple[str, ...] | None = None
    text: str | None = None
    code: WarningCode | None = None


_MISSING: Final = PhoneReading(code=WarningCode.PHONE_MISSING)


def read_phone(cell: RawCell) -> PhoneReading:
    if cell.__class__ is str and is_mobile(cell):
        return PhoneReading(cell)
    if is_blank(cell):
        return _MISSING
    if isinstance(cell, CellError):
        return PhoneReading(text=cell.shown or None, code=WarningCode.PHONE_INVALID)
    if isinstance(cell, bool) or (isinstance(cell, (int, float)) and has_lost_digits(cell)):
        return PhoneReading(text=show(cell), code=WarningCode.PHONE_INVALID)
    return _read_text(show(cell))


def _read_text(text: str) -> PhoneReading:
    clean = strip_format_characters(unicodedata.normalize("NFKC", text)).strip()
    if clean.casefold() in _NOTHING:
        return _MISSING
    numbers, is_complete = _find_numbers(clean)
    if not numbers:
        return PhoneReading(text=text, code=WarningCode.PHONE_INVALID)
    mobile = next((number for number in numbers if is_mobile(number)), None)
    others = tuple(number for number in numbers if number != mobile)
    kept = None if is_complete else text
    if mobile is None:
        return PhoneReading(None, others, kept, WarningCode.PHONE_LANDLINE)
    code = WarningCode.PHONE_SEVERAL if others else None
    return PhoneReading(mobile, others or None, kept, code)


def _find_numbers(clean: str) -> tuple[list[str], bool]:
    """Numbers in their order, each once, and whether nothing else stood in the cell."""
    whole = normalise_phone(clean)
    if whole is not None:
        return [whole], True
    if _SCIENTIFIC(clean):
        return [], False
    numbers: dict[str, None] = {}
    is_complete = True
    for part in filter(None, (part.strip() for part in _SEPARATORS.split(clean))):
        found, part_is_complete = _read_part(part)
        numbers.update(dict.fromkeys(found))
        is_complete = is_complete and part_is_complete
    return list(numbers), is_complete


def _read_part(part: str) -> tuple[list[str], bool]:
    whole = normalise_phone(part)
    if whole is not None:
        return [whole], True
    found = [normalise_phone(match) for match in _NUMBER_IN_TEXT.findall(part)]
    numbers = [number for number in found if number is not None]
    rest = _NUMBER_IN_TEXT.sub("", part).strip()
    return numbers, not rest


def read_emergency_phone(cell: RawCell) -> tuple[str | None, WarningCode | None]:
    """One line of text: the numbers in their stored form, or the cell as it stands."""
    if isinstance(cell, CellError):
        return None, WarningCode.PHONE_INVALID
    reading = read_phone(cell)
    if reading.text is not None:
        return reading.text, None
    if not reading.others:
        return reading.phone, None
    numbers = [reading.phone, *(reading.others or ())]
    return "、".join(number for number in numbers if number), None
