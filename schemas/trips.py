"""Trips and plans on the wire: states of trips and passengers with their names; limits of a plan
(6,000 km, 20 points, 6 drivers, order and years of times); contacts; balance; the board's row.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from schemas.base import Input, Wire, object_to
from schemas.batches import Number
from schemas.events.fields import Code, MomentOfThisAge, ShortText
from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.payloads_trips import Channel
from schemas.fleets import SeatOut
from schemas.needs import NeedOut
from schemas.plan_papers import PlanPapers, PlanPapersShown
from schemas.types import WHOLE, Flag, check_doubled


class TripState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    FILED = "filed"
    LOCKED = "locked"
    BOARDING = "boarding"
    IN_TRANSIT = "in_transit"
    HELD_UP = "held_up"
    ARRIVED = "arrived"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    TURNED_BACK = "turned_back"


class PassengerStatus(StrEnum):
    """`expected` is only the fold's beginning: nothing has been said about the person yet."""

    EXPECTED = "expected"
    LISTED = "listed"
    STAND_BY = "stand_by"
    CHECKED_IN = "checked_in"
    BOARDED = "boarded"
    DENIED = "denied"
    NO_SHOW = "no_show"
    LEFT = "left"
    MOVED = "moved"
    RECEIVED = "received"
    REFUSED = "refused"
    MISSING = "missing"
    RETURNED = "returned"
    REMOVED = "removed"


TRIP_STATE_NAMES: dict[TripState, tuple[str, str]] = {
    TripState.DRAFT: ("草拟", "draft"),
    TripState.READY: ("方案齐备", "plan ready"),
    TripState.FILED: ("已函告输入地", "filed"),
    TripState.LOCKED: ("名册锁定", "manifest locked"),
    TripState.BOARDING: ("组织上车", "boarding"),
    TripState.IN_TRANSIT: ("在途", "in transit"),
    TripState.HELD_UP: ("途中受阻", "held up"),
    TripState.ARRIVED: ("已抵达", "arrived"),
    TripState.HANDED_OVER: ("已交接", "handed over"),
    TripState.CLOSED: ("已归档", "closed"),
    TripState.CANCELLED: ("已取消", "cancelled"),
    TripState.RETURNED: ("中途返回", "returned"),
    TripState.TURNED_BACK: ("被劝返（未准入）", "turned back"),
}

PASSENGER_STATUS_NAMES: dict[PassengerStatus, tuple[str, str]] = {
    PassengerStatus.EXPECTED: ("未登记", "not recorded"),
    PassengerStatus.LISTED: ("已编入专车", "listed"),
    PassengerStatus.STAND_BY: ("候补", "stand-by"),
    PassengerStatus.CHECKED_IN: ("已点名", "checked in"),
    PassengerStatus.BOARDED: ("已上车", "boarded"),
    PassengerStatus.DENIED: ("未准上车", "denied"),
    PassengerStatus.NO_SHOW: ("未到", "no-show"),
    PassengerStatus.LEFT: ("途中离开", "left"),
    PassengerStatus.MOVED: ("已换乘", "moved"),
    PassengerStatus.RECEIVED: ("已接收", "received"),
    PassengerStatus.REFUSED: ("企业未接收", "refused"),
    PassengerStatus.MISSING: ("失联", "missing"),
    PassengerStatus.RETURNED: ("随车返回", "returned"),
    PassengerStatus.REMOVED: ("已移出", "removed"),
}


class PointIn(Input):
    """A boarding or handover point; `id` made by the sender."""

    id: UUID
    name: ShortText
    division_code: Code | None = None
    planned_at: MomentOfThisAge | None = None
    enterprise_id: UUID | None = None


class PointOut(Wire):
    id: UUID
    kind: Literal["boarding", "handover"]
    ordinal: int
    name: str
    planned_at: datetime | None
    enterprise_id: UUID | None
    division_code: str | None


class PointReception(Input):
    """Who receives people at one handover point."""

    point_id: UUID = Field(description="Id of the handover point.")
    name: ShortText = Field(description="Name of who receives them there.")
    phone: ShortText = Field(description="Telephone of who receives them there.")


