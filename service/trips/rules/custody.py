"""Who has a passenger in custody and since when: by status, receiver, or next holder after a refusal."""

from dataclasses import dataclass
from datetime import datetime

from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus
from service.trips.rules.passengers import PassengerState

_S = PassengerStatus
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
    _S.TRANSFERRED: _P.HEALTH_POINT,
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
    return Custody(_HOLDERS[passenger.status], passenger.status_since)
