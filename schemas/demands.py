"""Travel demands on the wire: states, one demand (masked), the summary by city, employer or week."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.base import Wire
from schemas.workers import Feed


class DemandState(StrEnum):
    """Open until a seat is given; what follows is written by trips."""

    ASSIGNED = "assigned"
    CANCELLED = "cancelled"
    OPEN = "open"
    TRAVELLED = "travelled"


class DemandGrouping(StrEnum):
    """What demands are counted by."""

    CITY = "city"
    EMPLOYER = "employer"
    WEEK = "week"


class DemandGap(StrEnum):
    """What a demand does not say."""

    DATE = "date"
    DESTINATION = "destination"
    EMPLOYER = "employer"


class DemandOut(Wire):
    """Who (masked) wants to go where, in which days."""

    id: UUID
    worker_id: UUID
    name: Annotated[str, Field(examples=["张*"])]
    phone: Annotated[str | None, Field(examples=["154****2345"])] = None
    reachable: bool
    township_code: Annotated[str | None, Field(examples=["211221105"])] = None
    township: Annotated[str | None, Field(examples=["凡河镇"])] = None
    destination_code: Annotated[str | None, Field(examples=["320500"])] = None
    destination: Annotated[str | None, Field(examples=["江苏省苏州市"])] = None
    employer: Annotated[str | None, Field(examples=["合成电子有限公司"])] = None
    enterprise_id: UUID | None = None
    window_from: date | None = None
    window_to: date | None = None
    state: DemandState
    source: Feed
    version: int


class DemandGroup(Wire):
    """One line of the summary. `key` is the city's code, the employer's key or the ISO week; null
    where the rows say nothing. `monday` is given by week only.
    """

    key: Annotated[str | None, Field(examples=["320500"])]
    label: Annotated[str, Field(examples=["江苏省苏州市"])]
    monday: date | None = None
    open: int
    assigned: int


class DemandSummary(Wire):
    """Open and assigned demands only, the largest groups first (weeks in their order)."""

    by: DemandGrouping
    groups: list[DemandGroup]
    open: int
    assigned: int
