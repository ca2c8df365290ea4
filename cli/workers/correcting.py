"""`fangang worker set`: lines of field=value from the prompt or standard input, never the arguments."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cli import output
from cli.api import Api, ApiError
from cli.exits import CommandError, ExitCode
from cli.fields import get_field_name
from cli.trips.options import read_id
from cli.trips.texts import colon
from cli.workers.showing import describe_person
from cli.workers.texts import Text, get_text
from schemas.corrections import WorkerChange, WorkerCorrectedOut
from schemas.identity import mask_text
from schemas.imports import get_plan_message
from schemas.roster.columns import find_field
from schemas.texts import Language
from schemas.workers import WorkerOut

_EQUALS: Final = re.compile("[=＝：:]")
_SEPARATORS: Final = re.compile(r"[、，,;；/\s]+")
_NUMBER: Final = "id_number"
_SHOWN: Final = 20


def correct_worker(api: Api, worker: str, *, as_json: bool, language: Language) -> None:
    """All lines together or none. What is wrong with a value the server says."""
    path = f"/v1/workers/{read_id(worker, language)}"
    before = WorkerOut.model_validate(api.get(path))
    if output.is_interactive():
        output.say(describe_person(before, language))
    change = read_change(_read_lines(language), worker, language)
    if not change:
        raise CommandError(get_text(Text.NOTHING_TO_CHANGE, language), ExitCode.USAGE)
    answer = _send(api, path, change, version=before.version, language=language)
    if as_json:
        output.write_json(answer)
        return
    _show(WorkerCorrectedOut.model_validate(answer), language)


def _send(api: Api, path: str, change: dict[str, Any], *, version: int, language: Language) -> Any:
    """Not repeated when the answer is lost: by then the version that it names would be stale."""
    headers = {"If-Match": f'"{version}"'}
    try:
        return api.request("PATCH", path, body=change, headers=headers, repeatable=False)
    except ApiError as error:
        problems = error.problem.errors if error.problem else None
        if not problems:
            raise
        named = (
            f"  {_name(each.field, language)}{colon(language)}{each.message}" for each in problems
        )
        message = get_text(Text.FIELD_WRONG, language, problems="\n".join(named))
        raise CommandError(message, ExitCode.USAGE) from error


def _name(place: str, language: Language) -> str:
    """body.other_phones.0 → 其他电话."""
    steps = [step for step in place.split(".") if step in WorkerChange.model_fields]
    return get_field_name(steps[0], language) if steps else place


def _read_lines(language: Language) -> Iterable[str]:
    if not output.is_interactive():
        return sys.stdin.read().splitlines()
    return _ask_lines(language)


def _ask_lines(language: Language) -> Iterator[str]:
    while line := output.ask(get_text(Text.ASK_CHANGE, language)):
        yield line


def read_change(lines: Iterable[str], worker: str, language: Language) -> dict[str, Any]:
    """Field → value, None to empty it. Raises CommandError, which names lines and never values."""
    change: dict[str, Any] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        parts = _EQUALS.split(line, maxsplit=1)
        if len(parts) == 1:
            raise CommandError(get_text(Text.LINE_SHAPE, language, line=number), ExitCode.USAGE)
        field = _read_field(parts[0], number, worker, language)
        if field in change:
            name = get_field_name(field, language)
            raise CommandError(get_text(Text.FIELD_TWICE, language, field=name), ExitCode.USAGE)
        change[field] = _read_value(field, parts[1].strip())
    return change


def _read_field(text: str, number: int, worker: str, language: Language) -> str:
    """As the API names it, as `set` shows it, or as a roster would head its column."""
    wanted = text.strip()
    column = find_field(wanted)
    own = {get_field_name(name, "zh"): name for name in WorkerChange.model_fields}
    field = own.get(wanted) or (column.value if column else wanted)
    if field == _NUMBER:
        message = get_text(Text.FIELD_FIXED, language, worker=worker)
        raise CommandError(message, ExitCode.USAGE)
    if field not in WorkerChange.model_fields:
        joint = ", " if language == "en" else "、"
        possible = joint.join(get_field_name(each, language) for each in WorkerChange.model_fields)
        message = get_text(
            Text.FIELD_UNKNOWN,
            language,
            line=number,
            field=mask_text(wanted[:_SHOWN]),
            fields=possible,
        )
        raise CommandError(message, ExitCode.USAGE)
    return field


def _read_value(field: str, text: str) -> Any:
    if not text:
        return None
    return _SEPARATORS.split(text) if field == "other_phones" else text


def _show(corrected: WorkerCorrectedOut, language: Language) -> None:
    if not corrected.changed:
        output.say(get_text(Text.UNCHANGED, language))
        return
    joint = ", " if language == "en" else "、"
    fields = joint.join(get_field_name(each, language) for each in corrected.changed)
    output.write_line(get_text(Text.CHANGED, language, fields=fields, version=corrected.version))
    output.write_line(describe_person(corrected, language))
    for note in corrected.notes:
        output.say(f"{get_plan_message(note, language)}[{note}]")
