"""From raw sheets to the report: what the CLI shows and the server stores."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Final, NamedTuple

from schemas.identity import mask_id
from schemas.roster.cells import RawCell, RawSheet, Row, clean_text
from schemas.roster.codes import Detail, FileCode, IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import Field, read_mapping
from schemas.roster.doubles import DoubleFinder, Doubles
from schemas.roster.errors import find_header_error, make_cell_error, name_cell
from schemas.roster.headers import Header, MergedFill, drop_hand_mapped_rivals, find_header
from schemas.roster.ignored import classify_row
from schemas.roster.records import RosterRecord
from schemas.roster.report import (
    AcceptedRow,
    FileError,
    FileWarning,
    IgnoredRow,
    RejectedRow,
    RosterReport,
    RowError,
    RowWarning,
    SheetFacts,
)
from schemas.roster.rows import Finding, RowReader

MAX_ROWS: Final = 300_000
# A longer run of blank rows is an empty stretch of the sheet, not rows that somebody left out.
MAX_LISTED_BLANKS: Final = 1_000
_SHARED_BY: Final = 3
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
        return RosterReport(as_of, file_error=error, file_warnings=check.file_warnings)
    return check.conclude()


class _Person(NamedTuple):
    """A row that is somebody's. `record` is None when the row alone is already wrong."""

    sheet: int
    row: int
    record: RosterRecord | None
    number: str | None
    errors: tuple[RowError, ...] = ()
    warnings: tuple[Finding, ...] = ()
    cells: Sequence[RawCell] | None = None


