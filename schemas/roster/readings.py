"""How each kind of cell is read: identity number, one or several phones, emergency phone, township, village,
destination code, name, and by schemas/roster/days.py days; nothing is guessed or repaired.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from schemas import identity
from schemas.divisions import reading, table
from schemas.formulas import is_formula_like
from schemas.identity import IdProblem, strip_format_characters
from schemas.private_use import restore
from schemas.roster.cells import CellError, RawCell, clean_text, has_lost_digits, is_blank, show
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.days import read_birth, read_departure
from schemas.roster.records import complete_ethnicity, read_gender, read_role
from schemas.types import is_mobile, is_person_name, normalise_name, normalise_phone

_SCIENTIFIC_ID: Final = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE).fullmatch
_DECIMAL_ID: Final = re.compile(r"(\d{6,})\.0+").fullmatch
_NO_ID: Final = frozenset({"无", "没有", "暂无", "不详", "未知", "-", "--", "—", "——", "/", "\\"})
_ID_CODES: Final = {problem: RowCode(problem.value) for problem in IdProblem}


def read_id(cell: RawCell, *, as_of: date) -> tuple[str, RowCode | None]:
    """The normalised number (or what stood there), and the one thing that is wrong with it.

    Looked for in this order: lost digits, missing, 15 digits, format or province, birth date,
    check character. About 9 % of the numbers that lost digits still pass the check character,
    so the kind of the cell decides first.
    """
    if cell.__class__ is str:
        problem = identity.find_problem(cell, as_of=as_of)
        if problem is None:
            return cell, None
        return _read_id_text(clean_text(cell), as_of)
    if isinstance(cell, CellError):
        return cell.shown, RowCode.CELL_ERROR
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and has_lost_digits(cell):
        return show(cell), RowCode.NUMBER_PRECISION_LOST
    return _read_id_text(show(cell), as_of)


def _read_id_text(text: str, as_of: date) -> tuple[str, RowCode | None]:
    number = identity.normalise_id(text)
    if _SCIENTIFIC_ID(number):
        return number, RowCode.NUMBER_PRECISION_LOST
    decimal = _DECIMAL_ID(number)
    if decimal is not None:
        number = decimal[1]
        if len(number) > 15:
            return number, RowCode.NUMBER_PRECISION_LOST
    if number in _NO_ID:
        return "", RowCode.ID_MISSING
    problem = identity.find_problem(number, as_of=as_of)
    return number, None if problem is None else _ID_CODES[problem]


_NO_PHONE_WORDS: Final = (
    "无 没有 暂无 无电话 没电话 没有电话 无手机 没手机 没有手机 无号码 无联系方式 未留 未填 空 "
    "0 00 000 - -- --- — —— _ / // \\ n/a na none null ×"
)
_NO_PHONE: Final = frozenset(_NO_PHONE_WORDS.split())
_SEPARATORS: Final = re.compile(r"[/\\、,;|\n\t&。]|或者?|和|及")
_NUMBER_IN_TEXT: Final = re.compile(
    r"(?<![\d.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.])"
    r"|(?<![\d.])\(?0\d{2,3}\)?[- ]?\d{7,8}(?!\d)"
)
_SCIENTIFIC_PHONE: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE).fullmatch


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
    return _read_phone_text(show(cell))


def _read_phone_text(text: str) -> PhoneReading:
    clean = strip_format_characters(unicodedata.normalize("NFKC", text)).strip()
    if clean.casefold() in _NO_PHONE:
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
    if _SCIENTIFIC_PHONE(clean):
        return [], False
    numbers: dict[str, None] = {}
    is_complete = True
    for part in filter(None, (part.strip() for part in _SEPARATORS.split(clean))):
        found, part_is_complete = _read_phone_part(part)
        numbers.update(dict.fromkeys(found))
        is_complete = is_complete and part_is_complete
    return list(numbers), is_complete


def _read_phone_part(part: str) -> tuple[list[str], bool]:
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


@lru_cache(maxsize=4_096)
def find_destination_code(text: str) -> str | None:
    """The code that a destination's text names beyond doubt."""
    return reading.find_destination(text)


@lru_cache(maxsize=16_384)
def is_known_area(code: str) -> bool:
    """Whether a division ever had these six digits. Permits and residence cards have none."""
    return code[0] in "89" or table.is_known_area(code)


def clean_code(text: str) -> str:
    """A code as digits (`110100.0` from a number, full-width digits); other text as it stands."""
    return unicodedata.normalize("NFKC", text).strip().removesuffix(".0")


def canonical_township(text: str, county_code: str) -> str:
    """The township's full name in that county (凡河 → 凡河镇), or the text as it stands."""
    code = reading.find_township(county_code, text)
    division = table.get_division(code) if code else None
    return division.name if division is not None else text


Reading: TypeAlias = tuple[Any, RowCode | WarningCode | None]
Reader: TypeAlias = Callable[[RawCell], Reading]

