"""Every SELECT of carriers, vehicles and drivers: which an account sees (a carrier its own), filters by
carrier and plate, opening phones and drivers' papers; vehicles and drivers for handlers.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.fleets import VehicleKind
from schemas.permissions import Role
from service.auth import Actor
from service.context import Work
from service.db.bulk import list_known, load_rows
from service.db.columns import table_of
from service.errors import DomainError
from service.fleets.models import Carrier, Driver, Vehicle
from service.fleets.rules import (
    CarrierFacts,
    DriverDetails,
    DriverFacts,
    Seat,
    VehicleFacts,
    first_end,
)
from service.recording.handlers import Loader
from service.records import Record, list_records, sealed_place
from service.rest import Cursor, select_page
from service.vault.vault import Keyring

CARRIER = table_of(Carrier)
VEHICLE = table_of(Vehicle)
DRIVER = table_of(Driver)
R = TypeVar("R", bound=Record)


def _select_visible(actor: Actor, model: type[R], *, carrier: Mapped[UUID]) -> SelectOfScalar[R]:
    """A carrier's account sees its own; one that names no carrier sees nothing."""
    statement = select(model).where(col(model.county_code) == actor.county_code)
    if actor.role is Role.CARRIER or actor.scope.carrier_id is not None:
        statement = statement.where(carrier == actor.scope.carrier_id)
    return statement


def _find_one(session: Session, statement: SelectOfScalar[R]) -> R:
    """Raises not-found also for what exists outside of the actor's scope."""
    found = session.exec(statement).one_or_none()
    if found is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return found


# --- carriers -----------------------------------------------------------------------------------
def find_carrier(work: Work, *, carrier_id: UUID) -> Carrier:
    return _find_one(work.session, _select_carriers(work).where(Carrier.id == carrier_id))


def get_carrier(work: Work, *, carrier_id: UUID) -> Carrier | None:
    statement = _select_carriers(work).where(Carrier.id == carrier_id)
    return work.session.exec(statement).one_or_none()


def get_carrier_by_credit_code(
    session: Session, county_code: str, credit_code: str
) -> Carrier | None:
    statement = select(Carrier).where(
        Carrier.county_code == county_code, Carrier.credit_code == credit_code
    )
    return session.exec(statement).one_or_none()


def get_carrier_name(session: Session, county_code: str, carrier_id: UUID | None) -> str | None:
    """For printed papers, whoever reads them."""
    carrier = session.get(Carrier, (county_code, carrier_id)) if carrier_id else None
    return carrier.name if carrier else None


def list_carriers(work: Work, *, cursor: Cursor) -> Sequence[Carrier]:
    """In the order of ids, one more than the page holds."""
    statement = select_page(_select_carriers(work), cursor=cursor, key=col(Carrier.id))
    return work.session.exec(statement).all()


