"""Stranded staff on the wire: states and call results with their names, which results ask for another call,
the masked person, the list to telephone, calls, bureaus to be written to, letters of request.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from schemas.base import Input, Wire
from schemas.events.envelope import Receipt
from schemas.events.fields import MomentOfThisAge, ShortText
from schemas.events.payloads_records import CallResult
from schemas.types import Flag


class StrandedState(StrEnum):
    """`matched`: the registry knows the number; decided anew whenever the list is read."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"


STRANDED_STATE_NAMES: Final[Mapping[StrandedState, tuple[str, str]]] = MappingProxyType(
    {
        StrandedState.MATCHED: ("已对上", "matched"),
        StrandedState.UNMATCHED: ("未对上", "unmatched"),
    }
)
CALL_RESULT_NAMES: Final[Mapping[CallResult, tuple[str, str]]] = MappingProxyType(
    {
        CallResult.NOT_GOING: ("不再返岗", "not going"),
        CallResult.NOT_OURS: ("非本县人员", "not ours"),
        CallResult.NO_ANSWER: ("无人接听", "no answer"),
        CallResult.REACHED: ("已联系上", "reached"),
        CallResult.TRAVELLED: ("已自行返岗", "travelled alone"),
        CallResult.UNREACHABLE: ("联系不上", "unreachable"),
        CallResult.WRONG_NUMBER: ("号码不对", "wrong number"),
    }
)
OPEN_RESULTS: Final = frozenset({CallResult.NO_ANSWER, CallResult.WRONG_NUMBER})
"""After these somebody has to call again; the others end the chase."""


class StrandedPersonOut(Wire):
    """One person of an enterprise's newest list, masked. `home`: by the first six digits of the
    number, null where they name no division. `name_differs`: the registry has this number under
    another name. `requested_at`: when a letter to the home county last named the person.
    """

    id: UUID
    state: StrandedState
    enterprise_id: UUID
    enterprise: Annotated[str | None, Field(examples=["合成电子有限公司"])]
    name: Annotated[str, Field(examples=["张*"])]
    id_number: Annotated[str, Field(examples=["411302********3417"])]
    phone: Annotated[str | None, Field(examples=["154****2345"])]
    home_code: Annotated[str | None, Field(examples=["411302"])]
    home: Annotated[str | None, Field(examples=["河南省南阳市宛城区"])]
    township_code: str | None
    township: Annotated[str | None, Field(examples=["凡河镇"])]
    name_differs: bool
    planned_on: date | None
    call_result: CallResult | None
    called_at: datetime | None
    requested_at: datetime | None
    as_of: date


class ChaseLine(Wire):
    """Somebody to telephone, with whole name and phones. `township` is set only where the registry
    has the number under another name.
    """

    id: UUID
    name: str
    id_number_end: Annotated[str, Field(examples=["3417"])]
    phone: str | None
    other_phones: list[str]
    phone_text: str | None
    home: str | None
    current_place: str | None
    enterprise: str | None
    planned: Annotated[str | None, Field(examples=["2020-03-26"])]
    township: str | None
    call_result: CallResult | None
    called_at: datetime | None


class CallIn(Input):
    """A call that was made. `id` is made by the sender: sent again it changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000301",
                    "result": "reached",
                    "called_at": "2020-03-24T09:30:00+08:00",
                }
            ]
        }
    )

    id: UUID
    result: CallResult
    called_at: MomentOfThisAge


class CallOut(Wire):
    receipt: Receipt
    person: StrandedPersonOut


class BureauOut(Wire):
    """A division whose bureau is to be written to. `fresh`: people whom no letter has named yet."""

    code: Annotated[str, Field(examples=["411302"])]
    name: Annotated[str, Field(examples=["河南省南阳市宛城区"])]
    people: int
    fresh: int


class LetterIn(Input):
    """One letter. `id` is made by the sender: sent again it gives the same people. `again`: also
    those whom an earlier letter named.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000302",
                    "bureau": "411302",
                    "purpose": "函请户籍地协助联系滞留员工",
                }
            ]
        }
    )

    id: UUID
    bureau: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    purpose: Annotated[ShortText, Field(min_length=2)]
    again: Flag = False


class LetterLine(Wire):
    """One person as the letter names them: in full."""

    id: UUID
    name: str
    gender: str | None
    id_number: str
    phone: str | None
    current_place: str | None
    planned: str | None
    enterprise: str | None
    credit_code: str | None
    enterprise_address: str | None


class LetterOut(Wire):
    """Who is asked for, from whom. Without lines there was nobody to ask for, and nothing is noted."""

    id: UUID
    bureau: BureauOut
    sender_code: Annotated[str, Field(examples=["211221"])]
    sender: Annotated[str, Field(examples=["辽宁省铁岭市铁岭县"])]
    requested_at: datetime
    lines: list[LetterLine]
