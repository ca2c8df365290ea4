"""Work lists of a trip (manifest, handover sheet, who was aboard when): whom each names, whole phones and
identity numbers or their end, who sees the handover code; each reading is recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_records import ListKind
from schemas.identity import get_end, mask_name
from schemas.passengers import (
    AboardLine,
    AboardOut,
    HandoverLine,
    HandoverOut,
    HandoverPoint,
    ManifestLine,
    ManifestOut,
    PersonUse,
    VehicleRide,
)
from schemas.permissions import Permission, Role
from schemas.trips import PassengerStatus
from service.accounts import access
from service.context import Context, Work
from service.days import local_date
from service.fleets.queries import get_carrier_name, open_drivers
from service.fleets.rules import DriverDetails, VehicleFacts
from service.ledger.parts import open_contents
from service.registry.people import Person
from service.trips.actions.answers import (
    Vehicles,
    label_seat,
    open_passengers,
    read_vehicles,
    show_balance,
    show_point,
    show_signatures,
    visible_passengers,
)
from service.trips.actions.between import read_outside
from service.trips.actions.escorts import list_escorts, show_last
from service.trips.actions.events import find_view
from service.trips.actions.gate import judge_view
from service.trips.actions.plans import contacts_place
from service.trips.events.trip import handover_code
from service.trips.models import Stay
from service.trips.queries import lists
from service.trips.rules import overview
from service.trips.rules.gate import Judged
from service.trips.rules.journeys import Outside
from service.trips.rules.overview import Point, TripView
from service.trips.rules.passenger_states import NEVER_LISTED, OFF_LIST
from service.trips.rules.passengers import PassengerState, left_end
from service.trips.rules.vehicle_runs import VehicleRun, list_rides, run_at
from service.workers.young import is_young

PRINTS_WHOLE: Final = frozenset({Role.COUNTY_COORDINATOR, Role.ESCORT})
"""Whoever fills in 乘客信息登记表 and carries it on the coach; who receives people has the last four digits."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a paper's lines are made of beside the trip. `on`: the day of departure; `receivers`: by passenger,
    to whom alone a minor is handed over; `judged`: for who may read the gate."""

    view: TripView
    people: Mapping[UUID, Person]
    vehicles: Vehicles
    receivers: Mapping[UUID, str]
    on: date
    judged: Mapping[UUID, Judged]


def _read_beside(
    work: Work, view: TripView, passengers: list[PassengerState], *, judges: bool = False
) -> _Beside:
    return _Beside(
        view,
        open_passengers(work, passengers),
        read_vehicles(work, view),
        _open_receivers(work, passengers),
        local_date(view.plan.planned_departure_at or work.now()),
        judge_view(work, view) if judges else {},
    )


def _open_receivers(work: Work, passengers: list[PassengerState]) -> dict[UUID, str]:
    """Name and phone; of an erased consent nothing."""
    consents = {each.consent.event_id: each.id for each in passengers if each.consent}
    if not consents:
        return {}
    told = open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        consents,
        classes=[PersonalClass.CONTACT],
    )
    return {
        consents[key]: f"{content.get('receiver', '')} {content.get('receiver_phone', '')}".strip()
        for key, content in told.items()
    }


def write_manifest(work: Work, *, trip_id: UUID, export_purpose: str | None = None) -> ManifestOut:
    """The list with whole phones and the id's last four digits; for whoever holds identity against the card
    (PRINTS_WHOLE) the printed list (`export_purpose`) has the whole number."""
    view = find_view(work, trip_id=trip_id)
    listed = [p for p in visible_passengers(work.actor, view) if p.status not in NEVER_LISTED]
    listed.sort(key=lambda each: each.status is PassengerStatus.STAND_BY)
    full = export_purpose is not None and work.actor.role in PRINTS_WHOLE
    beside = _read_beside(work, view, listed, judges=work.actor.may(Permission.GATE_READ))
    people, vehicles = beside.people, beside.vehicles
    lines = [_manifest_line(beside, each, full=full) for each in listed]
    record_reading(
        work,
        kind=ListKind.MANIFEST,
        view=view,
        shown=[line.model_dump() for line in lines],
        purpose=export_purpose,
        people=[each.worker_id for each in listed],
    )
    trip = lists.find_trip(work, trip_id)
    contacts = _contacts(work, view.id, trip.contacts_sealed)
    escorts = list_escorts(work, view, contacts)
    in_use = _in_use(view, vehicles)
    named = _name_drivers(work, view)
    drivers = {each: named[each] for each in view.course.driver_ids if each in named}
    return ManifestOut(
        **_heading(work, view, vehicles),
        **contacts | show_last(escorts),
        escort_runs=[each.use for each in escorts],
        route=trip.route,
        charter_sign_number=trip.charter_sign_number,
        toll_pass_number=trip.toll_pass_number,
        planned_departure_at=view.plan.planned_departure_at,
        planned_arrival_at=view.plan.planned_arrival_at,
        licensed_places=in_use.licensed_places if in_use else None,
        drivers=list(drivers.values()),
        driver_runs=_list_driver_runs(view, named),
        captain=_name_captain(view, drivers, people),
        points=[show_point(point) for point in view.plan.points],
        lines=lines,
    )


def _manifest_line(beside: _Beside, passenger: PassengerState, *, full: bool) -> ManifestLine:
    person, judged = beside.people.get(passenger.id), beside.judged.get(passenger.id)
    number = person.id_number if person else ""
    young = person is not None and is_young(passenger.role, person.sixteen_on, beside.on)
    return ManifestLine(
        passenger_id=passenger.id,
        seat_label=label_seat(beside.view, passenger, beside.vehicles),
        seat_row=passenger.seat_row,
        seat_column=passenger.seat_column,
        name=person.name if person else None,
        gender=person.gender if person else None,
        id_number=(number if full else get_end(number)) or None,
        phone=person.phone if person else None,
        emergency_phone=person.emergency_phone if person else None,
        township=person.township if person else None,
        village=person.village if person else None,
        employer=person.employer if person else None,
        boarding_point_id=passenger.boarding_point_id,
        handover_point_id=passenger.handover_point_id,
        role=passenger.role,
        status=passenger.status,
        stand_by=passenger.status is PassengerStatus.STAND_BY,
        verdict=judged.verdict if judged else None,
        let_pass=bool(passenger.exemptions),
        young_worker=young,
        companion=_name_companion(beside, passenger),
        receiver=beside.receivers.get(passenger.id),
    )


def _name_companion(beside: _Beside, minor: PassengerState) -> str | None:
    """Seat and name of who looks after a minor; None: the escort, somebody taken off the list, or nobody has
    to."""
    companion_id = minor.consent.companion_id if minor.consent else None
    companion = beside.view.passengers.get(companion_id) if companion_id else None
    if companion is None or companion.status in NEVER_LISTED:
        return None
    person = beside.people.get(companion.id)
    seat = label_seat(beside.view, companion, beside.vehicles)
    return f"{seat or ''} {person.name if person else ''}".strip() or None


def record_reading(
    work: Work,
    *,
    kind: ListKind,
    view: TripView,
    shown: list[dict[str, Any]],
    purpose: str | None,
    people: Iterable[UUID | None],
) -> None:
    if purpose is None:
        access.record_listing(work, list_kind=kind, trip_id=view.id, shown=shown, people=people)
        return
    access.record_export(
        work,
        list_kind=kind,
        trip_id=view.id,
        shown=shown,
        purpose=purpose,
        list_version=view.list_version,
        people=people,
    )


def _in_use(view: TripView, vehicles: Vehicles) -> VehicleFacts | None:
    vehicle_id = view.course.vehicle_id
    return vehicles.get(vehicle_id) if vehicle_id else None


def _heading(work: Work, view: TripView, vehicles: Vehicles) -> dict[str, Any]:
    """The carrier is the vehicle's in use where the plan names none."""
    vehicle = _in_use(view, vehicles)
    carrier_id = view.plan.carrier_id or (vehicle.carrier_id if vehicle else None)
    return {
        "trip_id": view.id,
        "number": view.plan.number,
        "state": view.state,
        "list_version": view.list_version,
        "list_hash": view.list_hash,
        "plate": vehicle.plate if vehicle else None,
        "vehicle_kind": vehicle.kind if vehicle else None,
        "carrier": get_carrier_name(work.session, work.county_code, carrier_id),
        "vehicles": [
            _show_ride(run, vehicles.get(run.vehicle_id))
            for run in list_rides(view.course.vehicles, view.course.departed_at)
        ],
    }


