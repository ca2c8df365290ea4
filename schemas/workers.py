"""Workers on the wire: the feeds that tell of them, the masked worker, search by exactly one of number, phone
and name, which fields may be revealed for a reason.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Input, Wire, object_to
from schemas.events.fields import FreeText
from schemas.events.payloads_passengers import PersonRole
from schemas.numbers import NumberKind, read_number
from schemas.types import IdNumber, PersonName, Phone


class Feed(StrEnum):
    """Who told us about a worker; the order of belief is in service/registry/merging.py."""

    CORRECTION = "correction"
    """By hand, at a desk of the township or the county, with the worker on the phone."""
    ENTERPRISE = "enterprise"
    OWN = "own"
    TOWNSHIP = "township"


class RevealField(StrEnum):
    """What may be shown in full, one by one."""

    BIRTH_DATE = "birth_date"
    CURRENT_PLACE = "current_place"
    DESTINATION = "destination"
    EMERGENCY_PHONE = "emergency_phone"
    EMPLOYER = "employer"
    ETHNICITY = "ethnicity"
    GUARDIAN_ID = "guardian_id"
    HEALTH = "health"
    ID_NUMBER = "id_number"
    NAME = "name"
    NOT_RETURNED_REASON = "not_returned_reason"
    OTHER_PHONES = "other_phones"
    PHONE = "phone"
    PHONE_TEXT = "phone_text"
    REMARK = "remark"
    VILLAGE = "village"


class WorkerOut(Wire):
    """One worker, masked: 张*, 211221********3417, 138****2345. `number` is short enough to be said."""

    id: UUID
    number: Annotated[str | None, Field(examples=["1024-3"])] = None
    name: Annotated[str, Field(examples=["张*"])]
    id_number: Annotated[str, Field(examples=["211221********3417"])]
    gender: Annotated[str | None, Field(examples=["男"])] = None
    phone: Annotated[str | None, Field(examples=["154****2345"])] = None
    reachable: bool
    person_role: PersonRole
    township_code: Annotated[str | None, Field(examples=["211221105"])] = None
    township: Annotated[str | None, Field(examples=["凡河镇"])] = None
    village: Annotated[str | None, Field(examples=["东兴村"])] = None
    sixteen_on: date | None = None
    version: int


def check_number(number: str | None) -> str | None:
    """Raises number-unreadable for what is no short number of a worker."""
    if number is not None and read_number(NumberKind.WORKER, number) is None:
        raise PydanticCustomError("number-unreadable", "the check digit does not fit")
    return number


class WorkerSearchIn(Input):
    """Exactly one of the four. In a body, so that nothing personal stands in a URL."""

    id_number: Annotated[IdNumber | None, Field(examples=["211221197805123417"])] = None
    phone: Annotated[Phone | None, Field(examples=["15400012345"])] = None
    name: PersonName | None = None
    number: Annotated[str | None, AfterValidator(check_number), Field(examples=["1024-3"])] = None

    @model_validator(mode="after")
    def _check_one(self) -> "WorkerSearchIn":
        given = (self.id_number, self.phone, self.name, self.number)
        if sum(value is not None for value in given) != 1:
            message = "exactly one of id_number, phone, name, number"
            raise object_to("search-one", "id_number", message)
        return self


class RevealIn(Input):
    """Which fields, and why: both are kept in the ledger."""

    fields: Annotated[list[RevealField], Field(min_length=1, examples=[["phone"]])]
    reason: Annotated[FreeText, Field(examples=["通知出发时间变更"])]


class RevealOut(Wire):
    """The fields asked for, in full; null where nothing is known."""

    id: UUID
    fields: dict[RevealField, str | list[str] | None]
