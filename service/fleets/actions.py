"""Registering and changing carriers, vehicles and drivers, each with its event: what may stand once (credit
code, plate, identity number), crew seats against licensed places, what is sealed.
"""

from collections.abc import Collection
from dataclasses import asdict, replace
from uuid import UUID

from schemas.errors import ErrorCode
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
from schemas.shapes import FieldText
from service import records
from service.context import Work
from service.errors import DomainError, object_to
from service.fleets import queries
from service.fleets.models import Carrier, Driver, Vehicle
from service.fleets.rules import DriverDetails
from service.records import RecordList, Values
from service.vault.vault import IndexPurpose

# --- carriers -----------------------------------------------------------------------------------
_CARRIERS = RecordList("carrier", Carrier, EventKind.CARRIER_REGISTERED, EventKind.CARRIER_CHANGED)


def register_carrier(work: Work, *, form: CarrierIn) -> Carrier:
    """The same id with the same content again changes nothing. Raises record-exists for a credit
    code that is there.
    """

    def build() -> Values:
        return _build_carrier(work, form.model_dump(exclude={"id"}), carrier_id=form.id)

    return records.register_record(work, _CARRIERS, form=form, record_id=form.id, build=build)


def change_carrier(work: Work, *, carrier_id: UUID, version: int, change: CarrierChange) -> Carrier:
    """The row as it is now."""
    return records.change_record(
        work,
        _CARRIERS,
        change=change,
        version=version,
        find=lambda: queries.find_carrier(work, carrier_id=carrier_id),
        build=lambda _stored, given: _build_carrier(work, given, carrier_id=carrier_id),
    )


def _build_carrier(work: Work, given: Values, *, carrier_id: UUID) -> Values:
    """The columns of the values that are named."""
    if credit_code := given.get("credit_code"):
        holder = queries.get_carrier_by_credit_code(work.session, work.county_code, credit_code)
        records.check_not_taken(holder, record_id=carrier_id)
    columns = {name: value for name, value in given.items() if name != "phone"}
    if "phone" not in given:
        return columns
    phone = given.get("phone")
    return columns | {"contact_sealed": _seal_phone(work, phone, carrier_id=carrier_id)}


def _seal_phone(work: Work, phone: str | None, *, carrier_id: UUID) -> bytes:
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [carrier_id], classes=[PersonalClass.CONTACT]
    )
    content = {"phone": phone} if phone else {}
    place = records.sealed_place("carrier", carrier_id, "contact_sealed")
    return keyring.seal(carrier_id, PersonalClass.CONTACT, content, place=place)


def _check_carrier(work: Work, carrier_id: UUID) -> None:
    """Raises field-invalid for a vehicle or driver of an unknown carrier."""
    try:
        queries.find_carrier(work, carrier_id=carrier_id)
    except DomainError as error:
        raise _field_invalid("carrier_id", FieldText.NO_REFERENCE) from error


def _field_invalid(field: str, text: FieldText) -> DomainError:
    return DomainError(ErrorCode.FIELD_INVALID, errors=[object_to(field, text)])


# --- vehicles -----------------------------------------------------------------------------------
_VEHICLES = RecordList("vehicle", Vehicle, EventKind.VEHICLE_REGISTERED, EventKind.VEHICLE_CHANGED)


def register_vehicle(work: Work, *, form: VehicleIn) -> Vehicle:
    """The same id with the same content again changes nothing. Raises plate-exists for a plate (or
    designation) that is there, and field-invalid for an unknown carrier.
    """

    def build() -> Values:
        given = form.model_dump(exclude={"id", "layout", "seats"})
        _check_vehicle(work, given, vehicle_id=form.id)
        return given | {"kind": str(form.kind), "seats": _list_seats(form.list_seats())}

    return records.register_record(work, _VEHICLES, form=form, record_id=form.id, build=build)


def change_vehicle(work: Work, *, vehicle_id: UUID, version: int, change: VehicleChange) -> Vehicle:
    """The row as it is now. Whoever sits in a seat that is no more has an exception on the trip."""

    def build(stored: Vehicle, given: Values) -> Values:
        columns = {name: given[name] for name in given.keys() - {"layout", "seats"}}
        _check_vehicle(work, columns, vehicle_id=vehicle_id)
        _check_against(stored, change)
        if seats := change.list_seats():
            columns |= {"seats": _list_seats(seats)}
        return columns

    return records.change_record(
        work,
        _VEHICLES,
        change=change,
        version=version,
        find=lambda: queries.find_vehicle(work, vehicle_id=vehicle_id),
        build=build,
    )


