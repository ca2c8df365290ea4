"""The sum that has to come out: carried = received + refused with next holder + transferred + left
+ moved + returned + missing with report. Crew are outside of it (architecture 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus
from service.trips.rules.passengers import PassengerState

_S = PassengerStatus


@dataclass(frozen=True, slots=True)
class Balance:
    """Head counts of everybody who was ever aboard."""

    carried: int = 0
    received: int = 0
    refused: int = 0
    """Not taken by the receiver, and somebody else named who has them."""
    transferred: int = 0
    left: int = 0
    moved: int = 0
    returned: int = 0
    missing: int = 0
    unaccounted: int = 0
    """Aboard, or refused without a next holder: not an end."""

    @property
    def balanced(self) -> bool:
        return self.unaccounted == 0

    @property
    def accounted(self) -> int:
        """The right side of the equation."""
        return sum(
            getattr(self, each.name)
            for each in fields(self)
            if each.name not in {"carried", "unaccounted"}
        )


_NAMES = {
    _S.RECEIVED: "received",
    _S.TRANSFERRED: "transferred",
    _S.LEFT: "left",
    _S.MOVED: "moved",
    _S.RETURNED: "returned",
    _S.MISSING: "missing",
}


def in_all(passengers: Iterable[PassengerState]) -> Balance:
    counts = dict.fromkeys([each.name for each in fields(Balance)], 0)
    for passenger in passengers:
        if passenger.carried:
            counts["carried"] += 1
            counts[end_of(passenger)] += 1
    return Balance(**counts)


def end_of(passenger: PassengerState) -> str:
    """Which term of the equation a carried passenger belongs to."""
    if passenger.status is _S.REFUSED:
        given_on = passenger.next_holder not in {None, PartyKind.ESCORT}
        return "refused" if given_on else "unaccounted"
    if passenger.status is _S.RECEIVED and passenger.received_by is PartyKind.ESCORT:
        return "unaccounted"  # the escort had them all along
    return _NAMES.get(passenger.status, "unaccounted")
