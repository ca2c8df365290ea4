"""Events as sent and answered: at most 500 in a request, each read for itself; id, time, mode, source and
sender's clock; outcome, receipt, exceptions, what may follow; what could not be read.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, PydanticKnownError
from pydantic_core.core_schema import no_info_wrap_validator_function

from schemas.base import Input, Wire
from schemas.errors import ErrorCode, Problem
from schemas.events.fields import Moment
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Source
from schemas.fever import FeverOut
from schemas.types import WHOLE

MAX_EVENTS = 500
MAX_ATTACHMENTS = 10


class EventIn(Input):
    """One statement. `id` is made by the sender (UUIDv7); sent again unchanged it changes nothing."""

    id: UUID
    kind: EventKind
    occurred_at: Moment = Field(
        description="When it happened, by the raw clock of the device, or as a person read it off a "
        "watch; never corrected by the sender. A live decision takes the server's time; this one "
        "stays beside it.",
    )
    clock_offset_ms: Annotated[int | None, WHOLE] = Field(
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
    device_sequence: Annotated[int, Field(ge=0, le=2**31 - 1), WHOLE] | None = Field(
        default=None,
        description="The device's own count of the events that it made, from 0. It orders facts of "
        "one moment from this device, and never outranks a moment. Left out: no count.",
    )
    attachments: Annotated[list[UUID], Field(max_length=MAX_ATTACHMENTS)] = Field(
        default_factory=list,
        description="Ids of files that were uploaded to the trip before, at most 10.",
    )
    data: dict[str, Any] = Field(default_factory=dict)


class Unreadable(NamedTuple):
    """An item of a request that is no event, as it came. `id` and `kind` where they can be read;
    `errors` are pydantic's, at most 10, with their places and without values: a name that the sender
    made up stands in them only where it looks like the name of a field.
    """

    content: Any
    id: UUID | None
    kind: EventKind | None
    errors: tuple[Mapping[str, Any], ...]


_MOST_ERRORS: Final = 10
_FIELD_NAME: Final = re.compile(r"[a-z][a-z_]{0,39}")
_ID: Final[TypeAdapter[UUID]] = TypeAdapter(UUID)
_KINDS: Final = frozenset(EventKind)


class EachForItself:
    """A list of items of one model of which each is read for itself. The list is read at once; only where that
    fails, item by item. Documented as the list of items that it should be.
    """

    def __init__(self, model: type[Input]) -> None:
        self.model = model

    def __get_pydantic_core_schema__(
        self, _source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        items: Any = Annotated[
            list[self.model],  # type: ignore[name-defined]
            Field(min_length=1, max_length=MAX_EVENTS),
        ]
        return no_info_wrap_validator_function(self._read, handler.generate_schema(items))

    def _read(self, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, list) and len(value) > MAX_EVENTS:
            limits = {"field_type": "List", "max_length": MAX_EVENTS, "actual_length": len(value)}
            raise PydanticKnownError("too_long", limits)
        try:
            return handler(value)
        except ValidationError:
            if not isinstance(value, list) or not value:
                raise
        return [_read_item(self.model, each) for each in value]


def _read_item(model: type[Input], item: Any) -> Input | Unreadable:
    try:
        return model.model_validate(item)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_MOST_ERRORS]
        named = item if isinstance(item, dict) else {}
        kind = named.get("kind")
        return Unreadable(
            content=item,
            id=_read_id(named.get("id")),
            kind=EventKind(kind) if isinstance(kind, str) and kind in _KINDS else None,
            errors=tuple(_hide_values(each) for each in found),
        )


def _read_id(value: Any) -> UUID | None:
    try:
        return _ID.validate_python(value)
    except ValidationError:
        return None


def _hide_values(error: Mapping[str, Any]) -> dict[str, Any]:
    """Also a message may quote what was sent: for an id it does, after the comma."""
    place = [str(step) for step in error["loc"]] or ["item"]
    if error["type"] == "extra_forbidden":
        place = [each if _FIELD_NAME.fullmatch(each) else "?" for each in place]
    message = str(error["msg"])
    if error["type"] == "uuid_parsing":
        message = message.partition(",")[0]
    return {**error, "loc": tuple(place), "msg": message}


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

    sent_at: Moment | None = None
    events: Annotated[list[EventIn | Unreadable], EachForItself(EventIn)] = Field(
        description="Each stands for itself: one that cannot be read is answered `event-unreadable` "
        "and kept aside, the others are recorded."
    )


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

    `position` is the event's place in the request, from 0; `id` is null where the item has none that
    can be read.
    """

    id: UUID | None
    position: int = 0
    status: OutcomeStatus
    receipt: Receipt | None = None
    exceptions: list[ExceptionCode] = Field(default_factory=list)
    problem: Problem | None = None
    decided: dict[str, Any] = Field(default_factory=dict)
    measure_again: bool = Field(
        default=False,
        description="A body temperature below 35.0 °C was told: measure a second time. Not recorded.",
    )
    warnings: list[str] = Field(
        default_factory=list,
        description="Sentences: what is odd about an event that was recorded all the same.",
    )


class UnreadEventOut(Wire):
    """An item that could not be read, and waits beside the record: the request's account and time, its
    place there, which fields were wrong. `event_id` is the id that its sender gave it, if any.
    """

    id: UUID
    event_id: UUID | None
    code: ErrorCode = ErrorCode.EVENT_UNREADABLE
    position: int
    fields: list[str]
    account_id: UUID
    received_at: datetime


class UnreadContentOut(UnreadEventOut):
    """`content`: the item as it came, as a text in JSON; null once its key was destroyed."""

    content: str | None


class OutcomesOut(Wire):
    """In the order of the request. Not a transaction: each event stands for itself."""

    outcomes: list[Outcome]
    may_follow: list[EventKind] = Field(default_factory=list)
    """What fits next, computed fresh at every answer."""
    next_steps: list[FeverOut] = Field(
        default_factory=list,
        description="What is to be done for people of whom a fever was told with this, step by step.",
    )
