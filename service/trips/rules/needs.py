"""What of a trip needs somebody, and since when: what stands in its record (kept with the trip as its brief),
and what only the clock, other trips and the workers' own events tell.

Limits: 15 minutes after a time that passed, 3 hours without a word on the road, 12 hours before leaving, an
hour after arriving.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_passengers import NoticeOutcome
from schemas.needs import NeedCode, rank_need
from schemas.policies import PolicyVersion
from schemas.trips import PassengerStatus, TripState
from service.policies.rules import ORDINARY
from service.recording.order import Heard
from service.trips.rules.overview import TripView, is_unaccounted
from service.trips.rules.passenger_states import IN_OUR_CARE
from service.trips.rules.passengers import PassengerState
from service.trips.rules.told import Acknowledged, Place
from service.trips.rules.trip_states import (
    BEFORE_DEPARTURE,
    ENDED,
    LOCKED_BEFORE_DEPARTURE,
    UNDER_WAY,
    UNLOCKED,
)

_C = NeedCode
_P = PassengerStatus
_T = TripState
OVERDUE_AFTER: Final = timedelta(minutes=15)
READY_BEFORE: Final = timedelta(hours=12)
SIGNED_WITHIN: Final = timedelta(hours=1)


# --- what stands in the record ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Standing:
    """A need that stands until something else is told, whatever the hour."""

    code: NeedCode
    since: datetime | None
    count: int = 1


class OpenException(NamedTuple):
    """One open finding, with the events that it comes from: they tell since when."""

    code: ExceptionCode
    event_ids: tuple[UUID, ...]


class LedBy(NamedTuple):
    """Who came to lead the trip for another: an account, or name and phone as sealed with the event."""

    account_id: UUID | None
    event_id: UUID


class Noted(NamedTuple):
    """A remark about a passenger in our care. Which of them are fevers is sealed with their events."""

    passenger_id: UUID
    event_id: UUID
    at: datetime


class Declined(NamedTuple):
    """A passenger on the list before departure said then not to go."""

    passenger_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list of trips reads of one without its passengers. It follows from the trip's events alone."""

    standing: tuple[Standing, ...] = ()
    exceptions: tuple[OpenException, ...] = ()
    unreached: int = 0
    """On the list before departure, and not told of the trip."""
    declined: tuple[Declined, ...] = ()
    noted: tuple[Noted, ...] = ()
    unsigned: int = 0
    """Carried, and without an end, or received and not signed for; counted once the trip has arrived."""
    driver_ids: tuple[UUID, ...] = ()
    led_by: LedBy | None = None
    filed_at: datetime | None = None
    acknowledged: Acknowledged | None = None
    expected_at: datetime | None = None
    heard: Heard | None = None
    place: Place | None = None
    policy_version: str = ORDINARY.version
    departed_at: datetime | None = None
    measured_at: datetime | None = None
    disinfected_at: datetime | None = None


TO_TELL: Final = frozenset({_P.LISTED, _P.CHECKED_IN})
"""On the list with a place, and not aboard."""
NOT_REACHED: Final = frozenset({None, NoticeOutcome.NO_ANSWER, NoticeOutcome.WRONG_NUMBER})
"""Notices after which somebody has to be told still."""


def sum_up(view: TripView) -> Brief:
    """The brief of a trip that has been judged."""
    course, state = view.course, view.state
    people = sorted(view.passengers.values(), key=lambda each: each.id)
    to_tell = [each for each in people if each.status in TO_TELL and state in BEFORE_DEPARTURE]
    heard = [each for each in (course.heard, *(one.heard for one in people)) if each is not None]
    open_ones = [*course.open_findings, *(one for each in people for one in each.open_findings)]
    led = course.escorts[-1] if course.escorts else None
    return Brief(
        standing=tuple(_list_standing(view, state)),
        exceptions=tuple([OpenException(each.code, each.event_ids) for each in open_ones]),
        unreached=len([each for each in to_tell if each.notice in NOT_REACHED]),
        declined=tuple([Declined(e.id, e.declined_at) for e in to_tell if e.declined_at]),
        noted=tuple(
            Noted(each.id, *one)
            for each in people
            if each.status in IN_OUR_CARE
            for one in each.remarks
        ),
        unsigned=_count_unsigned(view) if state is _T.ARRIVED else 0,
        driver_ids=course.driver_ids,
        led_by=LedBy(led.account_id, led.fact.event_id) if led else None,
        filed_at=course.filed_at,
        acknowledged=course.acknowledged,
        expected_at=course.expected_at,
        heard=max(heard, default=None),
        place=course.place,
        policy_version=view.policy_version,
        departed_at=course.departed_at,
        measured_at=course.measured_at,
        disinfected_at=max([each.at for each in course.disinfections], default=None),
    )


