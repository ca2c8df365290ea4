"""A worker's journeys and legs: when a journey is open or travelled, what becomes of its demand; which trips
overlap in time; whether a trip goes to another city than the demand named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from schemas.demands import DemandState
from schemas.divisions.reading import MUNICIPALITIES, within
from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus
from service.recording.handlers import Ref
from service.trips.rules.findings import Finding, make_finding
from service.trips.rules.overview import Plan
from service.trips.rules.passengers import IN_OUR_CARE, PassengerState
from service.workers.rules import WorkerState

_S = PassengerStatus
_TRAVELLED = frozenset({_S.RECEIVED, _S.TRANSFERRED, _S.LEFT})
_FELL_THROUGH = frozenset({_S.EXPECTED, _S.REMOVED, _S.DENIED, _S.NO_SHOW, _S.MOVED})
"""The leg did not take the worker further, so that what counts is the one before it."""
_WAS_ABOARD = frozenset({*IN_OUR_CARE, _S.RECEIVED, _S.TRANSFERRED, _S.LEFT, _S.RETURNED})
"""Somebody has, or had, the person from this trip."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One passenger row of a journey, with the planned time of its trip."""

    passenger_id: UUID
    trip_id: UUID
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
    moved_at: datetime | None
    moved_to_trip_id: UUID | None
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
    def was_aboard(self) -> bool:
        return self.carried or self.status in _WAS_ABOARD

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
    departure_at: datetime | None,
    arrival_at: datetime | None,
) -> Leg:
    moved = passenger.status is _S.MOVED
    return Leg(
        passenger_id=passenger.id,
        trip_id=trip_id,
        number=passenger.leg,
        demand_id=passenger.demand_id,
        status=passenger.status,
        active=passenger.active,
        given=passenger.leg_given,
        found=passenger.found,
        carried=passenger.carried,
        since=passenger.boarded_at or passenger.status_since,
        moved_at=passenger.status_since if moved else None,
        moved_to_trip_id=passenger.moved_to_trip_id if moved else None,
        fact=passenger.status_fact,
        received_by=passenger.received_by,
        departure_at=departure_at,
        arrival_at=arrival_at,
    )


@dataclass(frozen=True, slots=True)
class Journey:
    """Legs in their order. A journey without a leg is none: its row is deleted."""

    id: UUID
    worker_id: UUID
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
        return any(leg.status in _TRAVELLED and not leg.at_station for leg in self.legs)

    def with_legs(self, legs: Iterable[Leg]) -> "Journey":
        ordered = sorted(legs, key=lambda leg: (leg.number, leg.trip_id, leg.passenger_id))
        return replace(self, legs=tuple(ordered))


