"""Reading an identity number out of a cell. Nothing is repaired."""

import re
from datetime import date
from typing import Final

from schemas import identity
from schemas.identity import IdProblem
from schemas.roster.cells import CellError, RawCell, clean_text, has_lost_digits, show
from schemas.roster.codes import RowCode

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE).fullmatch
_DECIMAL: Final = re.compile(r"(\d{6,})\.0+").fullmatch
_NOTHING: Final = frozenset({"无", "没有", "暂无", "不详", "未知", "-", "--", "—", "——", "/", "\\"})
_CODES: Final = {problem: RowCode(problem.value) for problem in IdProblem}


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
        return _read_text(clean_text(cell), as_of)
    if isinstance(cell, CellError):
        return cell.shown, RowCode.CELL_ERROR
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and has_lost_digits(cell):
        return show(cell), RowCode.NUMBER_PRECISION_LOST
    return _read_text(show(cell), as_of)


def _read_text(text: str, as_of: date) -> tuple[str, RowCode | None]:
    number = identity.normalise_id(text)
    if _SCIENTIFIC(number):
        return number, RowCode.NUMBER_PRECISION_LOST
    decimal = _DECIMAL(number)
    if decimal is not None:
        number = decimal[1]
        if len(number) > 15:
            return number, RowCode.NUMBER_PRECISION_LOST
    if number in _NOTHING:
        return "", RowCode.ID_MISSING
    problem = identity.find_problem(number, as_of=as_of)
    return number, None if problem is None else _CODES[problem]
