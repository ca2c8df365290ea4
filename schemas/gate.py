"""The gate on the wire: for each person of a trip whether they may board, every reason why not and what to
do; what holds the trip itself back.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from schemas.base import Wire
from schemas.clearance import Cure, ReasonOut, Verdict
from schemas.errors import ErrorCode
from schemas.texts import Text
from schemas.trips import PassengerStatus, TripState


class Caution(StrEnum):
    """What is to be noted about somebody who may ride."""

    POST_FORBIDDEN = "post-forbidden"
    POST_MISSING = "post-missing"
    YOUNG_WORKER = "young-worker"


class CautionText(Text):
    """Named by the cautions' codes."""

    POST_FORBIDDEN = (
        "未成年工，登记的岗位涉及{works}，法律不准：请与企业核实并调换岗位",
        "not 18 yet, and the post names work that the law forbids ({works}): have it changed",
    )
    POST_MISSING = (
        "未成年工没有登记岗位：请问明做什么工并登记",
        "not 18 yet and no post entered: ask which work it is and enter it",
    )
    YOUNG_WORKER = (
        "未成年工（16至17周岁）：不得安排矿山井下、有毒有害、重体力劳动；企业须登记并安排体检",
        "a worker of 16 or 17: no mines, poisons or heavy work; to be registered and examined",
    )


class CautionOut(Wire):
    """It holds nobody back."""

    code: Caution
    says: str


class GateLine(Wire):
    """One person on the list. `reasons`: those that stand; then those that an officer has let pass."""

    passenger_id: UUID
    worker_id: UUID | None
    name: str | None
    township: str | None
    seat_label: str | None
    status: PassengerStatus
    may_board: bool
    verdict: Verdict
    reasons: list[ReasonOut]
    cautions: list[CautionOut]


class TripReasonOut(Wire):
    """One thing that holds the trip back, and who can cure it."""

    code: ErrorCode
    says: str
    cure: Cure


class GateOut(Wire):
    """Judged for the arrival as it is expected now, under the trip's policy or the one asked about."""

    trip_id: UUID
    number: str
    state: TripState
    policy_version: str
    policy_title: str
    document: str | None
    arrival_at: datetime
    judged_at: datetime
    may_lock: bool
    reasons: list[TripReasonOut]
    warnings: list[str] = Field(
        description="Sentences: why the policy does not hold for this trip by its own words (another "
        "region, other dates). Nothing is refused for it."
    )
    lines: list[GateLine]
