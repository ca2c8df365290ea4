"""How many passengers a vehicle takes (seats, licensed places less the crew), the label of a seat, and the
day on which the first of a driver's papers ends.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from schemas.fleets import VehicleKind


@dataclass(frozen=True, slots=True)
class Seat:
    """Row and column are numbers (who sat near whom is computed from them); people read the label."""

    row: int
    column: int
    label: str


@dataclass(frozen=True)
class VehicleFacts:
    """`plate`: of a carriage, its designation. `licensed_places` is 核定载客人数 and includes the driver.
    Last days are None where the vehicle needs no such paper, or nobody entered it.
    """

    id: UUID
    carrier_id: UUID
    kind: VehicleKind
    plate: str
    licensed_places: int
    crew_seats: int
    air_sealed: bool
    seats: tuple[Seat, ...]
    licence_valid_until: date | None
    liability_number: str | None = None
    liability_valid_until: date | None = None

    @property
    def valid_until(self) -> date | None:
        """The day on which the first of its papers ends: transport licence, insurance of liability."""
        return first_end(self.licence_valid_until, self.liability_valid_until)

    @property
    def needs_driver(self) -> bool:
        """A railway carriage is driven by nobody of ours."""
        return self.kind is not VehicleKind.CARRIAGE

    @property
    def passenger_places(self) -> int:
        """How many can be carried beside the crew: never more than licensed, nor than seats."""
        return count_places(self.licensed_places, self.crew_seats, len(self.seats))

    def seat_label(self, row: int, column: int) -> str | None:
        """None: the vehicle has no such seat."""
        return self._labels.get((row, column))

    @cached_property
    def _labels(self) -> dict[tuple[int, int], str]:
        return {(seat.row, seat.column): seat.label for seat in self.seats}


@dataclass(frozen=True, slots=True)
class CarrierFacts:
    """`valid_until`: the last day of the licence (道路运输经营许可证)."""

    id: UUID
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class DriverFacts:
    """`valid_until`: the day on which the first of the driver's papers ends."""

    id: UUID
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class DriverDetails:
    """What is sealed of a driver. None: nobody entered it, or it was erased."""

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None
    licence_number: str | None = None
    qualification_number: str | None = None


def count_places(licensed_places: int, crew_seats: int, seat_count: int) -> int:
    return min(seat_count, licensed_places - crew_seats)


def first_end(*days: date | None) -> date | None:
    """The earliest day, of those that are known."""
    return min((day for day in days if day is not None), default=None)
