"""The end of a check: who is there twice, whose phone is everybody's, which row goes where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from schemas.identity import mask_id
from schemas.roster.codes import IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.doubles import DoubleFinder, Doubles
from schemas.roster.errors import name_cell
from schemas.roster.records import RosterRecord
from schemas.roster.report import (
    AcceptedRow,
    FileWarning,
    IgnoredRow,
    RejectedRow,
    RosterReport,
    RowError,
    RowWarning,
    SheetFacts,
)
from schemas.roster.rows import Finding

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
