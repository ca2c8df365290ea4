"""The gate on the wire: for each person of a trip whether they may board, every reason why not and what to
do; what holds the trip itself back.
"""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.base import Wire
from schemas.clearance import Cure, ReasonOut, Verdict
from schemas.errors import ErrorCode
from schemas.trips import PassengerStatus, TripState


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
