"""Registering and changing carriers, vehicles and drivers: row and event in one transaction."""

from uuid import UUID

from schemas.errors import ErrorCode, FieldProblem
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.fleets import (
    CarrierChange,
    CarrierIn,
    DriverChange,
    DriverIn,
    SeatIn,
    VehicleChange,
    VehicleIn,
    VehicleKind,
)
from service.context import Work
from service.errors import DomainError
from service.fleets import queries
from service.recording import described
from service.recording.described import RecordList, Row, Values
from service.vault.sealing import IndexPurpose

_CARRIERS = RecordList(
    "carrier", queries.CARRIER, EventKind.CARRIER_REGISTERED, EventKind.CARRIER_CHANGED
)


def register_carrier(work: Work, *, form: CarrierIn) -> Row:
    """The same id with the same content again changes nothing. Raises record-exists for a credit
    code that is there.
    """

    def build() -> Values:
        values = form.model_dump(exclude={"id"})
        return _build_carrier(work, carrier_id=form.id, values=values)

    return described.register_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_CARRIERS,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_carrier(work: Work, *, carrier_id: UUID, version: int, change: CarrierChange) -> Row:
    """The row as it is now."""
    return described.change_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_CARRIERS,
        change=change,
        version=version,
        find=lambda: queries.find_carrier(work, carrier_id=carrier_id),
        build=lambda _stored, given: _build_carrier(work, carrier_id=carrier_id, values=given),
    )


def check_carrier(work: Work, carrier_id: UUID) -> None:
    """A vehicle or driver of nobody known: field-invalid."""
    try:
        queries.find_carrier(work, carrier_id=carrier_id)
    except DomainError as error:
        problem = FieldProblem(field="carrier_id", message="no such carrier")
        raise DomainError(ErrorCode.FIELD_INVALID, errors=[problem]) from error


def _build_carrier(work: Work, *, carrier_id: UUID, values: Values) -> Values:
    """The columns of the values that are named."""
    if credit_code := values.get("credit_code"):
        other = queries.get_carrier_by_credit_code(work.session, work.county_code, credit_code)
        if other is not None and other["id"] != carrier_id:
            raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(other["id"])})
    columns = {name: value for name, value in values.items() if name != "phone"}
    if "phone" not in values:
        return columns
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [carrier_id], classes=[PersonalClass.CONTACT]
    )
    place = queries.sealed_place("carrier", carrier_id, "contact_sealed")
    content = {"phone": values["phone"]} if values["phone"] else {}
    sealed = keyring.seal(carrier_id, PersonalClass.CONTACT, content, place=place)
    return columns | {"contact_sealed": sealed}


_VEHICLES = RecordList(
    "vehicle", queries.VEHICLE, EventKind.VEHICLE_REGISTERED, EventKind.VEHICLE_CHANGED
)


def register_vehicle(work: Work, *, form: VehicleIn) -> Row:
    """The same id with the same content again changes nothing. Raises plate-exists for a plate (or
    designation) that is there, and field-invalid for an unknown carrier.
    """

    def build() -> Values:
        values = form.model_dump(exclude={"id", "layout", "seats"})
        _check_vehicle(work, vehicle_id=form.id, values=values)
        return values | {"kind": str(form.kind), "seats": _list_seats(form.list_seats())}

    return described.register_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_VEHICLES,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_vehicle(work: Work, *, vehicle_id: UUID, version: int, change: VehicleChange) -> Row:
    """The row as it is now. Whoever sits in a seat that is no more has an exception on the trip."""

    def build(stored: Row, given: Values) -> Values:
        values = {name: given[name] for name in given.keys() - {"layout", "seats"}}
        _check_vehicle(work, vehicle_id=vehicle_id, values=values)
        _check_against(stored, values)
        if seats := change.list_seats():
            values["seats"] = _list_seats(seats)
        return values

    return described.change_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_VEHICLES,
        change=change,
        version=version,
        find=lambda: queries.find_vehicle(work, vehicle_id=vehicle_id),
        build=build,
    )


def _check_vehicle(work: Work, *, vehicle_id: UUID, values: Values) -> None:
    if carrier_id := values.get("carrier_id"):
        check_carrier(work, carrier_id)
    if name := values.get("plate") or values.get("designation"):
        other = queries.get_vehicle_named(work.session, work.county_code, name)
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


_DRIVERS = RecordList(
    "driver", queries.DRIVER, EventKind.DRIVER_REGISTERED, EventKind.DRIVER_CHANGED
)
_SEALED = {
    PersonalClass.IDENTITY: ("name", "id_number", "licence_number", "qualification_number"),
    PersonalClass.CONTACT: ("phone",),
}


def register_driver(work: Work, *, form: DriverIn) -> Row:
    """The same id with the same content again changes nothing. Raises record-exists for an identity
    number that is there, and field-invalid for an unknown carrier.
    """

    def build() -> Values:
        values = form.model_dump(exclude={"id"})
        return _build_driver(work, driver_id=form.id, values=values, given=values)

    return described.register_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_DRIVERS,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_driver(work: Work, *, driver_id: UUID, version: int, change: DriverChange) -> Row:
    """The row as it is now. What was erased comes back only as far as it is named anew."""

    def build(stored: Row, given: Values) -> Values:
        keyring = work.context.vault.open_keyring(work.session, work.county_code, [driver_id])
        values = queries.open_driver(keyring, stored) | given
        return _build_driver(work, driver_id=driver_id, values=values, given=given)

    return described.change_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_DRIVERS,
        change=change,
        version=version,
        find=lambda: queries.find_driver(work, driver_id=driver_id),
        build=build,
    )


def _build_driver(work: Work, *, driver_id: UUID, values: Values, given: Values) -> Values:
    """The columns of what is `given`; `values` are all sealed fields as they are to be."""
    if carrier_id := given.get("carrier_id"):
        check_carrier(work, carrier_id)
    sealed = {name for names in _SEALED.values() for name in names}
    columns = {name: value for name, value in given.items() if name not in sealed}
    if "id_number" in given:
        columns["id_number_index"] = _index_id_number(
            work, driver_id=driver_id, id_number=given["id_number"]
        )
    return columns | _seal(work, driver_id=driver_id, values=values, given=given)


def _seal(work: Work, *, driver_id: UUID, values: Values, given: Values) -> Values:
    """The sealed columns of which something is given; the others stay as they lie."""
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [driver_id], classes=list(_SEALED)
    )
    columns: Values = {}
    for personal_class, names in _SEALED.items():
        if given.keys().isdisjoint(names):
            continue
        column = f"{personal_class}_sealed"
        content = {name: values[name] for name in names if values.get(name) is not None}
        place = queries.sealed_place("driver", driver_id, column)
        columns[column] = keyring.seal(driver_id, personal_class, content, place=place)
    return columns


def _index_id_number(work: Work, *, driver_id: UUID, id_number: str | None) -> bytes | None:
    """Raises record-exists when the number is another driver's."""
    if id_number is None:
        return None
    digest = work.context.vault.indexes.digest(
        IndexPurpose.DRIVER_ID_NUMBER, work.county_code, id_number
    )
    other = queries.get_driver_by_id_number(work.session, work.county_code, digest)
    if other is not None and other["id"] != driver_id:
        raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(other["id"])})
    return digest
