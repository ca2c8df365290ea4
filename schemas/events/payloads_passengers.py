"""Payloads of events about one passenger, and which fields are sealed; roles, parties, proofs of identity,
notices; somebody found aboard is named by worker_id, or by number and name.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.base import Input, object_to
from schemas.events.fields import (
    CONTACT,
    HEALTH,
    IDENTITY,
    NOTE,
    PUBLIC,
    STREAM_CONTACT,
    STREAM_NOTE,
    FreeText,
    MomentOfThisAge,
    SeatNumber,
    ShortText,
    Temperature,
)
from schemas.types import TRUE, WHOLE, Flag, IdNumber, PersonName, Phone


class PersonRole(StrEnum):
    WORKER = "worker"
    FAMILY = "family"
    CHILD = "child"


class PartyKind(StrEnum):
    """Who can hold or take over a person."""

    COMMUNITY = "community"
    DESTINATION_BUREAU = "destination_bureau"
    ENTERPRISE = "enterprise"
    ESCORT = "escort"
    HEALTH_POINT = "health_point"
    LABOUR_COMPANY = "labour_company"
    OTHER = "other"
    OWN_WAY = "own_way"
    STATION = "station"
    TOWNSHIP = "township"


class LeftEnd(StrEnum):
    """How somebody left on the way: handed to somebody, or on their own way. To whom is sealed."""

    GIVEN_ON = "given_on"
    OWN_WAY = "own_way"


class GivenTo(StrEnum):
    """Who took somebody over on the way."""

    FAMILY = "family"
    HEALTH_POINT = "health_point"
    OTHER = "other"
    POLICE = "police"
    WELFARE_STATION = "welfare_station"


class PassengerRemark(StrEnum):
    """What a remark about a passenger is."""

    FEVER = "fever"
    INJURY = "injury"
    REMARK = "remark"
    SYMPTOMS = "symptoms"


class IdentityShown(StrEnum):
    """How identity was shown at the bus door."""

    CARD = "card"
    ELECTRONIC_CARD = "electronic_card"
    HOUSEHOLD_BOOK = "household_book"
    KNOWN_PERSON = "known_person"
    POLICE_PAPER = "police_paper"
    TEMPORARY_CARD = "temporary_card"


class NoticeOutcome(StrEnum):
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    PASSED_ON = "passed_on"
    REACHED = "reached"
    WRONG_NUMBER = "wrong_number"


class NoticeChannel(StrEnum):
    IN_PERSON = "in_person"
    SMS = "sms"
    TELEPHONE = "telephone"
    VILLAGE = "village"
    WECHAT = "wechat"


class PassengerOnly(Input):
    passenger_id: Annotated[UUID, PUBLIC]


class PassengerAssigned(PassengerOnly):
    """Without a seat the next free one is given; without a role it is the registry's. The answer and
    the record name what was given."""

    worker_id: Annotated[UUID, PUBLIC]
    role: Annotated[PersonRole | None, PUBLIC] = None
    leg: Annotated[int, PUBLIC, Field(ge=1, le=9), WHOLE] = 1
    stand_by: Annotated[Flag, PUBLIC] = False
    seat_row: Annotated[SeatNumber | None, PUBLIC] = None
    seat_column: Annotated[SeatNumber | None, PUBLIC] = None
    boarding_point_id: Annotated[UUID | None, PUBLIC] = None
    handover_point_id: Annotated[UUID | None, PUBLIC] = None
    handover_party: Annotated[PartyKind | None, PUBLIC] = None
    enterprise_id: Annotated[UUID | None, PUBLIC] = None


class PassengerUnassigned(PassengerOnly):
    reason: Annotated[FreeText | None, NOTE] = None


class PassengerNotified(PassengerOnly):
    """Told the time, place, plate, seat and the escort's phone; with what came back."""

    channel: Annotated[NoticeChannel, PUBLIC]
    outcome: Annotated[NoticeOutcome, PUBLIC]
    note: Annotated[FreeText | None, NOTE] = None


class PassengerSubstituted(PassengerOnly):
    """A stand-by takes the place, the seat and the duties of one who does not travel."""

    replaces_passenger_id: Annotated[UUID, PUBLIC]


class PassengerSeatChanged(PassengerOnly):
    seat_row: Annotated[SeatNumber, PUBLIC]
    seat_column: Annotated[SeatNumber, PUBLIC]


