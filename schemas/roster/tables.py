"""Tables that are no plain list: a further heading row in a sheet, tables side by side, households in one row,
one form for each person, tables that lie on their side.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.identity import find_problem, normalise_id
from schemas.roster.cells import RawCell, is_blank, show
from schemas.roster.codes import FileCode, WarningCode
from schemas.roster.columns import DESTINATION_PARTS, Field, find_field, normalise_heading
from schemas.roster.headers import Column, Header, find_known, find_mapped, qualifies
from schemas.roster.report import FileError, name_columns

Mapped = Mapping[str, Field | None]
_DATA: Final = re.compile(r"\d{5,}").search


def is_heading(cells: Sequence[RawCell], mapping: Mapped) -> bool:
    """Whether a row below a header is one again: words only, and at least half of them headings."""
    texts = []
    for cell in cells:
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or _DATA(cell):
            return False
        texts.append(cell)
    return qualifies(texts, mapping) and 2 * len(find_known(texts, mapping)) >= len(texts)


def is_same_heading(cells: Sequence[RawCell], header: Header, mapping: Mapped) -> bool:
    """Whether every filled cell is the heading of its own column once more."""
    columns = {column.place: column for column in header.columns}
    for place, cell in enumerate(cells):
        text = show(cell)
        if not text:
            continue
        column = columns.get(place)
        if column is None:
            return False
        if normalise_heading(column.heading).endswith(normalise_heading(text)):
            continue
        field = find_mapped(text, mapping)
        if field is None or field is not column.field:
            return False
    return True


# --- several people in a row ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Split:
    """The headers of those who share a row, one after another, and how that is told."""

    parts: tuple[Header, ...]
    told: WarningCode | None = None


def split_header(sheet: str, header: Header) -> Split | FileError:
    """One header for each of the tables side by side, or of the people of a household; mostly just the
    header. The refusal where somebody stands beside and it is not clear whose columns are whose.
    """
    if min(len(header.get_columns(Field.NAME)), len(header.get_columns(Field.ID_NUMBER))) > 1:
        return _split_tables(sheet, header)
    return _split_household(sheet, header)


def _split_tables(sheet: str, header: Header) -> Split | FileError:
    blocks: list[list[Column]] = [[]]
    for column in header.columns:
        known = {each.field for each in blocks[-1]}
        if column.field is not None and column.field in known:
            blocks.append([])
        blocks[-1].append(column)
    alike = {tuple(_name(column) for column in block if column.heading) for block in blocks}
    if len(alike) == 1:
        parts = tuple(_keep(header, {c.place for c in block}) for block in blocks)
        return Split(parts, WarningCode.TABLES_BESIDE)
    columns = header.get_columns(Field.NAME)
    values = {"sheet": sheet, "columns": name_columns(columns)}
    return FileError(FileCode.TABLES_SIDE_BY_SIDE, values=values)


def _name(column: Column) -> str:
    return column.field.value if column.field else normalise_heading(column.heading)


def _keep(header: Header, places: set[int], fields: Mapping[int, Field] | None = None) -> Header:
    """The header with these columns alone; the others have no heading, as if they were not there."""
    columns = tuple(
        replace(column, field=(fields or {}).get(column.place, column.field))
        if column.place in places
        else Column(column.place, "", None)
        for column in header.columns
    )
    return replace(header, columns=columns)


_SHARED: Final = frozenset(
    {
        Field.TOWNSHIP,
        Field.VILLAGE,
        Field.DESTINATION,
        Field.DESTINATION_CODE,
        Field.DEPARTURE_DATE,
        Field.SERIAL,
        Field.HEAD_NAME,
        Field.HEAD_ID,
        *DESTINATION_PARTS,
    }
)
_OF_MEMBERS: Final = frozenset(
    {
        Field.ID_NUMBER,
        Field.PHONE,
        Field.GENDER,
        Field.AGE,
        Field.BIRTH_DATE,
        Field.RELATION,
        Field.ETHNICITY,
        Field.PERSON_ROLE,
    }
)
_NUMBER: Final = r"(?:\d{1,2}|[一二三四五六七八九十])"
_MEMBER: Final = (
    "(?:(?:家庭|随行|同行|同乘|其他|共同)?(?:成员|人员|家属|家人|子女|人)|孩子|儿童|姓名|名字)"
)
_MEMBER_NAME: Final = re.compile(
    rf"{_MEMBER}(?:姓名|名字)?(?P<number>{_NUMBER})(?:姓名|的姓名|名字)?"
    rf"|(?P<before>{_NUMBER}){_MEMBER}(?:姓名|名字)?|(?:随行|同行|同乘)(?:人员|家属|家人|子女)(?:姓名|名字)?"
    "|家庭成员(?:姓名|名字)?"
).fullmatch
_MEMBER_PREFIX: Final = re.compile(rf"^(?:{_MEMBER})?{_NUMBER}?(?:的)?|{_NUMBER}$")


@dataclass(slots=True)
class _Member:
    name: Column
    fields: dict[int, Field]


def _split_household(sheet: str, header: Header) -> Split | FileError:
    members, loose = _find_members(header)
    complete = [each for each in members if list(each.fields.values()).count(Field.ID_NUMBER) == 1]
    numbers = [column for column in loose if _strip(column.heading) is Field.ID_NUMBER]
    is_unclear = _have_several(members) or (len(numbers) > (0 if complete else 1))
    if not complete and not is_unclear:
        return Split((header,))
    if is_unclear:
        columns = [each.name for each in members] + numbers
        values = {"sheet": sheet, "columns": name_columns(columns)}
        return FileError(FileCode.HOUSEHOLD_UNCLEAR, values=values)
    others = {place for member in complete for place in (member.name.place, *member.fields)}
    own = {column.place for column in header.columns} - others
    shared = {c.place for c in header.columns if c.field in _SHARED and c.place in own}
    parts = [_keep(header, own)]
    for member in complete:
        fields = {member.name.place: Field.NAME, **member.fields}
        parts.append(_keep(header, shared | fields.keys(), fields))
    return Split(tuple(parts), WarningCode.HOUSEHOLD_ROWS)


def _have_several(members: list[_Member]) -> bool:
    """Whether one of them has two numbers: whose they are cannot be known."""
    return any(list(each.fields.values()).count(Field.ID_NUMBER) > 1 for each in members)


def _find_members(header: Header) -> tuple[list[_Member], list[Column]]:
    """Columns of names of members, each with those that follow and are about it; and unused columns
    that follow none.
    """
    members: list[_Member] = []
    loose = []
    current: _Member | None = None
    for column in header.columns:
        if column.field is None and _MEMBER_NAME(normalise_heading(column.heading)):
            current = _Member(column, {})
            members.append(current)
            continue
        field = _strip(column.heading) if column.heading else None
        is_own = column.field in (None, Field.OTHER_PHONES) or column.field in _OF_MEMBERS
        if current is not None and is_own and field in _OF_MEMBERS:
            current.fields[column.place] = field
            continue
        current = None
        if column.field is None and column.heading:
            loose.append(column)
    return members, [column for column in loose if any(c.isdigit() for c in column.heading)]


def _strip(heading: str) -> Field | None:
    """The field of a heading without the member's word and number: 身份证号1, 成员2电话."""
    normal = normalise_heading(heading)
    return find_field(normal) or find_field(_MEMBER_PREFIX.sub("", normal))


# --- no lists at all -----------------------------------------------------------------------------
def find_form(sheet: str, lines: Iterable[Sequence[RawCell]]) -> FileError | None:
    """The refusal of a sheet that has one form for each person, or one person in each column: beside
    the heading of identity numbers stands a number, in its row.
    """
    for cells in lines:
        texts = [part for cell in cells if (text := show(cell)) for part in _COLON.split(text, 1)]
        for place, text in enumerate(texts[:-1]):
            if len(text) > _LONGEST_HEADING or find_field(text) is not Field.ID_NUMBER:
                continue
            follow = [_is_number(each) for each in texts[place + 1 :]]
            if follow[0]:
                is_row = len(follow) > 1 and all(follow[:2])
                code = FileCode.TABLE_TRANSPOSED if is_row else FileCode.FORM_PER_PERSON
                return FileError(code, values={"sheet": sheet})
    return None


_LONGEST_HEADING: Final = 16
_COLON: Final = re.compile(r"[:：]\s*")


def _is_number(text: str) -> bool:
    return find_problem(normalise_id(text)) is None
