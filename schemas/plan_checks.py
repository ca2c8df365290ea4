"""What stands against a trip's plan: how many drivers it needs and by which rule, a proposed rest plan with the
arrival that follows, what is missing and what is lacking, with their sentences in Chinese and English.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import Field

from schemas.base import Wire
from schemas.texts import Text, choose


class DriverRule(StrEnum):
    """Why a trip needs so many drivers (道路旅客运输企业安全管理规范 art. 38)."""

    HOURS = "hours"
    DISTANCE = "distance"
    EXPRESSWAY_DISTANCE = "expressway_distance"


class StopReason(StrEnum):
    """Why the vehicle stands: a rest and a change of drivers; hours in which nobody drives; until somebody may
    drive again."""

    REST = "rest"
    CLOSED_HOURS = "closed_hours"
    LONG_REST = "long_rest"


class PlanText(Text):
    BY_HOURS = (
        "驾驶约{hours}小时，每人24小时内不超过{limit}小时",
        "some {hours} h of driving, {limit} h in 24 for each",
    )
    BY_DISTANCE = (
        "单程{distance}公里，超过{limit}公里",
        "{distance} km one way, more than {limit}",
    )
    WITHIN_DISTANCE = (
        "单程{distance}公里，不超过{limit}公里",
        "{distance} km one way, not more than {limit}",
    )
    LATE = (
        "按停靠方案最早{at}抵达，晚于计划；请改计划抵达时间或加驾驶员。",
        "By the rest plan it arrives at {at}, after the planned time: change that, or add a driver.",
    )


STOP_NAMES: Final[Mapping[StopReason, tuple[str, str]]] = {
    StopReason.REST: ("停车休息、换驾驶员", "rest, change of drivers"),
    StopReason.CLOSED_HOURS: ("夜间停驶", "no driving at this hour"),
    StopReason.LONG_REST: ("等候驾驶员休息满", "until a driver has rested"),
}


PLAN_FIELD_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "vehicle_id": ("车辆", "vehicle"),
    "driver_ids": ("驾驶员", "drivers"),
    "planned_departure_at": ("计划发车时间", "planned departure"),
    "planned_arrival_at": ("计划抵达时间", "planned arrival"),
    "distance_km": ("里程", "distance"),
    "boarding_points": ("上车点", "boarding point"),
    "handover_points": ("交接点", "handover point"),
    "contacts": ("联系人", "contacts"),
    "receptions": ("各接收单位的接收人", "a reception for each receiver"),
    "charter_sign_number": ("包车客运标志牌", "charter sign"),
    "charter_sign_valid_until": ("包车客运标志牌", "charter sign"),
    "contract_number": ("包车合同", "charter contract"),
    "liability_number": ("承运人责任险", "insurance of the carrier's liability"),
    "liability_valid_until": ("承运人责任险", "insurance of the carrier's liability"),
    "toll_pass_number": ("免费通行证", "pass for free tolls"),
    "toll_entry": ("入口收费站", "toll station of entry"),
    "toll_exit": ("出口收费站", "toll station of exit"),
    "stamp_unit": ("通行证盖章", "stamp on the pass"),
    "passenger_insurance_valid_until": ("乘客意外险", "passengers' accident insurance"),
    "licence_valid_until": ("道路运输经营许可证", "carrier's licence"),
    "transport_licence_valid_until": ("道路运输证", "vehicle's transport licence"),
}


_BY_EVENT: Final = frozenset({"vehicle_id", "driver_ids"})
"""What an event says; everything else of a plan is entered through the API alone."""
_WITHIN: Final = {"receptions": "contacts.receptions"}


def name_gap(field: str, name: str) -> str:
    """里程（distance_km）: with the field, where it is entered through the API alone."""
    if field in _BY_EVENT:
        return name
    place = _WITHIN.get(field, field)
    return choose(f"{name}（{place}）", f"{name} ({place})")


class PlanGap(Wire):
    """Something that a plan does not say."""

    field: str = Field(description="Name of the field.", examples=["driver_ids"])
    name: str = Field(description="What it is, in the language asked for.", examples=["驾驶员"])


class DriversBecause(Wire):
    """What one rule asks for."""

    rule: DriverRule = Field(description="Which rule.")
    drivers: int = Field(description="How many this rule asks for.", examples=[3])
    reason: str = Field(
        description="Why, in the language asked for.",
        examples=["驾驶约18.8小时，每人24小时内不超过8小时"],
    )


class DrivingOut(Wire):
    """One driver at the wheel without a break."""

    driver: int = Field(description="Which of the drivers, counted from 1.")
    driver_id: UUID | None = Field(
        description="Who, in the order in which the plan names them; null where none is named yet."
    )
    from_at: datetime = Field(description="When the driver begins.")
    to_at: datetime = Field(description="When the driver ends.")


class RestOut(Wire):
    """The vehicle stands."""

    reason: StopReason
    name: str = Field(description="The reason, in the language asked for.")
    from_at: datetime = Field(description="When it stops.")
    to_at: datetime = Field(description="When it goes on.")


class PlanCheckOut(Wire):
    """A trip's plan against the rules for drivers and against what a plan must say."""

    trip_id: UUID
    policy_version: str
    distance_km: int | None
    driving_minutes: int | None = Field(
        description="At the speed of the policy, without stops; null where the distance is not known."
    )
    drivers_needed: int | None = Field(
        description="The most that a rule asks for; null where the distance is not known, and for a carriage."
    )
    drivers_named: int = Field(description="How many are named.")
    because: list[DriversBecause] = Field(description="What each rule asks for.")
    driving: list[DrivingOut] = Field(
        description="Who drives when, as proposed for as many drivers as are needed; empty where that or the "
        "departure is not known."
    )
    stops: list[RestOut] = Field(description="Where the vehicle stands in between.")
    arrives_at: datetime | None = Field(description="When it arrives by the rest plan.")
    late: str | None = Field(
        description="A sentence, where the rest plan arrives after the planned arrival; else null."
    )
    missing: list[PlanGap] = Field(
        description="What the plan lacks to be complete; such a plan is neither filed nor locked."
    )
    lacking: list[PlanGap] = Field(
        description="Papers that the road asks for and nobody entered; they do not hold the trip back."
    )
    ended: list[PlanGap] = Field(
        description="Papers of plan, carrier and vehicle that end before the planned arrival; with them the "
        "list is not locked."
    )
