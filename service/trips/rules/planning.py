"""What a plan lacks to be complete, and which papers it does not name or that end before the arrival, by the
names of its fields; how many drivers it needs. A railway carriage needs no driver, distance or papers of the
road.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from schemas.plan_checks import DriverRule
from schemas.policies import DriverHours, PolicyVersion
from service.fleets.rules import CarrierFacts, VehicleFacts, first_end
from service.trips.rules import driving
from service.trips.rules.overview import Plan, TripView


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


def count_crew(plan: Plan, *, vehicle: VehicleFacts, drivers: int) -> int:
    """Places that are not for passengers: the vehicle's own crew seats, or as many as drivers are named and an
    escort is (by the contacts), whichever are more. An escort who leads several coaches counts in each. A
    carriage's crew is the railway's."""
    if not vehicle.needs_driver:
        return vehicle.crew_seats
    return max(vehicle.crew_seats, drivers + (1 if plan.has_contacts else 0))


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
        "receptions": not _lacks_reception(plan),
    }
    return [name for name, there in has.items() if not there]


def explain_missing(
    missing: Sequence[str], plan: Plan, *, hours: DriverHours, drivers: int
) -> dict[str, object]:
    """Facts of a refusal: of drivers also how many there are and how many the distance needs."""
    if "driver_ids" not in missing:
        return {"missing": tuple(missing)}
    needed = max(count_drivers(plan, hours).values(), default=1)
    return {"missing": tuple(missing), "drivers": drivers, "needed": needed}


def _lacks_reception(plan: Plan) -> bool:
    """Each party that receives (an enterprise; or whoever receives where no enterprise is named) needs somebody
    at one of its points; the trip's own contact serves one party that has nobody."""
    parties: dict[UUID | None, bool] = {}
    for point in plan.handover_points:
        known = parties.get(point.enterprise_id, False)
        parties[point.enterprise_id] = known or point.id in plan.reception_points
    return plan.has_contacts and list(parties.values()).count(False) > 1


def list_lacking(plan: Plan, *, vehicle: VehicleFacts | None, policy: PolicyVersion) -> list[str]:
    """Papers that the road asks for and nobody entered: of every charter its sign, its contract and the
    insurance of the carrier's liability; the pass where tolls are free, its stamp where that is demanded."""
    if vehicle is not None and not vehicle.needs_driver:
        return []
    papers = plan.papers
    wanted = {
        "charter_sign_number": papers.charter_sign_number,
        "contract_number": papers.contract_number,
        "liability_number": vehicle.liability_number if vehicle else None,
    }
    if policy.toll_free:
        wanted |= {name: getattr(papers, name) for name in _TOLL}
    if policy.stamp_required:
        wanted["stamp_unit"] = papers.stamp_unit
    return [name for name, value in wanted.items() if not value]


_TOLL: Final = ("toll_pass_number", "toll_entry", "toll_exit")


def list_carriers(view: TripView) -> list[UUID]:
    """The plan's, and that of the vehicle in use."""
    known = (view.plan.carrier_id, view.course.vehicle_carrier_id)
    return sorted({each for each in known if each is not None})


def list_ended(
    plan: Plan, *, carriers: Iterable[CarrierFacts | None], arrives_on: date
) -> list[str]:
    """Papers of plan and carriers whose last day is before the arrival. A day not entered counts not."""
    days = {
        "charter_sign_valid_until": plan.papers.charter_sign_valid_until,
        "passenger_insurance_valid_until": plan.papers.passenger_insurance_valid_until,
        "licence_valid_until": first_end(*(each.valid_until for each in carriers if each)),
    }
    return [name for name, day in days.items() if day is not None and day < arrives_on]


def list_ended_of_vehicle(vehicle: VehicleFacts, arrives_on: date) -> list[str]:
    days = {
        "transport_licence_valid_until": vehicle.licence_valid_until,
        "liability_valid_until": vehicle.liability_valid_until,
    }
    return [name for name, day in days.items() if day is not None and day < arrives_on]
