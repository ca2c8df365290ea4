"""Loading and saving trips with their passengers, stays and journeys for the recorder; what their derived
columns hold.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, tuple_, update
from sqlmodel import Session

from schemas.plan_papers import PLAN_PAPERS
from schemas.trips import PassengerStatus
from service.db.bulk import delete_many, list_known, load_rows, write_many
from service.db.columns import table_of
from service.recording.handlers import evolve
from service.trips import models
from service.trips.queries.plan_rows import TripRow
from service.trips.rules.journeys import Leg, WorkerJourneys, holder_of, make_leg, sort_legs
from service.trips.rules.needs import Brief, may_wait, sum_up
from service.trips.rules.overview import Papers, Plan, Point, TripView
from service.trips.rules.passengers import PassengerState
from service.trips.rules.trips import Course

TRIP = table_of(models.Trip)
TRIP_DRIVER = table_of(models.TripDriver)
TRIP_POINT = table_of(models.TripPoint)
PASSENGER = table_of(models.Passenger)
STAY = table_of(models.Stay)
TRIP_VEHICLE = table_of(models.TripVehicle)

_COURSE = TypeAdapter(Course)
_PASSENGER = TypeAdapter(PassengerState)
_BRIEF = TypeAdapter(Brief)


class _PointRow(NamedTuple):
    trip_id: UUID
    id: UUID
    kind: Literal["boarding", "handover"]
    ordinal: int
    name: str
    planned_at: datetime | None
    enterprise_id: UUID | None
    division_code: str | None

    @property
    def point(self) -> Point:
        return Point(*self[1:])


class _PassengerRow(NamedTuple):
    trip_id: UUID
    id: UUID
    fold: dict[str, Any]


def load_views(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, TripView]:
    """Trips with points and passengers, by trip id: three reads, whatever their number."""
    wanted = list(ids)
    trips, points = _load_trips(session, county_code, wanted)
    people: dict[UUID, list[PassengerState]] = {}
    for each in load_rows(
        session, _PassengerRow, PASSENGER, county_code=county_code, column="trip_id", keys=wanted
    ):
        people.setdefault(each.trip_id, []).append(read_passenger(each.fold))
    return {
        row.id: _make_view(row, points.get(row.id, []), people.get(row.id, [])) for row in trips
    }


def load_plans(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, Plan]:
    """The described fields alone, by trip id: two reads. What is folded is not looked at."""
    trips, points = _load_trips(session, county_code, list(ids))
    return {row.id: _make_plan(row, points.get(row.id, [])) for row in trips}


def _load_trips(
    session: Session, county_code: str, ids: list[UUID]
) -> tuple[list[TripRow], dict[UUID, list[Point]]]:
    trips = load_rows(session, TripRow, TRIP, county_code=county_code, column="id", keys=ids)
    return trips, load_points(session, county_code, ids)


def load_points(
    session: Session, county_code: str, trip_ids: Iterable[UUID]
) -> dict[UUID, list[Point]]:
    """Trip → its points, boarding before handover, in their order: one read."""
    points: dict[UUID, list[Point]] = {}
    for row in load_rows(
        session, _PointRow, TRIP_POINT, county_code=county_code, column="trip_id", keys=trip_ids
    ):
        points.setdefault(row.trip_id, []).append(row.point)
    return {key: sorted(each, key=_order_of) for key, each in points.items()}


def _order_of(point: Point) -> tuple[str, int]:
    return point.kind, point.ordinal


def _make_plan(row: TripRow, points: list[Point]) -> Plan:
    return Plan(
        batch_id=row.batch_id,
        number=row.number,
        county_code=row.county_code,
        destination_code=row.destination_code,
        planned_departure_at=row.planned_departure_at,
        planned_arrival_at=row.planned_arrival_at,
        carrier_id=row.carrier_id,
        kept_free_rows=frozenset(row.kept_free_rows),
        points=tuple(points),
        has_contacts=row.contacts_sealed is not None,
        policy_version=row.policy_version,
        version=row.version,
        escort_ids=tuple(each for each in (row.escort_account_id, row.escort_key) if each),
        distance_km=row.distance_km,
        expressway=bool(row.expressway),
        papers=Papers(**{name: getattr(row, name) for name in PLAN_PAPERS}),
        reception_points=frozenset(map(UUID, row.reception_points or ())),
    )


def _make_view(row: TripRow, points: list[Point], passengers: list[PassengerState]) -> TripView:
    course = _COURSE.validate_python(row.fold) if row.fold else Course(id=row.id)
    people = {each.id: each for each in passengers}
    return TripView(row.id, _make_plan(row, points), course, people)


def read_brief(stored: dict[str, Any] | None) -> Brief:
    """As a trip's row keeps it."""
    return _BRIEF.validate_python(stored or {})


