"""`fangang enterprise letters`: letters of request (协助函), one workbook for each home county; columns, number
and file name, none overwritten, who is named again (`--all`), default purpose and contact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cli import exports, output, times
from cli.api import Api, make_id
from cli.enterprise.registry import EnterpriseText
from cli.exits import CommandError, ExitCode
from cli.exports import reserve_file
from cli.papers import Column, ListMark, PaperText, open_book, write_label
from cli.times import CHINA
from schemas.accounts import MeOut
from schemas.stranded import BureauOut, LetterLine, LetterOut
from schemas.texts import Text, say


class LetterText(Text):
    FOLDER_UNWRITABLE = (
        "建不了文件夹 {path}。请换一个位置。",
        "Cannot make the folder {path}. Choose another place.",
    )
    LETTERS_DONE = (
        "共 {letters} 份协助函，{people:,} 人。",
        "{letters} letters, {people:,} people.",
    )
    LETTER_FILE = ("协助函-{bureau}-{day}.xlsx", "letter-{bureau}-{day}.xlsx")
    LETTER_WRITTEN = ("  {people:,} 人  {path}", "  {people:,} people  {path}")
    NOBODY_TO_ASK = (
        "没有需要发函的人；已发过的要再发，请加 --all。",
        "Nobody to write for; add --all to write again for those who were named before.",
    )
    PURPOSE_LETTERS = (
        "函请户籍地人社部门协助联系滞留员工",
        "asking the bureaus of the home counties to find stranded staff",
    )


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


@dataclass(frozen=True, slots=True)
class LetterOptions:
    """`again`: also for people whom an earlier letter named."""

    folder: Path
    purpose: str
    again: bool
    contact: str
    phone: str
    as_json: bool


def write_letters(api: Api, options: LetterOptions) -> None:
    """The server records the people of a letter as asked for before its file is written. A run that was
    interrupted is continued by running it again.
    """
    bureaus = [
        bureau
        for bureau in map(BureauOut.model_validate, api.get_list("/v1/stranded-people/bureaus"))
        if options.again or bureau.fresh
    ]
    if bureaus:
        _make_folder(options)
    sender = Sender(options.contact or _find_name(api), options.phone)
    written = [
        found for bureau in bureaus if (found := _write(api, bureau, sender, options)) is not None
    ]
    if options.as_json:
        output.write_json(written)
    elif not written:
        output.tell(say(LetterText.NOBODY_TO_ASK))
    else:
        people = sum(each["people"] for each in written)
        output.write_line(say(LetterText.LETTERS_DONE, letters=len(written), people=people))
        output.tell(say(EnterpriseText.PRIVATE))


def _make_folder(options: LetterOptions) -> None:
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = say(LetterText.FOLDER_UNWRITABLE, path=options.folder)
        raise CommandError(message, ExitCode.USAGE) from error


def _find_name(api: Api) -> str:
    return MeOut.model_validate(api.get("/v1/me")).name or ""


def _write(
    api: Api, bureau: BureauOut, sender: Sender, options: LetterOptions
) -> dict[str, Any] | None:
    """None: another run has written it meanwhile."""
    moment = times.now()
    path = _choose_path(bureau, options)
    unwritable = say(EnterpriseText.FILE_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as file:
        letter = _ask(api, bureau, make_id(), options)
        if not letter.lines:
            return None
        file.write(make_letter(letter, sender, printed_at=moment))
    if not options.as_json:
        output.write_line(say(LetterText.LETTER_WRITTEN, people=len(letter.lines), path=path))
    return {
        "file": str(path),
        "bureau": letter.bureau.code,
        "name": letter.bureau.name,
        "number": name_letter(letter),
        "people": len(letter.lines),
    }


def _choose_path(bureau: BureauOut, options: LetterOptions) -> Path:
    """A letter that is there already is never overwritten: it may have been sent."""
    day = f"{times.now().astimezone(times.CHINA):%Y%m%d}"
    name = say(LetterText.LETTER_FILE, bureau=bureau.name, day=day)
    path = options.folder / exports.clean_name(name)
    return exports.find_free(path) if path.exists() else path


def _ask(api: Api, bureau: BureauOut, letter_id: UUID, options: LetterOptions) -> LetterOut:
    form = {
        "id": str(letter_id),
        "bureau": bureau.code,
        "purpose": options.purpose.strip() or say(LetterText.PURPOSE_LETTERS),
        "again": options.again,
    }
    return LetterOut.model_validate(api.post("/v1/stranded-people/letters", form))
