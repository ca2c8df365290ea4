"""HTTP of carriers, vehicles and drivers: list, register, read one, change with If-Match."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from schemas.base import Page
from schemas.fleets import (
    CarrierChange,
    CarrierIn,
    CarrierOut,
    DriverChange,
    DriverIn,
    DriverOut,
    PlateOrDesignation,
    VehicleChange,
    VehicleIn,
    VehicleListed,
    VehicleOut,
)
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.fleets import actions, answers, queries
from service.rest import Cursor, IfMatch, Router, make_page, set_etag, set_location

carriers = Router(prefix="/carriers")
Reader = Annotated[Actor, allowed(Permission.FLEET_READ)]
Writer = Annotated[Actor, allowed(Permission.FLEET_WRITE)]


@carriers.get("")
def list_carriers(
    actor: Reader, context: Here, cursor: Annotated[Cursor, Depends()]
) -> Page[CarrierOut]:
    """The carriers in the account's scope, phones masked."""
    with context.reading(actor) as work:
        found = queries.list_carriers(work, cursor=cursor)
        shown = answers.show_carriers(work, found)
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@carriers.post("", status_code=201)
def register_carrier(
    form: CarrierIn, actor: Writer, context: Here, response: Response
) -> CarrierOut:
    """Register a carrier; the same id with the same content again changes nothing."""
    with context.writing(actor) as work:
        carrier = actions.register_carrier(work, form=form)
        shown = answers.show_carriers(work, [carrier])[0]
    set_location(response, f"/v1/carriers/{shown.id}")
    set_etag(response, shown.version)
    return shown


@carriers.get("/{carrier_id}")
def get_carrier(carrier_id: UUID, actor: Reader, context: Here, response: Response) -> CarrierOut:
    """One carrier, with the version that a change must name."""
    with context.reading(actor) as work:
        carrier = queries.find_carrier(work, carrier_id=carrier_id)
        shown = answers.show_carriers(work, [carrier])[0]
    set_etag(response, shown.version)
    return shown


@carriers.patch("/{carrier_id}")
def change_carrier(
    *,
    carrier_id: UUID,
    change: CarrierChange,
    actor: Writer,
    context: Here,
    version: IfMatch,
    response: Response,
) -> CarrierOut:
    """Change what is named. If-Match names the version that was read."""
    with context.writing(actor) as work:
        carrier = actions.change_carrier(
            work, carrier_id=carrier_id, version=version, change=change
        )
        shown = answers.show_carriers(work, [carrier])[0]
    set_etag(response, shown.version)
    return shown


vehicles = Router(prefix="/vehicles")


@vehicles.get("")
def list_vehicles(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    carrier_id: UUID | None = None,
    plate: PlateOrDesignation | None = None,
) -> Page[VehicleListed]:
    """The vehicles in the account's scope, without their seats. `plate`: or a carriage's designation."""
    with context.reading(actor) as work:
        found = queries.list_vehicles(work, cursor=cursor, carrier_id=carrier_id, plate=plate)
        shown = [answers.show_vehicle_listed(each) for each in found]
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@vehicles.post("", status_code=201)
def register_vehicle(
    form: VehicleIn, actor: Writer, context: Here, response: Response
) -> VehicleOut:
    """Register a vehicle; the same id with the same content again changes nothing."""
    with context.writing(actor) as work:
        vehicle = actions.register_vehicle(work, form=form)
        shown = answers.show_vehicle(vehicle)
    set_location(response, f"/v1/vehicles/{shown.id}")
    set_etag(response, shown.version)
    return shown


@vehicles.get("/{vehicle_id}")
def get_vehicle(vehicle_id: UUID, actor: Reader, context: Here, response: Response) -> VehicleOut:
    """One vehicle, with the version that a change must name."""
    with context.reading(actor) as work:
        vehicle = queries.find_vehicle(work, vehicle_id=vehicle_id)
        shown = answers.show_vehicle(vehicle)
    set_etag(response, shown.version)
    return shown


@vehicles.patch("/{vehicle_id}")
def change_vehicle(
    *,
    vehicle_id: UUID,
    change: VehicleChange,
    actor: Writer,
    context: Here,
    version: IfMatch,
    response: Response,
) -> VehicleOut:
    """Change what is named. If-Match names the version that was read."""
    with context.writing(actor) as work:
        vehicle = actions.change_vehicle(
            work, vehicle_id=vehicle_id, version=version, change=change
        )
        shown = answers.show_vehicle(vehicle)
    set_etag(response, shown.version)
    return shown


drivers = Router(prefix="/drivers")


@drivers.get("")
def list_drivers(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    carrier_id: UUID | None = None,
) -> Page[DriverOut]:
    """The drivers in the account's scope, masked."""
    with context.reading(actor) as work:
        found = queries.list_drivers(work, cursor=cursor, carrier_id=carrier_id)
        shown = answers.show_drivers(work, found)
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@drivers.post("", status_code=201)
def register_driver(form: DriverIn, actor: Writer, context: Here, response: Response) -> DriverOut:
    """Register a driver; the same id with the same content again changes nothing."""
    with context.writing(actor) as work:
        driver = actions.register_driver(work, form=form)
        shown = answers.show_drivers(work, [driver])[0]
    set_location(response, f"/v1/drivers/{shown.id}")
    set_etag(response, shown.version)
    return shown


@drivers.get("/{driver_id}")
def get_driver(driver_id: UUID, actor: Reader, context: Here, response: Response) -> DriverOut:
    """One driver, with the version that a change must name."""
    with context.reading(actor) as work:
        driver = queries.find_driver(work, driver_id=driver_id)
        shown = answers.show_drivers(work, [driver])[0]
    set_etag(response, shown.version)
    return shown


@drivers.patch("/{driver_id}")
def change_driver(
    *,
    driver_id: UUID,
    change: DriverChange,
    actor: Writer,
    context: Here,
    version: IfMatch,
    response: Response,
) -> DriverOut:
    """Change what is named. If-Match names the version that was read."""
    with context.writing(actor) as work:
        driver = actions.change_driver(work, driver_id=driver_id, version=version, change=change)
        shown = answers.show_drivers(work, [driver])[0]
    set_etag(response, shown.version)
    return shown


router = Router(prefix="/v1", tags=["fleets 承运"])
for part in (carriers, vehicles, drivers):
    router.include_router(part)