class Contacts(Input):
    """The people behind a trip; sealed at rest, shown on its papers. Where several enterprises receive, each
    needs somebody of its own in `receptions`; `reception` serves one that has none."""

    escort: ShortText
    escort_phone: ShortText
    escort_account_id: UUID | None = None
    reception: ShortText
    reception_phone: ShortText
    duty_phone: ShortText
    receptions: Annotated[list[PointReception], Field(max_length=20)] | None = Field(
        default=None,
        description="Who receives people at single handover points, at most 20; null: `reception` alone.",
    )


EXPRESSWAY: Final = (
    "Whether the whole way is by expressway: one driver does for 600 km, else 400; null: no."
)


class PlanFields(PlanPapers):
    """What a plan says and an edit may change."""

    planned_departure_at: MomentOfThisAge | None = None
    planned_arrival_at: MomentOfThisAge | None = None
    route: ShortText | None = None
    distance_km: Annotated[int, Field(ge=1, le=6000), WHOLE] | None = None
    expressway: Flag | None = Field(default=None, description=EXPRESSWAY)
    kept_free_rows: Annotated[list[Annotated[int, WHOLE]], Field(max_length=20)] | None = None
    carrier_id: UUID | None = None
    boarding_points: Annotated[list[PointIn], Field(max_length=20)] | None = None
    handover_points: Annotated[list[PointIn], Field(max_length=20)] | None = None
    contacts: Contacts | None = None

    @model_validator(mode="after")
    def times_in_order(self) -> "PlanFields":
        start, end = self.planned_departure_at, self.planned_arrival_at
        if start is not None and end is not None and end <= start:
            message = "planned_arrival_at is not after planned_departure_at"
            raise object_to("times-reversed", "planned_arrival_at", message)
        return self

    @model_validator(mode="after")
    def points_told_apart(self) -> "PlanFields":
        points = [*(self.boarding_points or []), *(self.handover_points or [])]
        if len({point.id for point in points}) < len(points):
            raise object_to("points-doubled", "handover_points", "two points have the same id")
        return self


class TripIn(PlanFields):
    """一车一方案. Vehicle and drivers are named here once; later ones come by event."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000311",
                    "batch_id": "01710a3e-2400-7000-8000-000000000301",
                    "number": "T0325-1",
                    "vehicle_id": "01710a3e-2400-7000-8000-000000000202",
                    "driver_ids": ["01710a3e-2400-7000-8000-000000000203"],
                    "planned_departure_at": "2020-03-25T05:30:00+08:00",
                    "planned_arrival_at": "2020-03-25T20:30:00+08:00",
                    "kept_free_rows": [10, 11],
                    "boarding_points": [
                        {"id": "01710a3e-2400-7000-8000-000000000321", "name": "凡河镇政府广场"}
                    ],
                    "handover_points": [
                        {
                            "id": "01710a3e-2400-7000-8000-000000000322",
                            "name": "示例电子厂门",
                            "enterprise_id": "01710a3e-2400-7000-8000-000000000101",
                        }
                    ],
                    "contacts": {
                        "escort": "孙领队",
                        "escort_phone": "15499000010",
                        "reception": "张经理",
                        "reception_phone": "15499000011",
                        "duty_phone": "15499000012",
                    },
                }
            ]
        }
    )

    id: UUID
    batch_id: UUID
    number: Number
    vehicle_id: UUID | None = None
    driver_ids: Annotated[list[UUID], Field(max_length=6), AfterValidator(check_doubled)] = Field(
        default_factory=list
    )


class PlanPatch(PlanFields):
    """Fields left out stay as they are. Only while the list is not locked."""


class BalanceOut(Wire):
    """carried = received + refused + given_on + left + moved + returned + missing."""

    carried: int
    received: int
    refused: int
    given_on: int
    left: int
    moved: int
    returned: int
    missing: int
    unaccounted: int
    balanced: bool
    line: str = Field(examples=["上车24 = 接收23 + 途中移交1；未平0"])


class FindingOut(Wire):
    """One open exception and the events that it comes from; an explanation may name them."""

    code: ExceptionCode
    events: list[UUID]
    counted: int | None = Field(
        default=None, description="Of a head count that differs: how many were counted."
    )
    recorded: int | None = Field(
        default=None, description="How many were recorded aboard at that moment."
    )


class BetweenOut(Wire):
    """Somebody who was moved to another trip and is not recorded aboard there: in nobody's hands."""

    worker_id: UUID | None = Field(description="Null for somebody in no registry.")
    name: str | None = Field(description="Masked.")
    passenger_id: UUID = Field(description="On the trip that they were moved from.")
    from_trip_id: UUID
    from_number: str
    to_trip_id: UUID
    to_number: str
    since: datetime


