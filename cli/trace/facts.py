"""The facts of an event as a person reads them: names instead of codes, 36.9℃ instead of 369."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from cli.fields import get_field_name, show_temperature
from cli.names import get_name
from cli.times import show_time
from cli.trace.texts import Text, get_text
from cli.trips.payloads import find_choices
from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.messages import MESSAGES
from schemas.texts import get_language
from schemas.tracing import TraceItem

# Ids of the machinery, and hashes that a line of text cannot check.
_SILENT: Final = frozenset(
    {"batch_id", "content_hash", "demand_id", "file_sha256", "hold_id", "journey_id"}
    | {
        "passenger_id",
        "plan_complete",
        "plan_hash",
        "receipts",
        "record_id",
        "rows_root",
        "version",
        "worker_id",
    }
)
_SEATS: Final = frozenset({"seat_row", "seat_column", "seat_label"})
_LISTS: Final = frozenset({"list_version", "list_hash"})
_TEMPERATURES: Final = frozenset({"temperature", "highest"})
_TIMES: Final = frozenset({"expected_at"})
# What the server adds without being told, so that no payload of that kind declares it.
_DECIDED: Final[Mapping[str, type[StrEnum]]] = {
    "demand_state": DemandState,
    "reversed_kind": EventKind,
    "role": PersonRole,
}
_SHOWN_HASH: Final = 12
_SHOWN_ID: Final = 8


@dataclass(frozen=True, slots=True)
class Known:
    """What ids are called, as far as this account may see it: points, trips, passengers."""

    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, identifier: object) -> str:
        text = str(identifier)
        return self.names.get(text, shorten_id(text))


def shorten_id(text: str) -> str:
    """The last eight digits: the first ones of ids made in one minute are alike."""
    return f"…{text[-_SHOWN_ID:]}" if len(text) > _SHOWN_ID else text


def describe_facts(item: TraceItem, known: Known) -> Iterator[str]:
    """One short text for each fact: public ones, decided ones, and opened details."""
    values = {**item.data, **item.decided, **(item.details or {})}
    yield from _describe_seat(values)
    for name, value in values.items():
        if name == "count" and values.get("passenger_ids"):
            continue  # told already: 人员 24人
        if name not in _SILENT | _SEATS | _LISTS and not isinstance(value, dict | None):
            text = _describe(item.kind, name, value, known)
            if text:
                yield text
    yield from _describe_list(values)
    if item.erased:
        yield get_text(Text.ERASED)


def _describe_seat(values: Mapping[str, Any]) -> Iterator[str]:
    if values.get("seat_label"):
        yield get_text(Text.SEAT, label=values["seat_label"])
    elif values.get("seat_row") and values.get("seat_column"):
        row, column = values["seat_row"], values["seat_column"]
        yield get_text(Text.SEAT_AT, row=row, column=column)


def _describe_list(values: Mapping[str, Any]) -> Iterator[str]:
    if "list_version" in values:
        digest = str(values.get("list_hash") or "")[:_SHOWN_HASH]
        version = get_text(Text.LIST, version=values["list_version"])
        yield f"{version} {digest}".strip()


def _describe(kind: EventKind, name: str, value: Any, known: Known) -> str | None:
    """`体温 36.9℃`. A bare yes is the name alone, a bare no is left out."""
    if (name, value) == ("leg", 1):
        return None
    label = get_field_name(name)
    if isinstance(value, bool):
        return _describe_answer(name, label, is_true=value)
    if name == "fields" and isinstance(value, list):
        joint = ", " if get_language() == "en" else "、"
        return f"{label} {joint.join(get_field_name(each) for each in value)}"
    if isinstance(value, list):
        return f"{label} {_describe_items(value, known)}"
    return f"{label} {_show(kind, name, value, known)}"


def _describe_answer(name: str, label: str, *, is_true: bool) -> str | None:
    """A no tells something only where a yes is expected."""
    if name in ("all_normal", "masked"):
        answer = get_text(Text.YES if is_true else Text.NO)
        return f"{label} {answer}"
    return label if is_true else None


def _describe_items(values: list[Any], known: Known) -> str:
    """Two or three are named; 24 people are a number."""
    named = [known.names[str(each)] for each in values if str(each) in known.names]
    if values and len(named) == len(values) <= 3:
        return (", " if get_language() == "en" else "、").join(named)
    return get_text(Text.PEOPLE, count=len(values)) if values else "0"


def _show(kind: EventKind, name: str, value: Any, known: Known) -> str:
    if name in _TEMPERATURES:
        return show_temperature(value)
    if name in _TIMES:
        return show_time(datetime.fromisoformat(value))
    if name == "refused":
        return _show_refusal(str(value))
    choices = _DECIDED.get(name) or find_choices(kind, name)
    if choices is not None and value in {each.value for each in choices}:
        return get_name(choices(value))
    return known.name(value) if _is_id(value) else _show_plain(name, value)


def _show_refusal(code: str) -> str:
    if code not in {each.value for each in ErrorCode}:
        return code
    message = MESSAGES[ErrorCode(code)]
    return (message.en if get_language() == "en" else message.zh)[0]


def _is_id(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return len(str(value)) > _SHOWN_HASH


def _show_plain(name: str, value: Any) -> str:
    """A hash is cut: it is there to be compared, and `--json` has it whole."""
    return str(value)[:_SHOWN_HASH] if name.endswith("_hash") else str(value)