def _check_vehicle(work: Work, given: Values, *, vehicle_id: UUID) -> None:
    if carrier_id := given.get("carrier_id"):
        _check_carrier(work, carrier_id)
    if name := given.get("plate") or given.get("designation"):
        holder = queries.get_vehicle_named(work.session, work.county_code, name)
        records.check_not_taken(holder, record_id=vehicle_id, code=ErrorCode.PLATE_EXISTS)


def _check_against(stored: Vehicle, change: VehicleChange) -> None:
    """What a change alone does not show: the stored kind of name, and the other number."""
    wrong = "designation" if stored.plate else "plate"
    if wrong in change.model_fields_set:
        raise _field_invalid(wrong, FieldText.NONE_HERE)
    crew_seats = stored.crew_seats if change.crew_seats is None else change.crew_seats
    if crew_seats == 0 and stored.kind != VehicleKind.CARRIAGE:
        raise _field_invalid("crew_seats", FieldText.CREW_MISSING)
    if crew_seats >= (change.licensed_places or stored.licensed_places):
        raise _field_invalid("crew_seats", FieldText.PLACES_NONE)


def _list_seats(seats: list[SeatIn]) -> list[list[int | str]]:
    return [[seat.row, seat.column, seat.label] for seat in seats]


# --- drivers ------------------------------------------------------------------------------------
_DRIVERS = RecordList("driver", Driver, EventKind.DRIVER_REGISTERED, EventKind.DRIVER_CHANGED)
_SEALED = {
    PersonalClass.IDENTITY: ("name", "id_number", "licence_number", "qualification_number"),
    PersonalClass.CONTACT: ("phone",),
}
_SEALED_NAMES = frozenset(name for names in _SEALED.values() for name in names)


def register_driver(work: Work, *, form: DriverIn) -> Driver:
    """The same id with the same content again changes nothing. Raises record-exists for an identity
    number that is there, and field-invalid for an unknown carrier.
    """

    def build() -> Values:
        given = form.model_dump(exclude={"id"})
        return _build_driver(work, given, before=DriverDetails(), driver_id=form.id)

    return records.register_record(work, _DRIVERS, form=form, record_id=form.id, build=build)


def change_driver(work: Work, *, driver_id: UUID, version: int, change: DriverChange) -> Driver:
    """The row as it is now. What was erased stays empty, whatever is named anew."""

    def build(stored: Driver, given: Values) -> Values:
        keyring = work.context.vault.open_keyring(work.session, work.county_code, [driver_id])
        before = queries.open_driver(keyring, stored)
        return _build_driver(work, given, before=before, driver_id=driver_id)

    return records.change_record(
        work,
        _DRIVERS,
        change=change,
        version=version,
        find=lambda: queries.find_driver(work, driver_id=driver_id),
        build=build,
    )


def _build_driver(work: Work, given: Values, *, before: DriverDetails, driver_id: UUID) -> Values:
    """The columns of what is named. A sealed column is of several fields: those that are not named
    stay as they were `before`.
    """
    if carrier_id := given.get("carrier_id"):
        _check_carrier(work, carrier_id)
    named = {name: value for name, value in given.items() if name in _SEALED_NAMES}
    details = replace(before, **named)
    columns = {name: value for name, value in given.items() if name not in _SEALED_NAMES}
    if "id_number" in named:
        digest = _digest_id_number(work, details.id_number, driver_id=driver_id)
        columns |= {"id_number_index": digest}
    return columns | _seal(work, details, named=named.keys(), driver_id=driver_id)


def _seal(work: Work, details: DriverDetails, *, named: Collection[str], driver_id: UUID) -> Values:
    """The sealed columns of which something is named; the others stay as they lie."""
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [driver_id], classes=list(_SEALED)
    )
    values, columns = asdict(details), {}
    for personal_class, names in _SEALED.items():
        if any(name in named for name in names):
            column = f"{personal_class}_sealed"
            content = {name: values[name] for name in names if values[name] is not None}
            place = records.sealed_place("driver", driver_id, column)
            columns[column] = keyring.seal(driver_id, personal_class, content, place=place)
    return columns


def _digest_id_number(work: Work, id_number: str | None, *, driver_id: UUID) -> bytes | None:
    """Raises record-exists when the number is another driver's."""
    if id_number is None:
        return None
    digest = work.context.vault.indexes.digest(
        IndexPurpose.DRIVER_ID_NUMBER, work.county_code, id_number
    )
    holder = queries.get_driver_by_id_number(work.session, work.county_code, digest)
    records.check_not_taken(holder, record_id=driver_id)
    return digest
