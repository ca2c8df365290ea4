"""One accepted person of a roster, normalised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any, ClassVar, Final, Literal

from pydantic import ConfigDict

from schemas.identity import mask_id, mask_phone, mask_text


class PersonRole(StrEnum):
    WORKER = "worker"
    FAMILY = "family"
    CHILD = "child"


@dataclass(slots=True)
class RosterRecord:
    """What an import carries for one person. A field without a value is None.

    `gender` and `birth_date` come from the id. `phone` is a mobile; landlines and further
    numbers are `other_phones`; what could not be read stays as `phone_text`, `departure_text`.
    Treat it as immutable: it is not frozen only because that would triple the cost of making one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    id_number: str
    gender: Literal["男", "女"] | None = None
    ethnicity: str | None = None
    phone: str | None = None
    township: str | None = None
    village: str | None = None
    destination: str | None = None
    destination_code: str | None = None
    employer: str | None = None
    occupation: str | None = None
    departure_date: date | None = None
    health: str | None = None
    emergency_phone: str | None = None
    birth_date: date | None = None
    return_status: str | None = None
    not_returned_reason: str | None = None
    person_role: PersonRole | None = None
    guardian_id: str | None = None
    remark: str | None = None
    other_phones: tuple[str, ...] | None = None
    phone_text: str | None = None
    departure_text: str | None = None
    current_place: str | None = None


RECORD_FIELDS: Final = tuple(field.name for field in fields(RosterRecord))
SLOT: Final = {name: place for place, name in enumerate(RECORD_FIELDS)}
_get_values: Final = attrgetter(*RECORD_FIELDS)
_JSON_FORMS: Final[Sequence[tuple[str, Callable[[Any], Any]]]] = (
    ("departure_date", date.isoformat),
    ("birth_date", date.isoformat),
    ("other_phones", list),
)
_IDS: Final = frozenset({"id_number", "guardian_id"})
_PHONES: Final = frozenset({"phone", "other_phones"})
_FREE: Final = frozenset(
    {"emergency_phone", "phone_text", "departure_text", "remark", "not_returned_reason", "health"}
    | {"current_place"}
)


def record_to_json(record: RosterRecord, *, include_ids: bool) -> dict[str, Any]:
    """Fields that have a value; ids and phones masked unless `include_ids`."""
    every = zip(RECORD_FIELDS, _get_values(record), strict=True)
    values: dict[str, Any] = {name: value for name, value in every if value is not None}
    for name, convert in _JSON_FORMS:
        if name in values:
            values[name] = convert(values[name])
    return values if include_ids else {name: _mask(name, values[name]) for name in values}


def _mask(name: str, value: Any) -> Any:
    if name in _IDS:
        return mask_id(value)
    if name in _PHONES:
        return [mask_phone(v) for v in value] if isinstance(value, list) else mask_phone(value)
    return mask_text(value) if name in _FREE else value
