"""Readers of single cells: a raw cell in, a value and what is to be said about it out."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from schemas.formulas import is_formula_like
from schemas.roster.cells import CellError, RawCell, clean_text, show
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.dates import read_birth, read_departure
from schemas.roster.places import canonical_township, clean_code
from schemas.roster.vocabulary import complete_ethnicity, read_gender, read_role
from schemas.types import is_person_name, is_plain_name, normalise_name

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


def read_text(cell: RawCell) -> Reading:
    if cell.__class__ is CellError:
        return None, RowCode.CELL_ERROR
    text = show(cell)
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


def make_readers(*, counts_from_1904: bool, county_code: str | None) -> dict[Field, Reader]:
    def township(cell: RawCell) -> Reading:
        text, code = _read_place(cell)
        return (canonical_township(text, county_code) if text and county_code else text), code

    def departure(cell: RawCell) -> Reading:
        if cell.__class__ is CellError:
            return None, RowCode.CELL_ERROR
        value, is_read = read_departure(cell, counts_from_1904=counts_from_1904)
        return value, None if is_read else WarningCode.DATE_UNREADABLE

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


def read_name(cell: RawCell) -> tuple[str, RowCode | None]:
    """The normalised name, and what is wrong with it."""
    if isinstance(cell, CellError):
        return cell.shown, RowCode.CELL_ERROR
    text = cell if isinstance(cell, str) else show(cell)
    if is_plain_name(text):
        return text, None
    name = normalise_name(clean_text(text))
    if not name:
        return "", RowCode.NAME_MISSING
    return name, None if is_person_name(name) else RowCode.NAME_INVALID
