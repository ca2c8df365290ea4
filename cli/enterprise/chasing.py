"""`fangang enterprise staff chase` and `called`: the people to telephone, and what they said."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cli import exports, output, times
from cli.api import Api
from cli.enterprise.texts import Text, get_text
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.papers.files import reserve_file
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.stranded import CALL_RESULT_NAMES, CallOut, CallResult, ChaseLine
from schemas.texts import choose, get_language

_PATH: Final = "/v1/stranded-people"
_PURPOSE_LENGTHS: Final = range(2, 201)
_COLUMNS: Final = (
    ("姓名", "name", 12),
    ("证件末四位", "id, last 4", 12),
    ("电话", "phone", 26),
    ("户籍地", "home", 26),
    ("现在地", "now at", 26),
    ("企业", "enterprise", 28),
    ("计划返岗", "planned", 12),
    ("花名册乡镇（姓名不一致）", "township (another name)", 24),
    ("上次结果", "last result", 12),
    ("编号", "id", 38),
)


@dataclass(frozen=True, slots=True)
class ChaseOptions:
    path: Path | None
    purpose: str
    force: bool
    as_json: bool


def list_chase(api: Api, options: ChaseOptions) -> None:
    """On the screen each page is recorded as read, in a file as exported."""
    if options.path is not None:
        _export(api, options.path, options)
        return
    people = list(api.iterate(f"{_PATH}/chase", limit=200))
    if options.as_json:
        output.write_json(people)
    elif not people:
        output.say(get_text(Text.NOBODY_TO_CALL))
    else:
        output.write_table(*_make_table(people))


def _export(api: Api, path: Path, options: ChaseOptions) -> None:
    purpose = _check(path, options)
    unwritable = get_text(Text.FILE_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as file:
        people = list(api.iterate(f"{_PATH}/chase", limit=200, export=purpose))
        if not people:
            output.say(get_text(Text.NOBODY_TO_CALL))
            return
        file.write(_make_workbook(*_make_table(people)))
    if options.as_json:
        output.write_json({"file": str(path), "people": len(people)})
        return
    output.write_line(get_text(Text.CHASE_WRITTEN, path=path, count=len(people)))
    output.say(get_text(Text.PRIVATE))


def _check(path: Path, options: ChaseOptions) -> str:
    """Before anything is asked of the server: an export is recorded."""
    if path.suffix.lower() != ".xlsx":
        raise CommandError(get_text(Text.FILE_ENDING), ExitCode.USAGE)
    if path.exists() and not (options.force and path.is_file()):
        message = get_text(Text.FILE_EXISTS, path=path)
        raise CommandError(message, ExitCode.USAGE)
    purpose = options.purpose.strip()
    if len(purpose) not in _PURPOSE_LENGTHS:
        raise CommandError(get_text(Text.PURPOSE), ExitCode.USAGE)
    return purpose


def _make_table(people: list[Any]) -> tuple[list[str], list[list[str]]]:
    headings = [en if get_language() == "en" else zh for zh, en, _ in _COLUMNS]
    return headings, [_make_line(ChaseLine.model_validate(each)) for each in people]


def _make_line(person: ChaseLine) -> list[str]:
    phones = [person.phone, *person.other_phones, person.phone_text]
    return [
        person.name,
        person.id_number_end,
        "、".join(phone for phone in phones if phone),
        person.home or "",
        person.current_place or "",
        person.enterprise or "",
        person.planned or "",
        person.township or "",
        get_name(person.call_result) if person.call_result else "",
        str(person.id),
    ]


def _make_workbook(headings: list[str], lines: list[list[str]]) -> bytes:
    widths = [width for _, _, width in _COLUMNS]
    name = get_text(Text.CHASE_SHEET)
    return exports.make_workbook(exports.Table(name, widths, [headings, *lines]))


def note_call(api: Api, person: str, result: str, *, at: str, as_json: bool) -> None:
    """`result` as the API writes it, or as people say it."""
    called_at = times.read_time(at) if at else times.now()
    told = _read_result(result)
    form = {
        "id": str(make_uuid7(at=times.now(), randomness=secrets.token_bytes(RANDOM_BYTES))),
        "result": told,
        "called_at": called_at.isoformat(),
    }
    answer = api.post(f"{_PATH}/{_read_id(person)}/calls", form)
    if as_json:
        output.write_json(answer)
        return
    noted = CallOut.model_validate(answer)
    output.write_line(get_text(Text.CALLED, name=noted.person.name, result=get_name(told)))


def _read_id(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError as error:
        message = get_text(Text.PERSON_SHAPE, text=text)
        raise CommandError(message, ExitCode.USAGE) from error


def _read_result(text: str) -> CallResult:
    wanted = text.strip().lower()
    for result, names in CALL_RESULT_NAMES.items():
        if wanted in (result.value, *names):
            return result
    joint = ", " if get_language() == "en" else "、"
    results = joint.join(choose(*names) for names in CALL_RESULT_NAMES.values())
    message = get_text(Text.NO_RESULT, text=text, results=results)
    raise CommandError(message, ExitCode.USAGE)
