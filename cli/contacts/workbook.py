"""The workbook of who rode along: the covering letter 协查函, then a sheet for each county where people are;
of an accident the bulletin, then who was aboard, the family's telephone first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from cli.contacts.texts import SheetText
from cli.names import get_name, show_temperature
from cli.papers import Book, Column, ListMark, PaperText, open_book
from cli.times import CHINA, show_time
from schemas.contact_lists import ContactLine, ContactsListOut
from schemas.contacts import ContactsPurpose, Relation
from schemas.texts import say

_COLUMNS: Final = (
    (SheetText.NUMBER, 5, True),
    (SheetText.NAME, 9, True),
    (SheetText.SEX, 5, True),
    (SheetText.AGE, 5, True),
    (SheetText.ID_NUMBER, 20, True),
    (SheetText.PHONE, 13, True),
    (SheetText.FAMILY_PHONE, 13, True),
    (SheetText.OTHER_PHONES, 13, False),
    (SheetText.PRESENT, 24, False),
    (SheetText.HOME, 22, False),
    (SheetText.TRIP, 14, False),
    (SheetText.SEAT, 11, True),
    (SheetText.RELATION, 12, False),
    (SheetText.FIRST, 11, True),
    (SheetText.LAST, 11, True),
    (SheetText.BASIS, 12, False),
    (SheetText.FAMILY, 12, False),
    (SheetText.RECEIVER, 14, False),
    (SheetText.ANSWER, 12, False),
)
_ACCIDENT: Final = (
    (SheetText.NUMBER, 5, True),
    (SheetText.SEAT, 11, True),
    (SheetText.NAME, 9, True),
    (SheetText.FAMILY_PHONE, 13, True),
    (SheetText.PHONE, 13, True),
    (SheetText.OTHER_PHONES, 13, False),
    (SheetText.SEX, 5, True),
    (SheetText.AGE, 5, True),
    (SheetText.ID_NUMBER, 20, True),
    (SheetText.STATUS, 10, True),
    (SheetText.CONDITION, 16, False),
    (SheetText.FAMILY, 14, False),
    (SheetText.HOME, 24, False),
    (SheetText.TRIP, 14, False),
    (SheetText.RELATION, 12, False),
)
_COVER: Final = (Column("", 130),)


@dataclass(frozen=True, slots=True)
class Made:
    """`sheets`: lists, the cover not counted."""

    content: bytes
    sheets: int


def make_workbook(listed: ContactsListOut, *, printed_at: datetime) -> Made:
    is_accident = listed.purpose is ContactsPurpose.ACCIDENT
    title = SheetText.TITLE_ACCIDENT if is_accident else SheetText.TITLE
    mark = ListMark(
        title=say(title),
        number=listed.case_reference,
        plate=None,
        version=listed.sender,
        digest=None,
        printed_at=printed_at,
    )
    groups = [(say(title), list(listed.lines))] if is_accident else _group_lines(listed.lines)
    buffer = BytesIO()
    with open_book(buffer, mark) as book:
        if is_accident:
            _write_bulletin(book, listed)
        else:
            _write_cover(book, listed, groups, printed_at)
        for name, lines in groups:
            _write_list(book, name, lines, listed, title)
    return Made(buffer.getvalue(), len(groups))


def _group_lines(lines: Iterable[ContactLine]) -> list[tuple[str, list[ContactLine]]]:
    """(name of the sheet, its lines) for each present county, sorted by code; lines without a code last."""
    found: dict[str | None, list[ContactLine]] = {}
    for each in lines:
        found.setdefault(each.present_code, []).append(each)
    codes = sorted(found, key=lambda code: (code is None, code or ""))
    return [
        (found[code][0].present_division or code or say(SheetText.UNKNOWN_PLACE), found[code])
        for code in codes
    ]


def _write_cover(
    book: Book,
    listed: ContactsListOut,
    groups: Sequence[tuple[str, list[ContactLine]]],
    printed_at: datetime,
) -> None:
    title = say(SheetText.COVER)
    sheet = book.add_sheet(title, _COVER)
    sheet.write_title(title)
    sheet.write_facts(say(SheetText.TO), bold=True)
    sheet.write_facts(say(SheetText.CASE, case=listed.case_reference))
    sheet.write_facts(say(SheetText.USED_FOR, reason=listed.reason))
    sheet.write_facts(say(SheetText.BODY))
    for vehicle in listed.vehicles:
        begun, ended = show_time(vehicle.from_at), show_time(vehicle.to_at)
        sheet.write_facts(f"{vehicle.trip_number}  {vehicle.plate}  {begun} — {ended}".strip())
    sheet.write_facts(say(SheetText.SUM, people=len(listed.lines), sheets=len(groups)), bold=True)
    for name, lines in groups:
        sheet.write_facts(say(SheetText.COUNTY_LINE, name=name, count=len(lines)))
    sheet.write_facts(say(SheetText.CARE))
    sheet.write_facts(say(SheetText.FROM, sender=listed.sender))
    day = printed_at.astimezone(CHINA)
    sheet.write_facts(say(PaperText.DAY, year=day.year, month=day.month, day=day.day))
    sheet.finish()


def _write_bulletin(book: Book, listed: ContactsListOut) -> None:
    lines = (listed.bulletin or "").split("\n")
    sheet = book.add_sheet(lines[0] or say(SheetText.TITLE_ACCIDENT), _COVER)
    sheet.write_title(lines[0])
    for line in lines[1:]:
        sheet.write_facts(line)
    sheet.write_facts(say(SheetText.USED_FOR, reason=listed.reason))
    sheet.finish()


def _write_list(
    book: Book,
    name: str,
    lines: Sequence[ContactLine],
    listed: ContactsListOut,
    title: SheetText,
) -> None:
    is_accident = title is SheetText.TITLE_ACCIDENT
    chosen = _ACCIDENT if is_accident else _COLUMNS
    sheet = book.add_sheet(name, [Column(say(text), width, mid) for text, width, mid in chosen])
    sheet.write_title(say(title))
    sheet.write_facts(name, say(SheetText.CASE, case=listed.case_reference), bold=True)
    sheet.write_headings()
    for number, line in enumerate(lines, start=1):
        cells = _show(number, line)
        sheet.write_row(*(cells[text] for text, _, _ in chosen))
    sheet.write_facts(say(SheetText.CARE))
    sheet.finish()


def _show(number: int, line: ContactLine) -> dict[SheetText, str]:
    """Each column's text."""
    receiver = " ".join(each for each in (line.receiver, line.receiver_phone) if each)
    present = "  ".join(
        each
        for each in (
            line.enterprise if line.present_place else None,
            line.enterprise_address,
            line.present_place,
        )
        if each
    )
    return {
        SheetText.NUMBER: str(number),
        SheetText.NAME: line.name or "",
        SheetText.SEX: line.gender or "",
        SheetText.AGE: "" if line.age is None else str(line.age),
        SheetText.ID_NUMBER: line.id_number or "",
        SheetText.PHONE: line.phone or "",
        SheetText.FAMILY_PHONE: line.family_phone or "",
        SheetText.OTHER_PHONES: "、".join(line.other_phones),
        SheetText.PRESENT: present or _name_status(line),
        SheetText.HOME: line.home or "",
        SheetText.TRIP: f"{line.trip_number} {line.plate}",
        SheetText.SEAT: _show_seat(line),
        SheetText.RELATION: _show_relation(line),
        SheetText.FIRST: show_time(line.first_at),
        SheetText.LAST: show_time(line.last_at),
        SheetText.BASIS: get_name(line.basis),
        SheetText.FAMILY: "、".join(line.family_aboard),
        SheetText.RECEIVER: receiver,
        SheetText.ANSWER: get_name(line.answer) if line.answer else say(SheetText.UNANSWERED),
        SheetText.STATUS: _name_status(line),
        SheetText.CONDITION: _show_condition(line),
    }


def _name_status(line: ContactLine) -> str:
    return get_name(line.status) if line.status else ""


def _show_seat(line: ContactLine) -> str:
    if line.seat_label is None or line.seat_source is None:
        return ""
    return f"{line.seat_label}（{get_name(line.seat_source)}）"


def _show_relation(line: ContactLine) -> str:
    said = []
    if line.row_distance is not None:
        rows = line.row_distance
        said.append(say(SheetText.ROWS_OFF, rows=rows) if rows else say(SheetText.SAME_ROW))
    said += [get_name(each) for each in line.relations if each is not Relation.ROWS]
    return "、".join(said)


def _show_condition(line: ContactLine) -> str:
    if line.condition is None:
        return ""
    tenths = line.condition.temperature_tenths
    reading = "" if tenths is None else show_temperature(tenths)
    said = (show_time(line.condition.at), reading, line.condition.symptoms or "")
    return " ".join(each for each in said if each)
