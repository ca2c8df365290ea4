"""Rosters as villages make them, spoiled at random, with what has to be said about every row.

`draw_roster` draws a whole file; `Roster.lines` is the oracle: what stands in each row, what was
spoiled there, and what stood there before.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from random import Random
from typing import Any, Final

import xlsxwriter

from schemas.roster.cells import letter_column
from schemas.roster.codes import IgnoredReason, RowCode
from schemas.roster.columns import SYNONYMS, Field
from tests.cli.roster_spoils import DAY, ERROR, SPOILS, Code, Line
from tests.schemas.roster_factories import make_id, make_phone

ENCODINGS: Final = ("gb18030", "utf-8-sig", "utf-8", "utf-16")
_NAMES: Final = (
    "张三",
    "李 四",
    "欧阳春花",
    "阿依古丽•买买提",
    "𠮷野家",
    "刘㛃䶮",
    "阿不都热依木·艾合买提",
)
_VILLAGES: Final = ("东兴村", "红旗村", "幸福社区")
_PLACES: Final = ("江苏省苏州市", "苏州", "大连市", "广东深圳")
_OPTIONAL: Final = (Field.SERIAL, Field.GENDER, Field.VILLAGE, Field.DESTINATION, Field.DEPARTURE_DATE,
    Field.EMPLOYER, Field.REMARK)  # fmt: skip
_AREAS: Final = ("211221", "110101", "659001", "412723")


@dataclass
class Sheet:
    name: str
    above: list[list[Any]]
    columns: list[tuple[Field | None, str]]
    lines: list[Line]
    merged: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def header_row(self) -> int:
        return len(self.above) + 1

    def list_lines(self) -> Iterator[tuple[int, Line]]:
        """With the row that Excel shows, up to the last one that is not blank."""
        yield from enumerate(self.lines, start=self.header_row + 1)

    def place(self, wanted: Field) -> tuple[str, int]:
        """Heading and place of a field's column."""
        fields = [each for each, _ in self.columns]
        return self.columns[fields.index(wanted)][1], fields.index(wanted)

    def cell(self, wanted: Field, row: int) -> str:
        return f"{letter_column(self.place(wanted)[1])}{row}"

    def write(self, line: Line) -> list[Any]:
        if line.ignored is not None and not line.cells:
            return list(line.plain)
        return [line.cells.get(each, "") if each else "勤" for each, _ in self.columns]


@dataclass
class Roster:
    """`encoding` is empty for a workbook."""

    sheets: list[Sheet]
    encoding: str

    def to_bytes(self) -> bytes:
        return self._to_text() if self.encoding else _to_workbook(self.sheets)

    def _to_text(self) -> bytes:
        (sheet,) = self.sheets
        rows = [*sheet.above, [heading for _, heading in sheet.columns]]
        rows += [sheet.write(line) for line in sheet.lines]
        lines = [",".join(f'"{cell}"' if cell else "" for cell in map(str, row)) for row in rows]
        return "\r\n".join([*lines, ""]).encode(self.encoding)


def _to_workbook(sheets: Sequence[Sheet]) -> bytes:
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "default_date_format": "yyyy/m/d"}
    with xlsxwriter.Workbook(buffer, options) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            rows = [*sheet.above, [heading for _, heading in sheet.columns]]
            for number, row in enumerate([*rows, *map(sheet.write, sheet.lines)]):
                for place, cell in enumerate(row):
                    if cell == ERROR:
                        page.write_formula(number, place, "=NA()", None, ERROR)
                    else:
                        page.write(number, place, cell)
            for first, last, village in sheet.merged:
                place = sheet.place(Field.VILLAGE)[1]
                page.merge_range(first - 1, place, last - 1, place, village)
    return buffer.getvalue()


# --- drawing ------------------------------------------------------------------------------------
def draw_roster(chance: Random) -> Roster:
    encoding = chance.choice(("", "", *ENCODINGS))
    count = 1 if encoding else chance.randint(1, 3)
    people = _People(chance, is_text=bool(encoding))
    names = ["csv"] if encoding else chance.sample((*_VILLAGES, "Sheet1"), count)
    return Roster([_draw_sheet(name, people, chance) for name in names], encoding)


