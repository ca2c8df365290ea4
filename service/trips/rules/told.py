"""What single facts say: signatures, acknowledgements, incidents, places, head counts, a guardian's consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.payloads_trips import Channel, SignatureMethod
from service.recording.handlers import Ref

POLICY_CHOSEN: Final = "policy"
"""Stands in `decided` of a filing, and of the lock of a trip that was never filed: the policy in force on the
day of departure."""
POLICY_MISFITS: Final = "policy_misfits"
"""Stands in `decided` of a switch to a policy that does not hold for the trip by its own words: why not."""
VEHICLE_CARRIER: Final = "vehicle_carrier_id"
"""Stands in `decided` of what names a vehicle: whose it was then."""
ISOLATION_ROWS: Final = "isolation_rows"
"""Stands in `decided` beside `places`: which rows the policy keeps free in that vehicle."""
TOLD_VERSION: Final = "told_version"
"""Stands in `decided` of a filing: the version of the list that the destination is told with it."""
GIVING_SEATS: Final = frozenset(
    {EventKind.POLICY_SWITCHED, EventKind.TRIP_FILED, EventKind.VEHICLE_REPLACED}
)
"""Kinds after which there are other places, or other seats stay free; reversed, too."""
BUSY: Final = "busy"
"""Stands in `decided` of a fact told afterwards: code → the other trip at the same time."""
PAPER_SEEN: Final = "paper_seen"
"""Decided of a signature on paper."""
MINOR_ALONE: Final = "minor_alone"
"""Stands in `decided` of a departure with a minor aboard who is without guardian and companion."""
FLAGS: Final = {
    "clock_ahead": ExceptionCode.CLOCK_AHEAD,
    MINOR_ALONE: ExceptionCode.MINOR_UNACCOMPANIED,
}
"""What was found when a fact about the trip came in, as its `decided` says, and its exception."""
RECEIVER_MARK: Final = "receiver_mark"
"""Stands in `decided` of a consent, and of a receiving that names who took somebody over: a keyed digest of
that name, which is sealed. The two are compared."""


class Consent(NamedTuple):
    """A guardian let the passenger ride without them. `companion_id`: who looks after the passenger; None: the
    escort."""

    event_id: UUID
    companion_id: UUID | None
    receiver_mark: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A receiver signed for one passenger, as received by that event and at that point; and the fact
    that tells it."""

    passenger_id: UUID
    method: SignatureMethod
    point_id: UUID | None
    receipt_id: UUID | None
    paper_seen: bool | None = None
    """Whether a signed paper was attached; None where it was signed otherwise."""
    fact: Ref | None = None


class Acknowledged(NamedTuple):
    """The filing was acknowledged: when, by which channel. Who did is sealed with the event."""

    at: datetime
    channel: Channel
    event_id: UUID
    what: "WhatWasTold | None" = None
    """None of an acknowledgement of before, which counts for whatever the plan says."""


class WhatWasTold(NamedTuple):
    """What the destination said yes to."""

    destination_code: str | None
    receivers: tuple[str, ...]
    arrival_at: datetime | None


WHAT_WAS_TOLD: Final = "told"
"""Stands in `decided` of an acknowledgement."""


def write_told(what: WhatWasTold) -> dict[str, Any]:
    """As an event's body holds it."""
    arrival = what.arrival_at.isoformat() if what.arrival_at else None
    told = {"destination_code": what.destination_code, "arrival_at": arrival}
    return {name: each for name, each in told.items() if each} | {"receivers": list(what.receivers)}


def read_told(told: Mapping[str, Any] | None) -> WhatWasTold | None:
    if told is None:
        return None
    arrival = told.get("arrival_at")
    return WhatWasTold(
        told.get("destination_code"),
        tuple(told.get("receivers", ())),
        datetime.fromisoformat(arrival) if arrival else None,
    )


class Incident(NamedTuple):
    """Something happened; open until it is told to be settled. What is sealed with the event."""

    event_id: UUID
    at: datetime


class Place(NamedTuple):
    """Where the vehicle was last: a stop, whose name is sealed with the event, or a point of the plan."""

    at: datetime
    event_id: UUID
    point_id: UUID | None = None


class HeadCount(NamedTuple):
    """People counted aboard: compared with who was aboard then, in overview.py."""

    at: datetime
    aboard: int
    fact: Ref
