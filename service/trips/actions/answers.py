"""How trips, passengers and the balance line (上车 = 接收 + …) are shown: masked names, seat labels,
custody; handover points to which nobody was carried are left out of a trip's answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from uuid import UUID

from schemas.identity import mask_name
from schemas.passengers import CustodyOut, PassengerOut
from schemas.trips import (
    BalanceOut,
    BatchOut,
    FindingOut,
    PointBalanceOut,
    PointOut,
    TripOut,
    TripRow,
    VehicleUse,
)
from service.auth import Actor
from service.context import Work
from service.fleets.queries import load_vehicles
from service.fleets.rules import VehicleFacts
from service.registry import queries as workers
from service.trips.actions.events import find_view
from service.trips.models import Batch, Trip
from service.trips.queries import lists
from service.trips.rules import overview, scopes
from service.trips.rules.findings import Finding
from service.trips.rules.overview import Balance, Point, TripView
from service.trips.rules.passengers import PassengerState, holder_of

_TERMS = {
    "received": "接收",
    "refused": "未接收另有去向",
    "transferred": "移交医疗",
    "left": "途中离开",
    "moved": "换乘",
    "returned": "返回",
    "missing": "失联已报",
}


def show_balance(sums: Balance) -> BalanceOut:
    """With the one line that people read aloud: 上车24 = 接收23 + 移交医疗1；未平0."""
    terms = [f"{zh}{getattr(sums, name)}" for name, zh in _TERMS.items() if getattr(sums, name)]
    line = f"上车{sums.carried} = {' + '.join(terms) or '0'}；未平{sums.unaccounted}"
    return BalanceOut(**asdict(sums), balanced=sums.balanced, line=line)


def show_batch(batch: Batch) -> BatchOut:
    return BatchOut.model_validate(batch)


def show_row(trip: Trip) -> TripRow:
    return TripRow.model_validate(trip)


def show_point(point: Point) -> PointOut:
    return PointOut.model_validate(point)


def show_trip(work: Work, *, trip_id: UUID) -> TripOut:
    """Everything but people; out of scope answers not-found."""
    view = find_view(work, trip_id=trip_id)
    trip = lists.find_trip(work, trip_id)
    course = view.course
    passengers = visible_passengers(work.actor, view)
    return TripOut(
        **show_row(trip).model_dump(),
        route=trip.route,
        distance_km=trip.distance_km,
        charter_sign_number=trip.charter_sign_number,
        kept_free_rows=trip.kept_free_rows,
        carrier_id=trip.carrier_id,
        vehicles=[VehicleUse.model_validate(each) for each in course.vehicles],
        driver_ids=list(course.driver_ids),
        points=[show_point(point) for point in view.plan.points],
        list_hash=view.list_hash,
        departed_at=course.departed_at,
        arrived_at=course.arrived_at,
        expected_at=course.expected_at,
        filed_at=course.filed_at,
        acknowledged_at=course.acknowledged_at,
        policy_version=trip.policy_version,
        version=trip.version,
        exceptions=sorted({each.code for each in course.open_findings}),
        findings=show_findings(course.open_findings),
        balance=show_balance(overview.in_all(passengers)),
        by_point=_by_point(view, passengers),
        may_follow=scopes.may_follow(view, work.actor),
    )


def _by_point(view: TripView, passengers: list[PassengerState]) -> list[PointBalanceOut]:
    """In the order of the plan; points to which nobody was carried are left out."""
    found = []
    for point in view.plan.handover_points:
        sums = overview.in_all(p for p in passengers if view.point_of(p) == point.id)
        if sums.carried:
            found.append(PointBalanceOut(point_id=point.id, balance=show_balance(sums)))
    return found


def visible_passengers(actor: Actor, view: TripView) -> list[PassengerState]:
    listed = sorted(view.passengers.values(), key=_seat_order)
    return [each for each in listed if scopes.sees_passenger(actor, view, each)]


def _seat_order(passenger: PassengerState) -> tuple[int, int, bytes]:
    return passenger.seat_row or 999, passenger.seat_column or 999, passenger.id.bytes


def show_passengers(work: Work, *, trip_id: UUID) -> list[PassengerOut]:
    """Masked names; everything else of them is on the work lists."""
    view = find_view(work, trip_id=trip_id)
    passengers = visible_passengers(work.actor, view)
    ids = [each.worker_id for each in passengers if each.worker_id]
    people = workers.open_people(work.session, work.context.vault, work.county_code, ids)
    names = {worker: mask_name(person.name) for worker, person in people.items()}
    vehicles = read_vehicles(work, view)
    return [_show_passenger(view, each, names, vehicles) for each in passengers]


Vehicles = Mapping[UUID, VehicleFacts]
"""Those that a trip has or had, by id."""


def read_vehicles(work: Work, view: TripView) -> Vehicles:
    ids = {run.vehicle_id for run in view.course.vehicles} | {view.course.vehicle_id}
    return load_vehicles(work.session, work.county_code, sorted(each for each in ids if each))


def label_seat(view: TripView, passenger: PassengerState, vehicles: Vehicles) -> str | None:
    """As it is written in the vehicle in which the passenger sits or sat last; None where that has no such
    seat."""
    row, column = passenger.seat_row, passenger.seat_column
    vehicle_id = view.vehicle_of(passenger)
    vehicle = vehicles.get(vehicle_id) if vehicle_id else None
    if vehicle is None or row is None or column is None:
        return passenger.seat_label
    return vehicle.seat_label(row, column)


def _show_passenger(
    view: TripView, passenger: PassengerState, names: dict[UUID, str], vehicles: Vehicles
) -> PassengerOut:
    custody = holder_of(passenger)
    return PassengerOut(
        **{name: getattr(passenger, name) for name in _PLAIN},
        seat_label=label_seat(view, passenger, vehicles),
        name=names.get(passenger.worker_id) if passenger.worker_id else None,
        custody=CustodyOut(party=custody.party, since=custody.since),
        exceptions=sorted({each.code for each in passenger.open_findings}),
        findings=show_findings(passenger.open_findings),
    )


def show_findings(findings: Iterable[Finding]) -> list[FindingOut]:
    return [FindingOut(code=each.code, events=list(each.event_ids)) for each in findings]


_PLAIN = (
    "id",
    "worker_id",
    "role",
    "status",
    "leg",
    "seat_row",
    "seat_column",
    "handover_point_id",
    "enterprise_id",
    "boarded_at",
    "notice",
)
