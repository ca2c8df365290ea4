"""Registering and changing vehicles."""

from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode, FieldProblem
from schemas.events.kinds import EventKind
from schemas.fleets import SeatIn, VehicleChange, VehicleIn, VehicleKind
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.fleets import queries
from service.fleets.actions.carriers import check_carrier
from service.recording import described
from service.recording.described import RecordList, Row, Values

_VEHICLES = RecordList(
    "vehicle", queries.VEHICLE, EventKind.VEHICLE_REGISTERED, EventKind.VEHICLE_CHANGED
)


def register_vehicle(session: Session, actor: Actor, *, context: Context, form: VehicleIn) -> Row:
    """The same id with the same content again changes nothing. Raises plate-exists for a plate (or
    designation) that is there, and field-invalid for an unknown carrier.
    """

    def build() -> Values:
        values = form.model_dump(exclude={"id", "layout", "seats"})
        _check(session, actor, vehicle_id=form.id, values=values)
        return values | {"kind": str(form.kind), "seats": _list_seats(form.list_seats())}

    return described.register_row(
        session,
        actor,
        tools=context,
        records=_VEHICLES,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_vehicle(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    vehicle_id: UUID,
    version: int,
    change: VehicleChange,
) -> Row:
    """The row as it is now. Whoever sits in a seat that is no more has an exception on the trip."""

    def build(stored: Row, given: Values) -> Values:
        values = {name: given[name] for name in given.keys() - {"layout", "seats"}}
        _check(session, actor, vehicle_id=vehicle_id, values=values)
        _check_against(stored, values)
        if seats := change.list_seats():
            values["seats"] = _list_seats(seats)
        return values

    return described.change_row(
        session,
        actor,
        tools=context,
        records=_VEHICLES,
        change=change,
        version=version,
        find=lambda: queries.find_vehicle(session, actor, vehicle_id=vehicle_id),
        build=build,
    )


def _check(session: Session, actor: Actor, *, vehicle_id: UUID, values: Values) -> None:
    if carrier_id := values.get("carrier_id"):
        check_carrier(session, actor, carrier_id)
    if name := values.get("plate") or values.get("designation"):
        other = queries.get_vehicle_named(session, actor.county_code, name)
        if other is not None and other["id"] != vehicle_id:
            raise DomainError(ErrorCode.PLATE_EXISTS, facts={"id": str(other["id"])})


def _check_against(stored: Row, values: Values) -> None:
    """What a change alone does not show: the stored kind of name, and the other number."""
    wrong = "designation" if stored["plate"] else "plate"
    after = {name: values.get(name, stored[name]) for name in ("crew_seats", "licensed_places")}
    if wrong in values:
        raise _field_invalid(wrong, "this kind of vehicle has none")
    if after["crew_seats"] == 0 and stored["kind"] != VehicleKind.CARRIAGE:
        raise _field_invalid("crew_seats", "the driver's place is one of the licensed")
    if after["crew_seats"] >= after["licensed_places"]:
        raise _field_invalid("crew_seats", "no place is left beside the crew")


def _field_invalid(field: str, message: str) -> DomainError:
    return DomainError(ErrorCode.FIELD_INVALID, errors=[FieldProblem(field=field, message=message)])


def _list_seats(seats: list[SeatIn]) -> list[list[int | str]]:
    return [[seat.row, seat.column, seat.label] for seat in seats]