def _draw_sheet(name: str, people: "_People", chance: Random) -> Sheet:
    above: list[list[Any]] = chance.choice(
        ([], [["凡河镇务工人员返岗花名册"]], [["花名册"], [], ["填报单位：凡河镇"]])
    )
    chosen = chance.sample(_OPTIONAL, chance.randint(0, len(_OPTIONAL)))
    fields: list[Field | None] = [Field.NAME, Field.ID_NUMBER, Field.PHONE, *chosen]
    fields += [None] * chance.randint(0, 1)
    chance.shuffle(fields)
    columns = [(each, _spell_heading(each, chance)) for each in fields]
    sheet = Sheet(name, above, columns, [])
    late: list[Line] = []
    for _ in range(chance.randint(2, 9)):
        _add_lines(sheet, late, people, chance)
    sheet.lines += late
    if chance.random() < 0.5:
        total = Line(ignored=IgnoredReason.TOTAL_ROW, plain=["合计", len(sheet.lines)])
        signed = ["填表人：张三", "", "审核人："]
        sheet.lines += [total, Line(ignored=IgnoredReason.FOOTER_ROW, plain=signed)]
    while sheet.lines and sheet.lines[-1].ignored is IgnoredReason.BLANK_ROW:
        sheet.lines.pop()
    if sheet.lines and not people.is_text and Field.VILLAGE in chosen:
        _merge_villages(sheet, chance)
    return sheet


def _spell_heading(wanted: Field | None, chance: Random) -> str:
    if wanted is None:
        return "座右铭"
    heading = chance.choice(SYNONYMS[wanted].split())
    spell = chance.choice(("{}", "{}", "*{}", "{}（必填）", " {}", "{}："))
    spread = " ".join(heading) if len(heading) == 2 else heading
    return spell.format(chance.choice((heading, spread))).strip()


def _add_lines(sheet: Sheet, late: list[Line], people: "_People", chance: Random) -> None:
    """`late` comes at the end of the sheet: whoever is there twice, for the second time."""
    what = chance.random()
    if what < 0.1:
        plain = chance.choice(([], [""]))
        sheet.lines.append(Line(ignored=IgnoredReason.BLANK_ROW, plain=plain))
    elif what < 0.15 and sheet.lines:
        headings = [heading for _, heading in sheet.columns]
        sheet.lines.append(Line(ignored=IgnoredReason.REPEATED_HEADER, plain=headings))
    elif what < 0.3:
        first, second = people.draw_double(sheet)
        sheet.lines.append(first)
        late.append(second)
    else:
        sheet.lines.append(people.draw(sheet, spoils=chance.choice((0, 0, 1, 1, 2, 3))))


def _is_double(line: Line) -> bool:
    codes = {RowCode.DUPLICATE_IN_FILE, RowCode.ID_NAME_CONFLICT}
    return line.ignored is not None or not codes.isdisjoint(line.errors.values())


def _merge_villages(sheet: Sheet, chance: Random) -> None:
    """A run of people's rows gets one village, written once and merged; nobody there twice."""
    twice = {line.id_number for line in sheet.lines if _is_double(line)} | {""}
    start = chance.randrange(min(3, len(sheet.lines)))
    alone = (
        line.id_number not in twice and Field.VILLAGE not in line.errors
        for line in sheet.lines[start:]
    )
    run = sheet.lines[start : start + len(list(takewhile(bool, alone)))]
    if len(run) < 2:
        return
    village = chance.choice(_VILLAGES)
    for line in run:
        line.village = village
        line.cells[Field.VILLAGE] = line.right[Field.VILLAGE] = (
            "" if line is not run[0] else village
        )
    first = sheet.header_row + 1 + start
    sheet.merged.append((first, first + len(run) - 1, village))


