"""A worker's journeys: one open at most, made of legs on trips; and what a demand became of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus
from service.trips.rules.passengers import ACTIVE, PassengerState

_S = PassengerStatus
_TRAVELLED = frozenset({_S.RECEIVED, _S.TRANSFERRED, _S.LEFT, _S.MISSING})


@dataclass(frozen=True, slots=True)
class Leg:
    """One passenger row of a journey, with the planned time of its trip."""

    passenger_id: UUID
    trip_id: UUID
    number: int
    status: PassengerStatus
    received_by: PartyKind | None
    found: bool
    departure_at: datetime | None
    arrival_at: datetime | None

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


@dataclass(frozen=True, slots=True)
class Journey:
    id: UUID
    worker_id: UUID
    demand_id: UUID | None
    legs: tuple[Leg, ...]

    @property
    def open(self) -> bool:
        """Still under way: a leg is active, or the last one ended at a station, where the next begins."""
        if any(leg.active for leg in self.legs):
            return True
        last = max(self.legs, key=lambda leg: leg.number, default=None)
        return (
            last is not None
            and last.status is _S.RECEIVED
            and last.received_by is PartyKind.STATION
        )

    @property
    def demand_state(self) -> str:
        """open: must be planned anew; assigned: has a place; travelled: went."""
        if any(leg.status in _TRAVELLED for leg in self.legs) and not self.open:
            return "travelled"
        return "assigned" if self.open else "open"


@dataclass(frozen=True, slots=True)
class WorkerJourneys:
    """All journeys of one worker; the newest last."""

    worker_id: UUID
    journeys: tuple[Journey, ...] = ()

    @property
    def open_journey(self) -> Journey | None:
        """The earliest that is open: by the index at most one is stored as such."""
        return min(
            (each for each in self.journeys if each.open), key=lambda each: each.id, default=None
        )

    def active_legs(self, *, but_trip: UUID | None = None) -> list[Leg]:
        """Legs that hold the worker, those of one trip left out."""
        return [
            leg
            for each in self.journeys
            for leg in each.legs
            if leg.active and not leg.found and leg.trip_id != but_trip
        ]

    def journey_to_continue(self) -> Journey | None:
        """The open journey, or one whose last leg ended in a move to another vehicle."""
        if self.open_journey is not None:
            return self.open_journey
        newest = max(self.journeys, key=lambda each: each.id, default=None)
        if newest is None:
            return None
        moved = any(leg.status is _S.MOVED for leg in newest.legs)
        ended = any(leg.status in _TRAVELLED for leg in newest.legs)
        return newest if moved and not ended else None

    def find(self, journey_id: UUID | None) -> Journey | None:
        return next((each for each in self.journeys if each.id == journey_id), None)

    def with_journey(self, journey: Journey) -> "WorkerJourneys":
        others = tuple(each for each in self.journeys if each.id != journey.id)
        return replace(self, journeys=(*others, journey))


def record_leg(
    journeys: WorkerJourneys,
    passenger: PassengerState,
    *,
    trip_id: UUID,
    departure_at: datetime | None,
    arrival_at: datetime | None,
) -> WorkerJourneys:
    """The worker's journeys after this passenger's state changed. Unchanged without a journey."""
    if passenger.journey_id is None:
        return journeys
    journey = journeys.find(passenger.journey_id) or Journey(
        passenger.journey_id, journeys.worker_id, passenger.demand_id, ()
    )
    leg = Leg(
        passenger_id=passenger.id,
        trip_id=trip_id,
        number=passenger.leg,
        status=passenger.status,
        received_by=passenger.received_by,
        found=passenger.found,
        departure_at=departure_at,
        arrival_at=arrival_at,
    )
    others = tuple(each for each in journey.legs if each.passenger_id != passenger.id)
    legs = tuple(sorted((*others, leg), key=lambda each: (each.number, each.passenger_id)))
    return journeys.with_journey(replace(journey, legs=legs))


def overlaps(
    legs: Mapping[UUID, Leg] | list[Leg],
    *,
    departure_at: datetime | None,
    arrival_at: datetime | None,
) -> bool:
    """Whether a new leg would run while another active one does. Unknown times overlap with all:
    a person of whom one cannot tell is not put on two vehicles."""
    listed = list(legs.values()) if isinstance(legs, Mapping) else legs
    for leg in listed:
        if departure_at is None or arrival_at is None:
            return True
        if leg.departure_at is None or leg.arrival_at is None:
            return True
        if departure_at < leg.arrival_at and leg.departure_at < arrival_at:
            return True
    return False
