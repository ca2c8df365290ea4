"""Where the reading of a sheet is: its tables one after another, what a row is that is not plain, sections,
blank rows; how a header becomes a table.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Final

from schemas.roster.cells import RawCell, RawSheet, Row, clean_text, is_blank, show
from schemas.roster.codes import IgnoredReason, WarningCode
from schemas.roster.columns import Field
from schemas.roster.headers import (
    Header,
    complete_header,
    drop_hand_mapped_rivals,
)
from schemas.roster.ignoring import (
    classify_row,
    find_section,
    looks_like_id,
)
from schemas.roster.report import (
    FileError,
    IgnoredRow,
    RejectedRow,
    SheetFacts,
    find_header_error,
)
from schemas.roster.settling import Gathered, Wrong
from schemas.roster.tables import is_heading, is_same_heading, split_header
from schemas.roster.unread import Watch
from schemas.types import is_person_name

# A longer run of blank rows is an empty stretch of the sheet, not rows that somebody left out.
MAX_LISTED_BLANKS: Final = 1_000
_VILLAGE_ENDINGS: Final = ("村", "社区")


class RefusedError(Exception):
    """Nothing of the file is taken."""

    def __init__(self, error: FileError) -> None:
        super().__init__(error.code.value)
        self.error = error


@dataclass(frozen=True, slots=True)
class Task:
    """How a file is read, and what was gathered so far."""

    as_of: date
    mapping: Mapping[str, Field | None]
    county_code: str | None
    gathered: Gathered
    watch: Watch


@dataclass(frozen=True, slots=True)
class Table:
    """What stands below one header. `parts`: those who share its rows, of a household its head first;
    with a `problem` nobody of it can be read. `told`: how they share them.
    """

    header: Header
    parts: tuple[SheetFacts, ...]
    problem: FileError | None = None
    told: WarningCode | None = None


def make_table(task: Task, sheet: RawSheet, header: Header) -> Table:
    """With what stops it from being read, if anything does."""
    if task.mapping:
        header = drop_hand_mapped_rivals(header, task.mapping)
    split = split_header(sheet.name, header)
    if isinstance(split, FileError):
        return Table(header, (_make_facts(sheet, header),), split)
    parts = tuple(
        replace(_make_facts(sheet, part), part=number) for number, part in enumerate(split.parts)
    )
    return Table(header, parts, find_header_error(sheet.name, split.parts[0]), split.told)


def _make_facts(sheet: RawSheet, header: Header) -> SheetFacts:
    return SheetFacts(
        sheet.name,
        sheet.own_name or sheet.name,
        header,
        village=_find_village(sheet, header),
        counts_from_1904=sheet.counts_from_1904,
    )


def _find_village(sheet: RawSheet, header: Header) -> str | None:
    """The sheet's name, where no village column exists and the name is a village's."""
    if Field.VILLAGE in header.places:
        return None
    name = clean_text(sheet.own_name or sheet.name)
    return name if name.endswith(_VILLAGE_ENDINGS) else None


class SheetState:
    """Where the reading of a sheet is: rows ahead, the last row that was not plain, the section."""

    def __init__(self, task: Task, sheet: RawSheet, rows: Iterator[Row]) -> None:
        self.task = task
        self.sheet = sheet
        self.people = task.gathered.people
        self.section: str | None = None
        self.section_start = 0
        self._rows = rows
        self._ahead: Iterator[Row] = iter(())
        self.next_row = 0
        self._above: Row = (0, ())

    def iterate(self) -> Iterator[Row]:
        """The rows that were not read yet."""
        return chain(self._ahead, self._rows)

    def look_at(
        self, number: int, cells: Sequence[RawCell], table: Table
    ) -> tuple[bool, Table | None]:
        """Of a row that is not plain: whether it is nobody's, and the table that it begins."""
        facts = table.parts[0]
        reason = classify_row(cells, facts.header)
        if reason is IgnoredReason.BLANK_ROW and not is_filled(cells, table.parts[1:]):
            return True, None
        above = self._above
        self._above = (0, ()) if reason is IgnoredReason.TOTAL_ROW else (number, cells)
        is_person = any(looks_like_id(cells, part.header.places) for part in table.parts)
        if reason is not IgnoredReason.EXAMPLE_ROW and not is_person:
            if is_heading(cells, self.task.mapping):
                self._drop_title(number)
                if not _repeats(cells, table.header, self.task.mapping):
                    return False, self._begin(above, (number, cells))
                reason = IgnoredReason.REPEATED_HEADER
        elif reason is not IgnoredReason.EXAMPLE_ROW:
            reason = None
        if reason is None or reason is IgnoredReason.BLANK_ROW:
            return False, None
        if reason is IgnoredReason.SECTION_ROW:
            self.section = find_section(cells, facts.header)
            self.section_start = len(self.people)
        self.ignore(number, cells, reason)
        return True, None

    def ignore(self, number: int, cells: Sequence[RawCell], reason: IgnoredReason) -> None:
        self.pass_blanks(number)
        self.task.gathered.ignored.append(IgnoredRow(self.sheet.name, number, reason))
        if reason is not IgnoredReason.EXAMPLE_ROW:
            self.task.watch.see_ignored(self.sheet.name, number, cells)

    def pass_blanks(self, number: int) -> None:
        """List the blank rows before `number`, which is not blank."""
        first, name = self.next_row, self.sheet.name
        if 0 < number - first <= MAX_LISTED_BLANKS:
            self.task.gathered.ignored += [
                IgnoredRow(name, blank, IgnoredReason.BLANK_ROW) for blank in range(first, number)
            ]
        self.next_row = number + 1

    def _begin(self, above: Row, row: Row) -> Table:
        """The table below a further heading. A section goes on only where nobody came since."""
        self.pass_blanks(row[0])
        if self.section_start < len(self.people):
            self.section = None
        is_near = above[0] == row[0] - 1 and not is_heading(above[1], self.task.mapping)
        lines = [above, row] if is_near else [row]
        rows = self.iterate()
        header, rest = complete_header(self.sheet, lines, rows, self.task.mapping)
        self._ahead = iter([*rest, *self._ahead])
        return make_table(self.task, self.sheet, header)

    def _drop_title(self, number: int) -> None:
        """A title or a line of groups directly above a heading was taken for a person without name or
        number.
        """
        last = self.people[-1] if self.people else None
        if not isinstance(last, Wrong) or last.row.row != number - 1:
            return
        cells = last.row.cells or ()
        filled = [place for place, cell in enumerate(cells) if not is_blank(cell)]
        is_words = all(_is_word(cells[place]) for place in filled)
        is_merged = any(
            m.first_row == number - 1 and m.last_column > m.first_column for m in self.sheet.merged
        )
        is_alone = filled == [0] and _names_a_list(last.row, cells[0])
        is_title = is_words and (is_alone or is_merged)
        if last.row.sheet == self.sheet.name and not last.number and is_title:
            self.people.pop()
            title = IgnoredRow(self.sheet.name, number - 1, IgnoredReason.SECTION_ROW)
            self.task.gathered.ignored.append(title)