class PointBalanceOut(Wire):
    point_id: UUID | None
    balance: BalanceOut


class LastWord(Wire):
    """What was last told from the road, by whoever is with the people."""

    kind: EventKind
    at: datetime


class PersonContact(Wire):
    """Name and whole phone; null where nobody told it, or it was erased."""

    name: str | None
    phone: str | None


class AcknowledgedBy(PersonContact):
    """Who at the destination said yes."""

    unit: str | None
    post: str | None


class LastPlace(Wire):
    """The last stop, or the last handover point reached."""

    name: str | None
    at: datetime


class TripContacts(Wire):
    """The work list of a trip: whom to call, and where the vehicle was last."""

    escort: PersonContact | None = Field(description="Who leads the trip now.")
    drivers: list[PersonContact]
    acknowledged_by: AcknowledgedBy | None
    place: LastPlace | None


class TripNote(Wire):
    """What somebody said about the trip in their own words: an open incident, an explanation, a reason."""

    event_id: UUID
    kind: EventKind
    name: str = Field(description="The kind, in the language asked for.")
    at: datetime
    passenger_id: UUID | None
    exception: ExceptionCode | None = Field(description="What was explained.")
    text: str


class TripRow(Wire):
    """A line of the board: everything is in the row, nothing is counted while listing."""

    id: UUID
    number: str
    batch_id: UUID
    batch_number: str
    state: TripState
    destination_code: str
    destination_name: str = Field(examples=["江苏省苏州市"])
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    expected_at: datetime | None = Field(description="When it is expected, told with a delay.")
    filed_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_channel: Channel | None
    points: list[PointOut]
    vehicle_id: UUID | None
    plate: str | None = Field(description="Of the vehicle in use; a carriage's designation.")
    places: int
    taken: int
    aboard: int
    counts: dict[str, int]
    open_exceptions: int
    people_between: int = Field(
        default=0,
        description="Moved from here or to here, not recorded aboard the other trip, not explained.",
    )
    unconfirmed: int
    """Approvals given by telephone that wait for their confirmation."""
    list_version: int
    last_event_at: datetime | None = Field(description="When `last_event` happened.")
    last_event: LastWord | None
    needs: list[NeedOut] = Field(description="Why it needs somebody, the most urgent first.")
    contacts: TripContacts | None = Field(
        default=None,
        description="A work list for who may read manifests: recorded once for each account, day and set "
        "of people. Null for others, and in the answer to a change.",
    )


class VehicleUse(Wire):
    """One vehicle in use. `from_at` null: since the plan was made; `to_at` null: still."""

    vehicle_id: UUID
    from_at: datetime | None
    to_at: datetime | None


class VehicleSeats(Wire):
    """The seats of one vehicle that the trip has or had, whoever may read the fleet."""

    vehicle_id: UUID
    plate: str = Field(description="The vehicle's plate; a carriage's designation.")
    seats: list[SeatOut] = Field(description="Seats with the labels painted on them.")


class TripOut(PlanPapersShown, TripRow):
    route: str | None
    distance_km: int | None
    expressway: bool | None = Field(description=EXPRESSWAY)
    kept_free_rows: list[int]
    carrier_id: UUID | None
    vehicles: list[VehicleUse] = Field(
        default_factory=list, description="one after the other; the last is in use"
    )
    driver_ids: list[UUID]
    captain_passenger_id: UUID | None
    captain_driver_id: UUID | None
    list_hash: str | None
    unconfirmed_approvals: list[UUID]
    """The events of approvals given by telephone that wait for their confirmation."""
    policy_version: str
    version: int
    exceptions: list[ExceptionCode]
    findings: list[FindingOut]
    between: list[BetweenOut] = Field(
        description="Who was moved from here or to here and is not recorded aboard the other trip."
    )
    unread_events: int = Field(
        default=0,
        description="How many items came to the trip's door that could not be read and still wait.",
    )
    balance: BalanceOut
    by_point: list[PointBalanceOut]
    notes: list[TripNote] | None = Field(
        default=None,
        description="What was said in words, in the order of happening; part of the work list of "
        "coordinators and of the trip's escort, null for others and in the answer to a change.",
    )
    may_follow: list[EventKind]
