"""Drivers: who may drive for which carrier."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from schemas.base import Page
from schemas.fleets import DriverChange, DriverIn, DriverOut
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.fleets import actions, presenting, queries
from service.rest import Cursor, IfMatch, make_page, set_etag

router = APIRouter(prefix="/drivers")
Reader = Annotated[Actor, allowed(Permission.FLEET_READ)]
Writer = Annotated[Actor, allowed(Permission.FLEET_WRITE)]


@router.get("")
def list_drivers(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    carrier_id: UUID | None = None,
) -> Page[DriverOut]:
    """The drivers in the account's scope, masked."""
    with context.database.read(actor) as session:
        rows = queries.list_drivers(session, actor, cursor=cursor, carrier_id=carrier_id)
        shown = presenting.show_drivers(session, context.vault, actor.county_code, rows)
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@router.post("", status_code=201)
def register_driver(form: DriverIn, actor: Writer, context: Here, response: Response) -> DriverOut:
    """Register a driver; the same id with the same content again changes nothing."""
    with context.database.write(actor) as session:
        row = actions.register_driver(session, actor, context=context, form=form)
        shown = presenting.show_drivers(session, context.vault, actor.county_code, [row])[0]
    set_etag(response, shown.version)
    return shown


@router.get("/{driver_id}")
def get_driver(driver_id: UUID, actor: Reader, context: Here, response: Response) -> DriverOut:
    """One driver, with the version that a change must name."""
    with context.database.read(actor) as session:
        row = queries.find_driver(session, actor, driver_id=driver_id)
        shown = presenting.show_drivers(session, context.vault, actor.county_code, [row])[0]
    set_etag(response, shown.version)
    return shown


@router.patch("/{driver_id}")
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
    with context.database.write(actor) as session:
        row = actions.change_driver(
            session, actor, context=context, driver_id=driver_id, version=version, change=change
        )
        shown = presenting.show_drivers(session, context.vault, actor.county_code, [row])[0]
    set_etag(response, shown.version)
    return shown
