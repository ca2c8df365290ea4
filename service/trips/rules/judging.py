"""Statements about two subjects, computed from their states and never decided at arrival:
judged at arrival, the same facts in another order ended in another state."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from schemas.events import ExceptionCode
from schemas.trips import PassengerStatus
from service.trips.rules.passengers import ON_VEHICLE, PLACE_HELD, PassengerState, Stay
from service.trips.rules.trips import Course


def over_capacity(passengers: Iterable[PassengerState], places: int) -> frozenset[UUID]:
    """Who holds no place although told to: those beyond the vehicle's places, latest told first.
    A fact is recorded even so (somebody given up as a no-show came after all)."""
    claims = [each for each in passengers if each.status in PLACE_HELD and not each.found]
    claims.sort(key=lambda each: (each.seat_since is None, each.seat_since or (), each.id))
    return frozenset(each.id for each in claims[places:])


def judge_course(course: Course, passengers: Iterable[PassengerState]) -> frozenset[ExceptionCode]:
    """A head count that differs from who was aboard at that moment. Whoever got on or off in the
    same moment may have been counted or not."""
    stays = [stay for each in passengers for stay in each.stays]
    differs = any(
        not _surely_aboard(stays, moment) <= counted <= _perhaps_aboard(stays, moment)
        for moment, counted in course.head_counts
    )
    return frozenset({ExceptionCode.COUNT_DIFFERS}) if differs else frozenset()


def _surely_aboard(stays: Iterable[Stay], moment: datetime) -> int:
    return sum(
        1 for stay in stays if stay.from_at < moment and (stay.to_at is None or moment < stay.to_at)
    )


def _perhaps_aboard(stays: Iterable[Stay], moment: datetime) -> int:
    return sum(
        1
        for stay in stays
        if stay.from_at <= moment and (stay.to_at is None or moment <= stay.to_at)
    )


SeatKey = tuple[int | None, int | None]


def seat_holders(passengers: Iterable[PassengerState]) -> dict[SeatKey, UUID]:
    """Who holds each seat: of two who were told to sit there, the one who was told first."""
    claims = [
        each
        for each in passengers
        if each.status in PLACE_HELD and each.seat_row is not None and each.seat_since is not None
    ]
    claims.sort(key=lambda each: (each.seat_since or (), each.id), reverse=True)
    return {(each.seat_row, each.seat_column): each.id for each in claims}


def judge_passenger(
    passenger: PassengerState,
    course: Course,
    *,
    holders: Mapping[SeatKey, UUID],
    seats: frozenset[tuple[int, int]] | None,
) -> frozenset[ExceptionCode]:
    """All exceptions of one passenger that need the trip or the others to be seen."""
    found: set[ExceptionCode] = set()
    if passenger.boarded_at is not None:
        found |= _judge_boarding(passenger, course)
    if passenger.status is PassengerStatus.RECEIVED and passenger.carried:
        found |= _judge_receiving(passenger, course)
    found |= _judge_seat(passenger, holders, seats)
    return frozenset(found)


def _judge_boarding(passenger: PassengerState, course: Course) -> set[ExceptionCode]:
    found: set[ExceptionCode] = set()
    boarded = passenger.boarded_at
    if boarded is None or passenger.found:
        return found
    if course.departed_at is not None and boarded > course.departed_at:
        found.add(ExceptionCode.BOARDED_AFTER_DEPARTURE)
    if course.locked_at is None or boarded < course.locked_at:
        found.add(ExceptionCode.MANIFEST_NOT_LOCKED)
    return found


def _judge_receiving(passenger: PassengerState, course: Course) -> set[ExceptionCode]:
    arrived = course.arrived_at_point(passenger.handover_point_id) or course.arrived_at
    received = passenger.status_since
    if received is not None and (arrived is None or received < arrived):
        return {ExceptionCode.RECEIVED_BEFORE_ARRIVAL}
    return set()


def _judge_seat(
    passenger: PassengerState,
    holders: Mapping[SeatKey, UUID],
    seats: frozenset[tuple[int, int]] | None,
) -> set[ExceptionCode]:
    if passenger.seat_row is None or passenger.seat_column is None:
        return set()
    if passenger.status not in PLACE_HELD:
        return set()
    seat = (passenger.seat_row, passenger.seat_column)
    found: set[ExceptionCode] = set()
    if holders.get(seat) != passenger.id:
        found.add(ExceptionCode.SEAT_TAKEN)
    if seats is None:
        found |= passenger.judged & {ExceptionCode.SEAT_UNKNOWN}
    elif seat not in seats and passenger.status in ON_VEHICLE:
        found.add(ExceptionCode.SEAT_UNKNOWN)
    return found
