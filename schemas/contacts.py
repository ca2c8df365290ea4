"""Who rode with whom 同乘人员 on the wire: the question and its forms, what is chosen from, counts, seat map,
the work list, other counties' answers. For which purposes it is asked.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from schemas.base import Input, Wire, object_to
from schemas.events.fields import FreeText, Moment, ShortText
from schemas.events.payloads_passengers import PartyKind, PersonRole
from schemas.fleets import PlateOrDesignation, VehicleKind
from schemas.numbers import looks_like_number
from schemas.policies import ContactReach
from schemas.trips import PassengerStatus
from schemas.types import Day, Flag, IdNumber, PersonName, Phone
from schemas.workers import check_number


class ContactsPurpose(StrEnum):
    """For what it is asked who rode with whom."""

    ACCIDENT = "accident"
    EPIDEMIOLOGICAL = "epidemiological"


PURPOSE_NAMES: dict[ContactsPurpose, tuple[str, str]] = {
    ContactsPurpose.ACCIDENT: ("事故", "accident"),
    ContactsPurpose.EPIDEMIOLOGICAL: ("流调", "epidemiological"),
}


class LookBack(StrEnum):
    """Which of a person's trips: all within the policy's days before that day, or those of that day alone."""

    POLICY = "policy"
    TRIP = "trip"


class SeatSource(StrEnum):
    """From what a seat is known: said on the way, or planned and confirmed by nothing."""

    BOARDING = "boarding"
    PLAN = "plan"
    SEAT_CHANGE = "seat_change"


class Relation(StrEnum):
    """Why somebody counts, beside having been aboard."""

    CARER = "carer"
    COMPANION = "companion"
    CREW = "crew"
    ISOLATION = "isolation"
    ROWS = "rows"


class Basis(StrEnum):
    """By what a person stands on the list."""

    EVERYBODY = "everybody"
    """The policy's rule for this vehicle: everybody aboard."""
    NO_RULE = "no-rule"
    """No rule holds: everybody aboard."""
    ROWS = "rows"
    """The policy's rule for this vehicle: so many rows, crew, companions."""
    SEAT_UNSURE = "seat-unsure"
    """One of the two seats was confirmed by nothing said on the way: anybody may have sat there."""
    WHOLE_VEHICLE = "whole-vehicle"
    """The whole vehicle was asked about."""


BASIS_NAMES: dict[Basis, tuple[str, str]] = {
    Basis.EVERYBODY: ("按规定：全车", "rule: everybody"),
    Basis.NO_RULE: ("无现行规定：全车", "no rule: everybody"),
    Basis.ROWS: ("按规定：前后排等", "rule: rows"),
    Basis.SEAT_UNSURE: ("座位未经点名核实", "seat not confirmed"),
    Basis.WHOLE_VEHICLE: ("查询全车", "whole vehicle asked about"),
}
RELATION_NAMES: dict[Relation, tuple[str, str]] = {
    Relation.CARER: ("监护、照看", "guardian or ward"),
    Relation.COMPANION: ("家人同行", "of the same family"),
    Relation.CREW: ("司乘人员", "crew"),
    Relation.ISOLATION: ("邻近隔离座位", "by the isolation rows"),
    Relation.ROWS: ("前后排", "rows near"),
}
SEAT_SOURCE_NAMES: dict[SeatSource, tuple[str, str]] = {
    SeatSource.BOARDING: ("上车登记", "told at boarding"),
    SeatSource.PLAN: ("仅按名册", "planned only"),
    SeatSource.SEAT_CHANGE: ("换座登记", "change of seats"),
}


_ID_NUMBER: Final = TypeAdapter[str](IdNumber)


def _read_who(text: str) -> str:
    """A worker's short number, or an identity number in its stored form."""
    if looks_like_number(text):
        return check_number(text.strip()) or text
    return _ID_NUMBER.validate_python(text)


Who = Annotated[str, Field(max_length=40), AfterValidator(_read_who)]
PaintedSeat = Annotated[str, StringConstraints(min_length=1, max_length=8, strip_whitespace=True)]
_WAYS = ("number", "phone", "name", "plate", "worker_id", "passenger_id")


class ContactsQuestion(Input):
    """Who rode with whom: about one person (by `number`, `phone`, `name`, or by the id that an earlier answer
    offered), or about one vehicle on a day, or one of its seats. In a body, so that nothing personal stands
    in a URL. Purpose and case are kept in the record.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plate": "辽M12345",
                    "date": "2020-03-24",
                    "seat": "17",
                    "purpose": "epidemiological",
                    "reason": "铁岭县疾控中心流调",
                    "case_reference": "LD-2020-017",
                }
            ]
        }
    )

    number: Who | None = None
    phone: Phone | None = None
    name: PersonName | None = None
    plate: PlateOrDesignation | None = None
    seat: PaintedSeat | None = None
    worker_id: UUID | None = None
    trip_id: UUID | None = None
    passenger_id: UUID | None = None
    date: Day | None = None
    at: Moment | None = None
    look_back: LookBack = LookBack.POLICY
    purpose: ContactsPurpose
    reason: FreeText
    case_reference: ShortText

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in _WAYS) != 1:
            message = "exactly one of number, phone, name, plate, worker_id, passenger_id"
            raise object_to("contacts-one", "number", message)
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.plate is not None and self.date is None and self.at is None:
            raise object_to("date-missing", "date", "with a plate the day is needed")
        if self.seat is not None and self.plate is None:
            raise object_to("plate-missing", "seat", "a seat is one of a vehicle: give its plate")
        if self.passenger_id is not None and self.trip_id is None:
            raise object_to("trip-missing", "trip_id", "a passenger is one of a trip: give its id")
        if self.at is not None and self.purpose is not ContactsPurpose.ACCIDENT:
            raise object_to("moment-of-accident", "at", "a moment is asked about for an accident")
        return self


class ContactsListIn(ContactsQuestion):
    """The same, for the work list with names and telephones. `export`: it leaves the system in a file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plate": "辽M12345",
                    "date": "2020-03-24",
                    "seat": "17",
                    "purpose": "epidemiological",
                    "reason": "铁岭县疾控中心流调",
                    "case_reference": "LD-2020-017",
                    "export": True,
                }
            ]
        }
    )

    export: Flag = False


