"""Finding the header of a sheet and what its columns mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from schemas.roster.cells import MergedRange, RawCell, RawSheet, Row, is_blank, show
from schemas.roster.columns import (
    UNCOMPARED,
    Field,
    find_field,
    normalise_heading,
)

SEARCHED_ROWS: Final = 20
_MAX_HEADING: Final = 16
_TOTALS: Final = ("合计", "小计", "总计", "共计")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place from 0, its heading as shown, and what it means (None: not used)."""

    place: int
    heading: str
    field: Field | None


@dataclass(frozen=True)
class Header:
    """A header found: the Excel row of its last line, its columns, and the texts at or above it."""

    row: int
    columns: tuple[Column, ...]
    lines: frozenset[tuple[str, ...]] = frozenset()

    def get_columns(self, wanted: Field | None) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.field is wanted)

    @cached_property
    def places(self) -> dict[Field, int]:
        return {column.field: column.place for column in self.columns if column.field is not None}

    @property
    def unused(self) -> tuple[str, ...]:
        return tuple(c.heading for c in self.columns if c.field is None and c.heading)


def find_header(
    sheet: RawSheet, rows: Iterator[Row], mapping: Mapping[str, Field | None]
) -> tuple[Header | None, list[Row]]:
    """The header within the first 20 non-blank rows, and the rows read beyond it.

    Nothing is read after the last row that had to be looked at.
    """
    seen: list[Row] = []
    for row in rows:
        if all(map(is_blank, row[1])):
            continue
        seen.append(row)
        if _qualifies(row[1], mapping):
            return _complete(sheet, seen, rows, mapping)
        if len(seen) == SEARCHED_ROWS:
            break
    return None, seen


def _complete(
    sheet: RawSheet, seen: list[Row], rows: Iterator[Row], mapping: Mapping[str, Field | None]
) -> tuple[Header, list[Row]]:
    top = seen[-1]
    following = next(rows, None)
    rest = [] if following is None else [following]
    if following is not None and _outranks(following[1], top[1], mapping):
        seen.append(following)
        return _make_header(sheet, seen, None, mapping), []
    if following is not None and _is_second_line(sheet, top, following):
        return _make_header(sheet, [*seen, following], top, mapping), []
    return _make_header(sheet, seen, None, mapping), rest


def _find(heading: str, mapping: Mapping[str, Field | None], group: str = "") -> Field | None:
    normal = normalise_heading(heading)
    if mapping and normal in mapping:
        return mapping[normal]
    return find_field(heading, group)


def _known(cells: Sequence[RawCell], mapping: Mapping[str, Field | None]) -> set[Field]:
    texts = [show(cell) for cell in cells if isinstance(cell, str)]
    found = {_find(text, mapping) for text in texts if text and len(text) <= 2 * _MAX_HEADING}
    return {field for field in found if field is not None}


def _qualifies(cells: Sequence[RawCell], mapping: Mapping[str, Field | None]) -> bool:
    """Two known headings, one of them the name or the id; or four of any kind."""
    known = _known(cells, mapping)
    return len(known) >= (2 if known & {Field.NAME, Field.ID_NUMBER} else 4)


def _outranks(
    below: Sequence[RawCell], above: Sequence[RawCell], mapping: Mapping[str, Field | None]
) -> bool:
    return _qualifies(below, mapping) and len(_known(below, mapping)) > len(_known(above, mapping))


def _is_second_line(sheet: RawSheet, top: Row, below: Row) -> bool:
    """Short texts that stand only below groups: the columns of single headings are empty."""
    if below[0] != top[0] + 1:
        return False
    texts = {place: show(cell) for place, cell in enumerate(below[1]) if not is_blank(cell)}
    if not texts or any(_is_data(text) for text in texts.values()):
        return False
    groups = _get_groups(sheet, top)
    return all(place in groups for place in texts)


def _is_data(text: str) -> bool:
    compact = "".join(text.split())
    return (
        len(compact) > _MAX_HEADING
        or any(c.isdigit() for c in compact)
        or compact.startswith(_TOTALS)
    )


def _get_groups(sheet: RawSheet, row: Row) -> dict[int, str]:
    """Columns that stand below a heading merged over several, with that heading.

    Where merged ranges are not known, a group runs from its text over the blanks after it.
    """
    number, cells = row
    groups: dict[int, str] = {}
    for merged in sheet.merged:
        if (
            merged.first_row == number == merged.last_row
            and merged.last_column > merged.first_column
        ):
            text = show(cells[merged.first_column]) if merged.first_column < len(cells) else ""
            places = range(merged.first_column, merged.last_column + 1)
            groups |= dict.fromkeys(places, text)
    return groups or (_guess_groups(cells) if not sheet.merged else groups)


