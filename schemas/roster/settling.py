"""From the people of a file to its report: accepted, rejected or ignored; doubles, one phone on three people,
whose table a person's row is in, order of warnings.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from schemas.identity import mask_id
from schemas.roster.checking import DoubleFinder, Doubles
from schemas.roster.codes import IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.records import RosterRecord
from schemas.roster.report import (
    AcceptedRow,
    IgnoredRow,
    RejectedRow,
    RosterReport,
    RowError,
    RowWarning,
    SheetFacts,
    SheetWarning,
    Unread,
    name_cell,
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
    """What reading the rows left to be settled. `sheets`: every table, in the order of the file."""

    sheets: list[SheetFacts] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    file_warnings: list[SheetWarning] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _begun: list[SheetFacts] = field(default_factory=list)

    def begin(self, facts: SheetFacts) -> None:
        """Whoever is added from now on stands in this table."""
        if not self._begun or self._begun[-1] is not facts:
            self._starts.append(len(self.people))
            self._begun.append(facts)

    def get_facts(self, key: int) -> SheetFacts:
        """The table of a person, by the place in `people`."""
        return self._begun[bisect_right(self._starts, key) - 1]


def get_record(person: Person) -> RosterRecord | None:
    if isinstance(person, AcceptedRow):
        return person.record
    return person.row.record if isinstance(person, Doubtful) else None


def get_number(person: Person) -> str:
    """The identity number, empty where it is wrong."""
    record = get_record(person)
    if record is not None:
        return record.id_number
    return person.number if isinstance(person, Wrong) else ""


def _find_doubles(people: Sequence[Person]) -> Doubles[int]:
    """Keyed by the place in `people`."""

    def list_people() -> Iterator[tuple[int, str, str]]:
        for key, person in enumerate(people):
            number, name = get_number(person), _get_name(person)
            if number and name:
                yield key, number, name

    return DoubleFinder(list_people, get_record=lambda key: get_record(people[key])).find()


def _get_name(person: Person) -> str:
    record = get_record(person)
    return record.name if record is not None else person.name if isinstance(person, Wrong) else ""


def get_place(person: Person) -> tuple[str, int]:
    row = person if isinstance(person, AcceptedRow) else person.row
    return row.sheet, row.row


def conclude(as_of: date, gathered: Gathered) -> RosterReport:
    """Every row into its list: accepted, rejected or ignored."""
    report = RosterReport(
        as_of,
        file_warnings=gathered.file_warnings,
        sheets=gathered.sheets,
        unread=tuple(gathered.unread),
    )
    settled = _Settlement(gathered, _find_doubles(gathered.people))
    doubtful = []
    taken = array("L")
    for key, person in enumerate(gathered.people):
        rejected = settled.find_rejected(key, person)
        if rejected is not None:
            report.rejected.append(rejected)
        elif key in settled.doubles.same:
            gathered.ignored.append(IgnoredRow(*get_place(person), IgnoredReason.SAME_ROW))
        elif isinstance(person, AcceptedRow):
            report.accepted.append(person)
            taken.append(key)
        elif isinstance(person, Doubtful):
            report.accepted.append(person.row)
            taken.append(key)
            doubtful.append((key, person.warnings))
    order = {name: place for place, name in enumerate(report.sheets_read)}
    report.ignored = sorted(gathered.ignored, key=lambda row: (order[row.sheet], row.row))
    shared = _find_shared(report.accepted, taken)
    report.warnings = _collect_warnings(gathered, order, [*doubtful, *shared])
    return report


class _Settlement:
    """Turns doubles into errors that name the other row."""

    def __init__(self, gathered: Gathered, doubles: Doubles[int]) -> None:
        self.doubles = doubles
        self._people = gathered.people
        self._gathered = gathered

    def find_rejected(self, key: int, person: Person) -> RejectedRow | None:
        error = self._find_error(key, person)
        if isinstance(person, Wrong):
            errors = person.row.errors if error is None else (*person.row.errors, error)
            return replace(person.row, errors=tuple(sorted(errors, key=_get_column)))
        if error is None:
            return None
        facts, record = self._gathered.get_facts(key), get_record(person)
        return RejectedRow(*get_place(person), (error,), record=record, facts=facts)

    def _find_error(self, key: int, person: Person) -> RowError | None:
        differing: tuple[Field, ...] = ()
        if key in self.doubles.conflicts:
            other, code = self.doubles.conflicts[key], RowCode.ID_NAME_CONFLICT
        elif key in self.doubles.different:
            (other, differing), code = self.doubles.different[key], RowCode.DUPLICATE_IN_FILE
        else:
            return None
        sheet, row = get_place(person)
        other_sheet, other_row = get_place(self._people[other])
        column, cell, _ = name_cell(Field.ID_NUMBER, self._gathered.get_facts(key).header, row)
        return RowError(
            Field.ID_NUMBER,
            column,
            cell,
            code,
            found=mask_id(get_number(person)),
            other_sheet="" if other_sheet == sheet else other_sheet,
            other_row=other_row,
            differing=differing,
        )


def _get_column(error: RowError) -> tuple[int, str]:
    """Cells of one row in the order of the sheet: C9 before Q9 before AA9."""
    return len(error.cell), error.cell


def _collect_warnings(
    gathered: Gathered, order: dict[str, int], found: list[tuple[int, tuple[Finding, ...]]]
) -> list[RowWarning]:
    """In the order of the sheets, rows and columns."""
    warnings = []
    for key, findings in found:
        sheet, row = get_place(gathered.people[key])
        header = gathered.get_facts(key).header
        for name, code in findings:
            column, cell, place = name_cell(name, header, row)
            warning = RowWarning(sheet, row, name, column, cell, WarningCode(code.value))
            warnings.append((order[sheet], row, place, warning))
    warnings.sort(key=lambda placed: placed[:3])
    return [warning for *_, warning in warnings]


def _find_shared(
    accepted: list[AcceptedRow], keys: Sequence[int]
) -> Iterator[tuple[int, tuple[Finding, ...]]]:
    shared = {phone for phone, count in _count_again(accepted).items() if count >= _SHARED_BY}
    for key, row in zip(keys, accepted, strict=True) if shared else ():
        if row.record.phone in shared:
            yield key, ((Field.PHONE, WarningCode.PHONE_SHARED),)


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
