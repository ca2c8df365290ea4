"""From a question to the rides that it means: whom it asks about, on which trips of which days; refusals where
nothing fits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from schemas.contacts import ContactChoice, ContactsPurpose, ContactsQuestion
from schemas.errors import ErrorCode
from schemas.numbers import looks_like_number
from schemas.permissions import Permission
from schemas.workers import WorkerSearchIn
from service.contacts import queries
from service.contacts.actions.offering import (
    offer_passengers,
    offer_people,
    offer_trips,
    show_passenger,
    show_worker,
)
from service.contacts.queries import RideRow
from service.contacts.rules.meeting import SeatSaid, Sitting, list_sittings, list_vehicle_runs
from service.contacts.rules.rides import (
    Window,
    departs_at,
    find_first_day,
    find_latest,
    find_nearest,
    list_touching,
)
from service.contacts.rules.seat_maps import find_seats
from service.context import Work
from service.days import begin_day, end_day, local_date
from service.errors import DomainError
from service.fleets.queries import load_vehicles
from service.fleets.rules import VehicleFacts
from service.policies.queries import load_book
from service.policies.rules import PolicyBook
from service.registry.columns import get_search_digest
from service.registry.queries import find_worker, list_workers_by_index
from service.trips.queries.states import load_views
from service.trips.rules import scopes
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState

_OF_OFFICE: Final = Permission.CONTACTS_ANSWER
"""Who asks for an investigation: others ask for an accident only."""


class Leg(NamedTuple):
    """One trip that is meant, and as whom the person asked about rode on it (None: the whole vehicle is)."""

    trip_id: UUID
    passenger_id: UUID | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question means. `vehicle_id`: only this vehicle of the trips, where one was named. Where several
    fit there are `choices` and nothing else."""

    choices: tuple[ContactChoice, ...] = ()
    day: date | None = None
    worker_id: UUID | None = None
    legs: tuple[Leg, ...] = ()
    vehicle_id: UUID | None = None
    book: PolicyBook = field(default_factory=lambda: PolicyBook(""))
    views: Mapping[UUID, TripView] = field(default_factory=dict)
    vehicles: Mapping[UUID, VehicleFacts] = field(default_factory=dict)
    said: Mapping[UUID, Sequence[SeatSaid]] = field(default_factory=dict)


def find_asked(work: Work, *, question: ContactsQuestion) -> Asked:
    """Raises contacts-purpose, name-unknown, vehicle-unknown, seat-absent, no-trip-then, not-found for ids of
    nothing in the account's scope."""
    if question.purpose is not ContactsPurpose.ACCIDENT and not work.actor.may(_OF_OFFICE):
        raise DomainError(ErrorCode.CONTACTS_PURPOSE)
    if question.plate is not None:
        return _ask_by_vehicle(work, question, question.plate)
    if question.trip_id is not None and question.passenger_id is not None:
        return _ask_by_passenger(work, question, question.trip_id, question.passenger_id)
    return _ask_by_person(work, question)


# --- by person --------------------------------------------------------------------------------------
def _ask_by_person(work: Work, question: ContactsQuestion) -> Asked:
    found = _find_workers(work, question)
    if not found:
        raise DomainError(ErrorCode.NAME_UNKNOWN, facts={"field": _name_field(question)})
    if len(found) > 1:
        return Asked(choices=tuple(offer_people(work, found)))
    rides = queries.list_rides_of_workers(work, worker_ids=found)
    day = _choose_day(work, question, rides)
    return _follow(work, question, rides, day=day, worker_id=found[0])


def _name_field(question: ContactsQuestion) -> str:
    """By which field somebody was named."""
    return next(each for each in ("number", "phone", "name") if getattr(question, each) is not None)