def _list_standing(view: TripView, state: TripState) -> Iterator[Standing]:
    """A trip that has ended shows only what is open."""
    course, people = view.course, view.passengers.values()
    if state is _T.HELD_UP:
        yield Standing(_C.HELD_UP, course.state_since)
    if state is _T.TURNED_BACK:
        yield Standing(_C.TURNED_BACK, course.turned_back_at)
    if is_late(view):
        yield Standing(_C.DELAYED, course.delayed_at)
    if course.locked and course.filed_at and view.list_version > max(course.told_version, 1):
        yield Standing(_C.DESTINATION_UNTOLD, course.state_since)
    waiting = [each.at for each in view.open_incidents]
    if waiting:
        yield Standing(_C.INCIDENT, min(waiting), len(waiting))
    told = {
        _C.MISSING: [each for each in people if each.status is _P.MISSING],
        _C.NOBODYS_HANDS: [
            each for each in people if each.status is _P.REFUSED and each.next_holder is None
        ],
        _C.LEFT: [
            each
            for each in people
            if each.status is _P.LEFT and not each.given_on and state not in ENDED
        ],
    }
    for code, found in told.items():
        if found:
            since = [each.status_since for each in found if each.status_since]
            yield Standing(code, min(since, default=None), len(found))


def is_late(view: TripView) -> bool:
    """Told to arrive later than planned, and not there yet."""
    expected, planned = view.course.expected_at, view.plan.planned_arrival_at
    if expected is None or view.course.state not in BEFORE_DEPARTURE | UNDER_WAY:
        return False
    return planned is None or expected > planned


def _count_unsigned(view: TripView) -> int:
    return len([each for each in view.passengers.values() if _waits_for_signature(view, each)])


def _waits_for_signature(view: TripView, passenger: PassengerState) -> bool:
    if is_unaccounted(passenger):
        return True
    received = passenger.status is _P.RECEIVED and passenger.carried
    return received and view.signature_of(passenger) is None


# --- what needs somebody now --------------------------------------------------------------------
class AskedFor(NamedTuple):
    """People of whom nobody has answered: since when, how many."""

    since: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other trips and the workers' own events say of a trip's people."""

    between: tuple[datetime, ...] = ()
    """Since when each of those is in nobody's hands who was moved from this trip or to it."""
    exceptions: tuple[OpenException, ...] = ()
    stopped: Mapping[UUID, datetime | None] = field(default_factory=dict)
    """Passengers on the list whose worker is held or withdrawn; since when."""
    asked: AskedFor | None = None
    """The health office asked who rode on it, and waits for answers."""


@dataclass(frozen=True, slots=True)
class Need:
    """One reason why a trip needs somebody. `exception` names which, where the code is that."""

    code: NeedCode
    since: datetime | None
    count: int = 1
    exception: ExceptionCode | None = None

    @property
    def rank(self) -> int:
        return rank_need(self.code, self.exception)


@dataclass(frozen=True, slots=True)
class Seen:
    """A trip as the rule sees it. `told_at`: when the events of its open exceptions happened."""

    state: TripState
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    arrived_at: datetime | None
    brief: Brief
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    told_at: Mapping[UUID, datetime] = field(default_factory=dict)
    policy: PolicyVersion = ORDINARY
    fevers: Collection[UUID] = ()
    """Which of the remarks are fevers: events, for who may know."""


def list_needs(seen: Seen, *, now: datetime) -> list[Need]:
    """Sorted by need: by rank, then the oldest first."""
    found = [Need(each.code, each.since, each.count) for each in seen.brief.standing]
    found += [*_list_fevers(seen), *_list_exceptions(seen)]
    if (asked := seen.elsewhere.asked) is not None:
        found.append(Need(_C.CONTACTS_ASKED, asked.since, asked.people))
    if seen.state in BEFORE_DEPARTURE:
        found += _list_before_departure(seen, now)
    found += _list_under_way(seen, now)
    return sorted(found, key=_order)


def _order(need: Need) -> tuple[int, bool, datetime | None, str, str]:
    return need.rank, need.since is None, need.since, need.code, need.exception or ""


def _list_fevers(seen: Seen) -> Iterator[Need]:
    """One for all people with a fever, since the first of them."""
    fevers = [each for each in seen.brief.noted if each.event_id in seen.fevers]
    if fevers:
        people = {each.passenger_id for each in fevers}
        yield Need(_C.FEVER, min(each.at for each in fevers), len(people))


