"""What needs more than one subject to be seen: who holds a seat that two were told to sit on, boardings and
receivings against the trip's course, places, head counts, signatures without a receiving. Functions of what
each subject says, so that no order of arrival can matter.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from schemas.trips import PassengerStatus
from service.recording.handlers import Ref, evolve
from service.trips.rules.findings import Finding, make_finding
from service.trips.rules.overview import TripView, in_all, is_unaccounted
from service.trips.rules.passenger_states import OFF_LIST
from service.trips.rules.passengers import PassengerState, Stay
from service.trips.rules.protecting import list_undone
from service.trips.rules.riding import SeatKey, judge_places
from service.trips.rules.trips import Course
from service.trips.rules.vehicle_runs import LAST

CLOCKS_DIFFER: Final = timedelta(minutes=1)
"""Two devices may differ by this much uncorrected: half a minute each."""


def judge_course(course: Course, passengers: Iterable[PassengerState]) -> tuple[Finding, ...]:
    """Each head count below the number of people surely aboard at that moment, or above the number perhaps
    aboard (they differ by who got on or off in the same moment); a departure of which nobody was ever told
    aboard (the roll call is still to come in, or the vehicle left empty); a closed trip whose sum has opened
    again, with what the people without an end were last told; a vehicle not disinfected before boarding."""
    listed = list(passengers)
    found = _judge_counts(course, listed)
    found += [
        make_finding(ExceptionCode.REVERSAL_WAITS, each.fact)
        for each in course.early_reversals
        if each.event_id not in course.taken_back
    ]
    if course.disinfections_asked and (undone := _list_undone(course)):
        found.append(make_finding(ExceptionCode.NOT_DISINFECTED, *undone))
    if course.departed_at is not None and not any(each.stays for each in listed):
        found.append(make_finding(ExceptionCode.DEPARTED_EMPTY, course.departed_fact))
    if course.closed_at is not None and not in_all(listed).balanced:
        waiting = [each.status_fact for each in listed if is_unaccounted(each)]
        found.append(make_finding(ExceptionCode.OPEN_AFTER_CLOSING, course.closed_fact, *waiting))
    return tuple(found)


def _list_undone(course: Course) -> list[Ref]:
    return list_undone(
        course.disinfections_asked,
        course.disinfections,
        boarding_opened_at=course.boarding_opened_at,
    )


def _judge_counts(course: Course, passengers: Iterable[PassengerState]) -> list[Finding]:
    if not course.head_counts:
        return []
    stays = [stay for each in passengers for stay in each.stays]
    return [
        make_finding(ExceptionCode.COUNT_DIFFERS, each.fact)
        for each in course.head_counts
        if not _surely_aboard(stays, each.at) <= each.aboard <= _perhaps_aboard(stays, each.at)
    ]


class Counted(NamedTuple):
    """A head count, and how many were recorded aboard then: of those who got on or off in the same moment as
    many as come nearest to it."""

    counted: int
    recorded: int


def read_counts(view: TripView) -> dict[UUID, Counted]:
    """Event of a head count → both figures."""
    stays = [stay for each in view.passengers.values() for stay in each.stays]
    return {
        each.fact.event_id: Counted(
            each.aboard,
            max(_surely_aboard(stays, each.at), min(each.aboard, _perhaps_aboard(stays, each.at))),
        )
        for each in view.course.head_counts
    }


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


def seat_holders(passengers: Iterable[PassengerState]) -> dict[SeatKey, PassengerState]:
    """Who holds each seat: of two who were told to sit there, the one who was told first."""
    first: dict[SeatKey, PassengerState] = {}
    for each in passengers:
        if not each.place_held or each.seat_row is None or each.seat_since is None:
            continue
        seat = (each.seat_row, each.seat_column)
        known = first.get(seat)
        if known is None or _claim(each) < _claim(known):
            first[seat] = each
    return first


def _claim(passenger: PassengerState) -> tuple[datetime, bool, UUID]:
    """Who was told to sit there first; of one moment, whom a decision gave the place."""
    return passenger.seat_since or LAST, not passenger.place_given, passenger.id


def judge_passenger(
    passenger: PassengerState, course: Course, *, holder: PassengerState | None
) -> tuple[Finding, ...]:
    """All exceptions of one passenger that need the trip or the others to be seen. `holder`: whose the
    passenger's seat is."""
    found: list[Finding] = []
    if passenger.boarded_at is not None and not passenger.found:
        found += _judge_boarding(passenger, passenger.boarded_at, course)
    if passenger.status is PassengerStatus.RECEIVED and passenger.stays:
        found += _judge_receiving(passenger, course)
    if passenger.bound_elsewhere and passenger.status not in OFF_LIST:
        found.append(make_finding(ExceptionCode.OTHER_DESTINATION, passenger.assigned_fact))
    if passenger.place_held and passenger.seat_row is not None and holder is not passenger:
        other = holder.seat_fact if holder is not None else None
        found.append(make_finding(ExceptionCode.SEAT_TAKEN, passenger.seat_fact, other))
    if passenger.unregistered_fact is not None and passenger.worker_id is None:
        found.append(make_finding(ExceptionCode.UNREGISTERED, passenger.unregistered_fact))
    return tuple(found)


