"""Limits shared by the payloads."""

from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

# Thermometers in the cold show 32 to 35: recordable is 30.0 to 45.0 °C, in tenths of a degree.
UNREADABLE = "unreadable"
"""A reading too: the device showed nothing usable."""


def _read_temperature(value: object) -> int | str:
    """One message for one field, naming the unit (365 is 36.5 °C)."""
    if isinstance(value, int) and not isinstance(value, bool) and 300 <= value <= 450:
        return value
    if value == UNREADABLE:
        return UNREADABLE
    raise PydanticCustomError(
        "temperature-invalid", "tenths of a degree from 300 to 450 (365 is 36.5), or 'unreadable'"
    )


Temperature = Annotated[
    int | str,
    PlainValidator(_read_temperature),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 300, "maximum": 450}, {"const": UNREADABLE}]}
    ),
]
Headcount = Annotated[int, Field(ge=0, le=2000)]
SeatNumber = Annotated[int, Field(ge=1, le=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{3}){0,2}$")]
# Two digits name a province, four a city, six a county, nine a township.
DivisionPrefix = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}){1,3}$|^[0-9]{9}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
FreeText = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
