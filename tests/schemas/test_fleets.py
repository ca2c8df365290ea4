"""Vehicles and their seats, drivers' papers: what may be said, and what a layout means."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.fleets import (
    DriverIn,
    SeatIn,
    SeatLayout,
    VehicleChange,
    VehicleIn,
    expand_layout,
)

ID = "01710a3e-2400-7000-8000-000000000001"
VEHICLE: dict[str, Any] = {
    "id": ID,
    "carrier_id": ID,
    "plate": "辽M12345",
    "licensed_places": 47,
    "crew_seats": 2,
    "layout": {"rows": 11, "last_row": 5},
    "air_sealed": True,
}


def _seats(**layout: Any) -> list[tuple[int, int, str]]:
    seats = expand_layout(SeatLayout(**layout))
    return [(seat.row, seat.column, seat.label) for seat in seats]


def test_the_usual_coach() -> None:
    """Ten rows of four and five across the back, numbered row by row."""
    seats = _seats(rows=11, columns=[1, 2, 4, 5], last_row=5)
    assert len(seats) == 45
    assert seats[:5] == [(1, 1, "1"), (1, 2, "2"), (1, 4, "3"), (1, 5, "4"), (2, 1, "5")]
    assert seats[16] == (5, 1, "17")
    assert seats[-5:] == [(11, column, str(40 + column)) for column in range(1, 6)]


@pytest.mark.parametrize(
    ("layout", "seats"),
    [
        ({"rows": 1, "columns": [2, 1]}, [(1, 1, "1"), (1, 2, "2")]),
        ({"rows": 1, "last_row": 3}, [(1, 1, "1"), (1, 2, "2"), (1, 3, "3")]),
        (
            {"rows": 2, "columns": [1, 3], "without": [{"row": 1, "column": 3}]},
            [(1, 1, "1"), (2, 1, "2"), (2, 3, "3")],
        ),
        ({"rows": 1, "columns": [1], "without": [{"row": 9, "column": 9}]}, [(1, 1, "1")]),
    ],
)
def test_layouts(layout: dict[str, Any], seats: list[tuple[int, int, str]]) -> None:
    assert _seats(**layout) == seats


def test_seats_one_by_one_are_kept_front_to_back() -> None:
    listed = [{"row": 2, "column": 1, "label": "3A"}, {"row": 1, "column": 1, "label": "1A"}]
    vehicle = VehicleIn.model_validate({**VEHICLE, "layout": None, "seats": listed})
    assert vehicle.list_seats() == [
        SeatIn(row=1, column=1, label="1A"),
        SeatIn(row=2, column=1, label="3A"),
    ]


ONE = [{"row": 1, "column": 1, "label": "1"}]
WRONG_VEHICLES: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"plate": None}, "plate-or-designation"),
    "two names": ({"designation": "K54次1车"}, "plate-or-designation"),
    "a carriage with a plate": ({"kind": "carriage"}, "plate-or-designation"),
    "no seats": ({"layout": None}, "layout-or-seats"),
    "seats twice": ({"seats": ONE}, "layout-or-seats"),
    "crew only": ({"licensed_places": 2}, "places-none"),
    "a letter I in the plate": ({"plate": "辽MI2345"}, "plate-invalid"),
    "a place twice": (
        {"layout": None, "seats": [*ONE, {"row": 1, "column": 1, "label": "2"}]},
        "seat-twice",
    ),
    "a label twice": (
        {"layout": None, "seats": [*ONE, {"row": 1, "column": 2, "label": "1"}]},
        "seat-twice",
    ),
    "no seat left": (
        {"layout": {"rows": 1, "columns": [1], "without": [{"row": 1, "column": 1}]}},
        "seats-none",
    ),
    "row 0": (
        {"layout": None, "seats": [{"row": 0, "column": 1, "label": "1"}]},
        "greater_than_equal",
    ),
    "no driver": ({"crew_seats": 0}, "crew-missing"),
    "an unknown field": ({"colour": "red"}, "extra_forbidden"),
}


@pytest.mark.parametrize(("given", "code"), WRONG_VEHICLES.values(), ids=WRONG_VEHICLES)
def test_what_is_no_vehicle(given: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        VehicleIn.model_validate(VEHICLE | given)
    assert [error["type"] for error in caught.value.errors()] == [code]


def test_a_carriage_has_a_designation_and_no_driver() -> None:
    given = {"kind": "carriage", "plate": None, "designation": "K54次1车", "crew_seats": 0}
    assert VehicleIn.model_validate(VEHICLE | given).designation == "K54次1车"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "change-empty"),
        ({"plate": None}, "field-required"),
        ({"seats": None}, "field-required"),
        ({"layout": {"rows": 1}, "seats": ONE}, "layout-or-seats"),
        ({"kind": "minibus"}, "extra_forbidden"),
    ],
)
def test_what_is_no_change(change: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        VehicleChange.model_validate(change)
    assert [error["type"] for error in caught.value.errors()] == [code]


def test_a_change_may_empty_a_licence() -> None:
    change = VehicleChange.model_validate({"transport_licence_valid_until": None})
    assert change.model_dump(exclude_unset=True) == {"transport_licence_valid_until": None}


def test_an_error_does_not_repeat_a_number() -> None:
    body = {
        "id": ID,
        "carrier_id": ID,
        "name": "李师傅",
        "phone": "15400003333",
        "id_number": "211221197805123418",
        "licence_class": "a1",
    }
    with pytest.raises(ValidationError) as caught:
        DriverIn.model_validate(body)
    (error,) = caught.value.errors()
    assert error["loc"] == ("id_number",)
    assert "211221" not in error["msg"]