def _show_ride(run: VehicleRun, vehicle: VehicleFacts | None) -> VehicleRide:
    return VehicleRide(
        vehicle_id=run.vehicle_id,
        from_at=run.from_at,
        to_at=run.to_at,
        plate=vehicle.plate if vehicle else None,
        licensed_places=vehicle.licensed_places if vehicle else None,
    )


def _name_drivers(work: Work, view: TripView) -> dict[UUID, str]:
    """Name and phone of each driver, as the printed list shows them: who drives, and all who ever did."""
    course = view.course
    found = open_drivers(work, {*course.driver_ids, *(run.driver_id for run in course.drivers)})
    return {key: _name(driver) for key, driver in found.items()}


def _list_driver_runs(view: TripView, named: Mapping[UUID, str]) -> list[PersonUse]:
    return [
        PersonUse(who=named[run.driver_id], from_at=run.from_at, to_at=run.to_at)
        for run in view.course.drivers
        if run.driver_id in named
    ]


def _name(person: DriverDetails | Person) -> str:
    return f"{person.name or ''} {person.phone or ''}".strip()


def _name_captain(
    view: TripView, drivers: Mapping[UUID, str], people: Mapping[UUID, Person]
) -> str | None:
    """Name and phone of the captain; None where nobody of the list or the drivers is named."""
    course = view.course
    if course.captain_driver_id is not None:
        return drivers.get(course.captain_driver_id)
    passenger = view.passengers.get(course.captain_passenger_id or view.id)
    person = people.get(passenger.id) if passenger else None
    return _name(person) if person else None


