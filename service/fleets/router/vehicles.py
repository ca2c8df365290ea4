"""Vehicles: places, seats and papers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from schemas.base import Page
from schemas.fleets import VehicleChange, VehicleIn, VehicleListed, VehicleOut
from schemas.permissions import Permission
from schemas.types import Plate
from service.auth import Actor, allowed
from service.context import Here
from service.fleets import actions, presenting, queries
from service.rest import Cursor, IfMatch, make_page, set_etag

router = APIRouter(prefix="/vehicles")
Reader = Annotated[Actor, allowed(Permission.FLEET_READ)]
Writer = Annotated[Actor, allowed(Permission.FLEET_WRITE)]


@router.get("")
def list_vehicles(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    carrier_id: UUID | None = None,
    plate: Plate | None = None,
) -> Page[VehicleListed]:
    """The vehicles in the account's scope, without their seats."""
    with context.database.read(actor) as session:
        rows = queries.list_vehicles(
            session, actor, cursor=cursor, carrier_id=carrier_id, plate=plate
        )
        shown = [presenting.show_vehicle_listed(row) for row in rows]
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@router.post("", status_code=201)
def register_vehicle(
    form: VehicleIn, actor: Writer, context: Here, response: Response
) -> VehicleOut:
    """Register a vehicle; the same id with the same content again changes nothing."""
    with context.database.write(actor) as session:
        row = actions.register_vehicle(session, actor, context=context, form=form)
        shown = presenting.show_vehicle(row)
    set_etag(response, shown.version)
    return shown


@router.get("/{vehicle_id}")
def get_vehicle(vehicle_id: UUID, actor: Reader, context: Here, response: Response) -> VehicleOut:
    """One vehicle, with the version that a change must name."""
    with context.database.read(actor) as session:
        row = queries.find_vehicle(session, actor, vehicle_id=vehicle_id)
        shown = presenting.show_vehicle(row)
    set_etag(response, shown.version)
    return shown


@router.patch("/{vehicle_id}")
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
    with context.database.write(actor) as session:
        row = actions.change_vehicle(
            session, actor, context=context, vehicle_id=vehicle_id, version=version, change=change
        )
        shown = presenting.show_vehicle(row)
    set_etag(response, shown.version)
    return shown
