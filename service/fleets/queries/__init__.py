"""Every SELECT of fleets, and the opening of what is sealed in their rows."""

from service.fleets.queries.carriers import (
    CARRIER,
    find_carrier,
    get_carrier_by_credit_code,
    list_carriers,
    open_carriers,
    open_phone,
)
from service.fleets.queries.drivers import (
    DRIVER,
    find_driver,
    get_driver_by_id_number,
    list_drivers,
    load_drivers,
    open_driver,
    open_drivers,
)
from service.fleets.queries.scope import sealed_place
from service.fleets.queries.vehicles import (
    VEHICLE,
    find_vehicle,
    get_vehicle_named,
    list_vehicles,
    load_vehicles,
)

__all__ = [
    "CARRIER",
    "DRIVER",
    "VEHICLE",
    "find_carrier",
    "find_driver",
    "find_vehicle",
    "get_carrier_by_credit_code",
    "get_driver_by_id_number",
    "get_vehicle_named",
    "list_carriers",
    "list_drivers",
    "list_vehicles",
    "load_drivers",
    "load_vehicles",
    "open_carriers",
    "open_driver",
    "open_drivers",
    "open_phone",
    "sealed_place",
]
