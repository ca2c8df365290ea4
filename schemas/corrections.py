"""Correcting a worker by hand: fields, which may be emptied, at most 5 other phones, the identity number
stays; and the work list of gaps (phone, guardian, date, destination) with their sentences.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from schemas.base import Change, Wire
from schemas.events.payloads_passengers import PersonRole
from schemas.imports import PlanCode
from schemas.roster.columns import Field as Column
from schemas.roster.readings import Reader, make_readers, read_emergency_phone, read_text
from schemas.texts import choose
from schemas.types import IdNumber, PersonName, Phone, is_mobile, normalise_phone
from schemas.workers import WorkerOut

MAX_PHONES: Final = 5
_READERS: Final = make_readers(counts_from_1904=False, county_code=None)


def _parse_with(read: Reader) -> Callable[[str], Any]:
    """What a cell of a roster would give; a text that gives nothing is an error."""

    def parse(text: str) -> Any:
        value, _ = read(text)
        if value is None:
            raise PydanticCustomError("value-unreadable", "this cannot be read")
        return value

    return parse


def _parse_departure(given: Any) -> Any:
    """As in a roster; but what names no day there is kept as text, here it has to be asked again."""
    day, _ = _READERS[Column.DEPARTURE_DATE](str(given))
    if not isinstance(day, date):
        raise PydanticCustomError("departure-unreadable", "not a day such as 2020-03-26")
    return day


def _parse_role(given: Any) -> Any:
    role = _READERS[Column.PERSON_ROLE](given)[0] if isinstance(given, str) else None
    return given if role is None else role.value


def _parse_mobile(phone: str) -> str:
    if not is_mobile(phone):
        raise PydanticCustomError("phone-not-mobile", "a landline belongs to other_phones")
    return phone


def _parse_emergency(text: str) -> str:
    phones, _ = read_emergency_phone(text)
    if phones is None or normalise_phone(phones.split("、")[0]) is None:
        raise PydanticCustomError("phone-invalid", "neither a mobile number nor a landline")
    return phones


_Mobile = Annotated[Phone, AfterValidator(_parse_mobile)]
_Line = StringConstraints(min_length=1, max_length=200)
_Text = Annotated[str, _Line, AfterValidator(_parse_with(read_text))]
_Remark = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_parse_with(read_text)),
]
_Village = Annotated[str, _Line, AfterValidator(_parse_with(_READERS[Column.VILLAGE]))]
_Ethnicity = Annotated[str, _Line, AfterValidator(_parse_with(_READERS[Column.ETHNICITY]))]
_Code = Annotated[str, _Line, AfterValidator(_parse_with(_READERS[Column.DESTINATION_CODE]))]
_Departure = Annotated[date, BeforeValidator(_parse_departure)]
_Role = Annotated[PersonRole, BeforeValidator(_parse_role)]
_Emergency = Annotated[str, _Line, AfterValidator(_parse_emergency)]


class WorkerChange(Change):
    """What the desk corrects, read as a roster's cells are. The identity number stays: another
    number is another person.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"phone": "15400012345", "departure_date": "2020-03-28"}]}
    )
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"phone", "other_phones", "emergency_phone", "village", "ethnicity"}
        | {"destination", "destination_code", "employer", "occupation", "departure_date"}
        | {"return_status", "not_returned_reason", "guardian_id", "remark"}
    )

    name: PersonName | None = None
    phone: _Mobile | None = None
    other_phones: Annotated[list[Phone], Field(min_length=1, max_length=MAX_PHONES)] | None = None
    emergency_phone: _Emergency | None = None
    village: _Village | None = None
    ethnicity: _Ethnicity | None = None
    destination: _Text | None = None
    destination_code: _Code | None = None
    employer: _Text | None = None
    occupation: _Text | None = None
    departure_date: _Departure | None = None
    return_status: _Text | None = None
    not_returned_reason: _Text | None = None
    person_role: _Role | None = None
    guardian_id: IdNumber | None = None
    remark: _Remark | None = None

    @model_validator(mode="before")
    @classmethod
    def _keeps_the_number(cls, given: Any) -> Any:
        if isinstance(given, dict) and "id_number" in given:
            raise PydanticCustomError(
                "id-number-fixed",
                "another number is another person: withdraw this one as a duplicate and import "
                "the right one",
            )
        return given


class WorkerCorrectedOut(WorkerOut):
    """The worker as it is now. `changed`: the fields that differ from before; `notes`: what has to
    be known about it.
    """

    changed: list[str]
    notes: list[PlanCode]


class Gap(StrEnum):
    """What the registry knows to be missing about somebody."""

    DATE_UNREADABLE = "date-unreadable"
    DESTINATION_UNCLEAR = "destination-unclear"
    GUARDIAN_MISSING = "guardian-missing"
    GUARDIAN_UNKNOWN = "guardian-unknown"
    PHONE_MISSING = "phone-missing"
    PHONE_UNREADABLE = "phone-unreadable"
    POST_MISSING = "post-missing"


_GAPS: Final[Mapping[Gap, tuple[str, str]]] = MappingProxyType(
    {
        Gap.DATE_UNREADABLE: ("出发日期没有写到哪一天", "no day of departure that can be read"),
        Gap.DESTINATION_UNCLEAR: ("务工地看不出是哪个市县", "the destination names no known place"),
        Gap.GUARDIAN_MISSING: ("儿童没有填监护人", "a child without a guardian"),
        Gap.GUARDIAN_UNKNOWN: (
            (
                "监护人没有登记，请核对其身份证号或补录此人；"
                "监护人不同行的，编入趟次后用 fangang worker consent 登记书面同意"
            ),
            (
                "the guardian is not registered: check the number or register them; of one who stays at home "
                "record the written consent (fangang worker consent) once the child has a place"
            ),
        ),
        Gap.PHONE_MISSING: (
            "没有能联系上的电话（本人、家属、村里都没有）",
            "no number at all: own, family or village",
        ),
        Gap.PHONE_UNREADABLE: ("电话号码读不出来", "a phone that cannot be read"),
        Gap.POST_MISSING: ("未成年工没有登记岗位", "a worker of 16 or 17 without a post"),
    }
)


def get_gap_text(gap: Gap) -> str:
    return choose(*_GAPS[gap])


class GapOut(Wire):
    """`written`: what stands there instead, as the roster had it."""

    code: Gap
    written: Annotated[str | None, Field(examples=["月底"])] = None


class TodoOut(Wire):
    """Somebody about whom something is missing, as the township's work list shows them: the whole
    name, the last four of the identity number, a number to ask at.
    """

    id: UUID
    name: Annotated[str, Field(examples=["张三"])]
    id_number_end: Annotated[str, Field(examples=["3417"])]
    phone: Annotated[str | None, Field(examples=["15400012345"])] = None
    township: Annotated[str | None, Field(examples=["凡河镇"])] = None
    village: Annotated[str | None, Field(examples=["东兴村"])] = None
    missing: list[GapOut]