_CONTACTS = ("escort", "escort_phone", "reception", "reception_phone", "duty_phone")


def _contacts(work: Work, trip_id: UUID, sealed: bytes | None) -> dict[str, Any]:
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [trip_id])
    place = contacts_place(trip_id)
    opened = keyring.open(trip_id, PersonalClass.CONTACT, sealed, place=place) or {}
    named: dict[str, Any] = {name: opened.get(name) for name in _CONTACTS}
    return named | {"receptions": opened.get("receptions") or []}


def write_handover(work: Work, *, trip_id: UUID, export_purpose: str | None = None) -> HandoverOut:
    """人员交接单: for each point the people, where they ended, who signed, and the sum."""
    view = find_view(work, trip_id=trip_id)
    passengers = visible_passengers(work.actor, view)
    beside, outside = _read_beside(work, view, passengers), read_outside(work, view)
    # The sheet with the code is the coordinator's to print; who signs by it has been given it.
    with_code = work.actor.role is Role.COUNTY_COORDINATOR
    points = [
        _handover_point(
            work.context,
            beside,
            point,
            passengers=passengers,
            with_code=with_code,
            between=outside.between,
        )
        for point in view.plan.handover_points
    ]
    shown = [line.model_dump() for point in points for line in point.lines]
    record_reading(
        work,
        kind=ListKind.HANDOVER_SHEET,
        view=view,
        shown=shown,
        purpose=export_purpose,
        people=[each.worker_id for each in passengers],
    )
    return HandoverOut(
        **_heading(work, view, beside.vehicles),
        balance=show_balance(overview.in_all(passengers, between=outside.between)),
        exceptions=_list_exceptions(outside, passengers),
        points=points,
    )


