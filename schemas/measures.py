"""What is measured of somebody's health: the list of codes, each with its unit and the values that can be
written down; what is said about a value that cannot (whole degrees, °F).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic_core import PydanticCustomError

from schemas.base import object_to
from schemas.events.fields import UNREADABLE, check_temperature


class MeasureCode(StrEnum):
    """A further one is a line here and in MEASURES."""

    BODY_TEMPERATURE = "body_temperature"
    BLOOD_GLUCOSE = "blood_glucose"
    DIASTOLIC = "diastolic"
    OXYGEN = "oxygen"
    PULSE = "pulse"
    RESPIRATION = "respiration"
    SYSTOLIC = "systolic"


class MeasureUnit(StrEnum):
    MMHG = "mmhg"
    PERCENT = "percent"
    PER_MINUTE = "per_minute"
    TENTH_CELSIUS = "tenth_celsius"
    TENTH_MMOL_PER_LITRE = "tenth_mmol_per_litre"


@dataclass(frozen=True, slots=True)
class Measure:
    """Lowest and highest that can be written down, in the unit."""

    unit: MeasureUnit
    lowest: int
    highest: int
    zh: str
    en: str


_C = MeasureCode
_U = MeasureUnit
MEASURES: Final[dict[MeasureCode, Measure]] = {
    _C.BODY_TEMPERATURE: Measure(_U.TENTH_CELSIUS, 300, 450, "体温", "body temperature"),
    _C.BLOOD_GLUCOSE: Measure(_U.TENTH_MMOL_PER_LITRE, 5, 600, "血糖", "blood glucose"),
    _C.DIASTOLIC: Measure(_U.MMHG, 20, 200, "舒张压", "diastolic pressure"),
    _C.OXYGEN: Measure(_U.PERCENT, 30, 100, "血氧饱和度", "oxygen saturation"),
    _C.PULSE: Measure(_U.PER_MINUTE, 20, 300, "脉搏", "pulse"),
    _C.RESPIRATION: Measure(_U.PER_MINUTE, 4, 80, "呼吸频率", "respiration"),
    _C.SYSTOLIC: Measure(_U.MMHG, 40, 300, "收缩压", "systolic pressure"),
}

MEASURE_AGAIN_BELOW: Final = 350
"""Below 35.0 °C it was the cold or the device: measure a second time."""


def check_value(code: MeasureCode, value: float | str) -> None:
    """Raises an error of the field `value`."""
    if value == UNREADABLE:
        return
    if code is MeasureCode.BODY_TEMPERATURE:
        try:
            check_temperature(value)
        except PydanticCustomError as error:
            raise object_to(error.type, "value", error.message_template) from None
        return
    measure = MEASURES[code]
    if not isinstance(value, int) or not measure.lowest <= value <= measure.highest:
        raise PydanticCustomError(
            "measure-out-of-range",
            "a whole number from {lowest} to {highest} in {unit}, or 'unreadable'",
            {
                "field": "value",
                "lowest": measure.lowest,
                "highest": measure.highest,
                "unit": str(measure.unit),
            },
        )


def must_measure_again(value: int | str | None) -> bool:
    """Whether a body temperature, in tenths, asks for a second measurement."""
    return isinstance(value, int) and value < MEASURE_AGAIN_BELOW
