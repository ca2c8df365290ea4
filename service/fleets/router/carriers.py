"""Carriers: the firms that run the vehicles."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from schemas.base import Page
from schemas.fleets import CarrierChange, CarrierIn, CarrierOut
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.fleets import actions, presenting, queries
from service.rest import Cursor, IfMatch, make_page, set_etag

router = APIRouter(prefix="/carriers")
Reader = Annotated[Actor, allowed(Permission.FLEET_READ)]
Writer = Annotated[Actor, allowed(Permission.FLEET_WRITE)]


@router.get("")
def list_carriers(
    actor: Reader, context: Here, cursor: Annotated[Cursor, Depends()]
) -> Page[CarrierOut]:
    """The carriers in the account's scope, phones masked."""
    with context.database.read(actor) as session:
        rows = queries.list_carriers(session, actor, cursor=cursor)
        shown = presenting.show_carriers(session, context.vault, actor.county_code, rows)
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@router.post("", status_code=201)
def register_carrier(
    form: CarrierIn, actor: Writer, context: Here, response: Response
) -> CarrierOut:
    """Register a carrier; the same id with the same content again changes nothing."""
    with context.database.write(actor) as session:
        row = actions.register_carrier(session, actor, context=context, form=form)
        shown = presenting.show_carriers(session, context.vault, actor.county_code, [row])[0]
    set_etag(response, shown.version)
    return shown


@router.get("/{carrier_id}")
def get_carrier(carrier_id: UUID, actor: Reader, context: Here, response: Response) -> CarrierOut:
    """One carrier, with the version that a change must name."""
    with context.database.read(actor) as session:
        row = queries.find_carrier(session, actor, carrier_id=carrier_id)
        shown = presenting.show_carriers(session, context.vault, actor.county_code, [row])[0]
    set_etag(response, shown.version)
    return shown


@router.patch("/{carrier_id}")
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
    with context.database.write(actor) as session:
        row = actions.change_carrier(
            session, actor, context=context, carrier_id=carrier_id, version=version, change=change
        )
        shown = presenting.show_carriers(session, context.vault, actor.county_code, [row])[0]
    set_etag(response, shown.version)
    return shown