_MAX_REMEMBERED: Final = 50_000
_UNTYPED: Final = (float, int, bool)


class Readings(dict[RawCell, Reading]):
    """What a reader made of each cell so far. Numbers are read anew: 1, 1.0 and True are equal."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: RawCell) -> Reading:
        reading = self._read(cell)
        if cell.__class__ not in _UNTYPED and len(self) < _MAX_REMEMBERED:
            self[cell] = reading
        return reading

    def has_blanks(self) -> bool:
        """Whether a blank cell was read; perhaps, where not every cell is remembered."""
        return len(self) >= _MAX_REMEMBERED or any(map(is_blank, self))


def read_text(cell: RawCell) -> Reading:
    if cell.__class__ is CellError:
        return None, RowCode.CELL_ERROR
    text = restore(show(cell))
    if not text:
        return None, None
    return text, WarningCode.FORMULA_LIKE_TEXT if is_formula_like(text) else None


def _read_with(convert: Callable[[str], object]) -> Reader:
    def read(cell: RawCell) -> Reading:
        text, code = read_text(cell)
        return (convert(text) if text else None), code if code is RowCode.CELL_ERROR else None

    return read


def _read_place(cell: RawCell) -> Reading:
    """A township or village: blanks inside Han names are only layout."""
    text, code = read_text(cell)
    if text and not text.isascii():
        text = "".join(text.split())
    return text, code


_MARKS: Final = (
    "同上 上同 同前 同上行 同上一行 同上面 与上同 同 〃 〃〃 ″ ″″ \" \"\" ＂ ” ”” “ “” ‘’ ' '' ′′ 〝 〞 々 "
    ",, ，， ,,,, 、、 ‖ ↑ do ditto"
)
DITTO: Final = frozenset(_MARKS.split())
# A mark in these is no value of somebody else's: names, numbers, and what is a person's own.
_NEVER_ABOVE: Final = frozenset({Field.GENDER, Field.BIRTH_DATE, Field.PERSON_ROLE})


def is_ditto(text: str) -> bool:
    """Whether a cell says that its value is the one above."""
    return "".join(text.split()).strip("()（）[]【】").casefold() in DITTO


def reading_above(field: Field, read: Reader) -> Reader:
    """The same reader, which answers value-from-above to a mark that stands for the value above."""
    if field in _NEVER_ABOVE:
        return read

    def read_mark(cell: RawCell) -> Reading:
        if cell.__class__ is str and is_ditto(show(cell)):
            return None, WarningCode.VALUE_FROM_ABOVE
        return read(cell)

    return read_mark


def make_readers(
    *, counts_from_1904: bool, county_code: str | None, as_of: date | None = None
) -> dict[Field, Reader]:
    """`as_of`: the roster's date, from which days without a year take theirs; without it they are not read."""

    def township(cell: RawCell) -> Reading:
        text, code = _read_place(cell)
        return (canonical_township(text, county_code) if text and county_code else text), code

    def departure(cell: RawCell) -> Reading:
        if cell.__class__ is CellError:
            return None, RowCode.CELL_ERROR
        return read_departure(cell, as_of=as_of, counts_from_1904=counts_from_1904)

    def birth(cell: RawCell) -> Reading:
        if cell.__class__ is CellError:
            return None, RowCode.CELL_ERROR
        return read_birth(cell, counts_from_1904=counts_from_1904), None

    return {
        Field.GENDER: _read_with(read_gender),
        Field.ETHNICITY: _read_with(complete_ethnicity),
        Field.TOWNSHIP: township,
        Field.VILLAGE: _read_place,
        Field.DESTINATION_CODE: _read_with(clean_code),
        Field.DEPARTURE_DATE: departure,
        Field.BIRTH_DATE: birth,
        Field.PERSON_ROLE: _read_with(read_role),
    }


_NO_NAMES: Final = "示例|样例|范例|样表"
_IS_NO_NAME: Final = re.compile(rf"(?:{_NO_NAMES}).*|.*示例").fullmatch
# An everyday name that is neither a mark nor an example, which may have its form.
_PLAIN_NAME: Final = re.compile(
    rf"(?!{_NO_NAMES}|[同上与])[\u4e00-\u9fff]{{2,8}}(?<!示例)"
).fullmatch


def read_name(cell: RawCell) -> tuple[str, RowCode | None]:
    """The normalised name, and what is wrong with it."""
    if isinstance(cell, CellError):
        return cell.shown, RowCode.CELL_ERROR
    text = cell if isinstance(cell, str) else show(cell)
    if _PLAIN_NAME(text):
        return text, None
    name = normalise_name(clean_text(text))
    if not name:
        return "", RowCode.NAME_MISSING
    is_name = is_person_name(name) and name not in DITTO and _IS_NO_NAME(name) is None
    return name, None if is_name else RowCode.NAME_INVALID
