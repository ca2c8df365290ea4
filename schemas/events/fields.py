"""Fields of events: public or sealed in which class; shared limits: temperature 30.0 to 45.0 °C or unreadable,
head count 2,000, seat numbers 200, texts of 200 and 1,000 characters, forms of division codes and moments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from schemas.types import WHOLE, Day


class PersonalClass(StrEnum):
    """What is erased together: each class of a subject has a key of its own."""

    CONTACT = "contact"
    HEALTH = "health"
    IDENTITY = "identity"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Public:
    """Stays in the hashed body: ids, codes, counts, times, places of the plan. Never free text."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Goes into a sealed part; the body keeps a salted commitment only."""

    personal_class: PersonalClass
    of: Literal["worker", "stream"] = "worker"


PUBLIC = Public()
HEALTH = Personal(PersonalClass.HEALTH)
CONTACT = Personal(PersonalClass.CONTACT)
IDENTITY = Personal(PersonalClass.IDENTITY)
NOTE = Personal(PersonalClass.NOTE)
STREAM_CONTACT = Personal(PersonalClass.CONTACT, of="stream")
STREAM_NOTE = Personal(PersonalClass.NOTE, of="stream")

Declaration = Public | Personal


@cache
def declarations(payload: type[BaseModel]) -> Mapping[str, Declaration | None]:
    """Field name → its declaration (None where it was forgotten: a test fails for that)."""
    return MappingProxyType(
        {
            name: next((m for m in field.metadata if isinstance(m, Public | Personal)), None)
            for name, field in payload.model_fields.items()
        }
    )


@dataclass(frozen=True, slots=True)
class SplitPayload:
    """`public` goes into the body; `personal` is keyed by (about whom, class)."""

    public: dict[str, Any]
    personal: dict[tuple[str, PersonalClass], dict[str, Any]]


def split_payload(payload: BaseModel) -> SplitPayload:
    """Plain JSON values; fields without a value are left out of both sides."""
    declared = declarations(type(payload))
    public: dict[str, Any] = payload.model_dump(mode="json", exclude_none=True)
    personal: dict[tuple[str, PersonalClass], dict[str, Any]] = {}
    for name, of in declared.items():
        if isinstance(of, Personal) and name in public:
            personal.setdefault((of.of, of.personal_class), {})[name] = public.pop(name)
    return SplitPayload(public, personal)


# Thermometers in the cold show 32 to 35: recordable is 30.0 to 45.0 °C, in tenths of a degree.
UNREADABLE = "unreadable"
"""A reading too: the device showed nothing usable."""


def check_temperature(value: object) -> int | str:
    """Tenths of a degree Celsius (365 is 36.5), or unreadable. Says what whole degrees and Fahrenheit are taken
    for: nothing is converted."""
    if value == UNREADABLE:
        return UNREADABLE
    if isinstance(value, int) and 300 <= value <= 450:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        _refuse_other_units(value)
    raise PydanticCustomError(
        "temperature-invalid", "tenths of a degree from 300 to 450 (365 is 36.5), or 'unreadable'"
    )


def _refuse_other_units(value: float) -> None:
    if 30 <= value <= 45:
        message = "that looks like degrees: write tenths, 36.5 °C as 365"
        raise PydanticCustomError("temperature-in-degrees", message)
    if 86 <= value <= 113 or 860 <= value <= 1130:
        message = "that looks like Fahrenheit: write tenths of a degree Celsius, 98.6 °F as 370"
        raise PydanticCustomError("temperature-in-fahrenheit", message)


Temperature = Annotated[
    int | str,
    PlainValidator(check_temperature),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 300, "maximum": 450},
                {"type": "string", "enum": [UNREADABLE]},
            ]
        }
    ),
]
Headcount = Annotated[int, Field(ge=0, le=2000), WHOLE]
SeatNumber = Annotated[int, Field(ge=1, le=200), WHOLE]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{3}){0,2}$")]
# Two digits name a province, four a city, six a county, nine a township.
DivisionPrefix = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}){1,3}$|^[0-9]{9}$")]
PolicyCode = Annotated[str, StringConstraints(pattern=r"^[0-9a-z][0-9a-z.-]{1,39}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
FreeText = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


def _read_moment(value: object) -> object:
    """A moment with its day, its time and its zone: 0 is not 1970, and a day is no moment."""
    if not isinstance(value, str | datetime):
        raise PydanticKnownError("datetime_type")
    if isinstance(value, str) and "T" not in value.upper() and " " not in value:
        raise PydanticKnownError("datetime_parsing", {"error": "no day with a time"})
    return value


_D = TypeVar("_D", date, datetime)
Moment = Annotated[AwareDatetime, BeforeValidator(_read_moment)]
"""2020-03-24T08:00:00+08:00."""


def _in_this_age(value: _D) -> _D:
    """Nothing of the record is before 2000 or after 2100 (and none overflows a calendar)."""
    if not 2000 <= value.year < 2100:
        raise PydanticCustomError("time-out-of-range", "a time between 2000 and 2100")
    return value


MomentOfThisAge = Annotated[Moment, AfterValidator(_in_this_age)]
DayOfThisAge = Annotated[Day, AfterValidator(_in_this_age)]
"""For times and days that are calculated with: 2000 to 2099."""
