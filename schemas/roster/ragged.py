"""Rows of a text that have more or fewer cells than their header: which are errors, and which have only
empty cells added or missing at their end.
"""

from collections.abc import Sequence
from typing import Final

from schemas.roster.cells import RawCell, is_blank
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field
from schemas.roster.headers import Header
from schemas.roster.report import RowError, name_cell


def make_ragged_error(header: Header, row: int, count: int) -> RowError:
    column, cell, _ = name_cell(Field.NAME, header, row)
    width = str(len(header.columns))
    return RowError(Field.NAME, column, cell, RowCode.ROW_RAGGED, found=str(count), detail=width)


class RaggedRows:
    """Of one table. `is_padded`: whoever wrote the text writes empty cells at the end of a row too, so
    that a short row has lost a cell.
    """

    def __init__(self, header: Header) -> None:
        self.width: Final = len(header.columns)
        self._needed = _measure([column.heading for column in header.columns])
        self.is_padded = header.is_padded
        self._short: list[tuple[int, int, int]] = []

    def is_too_long(self, cells: Sequence[RawCell], above: Sequence[RawCell]) -> bool:
        """More values than headings; or an empty cell too many at the end, which the row above does not
        have, and a value where that row has none: there all may stand one column too far right.
        """
        length = _measure(cells)
        if length > self.width:
            return True
        is_new = len(cells) > self.width >= len(above) > 0
        return is_new and length > _measure(above)

    def note_short(self, cells: Sequence[RawCell], row: int, key: int) -> bool:
        """Whether cells with a heading are missing; `key` is the place of the person."""
        is_short = len(cells) < self._needed
        if is_short:
            self._short.append((key, row, len(cells)))
        return is_short

    @property
    def has_short(self) -> bool:
        return bool(self._short)

    def list_short(self, rows: Sequence[int], first: int) -> list[tuple[int, int, int]]:
        """Those that are errors, as place, row and number of cells: all where rows are padded, else one
        that is the only short row. `rows`: of the people, whose places begin with `first`; who is no
        longer among them was a title.
        """
        found = [
            (key, row, count)
            for key, row, count in self._short
            if key - first < len(rows) and rows[key - first] == row
        ]
        is_lone = len(found) == 1 and len(rows) > 1
        return found if self.is_padded or is_lone else []


def _measure(cells: Sequence[RawCell]) -> int:
    """Cells without the empty ones at the end."""
    length = len(cells)
    while length and is_blank(cells[length - 1]):
        length -= 1
    return length