@dataclass(frozen=True, slots=True)
class WorkerJourneys:
    """All journeys of one worker, the oldest first."""

    worker_id: UUID
    journeys: tuple[Journey, ...] = ()

    def is_open(self, journey: Journey) -> bool:
        """Still under way, also between two vehicles."""
        return journey.under_way or any(self.is_between(leg) for leg in journey.legs)

    def is_between(self, leg: Leg) -> bool:
        """Moved to another trip, and not recorded aboard there yet: in nobody's hands."""
        if leg.status is not _S.MOVED:
            return False
        return not any(other.takes_over(leg) for other in self._legs())

    def legs_between(self) -> list[Leg]:
        return [leg for leg in self._legs() if self.is_between(leg)]

    def has_travelled(self, journey: Journey) -> bool:
        return journey.ended and not self.is_open(journey)

    def _legs(self) -> Iterator[Leg]:
        for each in self.journeys:
            yield from each.legs

    @property
    def open_journey(self) -> Journey | None:
        """The earliest that is open: by the index at most one is stored as such."""
        return next((each for each in self.journeys if self.is_open(each)), None)

    @property
    def stored(self) -> tuple[tuple[UUID, UUID | None, bool, bool], ...]:
        """What of it stands in rows of its own; the legs are the passengers'."""
        current = self.open_journey
        return tuple(
            (each.id, each.demand_id, each is current, bool(each.legs)) for each in self.journeys
        )

    def active_legs(self) -> list[Leg]:
        return [leg for leg in self._legs() if leg.active]

    def rivals(self, passenger: PassengerState, *, trip_id: UUID) -> list[Leg]:
        """Legs that hold the worker in another place: not those of the same journey that come
        before or after this one."""
        return [
            leg
            for journey in self.journeys
            for leg in journey.legs
            if leg.active
            and leg.trip_id != trip_id
            and (journey.id != passenger.journey_id or leg.number == passenger.leg)
        ]

    def findings(self, passenger: PassengerState, *, trip_id: UUID) -> tuple[Finding, ...]:
        """What does not fit about this passenger of that trip, seen with the worker's other trips: moved and
        not aboard there; aboard here and aboard, or with a given place, elsewhere."""
        mine = (trip_id, passenger.id)
        leg = next((e for e in self._legs() if (e.trip_id, e.passenger_id) == mine), None)
        if leg is None:
            return ()
        if self.is_between(leg):
            return (make_finding(ExceptionCode.MOVED_NOT_ARRIVED, leg.fact),)
        if leg.status not in IN_OUR_CARE or not leg.active:
            return ()
        against = [e for e in self.rivals(passenger, trip_id=trip_id) if _contests(leg, e)]
        if not against:
            return ()
        aboard = [each.fact for each in against if each.status in IN_OUR_CARE]
        return (make_finding(ExceptionCode.ABOARD_ELSEWHERE, leg.fact, *aboard),)

    def journey_of_found(self) -> Journey | None:
        """The one that somebody who is found aboard is on: the open one, else the newest that has not come to
        its end. Who was told not to have come by it still does."""
        if self.open_journey is not None:
            return self.open_journey
        newest = self.journeys[-1] if self.journeys else None
        return None if newest is None or newest.ended else newest

    def with_leg(self, leg: Leg, *, journey_id: UUID | None) -> "WorkerJourneys":
        """The passenger's leg lies in this journey (in none, if its beginning was reversed)."""
        by_id = {each.id: each for each in self.journeys}
        for each in self.journeys:
            mine = (leg.trip_id, leg.passenger_id)
            others = [x for x in each.legs if (x.trip_id, x.passenger_id) != mine]
            by_id[each.id] = each.with_legs(others)
        if journey_id is not None:
            journey = by_id.get(journey_id) or Journey(journey_id, self.worker_id)
            by_id[journey_id] = journey.with_legs([*journey.legs, leg])
        return replace(self, journeys=tuple(by_id[key] for key in sorted(by_id)))

    def demand_state(self, demand_id: UUID) -> DemandState | None:
        """Travelled, if a journey for it ended so; assigned, while one is open; else it has to be
        planned anew. None: no journey took it up."""
        mine = [each for each in self.journeys if each.demand_id == demand_id]
        if not mine:
            return None
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


def judge_holds(passenger: PassengerState, worker: WorkerState) -> tuple[Finding, ...]:
    """Boarded while a hold was laid and not released, whenever that was told. The fact alone; no reason."""
    boarded_at = passenger.boarded_at
    if boarded_at is None or not worker.holds_at(boarded_at):
        return ()
    return (make_finding(ExceptionCode.BOARDED_AGAINST_CLEARANCE, passenger.boarded_fact),)


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


_NO_CITY: Final = "90"
"""Counties right under their province (429004 仙桃, 659001 石河子): each is as good as a city."""


def goes_elsewhere(plan: Plan, wanted: str | None) -> bool:
    """To another city than the wanted one, by the destination and by every handover point. A trip
    that ends in the own county (a feeder, people coming home) says nothing about where they go.
    """
    destination = plan.destination_code
    if wanted is None or destination is None or within(destination, plan.county_code):
        return False
    named = [destination, *(each.division_code for each in plan.handover_points)]
    return not any(_is_near(place[:6], wanted) for place in named if place is not None)


def _is_near(place: str, wanted: str) -> bool:
    """The same city; or one of them names a province only, and the other lies in it."""
    return within(wanted, _city_of(place)) or within(place, wanted)


def _city_of(code: str) -> str:
    if code[2:] == "0000" or code[2:4] == _NO_CITY:
        return code
    return MUNICIPALITIES.get(code[:2], f"{code[:4]}00")
