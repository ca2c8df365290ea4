"""What other features' handlers may ask about vehicles and drivers; nothing personal."""

from service.fleets.queries import load_drivers, load_vehicles
from service.recording.registry import FactSource

VEHICLE_SOURCE = FactSource("vehicle", load_vehicles)
DRIVER_SOURCE = FactSource("driver", load_drivers)
