"""Statements about two subjects, computed from their states and never decided at arrival:
judged at arrival, the same facts in another order ended in another state."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from schemas.trips import PassengerStatus
from service.trips.rules import balance
from service.trips.rules.passenger_statuses import OFF_LIST
from service.trips.rules.passengers import PassengerState, Stay
from service.trips.rules.trips import Course

CLOCKS_DIFFER = timedelta(minutes=1)
"""Two devices, each within the half minute up to which nobody's clock is corrected."""


def over_capacity(passengers: Iterable[PassengerState], places: int) -> frozenset[UUID]:
    """Who has no place although a fact says so (somebody given up as a no-show came after all):
    those beyond the places that decisions gave, latest told first."""
    claims = [each for each in passengers if each.place_held and not each.found]
    if len(claims) <= places:
        return frozenset()
    claims.sort(
        key=lambda each: (
            not each.place_given,
            each.seat_since is None,
            each.seat_since or (),
            each.id,
        )
    )
    return frozenset(each.id for each in claims[places:] if not each.place_given)


def judge_course(course: Course, passengers: Iterable[PassengerState]) -> frozenset[ExceptionCode]:
    """A head count that differs from who was aboard at that moment (whoever got on or off in the
    same moment may have been counted or not); a departure of which nobody was ever told aboard (the
    roll call is still to come in, or the vehicle left empty); a closed trip whose sum has opened
    again."""
    listed = list(passengers)
    found = {ExceptionCode.COUNT_DIFFERS} if _count_differs(course, listed) else set()
    if course.departed_at is not None and not any(each.carried for each in listed):
        found.add(ExceptionCode.DEPARTED_EMPTY)
    if course.closed_at is not None and not balance.in_all(listed).balanced:
        found.add(ExceptionCode.OPEN_AFTER_CLOSING)
    return frozenset(found)


def _count_differs(course: Course, passengers: Iterable[PassengerState]) -> bool:
    if not course.head_counts:
        return False
    stays = [stay for each in passengers for stay in each.stays]
    return any(
        not _surely_aboard(stays, moment) <= counted <= _perhaps_aboard(stays, moment)
        for moment, counted in course.head_counts
        if course.counts_explained_at is None or moment > course.counts_explained_at
    )


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
    first: dict[SeatKey, PassengerState] = {}
    for each in passengers:
        if not each.place_held or each.seat_row is None or each.seat_since is None:
            continue
        seat = (each.seat_row, each.seat_column)
        known = first.get(seat)
        if known is None or (each.seat_since, each.id) < (known.seat_since, known.id):
            first[seat] = each
    return {seat: each.id for seat, each in first.items()}


def judge_passenger(
    passenger: PassengerState, course: Course, *, holders: Mapping[SeatKey, UUID]
) -> frozenset[ExceptionCode]:
    """All exceptions of one passenger that need the trip or the others to be seen."""
    found: set[ExceptionCode] = set()
    if passenger.boarded_at is not None and not passenger.found:
        found |= _judge_boarding(passenger.boarded_at, course)
    if passenger.status is PassengerStatus.RECEIVED and passenger.carried:
        found |= _judge_receiving(passenger, course)
    if passenger.bound_elsewhere and passenger.status not in OFF_LIST:
        found.add(ExceptionCode.OTHER_DESTINATION)
    if passenger.place_held and passenger.seat_row is not None:
        seat = (passenger.seat_row, passenger.seat_column)
        found |= {ExceptionCode.SEAT_TAKEN} if holders.get(seat) != passenger.id else set()
    return frozenset(found)


def _judge_boarding(boarded_at: datetime, course: Course) -> set[ExceptionCode]:
    found: set[ExceptionCode] = set()
    if course.departed_at is not None and boarded_at > course.departed_at + CLOCKS_DIFFER:
        found.add(ExceptionCode.BOARDED_AFTER_DEPARTURE)
    if not course.locked_about(boarded_at, CLOCKS_DIFFER):
        found.add(ExceptionCode.MANIFEST_NOT_LOCKED)
    return found


def _judge_receiving(passenger: PassengerState, course: Course) -> set[ExceptionCode]:
    arrived = course.arrived_at_point(passenger.handover_point_id) or course.arrived_at
    received = passenger.status_since
    if received is not None and (arrived is None or received < arrived - CLOCKS_DIFFER):
        return {ExceptionCode.RECEIVED_BEFORE_ARRIVAL}
    return set()
