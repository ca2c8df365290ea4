"""What single facts of a trip's course say: signatures, acknowledgements, incidents, places, head counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from schemas.events.payloads_trips import Channel, SignatureMethod
from service.recording.handlers import Ref


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