class _Check:
    def __init__(
        self, as_of: date, mapping: dict[str, Field | None], county_code: str | None
    ) -> None:
        self._as_of = as_of
        self._mapping = mapping
        self._county_code = county_code
        self._sheets: list[SheetFacts] = []
        self._people: list[_Person] = []
        self._ignored: list[tuple[int, int, IgnoredReason]] = []
        self._doubles: DoubleFinder[int] = _make_finder(self._people)
        self.file_warnings: list[FileWarning] = []

    # --- reading ------------------------------------------------------------------------------
    def read_sheets(self, sheets: Iterable[RawSheet]) -> FileError | None:
        is_all_blank = True
        for sheet in sheets:
            if sheet.hidden:
                self.file_warnings.append(FileWarning(sheet.name, WarningCode.HIDDEN_SHEET_IGNORED))
                continue
            rows = iter(sheet.rows)
            header, ahead = find_header(sheet, rows, self._mapping)
            is_all_blank = is_all_blank and header is None and not ahead
            error = self._read_sheet(sheet, header, chain(ahead, rows))
            if error is not None:
                return error
        if not self._sheets:
            return FileError(FileCode.FILE_EMPTY if is_all_blank else FileCode.HEADER_NOT_FOUND)
        return None if self._people else FileError(FileCode.NO_DATA_ROWS)

    def _read_sheet(
        self, sheet: RawSheet, header: Header | None, rows: Iterator[Row]
    ) -> FileError | None:
        if header is None:
            self.file_warnings.append(FileWarning(sheet.name, WarningCode.SHEET_IGNORED))
            return None
        if self._mapping:
            header = drop_hand_mapped_rivals(header, self._mapping)
        error = find_header_error(sheet.name, header)
        if error is not None:
            return error
        facts = SheetFacts(
            sheet.name,
            sheet.own_name or sheet.name,
            header,
            village=_find_village(sheet, header),
            counts_from_1904=sheet.counts_from_1904,
        )
        self._sheets.append(facts)
        return self._read_rows(sheet, facts, rows)

    def _read_rows(
        self, sheet: RawSheet, facts: SheetFacts, rows: Iterator[Row]
    ) -> FileError | None:
        header, index = facts.header, len(self._sheets) - 1
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
                    next_row = self._pass_blanks(index, next_row, number)
                    self._ignored.append((index, number, reason))
                    continue
            if number != next_row:
                self._pass_blanks(index, next_row, number)
            next_row = number + 1
            self._read_person(index, number, cells, reader)
            if len(self._people) > MAX_ROWS:
                return FileError(FileCode.FILE_TOO_LARGE, Detail.ROWS)
        return None

    def _pass_blanks(self, sheet: int, first: int, number: int) -> int:
        """List the blank rows before `number`, which is not blank; returns the row after it."""
        if number - first <= MAX_LISTED_BLANKS:
            self._ignored += [
                (sheet, blank, IgnoredReason.BLANK_ROW) for blank in range(first, number)
            ]
        return number + 1

    def _read_person(
        self, sheet: int, number: int, cells: Sequence[RawCell], reader: RowReader
    ) -> None:
        record, errors, warnings, name, id_number = reader.read(cells)
        if id_number is not None and name is not None:
            self._doubles.add(len(self._people), id_number, name)
        if not errors:
            self._people.append(_Person(sheet, number, record, id_number, (), warnings))
            return
        header = self._sheets[sheet].header
        found = [make_cell_error(f, header, number, cells, self._as_of) for f in errors]
        found.sort(key=lambda error: (len(error.cell), error.cell))
        self._people.append(
            _Person(sheet, number, record, id_number, tuple(found), (), tuple(cells))
        )

    # --- concluding ---------------------------------------------------------------------------
    def conclude(self) -> RosterReport:
        """Settle who is there twice, then sort every row into its list."""
        doubles = self._doubles.find()
        report = RosterReport(self._as_of, file_warnings=self.file_warnings, sheets=self._sheets)
        kept: list[_Person] = []
        for key, person in enumerate(self._people):
            errors = person.errors + self._find_double_errors(key, person, doubles)
            if errors:
                report.rejected.append(
                    RejectedRow(self._sheets[person.sheet].name, person.row, errors, person.cells)
                )
            elif key in doubles.same:
                self._ignored.append((person.sheet, person.row, IgnoredReason.SAME_ROW))
            elif person.record is not None:
                kept.append(person)
                report.accepted.append(
                    AcceptedRow(self._sheets[person.sheet].name, person.row, person.record)
                )
        report.warnings = self._collect_warnings(kept)
        report.ignored = [
            IgnoredRow(self._sheets[sheet].name, row, reason)
            for sheet, row, reason in sorted(self._ignored)
        ]
        return report

    def _find_double_errors(
        self, key: int, person: _Person, doubles: Doubles[int]
    ) -> tuple[RowError, ...]:
        differing: tuple[Field, ...] = ()
        if key in doubles.conflicts:
            other, code = doubles.conflicts[key], RowCode.ID_NAME_CONFLICT
        elif key in doubles.different:
            (other, differing), code = doubles.different[key], RowCode.DUPLICATE_IN_FILE
        else:
            return ()
        column, cell, _ = name_cell(Field.ID_NUMBER, self._sheets[person.sheet].header, person.row)
        first = self._people[other]
        return (
            RowError(
                Field.ID_NUMBER,
                column,
                cell,
                code,
                found=mask_id(person.number or ""),
                other_sheet="" if first.sheet == person.sheet else self._sheets[first.sheet].name,
                other_row=first.row,
                differing=differing,
            ),
        )

    def _collect_warnings(self, kept: list[_Person]) -> list[RowWarning]:
        counts = Counter(person.record.phone for person in kept if person.record is not None)
        shared = {phone for phone, count in counts.items() if phone and count >= _SHARED_BY}
        warnings: list[tuple[int, int, int, RowWarning]] = []
        for person in kept:
            findings = person.warnings
            if shared and person.record is not None and person.record.phone in shared:
                findings = (*findings, (Field.PHONE, WarningCode.PHONE_SHARED))
            warnings += [self._make_warning(person, finding) for finding in findings]
        warnings.sort(key=lambda warning: warning[:3])
        return [warning for *_, warning in warnings]

    def _make_warning(self, person: _Person, finding: Finding) -> tuple[int, int, int, RowWarning]:
        facts = self._sheets[person.sheet]
        field, code = finding
        column, cell, place = name_cell(field, facts.header, person.row)
        warning = RowWarning(facts.name, person.row, field, column, cell, WarningCode(code.value))
        return person.sheet, person.row, place, warning


def iter_filled_rows(sheet: RawSheet, header: Header) -> Iterator[Row]:
    """The rows of a sheet with the values of merged ranges, as the rules see them."""
    fill = _make_fill(sheet, header)
    for number, cells in sheet.rows:
        yield number, cells if fill is None else fill.fill(number, cells)


def _make_finder(people: list[_Person]) -> DoubleFinder[int]:
    """Holds the list, not the check: a cycle would keep a whole roster in memory."""
    return DoubleFinder(lambda key: people[key].record)


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
