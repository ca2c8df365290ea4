"""`--data field=value` of `fangang trip event`: names of kinds and fields, how temperatures, times, lists, yes
or no and choices are read, what is said about wrong and missing values.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

from pydantic import AwareDatetime, ValidationError

from cli import output
from cli.exits import CommandError, ExitCode
from cli.names import UNREADABLE_NAMES, get_field_name, get_name, read_named
from cli.times import read_time
from cli.trips.texts import TripText
from schemas.events.fields import UNREADABLE
from schemas.events.kinds import EVENT_NAMES, EventKind, StreamKind
from schemas.events.specs import EVENT_SPECS
from schemas.shapes import SHAPE_MESSAGES
from schemas.texts import choose, say

SEAT: Final = "seat"
_TEMPERATURES: Final = frozenset({"temperature", "highest"})
_DEGREES: Final = re.compile(r"(?P<whole>\d{2})(?:\.(?P<tenths>\d))?[℃度]?", re.ASCII).fullmatch
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}").fullmatch
_MOMENTS: Final = frozenset({AwareDatetime, datetime})
ANSWERS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("是", "true", "yes", "1"), True),
    **dict.fromkeys(("否", "false", "no", "0"), False),
}
_SEPARATORS: Final = str.maketrans("，、；;", ",,,,")
_RULES: Final = {
    "bool": ("写 是 或 否", "yes or no"),
    "captain-unnamed": (
        "车长是一名乘客（--passenger、--seat 或 --name），或用 --data driver_id=编号 指明驾驶员",
        "name a passenger (--passenger, --seat or --name), or --data driver_id=… for a driver",
    ),
    "escort-unnamed": (
        "用 --data 写 account_id=编号，或者同时写 name=姓名 和 phone=电话",
        "say who with --data account_id=…, or name=… and phone=…",
    ),
    "failed-unchecked": (
        "不合格的项目（failed）须在检查项目（checked）之内",
        "what failed is among what was checked",
    ),
    "greater": ("数字太小", "too small"),
    "int": ("写整数", "a whole number"),
    "literal": ("写 是；不是就不写这一项", "yes; else leave it out"),
    "less": ("数字太大", "too large"),
    "person-unnamed": (
        (
            "用 --data worker_id=编号 指明是谁（编号用 fangang worker find 查），"
            "或者同时写 id_number=证件号码 和 name=姓名；没有登记的人写 unregistered=是"
        ),
        (
            "say who with --data worker_id=… (fangang worker find tells it), or id_number=… and "
            "name=…; for somebody in no registry unregistered=yes"
        ),
    ),
    "quantities-differ": (
        "每项物资（items）写一个数量（quantities），顺序一致",
        "one quantity for each item, in the same order",
    ),
    "string_pattern": ("格式不对", "not of the right form"),
    "string_too_long": ("太长", "too long"),
    "string_too_short": ("不能为空", "must not be empty"),
    "uuid": ("写编号（UUID）", "an id (UUID)"),
}
_NO_RULE: Final = ("格式不对", "not of the right form")


def read_kind(text: str) -> EventKind:
    """As the API writes it or as people say it: passenger.boarded, 上车."""
    wanted = text.strip().lower()
    kinds = list_kinds()
    for kind in kinds:
        if wanted in (kind.value, *EVENT_NAMES[kind]):
            return kind
    listed = output.join_words(f"{kind} {get_name(kind)}" for kind in kinds)
    message = say(TripText.KIND_UNKNOWN, kind=text, kinds=listed)
    raise CommandError(message, ExitCode.USAGE)


def list_kinds() -> list[EventKind]:
    """The kinds that may be told of a trip or of a person on it."""
    return [
        kind
        for kind, spec in EVENT_SPECS.items()
        if spec.stream is StreamKind.TRIP and spec.is_sent
    ]


def read_pairs(pairs: Sequence[str], kind: EventKind | None = None) -> dict[str, str]:
    """Field → text. Raises CommandError for a field that stands there twice; of a list it says how its values
    are written.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        field, equals, value = pair.partition("=")
        if not field.strip() or not equals:
            raise CommandError(say(TripText.DATA_SHAPE), ExitCode.USAGE)
        if field.strip() in values:
            text = TripText.LIST_TWICE if _is_list(kind, field.strip()) else TripText.FIELD_TWICE
            message = say(text, field=field.strip())
            raise CommandError(message, ExitCode.USAGE)
        values[field.strip()] = value.strip()
    return values


def _is_list(kind: EventKind | None, field: str) -> bool:
    found = EVENT_SPECS[kind].payload.model_fields.get(field) if kind is not None else None
    return found is not None and list in _list_types(found.annotation)


def check_fields(kind: EventKind, names: Sequence[str]) -> None:
    known = list_fields(kind)
    for name in names:
        if name not in known:
            fields = output.join_words(f"{n} {get_field_name(n)}" for n in known)
            message = say(
                TripText.FIELD_UNKNOWN,
                kind=get_name(kind),
                field=name,
                fields=fields or say(TripText.NONE),
            )
            raise CommandError(message, ExitCode.USAGE)


def list_fields(kind: EventKind) -> list[str]:
    """The payload's, and `seat`, a painted label, where row and column are asked for."""
    fields = list(EVENT_SPECS[kind].payload.model_fields)
    return [*fields, SEAT] if takes(kind, "seat_row") else fields


def takes(kind: EventKind, field: str) -> bool:
    return field in EVENT_SPECS[kind].payload.model_fields