class _People:
    """New people, each with a number of their own, and what is done to their cells."""

    def __init__(self, chance: Random, *, is_text: bool) -> None:
        self._chance, self.is_text = chance, is_text
        self._count = 0

    def draw(self, sheet: Sheet, *, spoils: int) -> Line:
        self._count += 1
        line = self._make(sheet)
        fields = [each for each in line.cells if each in SPOILS and self._list_spoils(each)]
        for spoiled in self._chance.sample(fields, min(spoils, len(fields))):
            value, code = self._chance.choice(self._list_spoils(spoiled))
            line.cells[spoiled] = value(line) if callable(value) else value
            if isinstance(code, RowCode):
                line.errors[spoiled] = code
            else:
                line.warnings[spoiled] = code
        if line.cells[Field.NAME] == line.cells[Field.ID_NUMBER] == "":
            # Nobody's row then, perhaps a blank one: the name stays.
            line.cells[Field.NAME] = line.right[Field.NAME]
            del line.errors[Field.NAME]
        return line

    def _list_spoils(self, wanted: Field) -> list[tuple[Any, Code]]:
        return [(v, code) for v, code, typed in SPOILS[wanted] if not (typed and self.is_text)]

    def draw_double(self, sheet: Sheet) -> tuple[Line, Line]:
        """One person twice: the same row, another phone, or another name."""
        first, fresh = self.draw(sheet, spoils=0), self.draw(sheet, spoils=0)
        second = Line(dict(first.cells), dict(first.right), first.id_number, first.name)
        second.village = first.village
        what = self._chance.randrange(3)
        if what == 0:
            second.ignored = IgnoredReason.SAME_ROW
            return first, second
        second.right[Field.ID_NUMBER] = fresh.id_number
        if what == 1:
            second.cells[Field.PHONE] = second.right[Field.PHONE] = fresh.right[Field.PHONE]
            second.errors[Field.ID_NUMBER] = RowCode.DUPLICATE_IN_FILE
        else:
            second.cells[Field.NAME] = second.right[Field.NAME] = "无名氏"
            for each in (first, second):
                each.errors[Field.ID_NUMBER] = RowCode.ID_NAME_CONFLICT
        return first, second

    def _make(self, sheet: Sheet) -> Line:
        chance, number = self._chance, self._count
        born = date(1950, 1, 1) + timedelta(days=chance.randrange(18_000))
        identity = make_id(number, born=f"{born:%Y%m%d}", area=chance.choice(_AREAS))
        name = chance.choice(_NAMES)
        village = chance.choice(_VILLAGES)
        values = {
            Field.SERIAL: number,
            Field.NAME: name,
            Field.GENDER: "男" if number % 2 else "女",
            Field.ID_NUMBER: self._spell_id(identity),
            Field.PHONE: self._spell_phone(number),
            Field.VILLAGE: village,
            Field.DESTINATION: chance.choice(_PLACES),
            Field.DEPARTURE_DATE: self._spell_day(),
            Field.EMPLOYER: "合成电子有限公司",
            Field.REMARK: chance.choice(("", "第一次外出")),
        }
        cells = {each: values[each] for each, _ in sheet.columns if each is not None}
        plain_name = name.replace(" ", "").replace("•", "·")
        line = Line(cells, dict(cells), identity, plain_name, phone=make_phone(number))
        has_column = Field.VILLAGE in cells
        from_sheet = sheet.name if sheet.name in _VILLAGES else None
        line.village = village if has_column else from_sheet
        return line

    def _spell_id(self, number: str) -> str:
        spells = (
            number,
            number,
            number.lower(),
            f"'{number}",
            f"{number[:6]} {number[6:14]} {number[14:]}",
            number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")),
            f"{number}\u200b" if not self.is_text else number,
        )
        return self._chance.choice(spells)

    def _spell_phone(self, number: int) -> Any:
        phone = make_phone(number)
        typed = phone if self.is_text else int(phone)
        return self._chance.choice(
            (phone, phone, typed, f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}")
        )

    def _spell_day(self) -> Any:
        """DAY in every way, or nothing."""
        texts = ("2020-03-28", "2020/3/28", "2020.3.28", "2020年3月28日", "20200328", "43918", "")
        typed = (DAY, datetime(2020, 3, 28, 8, 30), 43918, 20200328)  # noqa: DTZ001
        return self._chance.choice(texts if self.is_text else (*texts, *typed))
