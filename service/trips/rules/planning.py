"""What a plan lacks to be complete, by the names of its fields; how many drivers it needs. A railway carriage
needs neither driver nor distance."""

from collections.abc import Collection, Mapping
from uuid import UUID

from schemas.plan_checks import DriverRule
from schemas.policies import DriverHours
from service.fleets.rules import VehicleFacts
from service.trips.rules import driving
from service.trips.rules.overview import Plan


def count_drivers(plan: Plan, hours: DriverHours) -> Mapping[DriverRule, int]:
    """By each rule; none where the distance is not known."""
    if plan.distance_km is None:
        return {}
    return driving.count_drivers(
        plan.distance_km,
        hours,
        expressway=plan.expressway,
        departure=plan.planned_departure_at,
        arrival=plan.planned_arrival_at,
    )


def list_missing(
    plan: Plan,
    *,
    vehicle: VehicleFacts | None,
    driver_ids: Collection[UUID],
    hours: DriverHours,
) -> list[str]:
    """`driver_ids`: none, or fewer than the distance needs."""
    on_road = vehicle is None or vehicle.needs_driver
    needed = max(count_drivers(plan, hours).values(), default=1) if on_road else 0
    has = {
        "vehicle_id": vehicle is not None,
        "driver_ids": len(set(driver_ids)) >= needed,
        "planned_departure_at": plan.planned_departure_at is not None,
        "planned_arrival_at": plan.planned_arrival_at is not None,
        "distance_km": plan.distance_km is not None or not on_road,
        "boarding_points": bool(plan.boarding_points),
        "handover_points": bool(plan.handover_points),
        "contacts": plan.has_contacts,
    }
    return [name for name, there in has.items() if not there]
