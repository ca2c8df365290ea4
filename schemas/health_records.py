"""Notes of health on the wire: recorded, 1 to 500 at once, each for itself; one worker's, opened; who is to be
called after the arrival; what people on coming trips lack.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from schemas.base import Input, Wire
from schemas.clearance import ReasonOut, Verdict
from schemas.events.envelope import EachForItself, Outcome, Unreadable
from schemas.events.fields import Moment
from schemas.events.kinds import Mode, Source
from schemas.health_notes import HealthContent, NoteWhat
from schemas.types import WHOLE


class HealthRecordIn(Input):
    """One note about one worker. `id` is made by the sender (UUIDv7); sent again it changes nothing."""

    id: UUID
    worker_id: UUID
    occurred_at: Moment = Field(
        description="When it was measured, declared, shown or asked, as a person read it off a watch."
    )
    clock_offset_ms: Annotated[int | None, WHOLE] = Field(
        default=None,
        description="What the device last knew of its clock, in milliseconds ahead of the server; null "
        "where the time was read off a watch or a paper.",
    )
    mode: Mode = Mode.LIVE
    source: Source = Source.API
    content: HealthContent = Field(description="What is noted, told apart by `what`.")


class HealthRecordsIn(Input):
    """Up to 500 notes, of one or of many people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "records": [
                        {
                            "id": "01710a3e-2400-7000-8000-000000000521",
                            "worker_id": "01710a3e-2400-7000-8000-000000000403",
                            "occurred_at": "2020-03-23T09:00:00+08:00",
                            "content": {
                                "what": "measured",
                                "readings": [
                                    {"code": "body_temperature", "value": 365, "site": "forehead"},
                                    {"code": "systolic", "value": 121},
                                    {"code": "diastolic", "value": 78},
                                ],
                                "place": "李千户镇卫生院",
                                "measured_by": "合成村医",
                            },
                        }
                    ]
                }
            ]
        }
    )

    sent_at: Moment | None = None
    records: Annotated[list[HealthRecordIn | Unreadable], EachForItself(HealthRecordIn)] = Field(
        description="Each stands for itself: one that is refused does not keep the others out."
    )


class HealthRecordsOut(Wire):
    """In the order of the request."""

    outcomes: list[Outcome]


class HealthRecordOut(Wire):
    """One note that stands. `content` null: its key was destroyed. `invalidated`: of a proof."""

    id: UUID = Field(description="The event's: a proof is invalidated, a note reversed by it.")
    worker_id: UUID
    at: datetime
    recorded_at: datetime
    account_id: UUID
    what: NoteWhat | None
    invalidated: bool = False
    content: HealthContent | None


class _Listed(Wire):
    """Somebody of a trip on a work list: who it is and how to call them."""

    id: UUID = Field(description="The worker's.")
    passenger_id: UUID
    name: str
    phone: str | None = Field(description="Which to call: the own one, else the family's.")
    township: str | None
    village: str | None
    trip_id: UUID
    trip_number: str


class FollowUpDue(_Listed):
    """Somebody who was received so many days ago and was not reached today: a line of a work list."""

    received_at: datetime
    day: int = Field(description="Which day after the arrival it is; the day after it is 1.")
    tried: int = Field(description="How often they were called that day without being reached.")


class MissingHealthLine(_Listed):
    """Somebody on a coming trip's list who may not ride yet: a line of a work list."""

    departure_at: datetime | None = Field(description="As it was, else as planned.")
    verdict: Verdict
    reasons: list[ReasonOut]
