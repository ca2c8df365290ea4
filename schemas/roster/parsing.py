"""From raw sheets to the report: what the CLI shows and the server stores."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Final

from schemas.identity import find_problem, normalise_id
from schemas.roster.cells import RawCell, RawSheet, Row, clean_text, show
from schemas.roster.codes import Detail, FileCode, IgnoredReason, WarningCode
from schemas.roster.columns import Field, read_mapping
from schemas.roster.concluding import Doubtful, Gathered, Wrong, conclude
from schemas.roster.errors import find_header_error, make_cell_error, make_header_error
from schemas.roster.headers import Header, MergedFill, drop_hand_mapped_rivals, find_header
from schemas.roster.ignored import classify_row
from schemas.roster.report import (
    AcceptedRow,
    FileError,
    FileWarning,
    IgnoredRow,
    RejectedRow,
    RosterReport,
    SheetFacts,
)
from schemas.roster.rows import RowReader

MAX_ROWS: Final = 300_000
# A longer run of blank rows is an empty stretch of the sheet, not rows that somebody left out.
MAX_LISTED_BLANKS: Final = 1_000
_ID_LENGTH: Final = 18
_NEVER_FILLED: Final = frozenset({Field.NAME, Field.ID_NUMBER, Field.GENDER, Field.BIRTH_DATE})
_VILLAGE_ENDINGS: Final = ("村", "社区")


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
    error = check.read_sheets(sheets)
    if error is not None:
        return RosterReport(as_of, file_error=error, file_warnings=check.gathered.file_warnings)
    return conclude(as_of, check.gathered)


class _Check:
    def __init__(
        self, as_of: date, mapping: dict[str, Field | None], county_code: str | None
    ) -> None:
        self._as_of = as_of
        self._mapping = mapping
        self._county_code = county_code
        self.gathered = Gathered()
        self._first_error: FileError | None = None
        self._no_header = FileError(FileCode.HEADER_NOT_FOUND)

    def read_sheets(self, sheets: Iterable[RawSheet]) -> FileError | None:
        is_all_blank = True
        for sheet in sheets:
            if sheet.hidden:
                self.gathered.file_warnings.append(
                    FileWarning(sheet.name, WarningCode.HIDDEN_SHEET_IGNORED)
                )
                continue
            rows = iter(sheet.rows)
            header, ahead = find_header(sheet, rows, self._mapping)
            if header is None and ahead and not self._no_header.proposal:
                self._no_header = make_header_error(ahead)
            is_all_blank = is_all_blank and header is None and not ahead
            if header is None and any(map(_holds_id, ahead)):
                self.gathered.headless.append(sheet.name)
            error = self._read_sheet(sheet, header, chain(ahead, rows))
            if error is not None:
                return error
        if not self.gathered.sheets and self._first_error is not None:
            return self._first_error
        if not self.gathered.sheets:
            return FileError(FileCode.FILE_EMPTY) if is_all_blank else self._no_header
        return None if self.gathered.people else FileError(FileCode.NO_DATA_ROWS)

    def _read_sheet(
        self, sheet: RawSheet, header: Header | None, rows: Iterator[Row]
    ) -> FileError | None:
        if header is None:
            self.gathered.file_warnings.append(FileWarning(sheet.name, WarningCode.SHEET_IGNORED))
            return None
        if self._mapping:
            header = drop_hand_mapped_rivals(header, self._mapping)
        error = find_header_error(sheet.name, header)
        if error is not None and not {Field.NAME, Field.ID_NUMBER} & header.places.keys():
            # A summary beside the rosters: it refuses the file only when nothing else is in it.
            self._first_error = self._first_error or error
            self.gathered.file_warnings.append(FileWarning(sheet.name, WarningCode.SHEET_IGNORED))
            return None
        if error is not None:
            return error
        facts = SheetFacts(
            sheet.name,
            sheet.own_name or sheet.name,
            header,
            village=_find_village(sheet, header),
            counts_from_1904=sheet.counts_from_1904,
        )
        self.gathered.sheets.append(facts)
        return self._read_rows(sheet, facts, rows)

    def _read_rows(
        self, sheet: RawSheet, facts: SheetFacts, rows: Iterator[Row]
    ) -> FileError | None:
        header = facts.header
        reader = RowReader(
            header.places,
            as_of=self._as_of,
            counts_from_1904=sheet.counts_from_1904,
            county_code=self._county_code,
            village=facts.village,
        )
        fill = _make_fill(sheet, header)
        id_place = header.places[Field.ID_NUMBER]
        next_row = header.row + 1
        for number, raw in rows:
            cells = raw if fill is None else fill.fill(number, raw)
            cell = raw[id_place] if id_place < len(raw) else None
            if not (cell.__class__ is str and len(cell) == _ID_LENGTH and cell.isascii()):
                reason = classify_row(raw, header)
                if reason is IgnoredReason.BLANK_ROW:
                    continue
                if reason is not None:
                    next_row = self._pass_blanks(facts.name, next_row, number)
                    self.gathered.ignored.append(IgnoredRow(facts.name, number, reason))
                    continue
            if number != next_row:
                self._pass_blanks(facts.name, next_row, number)
            next_row = number + 1
            self._read_person(facts, number, cells, reader)
            if len(self.gathered.people) > MAX_ROWS:
                return FileError(FileCode.FILE_TOO_LARGE, Detail.ROWS)
        return None

    def _pass_blanks(self, sheet: str, first: int, number: int) -> int:
        """List the blank rows before `number`, which is not blank; returns the row after it."""
        if number - first <= MAX_LISTED_BLANKS:
            self.gathered.ignored += [
                IgnoredRow(sheet, blank, IgnoredReason.BLANK_ROW) for blank in range(first, number)
            ]
        return number + 1

    def _read_person(
        self, facts: SheetFacts, number: int, cells: Sequence[RawCell], reader: RowReader
    ) -> None:
        record, errors, warnings, name, id_number = reader.read(cells)
        people = self.gathered.people
        if record is not None:
            row = AcceptedRow(facts.name, number, record)
            people.append(Doubtful(row, warnings) if warnings else row)
            return
        found = [make_cell_error(f, facts.header, number, cells, self._as_of) for f in errors]
        wrong = RejectedRow(facts.name, number, tuple(found), tuple(cells))
        people.append(Wrong(wrong, name or "", id_number or ""))


def iter_filled_rows(sheet: RawSheet, header: Header) -> Iterator[Row]:
    """The rows of a sheet with the values of merged ranges, as the rules see them."""
    fill = _make_fill(sheet, header)
    for number, cells in sheet.rows:
        yield number, cells if fill is None else fill.fill(number, cells)


def _holds_id(row: Row) -> bool:
    """Somebody's identity number: the sheet without a header is a roster, and no note."""
    return any(find_problem(normalise_id(show(cell))) is None for cell in row[1])


def _find_village(sheet: RawSheet, header: Header) -> str | None:
    """The sheet's name, where no village column exists and the name is a village's."""
    if Field.VILLAGE in header.places:
        return None
    name = clean_text(sheet.own_name or sheet.name)
    return name if name.endswith(_VILLAGE_ENDINGS) else None


def _make_fill(sheet: RawSheet, header: Header) -> MergedFill | None:
    fillable = {place for field, place in header.places.items() if field not in _NEVER_FILLED}
    merged = [
        m
        for m in sheet.merged
        if m.first_column in fillable and m.last_row > max(m.first_row, header.row)
    ]
    return MergedFill(merged) if merged else None
