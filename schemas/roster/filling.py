"""Blanks below a value where a column looks like merged cells saved without their merging: which columns, and
which pattern is beyond doubt.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

from schemas.roster.cells import RawCell, is_blank, letter_column, show
from schemas.roster.codes import WarningCode
from schemas.roster.columns import Field
from schemas.roster.headers import Header
from schemas.roster.readings import find_destination_code
from schemas.roster.records import RosterRecord
from schemas.roster.report import ColumnWarning, shorten_heading
from schemas.roster.settling import Person, Wrong, get_record

Read = Callable[[Field, RawCell], Any]
FILLED: Final = (
    Field.VILLAGE,
    Field.TOWNSHIP,
    Field.DESTINATION,
    Field.EMPLOYER,
    Field.DEPARTURE_DATE,
)
_PLACES: Final = frozenset({Field.VILLAGE, Field.TOWNSHIP})
# What is read from one column into several places of a record.
_TOGETHER: Final = {
    Field.DESTINATION: ("destination", "destination_code"),
    Field.DEPARTURE_DATE: ("departure_date", "departure_text"),
}


def find_groups(values: Sequence[Any], villages: list[int] | None = None) -> list[int] | None:
    """Where the groups of a column begin that looks like merged cells saved without their merging:
    a value in the first row, blanks below, and no value twice, or the same groups as the villages
    have. None for any other column.

    Somebody who writes each row for itself repeats a village; a merged cell has it once.
    """
    starts = [place for place, value in enumerate(values) if value is not None]
    if not starts or starts[0] != 0 or len(starts) == len(values):
        return None
    is_once = len({values[place] for place in starts}) == len(starts)
    return starts if is_once or starts == villages else None


def _is_sure(field: Field, starts: list[int], count: int, villages: list[int] | None) -> bool:
    """A village or township: at least every second group has a blank below its value. Anything else
    may be missing for one person: there are several groups, every one with a blank and of three rows
    on the average, or the groups are those of the villages.
    """
    ends = [*starts[1:], count]
    longer = sum(end - start > 1 for start, end in zip(starts, ends, strict=True))
    if field in _PLACES:
        return 2 * longer >= len(starts)
    return starts == villages or (longer == len(starts) > 1 and count >= 3 * len(starts))


def _repeats(values: Sequence[Any]) -> bool:
    """Whether a value stands in two neighbouring rows: here everybody's row is written for itself."""
    return any(one is not None and one == other for one, other in pairwise(values))


@dataclass(frozen=True, slots=True)
class _Source:
    """What a group begins with: values of a record, and the text that the cell shows."""

    values: dict[str, Any]
    text: str


def fill_blanks(
    people: list[Person],
    header: Header,
    *,
    fields: Collection[Field],
    read: Read,
    is_text: bool,
) -> dict[Field, int]:
    """Fill, in the people of one table, the blanks of those columns of `fields` that are beyond doubt.

    Gives how many were filled. `read`: what a raw cell of a column means. In a workbook merged cells
    are known, so that a blank below a value mostly means nothing: there only villages and townships
    are filled, and what has exactly their groups; so it is where villages are written in every row.
    """
    villages: list[int] | None = None
    repeats = False
    filled: dict[Field, int] = {}
    for field in FILLED:
        if field not in fields or field not in header.places:
            continue
        values = [_get_value(person, field, header, read) for person in people]
        repeats = repeats or (field in _PLACES and _repeats(values))
        starts = find_groups(values, villages)
        if starts is None or not _is_sure(field, starts, len(people), villages):
            continue
        if field not in _PLACES and starts != villages and (repeats or not is_text):
            continue
        if field in _PLACES:
            villages = villages or starts
        _fill(people, set(starts), field, header, read)
        filled[field] = len(people) - len(starts)
    return filled


def _get_value(person: Person, field: Field, header: Header, read: Read) -> Any:
    record = get_record(person)
    if record is None:
        cell = _get_cell(person, header.places[field])
        return None if is_blank(cell) else read(field, cell) or show(cell)
    value = getattr(record, field.value)
    is_day = field is Field.DEPARTURE_DATE
    return record.departure_text if value is None and is_day else value


def _get_cell(person: Person, place: int) -> RawCell:
    cells = person.row.cells if isinstance(person, Wrong) else None
    return cells[place] if cells is not None and place < len(cells) else None


def _fill(people: list[Person], starts: set[int], field: Field, header: Header, read: Read) -> None:
    source = _Source({}, "")
    for key, person in enumerate(people):
        if key in starts:
            source = _make_source(person, field, header, read)
        elif isinstance(person, Wrong):
            people[key] = _fill_cells(person, header.places[field], source.text)
        elif (record := get_record(person)) is not None:
            _fill_record(record, source)


def _make_source(person: Person, field: Field, header: Header, read: Read) -> _Source:
    record = get_record(person)
    if record is not None:
        names = _TOGETHER.get(field, (field.value,))
        values = {name: getattr(record, name) for name in names}
        value = values[field.value]
        text = value.isoformat() if isinstance(value, date) else value or record.departure_text
        return _Source(values, text or "")
    cell = _get_cell(person, header.places[field])
    value = read(field, cell)
    values = {field.value: value}
    if field is Field.DESTINATION and value:
        values["destination_code"] = find_destination_code(value)
    if field is Field.DEPARTURE_DATE and isinstance(value, str):
        values = {"departure_date": None, "departure_text": value}
    return _Source(values, show(cell))


def _fill_cells(person: Wrong, place: int, text: str) -> Wrong:
    cells = list(person.row.cells or ())
    cells += [None] * (place + 1 - len(cells))
    cells[place] = text
    return person._replace(row=replace(person.row, cells=tuple(cells)))


def _fill_record(record: RosterRecord, source: _Source) -> None:
    for name, value in source.values.items():
        if getattr(record, name) is None:
            setattr(record, name, value)


def tell_filled(sheet: str, header: Header, field: Field, count: int) -> ColumnWarning:
    place = header.places[field]
    return ColumnWarning(
        sheet,
        WarningCode.VALUE_FROM_ABOVE,
        column=letter_column(place),
        heading=shorten_heading(header.columns[place].heading),
        field=field.value,
        total=count,
    )