def _judge_boarding(
    passenger: PassengerState, boarded_at: datetime, course: Course
) -> list[Finding]:
    found, by = [], passenger.boarded_fact
    if course.departed_at is not None and boarded_at > course.departed_at + CLOCKS_DIFFER:
        found.append(make_finding(ExceptionCode.BOARDED_AFTER_DEPARTURE, by, course.departed_fact))
    if not course.locked_about(boarded_at, CLOCKS_DIFFER):
        found.append(make_finding(ExceptionCode.MANIFEST_NOT_LOCKED, by))
    return found


def _judge_receiving(passenger: PassengerState, course: Course) -> list[Finding]:
    arrived = course.arrived_at_point(passenger.handover_point_id) or course.arrived_at
    received = passenger.status_since
    if received is not None and (arrived is None or received < arrived - CLOCKS_DIFFER):
        return [make_finding(ExceptionCode.RECEIVED_BEFORE_ARRIVAL, passenger.status_fact)]
    return []


def judge(view: TripView) -> TripView:
    """The view with everything recomputed that depends on more than one subject."""
    holders = seat_holders(view.passengers.values())
    placed = judge_places(view.course, view.passengers.values())
    signed = _index_signatures(view.course)
    judged: dict[UUID, PassengerState] = {}
    for each in view.passengers.values():
        holder = holders.get((each.seat_row, each.seat_column))
        apart = placed.get(each.id, ()) if placed else ()
        found = _judge_one(view, each, holder, apart, signed)
        held = holder is each
        same = (found, held) == (each.judged, each.seat_held)
        judged[each.id] = each if same else evolve(each, judged=found, seat_held=held)
    course, found = view.course, judge_course(view.course, judged.values())
    if found != course.judged:
        course = evolve(course, judged=found)
    return TripView(view.id, view.plan, course, judged)


def find_of(view: TripView, subject_id: UUID) -> tuple[Finding, ...]:
    """All that does not fit of the trip's own, or of one passenger, explained or not; also where the view is
    not judged yet. For a passenger the others are only looked at, not judged."""
    if subject_id == view.id:
        return judge(view).findings_of(subject_id)
    passenger = view.passengers.get(subject_id)
    return passenger.raised + _judge_alone(view, passenger) if passenger else ()


def _judge_alone(view: TripView, passenger: PassengerState) -> tuple[Finding, ...]:
    people, seat = view.passengers.values(), (passenger.seat_row, passenger.seat_column)
    claims = [each for each in people if (each.seat_row, each.seat_column) == seat]
    placed = judge_places(view.course, people, only=passenger)
    return _judge_one(
        view,
        passenger,
        seat_holders(claims).get(seat),
        placed.get(passenger.id, ()),
        _index_signatures(view.course),
    )


def _judge_one(
    view: TripView,
    passenger: PassengerState,
    holder: PassengerState | None,
    placed: tuple[Finding, ...],
    signed: Mapping[UUID, list[Ref | None]],
) -> tuple[Finding, ...]:
    found = judge_passenger(passenger, view.course, holder=holder) + placed
    if signed and passenger.id in signed and view.signature_of(passenger) is None:
        facts = (*signed[passenger.id], passenger.status_fact)
        found = (*found, make_finding(ExceptionCode.SIGNED_NOT_RECEIVED, *facts))
    return found


def _index_signatures(course: Course) -> dict[UUID, list[Ref | None]]:
    """Passenger → the signatures that name them, whatever became of the receiving."""
    found: dict[UUID, list[Ref | None]] = {}
    for each in course.signatures:
        found.setdefault(each.passenger_id, []).append(each.fact)
    return found
