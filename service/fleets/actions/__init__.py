"""Registering and changing carriers, vehicles and drivers: row and event in one transaction."""

from service.fleets.actions.carriers import change_carrier, register_carrier
from service.fleets.actions.drivers import change_driver, register_driver
from service.fleets.actions.vehicles import change_vehicle, register_vehicle

__all__ = [
    "change_carrier",
    "change_driver",
    "change_vehicle",
    "register_carrier",
    "register_driver",
    "register_vehicle",
]
