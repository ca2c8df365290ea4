"""Who rode in a vehicle beyond its places, or holds a place that it has not, and who sits on a seat that it
lacks: exceptions that name the fact by which the vehicle came. Pure.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from service.trips.rules.findings import Finding, make_finding
from service.trips.rules.passengers import PassengerState
from service.trips.rules.trips import Course
from service.trips.rules.vehicle_runs import FIRST, LAST, VehicleRun

SeatKey = tuple[int | None, int | None]


class Rider(NamedTuple):
    """A stay of somebody who needs a place of their own."""

    told: bool
    """Rode on a place that no decision had given."""
    since: datetime
    """First boarding."""
    passenger_id: UUID
    from_at: datetime
    to_at: datetime | None


def over_capacity(
    passengers: Iterable[PassengerState], places: int, *, beyond: Collection[UUID] = ()
) -> frozenset[UUID]:
    """Who holds no place of the vehicle in use although a fact says so (somebody given up as a no-show came
    after all; a smaller vehicle came): places that decisions gave count before others, earlier ones before
    later ones. `beyond`: who rides beyond its places already, and claims none of them."""
    claims = [each for each in passengers if each.place_held and not each.found]
    if beyond:
        claims = [each for each in claims if each.id not in beyond]
    if len(claims) <= places:
        return frozenset()
    claims.sort(
        key=lambda each: (
            not each.place_given,
            each.seat_since or LAST,
            each.id,
        )
    )
    return frozenset(each.id for each in claims[places:])


def judge_places(
    course: Course, passengers: Iterable[PassengerState], *, only: PassengerState | None = None
) -> dict[UUID, tuple[Finding, ...]]:
    """Passenger → over-capacity and seat-unknown, of each vehicle that came for another with the fact that
    brought it. What was ridden stays so when the ride is over. `only`: whose findings are wanted."""
    people = list(passengers)
    asked = people if only is None else [only]
    found: dict[UUID, list[Finding]] = {}
    rode: frozenset[UUID] = frozenset()
    for run in course.vehicles:
        later = run.from_at is not None
        rode = list_beyond(run, _list_riders(people)) if later else frozenset()
        seats = None if run.seats is None else frozenset(run.seats)
        for each in asked:
            if rode and each.id in rode:
                found.setdefault(each.id, []).append(_rode_beyond(run, each))
            if seats is not None and (lost := _find_seatless(run, seats, each)) is not None:
                found.setdefault(each.id, []).append(lost)
    for identifier in over_capacity(people, course.places, beyond=rode):
        claim = next(each for each in people if each.id == identifier)
        found.setdefault(identifier, []).append(_claims_beyond(course, claim))
    return {identifier: tuple(each) for identifier, each in found.items()}


def _list_riders(people: Iterable[PassengerState]) -> Iterator[Rider]:
    """All stays of those who need a place: not of people who were found aboard."""
    for each in people:
        for stay in () if each.found else each.stays:
            since = each.boarded_at or stay.from_at
            yield Rider(not stay.given, since, each.id, stay.from_at, stay.to_at)


def _rode_beyond(run: VehicleRun, passenger: PassengerState) -> Finding:
    return make_finding(ExceptionCode.OVER_CAPACITY, run.fact, passenger.boarded_fact)


def _claims_beyond(course: Course, passenger: PassengerState) -> Finding:
    last = course.vehicles[-1] if course.vehicles else None
    came = last.fact if last and last.replaces and passenger.place_given else None
    return make_finding(ExceptionCode.OVER_CAPACITY, passenger.place_fact, came)


def _find_seatless(
    run: VehicleRun, seats: Collection[SeatKey], passenger: PassengerState
) -> Finding | None:
    """The last seat in this vehicle that was told of the passenger is none of its seats."""
    alone = run.from_at is None and run.to_at is None
    stays = [e for e in passenger.stays if alone or run.overlaps(e.from_at, e.to_at)]
    came = run.fact if run.from_at is not None else None
    if stays:
        stay = stays[-1]
        told = stay.fact if came is None or stay.from_at >= (run.from_at or stay.from_at) else None
        lost = stay.row is not None and (stay.row, stay.column) not in seats
        return make_finding(ExceptionCode.SEAT_UNKNOWN, came, told) if lost else None
    if run.to_at is not None or not passenger.place_held:
        return None
    seat = (passenger.seat_row, passenger.seat_column)
    lost = seat[0] is not None and seat not in seats
    return make_finding(ExceptionCode.SEAT_UNKNOWN, came, passenger.seat_fact) if lost else None


def list_beyond(run: VehicleRun, riders: Iterable[Rider]) -> frozenset[UUID]:
    """Who rode in it beyond its places at some moment: places that were given count before others, earlier
    boardings before later ones."""
    mine = sorted((e for e in riders if run.overlaps(e.from_at, e.to_at)), key=_by_claim)
    if len(mine) <= run.places:
        return frozenset()
    moments = {max(each.from_at, run.from_at or FIRST) for each in mine}
    beyond: set[UUID] = set()
    for moment in moments:
        beyond.update(each.passenger_id for each in list(_ride_at(mine, moment))[run.places :])
    return frozenset(beyond)


def _by_claim(rider: Rider) -> tuple[bool, datetime, UUID, datetime]:
    """Not by the end, which may be open: of two stays that begin in one moment one is empty."""
    return rider.told, rider.since, rider.passenger_id, rider.from_at


def _ride_at(riders: Iterable[Rider], moment: datetime) -> Iterator[Rider]:
    for each in riders:
        if each.from_at <= moment and (each.to_at is None or moment < each.to_at):
            yield each
