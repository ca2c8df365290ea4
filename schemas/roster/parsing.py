"""From the sheets of a file to its report: which sheets are passed over (hidden, without a header, forms) and
how many people are in them; nothing of a file is taken where a sheet of people cannot be read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice
from typing import Final

from schemas.roster.cells import RawSheet, Row
from schemas.roster.codes import FileCode, WarningCode
from schemas.roster.columns import Field, read_mapping
from schemas.roster.headers import SEARCHED_ROWS, Header, find_header
from schemas.roster.report import (
    HIDDEN_SHEET,
    WHOLE_SHEET,
    FileError,
    FileWarning,
    RosterReport,
    SheetFacts,
    Unread,
    make_header_error,
)
from schemas.roster.settling import Gathered, conclude, get_number
from schemas.roster.table_rows import make_fill, read_tables
from schemas.roster.table_start import RefusedError, Task, make_table
from schemas.roster.tables import find_form
from schemas.roster.unread import Watch, count_people, warn_of


def parse_rows(
    sheets: Iterable[RawSheet],
    *,
    as_of: date,
    mapping: Mapping[str, str] | None = None,
    county_code: str | None = None,
) -> RosterReport:
    """Check every row of every visible sheet that has a header.

    `mapping` maps headings to field names by hand ("ignore" leaves a column out); an unknown
    field is a ValueError. With `county_code` townships get their full names. A file error
    leaves everything else of the report empty but the warnings about sheets.
    """
    check = _Check(as_of, read_mapping(mapping or {}), county_code)
    try:
        check.read_sheets(sheets)
    except RefusedError as refused:
        warnings = check.gathered.file_warnings
        return RosterReport(as_of, file_error=refused.error, file_warnings=warnings)
    return conclude(as_of, check.gathered)


# A sheet of notes may show how it is done; whoever is more than an example is somebody.
_EXPLAINS: Final = re.compile("说明|示例|样例|范例|样表|模板|须知|notes|example").search
_EXAMPLES: Final = 2


class _Check:
    def __init__(
        self, as_of: date, mapping: dict[str, Field | None], county_code: str | None
    ) -> None:
        self.gathered = Gathered()
        self._watch = Watch()
        self._task = Task(as_of, mapping, county_code, self.gathered, self._watch)
        self._first_error: FileError | None = None
        self._no_header = FileError(FileCode.HEADER_NOT_FOUND)

    def read_sheets(self, sheets: Iterable[RawSheet]) -> None:
        """Raises RefusedError where nothing of the file can be taken."""
        is_all_blank = True
        for sheet in sheets:
            if sheet.hidden:
                self._pass_over(sheet, sheet.rows, WarningCode.HIDDEN_SHEET_IGNORED, HIDDEN_SHEET)
                continue
            rows = iter(sheet.rows)
            header, ahead = find_header(sheet, rows, self._task.mapping)
            if header is None and ahead and not self._no_header.proposal:
                self._no_header = make_header_error(ahead)
            is_all_blank = is_all_blank and header is None and not ahead
            self._read_sheet(sheet, header, ahead, rows)
        gathered = self.gathered
        if not gathered.sheets and self._first_error is not None:
            raise RefusedError(self._first_error)
        if not gathered.sheets:
            raise RefusedError(FileError(FileCode.FILE_EMPTY) if is_all_blank else self._no_header)
        if not gathered.people:
            raise RefusedError(FileError(FileCode.NO_DATA_ROWS))
        self._tell_unread()

    def _pass_over(
        self, sheet: RawSheet, rows: Iterable[Row], code: WarningCode, place: str
    ) -> None:
        self.gathered.file_warnings.append(FileWarning(sheet.name, code))
        people = count_people(rows)
        if people > (_EXAMPLES if _EXPLAINS(sheet.name) else 0):
            self.gathered.unread.append(Unread(sheet.name, place, people))

    def _tell_unread(self) -> None:
        if self._watch.is_empty:
            return
        known = {get_number(person) for person in self.gathered.people}
        for unread in self._watch.list_unread(known):
            self.gathered.unread.append(unread)
            self.gathered.file_warnings.append(warn_of(unread))

    def _read_sheet(
        self, sheet: RawSheet, header: Header | None, ahead: list[Row], rows: Iterator[Row]
    ) -> None:
        if header is None or Field.ID_NUMBER not in header.places:
            ahead += islice(rows, SEARCHED_ROWS - len(ahead))
        lines = () if header is None else header.lines
        is_list = header is not None and Field.ID_NUMBER in header.places
        form = find_form(sheet.name, [*lines, *(() if is_list else (row[1] for row in ahead))])
        rest = chain(ahead, rows)
        if header is None or form is not None:
            self._first_error = self._first_error or form
            read = rest if form is not None or count_people(ahead) else ahead
            self._pass_over(sheet, read, WarningCode.SHEET_IGNORED, WHOLE_SHEET)
            return
        table = make_table(self._task, sheet, header)
        error = table.problem
        if error is not None and not {Field.NAME, Field.ID_NUMBER} & header.places.keys():
            # A summary beside the rosters: it refuses the file only when nothing else is in it.
            self._first_error = self._first_error or error
            self._pass_over(sheet, rest, WarningCode.SHEET_IGNORED, WHOLE_SHEET)
            return
        if error is not None:
            raise RefusedError(error)
        read_tables(self._task, sheet, table, rest)


def iter_filled_rows(sheet: RawSheet, tables: Iterable[SheetFacts]) -> Iterator[Row]:
    """The rows of a sheet with the values of merged ranges, as the rules see them."""
    fill = make_fill(sheet, [facts.header for facts in tables])
    for number, cells in sheet.rows:
        yield number, cells if fill is None else fill.fill(number, cells)