def list_known_carriers(session: Session, county_code: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these carriers there are, whoever asks."""
    return list_known(session, CARRIER, county_code=county_code, ids=ids)


def open_phone(keyring: Keyring, carrier: Carrier) -> str | None:
    place = sealed_place("carrier", carrier.id, "contact_sealed")
    content = keyring.open(carrier.id, PersonalClass.CONTACT, carrier.contact_sealed, place=place)
    return (content or {}).get("phone")


def _select_carriers(work: Work) -> SelectOfScalar[Carrier]:
    return _select_visible(work.actor, Carrier, carrier=col(Carrier.id))


class _LicenceRow(NamedTuple):
    id: UUID
    licence_valid_until: date | None


def load_carriers(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, CarrierFacts]:
    rows = load_rows(session, _LicenceRow, CARRIER, county_code=county_code, column="id", keys=ids)
    return {row.id: CarrierFacts(row.id, row.licence_valid_until) for row in rows}


CARRIERS: Final = Loader("carrier", load_carriers)


# --- vehicles -----------------------------------------------------------------------------------
def find_vehicle(work: Work, *, vehicle_id: UUID) -> Vehicle:
    return _find_one(work.session, _select_vehicles(work).where(Vehicle.id == vehicle_id))


def get_vehicle_named(session: Session, county_code: str, name: str) -> Vehicle | None:
    """By its plate or designation; neither can look like the other."""
    statement = select(Vehicle).where(Vehicle.county_code == county_code, _is_named(name))
    return session.exec(statement).one_or_none()


def _is_named(name: str) -> ColumnElement[bool]:
    return or_(col(Vehicle.plate) == name, col(Vehicle.designation) == name)


def list_vehicles(
    work: Work, *, cursor: Cursor, carrier_id: UUID | None, plate: str | None
) -> Sequence[Vehicle]:
    """In the order of ids, one more than the page holds. `plate`: or a carriage's designation."""
    statement = _select_vehicles(work)
    if carrier_id is not None:
        statement = statement.where(Vehicle.carrier_id == carrier_id)
    if plate is not None:
        statement = statement.where(_is_named(plate))
    return work.session.exec(select_page(statement, cursor=cursor, key=col(Vehicle.id))).all()


def _select_vehicles(work: Work) -> SelectOfScalar[Vehicle]:
    return _select_visible(work.actor, Vehicle, carrier=col(Vehicle.carrier_id))


class _VehicleRow(NamedTuple):
    id: UUID
    carrier_id: UUID
    kind: str
    plate: str | None
    designation: str | None
    licensed_places: int
    crew_seats: int
    air_sealed: bool
    seats: list[Any]
    transport_licence_valid_until: date | None
    liability_number: str | None
    liability_valid_until: date | None


def load_vehicles(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, VehicleFacts]:
    rows = load_rows(session, _VehicleRow, VEHICLE, county_code=county_code, column="id", keys=ids)
    return {
        row.id: VehicleFacts(
            id=row.id,
            carrier_id=row.carrier_id,
            kind=VehicleKind(row.kind),
            plate=row.plate or row.designation or "",
            licensed_places=row.licensed_places,
            crew_seats=row.crew_seats,
            air_sealed=row.air_sealed,
            seats=tuple(Seat(*seat) for seat in row.seats),
            licence_valid_until=row.transport_licence_valid_until,
            liability_number=row.liability_number,
            liability_valid_until=row.liability_valid_until,
        )
        for row in rows
    }


class _PlateRow(NamedTuple):
    id: UUID
    plate: str | None
    designation: str | None


def load_plates(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Vehicle → its plate, or a carriage's designation."""
    rows = load_rows(session, _PlateRow, VEHICLE, county_code=county_code, column="id", keys=ids)
    return {row.id: row.plate or row.designation or "" for row in rows}


VEHICLES: Final = Loader("vehicle", load_vehicles)


# --- drivers ------------------------------------------------------------------------------------
def find_driver(work: Work, *, driver_id: UUID) -> Driver:
    return _find_one(work.session, _select_drivers(work).where(Driver.id == driver_id))


def get_driver_by_id_number(session: Session, county_code: str, digest: bytes) -> Driver | None:
    statement = select(Driver).where(
        Driver.county_code == county_code, Driver.id_number_index == digest
    )
    return session.exec(statement).one_or_none()


def list_drivers(work: Work, *, cursor: Cursor, carrier_id: UUID | None) -> Sequence[Driver]:
    """In the order of ids, one more than the page holds."""
    statement = _select_drivers(work)
    if carrier_id is not None:
        statement = statement.where(Driver.carrier_id == carrier_id)
    return work.session.exec(select_page(statement, cursor=cursor, key=col(Driver.id))).all()


def open_drivers(work: Work, ids: Iterable[UUID]) -> dict[UUID, DriverDetails]:
    """In full, for printed papers: whoever prints them records the access. Two statements."""
    drivers = list_records(work.session, Driver, work.county_code, ids=ids)
    keyring = work.context.vault.open_keyring(
        work.session, work.county_code, [driver.id for driver in drivers]
    )
    return {driver.id: open_driver(keyring, driver) for driver in drivers}


def open_driver(keyring: Keyring, driver: Driver) -> DriverDetails:
    sealed: dict[str, Any] = {}
    for personal_class, content in (
        (PersonalClass.IDENTITY, driver.identity_sealed),
        (PersonalClass.CONTACT, driver.contact_sealed),
    ):
        place = sealed_place("driver", driver.id, f"{personal_class}_sealed")
        sealed |= keyring.open(driver.id, personal_class, content, place=place) or {}
    return DriverDetails(**sealed)


def _select_drivers(work: Work) -> SelectOfScalar[Driver]:
    return _select_visible(work.actor, Driver, carrier=col(Driver.carrier_id))


class _DriverPapers(NamedTuple):
    id: UUID
    licence_valid_until: date | None
    qualification_valid_until: date | None


def load_drivers(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, DriverFacts]:
    rows = load_rows(session, _DriverPapers, DRIVER, county_code=county_code, column="id", keys=ids)
    return {
        row.id: DriverFacts(
            row.id, first_end(row.licence_valid_until, row.qualification_valid_until)
        )
        for row in rows
    }


DRIVERS: Final = Loader("driver", load_drivers)