def read_passenger(fold: dict[str, Any]) -> PassengerState:
    """The folded state, as a row's `fold` column holds it."""
    return _PASSENGER.validate_python(fold)


def save_views(
    session: Session,
    county_code: str,
    changes: Mapping[UUID, tuple[TripView | None, TripView]],
) -> None:
    """Write the derived columns that differ. Seats are given up before they are given anew."""
    changed = [
        (trip_id, before.passengers.get(each.id) if before else None, each)
        for trip_id, (before, after) in changes.items()
        for each in after.passengers.values()
        if before is None or before.passengers.get(each.id) is not each
    ]
    kept = {
        trip_id for trip_id, (before, after) in changes.items() if _has_same_course(before, after)
    }
    kept -= {trip_id for trip_id, earlier, after in changed if not _counts_alike(earlier, after)}
    moved = [pair for trip_id, pair in changes.items() if trip_id not in kept]
    if moved:
        _save_trips(session, county_code, [after for _, after in moved])
        _save_means(session, county_code, moved)
    released = [
        passenger_row(county_code, trip_id, evolve(earlier, seat_held=False))
        for trip_id, earlier, after in changed
        if earlier is not None and earlier.seat_held and not _keeps_seat(earlier, after)
    ]
    write_many(session, PASSENGER, released, conflict="overwrite")
    rows = [passenger_row(county_code, trip_id, each) for trip_id, _, each in changed]
    write_many(session, PASSENGER, rows, conflict="overwrite")
    seated = [
        (trip_id, each)
        for trip_id, earlier, each in changed
        if each.stays != (earlier.stays if earlier else ())
        or (earlier is not None and each.worker_id != earlier.worker_id)
    ]
    _save_stays(session, county_code, seated)


def _has_same_course(before: TripView | None, after: TripView) -> bool:
    return before is not None and before.course is after.course


COUNTED: Final = (
    *("status", "carried", "next_holder", "received_by", "status_fact", "also_received"),
    *("handover_point_id", "place_given", "given_on", "raised", "judged", "explained"),
    *("list_version", "list_hash", "status_since", "notice", "declined_at"),
    *("exemptions", "remarks", "heard"),
)
"""What derived_trip reads of passengers; a test lets it fail where it reads more."""
_read_counted = attrgetter(*COUNTED)


def _counts_alike(earlier: PassengerState | None, after: PassengerState) -> bool:
    """Whether nothing changed that the trip's row sums up (derived_trip)."""
    return earlier is not None and _read_counted(earlier) == _read_counted(after)


def clear_derived(session: Session, county_code: str) -> None:
    """Takes away all held seats, legs, stays, drivers and vehicles, so that a rebuild can write them anew."""
    mine = PASSENGER.c.county_code == county_code
    session.execute(update(PASSENGER).where(mine).values(seat_held=False, leg_held=False))
    session.execute(delete(STAY).where(STAY.c.county_code == county_code))
    session.execute(delete(TRIP_DRIVER).where(TRIP_DRIVER.c.county_code == county_code))
    session.execute(delete(TRIP_VEHICLE).where(TRIP_VEHICLE.c.county_code == county_code))


def _keeps_seat(earlier: PassengerState, after: PassengerState) -> bool:
    same = (earlier.seat_row, earlier.seat_column) == (after.seat_row, after.seat_column)
    return after.seat_held and same


def _save_trips(session: Session, county_code: str, views: list[TripView]) -> None:
    """Only the derived columns: the described ones are the plan's to write."""
    rows = [
        {"this_trip": view.id, **{f"new_{name}": v for name, v in derived_trip(view).items()}}
        for view in views
    ]
    names = [name.removeprefix("new_") for name in rows[0] if name != "this_trip"]
    statement = (
        update(TRIP)
        .where(TRIP.c.county_code == county_code, TRIP.c.id == bindparam("this_trip"))
        .values({name: bindparam(f"new_{name}", type_=TRIP.c[name].type) for name in names})
    )
    session.connection().execute(statement, rows)


