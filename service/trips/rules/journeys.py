"""A worker's journeys and legs: when a journey is open or travelled, what becomes of its demand; which trips
overlap in time; who has custody of a passenger; what of a trip's people does not fit their other trips and
holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from schemas.demands import DemandState
from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_passengers import PartyKind
from schemas.ids import derive_id
from schemas.trips import PassengerStatus
from service.recording.handlers import Ref
from service.trips.rules.findings import Finding, list_open, make_finding
from service.trips.rules.overview import TripView
from service.trips.rules.passenger_states import IN_OUR_CARE
from service.trips.rules.passengers import PassengerState
from service.trips.rules.vehicle_runs import LAST
from service.workers.rules import WorkerState

_S = PassengerStatus
_TRAVELLED = frozenset({_S.RECEIVED, _S.LEFT})
_FELL_THROUGH = frozenset({_S.EXPECTED, _S.REMOVED, _S.DENIED, _S.NO_SHOW, _S.MOVED})
"""The leg did not take the worker further, so that what counts is the one before it."""
_WAS_ABOARD = frozenset({*IN_OUR_CARE, _S.RECEIVED, _S.LEFT, _S.RETURNED})
"""Somebody has, or had, the person from this trip."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One passenger row of a journey, with the planned time of its trip."""

    passenger_id: UUID
    worker_id: UUID | None
    """None: somebody in no registry."""
    trip_id: UUID
    journey_id: UUID | None
    """As decided with the place; of somebody found aboard none: it follows from all legs."""
    number: int
    demand_id: UUID | None
    status: PassengerStatus
    active: bool
    given: bool
    """Held by a decision, which nothing ended since."""
    found: bool
    carried: bool
    since: datetime | None
    """Of the boarding, else of the status."""
    status_since: datetime | None
    moved_to_trip_id: UUID | None
    explained: bool
    """Why who moved is not aboard the other trip was explained."""
    fact: Ref | None
    """By which the status came about."""
    received_by: PartyKind | None
    departure_at: datetime | None
    arrival_at: datetime | None

    @property
    def at_station(self) -> bool:
        """Where the next leg begins."""
        return self.status is _S.RECEIVED and self.received_by is PartyKind.STATION

    @property
    def ends_journey(self) -> bool:
        return self.status in _TRAVELLED and not self.at_station

    @property
    def was_aboard(self) -> bool:
        return self.carried or self.status in _WAS_ABOARD

    @property
    def key(self) -> tuple[UUID, UUID]:
        return self.trip_id, self.passenger_id

    @property
    def moved_at(self) -> datetime | None:
        return self.status_since if self.status is _S.MOVED else None

    @property
    def own_journey_id(self) -> UUID:
        """Of the journey that begins with this leg, of somebody found aboard."""
        return derive_id(self.passenger_id, "journey", self.trip_id.hex)

    def was_over(self, moment: datetime | None) -> bool:
        """Carried nobody any more before that moment."""
        if self.active or moment is None or self.status_since is None:
            return False
        return self.status_since < moment

    def takes_over(self, moved: "Leg") -> bool:
        """Whether the person, moved away by `moved`, is recorded aboard here since (or with an end)."""
        if self.trip_id == moved.trip_id or not self.was_aboard:
            return False
        if self.trip_id == moved.moved_to_trip_id:
            return True
        if self.since is None or moved.moved_at is None:
            return False
        return self.since >= moved.moved_at


def make_leg(
    passenger: PassengerState,
    *,
    trip_id: UUID,
    departure_at: datetime | None = None,
    arrival_at: datetime | None = None,
) -> Leg:
    """Without the planned times where nobody compares them."""
    moved = passenger.status is _S.MOVED
    return Leg(
        passenger_id=passenger.id,
        worker_id=passenger.worker_id,
        trip_id=trip_id,
        journey_id=passenger.journey_id,
        number=passenger.leg,
        demand_id=passenger.demand_id,
        status=passenger.status,
        active=passenger.active,
        given=passenger.leg_given,
        found=passenger.found,
        carried=passenger.carried,
        since=passenger.boarded_at or passenger.status_since,
        status_since=passenger.status_since,
        moved_to_trip_id=passenger.moved_to_trip_id if moved else None,
        explained=moved
        and not list_open((_tell_moved(passenger.status_fact),), passenger.explained),
        fact=passenger.status_fact,
        received_by=passenger.received_by,
        departure_at=departure_at,
        arrival_at=arrival_at,
    )


def _tell_moved(fact: Ref | None) -> Finding:
    return make_finding(ExceptionCode.MOVED_NOT_ARRIVED, fact)


