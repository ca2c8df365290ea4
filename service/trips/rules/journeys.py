"""A worker's journeys and legs: when a journey is open or travelled, what becomes of its demand; which trips
overlap in time; whether a trip goes to another city than the demand named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from schemas.demands import DemandState
from schemas.divisions.reading import MUNICIPALITIES, within
from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus
from service.trips.rules.overview import Plan
from service.trips.rules.passengers import PassengerState

_S = PassengerStatus
_TRAVELLED = frozenset({_S.RECEIVED, _S.TRANSFERRED, _S.LEFT})
_FELL_THROUGH = frozenset({_S.EXPECTED, _S.REMOVED, _S.DENIED, _S.NO_SHOW, _S.MOVED})
"""The leg did not take the worker further, so that what counts is the one before it."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One passenger row of a journey, with the planned time of its trip."""

    passenger_id: UUID
    trip_id: UUID
    number: int
    demand_id: UUID | None
    status: PassengerStatus
    active: bool
    found: bool
    received_by: PartyKind | None
    departure_at: datetime | None
    arrival_at: datetime | None

    @property
    def at_station(self) -> bool:
        """Where the next leg begins."""
        return self.status is _S.RECEIVED and self.received_by is PartyKind.STATION


def make_leg(
    passenger: PassengerState,
    *,
    trip_id: UUID,
    departure_at: datetime | None,
    arrival_at: datetime | None,
) -> Leg:
    return Leg(
        passenger_id=passenger.id,
        trip_id=trip_id,
        number=passenger.leg,
        demand_id=passenger.demand_id,
        status=passenger.status,
        active=passenger.active,
        found=passenger.found,
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
    def open(self) -> bool:
        """Still under way: a leg is active, or the last one ended at a station."""
        if any(leg.active for leg in self.legs):
            return True
        came = [leg for leg in self.legs if leg.status not in _FELL_THROUGH]
        return bool(came) and came[-1].at_station

    @property
    def travelled(self) -> bool:
        ends = [leg for leg in self.legs if leg.status in _TRAVELLED and not leg.at_station]
        return bool(ends) and not self.open

    def with_legs(self, legs: Iterable[Leg]) -> "Journey":
        ordered = sorted(legs, key=lambda leg: (leg.number, leg.trip_id, leg.passenger_id))
        return replace(self, legs=tuple(ordered))


@dataclass(frozen=True, slots=True)
class WorkerJourneys:
    """All journeys of one worker, the oldest first."""

    worker_id: UUID
    journeys: tuple[Journey, ...] = ()

    @property
    def open_journey(self) -> Journey | None:
        """The earliest that is open: by the index at most one is stored as such."""
        return next((each for each in self.journeys if each.open), None)

    @property
    def stored(self) -> tuple[tuple[UUID, UUID | None, bool, bool], ...]:
        """What of it stands in rows of its own; the legs are the passengers'."""
        current = self.open_journey
        return tuple(
            (each.id, each.demand_id, each is current, bool(each.legs)) for each in self.journeys
        )

    def active_legs(self) -> list[Leg]:
        return [leg for each in self.journeys for leg in each.legs if leg.active]

    def rivals(self, passenger: PassengerState, *, trip_id: UUID) -> list[Leg]:
        """Legs that hold the worker in another place: not those of the same journey that come
        before or after this one."""
        return [
            leg
            for journey in self.journeys
            for leg in journey.legs
            if leg.active
            and not leg.found
            and leg.trip_id != trip_id
            and (journey.id != passenger.journey_id or leg.number == passenger.leg)
        ]

    def journey_to_continue(self) -> Journey | None:
        """The open journey, or the newest if it only broke off by a move to another vehicle."""
        if self.open_journey is not None:
            return self.open_journey
        newest = self.journeys[-1] if self.journeys else None
        if newest is None or newest.travelled:
            return None
        return newest if any(leg.status is _S.MOVED for leg in newest.legs) else None

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
        if any(each.open for each in mine):
            return DemandState.ASSIGNED
        travelled = any(each.travelled for each in mine)
        return DemandState.TRAVELLED if travelled else DemandState.OPEN


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