def is_required(kind: EventKind, field: str) -> bool:
    return takes(kind, field) and EVENT_SPECS[kind].payload.model_fields[field].is_required()


def make_payload(
    kind: EventKind, typed: Mapping[str, str], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The payload as JSON. `typed` are texts, `given` what was found out from them."""
    model = EVENT_SPECS[kind].payload
    values = {name: _read_value(kind, name, text) for name, text in typed.items()}
    try:
        payload = model.model_validate({**values, **given})
    except ValidationError as error:
        raise CommandError(_explain(kind, error), ExitCode.USAGE) from None
    return payload.model_dump(mode="json", exclude_none=True)


def _read_value(kind: EventKind, name: str, text: str) -> Any:
    """What pydantic then takes for the field's type; only what people write otherwise is read."""
    if name in _TEMPERATURES:
        return read_temperature(text)
    if (choices := find_choices(kind, name)) is not None:
        return read_named(choices, text)
    types = _list_types(EVENT_SPECS[kind].payload.model_fields[name].annotation)
    if types & _MOMENTS:
        return read_time(text)
    if list in types:
        return _read_items(kind, name, text)
    return _read_plain(text, types)


def _read_items(kind: EventKind, name: str, text: str) -> list[Any]:
    """Each as people call it, where there is a choice; numbers as numbers."""
    items = _find_items(EVENT_SPECS[kind].payload.model_fields[name].annotation)
    choices = next((each for each in items if _is_choice(each)), None)
    parts = read_list(text)
    if choices is not None:
        return [read_named(choices, each) for each in parts]
    return [_read_plain(each, items) for each in parts]


def _find_items(annotation: Any) -> set[Any]:
    """The classes of a list's items, whatever they are annotated with."""
    inner = get_args(annotation)
    if get_origin(annotation) is list:
        return _list_types(inner[0])
    return {each for arg in inner for each in _find_items(arg)}


def _is_choice(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _read_plain(text: str, types: set[Any]) -> Any:
    if bool in types or True in types:  # True alone: of Literal[True]
        return ANSWERS.get(text.casefold(), text)
    return int(text) if int in types and _WHOLE(text) else text


def read_list(text: str) -> list[str]:
    """What stands between commas, also the Chinese ones."""
    return [part.strip() for part in text.translate(_SEPARATORS).split(",") if part.strip()]


def _list_types(annotation: Any) -> set[Any]:
    """The classes in an annotation: of `list[UUID] | None` list and NoneType."""
    origin = get_origin(annotation)
    if origin is list:
        return {list}
    inner = get_args(annotation)
    return {annotation} if not inner else {each for arg in inner for each in _list_types(arg)}


def read_temperature(text: str) -> int | str:
    """36.9 → 369 tenths, as 369 stays; 读不出 is a reading too."""
    if text in UNREADABLE_NAMES:
        return UNREADABLE
    degrees = _DEGREES(text)
    if degrees is None:
        return int(text) if text.isdecimal() and len(text) == 3 else text
    return 10 * int(degrees["whole"]) + int(degrees["tenths"] or 0)


def _explain(kind: EventKind, error: ValidationError) -> str:
    """The first wrong value, else what is missing. Never the value: it may be personal."""
    problems = error.errors(include_input=False, include_url=False)
    missing = [str(each["loc"][0]) for each in problems if each["type"] == "missing"]
    wrong = next((each for each in problems if each["type"] != "missing"), None)
    if wrong is None:
        return _explain_missing(kind, missing)
    if not wrong["loc"]:
        known = SHAPE_MESSAGES.get(wrong["type"], _NO_RULE[0])
        pair = _RULES.get(wrong["type"], (known, str(wrong["msg"])))
        named, rule = get_name(kind), choose(*pair)
        return say(TripText.DATA_WHOLE, kind=named, rule=rule)
    field = str(wrong["loc"][0])
    return say(
        TripText.DATA_WRONG,
        field=field,
        name=get_field_name(field),
        rule=_state_rule(kind, field, wrong["type"]),
    )


def _explain_missing(kind: EventKind, fields: Sequence[str]) -> str:
    named = output.join_words(f"{each} {get_field_name(each)}" for each in fields)
    example = " ".join(f"--data {each}={_show_example(kind, each)}" for each in fields)
    return say(
        TripText.FIELDS_MISSING,
        kind=get_name(kind),
        fields=named,
        example=example,
    )


def _show_example(kind: EventKind, field: str) -> str:
    """The first of the values that there are to choose from."""
    choices = find_choices(kind, field)
    if choices is None:
        return "…"
    first = next(iter(choices))
    return choose(get_name(first), str(first))


def _state_rule(kind: EventKind, field: str, problem: str) -> str:
    if field in _TEMPERATURES:
        return choose("30.0—45.0，或 读不出", "30.0–45.0")
    choices = find_choices(kind, field)
    if choices is not None:
        return output.join_words(f"{each} {get_name(each)}" for each in choices)
    known = (pair for start, pair in _RULES.items() if problem.startswith(start))
    return choose(*next(known, _NO_RULE))


def find_choices(kind: EventKind, field: str) -> type[StrEnum] | None:
    """The enum that a field of this kind of event takes its values from."""
    model_field = EVENT_SPECS[kind].payload.model_fields.get(field)
    types = _list_types(model_field.annotation) if model_field else set()
    return next((each for each in types if _is_choice(each)), None)
