"""How trips, passengers and the balance line (上车 = 接收 + …) are shown: masked names, seat labels,
custody; handover points to which nobody was carried are left out of a trip's answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from schemas.base import Page
from schemas.events.kinds import ExceptionCode
from schemas.fleets import SeatOut
from schemas.identity import mask_name
from schemas.passengers import CustodyOut, PassengerOut
from schemas.permissions import Permission, Role
from schemas.plan_papers import PLAN_PAPERS
from schemas.trips import (
    BalanceOut,
    FindingOut,
    PointBalanceOut,
    PointOut,
    TripOut,
    TripRow,
    VehicleSeats,
    VehicleUse,
)
from service.accounts.access import DailyListing
from service.auth import Actor
from service.context import Work
from service.fleets.queries import load_vehicles
from service.fleets.rules import VehicleFacts
from service.recording.commands import trip_stream
from service.recording.queries import count_unread
from service.registry import queries as workers
from service.registry.people import Person
from service.rest import Cursor, cut_page
from service.trips.actions.between import read_outside, show_between
from service.trips.actions.board import show_one
from service.trips.actions.events import find_view
from service.trips.actions.notes import read_notes
from service.trips.queries import lists
from service.trips.queries.unregistered import open_strangers
from service.trips.rules import overview, scopes
from service.trips.rules.findings import Finding
from service.trips.rules.journeys import Leg, Outside, holder_of
from service.trips.rules.judging import read_counts
from service.trips.rules.overview import Balance, Point, TripView
from service.trips.rules.passengers import PassengerState, left_end
from service.trips.rules.vehicle_runs import list_rides

_TERMS = {
    "received": "接收",
    "refused": "未接收另有去向",
    "given_on": "途中移交",
    "left": "途中离开",
    "moved": "换乘",
    "returned": "返回",
    "missing": "失联已报",
}


def show_balance(sums: Balance) -> BalanceOut:
    """With the one line that people read aloud: 上车24 = 接收23 + 途中移交1；未平0."""
    terms = [f"{zh}{getattr(sums, name)}" for name, zh in _TERMS.items() if getattr(sums, name)]
    line = f"上车{sums.carried} = {' + '.join(terms) or '0'}；未平{sums.unaccounted}"
    return BalanceOut(**asdict(sums), balanced=sums.balanced, line=line)


def show_signatures(signed: int, received: int, counted: int | None) -> str:
    """签收23 = 接收22 + 差1；到达清点23."""
    difference = signed - received
    sign = "+" if difference > 0 else "-"
    rest = f" {sign} 差{abs(difference)}" if difference else ""
    seen = "" if counted is None else f"；到达清点{counted}"
    return f"签收{signed} = 接收{received}{rest}{seen}"


def show_point(point: Point) -> PointOut:
    return PointOut.model_validate(point)


def show_trip(work: Work, *, trip_id: UUID) -> TripOut:
    """Everything but people; out of scope answers not-found."""
    return _show_trip(work, trip_id=trip_id, with_contacts=False)[0]


def read_trip(work: Work, *, trip_id: UUID) -> tuple[TripOut, DailyListing | None]:
    """The same with its work list, for who may read it, and the access that is still to be recorded."""
    return _show_trip(work, trip_id=trip_id, with_contacts=True)


def _show_trip(
    work: Work, *, trip_id: UUID, with_contacts: bool
) -> tuple[TripOut, DailyListing | None]:
    view = find_view(work, trip_id=trip_id)
    trip = lists.find_trip(work, trip_id)
    course = view.course
    passengers = visible_passengers(work.actor, view)
    outside = read_outside(work, view)
    speaks = with_contacts and work.actor.may(Permission.BOARDING_WRITE)
    notes = read_notes(work, view) if speaks else None
    said = [each.event_id for each in notes or ()]
    row, listing = show_one(work, trip, outside, with_contacts=with_contacts, said=said)
    shown = TripOut(
        **{name: getattr(row, name) for name in TripRow.model_fields},
        route=trip.route,
        distance_km=trip.distance_km,
        expressway=trip.expressway,
        **{name: getattr(trip, name) for name in PLAN_PAPERS},
        kept_free_rows=trip.kept_free_rows,
        carrier_id=trip.carrier_id,
        vehicles=[
            VehicleUse.model_validate(each)
            for each in list_rides(course.vehicles, course.departed_at)
        ],
        driver_ids=list(course.driver_ids),
        captain_passenger_id=course.captain_passenger_id,
        captain_driver_id=course.captain_driver_id,
        list_hash=view.list_hash,
        unconfirmed_approvals=view.unconfirmed,
        policy_version=view.policy_version,
        version=trip.version,
        exceptions=sorted({each.code for each in course.open_findings}),
        findings=_show_own_findings(view),
        between=show_between(work, _visible_legs(work, outside, passengers)),
        unread_events=count_unread(work.session, work.county_code, trip_stream(trip_id)),
        balance=show_balance(overview.in_all(passengers, between=outside.between)),
        by_point=_by_point(view, passengers, between=outside.between),
        notes=notes,
        may_follow=scopes.may_follow(view, work.actor),
    )
    return shown, listing


def _visible_legs(work: Work, outside: Outside, passengers: list[PassengerState]) -> Sequence[Leg]:
    """A receiver sees its own people only, and of those who are coming none."""
    if work.actor.role is not Role.ENTERPRISE_RECEIVER:
        return outside.legs_between
    own = {each.id for each in passengers}
    return [leg for leg in outside.legs_between if leg.passenger_id in own]


def _by_point(
    view: TripView, passengers: list[PassengerState], *, between: frozenset[UUID]
) -> list[PointBalanceOut]:
    """In the order of the plan; points to which nobody was carried are left out."""
    found = []
    for point in view.plan.handover_points:
        here = (p for p in passengers if view.point_of(p) == point.id)
        sums = overview.in_all(here, between=between)
        if sums.carried:
            found.append(PointBalanceOut(point_id=point.id, balance=show_balance(sums)))
    return found


def visible_passengers(actor: Actor, view: TripView) -> list[PassengerState]:
    listed = sorted(view.passengers.values(), key=_seat_order)
    return [each for each in listed if scopes.sees_passenger(actor, view, each)]


def _seat_order(passenger: PassengerState) -> tuple[int, int, bytes]:
    return passenger.seat_row or 999, passenger.seat_column or 999, passenger.id.bytes


def show_passengers(work: Work, *, trip_id: UUID, cursor: Cursor) -> Page[PassengerOut]:
    """Masked names; everything else of them is on the work lists. A page goes on after the passenger whom the
    one before ended with, wherever they sit by now."""
    view = find_view(work, trip_id=trip_id)
    listed = visible_passengers(work.actor, view)
    passengers, further = cut_page(listed, cursor=cursor, key=lambda each: each.id)
    people = open_passengers(work, passengers)
    names = {who: mask_name(person.name) for who, person in people.items() if person.name}
    vehicles = read_vehicles(work, view)
    outside = read_outside(work, view)
    items = [
        _show_passenger(each, outside, names, label_seat(view, each, vehicles))
        for each in passengers
    ]
    return Page[PassengerOut](items=items, next=further)


def open_passengers(work: Work, passengers: Iterable[PassengerState]) -> dict[UUID, Person]:
    """Passenger → who it is; of somebody in no registry what the event that found them says."""
    listed = list(passengers)
    ids = [each.worker_id for each in listed if each.worker_id]
    people = workers.open_people(work.session, work.context.vault, work.county_code, ids)
    named = {each.id: people[each.worker_id] for each in listed if each.worker_id in people}
    return named | open_strangers(work, listed)


Vehicles = Mapping[UUID, VehicleFacts]
"""Those that a trip has or had, by id."""


def read_vehicles(work: Work, view: TripView) -> Vehicles:
    ids = {run.vehicle_id for run in view.course.vehicles} | {view.course.vehicle_id}
    return load_vehicles(work.session, work.county_code, sorted(each for each in ids if each))


def list_seats(work: Work, *, trip_id: UUID) -> list[VehicleSeats]:
    """Of the vehicles that the trip has or had, each once, in the order of their use."""
    view = find_view(work, trip_id=trip_id)
    vehicles = read_vehicles(work, view)
    used = [run.vehicle_id for run in list_rides(view.course.vehicles, view.course.departed_at)]
    return [
        VehicleSeats(
            vehicle_id=each.id,
            plate=each.plate,
            seats=[SeatOut.model_validate(seat) for seat in each.seats],
        )
        for each in (vehicles[one] for one in dict.fromkeys(used) if one in vehicles)
    ]


def label_seat(view: TripView, passenger: PassengerState, vehicles: Vehicles) -> str | None:
    """As it is written in the vehicle in which the passenger sits or sat last; None where that has no such
    seat."""
    vehicle_id = view.vehicle_of(passenger)
    return label_seat_in(vehicles.get(vehicle_id) if vehicle_id else None, passenger)


def label_seat_in(vehicle: VehicleFacts | None, passenger: PassengerState) -> str | None:
    """As it is written in this vehicle; without one as it was written when the passenger sat down."""
    row, column = passenger.seat_row, passenger.seat_column
    if vehicle is None or row is None or column is None:
        return passenger.seat_label
    return vehicle.seat_label(row, column)


def _show_passenger(
    passenger: PassengerState,
    outside: Outside,
    names: dict[UUID, str],
    seat_label: str | None,
) -> PassengerOut:
    custody = holder_of(passenger)
    is_between = outside.is_between(passenger)
    waiting = outside.waiting[passenger.id]
    return PassengerOut(
        **{name: getattr(passenger, name) for name in _PLAIN},
        leg=outside.leg_number_of(passenger),
        end=left_end(passenger),
        seat_label=seat_label,
        name=names.get(passenger.id),
        custody=CustodyOut(party=None if is_between else custody.party, since=custody.since),
        signed=outside.view.signature_of(passenger) is not None,
        exceptions=sorted({each.code for each in waiting}),
        findings=show_findings(waiting),
    )


def _show_own_findings(view: TripView) -> list[FindingOut]:
    """The trip's own, head counts with both figures."""
    counts = read_counts(view)
    shown = []
    for each in show_findings(view.course.open_findings):
        count = counts.get(each.events[0]) if each.code is ExceptionCode.COUNT_DIFFERS else None
        shown.append(each.model_copy(update=count._asdict()) if count else each)
    return shown


def show_findings(findings: Iterable[Finding]) -> list[FindingOut]:
    return [FindingOut(code=each.code, events=list(each.event_ids)) for each in findings]


_PLAIN = (
    "id",
    "worker_id",
    "role",
    "status",
    "seat_row",
    "seat_column",
    "handover_point_id",
    "enterprise_id",
    "boarded_at",
    "notice",
)
