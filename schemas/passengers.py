"""Passengers on the wire: at most 100 assigned at once; the masked passenger with custody; lines of the
manifest, the handover sheet and of who was aboard.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from schemas.base import Input, Wire
from schemas.clearance import Verdict
from schemas.events.envelope import Outcome
from schemas.events.fields import SeatNumber
from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_passengers import LeftEnd, PartyKind, PersonRole
from schemas.events.payloads_trips import SignatureMethod
from schemas.fleets import VehicleKind
from schemas.trips import (
    BalanceOut,
    FindingOut,
    PassengerStatus,
    PointOut,
    TripState,
    VehicleUse,
)
from schemas.types import WHOLE, Flag

MAX_ASSIGNED = 100


class AssignIn(Input):
    """One person for a trip. `id` (the passenger's) and `event_id` are made by the sender."""

    id: UUID
    event_id: UUID
    worker_id: UUID
    stand_by: Flag = False
    role: PersonRole | None = None
    leg: Annotated[int, Field(ge=1, le=9), WHOLE] = 1
    seat_row: SeatNumber | None = None
    seat_column: SeatNumber | None = None
    boarding_point_id: UUID | None = None
    handover_point_id: UUID | None = None
    handover_party: PartyKind | None = None
    enterprise_id: UUID | None = None


class AssignmentsIn(Input):
    """Up to 100 people at once; families get seats side by side, then colleagues, then villages."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "passengers": [
                        {
                            "id": "01710a3e-2400-7000-8000-000000000401",
                            "event_id": "01710a3e-2400-7000-8000-000000000402",
                            "worker_id": "01710a3e-2400-7000-8000-000000000403",
                        }
                    ]
                }
            ]
        }
    )

    passengers: Annotated[list[AssignIn], Field(min_length=1, max_length=MAX_ASSIGNED)]


class AssignmentsOut(Wire):
    """In the order of the request."""

    outcomes: list[Outcome]
    places: int
    taken: int


class CustodyOut(Wire):
    """`party` None: in nobody's hands, between two trips."""

    party: PartyKind | None
    since: datetime | None


class PassengerOut(Wire):
    """Masked: who has a right to the full line takes a work list."""

    id: UUID
    worker_id: UUID | None
    name: str | None
    role: PersonRole
    status: PassengerStatus
    end: LeftEnd | None = Field(
        default=None, description="Of who left on the way: given on to somebody, or on their own."
    )
    leg: int
    seat_row: int | None
    seat_column: int | None
    seat_label: str | None
    handover_point_id: UUID | None
    enterprise_id: UUID | None
    boarded_at: datetime | None
    custody: CustodyOut
    notice: str | None
    signed: bool = Field(default=False, description="Received, and signed for by a receiver.")
    exceptions: list[ExceptionCode]
    findings: list[FindingOut]


class ManifestLine(Wire):
    """One person as the escort needs them: name, whole phone, and the id's last four digits; the
    whole id only on the printed list."""

    passenger_id: UUID
    seat_label: str | None
    seat_row: int | None
    seat_column: int | None
    name: str | None
    gender: str | None
    id_number: str | None
    phone: str | None
    emergency_phone: str | None
    township: str | None
    village: str | None
    employer: str | None
    boarding_point_id: UUID | None
    handover_point_id: UUID | None
    role: PersonRole
    status: PassengerStatus
    stand_by: bool
    verdict: Verdict | None
    let_pass: bool
    young_worker: bool = Field(default=False, description="未成年工: a worker of 16 or 17.")
    companion: str | None = Field(
        default=None,
        description="Seat and name of who looks after a minor with a guardian's consent; null: the escort.",
    )
    receiver: str | None = Field(
        default=None,
        description="Name and phone of the one person to whom a minor with a consent is handed over.",
    )


class VehicleRide(VehicleUse):
    """The same as papers name it."""

    plate: str | None
    licensed_places: int | None


class PersonUse(Wire):
    """A driver or escort with name and phone, from when to when; `from_at` null: since the plan."""

    who: str
    from_at: datetime | None
    to_at: datetime | None


class ReceptionOut(Wire):
    """Who receives people at one handover point."""

    point_id: UUID = Field(description="Id of the handover point.")
    name: str = Field(description="Name of who receives them there.")
    phone: str = Field(description="Telephone of who receives them there, in full.")


class ManifestOut(Wire):
    """乘客信息登记表: the list as it stands, with the version and hash it was locked under. `plate`: of a
    railway carriage its designation. `carrier`: the plan's, else the vehicle's."""

    trip_id: UUID
    number: str
    state: TripState
    list_version: int
    list_hash: str | None
    plate: str | None
    vehicle_kind: VehicleKind | None
    carrier: str | None
    licensed_places: int | None
    vehicles: list[VehicleRide] = Field(
        default_factory=list, description="one after the other; the last is in use"
    )
    route: str | None
    charter_sign_number: str | None
    toll_pass_number: str | None = Field(
        default=None, description="Number of the pass for free tolls; null where there is none."
    )
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    drivers: list[str]
    driver_runs: list[PersonUse] = Field(default_factory=list, description="all who drive or drove")
    escort_runs: list[PersonUse] = Field(default_factory=list, description="all who lead or led")
    captain: str | None
    escort: str | None
    escort_phone: str | None
    reception: str | None
    reception_phone: str | None
    duty_phone: str | None
    receptions: list[ReceptionOut] = Field(
        default_factory=list, description="Who receives people at single handover points."
    )
    points: list[PointOut]
    lines: list[ManifestLine]


class HandoverLine(Wire):
    passenger_id: UUID
    seat_label: str | None
    name: str | None
    id_number_end: str | None
    phone: str | None
    employer: str | None
    status: PassengerStatus
    end: LeftEnd | None = Field(
        default=None, description="Of who left on the way: given on to somebody, or on their own."
    )
    receiver: str | None = Field(
        default=None,
        description="Name and phone of the one person to whom a minor with a consent is handed over.",
    )
    signed: SignatureMethod | None
    paper_seen: bool | None = Field(
        default=None,
        description="of a signature on paper: whether a photograph or scan of it was attached",
    )


class HandoverPoint(Wire):
    point: PointOut
    code: str | None = Field(
        description="stands on the coordinator's sheet; signing by code asks for it"
    )
    balance: BalanceOut
    signed: int = Field(description="people whom signatures at this point name, each once")
    difference: int = Field(description="signed less received: signed = received + difference")
    counted: int | None = Field(description="people counted aboard on arriving here")
    line: str = Field(examples=["签收23 = 接收22 + 差1；到达清点23"])
    lines: list[HandoverLine]


class HandoverOut(Wire):
    """人员交接单: for each handover point the people, the sum, and who signed."""

    trip_id: UUID
    number: str
    state: TripState
    list_version: int
    list_hash: str | None
    plate: str | None
    vehicle_kind: VehicleKind | None
    carrier: str | None
    vehicles: list[VehicleRide] = Field(default_factory=list)
    balance: BalanceOut
    exceptions: list[ExceptionCode] = Field(
        description="of the trip and of the people on this sheet, explained or not"
    )
    points: list[HandoverPoint]


class AboardLine(Wire):
    """Who sat where at a moment."""

    passenger_id: UUID
    worker_id: UUID | None
    name: str | None
    seat_row: int | None
    seat_column: int | None
    seat_label: str | None = Field(
        default=None, description="null where the vehicle has no such seat"
    )
    from_at: datetime
    to_at: datetime | None
    source: str


class AboardOut(Wire):
    trip_id: UUID
    at: datetime
    vehicle_id: UUID | None = Field(default=None, description="the one in use at that moment")
    plate: str | None = None
    people: list[AboardLine]


class TravellerOut(Wire):
    """Somebody of a township on a trip's list, with all that a notice tells: a line of a work list."""

    id: UUID = Field(description="The worker's.")
    passenger_id: UUID
    name: str
    id_number_end: str
    phone: str | None = Field(description="Which to call: the own one, else the family's.")
    township: str | None
    village: str | None
    trip_id: UUID
    trip_number: str
    trip_state: TripState
    departure_at: datetime | None = Field(description="As it was, else as planned.")
    boarding_point: str | None
    plate: str | None
    seat_label: str | None
    status: PassengerStatus
    notice: str | None = Field(description="What came of the last notice.")
    reached: bool = Field(description="False: still to be told.")
    escort: str | None
    escort_phone: str | None
