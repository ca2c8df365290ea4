"""Vehicles: coaches and whatever else carries people, with their seats."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Wire
from schemas.changes import Change
from schemas.fleets.seats import Seating, SeatOut
from schemas.fleets.values import PaperNumber
from schemas.types import Plate


class VehicleKind(StrEnum):
    """A carriage (of a chartered train) has a designation of its own and no number plate."""

    CAR = "car"
    CARRIAGE = "carriage"
    COACH = "coach"
    MINIBUS = "minibus"


Designation = Annotated[str, StringConstraints(min_length=2, max_length=40, strip_whitespace=True)]
Places = Annotated[int, Field(ge=2, le=400)]
CrewSeats = Annotated[int, Field(ge=0, le=20)]


class VehicleIn(Seating):
    """`licensed_places` is 核定载客人数 and counts the driver; `crew_seats` of them are not for
    passengers. `air_sealed`: the windows do not open.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000202",
                    "carrier_id": "01710a3e-2400-7000-8000-000000000201",
                    "kind": "coach",
                    "plate": "辽M12345",
                    "licensed_places": 47,
                    "crew_seats": 2,
                    "layout": {"rows": 11, "columns": [1, 2, 4, 5], "last_row": 5},
                    "air_sealed": True,
                    "transport_licence_number": "211200000002",
                    "transport_licence_valid_until": "2023-12-31",
                }
            ]
        }
    )

    id: UUID
    carrier_id: UUID
    kind: VehicleKind = VehicleKind.COACH
    plate: Plate | None = None
    designation: Designation | None = None
    licensed_places: Places
    crew_seats: CrewSeats = 1
    air_sealed: bool
    transport_licence_number: PaperNumber | None = None
    transport_licence_valid_until: date | None = None

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        on_rails = self.kind is VehicleKind.CARRIAGE
        if (self.plate is None) is not on_rails or (self.designation is None) is on_rails:
            raise PydanticCustomError(
                "plate-or-designation", "road vehicles have a plate, carriages a designation"
            )
        return self

    @model_validator(mode="after")
    def _has_one_seating(self) -> Self:
        if (self.layout is None) is (self.seats is None):
            raise PydanticCustomError("layout-or-seats", "give either a layout or the seats")
        return self

    @model_validator(mode="after")
    def _has_a_driver(self) -> Self:
        if self.crew_seats == 0 and self.kind is not VehicleKind.CARRIAGE:
            raise PydanticCustomError("crew-missing", "the driver's place is one of the licensed")
        return self

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        if self.crew_seats >= self.licensed_places:
            raise PydanticCustomError("places-none", "no place is left beside the crew")
        return self


class VehicleChange(Change, Seating):
    """A layout or a list of seats replaces all seats. The kind stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"crew_seats": 3}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"transport_licence_number", "transport_licence_valid_until"}
    )

    carrier_id: UUID | None = None
    plate: Plate | None = None
    designation: Designation | None = None
    licensed_places: Places | None = None
    crew_seats: CrewSeats | None = None
    air_sealed: bool | None = None
    transport_licence_number: PaperNumber | None = None
    transport_licence_valid_until: date | None = None

    @model_validator(mode="after")
    def _has_one_seating(self) -> Self:
        if self.layout is not None and self.seats is not None:
            raise PydanticCustomError("layout-or-seats", "give either a layout or the seats")
        return self


class VehicleListed(Wire):
    """In lists: without the seats. `passenger_places` is what can be carried beside the crew."""

    id: UUID
    carrier_id: UUID
    kind: VehicleKind
    plate: str | None
    designation: str | None
    licensed_places: int
    crew_seats: int
    passenger_places: int
    air_sealed: bool
    transport_licence_number: str | None
    transport_licence_valid_until: date | None
    version: int


class VehicleOut(VehicleListed):
    seats: list[SeatOut]
