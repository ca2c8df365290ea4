"""Finding a sheet's header: in the first 20 filled rows, in two lines, below groups; two columns of one
meaning; values of merged cells; proposals for unknown headings, offered only where safe to type.
"""

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final

from schemas.roster.cells import MergedRange, RawCell, RawSheet, Row, is_blank, show
from schemas.roster.columns import (
    HOUSEHOLD_FIELDS,
    REQUIRED,
    STAFF_FIELDS,
    SYNONYMS,
    UNCOMPARED,
    Field,
    find_field,
    find_household_field,
    is_of_others,
    is_spoken,
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
    """A header found: the Excel row of its last line, its columns, and the texts at or above it.

    `is_padded`: a line at or above it ends with an empty cell.
    """

    row: int
    columns: tuple[Column, ...]
    lines: frozenset[tuple[str, ...]] = frozenset()
    is_padded: bool = False

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
        if qualifies(row[1], mapping):
            return complete_header(sheet, seen, rows, mapping)
        if len(seen) == SEARCHED_ROWS:
            break
    return None, seen


def complete_header(
    sheet: RawSheet, seen: list[Row], rows: Iterator[Row], mapping: Mapping[str, Field | None]
) -> tuple[Header, list[Row]]:
    """The header whose first line is the last of `seen`, and the row read beyond it, if any."""
    top = seen[-1]
    following = next(rows, None)
    rest = [] if following is None else [following]
    if following is not None and _outranks(following[1], top[1], mapping):
        seen.append(following)
        return _make_header(sheet, seen, None, mapping), []
    if following is not None and _is_second_line(sheet, top, following):
        return _make_header(sheet, [*seen, following], top, mapping), []
    return _make_header(sheet, seen, None, mapping), rest


def find_mapped(heading: str, mapping: Mapping[str, Field | None], group: str = "") -> Field | None:
    normal = normalise_heading(heading)
    if mapping and normal in mapping:
        return mapping[normal]
    return find_field(heading, group)


def find_known(cells: Sequence[RawCell], mapping: Mapping[str, Field | None]) -> set[Field]:
    """The fields of which a row has headings."""
    texts = [show(cell) for cell in cells if isinstance(cell, str)]
    found = {find_mapped(text, mapping) for text in texts if text and len(text) <= 2 * _MAX_HEADING}
    return {field for field in found if field is not None}


def qualifies(cells: Sequence[RawCell], mapping: Mapping[str, Field | None]) -> bool:
    """Two known headings, one of them the name or the id; or four of any kind."""
    known = find_known(cells, mapping)
    return len(known) >= (2 if known & {Field.NAME, Field.ID_NUMBER} else 4)


def _outranks(
    below: Sequence[RawCell], above: Sequence[RawCell], mapping: Mapping[str, Field | None]
) -> bool:
    return qualifies(below, mapping) and len(find_known(below, mapping)) > len(
        find_known(above, mapping)
    )


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
    is_padded = any(line and line[-1] == "" for _, line in lines)
    return Header(number, _settle_columns(columns, mapping), written, is_padded)


_BARE_DAYS: Final = frozenset({"时间", "日期"})


def _settle_columns(
    columns: list[Column], mapping: Mapping[str, Field | None]
) -> tuple[Column, ...]:
    """时间 alone is the day of departure where no other column is; the same heading over a second
    column of numbers to ring makes it the column of other numbers; a spoken heading (去哪) yields to
    a column of the same meaning (务工地).
    """
    written = {c.field for c in columns if c.field is not None and not is_spoken(c.heading)}
    columns = [_yield_to(column, written, mapping) for column in columns]
    days = [c for c in columns if normalise_heading(c.heading) in _BARE_DAYS and c.field is None]
    has_day = any(column.field is Field.DEPARTURE_DATE for column in columns)
    is_day = not has_day and len(days) == 1 and normalise_heading(days[0].heading) not in mapping
    phones = [column for column in columns if column.field is Field.PHONE]
    is_again = len({"".join(column.heading.split()) for column in phones}) == 1
    names = sum(column.field is Field.NAME for column in columns)
    others = phones[1:] if is_again and names == 1 else []
    has_others = any(column.field is Field.OTHER_PHONES for column in columns)
    is_of_households = any(column.field is Field.RELATION for column in columns)

    def settle(column: Column) -> Column:
        normal = normalise_heading(column.heading)
        if is_day and column is days[0]:
            return replace(column, field=Field.DEPARTURE_DATE)
        if len(others) == 1 and not has_others and column is others[0]:
            return replace(column, field=Field.OTHER_PHONES)
        if is_of_households and column.field is None and normal not in mapping:
            return replace(column, field=find_household_field(column.heading))
        return column

    return tuple(map(settle, columns))


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
    field = find_mapped(text, mapping, group) if text else None
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
    return replace(header, columns=columns)


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


def _yield_to(column: Column, written: set[Field], mapping: Mapping[str, Field | None]) -> Column:
    is_by_hand = normalise_heading(column.heading) in mapping
    if column.field in written and not is_by_hand and is_spoken(column.heading):
        return replace(column, field=None)
    return column


_ALIKE: Final = 0.6
_LONGEST: Final = 16
_OF_ROSTERS: Final = tuple(
    field for field in Field if field not in STAFF_FIELDS | HOUSEHOLD_FIELDS | UNCOMPARED
)
_HARMLESS: Final = frozenset({"Ll", "Lo", "Lu", "Nd", "Nl", "No"})
_HARMLESS_MARKS: Final = frozenset("（）【】《》、，。：·—_-./:")
_WIDE: Final = str.maketrans("()", "（）")
_LONGEST_TYPED: Final = 40
Proposal = dict[Column, Field]


def propose(columns: Iterable[Column], wanted: Collection[Field]) -> Proposal:
    """Column → field, the most similar heading first; no column and no field twice.

    监护人姓名 is somebody else's: it is never proposed for 姓名.
    """
    scored = [
        (_compare(column.heading, field), column, field)
        for column, field in product(columns, wanted)
    ]
    found: Proposal = {}
    for score, column, field in sorted(scored, key=lambda each: -each[0]):
        if score >= _ALIKE and column not in found and field not in found.values():
            found[column] = field
    return found


def _compare(heading: str, field: Field) -> float:
    own = normalise_heading(heading)
    if not own or is_of_others(heading, field):
        return 0.0
    synonyms = (normalise_heading(each) for each in SYNONYMS[field].split())
    return max(difflib.SequenceMatcher(None, own, each).ratio() for each in synonyms)


def propose_unused(columns: Iterable[Column], used: Collection[Field]) -> Proposal:
    """For columns that are not read: what they resemble most, where the roster lacks just that.

    What a heading is stands at its end in Chinese: 紧急联系人 is no 紧急联系电话.
    """
    found: Proposal = {}
    for column in columns:
        heading = column.heading
        if not heading or len(heading) > _LONGEST:
            continue
        likeness, field = max((_compare(heading, each), each) for each in _OF_ROSTERS)
        is_new = field not in used and field not in found.values()
        if is_new and likeness >= _ALIKE and _ends_alike(heading, field):
            found[column] = field
    return found


def _ends_alike(heading: str, field: Field) -> bool:
    ends = {normalise_heading(each)[-1:] for each in SYNONYMS[field].split()}
    return normalise_heading(heading)[-1:] in ends


def propose_header(rows: Sequence[Row]) -> Proposal:
    """What would make one of the rows a header; empty where none looks like one."""
    read = [_read_as_header(cells) for _, cells in rows]
    likely = [each for each in read if {Field.NAME, Field.ID_NUMBER} & each[0]]
    known, proposal = max(likely, key=lambda each: len(each[0]), default=(set(), {}))
    return proposal if len(known) > 1 else {}


def _read_as_header(cells: Sequence[RawCell]) -> tuple[set[Field], Proposal]:
    """What it would have, guesses included, and the guesses."""
    columns = [
        Column(place, text, find_field(text))
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and not is_blank(cell) and _is_short(text := show(cell))
    ]
    known = {column.field for column in columns if column.field is not None}
    proposal = propose([column for column in columns if column.field is None], _lacking(known))
    return known | set(proposal.values()), proposal


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST and not any(map(str.isdigit, text))


def _lacking(known: Collection[Field]) -> list[Field]:
    return [field for field in REQUIRED if field not in known]


def split_by_typing(proposal: Mapping[Column, Field]) -> tuple[Proposal, Proposal]:
    """What may be offered as an option to be pasted, and what has to be renamed in the sheet.

    A heading is a stranger's text: an option is offered only where no shell (sh, cmd.exe,
    PowerShell) could see more in it than a word, and where the console shows every character of it.
    """
    typed = {column: field for column, field in proposal.items() if _is_harmless(_type(column))}
    return typed, {column: field for column, field in proposal.items() if column not in typed}


def write_options(proposal: Mapping[Column, Field]) -> str:
    """As they are typed, each once; what cannot be typed safely is left out."""
    typed, _ = split_by_typing(proposal)
    options = (f"--map '{_type(column)}={field.value}'" for column, field in typed.items())
    return " ".join(dict.fromkeys(options))


def _type(column: Column) -> str:
    """Blanks inside a heading, and the width of its brackets, mean nothing."""
    return "".join(column.heading.split()).translate(_WIDE)


def _is_harmless(text: str) -> bool:
    """Letters, digits and a few marks, all of GBK: what it lacks is printed as a question mark, and
    some of that (ʼ, ǃ) is taken for a quote or worse where text is fitted to a code page.
    """
    is_shown = text.encode("gbk", "ignore").decode("gbk") == text
    return (
        is_shown
        and len(text) <= _LONGEST_TYPED
        and all(c in _HARMLESS_MARKS or unicodedata.category(c) in _HARMLESS for c in text)
    )
