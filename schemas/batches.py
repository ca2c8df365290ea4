"""Batches 批次 on the wire: opening, correcting and cancelling one; whose it is, where it goes (a code of the
table of divisions), in which window; its states.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Change, Input, Wire, object_to
from schemas.divisions.table import get_division
from schemas.events.fields import FreeText, ShortText
from schemas.types import Day

Number = Annotated[str, Field(min_length=1, max_length=40, examples=["P20200324-01"])]


def _check_destination(code: str) -> str:
    """One of today's table: a former code names no place that a trip could go to."""
    if get_division(code) is None:
        raise PydanticCustomError("division-unknown", "no division of today's table has this code")
    return code


DivisionCode6 = Annotated[
    str,
    Field(pattern=r"^[0-9]{6}$", examples=["320500"]),
    AfterValidator(_check_destination),
]


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class OrganiserKind(StrEnum):
    """Origin counties charter, and so do enterprises and bureaus of the destination."""

    COUNTY = "county"
    DESTINATION_BUREAU = "destination_bureau"
    ENTERPRISE = "enterprise"
    LABOUR_COMPANY = "labour_company"


class BatchIn(Input):
    """`id` is made by the sender (UUIDv7); the same again gives the same batch."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000301",
                    "number": "P20200324",
                    "destination_code": "320500",
                    "window_from": "2020-03-24",
                    "window_to": "2020-03-27",
                }
            ]
        }
    )

    id: UUID
    number: Number
    direction: Direction = Direction.OUTBOUND
    organiser_kind: OrganiserKind = OrganiserKind.COUNTY
    organiser: ShortText = "铁岭县人社局"
    destination_code: DivisionCode6
    window_from: Day
    window_to: Day
    enterprise_id: UUID | None = None

    @model_validator(mode="after")
    def window_in_order(self) -> "BatchIn":
        if self.window_to < self.window_from:
            raise object_to("window-reversed", "window_to", "window_to is before window_from")
        return self


class BatchPatch(Change):
    """A correction: fields left out stay as they are. `enterprise_id` may be emptied with null."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"number": "P20200325", "window_to": "2020-03-28"}]}
    )
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"enterprise_id"})

    number: Number | None = None
    direction: Direction | None = None
    organiser_kind: OrganiserKind | None = None
    organiser: ShortText | None = None
    destination_code: DivisionCode6 | None = None
    window_from: Day | None = None
    window_to: Day | None = None
    enterprise_id: UUID | None = None


class BatchCancelIn(Input):
    """Why the whole batch does not take place."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "企业推迟复工，整批取消"}]}
    )

    reason: FreeText


class BatchState(StrEnum):
    CANCELLED = "cancelled"
    OPEN = "open"


class BatchOut(Wire):
    id: UUID
    number: str
    direction: Direction
    organiser_kind: OrganiserKind
    organiser: str
    destination_code: str
    window_from: date
    window_to: date
    enterprise_id: UUID | None
    version: int
    state: BatchState = Field(
        description="A cancelled batch is not changed and takes no new trips."
    )
    cancelled_at: datetime | None = Field(
        description="When the batch was cancelled; null while it is open."
    )
    cancelled_reason: str | None = Field(
        description="In the words of who cancelled it; null for accounts that open no batches."
    )