class PassengerCheckedIn(PassengerOnly):
    """Roll call: how identity was shown, and what was measured."""

    identity_shown: Annotated[IdentityShown, PUBLIC]
    temperature: Annotated[Temperature | None, HEALTH] = None
    masked: Annotated[Flag | None, HEALTH] = None
    symptoms: Annotated[FreeText | None, HEALTH] = None


class PassengerBoarded(PassengerOnly):
    seat_row: Annotated[SeatNumber | None, PUBLIC] = None
    seat_column: Annotated[SeatNumber | None, PUBLIC] = None
    temperature: Annotated[Temperature | None, HEALTH] = None


class PassengerDenied(PassengerOnly):
    """Not let aboard. The public record says only that; why can reveal health, so it is sealed."""

    reason: Annotated[FreeText, HEALTH]


class PassengerExempted(PassengerOnly):
    """An officer lets the passenger board although something stands against it: all that does at that time, but
    for what the law forbids. The reason is sealed. Typed in from a call with `person`, `post` and
    `approved_at`, it stands, and waits for the health office's confirmation."""

    reason: Annotated[FreeText, HEALTH]
    person: Annotated[ShortText | None, STREAM_CONTACT] = None
    post: Annotated[ShortText | None, STREAM_CONTACT] = None
    approved_at: Annotated[MomentOfThisAge | None, PUBLIC] = None


class PassengerBoardingRefused(PassengerOnly):
    """Kept by the gate itself when a live boarding was refused; never sent by a person."""


class PassengerFoundAboard(PassengerOnly):
    """Somebody is aboard who is not on this list (often: on another coach's). An escort names them
    by card: number and name must both fit; they are looked up and not kept with the event. A worker's
    id says who it is for whoever may see that worker. `unregistered`: in no registry; what is known
    of them is kept sealed, until they are linked to a worker. Told afterwards, a card that fits nobody
    is recorded so, too.
    """

    worker_id: Annotated[UUID | None, PUBLIC] = None
    unregistered: Annotated[Literal[True] | None, PUBLIC, TRUE] = None
    id_number: Annotated[IdNumber | None, IDENTITY] = None
    name: Annotated[PersonName | None, IDENTITY] = None
    document: Annotated[ShortText | None, IDENTITY] = None
    phone: Annotated[ShortText | None, CONTACT] = None
    seat_row: Annotated[SeatNumber | None, PUBLIC] = None
    seat_column: Annotated[SeatNumber | None, PUBLIC] = None
    from_trip_id: Annotated[UUID | None, PUBLIC] = None
    from_passenger_id: Annotated[UUID | None, PUBLIC] = None
    handover_point_id: Annotated[UUID | None, PUBLIC] = None
    note: Annotated[FreeText | None, NOTE] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_card = self.id_number is not None and self.name is not None
        half = (self.id_number is None) != (self.name is None)
        more = self.document is not None or self.phone is not None
        if self.unregistered and self.worker_id is None:
            return self
        if half or more or self.unregistered or by_card == (self.worker_id is not None):
            message = "worker_id, or id_number with name; unregistered for somebody in no registry"
            raise object_to("person-unnamed", "worker_id", message)
        return self


class PassengerLinked(PassengerOnly):
    """Who was found aboard unregistered is this worker. What was known of them is sealed again with this
    event under the worker's keys; the parts of the first event stay under the trip's."""

    worker_id: Annotated[UUID, PUBLIC]


class PassengerMoved(PassengerOnly):
    to_trip_id: Annotated[UUID, PUBLIC]
    to_passenger_id: Annotated[UUID | None, PUBLIC] = None
    reason: Annotated[FreeText | None, NOTE] = None


class PassengerNoted(PassengerOnly):
    """A remark about a passenger, a fever among them. What it is and says is sealed; the seat is public, as
    everywhere. It changes nothing about where the passenger is."""

    what: Annotated[PassengerRemark, HEALTH]
    temperature: Annotated[Temperature | None, HEALTH] = None
    symptoms: Annotated[FreeText | None, HEALTH] = None
    remark: Annotated[FreeText | None, HEALTH] = None
    seat_row: Annotated[SeatNumber | None, PUBLIC] = None
    seat_column: Annotated[SeatNumber | None, PUBLIC] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.what is PassengerRemark.SYMPTOMS and self.symptoms is None:
            raise object_to("remark-empty", "symptoms", "say which symptoms")
        if self.what in {PassengerRemark.REMARK, PassengerRemark.INJURY} and self.remark is None:
            raise object_to("remark-empty", "remark", "say what was noticed")
        return self