def _find_workers(work: Work, question: ContactsQuestion) -> list[UUID]:
    """In the account's scope: all who are called so, or whose telephone it is."""
    if question.worker_id is not None:
        return [find_worker(work, worker_id=question.worker_id).id]
    number = question.number
    is_short = number is not None and looks_like_number(number)
    sought = WorkerSearchIn(
        number=number if is_short else None,
        id_number=None if is_short else number,
        phone=question.phone,
        name=question.name,
    )
    column, digest = get_search_digest(sought, work.context.vault.indexes, work.county_code)
    return [each.id for each in list_workers_by_index(work, column=column, digest=digest)]


def _choose_day(work: Work, question: ContactsQuestion, rides: Sequence[RideRow]) -> date:
    """The day that is named, else that of the latest ride. Raises no-trip-then where there never was one."""
    if question.date is not None:
        return question.date
    if question.at is not None:
        return local_date(question.at)
    latest = find_latest(rides, now=work.now())
    if latest is None:
        raise DomainError(ErrorCode.NO_TRIP_THEN, facts={"field": "date", "nearest": None})
    return local_date(latest)


def _follow(
    work: Work,
    question: ContactsQuestion,
    rides: Sequence[RideRow],
    *,
    day: date,
    worker_id: UUID,
    known: Mapping[UUID, TripView] = MappingProxyType({}),
) -> Asked:
    """The person's rides of that day, and those before it within the policy's days: of the first trip of the
    day, else of the county on it. `known`: trips that are loaded already."""
    now, today = work.now(), Window(begin_day(day), end_day(day))
    book = load_book(work.session, work.county_code)
    that_day = list_touching(rides, today, now=now)
    views = dict(known) | _load(work, {each.trip_id for each in that_day} - known.keys())
    judged = [views[each.trip_id].policy_version for each in that_day if each.trip_id in views]
    policy = book.find(judged[0]) if judged else book.in_force(day)
    first = find_first_day(day, look_back=question.look_back, lookback_days=policy.lookback_days)
    chosen = list_touching(rides, Window(begin_day(first), today.ends), now=now)
    if not chosen:
        _refuse_day(rides, today)
    views |= _load(work, {each.trip_id for each in chosen} - views.keys())
    legs = tuple(Leg(each.trip_id, each.passenger_id) for each in chosen if each.trip_id in views)
    meant = {each.trip_id: views[each.trip_id] for each in legs}
    asked = Asked(day=day, worker_id=worker_id, legs=legs, book=book, views=meant)
    return _complete(work, asked)


def _refuse_day(rides: Iterable[RideRow], window: Window) -> None:
    nearest = find_nearest(rides, window)
    day = None if nearest is None else local_date(nearest).isoformat()
    raise DomainError(ErrorCode.NO_TRIP_THEN, facts={"field": "date", "nearest": day})


def _load(work: Work, trip_ids: Iterable[UUID]) -> dict[UUID, TripView]:
    """Those that the account sees."""
    wanted = sorted(set(trip_ids))
    views = load_views(work.session, work.county_code, wanted) if wanted else {}
    now = work.now()
    return {key: each for key, each in views.items() if scopes.sees_trip(work.actor, each, now=now)}


def _complete(work: Work, asked: Asked) -> Asked:
    """With vehicles, and the seats that were said on the way."""
    ids = {run.vehicle_id for view in asked.views.values() for run in view.course.vehicles}
    return replace(
        asked,
        vehicles=load_vehicles(work.session, work.county_code, sorted(ids)),
        said=queries.list_seats_said(work.session, work.county_code, trip_ids=asked.views),
    )


def _ask_by_passenger(
    work: Work, question: ContactsQuestion, trip_id: UUID, passenger_id: UUID
) -> Asked:
    """Of somebody in no registry there are no other rides."""
    view = _load(work, [trip_id]).get(trip_id)
    passenger = view.passengers.get(passenger_id) if view else None
    if view is None or passenger is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return _ask_on_trip(work, question, view, passenger)