def _save_means(
    session: Session,
    county_code: str,
    changes: Collection[tuple[TripView | None, TripView]],
) -> None:
    """Drivers and vehicles of trips that have others than before: of such a trip all anew."""
    for table, list_rows in ((TRIP_DRIVER, driver_rows), (TRIP_VEHICLE, vehicle_rows)):
        known = [(list_rows(county_code, old) if old else [], new) for old, new in changes]
        changed = {
            view.id: (old, rows)
            for old, view in known
            if (rows := list_rows(county_code, view)) != old
        }
        gone = [trip_id for trip_id, (old, _) in changed.items() if old]
        delete_many(session, table, county_code=county_code, column="trip_id", keys=gone)
        write_many(session, table, [row for _, rows in changed.values() for row in rows])


def driver_rows(county_code: str, view: TripView) -> list[dict[str, Any]]:
    return [
        {"county_code": county_code, "trip_id": view.id, "driver_id": each}
        for each in sorted(view.course.driver_ids)
    ]


def vehicle_rows(county_code: str, view: TripView) -> list[dict[str, Any]]:
    """Which vehicle ran from when to when."""
    return [
        {
            "county_code": county_code,
            "trip_id": view.id,
            "ordinal": ordinal,
            "vehicle_id": run.vehicle_id,
            "from_at": run.from_at,
            "to_at": run.to_at,
        }
        for ordinal, run in enumerate(view.course.vehicles)
    ]


def derived_trip(view: TripView) -> dict[str, Any]:
    """The derived columns of a trip row."""
    brief = sum_up(view)
    return {
        "state": str(view.state),
        "vehicle_id": view.course.vehicle_id,
        "places": view.places,
        "taken": view.taken(),
        "aboard": view.aboard(),
        "open_exceptions": view.open_exceptions,
        "counts": view.counts(),
        "list_version": view.list_version,
        "list_hash": view.list_hash,
        "departed_at": view.course.departed_at,
        "arrived_at": view.course.arrived_at,
        "over_at": view.course.over_at,
        "unconfirmed": len(view.unconfirmed),
        "vehicle_carrier_id": view.course.vehicle_carrier_id,
        "fold": _dump(_COURSE, view.course),
        "brief": _dump(_BRIEF, brief),
        "waits": may_wait(brief),
    }


def passenger_row(county_code: str, trip_id: UUID, passenger: PassengerState) -> dict[str, Any]:
    custody = holder_of(passenger)
    return {
        "county_code": county_code,
        "trip_id": trip_id,
        "id": passenger.id,
        "worker_id": passenger.worker_id,
        "journey_id": passenger.journey_id,
        "leg": passenger.leg,
        "role": str(passenger.role),
        "status": str(passenger.status),
        "seat_row": passenger.seat_row,
        "seat_column": passenger.seat_column,
        "seat_held": passenger.seat_held,
        "leg_held": passenger.leg_given,
        "enterprise_id": passenger.enterprise_id,
        "handover_point_id": passenger.handover_point_id,
        "boarded_at": passenger.boarded_at,
        "custody": str(custody.party),
        "custody_since": custody.since,
        "exceptions": sorted({str(each.code) for each in passenger.open_findings}),
        "received_by": str(passenger.received_by) if passenger.received_by else None,
        "moved_to_trip_id": passenger.moved_to_trip_id if _is_moved(passenger) else None,
        "fold": _dump(_PASSENGER, passenger),
    }


def _is_moved(passenger: PassengerState) -> bool:
    return passenger.status is PassengerStatus.MOVED