def make_leg_of(view: TripView, passenger: PassengerState) -> Leg:
    """On a trip that is loaded, with its planned times."""
    plan = view.plan
    return make_leg(
        passenger,
        trip_id=view.id,
        departure_at=plan.planned_departure_at,
        arrival_at=plan.planned_arrival_at,
    )


def sort_legs(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    return tuple(sorted(legs, key=lambda leg: leg.key))


@dataclass(frozen=True, slots=True)
class Journey:
    """Legs in their order."""

    id: UUID
    legs: tuple[Leg, ...] = ()

    @property
    def demand_id(self) -> UUID | None:
        return next((leg.demand_id for leg in self.legs if leg.demand_id is not None), None)

    @property
    def under_way(self) -> bool:
        """A leg is active, or the last one ended at a station."""
        if any(leg.active for leg in self.legs):
            return True
        came = [leg for leg in self.legs if leg.status not in _FELL_THROUGH]
        return bool(came) and came[-1].at_station

    @property
    def ended(self) -> bool:
        return any(leg.ends_journey for leg in self.legs)

    def had_ended(self, moment: datetime | None) -> bool:
        return any(leg.ends_journey and leg.was_over(moment) for leg in self.legs)

    def with_found(self, leg: Leg) -> "Journey":
        """With the leg of somebody found aboard, in the place of the one that should have carried them
        then."""
        due = [each.number for each in self.legs if not each.was_over(leg.since)]
        last = max((each.number for each in self.legs), default=1)
        return self.with_legs([*self.legs, replace(leg, number=min(due, default=last))])

    def with_legs(self, legs: Iterable[Leg]) -> "Journey":
        ordered = sorted(legs, key=lambda leg: (leg.number, leg.found, leg.key))
        return replace(self, legs=tuple(ordered))


def find_journeys(legs: Iterable[Leg]) -> tuple[Journey, ...]:
    """The journeys that a worker's legs make up, the oldest first: a function of what is told of each leg, so
    that no order of arrival can matter. A place is given on a journey; who is found aboard is on the one that
    is under way, else on the newest that had not come to its end then (who was told not to have come by it
    still does), else on one of its own."""
    found: dict[UUID, Journey] = {}
    loose = []
    for leg in legs:
        if leg.found:
            loose.append(leg)
        elif leg.journey_id is not None:
            journey = found.get(leg.journey_id, Journey(leg.journey_id))
            found[leg.journey_id] = journey.with_legs([*journey.legs, leg])
    for leg in sorted(loose, key=lambda each: (each.since is None, each.since or LAST, each.key)):
        journey = _find_journey_of(leg, found)
        found[journey.id] = journey.with_found(leg)
    return tuple(found[key] for key in sorted(found))


def _find_journey_of(leg: Leg, known: Mapping[UUID, Journey]) -> Journey:
    own = leg.own_journey_id
    if own in known:
        return known[own]
    going_on = [known[key] for key in sorted(known) if not known[key].had_ended(leg.since)]
    under_way = [each for each in going_on if each.under_way]
    return next(iter([*under_way, *reversed(going_on)]), Journey(own))


@dataclass(frozen=True)
class WorkerJourneys:
    """All legs of one worker, by trip and passenger."""

    worker_id: UUID
    legs: tuple[Leg, ...] = ()
    rows: frozenset[UUID] = frozenset()
    """Journeys that have a row; one without a leg is none, and its row is deleted."""

    @cached_property
    def journeys(self) -> tuple[Journey, ...]:
        """The oldest first."""
        return find_journeys(self.legs)

    def list_numbered(self) -> list[Leg]:
        """The legs of all journeys, those of people found aboard by the place that they have there."""
        return [leg for journey in self.journeys for leg in journey.legs]

    def is_open(self, journey: Journey) -> bool:
        """Still under way, also between two vehicles."""
        return journey.under_way or any(self.is_between(leg) for leg in journey.legs)

    def is_between(self, leg: Leg) -> bool:
        """Moved to another trip, and not recorded aboard there yet: in nobody's hands."""
        if leg.status is not _S.MOVED:
            return False
        return not any(other.takes_over(leg) for other in self.legs)

    def legs_between(self) -> list[Leg]:
        return [leg for leg in self.legs if self.is_between(leg)]

    def has_travelled(self, journey: Journey) -> bool:
        return journey.ended and not self.is_open(journey)

    @property
    def open_journey(self) -> Journey | None:
        """The earliest that is open: by the index at most one is stored as such."""
        return next((each for each in self.journeys if self.is_open(each)), None)

    @property
    def stored(self) -> tuple[tuple[UUID, UUID | None, bool], ...]:
        """What of it stands in rows of its own; the legs are the passengers'."""
        current = self.open_journey
        return tuple((each.id, each.demand_id, each == current) for each in self.journeys)

    @property
    def gone(self) -> frozenset[UUID]:
        """Journeys that have a row and no leg any more."""
        return self.rows - {each.id for each in self.journeys}

    def active_legs(self) -> list[Leg]:
        return [leg for leg in self.list_numbered() if leg.active]

    def rivals(self, passenger: PassengerState, *, trip_id: UUID) -> list[Leg]:
        """Legs that hold the worker in another place, also under a second id on this trip: not those of the
        same journey that come before or after this one."""
        mine = (trip_id, passenger.id)
        found = []
        for journey in self.journeys:
            own = next((leg for leg in journey.legs if leg.key == mine), None)
            others = [leg for leg in journey.legs if leg.active and leg.key != mine]
            found += [leg for leg in others if own is None or leg.number == own.number]
        return found

    def findings(self, passenger: PassengerState, *, trip_id: UUID) -> tuple[Finding, ...]:
        """What does not fit about this passenger of that trip, seen with the worker's other trips: moved and
        not aboard there; aboard here and aboard, or with a given place, elsewhere."""
        mine = (trip_id, passenger.id)
        leg = next((each for each in self.legs if each.key == mine), None)
        if leg is None:
            return ()
        if self.is_between(leg):
            return (_tell_moved(leg.fact),)
        if leg.status not in IN_OUR_CARE or not leg.active:
            return ()
        against = [e for e in self.rivals(passenger, trip_id=trip_id) if _contests(leg, e)]
        if not against:
            return ()
        aboard = [each.fact for each in against if each.status in IN_OUR_CARE]
        return (make_finding(ExceptionCode.ABOARD_ELSEWHERE, leg.fact, *aboard),)

    def with_leg(self, leg: Leg) -> "WorkerJourneys":
        """Told anew."""
        others = [each for each in self.legs if each.key != leg.key]
        return replace(self, legs=sort_legs([*others, leg]))

    def without(self, *, trip_id: UUID, passenger_id: UUID) -> "WorkerJourneys":
        """As if nobody had said that this passenger is the worker."""
        key = (trip_id, passenger_id)
        return replace(self, legs=tuple(each for each in self.legs if each.key != key))

    def demand_state(self, demand_id: UUID) -> DemandState:
        """Travelled, if a journey for it ended so; assigned, while one is open; else it has to be
        planned (anew)."""
        mine = [each for each in self.journeys if each.demand_id == demand_id]
        if any(self.is_open(each) for each in mine):
            return DemandState.ASSIGNED
        travelled = any(self.has_travelled(each) for each in mine)
        return DemandState.TRAVELLED if travelled else DemandState.OPEN


def _contests(leg: Leg, other: Leg) -> bool:
    """Nobody is aboard twice; and who came aboard by a fact alone has a given place elsewhere. Somebody found
    aboard is known not to be on this list: the other trip will say what became of the place."""
    if other.status in IN_OUR_CARE:
        return True
    return other.given and not leg.given and not leg.found


def judge_stranger(passenger: PassengerState) -> tuple[Finding, ...]:
    """Somebody in no registry who was moved: no journey can tell that they arrived, until they are linked."""
    unseen = passenger.worker_id is None and passenger.status is _S.MOVED
    return (_tell_moved(passenger.status_fact),) if unseen else ()


def judge_holds(passenger: PassengerState, worker: WorkerState) -> tuple[Finding, ...]:
    """Boarded while a hold was laid and not released, whenever that was told. The fact alone; no reason."""
    boarded_at = passenger.boarded_at
    let_pass = passenger.let_pass_before(boarded_at)
    if boarded_at is None or not worker.has_newer_hold(let_pass, boarded_at):
        return ()
    return (make_finding(ExceptionCode.BOARDED_AGAINST_CLEARANCE, passenger.boarded_fact),)


def find_outside(
    passenger: PassengerState,
    *,
    trip_id: UUID,
    journeys: WorkerJourneys | None,
    worker: WorkerState | None,
) -> tuple[Finding, ...]:
    """What of a passenger does not fit the worker's other trips and holds. It is read from there and kept in no
    trip, because others may change it; nothing of those that are not given."""
    found = judge_stranger(passenger)
    if journeys is not None:
        found += journeys.findings(passenger, trip_id=trip_id)
    return found if worker is None else found + judge_holds(passenger, worker)


_V = TypeVar("_V")


def _get(known: Mapping[UUID, _V], worker_id: UUID | None) -> _V | None:
    return None if worker_id is None else known.get(worker_id)


@dataclass(frozen=True)
class Outside:
    """A trip's people seen with their other trips and holds, as far as these are given."""

    view: TripView
    journeys: Mapping[UUID, WorkerJourneys]
    workers: Mapping[UUID, WorkerState]
    coming: tuple[Leg, ...] = ()
    """Of people in no registry who were moved to this trip."""

    @cached_property
    def found(self) -> dict[UUID, tuple[Finding, ...]]:
        """Passenger → exceptions, those of this trip alone and those seen with the others; explained or not."""
        return {
            each.id: each.findings
            + find_outside(
                each,
                trip_id=self.view.id,
                journeys=_get(self.journeys, each.worker_id),
                worker=_get(self.workers, each.worker_id),
            )
            for each in self.view.passengers.values()
        }

    @cached_property
    def waiting(self) -> dict[UUID, tuple[Finding, ...]]:
        """Passenger → exceptions that ask for a correction or an explanation."""
        people = self.view.passengers
        return {key: list_open(found, people[key].explained) for key, found in self.found.items()}

    @property
    def open_exceptions(self) -> int:
        """The trip's own and everybody's."""
        return len(self.view.course.open_findings) + sum(map(len, self.waiting.values()))

    @cached_property
    def between(self) -> frozenset[UUID]:
        """Passengers who moved and are in nobody's hands, without an explanation."""
        unseen = ExceptionCode.MOVED_NOT_ARRIVED
        return frozenset(
            key for key, found in self.waiting.items() if any(each.code is unseen for each in found)
        )

    @cached_property
    def legs_between(self) -> tuple[Leg, ...]:
        """Of everybody between this trip and another one, explained or not."""
        people = self.view.passengers.values()
        strangers = [make_leg_of(self.view, each) for each in people if judge_stranger(each)]
        known = (leg for each in self.journeys.values() for leg in each.legs_between())
        mine = (leg for leg in known if self.view.id in {leg.trip_id, leg.moved_to_trip_id})
        return (*strangers, *self.coming, *sort_legs(mine))

    def is_between(self, passenger: PassengerState) -> bool:
        """Moved and not aboard the other trip, explained or not."""
        return any(leg.key == (self.view.id, passenger.id) for leg in self.legs_between)

    def leg_number_of(self, passenger: PassengerState) -> int:
        """Of somebody found aboard, that of the leg in whose place they ride."""
        known = _get(self.journeys, passenger.worker_id)
        legs = known.list_numbered() if known is not None else []
        mine = (self.view.id, passenger.id)
        return next((leg.number for leg in legs if leg.key == mine), passenger.leg)


def overlaps(
    legs: Iterable[Leg], *, departure_at: datetime | None, arrival_at: datetime | None
) -> bool:
    """Whether one of the legs runs in that time. Unknown times overlap with all: a person of whom
    one cannot tell is not put on two vehicles."""
    for leg in legs:
        if departure_at is None or arrival_at is None:
            return True
        if leg.departure_at is None or leg.arrival_at is None:
            return True
        if departure_at < leg.arrival_at and leg.departure_at < arrival_at:
            return True
    return False


_P = PartyKind

_HOLDERS: dict[PassengerStatus, PartyKind] = {
    _S.EXPECTED: _P.TOWNSHIP,
    _S.LISTED: _P.TOWNSHIP,
    _S.STAND_BY: _P.TOWNSHIP,
    _S.CHECKED_IN: _P.ESCORT,
    _S.BOARDED: _P.ESCORT,
    _S.DENIED: _P.TOWNSHIP,
    _S.NO_SHOW: _P.TOWNSHIP,
    _S.LEFT: _P.OWN_WAY,
    _S.MOVED: _P.ESCORT,
    _S.RECEIVED: _P.ENTERPRISE,
    _S.REFUSED: _P.ESCORT,
    _S.MISSING: _P.ESCORT,
    _S.RETURNED: _P.TOWNSHIP,
    _S.REMOVED: _P.TOWNSHIP,
}


@dataclass(frozen=True, slots=True)
class Custody:
    party: PartyKind
    since: datetime | None


def holder_of(passenger: PassengerState) -> Custody:
    """A missing passenger stays in the escort's custody: the duty to find them is not passed on."""
    if passenger.status is _S.RECEIVED and passenger.received_by is not None:
        return Custody(passenger.received_by, passenger.status_since)
    if passenger.status is _S.REFUSED and passenger.next_holder is not None:
        return Custody(passenger.next_holder, passenger.status_since)
    if passenger.status is _S.LEFT and passenger.given_on:
        return Custody(_P.OTHER, passenger.status_since)
    return Custody(_HOLDERS[passenger.status], passenger.status_since)
