"""Limits shared by the payloads."""

from typing import Annotated

from pydantic import Field, StringConstraints

# Thermometers in the cold show 32 to 35: recordable is 30.0 to 45.0 °C, in tenths of a degree.
TemperatureTenths = Annotated[int, Field(ge=300, le=450)]
# 'unreadable' is a reading too: the device showed nothing usable.
Temperature = TemperatureTenths | Annotated[str, StringConstraints(pattern="^unreadable$")]
Headcount = Annotated[int, Field(ge=0, le=2000)]
SeatNumber = Annotated[int, Field(ge=1, le=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{3}){0,2}$")]
# Two digits name a province, four a city, six a county, nine a township.
DivisionPrefix = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}){1,3}$|^[0-9]{9}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
FreeText = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
