"""From the sheets of a file to its report: at most 300,000 people, hidden sheets and those without header,
village from the sheet's name, merged values, doubles, one phone on three people, order of warnings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from schemas.identity import find_problem, mask_id, normalise_id
from schemas.roster.cells import RawCell, RawSheet, Row, clean_text, show
from schemas.roster.checking import DoubleFinder, Doubles
from schemas.roster.codes import Detail, FileCode, IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import Field, read_mapping
from schemas.roster.headers import Header, MergedFill, drop_hand_mapped_rivals, find_header
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
    find_header_error,
    make_cell_error,
    make_header_error,
    name_cell,
)
from schemas.roster.rows import Finding, RowReader, classify_row

_SHARED_BY: Final = 3


class Doubtful(NamedTuple):
    """A row that may be taken, with warnings."""

    row: AcceptedRow
    warnings: tuple[Finding, ...]


class Wrong(NamedTuple):
    """A row refused for what stands in it. Name and number are empty when they are the reason."""

    row: RejectedRow
    name: str
    number: str


# The common case is the accepted row itself: a roster has a hundred thousand of them.
Person: TypeAlias = AcceptedRow | Doubtful | Wrong


@dataclass(slots=True)
class Gathered:
    """What reading the rows left to be settled. `headless`: sheets that were passed over."""

    sheets: list[SheetFacts] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    file_warnings: list[FileWarning] = field(default_factory=list)
    headless: list[str] = field(default_factory=list)


def _find_doubles(people: Sequence[Person]) -> Doubles[int]:
    """Keyed by the place in `people`."""

    def list_people() -> Iterator[tuple[int, str, str]]:
        for key, person in enumerate(people):
            number, name = _get_number(person), _get_name(person)
            if number and name:
                yield key, number, name

    return DoubleFinder(list_people, get_record=lambda key: _get_record(people[key])).find()


def _get_record(person: Person) -> RosterRecord | None:
    if isinstance(person, AcceptedRow):
        return person.record
    return person.row.record if isinstance(person, Doubtful) else None


def _get_name(person: Person) -> str:
    record = _get_record(person)
    return record.name if record is not None else person.name if isinstance(person, Wrong) else ""


def _get_number(person: Person) -> str:
    record = _get_record(person)
    return (
        record.id_number
        if record is not None
        else person.number
        if isinstance(person, Wrong)
        else ""
    )


def _get_place(person: Person) -> tuple[str, int]:
    row = person if isinstance(person, AcceptedRow) else person.row
    return row.sheet, row.row


def conclude(as_of: date, gathered: Gathered) -> RosterReport:
    """Every row into its list: accepted, rejected or ignored."""
    report = RosterReport(
        as_of,
        file_warnings=gathered.file_warnings,
        sheets=gathered.sheets,
        headless=tuple(gathered.headless),
    )
    settled = _Settlement(gathered, _find_doubles(gathered.people))
    doubtful = []
    for key, person in enumerate(gathered.people):
        rejected = settled.find_rejected(key, person)
        if rejected is not None:
            report.rejected.append(rejected)
        elif key in settled.doubles.same:
            gathered.ignored.append(IgnoredRow(*_get_place(person), IgnoredReason.SAME_ROW))
        elif isinstance(person, AcceptedRow):
            report.accepted.append(person)
        elif isinstance(person, Doubtful):
            report.accepted.append(person.row)
            doubtful.append(person)
    order = {facts.name: place for place, facts in enumerate(gathered.sheets)}
    report.ignored = sorted(gathered.ignored, key=lambda row: (order[row.sheet], row.row))
    report.warnings = _collect_warnings(report, doubtful)
    return report


class _Settlement:
    """Turns doubles into errors that name the other row."""

    def __init__(self, gathered: Gathered, doubles: Doubles[int]) -> None:
        self.doubles = doubles
        self._people = gathered.people
        self._headers = {facts.name: facts.header for facts in gathered.sheets}

    def find_rejected(self, key: int, person: Person) -> RejectedRow | None:
        error = self._find_error(key, person)
        if not isinstance(person, Wrong):
            return None if error is None else RejectedRow(*_get_place(person), (error,))
        errors = person.row.errors if error is None else (*person.row.errors, error)
        return replace(person.row, errors=tuple(sorted(errors, key=_get_column)))

    def _find_error(self, key: int, person: Person) -> RowError | None:
        differing: tuple[Field, ...] = ()
        if key in self.doubles.conflicts:
            other, code = self.doubles.conflicts[key], RowCode.ID_NAME_CONFLICT
        elif key in self.doubles.different:
            (other, differing), code = self.doubles.different[key], RowCode.DUPLICATE_IN_FILE
        else:
            return None
        sheet, row = _get_place(person)
        other_sheet, other_row = _get_place(self._people[other])
        column, cell, _ = name_cell(Field.ID_NUMBER, self._headers[sheet], row)
        return RowError(
            Field.ID_NUMBER,
            column,
            cell,
            code,
            found=mask_id(_get_number(person)),
            other_sheet="" if other_sheet == sheet else other_sheet,
            other_row=other_row,
            differing=differing,
        )


def _get_column(error: RowError) -> tuple[int, str]:
    """Cells of one row in the order of the sheet: C9 before Q9 before AA9."""
    return len(error.cell), error.cell


def _collect_warnings(report: RosterReport, doubtful: list[Doubtful]) -> list[RowWarning]:
    """In the order of the sheets, rows and columns."""
    facts = {facts.name: (place, facts) for place, facts in enumerate(report.sheets)}
    warnings = []
    for row, findings in [*doubtful, *_find_shared(report.accepted)]:
        order, sheet = facts[row.sheet]
        for name, code in findings:
            column, cell, place = name_cell(name, sheet.header, row.row)
            warning = RowWarning(row.sheet, row.row, name, column, cell, WarningCode(code.value))
            warnings.append((order, row.row, place, warning))
    warnings.sort(key=lambda placed: placed[:3])
    return [warning for *_, warning in warnings]


def _find_shared(accepted: list[AcceptedRow]) -> Iterator[Doubtful]:
    shared = {phone for phone, count in _count_again(accepted).items() if count >= _SHARED_BY}
    for row in accepted if shared else ():
        if row.record.phone in shared:
            yield Doubtful(row, ((Field.PHONE, WarningCode.PHONE_SHARED),))


def _count_again(accepted: list[AcceptedRow]) -> dict[str, int]:
    """How often the phones occur that occur more than once: few, where counting all is a table as
    large as the roster.
    """
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for row in accepted:
        phone = row.record.phone
        if phone is None:
            continue
        if phone in seen:
            counts[phone] = counts.get(phone, 1) + 1
        seen.add(phone)
    return counts


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
