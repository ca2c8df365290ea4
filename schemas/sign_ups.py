"""A worker's own sign-up on the wire, from a mini program or the county's desk: its fields, which are needed,
and what became of it.
"""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from schemas.base import Input, Wire
from schemas.events.fields import ShortText
from schemas.events.payloads_passengers import PersonRole
from schemas.imports import PlanCode, RowOutcome
from schemas.types import Day, IdNumber, PersonName, Phone


class SignUpIn(Input):
    """What one worker says. `id` is made by the sender: sent again unchanged it changes nothing.
    `signed_on`: the day on which it was said. `township`: name or code; a clerk's own where it is
    left out, and needed for somebody whom the registry does not know. Sex, birth date and the
    destination's code follow from the rest.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000401",
                    "signed_on": "2020-03-24",
                    "name": "张三",
                    "id_number": "211221197805123417",
                    "phone": "15400001234",
                    "township": "凡河镇",
                    "destination": "江苏省苏州市",
                    "employer": "合成电子有限公司",
                    "departure_date": "2020-03-26",
                }
            ]
        }
    )

    id: UUID
    signed_on: Day
    name: PersonName
    id_number: IdNumber
    phone: Phone | None = None
    township: ShortText | None = None
    village: ShortText | None = None
    current_place: ShortText | None = None
    destination: ShortText | None = None
    employer: ShortText | None = None
    occupation: ShortText | None = None
    departure_date: Day | None = None
    emergency_phone: Phone | None = None
    return_status: ShortText | None = None
    person_role: PersonRole | None = None
    guardian_id: IdNumber | None = None
    remark: ShortText | None = None


class SignUpOut(Wire):
    """What became of it. `changed`: names of the registry's fields that are different now."""

    id: UUID
    worker_id: UUID
    receipt: Annotated[str, Field(examples=["R-20200324-7F3A"])]
    outcome: RowOutcome
    notes: list[PlanCode]
    changed: list[str]
