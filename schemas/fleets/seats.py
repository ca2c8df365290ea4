"""Where the seats of a vehicle are: numbers inside, a label outside."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Input, Wire
from schemas.events.values import SeatNumber

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

    rows: Annotated[int, Field(ge=1, le=60)]
    columns: Annotated[list[SeatNumber], Field(min_length=1, max_length=10)] = Field(
        default_factory=lambda: [1, 2, 4, 5]
    )
    last_row: Annotated[int | None, Field(ge=1, le=10)] = None
    without: Annotated[list[SeatPosition], Field(max_length=40)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _leaves_a_seat(self) -> Self:
        if not expand_layout(self):
            raise PydanticCustomError("seats-none", "no seat is left")
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
