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
from schemas.texts import get_language, speaking
from schemas.workers import WorkerOut

_EQUALS: Final = re.compile("[=＝：:]")
_SEPARATORS: Final = re.compile(r"[、，,;；/\s]+")
_NUMBER: Final = "id_number"
_SHOWN: Final = 20


def correct_worker(api: Api, worker: str, *, as_json: bool) -> None:
    """All lines together or none. What is wrong with a value the server says."""
    path = f"/v1/workers/{read_id(worker)}"
    before = WorkerOut.model_validate(api.get(path))
    if output.is_interactive():
        output.say(describe_person(before))
    change = read_change(_read_lines(), worker)
    if not change:
        raise CommandError(get_text(Text.NOTHING_TO_CHANGE), ExitCode.USAGE)
    answer = _send(api, path, change, version=before.version)
    if as_json:
        output.write_json(answer)
        return
    _show(WorkerCorrectedOut.model_validate(answer))


def _send(api: Api, path: str, change: dict[str, Any], *, version: int) -> Any:
    """Not repeated when the answer is lost: by then the version that it names would be stale."""
    headers = {"If-Match": f'"{version}"'}
    try:
        return api.request("PATCH", path, body=change, headers=headers, repeatable=False)
    except ApiError as error:
        problems = error.problem.errors if error.problem else None
        if not problems:
            raise
        named = (f"  {_name(each.field)}{colon()}{each.message}" for each in problems)
        message = get_text(Text.FIELD_WRONG, problems="\n".join(named))
        raise CommandError(message, ExitCode.USAGE) from error


def _name(place: str) -> str:
    """body.other_phones.0 → 其他电话."""
    steps = [step for step in place.split(".") if step in WorkerChange.model_fields]
    return get_field_name(steps[0]) if steps else place


def _read_lines() -> Iterable[str]:
    if not output.is_interactive():
        return sys.stdin.read().splitlines()
    return _ask_lines()


def _ask_lines() -> Iterator[str]:
    while line := output.ask(get_text(Text.ASK_CHANGE)):
        yield line


def read_change(lines: Iterable[str], worker: str) -> dict[str, Any]:
    """Field → value, None to empty it. Raises CommandError, which names lines and never values."""
    change: dict[str, Any] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        parts = _EQUALS.split(line, maxsplit=1)
        if len(parts) == 1:
            raise CommandError(get_text(Text.LINE_SHAPE, line=number), ExitCode.USAGE)
        field = _read_field(parts[0], number, worker)
        if field in change:
            name = get_field_name(field)
            raise CommandError(get_text(Text.FIELD_TWICE, field=name), ExitCode.USAGE)
        change[field] = _read_value(field, parts[1].strip())
    return change


def _read_field(text: str, number: int, worker: str) -> str:
    """As the API names it, as `set` shows it, or as a roster would head its column."""
    wanted = text.strip()
    column = find_field(wanted)
    with speaking("zh"):
        own = {get_field_name(name): name for name in WorkerChange.model_fields}
    field = own.get(wanted) or (column.value if column else wanted)
    if field == _NUMBER:
        message = get_text(Text.FIELD_FIXED, worker=worker)
        raise CommandError(message, ExitCode.USAGE)
    if field not in WorkerChange.model_fields:
        joint = ", " if get_language() == "en" else "、"
        possible = joint.join(get_field_name(each) for each in WorkerChange.model_fields)
        message = get_text(
            Text.FIELD_UNKNOWN,
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


def _show(corrected: WorkerCorrectedOut) -> None:
    if not corrected.changed:
        output.say(get_text(Text.UNCHANGED))
        return
    joint = ", " if get_language() == "en" else "、"
    fields = joint.join(get_field_name(each) for each in corrected.changed)
    output.write_line(get_text(Text.CHANGED, fields=fields, version=corrected.version))
    output.write_line(describe_person(corrected))
    for note in corrected.notes:
        output.say(f"{get_plan_message(note)}[{note}]")