class ContactChoice(Wire):
    """One of several who fit, or of several trips: asked again with its ids."""

    worker_id: UUID | None = None
    trip_id: UUID | None = None
    passenger_id: UUID | None = None
    trip_number: str | None = None
    departure_at: datetime | None = None
    name: str | None = None
    id_number: str | None = None
    township: str | None = None
    seat_label: str | None = None


class ContactsVehicle(Wire):
    """One vehicle of one trip, in which the person asked about rode: by which rule, how many, who sat where.
    `seat_map` is text without names: `[17]` the person asked about, `17` within the rule, `(17)` aboard and
    not within it, `17?` confirmed by nothing said on the way, `·` nobody.
    """

    trip_id: UUID
    trip_number: str
    vehicle_id: UUID
    plate: str
    vehicle_kind: VehicleKind
    air_sealed: bool
    from_at: datetime | None
    to_at: datetime | None
    policy_version: str
    document: str | None
    reach: ContactReach | None
    rows: int | None
    basis: Basis
    aboard: int
    within: int
    unsure: int
    crew: int
    head_count: int | None
    head_count_at: datetime | None
    seat_map: str


class ContactsOut(Wire):
    """The first answer: choices where several fit, else counts and seat maps. No names of others."""

    choices: list[ContactChoice]
    asked: ContactChoice | None
    vehicles: list[ContactsVehicle]
    count: int


class Condition(Wire):
    """What was last recorded of somebody's health on this trip."""

    at: datetime
    temperature_tenths: int | None
    symptoms: str | None


class ContactLine(Wire):
    """One person on one trip, in full, for whoever has to find them."""

    id: UUID
    trip_id: UUID
    trip_number: str
    plate: str
    passenger_id: UUID | None
    worker_id: UUID | None
    is_asked: bool
    seat_label: str | None
    seat_row: int | None
    seat_source: SeatSource | None
    relations: list[Relation]
    row_distance: int | None
    first_at: datetime | None
    last_at: datetime | None
    basis: Basis
    role: PersonRole | None
    status: PassengerStatus | None
    name: str | None
    gender: str | None
    age: int | None
    id_number: str | None
    phone: str | None
    other_phones: list[str]
    family_phone: str | None
    home: str | None
    family_aboard: list[str]
    present_code: str | None
    present_division: str | None
    present_place: str | None
    enterprise: str | None
    enterprise_address: str | None
    receiver: str | None
    receiver_phone: str | None
    condition: Condition | None
    answer: "AnswerStatus | None"
    answered_at: datetime | None


class ContactsListOut(Wire):
    """The work list 同乘人员名单（供流调判定）, for an accident with a report. Asked again with the same question
    and case it is the same list, as it is now; of an accident none is kept."""

    id: UUID | None
    purpose: ContactsPurpose
    reason: str
    case_reference: str
    sender: str
    asked_at: datetime
    choices: list[ContactChoice]
    vehicles: list[ContactsVehicle]
    lines: list[ContactLine]
    bulletin: str | None = Field(description="快报 of an accident, as text; else null.")


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

    id: UUID
    line_ids: Annotated[list[UUID] | None, Field(min_length=1, max_length=500)] = None
    present_code: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None
    status: AnswerStatus
    answered_at: Moment
    note: FreeText | None = None

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if (self.line_ids is None) is (self.present_code is None):
            raise object_to("answer-unnamed", "line_ids", "either line_ids or present_code")
        return self


class ContactPersonOut(Wire):
    """Somebody on a list that was asked for, masked, and what was answered of them."""

    id: UUID
    trip_id: UUID
    trip_number: str | None
    name: str | None
    present_code: str | None
    present_division: str | None
    answer: AnswerStatus | None
    answered_at: datetime | None
    note: str | None


class ContactsCounty(Wire):
    """The people of one list who are in one county now; without a code those on the way, and of whom nobody
    knows."""

    code: str | None
    name: str | None
    people: int
    unanswered: int


class ContactsListRow(Wire):
    """One list that was asked for, and how many of it are unanswered."""

    id: UUID
    purpose: ContactsPurpose
    case_reference: str | None
    asked_at: datetime
    people: int
    unanswered: int
    counties: list[ContactsCounty]


class WhereOut(Wire):
    """Who has somebody now, since when, and by which statement; nothing of who never travelled."""

    worker_id: UUID
    name: str | None
    trip_id: UUID | None = None
    trip_number: str | None = None
    passenger_id: UUID | None = None
    status: PassengerStatus | None = None
    custody: PartyKind | None = None
    since: datetime | None = None
    event_id: UUID | None = None
    event: str | None = None
    told_at: datetime | None = None
    place: str | None = None
    enterprise: str | None = None
