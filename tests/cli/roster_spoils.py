"""What goes wrong in the cells of a roster, and what has to be said about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from schemas.roster.codes import IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import Field
from tests.schemas.roster_factories import make_id

ERROR: Final = "#N/A"
DAY: Final = date(2020, 3, 28)
_UNDERAGE_BORN: Final = "20100228"
Code = RowCode | WarningCode


@dataclass
class Line:
    """One row below the header. `cells` are as written; `right` what a person's cells should be."""

    cells: dict[Field, Any] = field(default_factory=dict)
    right: dict[Field, Any] = field(default_factory=dict)
    id_number: str = ""
    name: str = ""
    errors: dict[Field, RowCode] = field(default_factory=dict)
    warnings: dict[Field, WarningCode] = field(default_factory=dict)
    ignored: IgnoredReason | None = None
    plain: Sequence[Any] = ()
    phone: str = ""
    village: str | None = None


def _change(number: str, place: int) -> str:
    return number[:place] + str((int(number[place]) + 3) % 10) + number[place + 1 :]


def _swap(line: Line) -> str:
    """Two neighbours of the sequence; where they are equal, another digit."""
    n = line.id_number
    return _change(n, 15) if n[14] == n[15] else n[:14] + n[15] + n[14] + n[16:]


# What is written, what has to be said, and whether it takes a typed cell (no text file has one).
SPOILS: Final[dict[Field, list[tuple[Any, Code, bool]]]] = {
    Field.ID_NUMBER: [
        (lambda line: line.id_number[:9] + line.id_number[10:], RowCode.ID_FORMAT, False),
        (lambda line: line.id_number + "1", RowCode.ID_FORMAT, False),
        (lambda line: "00" + line.id_number[2:], RowCode.ID_FORMAT, False),
        (_swap, RowCode.ID_CHECK_DIGIT, False),
        (lambda line: _change(line.id_number, 16), RowCode.ID_CHECK_DIGIT, False),
        (lambda line: line.id_number[:10] + "13" + line.id_number[12:], RowCode.ID_BIRTH_DATE, False),
        (lambda line: line.id_number[:6] + line.id_number[8:17], RowCode.ID_15_DIGIT, False),
        (lambda line: int(line.id_number[:6] + line.id_number[8:17]), RowCode.ID_15_DIGIT, True),
        (lambda line: float(line.id_number[:17] + "0"), RowCode.NUMBER_PRECISION_LOST, True),
        ("2.11221E+17", RowCode.NUMBER_PRECISION_LOST, False),
        ("", RowCode.ID_MISSING, False),
        ("无", RowCode.ID_MISSING, False),
        (lambda line: make_id(int(line.id_number[14:17]), born=_UNDERAGE_BORN), RowCode.UNDER_AGE, False),
        (ERROR, RowCode.CELL_ERROR, True),
    ],
    Field.NAME: [
        ("", RowCode.NAME_MISSING, False),
        ("张", RowCode.NAME_INVALID, False),
        ("张三1", RowCode.NAME_INVALID, False),
        ("张三(女)", RowCode.NAME_INVALID, False),
        (ERROR, RowCode.CELL_ERROR, True),
    ],
    Field.PHONE: [
        ("", WarningCode.PHONE_MISSING, False),
        ("同上", WarningCode.PHONE_INVALID, False),
        ("1540000123", WarningCode.PHONE_INVALID, False),
        ("024-74840000", WarningCode.PHONE_LANDLINE, False),
        ("15499990001/15499990002", WarningCode.PHONE_SEVERAL, False),
        (ERROR, WarningCode.PHONE_INVALID, True),
    ],
    Field.DEPARTURE_DATE: [
        ("待定", WarningCode.DATE_UNREADABLE, False),
        ("3月底", WarningCode.DATE_UNREADABLE, False),
        ("2020-02-30", WarningCode.DATE_UNREADABLE, False),
        (328, WarningCode.DATE_UNREADABLE, False),
        (ERROR, RowCode.CELL_ERROR, True),
    ],
    Field.VILLAGE: [(ERROR, RowCode.CELL_ERROR, True)],
    Field.DESTINATION: [
        ("=1+1", WarningCode.FORMULA_LIKE_TEXT, False),
        (ERROR, RowCode.CELL_ERROR, True),
    ],
}  # fmt: skip
