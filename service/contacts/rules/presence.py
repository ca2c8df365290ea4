"""Where people are now, as the last that was told of them says: on which trip, with whom, where. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus
from service.recording.handlers import Ref
from service.trips.rules.journeys import holder_of
from service.trips.rules.overview import Plan, Point
from service.trips.rules.passengers import PassengerState

_S = PassengerStatus
_AT_A_PLACE = frozenset({_S.RECEIVED, _S.REFUSED})
_AT_HOME = frozenset({_S.RETURNED})
_NEVER_LEFT = frozenset({_S.EXPECTED, _S.REMOVED, _S.DENIED, _S.NO_SHOW, _S.STAND_BY, _S.LISTED})


@dataclass(frozen=True, slots=True)
class Present:
    """The ride that tells last of somebody. `party` None: nobody, moved and not aboard the other trip.
    `point`: where they were received or refused."""

    trip_id: UUID
    passenger: PassengerState
    party: PartyKind | None
    since: datetime | None
    fact: Ref | None
    point: Point | None
    enterprise_id: UUID | None
    is_home: bool
    destination_code: str | None

    def find_code(self, enterprise_code: str | None, *, home_code: str | None) -> str | None:
        """The county where they are, six digits; None on the way, and where nobody knows."""
        if self.is_home:
            return home_code
        if self.passenger.status not in _AT_A_PLACE:
            return None
        point_code = self.point.division_code if self.point else None
        code = enterprise_code or point_code or self.destination_code
        return code[:6] if code else None


class LastRide(NamedTuple):
    """A ride as the choice between several reads it; `since`: of its status."""

    trip_id: UUID
    passenger_id: UUID
    worker_id: UUID
    status: PassengerStatus
    since: datetime | None


def choose_latest(rides: Iterable[LastRide]) -> LastRide | None:
    """The ride that tells last of one person: one that carried them, or was to where they had been moved; of
    others the newest list."""
    listed = list(rides)
    carried = [each for each in listed if each.status not in _NEVER_LEFT]
    return max(carried or listed, key=_moment, default=None)


def _moment(ride: LastRide) -> tuple[float, bool, UUID]:
    """Of one moment the ride that goes on, not the one that was left."""
    is_left = ride.status is _S.MOVED
    return (ride.since.timestamp() if ride.since else 0.0), not is_left, ride.trip_id


def find_present(trip_id: UUID, passenger: PassengerState, plan: Plan) -> Present:
    custody = holder_of(passenger)
    points = plan.handover_points
    named = plan.point(passenger.handover_point_id)
    point = named or (points[-1] if points else None)
    is_there = passenger.status in _AT_A_PLACE
    at_point = point if is_there else None
    owner = passenger.enterprise_id or (point.enterprise_id if point else None)
    return Present(
        trip_id,
        passenger,
        None if passenger.status is _S.MOVED else custody.party,
        custody.since,
        passenger.status_fact,
        at_point,
        owner if is_there else None,
        passenger.status in _AT_HOME | _NEVER_LEFT,
        plan.destination_code,
    )
