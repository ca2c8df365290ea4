"""协助函: a county's bureau asks that of a home county to find people whom enterprises expect back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from cli.papers.marks import ListMark
from cli.papers.sheet import Column, open_book
from cli.papers.texts import Text, get_text, say
from cli.times import CHINA
from schemas.stranded import LetterLine, LetterOut

_COLUMNS: Final = (
    (Text.NUMBER, 5, True),
    (Text.NAME, 11, False),
    (Text.GENDER, 5, True),
    (Text.ID_NUMBER, 20, True),
    (Text.PHONE, 14, True),
    (Text.NOW_AT, 22, False),
    (Text.EMPLOYER, 24, False),
    (Text.CREDIT_CODE, 20, True),
    (Text.EMPLOYER_ADDRESS, 22, False),
    (Text.PLANNED_RETURN, 12, True),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is to be telephoned back. Empty: a line to be filled in by hand."""

    contact: str
    phone: str


def make_letter(letter: LetterOut, sender: Sender, *, printed_at: datetime) -> bytes:
    """The whole workbook: the letter, and the people whom it asks for."""
    title = get_text(Text.LETTER)
    mark = ListMark(
        title=title,
        number=name_letter(letter),
        plate=None,
        version=letter.bureau.name,
        digest=None,
        printed_at=printed_at,
    )
    columns = [Column(get_text(text), width, centred) for text, width, centred in _COLUMNS]
    buffer = BytesIO()
    with open_book(buffer, mark) as book:
        sheet = book.add_sheet(title, columns)
        sheet.write_title(title)
        sheet.write_facts("", say(Text.LETTER_NUMBER, mark.number))
        sheet.write_facts(get_text(Text.LETTER_TO, bureau=letter.bureau.name), bold=True)
        for text in (Text.LETTER_BODY, Text.LETTER_CARE):
            sheet.write_facts(_say_body(text, letter))
        sheet.write_headings()
        for number, line in enumerate(letter.lines, start=1):
            sheet.write_row(*_show_person(number, line))
        sheet.write_facts(
            f"{say(Text.CONTACT, sender.contact)}    {say(Text.PHONE, sender.phone)}",
            get_text(Text.LETTER_FROM, sender=letter.sender),
        )
        sheet.write_facts("", _show_day(letter.requested_at))
        sheet.finish()
    return buffer.getvalue()


def name_letter(letter: LetterOut) -> str:
    """The day, and the end of the letter's id, which the record has whole."""
    return f"{letter.requested_at.astimezone(CHINA):%Y%m%d}-{str(letter.id)[-6:]}"


def _say_body(text: Text, letter: LetterOut) -> str:
    return get_text(text, here=_name_here(letter.sender), count=len(letter.lines))


def _name_here(sender: str) -> str:
    """我县, 我市, 我区, 我旗."""
    last = sender[-1]
    return f"我{last}" if last in "县市区旗" else "我地"


def _show_person(number: int, line: LetterLine) -> Iterator[str]:
    yield str(number)
    yield line.name
    yield line.gender or ""
    yield line.id_number
    yield line.phone or ""
    yield line.current_place or ""
    yield line.enterprise or ""
    yield line.credit_code or ""
    yield line.enterprise_address or ""
    yield line.planned or ""


def _show_day(moment: datetime) -> str:
    day = moment.astimezone(CHINA)
    return get_text(Text.DAY, year=day.year, month=day.month, day=day.day)
