"""Work lists of who rode with whom on the wire: their lines, other counties' answers, what is unanswered; and
where somebody is now.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from schemas.base import Input, Wire, object_to
from schemas.contacts import (
    Basis,
    ContactChoice,
    ContactsPurpose,
    ContactsVehicle,
    Relation,
    SeatSource,
)
from schemas.events.fields import FreeText, MomentOfThisAge
from schemas.events.payloads_passengers import PartyKind, PersonRole
from schemas.trips import PassengerStatus


class AnswerStatus(StrEnum):
    """What the county where somebody is now says became of them."""

    MOVED_ON = "moved_on"
    NOT_FOUND = "not_found"
    NOT_THERE = "not_there"
    REACHED = "reached"
    TAKEN_OVER = "taken_over"


ANSWER_NAMES: dict[AnswerStatus, tuple[str, str]] = {
    AnswerStatus.MOVED_ON: ("已离开当地", "has moved on"),
    AnswerStatus.NOT_FOUND: ("未找到", "not found"),
    AnswerStatus.NOT_THERE: ("不在当地", "was never there"),
    AnswerStatus.REACHED: ("已联系到", "reached"),
    AnswerStatus.TAKEN_OVER: ("当地已接手管理", "taken over there"),
}


class LineKind(StrEnum):
    """As what somebody was aboard."""

    DRIVER = "driver"
    ESCORT = "escort"
    PASSENGER = "passenger"


LINE_KIND_NAMES: dict[LineKind, tuple[str, str]] = {
    LineKind.DRIVER: ("驾驶员", "driver"),
    LineKind.ESCORT: ("领队", "escort"),
    LineKind.PASSENGER: ("乘客", "passenger"),
}


class Condition(Wire):
    """What was last recorded of somebody's health on this trip."""

    at: datetime
    temperature_tenths: int | None = Field(
        description="The reading in tenths of a degree; null where none was taken."
    )
    symptoms: str | None


class ContactLine(Wire):
    """One person on one trip, in full, for whoever has to find them."""

    id: UUID = Field(description="The id of the line; answers name it.")
    trip_id: UUID
    trip_number: str
    plate: str
    passenger_id: UUID | None = Field(
        description="The id of the passenger on this trip; null for the crew."
    )
    worker_id: UUID | None = Field(
        description="The id of the worker; null for the crew, and for somebody in no registry."
    )
    is_asked: bool = Field(
        description="Whether it is the person asked about, who stands on the list of an accident only."
    )
    seat_label: str | None
    seat_row: int | None
    seat_source: SeatSource | None = Field(
        description="From what the seat is known; null for the crew."
    )
    relations: list[Relation] = Field(
        description="Why the person counts, beside having been aboard."
    )
    row_distance: int | None = Field(
        description="The least number of rows between both seats; null where one is not sure."
    )
    first_at: datetime | None = Field(
        description="Since when both were aboard; null where nobody knows."
    )
    last_at: datetime | None = Field(description="Until when both were aboard; null: still.")
    basis: Basis = Field(description="By what the person stands on the list.")
    role: PersonRole | None = Field(description="As what the person travels; null for the crew.")
    status: PassengerStatus | None = Field(
        description="The passenger's status on this trip; null for the crew."
    )
    name: str | None = Field(description="The person's name, in full; null once erased.")
    gender: str | None
    age: int | None = Field(description="Age today; null where the day of birth is not known.")
    id_number: str | None = Field(
        description="Identity number, in full; null where it is not known."
    )
    phone: str | None
    other_phones: list[str]
    family_phone: str | None = Field(
        description="Telephone of the family or the village; null where none is known."
    )
    home: str | None = Field(
        description="Registered township and village; null where neither is known."
    )
    family_aboard: list[str] = Field(
        description="Seat and name of each of the same family who was aboard."
    )
    present_code: str | None = Field(
        description="Code of the county where the person is now; null on the way, and where nobody knows."
    )
    present_division: str | None = Field(
        description="That county's full name; null where there is no code."
    )
    present_place: str | None = Field(
        description="Name of the handover point where the person was received; null before."
    )
    enterprise: str | None = Field(
        description="The enterprise that has the person, else the one that was to; null where none is known."
    )
    enterprise_address: str | None
    receiver: str | None
    receiver_phone: str | None
    condition: Condition | None = Field(
        description="The last reading and symptoms: of an accident only, for who may read them."
    )
    answer: AnswerStatus | None = Field(description="What that county answered; null until then.")
    answered_at: datetime | None = Field(description="When it answered; null until then.")