def _dump(adapter: TypeAdapter[Any], state: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = adapter.dump_python(state, mode="json")
    return dumped


def _save_stays(
    session: Session, county_code: str, moved: list[tuple[UUID, PassengerState]]
) -> None:
    pairs = [(trip_id, each.id) for trip_id, each in moved]
    if not pairs:
        return
    session.execute(
        delete(STAY)
        .where(STAY.c.county_code == county_code)
        .where(tuple_(STAY.c.trip_id, STAY.c.passenger_id).in_(pairs))
    )
    rows = [row for trip_id, each in moved for row in stay_rows(county_code, trip_id, each)]
    write_many(session, STAY, rows)


def stay_rows(county_code: str, trip_id: UUID, passenger: PassengerState) -> list[dict[str, Any]]:
    return [
        {
            "county_code": county_code,
            "trip_id": trip_id,
            "passenger_id": passenger.id,
            "ordinal": ordinal,
            "worker_id": passenger.worker_id,
            "from_at": stay.from_at,
            "to_at": stay.to_at,
            "seat_row": stay.row,
            "seat_column": stay.column,
            "source": stay.source,
        }
        for ordinal, stay in enumerate(passenger.stays)
    ]


def load_known_trips(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Which of these trips there are."""
    return dict.fromkeys(list_known(session, TRIP, county_code=county_code, ids=ids), True)


JOURNEY = table_of(models.Journey)


class _JourneyRow(NamedTuple):
    id: UUID
    worker_id: UUID


class _TimesRow(NamedTuple):
    id: UUID
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None


def load_journeys(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, WorkerJourneys]:
    """All journeys of these workers with their legs: three reads. Who has a leg has a journey's row."""
    wanted = list(worker_ids)
    rows: dict[UUID, set[UUID]] = {worker: set() for worker in wanted}
    for row in load_rows(
        session, _JourneyRow, JOURNEY, county_code=county_code, column="worker_id", keys=wanted
    ):
        rows[row.worker_id].add(row.id)
    legs = _load_legs(session, county_code, [worker for worker in wanted if rows[worker]])
    return {
        worker: WorkerJourneys(worker, sort_legs(legs.get(worker, ())), frozenset(rows[worker]))
        for worker in wanted
    }


def _load_legs(session: Session, county_code: str, worker_ids: list[UUID]) -> dict[UUID, list[Leg]]:
    """Worker → their legs, with the planned times of the trips."""
    listed = load_passengers_of(session, county_code, worker_ids)
    trip_ids = {trip_id for trip_id, _ in listed}
    times = {
        row.id: row
        for row in load_rows(
            session, _TimesRow, TRIP, county_code=county_code, column="id", keys=trip_ids
        )
    }
    return group_legs(
        make_leg(
            each,
            trip_id=trip_id,
            departure_at=times[trip_id].planned_departure_at,
            arrival_at=times[trip_id].planned_arrival_at,
        )
        for trip_id, each in listed
    )


def save_journeys(
    session: Session, county_code: str, changed: Mapping[UUID, WorkerJourneys]
) -> None:
    """Those that lost their last leg are deleted first, then the closed ones: at most one may be open."""
    gone = sorted(each for one in changed.values() for each in one.gone)
    if gone:
        session.execute(
            delete(JOURNEY).where(JOURNEY.c.county_code == county_code, JOURNEY.c.id.in_(gone))
        )
    rows = sorted(journey_rows(county_code, changed), key=lambda row: bool(row["open"]))
    write_many(session, JOURNEY, rows, conflict="overwrite")


def clear_journeys(session: Session, county_code: str) -> None:
    """For writing all of them anew."""
    session.execute(delete(JOURNEY).where(JOURNEY.c.county_code == county_code))


def journey_rows(county_code: str, workers: Mapping[UUID, WorkerJourneys]) -> list[dict[str, Any]]:
    return [
        {
            "county_code": county_code,
            "id": journey_id,
            "worker_id": journeys.worker_id,
            "demand_id": demand_id,
            "open": is_open,
        }
        for journeys in workers.values()
        for journey_id, demand_id, is_open in journeys.stored
    ]


class Listed(NamedTuple):
    """Somebody on a trip's list, or off it."""

    trip_id: UUID
    passenger: PassengerState


def load_passengers_of(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> list[Listed]:
    """All that these workers are or were passengers of: one read."""
    rows = load_rows(
        session,
        _PassengerRow,
        PASSENGER,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
    )
    return [Listed(row.trip_id, read_passenger(row.fold)) for row in rows]


def group_legs(legs: Iterable[Leg]) -> dict[UUID, list[Leg]]:
    """Worker → their legs."""
    found: dict[UUID, list[Leg]] = {}
    for leg in legs:
        if leg.worker_id is not None:
            found.setdefault(leg.worker_id, []).append(leg)
    return found
