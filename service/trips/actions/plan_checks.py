"""A trip's plan against the rules for drivers and against what a plan must say: drivers needed and by which
rule, a proposed rest plan, what is missing, which papers are lacking or end too early."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from schemas.plan_checks import (
    PLAN_FIELD_NAMES,
    STOP_NAMES,
    DriverRule,
    DriversBecause,
    DrivingOut,
    PlanCheckOut,
    PlanGap,
    PlanText,
    RestOut,
)
from schemas.policies import DriverHours
from schemas.texts import choose, say
from service.context import Work
from service.days import CHINA, local_date
from service.fleets.queries import load_carriers, load_vehicles
from service.fleets.rules import VehicleFacts
from service.policies.queries import load_book
from service.trips.actions.events import find_view
from service.trips.rules import driving, planning
from service.trips.rules.driving import RestPlan
from service.trips.rules.gate import find_policy
from service.trips.rules.overview import Plan, TripView


def check_plan(work: Work, *, trip_id: UUID, version: str | None = None) -> PlanCheckOut:
    """Under the policy that the trip is judged by now, or `version`. Out of scope, and a version that was never
    loaded, answer not-found."""
    view, book = find_view(work, trip_id=trip_id), load_book(work.session, work.county_code)
    policy = book.find(version) if version else find_policy(view, book, now=work.now())
    plan, hours, named = view.plan, policy.driver_hours, view.course.driver_ids
    vehicle = _get_vehicle(work, view)
    on_road = vehicle is None or vehicle.needs_driver
    counted = planning.count_drivers(plan, hours) if on_road else {}
    needed = max(counted.values(), default=None)
    rests = _propose(plan, hours, drivers=max(needed or 0, len(named))) if needed else None
    missing = planning.list_missing(plan, vehicle=vehicle, driver_ids=named, hours=hours)
    return PlanCheckOut(
        trip_id=trip_id,
        policy_version=policy.version,
        distance_km=plan.distance_km,
        driving_minutes=_measure(plan, hours),
        drivers_needed=needed,
        drivers_named=len(named),
        because=_show_reasons(plan, hours, counted),
        driving=_show_driving(rests, named),
        stops=_show_stops(rests),
        arrives_at=rests.arrival_at if rests else None,
        late=_tell_late(plan, rests),
        missing=_name_gaps(missing),
        lacking=_name_gaps(planning.list_lacking(plan, vehicle=vehicle, policy=policy)),
        ended=_name_gaps(_list_ended(work, view, vehicle)),
    )


def _get_vehicle(work: Work, view: TripView) -> VehicleFacts | None:
    vehicle_id = view.course.vehicle_id
    if vehicle_id is None:
        return None
    return load_vehicles(work.session, work.county_code, [vehicle_id]).get(vehicle_id)


def _list_ended(work: Work, view: TripView, vehicle: VehicleFacts | None) -> list[str]:
    plan = view.plan
    if plan.planned_arrival_at is None:
        return []
    arrives_on = local_date(plan.planned_arrival_at)
    carriers = load_carriers(work.session, work.county_code, planning.list_carriers(view))
    ended = planning.list_ended(plan, carriers=carriers.values(), arrives_on=arrives_on)
    return ended + (planning.list_ended_of_vehicle(vehicle, arrives_on) if vehicle else [])


def _name_gaps(fields: Iterable[str]) -> list[PlanGap]:
    return [PlanGap(field=each, name=choose(*PLAN_FIELD_NAMES[each])) for each in fields]


def _measure(plan: Plan, hours: DriverHours) -> int | None:
    return None if plan.distance_km is None else driving.driving_minutes(plan.distance_km, hours)


def _propose(plan: Plan, hours: DriverHours, *, drivers: int) -> RestPlan | None:
    if plan.distance_km is None or plan.planned_departure_at is None:
        return None
    departure = plan.planned_departure_at.astimezone(CHINA)
    return driving.plan_rests(plan.distance_km, hours, departure=departure, drivers=drivers)


def _show_reasons(
    plan: Plan, hours: DriverHours, counted: Mapping[DriverRule, int]
) -> list[DriversBecause]:
    return [
        DriversBecause(rule=rule, drivers=drivers, reason=_say_reason(plan, hours, rule, drivers))
        for rule, drivers in counted.items()
    ]


def _say_reason(plan: Plan, hours: DriverHours, rule: DriverRule, drivers: int) -> str:
    if rule is DriverRule.HOURS:
        driven = f"{(_measure(plan, hours) or 0) / 60:.1f}"
        return say(PlanText.BY_HOURS, hours=driven, limit=hours.hours_in_24)
    by_expressway = rule is DriverRule.EXPRESSWAY_DISTANCE
    limit = hours.two_drivers_above_expressway_km if by_expressway else hours.two_drivers_above_km
    text = PlanText.BY_DISTANCE if drivers > 1 else PlanText.WITHIN_DISTANCE
    return say(text, distance=plan.distance_km, limit=limit)


def _show_driving(rests: RestPlan | None, named: Sequence[UUID]) -> list[DrivingOut]:
    return [
        DrivingOut(
            driver=each.driver + 1,
            driver_id=named[each.driver] if each.driver < len(named) else None,
            from_at=each.from_at,
            to_at=each.to_at,
        )
        for each in (rests.pieces if rests else ())
    ]


def _show_stops(rests: RestPlan | None) -> list[RestOut]:
    return [
        RestOut(
            reason=each.reason,
            name=choose(*STOP_NAMES[each.reason]),
            from_at=each.from_at,
            to_at=each.to_at,
        )
        for each in (rests.stops if rests else ())
    ]


def _tell_late(plan: Plan, rests: RestPlan | None) -> str | None:
    planned = plan.planned_arrival_at
    if rests is None or planned is None or rests.arrival_at <= planned:
        return None
    at = rests.arrival_at.astimezone(CHINA)
    return say(PlanText.LATE, at=f"{at:%Y-%m-%d %H:%M}")
