"""Carriers, vehicles and drivers on the wire: seats and layouts with their limits, plate or designation,
licensed places and crew, numbers and classes of licences, which fields may be emptied, what is masked.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Change, Input, Wire, object_to
from schemas.events.fields import SeatNumber
from schemas.types import (
    WHOLE,
    CreditCode,
    Day,
    Flag,
    IdNumber,
    OrganisationName,
    PersonName,
    Phone,
    Plate,
    parse_plate,
)

PaperNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z一-龥()（）〔〕\-]{4,40}$")
]
"""The number of a licence or certificate, as printed on it."""


SeatLabel = Annotated[str, StringConstraints(min_length=1, max_length=8, strip_whitespace=True)]


class SeatPosition(Input):
    row: SeatNumber
    column: SeatNumber


class SeatIn(SeatPosition):
    label: SeatLabel


class SeatOut(Wire):
    """Numbers inside, the label (17, 3A) is what is painted on the seat."""

    row: int
    column: int
    label: str


class SeatLayout(Input):
    """The usual coach in a line: `rows` rows (the last one counted) with seats in `columns`; the gap
    is the aisle. `last_row`: how many seats stand across the back. `without`: seats that a door or
    a table takes away. Labels run 1, 2, 3 … row by row.
    """

    rows: Annotated[int, Field(ge=1, le=60), WHOLE]
    columns: Annotated[list[SeatNumber], Field(min_length=1, max_length=10)] = Field(
        default_factory=lambda: [1, 2, 4, 5]
    )
    last_row: Annotated[int | None, Field(ge=1, le=10), WHOLE] = None
    without: Annotated[list[SeatPosition], Field(max_length=40)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _leaves_a_seat(self) -> Self:
        if not expand_layout(self):
            raise object_to("seats-none", "without", "no seat is left")
        return self


def expand_layout(layout: SeatLayout) -> list[SeatIn]:
    """The seats of a layout, front to back and window to window."""
    missing = {(each.row, each.column) for each in layout.without}
    columns = sorted(set(layout.columns))
    last = range(1, layout.last_row + 1) if layout.last_row else columns
    places = [
        (row, column)
        for row in range(1, layout.rows + 1)
        for column in (last if row == layout.rows else columns)
        if (row, column) not in missing
    ]
    return [
        SeatIn(row=row, column=column, label=str(number))
        for number, (row, column) in enumerate(places, start=1)
    ]


def _check_seats(seats: list[SeatIn]) -> list[SeatIn]:
    """Each place and each label once; stored front to back."""
    places = _find_repeated((seat.row, seat.column) for seat in seats)
    labels = _find_repeated(seat.label for seat in seats)
    if places or labels:
        raise PydanticCustomError("seat-twice", "a seat's place or label stands there twice")
    return sorted(seats, key=lambda seat: (seat.row, seat.column))


def _find_repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


Seats = Annotated[list[SeatIn], Field(min_length=1, max_length=400), AfterValidator(_check_seats)]


class Seating(Input):
    """Either a layout in a line or every seat by itself."""

    layout: SeatLayout | None = None
    seats: Seats | None = None

    def list_seats(self) -> list[SeatIn]:
        return expand_layout(self.layout) if self.layout else (self.seats or [])


class CarrierIn(Input):
    """`licence_number`: 道路运输经营许可证. `id` is made by the sender."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000201",
                    "name": "铁岭示例客运有限公司",
                    "credit_code": "91211221MA0ABC121W",
                    "licence_number": "211200000001",
                    "licence_valid_until": "2023-12-31",
                    "phone": "024-74840000",
                }
            ]
        }
    )

    id: UUID
    name: OrganisationName
    credit_code: CreditCode | None = None
    licence_number: PaperNumber | None = None
    licence_valid_until: Day | None = None
    phone: Phone | None = None


class CarrierChange(Change):
    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "15400002222"}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"credit_code", "licence_number", "licence_valid_until", "phone"}
    )

    name: OrganisationName | None = None
    credit_code: CreditCode | None = None
    licence_number: PaperNumber | None = None
    licence_valid_until: Day | None = None
    phone: Phone | None = None


class CarrierOut(Wire):
    """The phone is masked; the printed papers hold it in full."""

    id: UUID
    name: str
    credit_code: str | None
    licence_number: str | None
    licence_valid_until: date | None
    phone: str | None
    version: int


LicenceClass = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Fa-f][1-4]?$")
]