class ContactsListOut(Wire):
    """The work list 同乘人员名单（供流调判定）, for an accident with a report. Asked again with the same
    question and case it is the same list, as it is now; of an accident none is kept."""

    id: UUID | None = Field(
        description="The id of the list; null where there are choices, and for an accident."
    )
    purpose: ContactsPurpose = Field(description="For what it was asked.")
    reason: str = Field(description="The purpose in words.")
    case_reference: str = Field(description="The case that was named.")
    sender: str
    asked_at: datetime = Field(description="When the list was first asked for.")
    choices: list[ContactChoice] = Field(
        description="What to choose from, where several people or trips fit; then there are no lines."
    )
    vehicles: list[ContactsVehicle] = Field(
        description="Each vehicle of each trip that is meant, in the order of time."
    )
    lines: list[ContactLine] = Field(
        description="One line for each person on each trip, by seat, the crew last."
    )
    bulletin: str | None = Field(
        description="The report of an accident (`快报`) as text; else null."
    )


class ContactAnswersIn(Input):
    """The other county's answer: of these lines, or of a whole sheet (`present_code`); one later counts. Sent
    again it changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000901",
                    "present_code": "320500",
                    "status": "taken_over",
                    "answered_at": "2020-03-25T09:30:00+08:00",
                    "note": "苏州市疾控中心电话答复",
                }
            ]
        }
    )

    id: UUID = Field(description="Id of the answer's event, made by the sender.")
    line_ids: Annotated[list[UUID] | None, Field(min_length=1, max_length=500)] = Field(
        default=None, description="Ids of the lines that it is about; null: all of `present_code`."
    )
    present_code: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = Field(
        default=None,
        description="Code of the county whose sheet it is about; null: the named lines.",
    )
    status: AnswerStatus = Field(description="What became of these people.")
    answered_at: MomentOfThisAge = Field(description="When the county answered.")
    note: FreeText | None = Field(
        default=None, description="Who answered, by what, and anything else; sealed."
    )

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if (self.line_ids is None) is (self.present_code is None):
            raise object_to("answer-unnamed", "line_ids", "either line_ids or present_code")
        return self


class ContactPersonOut(Wire):
    """Somebody on a list that was asked for, masked, and what was answered of them."""

    id: UUID = Field(description="The id of the line; answers name it.")
    trip_id: UUID
    trip_number: str | None = Field(description="The number of the trip.")
    kind: LineKind | None = Field(
        description="As what the person was aboard; null once the list was erased."
    )
    name: str | None = Field(description="The person's name, masked; null where it is not known.")
    present_code: str | None = Field(
        description="The county where the person was when the list was last read; null where nobody knows."
    )
    present_division: str | None = Field(
        description="That county's full name; null where there is no code."
    )
    answer: AnswerStatus | None = Field(description="What that county answered; null until then.")
    answered_at: datetime | None = Field(description="When it answered; null until then.")
    note: str | None = Field(description="What was noted with the answer; null where nothing was.")


class ContactsCounty(Wire):
    """The people of one list who are in one county now; without a code those on the way, and of whom nobody
    knows."""

    code: str | None = Field(
        description="Six digits of the county; null: on the way, or nobody knows."
    )
    name: str | None = Field(description="The county's full name; null without a code.")
    people: int = Field(description="How many people of the list are there.")
    unanswered: int = Field(description="Of how many nobody has answered.")


class ContactsListRow(Wire):
    """One list that was asked for, and how many of it are unanswered."""

    id: UUID = Field(description="The id of the list.")
    purpose: ContactsPurpose = Field(description="For what it was asked.")
    case_reference: str | None = Field(description="The case that was named; null once erased.")
    asked_at: datetime = Field(description="When the list was first asked for.")
    people: int = Field(description="How many people are on the list.")
    unanswered: int = Field(description="Of how many nobody has answered.")
    counties: list[ContactsCounty] = Field(
        description="The same for each county where people are now."
    )


class WhereOut(Wire):
    """Who has somebody now, since when, and by which statement; nothing of who never travelled."""

    worker_id: UUID
    name: str | None = Field(description="The person's name, masked; null once erased.")
    trip_id: UUID | None = Field(
        default=None,
        description="Id of the trip that tells last of the person; null where there never was one.",
    )
    trip_number: str | None = Field(
        default=None, description="That trip's number; null where there never was one."
    )
    passenger_id: UUID | None = Field(
        default=None,
        description="Id of the passenger on that trip; null where there never was one.",
    )
    status: PassengerStatus | None = Field(
        default=None,
        description="The passenger's status on that trip; null where there never was one.",
    )
    custody: PartyKind | None = Field(
        default=None,
        description="Who has the person; null: nobody is recorded to, or between two trips.",
    )
    since: datetime | None = Field(
        default=None, description="Since when; null where that is not known."
    )
    event_id: UUID | None = Field(
        default=None, description="Id of the event that says so; null where none does."
    )
    event: str | None = Field(
        default=None,
        description="That event's name, in the language asked for; null where none says so.",
    )
    told_at: datetime | None = Field(
        default=None, description="When it was recorded; null where none says so."
    )
    place: str | None = Field(default=None, description="Name of the handover point; null before.")
    enterprise: str | None = Field(
        default=None,
        description="Name of the enterprise that has the person; null elsewhere, and for a household.",
    )