def _list_exceptions(outside: Outside, passengers: list[PassengerState]) -> list[ExceptionCode]:
    """Explained ones, too."""
    found = {each.code for each in outside.view.course.findings}
    return sorted(found.union(each.code for one in passengers for each in outside.found[one.id]))


def _handover_point(
    context: Context,
    beside: _Beside,
    point: Point,
    *,
    passengers: list[PassengerState],
    with_code: bool,
    between: frozenset[UUID],
) -> HandoverPoint:
    """Passengers carried to this point; before departure also those who are planned for it."""
    view = beside.view
    here = [
        each
        for each in passengers
        if view.point_of(each) == point.id and (each.carried or each.status not in OFF_LIST)
    ]
    balance = show_balance(overview.in_all(here, between=between))
    signed = len(view.signed_at(point.id) & {each.id for each in passengers})
    counted = view.counted_at(point.id)
    return HandoverPoint(
        point=show_point(point),
        code=handover_code(context.vault.indexes, view, point.id) if with_code else None,
        balance=balance,
        signed=signed,
        difference=signed - balance.received,
        counted=counted,
        line=show_signatures(signed, balance.received, counted),
        lines=[_handover_line(beside, each) for each in here],
    )


def _handover_line(beside: _Beside, passenger: PassengerState) -> HandoverLine:
    person, signature = beside.people.get(passenger.id), beside.view.signature_of(passenger)
    return HandoverLine(
        passenger_id=passenger.id,
        seat_label=label_seat(beside.view, passenger, beside.vehicles),
        name=person.name if person else None,
        id_number_end=(person.id_number_end or None) if person else None,
        phone=person.phone if person else None,
        employer=person.employer if person else None,
        status=passenger.status,
        end=left_end(passenger),
        receiver=beside.receivers.get(passenger.id),
        signed=signature.method if signature else None,
        paper_seen=signature.paper_seen if signature else None,
    )


def _mask(person: Person | None) -> str | None:
    return mask_name(person.name) if person is not None and person.name else None


def list_aboard(work: Work, *, trip_id: UUID, at: datetime) -> AboardOut:
    """Who sat where at that moment in the vehicle of that moment, from the stays; masked names."""
    view = find_view(work, trip_id=trip_id)
    seen = {each.id for each in visible_passengers(work.actor, view)}
    stays = [
        stay
        for stay in lists.list_stays_at(work, trip_id=trip_id, at=at)
        if stay.passenger_id in seen
    ]
    people = open_passengers(
        work, [view.passengers[each] for each in {stay.passenger_id for stay in stays}]
    )
    run = run_at(view.course.vehicles, at)
    vehicle = read_vehicles(work, view).get(run.vehicle_id) if run else None
    lines = [
        AboardLine(
            passenger_id=stay.passenger_id,
            worker_id=stay.worker_id,
            name=_mask(people.get(stay.passenger_id)),
            seat_row=stay.seat_row,
            seat_column=stay.seat_column,
            seat_label=_label_stay(stay, vehicle),
            from_at=stay.from_at,
            to_at=stay.to_at,
            source=stay.source,
        )
        for stay in stays
    ]
    return AboardOut(
        trip_id=view.id,
        at=at,
        vehicle_id=run.vehicle_id if run else None,
        plate=vehicle.plate if vehicle else None,
        people=lines,
    )


def _label_stay(stay: Stay, vehicle: VehicleFacts | None) -> str | None:
    """As it is written in that vehicle; None where it has no such seat."""
    if vehicle is None or stay.seat_row is None or stay.seat_column is None:
        return None
    return vehicle.seat_label(stay.seat_row, stay.seat_column)