def _list_exceptions(seen: Seen) -> Iterator[Need]:
    """One for each code. People between two trips are told by the trips' legs, not by the exception."""
    times: dict[ExceptionCode, list[datetime | None]] = {}
    for each in (*seen.brief.exceptions, *seen.elsewhere.exceptions):
        told = [seen.told_at[one] for one in each.event_ids if one in seen.told_at]
        times.setdefault(each.code, []).append(max(told, default=None))
    for code, since in times.items():
        known = min([each for each in since if each is not None], default=None)
        if code is ExceptionCode.COUNT_DIFFERS:
            yield Need(_C.COUNT_DIFFERS, known, len(since))
        elif code is not ExceptionCode.MOVED_NOT_ARRIVED:
            yield Need(_C.EXCEPTION, known, len(since), code)
    if between := seen.elsewhere.between:
        yield Need(_C.MOVED_NOT_ARRIVED, min(between), len(between))


def _list_before_departure(seen: Seen, now: datetime) -> Iterator[Need]:
    brief, leaves_at = seen.brief, seen.planned_departure_at
    if stopped := {**dict(brief.declined), **seen.elsewhere.stopped}:
        since = min([each for each in stopped.values() if each is not None], default=None)
        yield Need(_C.NOT_TRAVELLING, since, len(stopped))
    # a list is locked with the answer that the policy asks for: it was taken back, or the policy switched
    asked = seen.policy.filing_acknowledgement_required and seen.state in LOCKED_BEFORE_DEPARTURE
    lost = asked and brief.acknowledged is None
    if lost:
        yield Need(_C.NOT_ACKNOWLEDGED, brief.filed_at)
    if leaves_at is None:
        return
    late = leaves_at + _tell_delay(seen)
    if now > late + OVERDUE_AFTER:
        yield Need(_C.SHOULD_HAVE_LEFT, late)
    due = leaves_at - READY_BEFORE
    if now < due:
        return
    # a complete plan lacks no driver: a carriage needs none
    if not brief.driver_ids and seen.state is _T.DRAFT:
        yield Need(_C.NO_DRIVER, due)
    if seen.state in UNLOCKED:
        yield Need(_C.NOT_LOCKED, due)
    if brief.filed_at is not None and brief.acknowledged is None and not lost:
        yield Need(_C.NOT_ACKNOWLEDGED, brief.filed_at)
    if brief.unreached:
        yield Need(_C.NOT_REACHED, due, brief.unreached)


def _tell_delay(seen: Seen) -> timedelta:
    """By how much the arrival was told to be later, so much later it may leave."""
    expected, planned = seen.brief.expected_at, seen.planned_arrival_at
    if expected is None or planned is None:
        return timedelta()
    return max(expected - planned, timedelta())


def _list_under_way(seen: Seen, now: datetime) -> Iterator[Need]:
    """Also of a trip that is on its way back."""
    brief = seen.brief
    due = brief.expected_at or seen.planned_arrival_at
    if seen.state in UNDER_WAY and due is not None and now > due + OVERDUE_AFTER:
        yield Need(_C.SHOULD_HAVE_ARRIVED, due)
    heard = brief.heard.at if brief.heard else None
    silent_after = timedelta(hours=seen.policy.silent_hours)
    if seen.state in UNDER_WAY | {_T.TURNED_BACK} and heard and now > heard + silent_after:
        yield Need(_C.SILENT, heard)
    if seen.state in UNDER_WAY:
        yield from _list_overdue(seen, now)
    arrived = seen.arrived_at if seen.state is _T.ARRIVED else None
    if arrived is not None and brief.unsigned and now > arrived + SIGNED_WITHIN:
        yield Need(_C.NOT_SIGNED, arrived, brief.unsigned)


def _list_overdue(seen: Seen, now: datetime) -> Iterator[Need]:
    """Of what the policy wants again and again on the way, counted from the last one or from the departure."""
    brief, policy = seen.brief, seen.policy
    intervals = {
        _C.TEMPERATURE_DUE: (policy.remeasure_hours, brief.measured_at),
        _C.DISINFECTION_DUE: (policy.disinfect_interval_hours, brief.disinfected_at),
    }
    for code, (hours, last) in intervals.items():
        told = [each for each in (last, brief.departed_at) if each is not None]
        if hours is None or not told:
            continue
        due = max(told) + timedelta(hours=hours)
        if now > due:
            yield Need(code, due)


def may_wait(brief: Brief) -> bool:
    """Whether something stands that the clock does not take away."""
    return bool(brief.standing or brief.exceptions or brief.declined or brief.noted)


def collect_events(exceptions: Iterable[OpenException]) -> set[UUID]:
    """The events whose moment says since when exceptions stand."""
    return {event_id for each in exceptions for event_id in each.event_ids}