def _ask_on_trip(
    work: Work, question: ContactsQuestion, view: TripView, passenger: PassengerState
) -> Asked:
    worker_id = passenger.worker_id
    begun = departs_at(view)
    if worker_id is None or begun is None:
        book = load_book(work.session, work.county_code)
        leg = Leg(view.id, passenger.id)
        return _complete(work, Asked(legs=(leg,), book=book, views={view.id: view}))
    rides = queries.list_rides_of_workers(work, worker_ids=[worker_id])
    day = question.date or local_date(begun)
    known = {view.id: view}
    return _follow(work, question, rides, day=day, worker_id=worker_id, known=known)


# --- by vehicle -------------------------------------------------------------------------------------
def _ask_by_vehicle(work: Work, question: ContactsQuestion, plate: str) -> Asked:
    named = queries.list_vehicle_ids(work.session, work.county_code, name=plate)
    if not named:
        raise DomainError(ErrorCode.VEHICLE_UNKNOWN, facts={"field": "plate"})
    rides = queries.list_rides_of_vehicles(work, vehicle_ids=named)
    day = question.date or local_date(question.at or work.now())
    window = Window(begin_day(day), end_day(day))
    chosen = list_touching(rides, window, now=work.now())
    views = _load(work, {each.trip_id for each in chosen})
    ran = [
        (each, vehicle_id)
        for each in views.values()
        for vehicle_id in named
        if _ran(each, vehicle_id, window) and question.trip_id in {None, each.id}
    ]
    if not ran:
        _refuse_day(rides, window)
    if len({view.id for view, _ in ran}) > 1:
        return Asked(choices=tuple(offer_trips(work, ran)))
    view, vehicle_id = ran[0]
    legs = (Leg(view.id, None),)
    book = load_book(work.session, work.county_code)
    asked = Asked(day=day, legs=legs, vehicle_id=vehicle_id, book=book, views={view.id: view})
    asked = _complete(work, asked)
    if question.seat is None:
        return asked
    return _ask_by_seat(
        work, question, view, asked.vehicles[vehicle_id], asked.said.get(view.id, ())
    )


def _ran(view: TripView, vehicle_id: UUID, window: Window) -> bool:
    """Whether it was this vehicle that carried people of the trip on that day; of one that is yet to leave, the
    one that is planned."""
    return any(
        run.vehicle_id == vehicle_id and run.overlaps(window.begins, window.ends)
        for run in list_vehicle_runs(view)
    )


def _ask_by_seat(
    work: Work,
    question: ContactsQuestion,
    view: TripView,
    vehicle: VehicleFacts,
    said: Sequence[SeatSaid],
) -> Asked:
    """Who sat on it in this vehicle; several who did, or, where nobody is recorded there, everybody aboard, are
    offered."""
    found = find_seats(vehicle.seats, question.seat or "")
    seats = {(each.row, each.column) for each in found}
    if not seats:
        labels = [each.label for each in vehicle.seats]
        raise DomainError(ErrorCode.SEAT_ABSENT, facts={"field": "seat", "labels": labels})
    aboard = _list_aboard(view, vehicle.id, said)
    on_it = [each for each, sat in aboard if any((one.row, one.column) in seats for one in sat)]
    if len(on_it) == 1:
        return _ask_on_trip(work, question, view, on_it[0])
    offered = on_it or [each for each, _ in aboard]
    return Asked(choices=tuple(offer_passengers(work, view, vehicle, offered)))


def _list_aboard(
    view: TripView, vehicle_id: UUID, said: Sequence[SeatSaid]
) -> list[tuple[PassengerState, list[Sitting]]]:
    """Everybody who was in this vehicle, with where they sat."""
    runs = [each for each in list_vehicle_runs(view) if each.vehicle_id == vehicle_id]
    found = []
    for each in view.passengers.values():
        sat = [one for run in runs for one in list_sittings(view, each, run, said)]
        if sat:
            found.append((each, sat))
    return found


def show_asked(work: Work, *, asked: Asked) -> ContactChoice | None:
    """Whom it is about, masked; None for a whole vehicle."""
    if asked.worker_id is not None:
        return show_worker(work, asked.worker_id)
    for leg in asked.legs:
        if leg.passenger_id is not None:
            return show_passenger(work, asked.views[leg.trip_id], leg.passenger_id)
    return None
