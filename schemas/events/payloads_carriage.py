"""Payloads of events about the protection of a trip's vehicle, and which fields are sealed: disinfection,
ventilation, the check before departure, what was handed out; their choices with names in Chinese and English.
"""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.base import Input, object_to
from schemas.events.fields import PUBLIC, STREAM_CONTACT, STREAM_NOTE, FreeText, ShortText
from schemas.types import WHOLE, Flag


class DisinfectedArea(StrEnum):
    """What of the vehicle was disinfected; `place` is where somebody fell ill."""

    CABIN = "cabin"
    LUGGAGE = "luggage"
    PLACE = "place"
    WHOLE = "whole"


class CheckedItem(StrEnum):
    """What is looked at before departure: papers that have to be aboard, and the vehicle itself."""

    BRAKES = "brakes"
    CHARTER_SIGN = "charter_sign"
    CONTRACT = "contract"
    DOORS = "doors"
    DRIVING_LICENCE = "driving_licence"
    FIRE_EXTINGUISHER = "fire_extinguisher"
    INSURANCE = "insurance"
    LIGHTS = "lights"
    QUALIFICATION = "qualification"
    SEAT_BELTS = "seat_belts"
    TRANSPORT_LICENCE = "transport_licence"
    TYRES = "tyres"
    VEHICLE_LICENCE = "vehicle_licence"


class KitItem(StrEnum):
    """What is handed out for a trip."""

    DISINFECTANT = "disinfectant"
    FOOD = "food"
    GLOVES = "gloves"
    HAND_GEL = "hand_gel"
    MASK = "mask"
    MEDICAL_KIT = "medical_kit"
    PROTECTIVE_SUIT = "protective_suit"
    THERMOMETER = "thermometer"
    WATER = "water"


DISINFECTED_AREA_NAMES: dict[DisinfectedArea, tuple[str, str]] = {
    DisinfectedArea.CABIN: ("车厢", "cabin"),
    DisinfectedArea.LUGGAGE: ("行李舱", "luggage hold"),
    DisinfectedArea.PLACE: ("发病人员座位周围", "around the seat of somebody ill"),
    DisinfectedArea.WHOLE: ("全车", "whole vehicle"),
}
CHECKED_ITEM_NAMES: dict[CheckedItem, tuple[str, str]] = {
    CheckedItem.BRAKES: ("制动", "brakes"),
    CheckedItem.CHARTER_SIGN: ("包车客运标志牌", "charter sign"),
    CheckedItem.CONTRACT: ("包车合同", "charter contract"),
    CheckedItem.DOORS: ("车门和安全出口", "doors and exits"),
    CheckedItem.DRIVING_LICENCE: ("驾驶证", "driving licences"),
    CheckedItem.FIRE_EXTINGUISHER: ("灭火器", "fire extinguisher"),
    CheckedItem.INSURANCE: ("保险", "insurance"),
    CheckedItem.LIGHTS: ("灯光", "lights"),
    CheckedItem.QUALIFICATION: ("从业资格证", "drivers' certificates"),
    CheckedItem.SEAT_BELTS: ("安全带", "seat belts"),
    CheckedItem.TRANSPORT_LICENCE: ("道路运输证", "transport licence"),
    CheckedItem.TYRES: ("轮胎", "tyres"),
    CheckedItem.VEHICLE_LICENCE: ("行驶证", "vehicle licence"),
}
KIT_ITEM_NAMES: dict[KitItem, tuple[str, str]] = {
    KitItem.DISINFECTANT: ("消毒液", "disinfectant"),
    KitItem.FOOD: ("食品", "food"),
    KitItem.GLOVES: ("手套", "gloves"),
    KitItem.HAND_GEL: ("免洗洗手液", "hand gel"),
    KitItem.MASK: ("口罩", "masks"),
    KitItem.MEDICAL_KIT: ("急救包", "medical kit"),
    KitItem.PROTECTIVE_SUIT: ("防护服", "protective suits"),
    KitItem.THERMOMETER: ("体温计", "thermometers"),
    KitItem.WATER: ("饮用水", "water"),
}

_Minutes = Annotated[int | None, Field(ge=1, le=1440), WHOLE]
_Items = Annotated[list[CheckedItem], Field(max_length=len(CheckedItem))]


class VehicleDisinfected(Input):
    """The trip's vehicle was disinfected: the one that is named, else the one in use then."""

    area: Annotated[DisinfectedArea, PUBLIC] = Field(description="What of it was disinfected.")
    vehicle_id: Annotated[UUID | None, PUBLIC] = Field(
        default=None, description="Id of the vehicle; null: the one in use then."
    )
    agent: Annotated[ShortText | None, STREAM_NOTE] = Field(
        default=None, description="With what; null where nobody said it."
    )
    concentration_mg_l: Annotated[int | None, PUBLIC, Field(ge=1, le=100_000), WHOLE] = Field(
        default=None,
        description="Available chlorine in mg/L; null where nobody said it.",
    )
    minutes: Annotated[_Minutes, PUBLIC] = Field(
        default=None, description="How many minutes it took; null where nobody said it."
    )
    by: Annotated[ShortText | None, STREAM_CONTACT] = Field(
        default=None, description="Who did it; null where nobody said it."
    )


class VehicleVentilated(Input):
    """Windows open, or fresh air let in."""

    minutes: Annotated[_Minutes, PUBLIC] = Field(
        default=None, description="How many minutes it took; null where nobody said it."
    )
    note: Annotated[FreeText | None, STREAM_NOTE] = Field(
        default=None, description="How, or why not, in words; null where nobody said it."
    )


class VehicleInspected(Input):
    """Papers and vehicle were looked at before departure. What is wrong stands in `failed`."""

    checked: Annotated[_Items, PUBLIC] = Field(description="What was looked at.")
    failed: Annotated[_Items, PUBLIC] = Field(
        default_factory=list, description="What of it was not in order; each is among `checked`."
    )
    passed: Annotated[Flag, PUBLIC] = Field(description="Whether the vehicle may go.")
    by: Annotated[ShortText | None, STREAM_CONTACT] = Field(
        default=None, description="Who looked; null where nobody said it."
    )
    note: Annotated[FreeText | None, STREAM_NOTE] = Field(
        default=None, description="Anything else, in words; null where there is nothing."
    )

    @model_validator(mode="after")
    def _failed_were_checked(self) -> Self:
        if not set(self.failed) <= set(self.checked):
            raise object_to("failed-unchecked", "failed", "what failed is among what was checked")
        return self


class KitIssued(Input):
    """What was handed out for the trip: each item with its quantity, in the same order."""

    items: Annotated[list[KitItem], PUBLIC, Field(min_length=1, max_length=len(KitItem))] = Field(
        description="What was handed out."
    )
    quantities: Annotated[
        list[Annotated[int, Field(ge=1, le=10_000), WHOLE]], PUBLIC, Field(max_length=len(KitItem))
    ] = Field(description="How many of each, in the order of `items`.")
    receiver: Annotated[ShortText | None, STREAM_CONTACT] = Field(
        default=None, description="Who took it; null where nobody said it."
    )

    @model_validator(mode="after")
    def _each_has_a_quantity(self) -> Self:
        if len(self.items) != len(self.quantities):
            raise object_to("quantities-differ", "quantities", "one quantity for each item")
        return self
