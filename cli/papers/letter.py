"""协助函: a county's bureau asks that of a home county to find people whom enterprises expect back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from cli.papers.marks import ListMark
from cli.papers.sheet import Column, open_book
from cli.papers.texts import PaperText, write_label
from cli.times import CHINA
from schemas.stranded import LetterLine, LetterOut
from schemas.texts import say

_COLUMNS: Final = (
    (PaperText.NUMBER, 5, True),
    (PaperText.NAME, 11, False),
    (PaperText.GENDER, 5, True),
    (PaperText.ID_NUMBER, 20, True),
    (PaperText.PHONE, 14, True),
    (PaperText.NOW_AT, 22, False),
    (PaperText.EMPLOYER, 24, False),
    (PaperText.CREDIT_CODE, 20, True),
    (PaperText.EMPLOYER_ADDRESS, 22, False),
    (PaperText.PLANNED_RETURN, 12, True),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is to be telephoned back. Empty: a line to be filled in by hand."""

    contact: str
    phone: str


def make_letter(letter: LetterOut, sender: Sender, *, printed_at: datetime) -> bytes:
    """The whole workbook: the letter, and the people whom it asks for."""
    title = say(PaperText.LETTER)
    mark = ListMark(
        title=title,
        number=name_letter(letter),
        plate=None,
        version=letter.bureau.name,
        digest=None,
        printed_at=printed_at,
    )
    columns = [Column(say(text), width, centred) for text, width, centred in _COLUMNS]
    buffer = BytesIO()
    with open_book(buffer, mark) as book:
        sheet = book.add_sheet(title, columns)
        sheet.write_title(title)
        sheet.write_facts("", write_label(PaperText.LETTER_NUMBER, mark.number))
        sheet.write_facts(say(PaperText.LETTER_TO, bureau=letter.bureau.name), bold=True)
        for text in (PaperText.LETTER_BODY, PaperText.LETTER_CARE):
            sheet.write_facts(_say_body(text, letter))
        sheet.write_headings()
        for number, line in enumerate(letter.lines, start=1):
            sheet.write_row(*_show_person(number, line))
        sheet.write_facts(
            f"{write_label(PaperText.CONTACT, sender.contact)}    {write_label(PaperText.PHONE, sender.phone)}",
            say(PaperText.LETTER_FROM, sender=letter.sender),
        )
        sheet.write_facts("", _show_day(letter.requested_at))
        sheet.finish()
    return buffer.getvalue()


def name_letter(letter: LetterOut) -> str:
    """The day, and the end of the letter's id, which the record has whole."""
    return f"{letter.requested_at.astimezone(CHINA):%Y%m%d}-{str(letter.id)[-6:]}"


def _say_body(text: PaperText, letter: LetterOut) -> str:
    return say(text, here=_name_here(letter.sender), count=len(letter.lines))


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
    return say(PaperText.DAY, year=day.year, month=day.month, day=day.day)