def _guess_groups(cells: Sequence[RawCell]) -> dict[int, str]:
    groups: dict[int, str] = {}
    for place, cell in enumerate(cells):
        if is_blank(cell) and place:
            before = groups.get(place - 1) or show(cells[place - 1])
            groups[place - 1] = groups[place] = before
    return groups


def _is_group_line(sheet: RawSheet, row: Row, width: int) -> bool:
    """Whether the line above a header groups its columns, and is no title."""
    merged = [m for m in sheet.merged if m.first_row == row[0] and m.last_column > m.first_column]
    texts = [show(cell) for cell in row[1] if not is_blank(cell)]
    return (
        any(m.last_column - m.first_column + 1 < width for m in merged)
        and len(texts) > 1
        and all(len(text) <= _MAX_HEADING and not {":", "："} & set(text) for text in texts)
    )


def _make_header(
    sheet: RawSheet, lines: list[Row], top: Row | None, mapping: Mapping[str, Field | None]
) -> Header:
    number, cells = lines[-1]
    groups = _find_groups(sheet, lines, top)
    width = max(len(cells), len(top[1]) if top else 0)
    columns = []
    for place in range(width):
        text = show(cells[place]) if place < len(cells) else ""
        if not text and top is not None and place < len(top[1]):
            text, group = show(top[1][place]), ""
        else:
            group = groups.get(place, "")
        columns.append(_make_column(place, text, group, mapping))
    written = frozenset(tuple(show(c) for c in line if not is_blank(c)) for _, line in lines)
    return Header(number, tuple(columns), written)


def _find_groups(sheet: RawSheet, lines: list[Row], top: Row | None) -> dict[int, str]:
    if top is not None:
        return _get_groups(sheet, top)
    if len(lines) < 2:
        return {}
    above, number = lines[-2], lines[-1][0]
    width = sum(not is_blank(cell) for cell in lines[-1][1])
    is_group = above[0] == number - 1 and _is_group_line(sheet, above, width)
    return _get_groups(sheet, above) if is_group else {}


def _make_column(place: int, text: str, group: str, mapping: Mapping[str, Field | None]) -> Column:
    heading = "".join(text.splitlines()).strip()
    field = _find(text, mapping, group) if text else None
    joined = f"{group}{heading}" if group and field is not find_field(text) else heading
    return Column(place, joined, field)


def drop_hand_mapped_rivals(header: Header, mapping: Mapping[str, Field | None]) -> Header:
    """A column mapped by hand wins over another of the same meaning, where it is there."""
    mapped = [normalise_heading(column.heading) in mapping for column in header.columns]
    pairs = tuple(zip(header.columns, mapped, strict=True))
    chosen = {column.field for column, is_mapped in pairs if is_mapped and column.field is not None}
    columns = tuple(
        Column(column.place, column.heading, None)
        if column.field in chosen and not is_mapped
        else column
        for column, is_mapped in pairs
    )
    return Header(header.row, columns, header.lines)


def find_rivals(header: Header) -> tuple[Field, tuple[Column, ...]] | None:
    """The first two or more columns of one meaning; a second 序号 or 年龄 does no harm."""
    for field in Field:
        columns = header.get_columns(field)
        if len(columns) > 1 and field not in UNCOMPARED:
            return field, columns
    return None


class MergedFill:
    """Values of merged ranges for the cells that they cover (only there is anything filled down)."""

    def __init__(self, merged: Sequence[MergedRange]) -> None:
        self._waiting = sorted(merged, key=lambda m: -m.first_row)
        self._open: list[tuple[MergedRange, RawCell]] = []

    def fill(self, number: int, cells: Sequence[RawCell]) -> Sequence[RawCell]:
        """Call with ascending row numbers; a row outside every range comes back as it is."""
        while self._waiting and self._waiting[-1].first_row <= number:
            merged = self._waiting.pop()
            if merged.last_row > merged.first_row:
                self._open.append((merged, self._get_value(merged, number, cells)))
        if not self._open:
            return cells
        self._open = [(m, value) for m, value in self._open if m.last_row >= number]
        filled = list(cells)
        for merged, value in self._open:
            if merged.first_column < len(filled) and is_blank(filled[merged.first_column]):
                filled[merged.first_column] = value
        return filled

    @staticmethod
    def _get_value(merged: MergedRange, number: int, cells: Sequence[RawCell]) -> RawCell:
        is_here = merged.first_row == number and merged.first_column < len(cells)
        return cells[merged.first_column] if is_here else None
