"""Payloads of events about a whole trip, and which fields are sealed: plan, filing, manifest, road,
temperature round, arrival, signatures (at most 200 people), explained exceptions, reversals; channels.
"""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.base import Input, object_to
from schemas.events.fields import (
    PUBLIC,
    STREAM_CONTACT,
    STREAM_NOTE,
    Code,
    FreeText,
    Headcount,
    MomentOfThisAge,
    PolicyCode,
    ShortText,
    Temperature,
)
from schemas.events.kinds import ExceptionCode
from schemas.types import Flag


class Channel(StrEnum):
    """How the destination or a receiver answered; most answers come by telephone or on paper."""

    API = "api"
    LETTER = "letter"
    PAPER = "paper"
    TELEPHONE = "telephone"
    WECHAT = "wechat"


class SignatureMethod(StrEnum):
    CODE = "code"
    OWN_ACCOUNT = "own_account"
    PAPER = "paper"
    TELEPHONE = "telephone"


class Nothing(Input):
    """The statement is its kind and its time."""


class Reason(Input):
    reason: Annotated[FreeText, STREAM_NOTE]


class TripOpened(Input):
    """The plan's described fields are rows; the event commits to them by hash."""

    batch_id: Annotated[UUID, PUBLIC]
    number: Annotated[str, PUBLIC]
    plan_hash: Annotated[str, PUBLIC]
    vehicle_id: Annotated[UUID | None, PUBLIC] = None
    driver_ids: Annotated[list[UUID], PUBLIC] = Field(default_factory=list)
    handover_point_ids: Annotated[list[UUID], PUBLIC] = Field(default_factory=list)


class TripChanged(Input):
    """An edit of the plan: which fields changed, and a commitment to the new values."""

    version: Annotated[int, PUBLIC]
    fields: Annotated[list[str], PUBLIC]
    plan_hash: Annotated[str, PUBLIC]
    handover_point_ids: Annotated[list[UUID], PUBLIC] = Field(default_factory=list)


class TripFiled(Input):
    """The plan was sent to the destination."""

    channel: Annotated[Channel, PUBLIC]
    recipient_unit: Annotated[ShortText, STREAM_CONTACT]
    reference: Annotated[ShortText | None, STREAM_CONTACT] = None


class FilingAcknowledged(Input):
    """Who at the destination said yes, and how; `recorded_by` of the event tells who typed it in. What
    came by telephone has `post` and `approved_at` too, and waits for its confirmation."""

    channel: Annotated[Channel, PUBLIC]
    person: Annotated[ShortText, STREAM_CONTACT]
    post: Annotated[ShortText | None, STREAM_CONTACT] = None
    approved_at: Annotated[MomentOfThisAge | None, PUBLIC] = None
    unit: Annotated[ShortText, STREAM_CONTACT]
    phone: Annotated[ShortText | None, STREAM_CONTACT] = None
    reference: Annotated[ShortText | None, STREAM_CONTACT] = None


class ApprovalConfirmed(Input):
    """The role that approves says so of an approval that was typed in from its call. Who denies it
    reverses the approval (event.reversed), or has it reversed."""

    approval_id: Annotated[UUID, PUBLIC]


class VehicleReplaced(Input):
    """Another vehicle carries the trip's people from then on; also told later. Before departure and with
    nobody aboard a live one must have a place for everybody."""

    vehicle_id: Annotated[UUID, PUBLIC]
    reason: Annotated[FreeText | None, STREAM_NOTE] = None


class DriverReplaced(Input):
    driver_id: Annotated[UUID, PUBLIC]
    replaces_driver_id: Annotated[UUID | None, PUBLIC] = None
    reason: Annotated[FreeText | None, STREAM_NOTE] = None


class EscortReplaced(Input):
    """Somebody else leads the trip from then on: an account, or name and phone. What an account may read
    stays the account's matter."""

    account_id: Annotated[UUID | None, PUBLIC] = None
    name: Annotated[ShortText | None, STREAM_CONTACT] = None
    phone: Annotated[ShortText | None, STREAM_CONTACT] = None
    reason: Annotated[FreeText | None, STREAM_NOTE] = None

    @model_validator(mode="after")
    def _someone_named(self) -> Self:
        if self.account_id is None and (self.name is None or self.phone is None):
            raise object_to("escort-unnamed", "account_id", "account_id, or name with phone")
        return self


