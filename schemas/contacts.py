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
    JsonValue,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from schemas.base import Input, Wire, object_to
from schemas.events.fields import FreeText, MomentOfThisAge, ShortText
from schemas.fleets import PlateOrDesignation, VehicleKind
from schemas.numbers import looks_like_number
from schemas.policies import ContactReach
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
_EXAMPLE: Final[dict[str, JsonValue]] = {
    "plate": "辽M12345",
    "date": "2020-03-24",
    "seat": "17",
    "purpose": "epidemiological",
    "reason": "铁岭县疾控中心流调",
    "case_reference": "LD-2020-017",
}


class ContactsQuestion(Input):
    """Who rode with whom: about one person (by `number`, `phone`, `name`, or by the id that an earlier answer
    offered), or about one vehicle on a day, or one of its seats. In a body, so that nothing personal stands
    in a URL. Purpose and case are kept in the record.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    number: Who | None = Field(
        default=None, description="A person's short number or whole identity number."
    )
    phone: Phone | None = Field(default=None, description="A person's telephone number.")
    name: PersonName | None = Field(
        default=None, description="A person's name, exactly as registered."
    )
    plate: PlateOrDesignation | None = Field(
        default=None,
        description="Plate of a vehicle; of a railway carriage its designation, as it is registered.",
    )
    seat: PaintedSeat | None = Field(
        default=None,
        description="A seat of that vehicle, as it is painted on the seat; null: the whole vehicle.",
    )
    worker_id: UUID | None = Field(
        default=None, description="Id of the worker, from an answer that offered several."
    )
    trip_id: UUID | None = Field(
        default=None, description="Id of the trip, from an answer that offered several."
    )
    passenger_id: UUID | None = Field(
        default=None,
        description="Id of the passenger on that trip, from an answer that offered several.",
    )
    date: Day | None = Field(
        default=None,
        description="The day in China from which it is looked back; of a person null: of the latest trip.",
    )
    at: MomentOfThisAge | None = Field(
        default=None, description="The moment of the accident; null: the whole trip."
    )
    look_back: LookBack = Field(
        default=LookBack.POLICY,
        description="All trips within the policy's days before that day, or those of that day alone.",
    )
    purpose: ContactsPurpose = Field(
        description="For what it is asked; an investigation is a health officer's to ask for."
    )
    reason: FreeText = Field(description="The purpose in words; kept in the record.")
    case_reference: ShortText = Field(
        description="The number under which the asking office keeps the case; kept in the record."
    )

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

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "export": True}]})

    export: Flag = Field(
        default=False,
        description="Whether the list leaves the system in a file: then it is recorded as an export.",
    )


class ContactChoice(Wire):
    """One of several who fit, or of several trips: asked again with its ids."""

    worker_id: UUID | None = Field(
        default=None,
        description="Id of the worker to ask again with; null for a trip, or somebody in no registry.",
    )
    trip_id: UUID | None = Field(
        default=None, description="Id of the trip to ask again with; null for a person."
    )
    passenger_id: UUID | None = Field(
        default=None,
        description="Id of the passenger to ask again with, beside the trip's; null for a trip or person.",
    )
    trip_number: str | None = Field(
        default=None, description="The trip's number; null for a person."
    )
    departure_at: datetime | None = Field(
        default=None, description="When the trip departed, or is to; null for a person."
    )
    plate: str | None = Field(
        default=None, description="Plate or designation of the trip's vehicle; null for a person."
    )
    name: str | None = Field(
        default=None, description="The person's name, masked; null for a trip."
    )
    id_number: str | None = Field(
        default=None, description="Identity number, masked; null where it is not known."
    )
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
    reach: ContactReach | None = Field(
        description="Whom the rule names; null where none holds or the whole vehicle was asked about."
    )
    rows: int | None = Field(description="How many rows before and behind; null with everybody.")
    basis: Basis = Field(description="By what people are counted here.")
    aboard: int = Field(
        description="How many passengers are recorded to have been in this vehicle."
    )
    within: int = Field(description="How many of them are within the rule.")
    unsure: int = Field(
        description="How many of those only because a seat was confirmed by nothing."
    )
    crew: int = Field(description="How many drivers and escorts were aboard at the same time.")
    head_count: int | None = Field(
        description="The last head count in this vehicle; null where nobody counted."
    )
    head_count_at: datetime | None = Field(description="When that was; null where nobody counted.")
    seat_map: str = Field(
        description="The seats as text without names, a line for each row: what the marks mean stands above."
    )


class ContactsOut(Wire):
    """The first answer: choices where several fit, else counts and seat maps. No names of others."""

    choices: list[ContactChoice] = Field(
        description="What to choose from, where several people or trips fit; then there is nothing else."
    )
    asked: ContactChoice | None = Field(
        description="Whom it is about, masked; null for a whole vehicle."
    )
    vehicles: list[ContactsVehicle] = Field(
        description="Each vehicle of each trip that is meant, in the order of time."
    )
    count: int = Field(
        description="How many passengers are within the rule, each trip's by themselves."
    )