_TITLE, _NAME = 16, 4


def _names_a_list(row: RejectedRow, cell: RawCell) -> bool:
    """二组, 返岗名单; and neither somebody's name nor a value in a column of its own."""
    column = row.facts.header.columns[0] if row.facts is not None else None
    if column is None or _NAMES_A_LIST(show(cell)) is None:
        return False
    text = show(cell)
    is_name = column.field is Field.NAME and len(text) <= _NAME and is_person_name(text)
    return column.field in (None, Field.SERIAL, Field.NAME) and not is_name


def _is_word(cell: RawCell) -> bool:
    return isinstance(cell, str) and len(cell) <= _TITLE and not any(map(str.isdigit, cell))


_NAMES_A_LIST: Final = re.compile(
    "(?:名单|名册|花名册|表|一览|组|队|班|村|屯|社区|部分|人员|情况)[:：]?$"
).search


def _repeats(cells: Sequence[RawCell], header: Header, mapping: Mapping[str, Field | None]) -> bool:
    texts = tuple(show(cell) for cell in cells if not is_blank(cell))
    return texts in header.lines or is_same_heading(cells, header, mapping)


def is_filled(cells: Sequence[RawCell], parts: Iterable[SheetFacts]) -> bool:
    """Whether somebody of those who share a row has a name or a number."""
    places = [part.header.places[field] for part in parts for field in _WHO]
    return any(place < len(cells) and not is_blank(cells[place]) for place in places)


_WHO: Final = (Field.NAME, Field.ID_NUMBER)