class CaptainNamed(Input):
    """车长: the passenger, or the driver, who answers for this coach where its escort leads others too."""

    passenger_id: Annotated[UUID | None, PUBLIC] = None
    driver_id: Annotated[UUID | None, PUBLIC] = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if (self.passenger_id is None) is (self.driver_id is None):
            raise object_to("captain-unnamed", "passenger_id", "either passenger_id or driver_id")
        return self


class TripDeparted(Input):
    """`aboard` is the head count that the escort made, if one was made; it is compared, not believed."""

    aboard: Annotated[Headcount | None, PUBLIC] = None


class StopBegun(Input):
    place: Annotated[ShortText, STREAM_NOTE]
    division_code: Annotated[Code | None, PUBLIC] = None


class StopEnded(Input):
    aboard: Annotated[Headcount | None, PUBLIC] = None


class TemperatureRoundTaken(Input):
    """「全车24人正常，最高36.9」 in one line; people out of the ordinary get events of their own."""

    measured: Annotated[Headcount, PUBLIC]
    highest: Annotated[Temperature | None, STREAM_NOTE] = None
    all_normal: Annotated[Flag, PUBLIC] = True


class TripDelayed(Input):
    expected_at: Annotated[MomentOfThisAge, PUBLIC]
    reason: Annotated[FreeText | None, STREAM_NOTE] = None


class TripArrived(Input):
    """Arrival at one handover point; without a point: at the only one."""

    point_id: Annotated[UUID | None, PUBLIC] = None
    aboard: Annotated[Headcount | None, PUBLIC] = None


class TripTurnedBack(Input):
    """Sent back by an authority (被劝返)."""

    authority: Annotated[ShortText, STREAM_NOTE]
    reason: Annotated[FreeText | None, STREAM_NOTE] = None


class PolicySwitched(Input):
    """From now on the trip is judged by another policy than by the one chosen when it was filed."""

    policy: Annotated[PolicyCode, PUBLIC]
    reason: Annotated[FreeText, STREAM_NOTE]


class HandoverSigned(Input):
    """One receiver signs for the people listed; each of them has an event of his own as well."""

    point_id: Annotated[UUID, PUBLIC]
    passenger_ids: Annotated[list[UUID], PUBLIC, Field(max_length=200)]
    method: Annotated[SignatureMethod, PUBLIC]
    enterprise_id: Annotated[UUID | None, PUBLIC] = None
    file_hash: Annotated[str | None, PUBLIC, Field(pattern=r"^[0-9a-f]{64}$")] = None
    receiver: Annotated[ShortText, STREAM_CONTACT]
    receiver_phone: Annotated[ShortText | None, STREAM_CONTACT] = None
    code: Annotated[ShortText | None, STREAM_CONTACT] = None


class ManifestLocked(Input):
    """`content_hash` is computed by the server over the list as it stands (see trips/manifest)."""


class ManifestUnlocked(Reason):
    pass


class ExceptionExplained(Input):
    """An exception stays in the record; explained, it no longer blocks closing. Covers the exceptions of this
    code that come from `events` only; left out, those that are open now. What comes to light later from
    other events is open again. A coordinator's decision to let it pass; given by telephone, whoever took the
    call types it in with `person`, `post` and `approved_at`, and it waits for its confirmation."""

    code: Annotated[ExceptionCode, PUBLIC]
    passenger_id: Annotated[UUID | None, PUBLIC] = None
    events: Annotated[list[UUID] | None, PUBLIC, Field(max_length=200)] = None
    person: Annotated[ShortText | None, STREAM_CONTACT] = None
    post: Annotated[ShortText | None, STREAM_CONTACT] = None
    approved_at: Annotated[MomentOfThisAge | None, PUBLIC] = None
    explanation: Annotated[FreeText, STREAM_NOTE]


class EventReversed(Input):
    """The reversed event stays; every fold leaves it out. The correct fact is a new event."""

    event_id: Annotated[UUID, PUBLIC]
    reason: Annotated[FreeText, STREAM_NOTE]
