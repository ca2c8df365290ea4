"""How carriers, vehicles and drivers are shown: phones, names and numbers masked, of the numbers of papers
the last four digits; a vehicle's passenger places.
"""

from collections.abc import Sequence

from schemas.fleets import (
    CarrierOut,
    DriverOut,
    SeatOut,
    VehicleKind,
    VehicleListed,
    VehicleOut,
)
from schemas.identity import mask_id, mask_name, mask_phone
from service.context import Work
from service.fleets.models import Carrier, Driver, Vehicle
from service.fleets.queries import open_driver, open_phone
from service.fleets.rules import DriverDetails, count_places


# --- carriers -----------------------------------------------------------------------------------
def show_carriers(work: Work, carriers: Sequence[Carrier]) -> list[CarrierOut]:
    """One read of keys for all."""
    ids = [carrier.id for carrier in carriers]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    return [_show_carrier(carrier, open_phone(keyring, carrier)) for carrier in carriers]


def _show_carrier(carrier: Carrier, phone: str | None) -> CarrierOut:
    return CarrierOut(
        id=carrier.id,
        name=carrier.name,
        credit_code=carrier.credit_code,
        licence_number=carrier.licence_number,
        licence_valid_until=carrier.licence_valid_until,
        phone=mask_phone(phone) if phone else None,
        version=carrier.version,
    )


# --- vehicles -----------------------------------------------------------------------------------
def show_vehicle_listed(vehicle: Vehicle) -> VehicleListed:
    return VehicleListed(
        id=vehicle.id,
        carrier_id=vehicle.carrier_id,
        kind=VehicleKind(vehicle.kind),
        plate=vehicle.plate,
        designation=vehicle.designation,
        licensed_places=vehicle.licensed_places,
        crew_seats=vehicle.crew_seats,
        passenger_places=count_places(
            vehicle.licensed_places, vehicle.crew_seats, len(vehicle.seats)
        ),
        air_sealed=vehicle.air_sealed,
        transport_licence_number=vehicle.transport_licence_number,
        transport_licence_valid_until=vehicle.transport_licence_valid_until,
        liability_insurer=vehicle.liability_insurer,
        liability_number=vehicle.liability_number,
        liability_valid_until=vehicle.liability_valid_until,
        version=vehicle.version,
    )


def show_vehicle(vehicle: Vehicle) -> VehicleOut:
    seats = [SeatOut(row=row, column=column, label=label) for row, column, label in vehicle.seats]
    return VehicleOut(**show_vehicle_listed(vehicle).model_dump(), seats=seats)


# --- drivers ------------------------------------------------------------------------------------
def show_drivers(work: Work, drivers: Sequence[Driver]) -> list[DriverOut]:
    """One read of keys for all."""
    ids = [driver.id for driver in drivers]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    return [_show_driver(driver, open_driver(keyring, driver)) for driver in drivers]


def _show_driver(driver: Driver, details: DriverDetails) -> DriverOut:
    return DriverOut(
        id=driver.id,
        carrier_id=driver.carrier_id,
        name=mask_name(details.name) if details.name else None,
        phone=mask_phone(details.phone) if details.phone else None,
        id_number=mask_id(details.id_number) if details.id_number else None,
        licence_class=driver.licence_class,
        licence_number=_mask_number(details.licence_number),
        licence_valid_until=driver.licence_valid_until,
        qualification_number=_mask_number(details.qualification_number),
        qualification_valid_until=driver.qualification_valid_until,
        version=driver.version,
    )


def _mask_number(text: str | None) -> str | None:
    """The last four only: paper numbers are short, and a licence's is often the id number."""
    if not text:
        return None
    return "*" * (len(text) - 4) + text[-4:] if len(text) > 4 else "*" * len(text)
