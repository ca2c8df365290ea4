"""People outside of what is read: identity numbers in unused columns, in headings and above them, in sheets
that are passed over, in ignored rows. Counted, never shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemas.identity import find_problem, normalise_id
from schemas.roster.cells import RawCell, Row, letter_column, show
from schemas.roster.codes import WarningCode
from schemas.roster.headers import Header
from schemas.roster.report import (
    HEADING,
    IGNORED,
    UNUSED_COLUMN,
    ColumnWarning,
    Unread,
    shorten_heading,
)

ID_LENGTH: Final = 18
_RUN: Final = re.compile(r"(?<!\d)\d{17}[\dXx×](?!\d)").findall


def find_ids(cell: RawCell) -> list[str]:
    """The valid identity numbers in a cell."""
    if cell.__class__ is not str or len(str(cell)) < ID_LENGTH:
        return []
    text = show(cell)
    found = [normalise_id(run) for run in _RUN(text)] or [normalise_id(text)]
    return [number for number in found if find_problem(number) is None]


def count_people(rows: Iterable[Row]) -> int:
    """Different numbers in the rows of a sheet."""
    return len({number for _, cells in rows for cell in cells for number in find_ids(cell)})


class Watch:
    """Numbers seen where nobody reads them: by table and column, in headings, in ignored rows."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str, str], tuple[int, set[str]]] = {}
        self._headings: dict[str, tuple[int, set[str]]] = {}
        self._rows: dict[str, tuple[int, set[str]]] = {}

    def see_cell(self, sheet: str, header: Header, place: int, row: int, cell: str) -> None:
        """A cell of a column that nobody reads."""
        if numbers := find_ids(cell):
            columns = header.columns
            heading = columns[place].heading if place < len(columns) else ""
            key = sheet, letter_column(place), shorten_heading(heading)
            self._columns.setdefault(key, (row, set()))[1].update(numbers)

    def see_lines(self, sheet: str, row: int, lines: Iterable[Sequence[RawCell]]) -> None:
        """A header and what stands above it."""
        numbers = [number for cells in lines for cell in cells for number in find_ids(cell)]
        if numbers:
            self._headings.setdefault(sheet, (row, set()))[1].update(numbers)

    def see_ignored(self, sheet: str, row: int, cells: Sequence[RawCell]) -> None:
        numbers = [number for cell in cells for number in find_ids(cell)]
        if numbers:
            self._rows.setdefault(sheet, (row, set()))[1].update(numbers)

    @property
    def is_empty(self) -> bool:
        return not (self._columns or self._headings or self._rows)

    def list_unread(self, known: set[str]) -> Iterator[Unread]:
        """Without those numbers that are read somewhere."""
        for (sheet, column, heading), (row, numbers) in self._columns.items():
            if people := len(numbers - known):
                yield Unread(sheet, UNUSED_COLUMN, people, column, heading, row)
        for place, seen in ((HEADING, self._headings), (IGNORED, self._rows)):
            for sheet, (row, numbers) in seen.items():
                if people := len(numbers - known):
                    yield Unread(sheet, place, people, row=row)


def warn_of(unread: Unread) -> ColumnWarning:
    return ColumnWarning(
        unread.sheet,
        WarningCode.PEOPLE_UNREAD,
        column=unread.column,
        heading=unread.heading,
        total=unread.people,
    )