class DriverIn(Input):
    """`licence_number` is of the 驾驶证, `qualification_number` of the 从业资格证."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000203",
                    "carrier_id": "01710a3e-2400-7000-8000-000000000201",
                    "name": "李师傅",
                    "phone": "15400003333",
                    "licence_class": "A1",
                    "licence_number": "210000000001",
                    "licence_valid_until": "2024-05-31",
                    "qualification_number": "2112000000000000003",
                    "qualification_valid_until": "2024-06-30",
                }
            ]
        }
    )

    id: UUID
    carrier_id: UUID
    name: PersonName
    phone: Phone
    id_number: IdNumber | None = None
    licence_class: LicenceClass
    licence_number: PaperNumber | None = None
    licence_valid_until: Day | None = None
    qualification_number: PaperNumber | None = None
    qualification_valid_until: Day | None = None


class DriverChange(Change):
    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "15400004444"}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"id_number", "licence_number", "licence_valid_until"}
        | {"qualification_number", "qualification_valid_until"}
    )

    carrier_id: UUID | None = None
    name: PersonName | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    licence_class: LicenceClass | None = None
    licence_number: PaperNumber | None = None
    licence_valid_until: Day | None = None
    qualification_number: PaperNumber | None = None
    qualification_valid_until: Day | None = None


class DriverOut(Wire):
    """Name, numbers and phone are masked, null once erased; the printed papers hold them in full."""

    id: UUID
    carrier_id: UUID
    name: str | None
    phone: str | None
    id_number: str | None
    licence_class: str
    licence_number: str | None
    licence_valid_until: date | None
    qualification_number: str | None
    qualification_valid_until: date | None
    version: int


class VehicleKind(StrEnum):
    """A carriage (of a chartered train) has a designation of its own and no number plate."""

    CAR = "car"
    CARRIAGE = "carriage"
    COACH = "coach"
    MINIBUS = "minibus"


Designation = Annotated[str, StringConstraints(min_length=2, max_length=40, strip_whitespace=True)]


def _read_plate(value: str) -> str:
    """A number plate in its normal form, or a carriage's designation as it is written."""
    try:
        return parse_plate(value)
    except PydanticCustomError:
        return value


PlateOrDesignation = Annotated[Designation, AfterValidator(_read_plate)]
Places = Annotated[int, Field(ge=2, le=400), WHOLE]
CrewSeats = Annotated[int, Field(ge=0, le=20), WHOLE]


InsurerName = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
PolicyNumber = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
INSURER: Final = (
    "Who insures the carrier's liability (`承运人责任险`); null where nobody entered it."
)
LIABILITY: Final = "Number of that insurance; null where nobody entered it."
LIABILITY_UNTIL: Final = "Last day of that insurance; null where nobody entered it."


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
    air_sealed: Flag
    transport_licence_number: PaperNumber | None = None
    transport_licence_valid_until: Day | None = None
    liability_insurer: InsurerName | None = Field(default=None, description=INSURER)
    liability_number: PolicyNumber | None = Field(default=None, description=LIABILITY)
    liability_valid_until: Day | None = Field(default=None, description=LIABILITY_UNTIL)

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        on_rails = self.kind is VehicleKind.CARRIAGE
        if (self.plate is None) is not on_rails or (self.designation is None) is on_rails:
            message = "road vehicles have a plate, carriages a designation"
            raise object_to("plate-or-designation", "plate", message)
        return self

    @model_validator(mode="after")
    def _has_one_seating(self) -> Self:
        if (self.layout is None) is (self.seats is None):
            raise object_to("layout-or-seats", "seats", "give either a layout or the seats")
        return self

    @model_validator(mode="after")
    def _has_a_driver(self) -> Self:
        if self.crew_seats == 0 and self.kind is not VehicleKind.CARRIAGE:
            message = "the driver's place is one of the licensed"
            raise object_to("crew-missing", "crew_seats", message)
        return self

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        if self.crew_seats >= self.licensed_places:
            raise object_to("places-none", "licensed_places", "no place is left beside the crew")
        return self


class VehicleChange(Change, Seating):
    """A layout or a list of seats replaces all seats. The kind stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"crew_seats": 3}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"transport_licence_number", "transport_licence_valid_until"}
        | {"liability_insurer", "liability_number", "liability_valid_until"}
    )

    carrier_id: UUID | None = None
    plate: Plate | None = None
    designation: Designation | None = None
    licensed_places: Places | None = None
    crew_seats: CrewSeats | None = None
    air_sealed: Flag | None = None
    transport_licence_number: PaperNumber | None = None
    transport_licence_valid_until: Day | None = None
    liability_insurer: InsurerName | None = Field(default=None, description=INSURER)
    liability_number: PolicyNumber | None = Field(default=None, description=LIABILITY)
    liability_valid_until: Day | None = Field(default=None, description=LIABILITY_UNTIL)

    @model_validator(mode="after")
    def _has_one_seating(self) -> Self:
        if self.layout is not None and self.seats is not None:
            raise object_to("layout-or-seats", "seats", "give either a layout or the seats")
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
    liability_insurer: str | None = Field(description=INSURER)
    liability_number: str | None = Field(description=LIABILITY)
    liability_valid_until: date | None = Field(description=LIABILITY_UNTIL)
    version: int


class VehicleOut(VehicleListed):
    seats: list[SeatOut]
