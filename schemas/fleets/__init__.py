"""Carriers, vehicles with their seats, drivers: what goes in and what comes out."""

from schemas.fleets.carriers import CarrierChange, CarrierIn, CarrierOut
from schemas.fleets.drivers import DriverChange, DriverIn, DriverOut
from schemas.fleets.seats import SeatIn, SeatLayout, SeatOut, expand_layout
from schemas.fleets.vehicles import (
    VehicleChange,
    VehicleIn,
    VehicleKind,
    VehicleListed,
    VehicleOut,
)

__all__ = [
    "CarrierChange",
    "CarrierIn",
    "CarrierOut",
    "DriverChange",
    "DriverIn",
    "DriverOut",
    "SeatIn",
    "SeatLayout",
    "SeatOut",
    "VehicleChange",
    "VehicleIn",
    "VehicleKind",
    "VehicleListed",
    "VehicleOut",
    "expand_layout",
]