class PassengerFeverFound(PassengerOnly):
    """Of before: `passenger.noted` took its place."""

    temperature: Annotated[Temperature | None, HEALTH] = None
    symptoms: Annotated[FreeText | None, HEALTH] = None
    seat_row: Annotated[SeatNumber | None, PUBLIC] = None
    seat_column: Annotated[SeatNumber | None, PUBLIC] = None


class PassengerTransferred(PassengerOnly):
    """Of before: `passenger.left` with `end` given_on took its place."""

    unit: Annotated[ShortText, HEALTH]
    receiver: Annotated[ShortText | None, HEALTH] = None
    receiver_phone: Annotated[ShortText | None, HEALTH] = None
    note: Annotated[FreeText | None, HEALTH] = None


class PassengerLeft(PassengerOnly):
    """Left on the way: on their own (`place` is needed), or given on to somebody, who is sealed (`given_to`
    and `unit` are needed, whoever it is: that something is sealed as health tells no more than the end).
    Without `end`: on their own."""

    end: Annotated[LeftEnd | None, PUBLIC] = None
    place: Annotated[ShortText | None, NOTE] = None
    reason: Annotated[FreeText | None, NOTE] = None
    authority: Annotated[ShortText | None, NOTE] = None
    given_to: Annotated[GivenTo | None, HEALTH] = None
    unit: Annotated[ShortText | None, HEALTH] = None
    receiver: Annotated[ShortText | None, HEALTH] = None
    receiver_phone: Annotated[ShortText | None, HEALTH] = None
    note: Annotated[FreeText | None, HEALTH] = None

    @model_validator(mode="after")
    def _fits_end(self) -> Self:
        given_on = self.end is LeftEnd.GIVEN_ON
        for name in ("given_to", "unit") if given_on else ("place",):
            if getattr(self, name) is None:
                raise object_to("left-unclear", name, "place; or given_to and unit if given on")
        told = (self.given_to, self.unit, self.receiver, self.receiver_phone, self.note)
        if not given_on and any(each is not None for each in told):
            raise object_to(
                "left-given-on",
                "end",
                "given_to, unit, receiver and note go with end given_on only",
            )
        return self


class PassengerConsentRecorded(PassengerOnly):
    """A guardian's written consent to somebody under 16 riding without the guardian, photographed or scanned:
    the event names at least one attachment. `companion_id`: the passenger who looks after them; without one the
    trip's escort does. They are handed over to the receiver named here and to nobody else. A later one replaces
    an earlier one."""

    guardian: Annotated[PersonName, CONTACT]
    guardian_phone: Annotated[Phone, CONTACT]
    companion_id: Annotated[UUID | None, PUBLIC] = None
    receiver: Annotated[PersonName, CONTACT]
    receiver_phone: Annotated[Phone, CONTACT]


class PassengerReceived(PassengerOnly):
    """`receiver`: the person who took somebody over of whom a guardian's consent names one."""

    receiver: Annotated[PersonName | None, CONTACT] = None
    party: Annotated[PartyKind | None, PUBLIC] = None
    enterprise_id: Annotated[UUID | None, PUBLIC] = None
    point_id: Annotated[UUID | None, PUBLIC] = None
    temperature: Annotated[Temperature | None, HEALTH] = None


class PassengerRefused(PassengerOnly):
    """Not taken by the receiver. Without a next holder the sum does not balance."""

    next_holder: Annotated[PartyKind | None, PUBLIC] = None
    next_holder_name: Annotated[ShortText | None, CONTACT] = None
    reason: Annotated[FreeText | None, HEALTH] = None
    point_id: Annotated[UUID | None, PUBLIC] = None


class PassengerMissing(PassengerOnly):
    """A missing person counts in the sum only with a report: where last seen, to whom reported."""

    last_seen: Annotated[ShortText, NOTE]
    reported_to: Annotated[ShortText, NOTE]


class PassengerFound(PassengerOnly):
    place: Annotated[ShortText, NOTE]


class PassengerReturned(PassengerOnly):
    note: Annotated[FreeText | None, NOTE] = None


class PassengerNoShow(PassengerOnly):
    note: Annotated[FreeText | None, NOTE] = None


class IncidentReported(Input):
    """Something happened on the trip. It needs somebody until it is settled (incident.settled)."""

    passenger_id: Annotated[UUID | None, PUBLIC] = None
    description: Annotated[FreeText, STREAM_NOTE]


class IncidentSettled(Input):
    """What was reported needs nobody any more: `incident_id` is the report's event."""

    incident_id: Annotated[UUID, PUBLIC]
    outcome: Annotated[FreeText, STREAM_NOTE]
