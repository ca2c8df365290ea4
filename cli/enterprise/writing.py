"""`fangang enterprise letters`: one workbook for each home county."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cli import exports, output, times
from cli.api import Api
from cli.enterprise.texts import Text, get_text
from cli.exits import CommandError, ExitCode
from cli.papers.files import reserve_file
from cli.papers.letter import Sender, make_letter, name_letter
from schemas.accounts import MeOut
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.stranded import BureauOut, LetterOut


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
    """Whoever a letter names is noted as asked for before its file is written; what breaks off is
    gone on with by running it again.
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
        output.say(get_text(Text.NOBODY_TO_ASK))
    else:
        people = sum(each["people"] for each in written)
        output.write_line(get_text(Text.LETTERS_DONE, letters=len(written), people=people))
        output.say(get_text(Text.PRIVATE))


def _make_folder(options: LetterOptions) -> None:
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = get_text(Text.FOLDER_UNWRITABLE, path=options.folder)
        raise CommandError(message, ExitCode.USAGE) from error


def _find_name(api: Api) -> str:
    return MeOut.model_validate(api.get("/v1/me")).name or ""


def _write(
    api: Api, bureau: BureauOut, sender: Sender, options: LetterOptions
) -> dict[str, Any] | None:
    """None: somebody else has written it meanwhile."""
    moment = times.now()
    path = _choose_path(bureau, options)
    unwritable = get_text(Text.FILE_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as file:
        letter = _ask(api, bureau, _make_id(), options)
        if not letter.lines:
            return None
        file.write(make_letter(letter, sender, printed_at=moment))
    if not options.as_json:
        output.write_line(get_text(Text.LETTER_WRITTEN, people=len(letter.lines), path=path))
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
    name = get_text(Text.LETTER_FILE, bureau=bureau.name, day=day)
    path = options.folder / exports.clean_name(name)
    return exports.find_free(path) if path.exists() else path


def _make_id() -> UUID:
    return make_uuid7(at=times.now(), randomness=secrets.token_bytes(RANDOM_BYTES))


def _ask(api: Api, bureau: BureauOut, letter_id: UUID, options: LetterOptions) -> LetterOut:
    form = {
        "id": str(letter_id),
        "bureau": bureau.code,
        "purpose": options.purpose.strip() or get_text(Text.PURPOSE_LETTERS),
        "again": options.again,
    }
    return LetterOut.model_validate(api.post("/v1/stranded-people/letters", form))
