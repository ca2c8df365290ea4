"""Events as sent and answered: at most 500 in a request, id, time, mode, source and sender's clock; outcome,
receipt, exceptions, what may follow.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from schemas.base import Input, Wire
from schemas.errors import Problem
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Source

MAX_EVENTS = 500
MAX_ATTACHMENTS = 10


class EventIn(Input):
    """One statement. `id` is made by the sender (UUIDv7); sent again unchanged it changes nothing."""

    id: UUID
    kind: EventKind
    occurred_at: AwareDatetime = Field(
        description="When it happened, by the raw clock of the device, or as a person read it off a "
        "watch; never corrected by the sender. A live decision takes the server's time; this one "
        "stays beside it.",
    )
    clock_offset_ms: int | None = Field(
        default=None,
        description="What the device last knew of its clock when the event was made: device's clock "
        "less the server's, in milliseconds, at most 24 hours either way. Only the server corrects: "
        "each event by its own offset, and by the difference of the request's `sent_at` where it has "
        "none. Sent again with another offset it is still the same event; the first correction "
        "stands. Leave it out for a time that a person read off a watch or a paper.",
    )
    mode: Mode = Mode.LIVE
    source: Source = Source.API
    device: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = Field(
        default=None,
        description="The installation that made the event: an id that it drew once at random "
        "(8 to 64 letters, digits, - and _). Of facts of one moment, those of one device are "
        "ordered by its sequence; two that differ, from two devices, contradict each other.",
    )
    device_sequence: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(
        default=None,
        description="The device's own count of the events that it made, from 0. It orders facts of "
        "one moment from this device, and never outranks a moment. Left out: no count.",
    )
    attachments: Annotated[list[UUID], Field(max_length=MAX_ATTACHMENTS)] = Field(
        default_factory=list,
        description="Ids of files that were uploaded to the trip before, at most 10.",
    )
    data: dict[str, Any] = Field(default_factory=dict)


class EventsIn(Input):
    """`sent_at` is the sending device's clock now: by it events are corrected that have no offset of
    their own. A difference of less than 30 seconds is the network's and corrects nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sent_at": "2020-03-24T05:12:40+08:00",
                    "events": [
                        {
                            "id": "01710a3e-2400-7000-8000-000000000501",
                            "kind": "passenger.checked_in",
                            "occurred_at": "2020-03-24T05:12:00+08:00",
                            "clock_offset_ms": -1200,
                            "mode": "live",
                            "source": "app",
                            "device": "3f9a4c1e7b2d4856",
                            "device_sequence": 17,
                            "data": {
                                "passenger_id": "01710a3e-2400-7000-8000-000000000401",
                                "identity_shown": "card",
                                "temperature": 365,
                            },
                        }
                    ],
                }
            ]
        }
    )

    sent_at: AwareDatetime | None = None
    events: Annotated[list[EventIn], Field(min_length=1, max_length=MAX_EVENTS)]


class OutcomeStatus(StrEnum):
    RECORDED = "recorded"
    REFUSED = "refused"
    REPEATED = "repeated"


class Receipt(Wire):
    """The promise that the event is in the ledger, at this place of this stream."""

    event_id: UUID
    kind: EventKind
    stream: str
    sequence: int
    hash: str
    recorded_at: datetime


class Outcome(Wire):
    """What became of one event. A refused one may still carry a receipt: a live boarding that the
    gate refused is kept, under the sender's id, as `passenger.boarding_refused`.
    """

    id: UUID
    status: OutcomeStatus
    receipt: Receipt | None = None
    exceptions: list[ExceptionCode] = Field(default_factory=list)
    problem: Problem | None = None
    decided: dict[str, Any] = Field(default_factory=dict)


class OutcomesOut(Wire):
    """In the order of the request. Not a transaction: each event stands for itself."""

    outcomes: list[Outcome]
    may_follow: list[EventKind] = Field(default_factory=list)
    """What fits next, computed fresh at every answer."""
