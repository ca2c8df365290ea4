"""Changing any field of a policy changes some decision: a field that nothing reads fails here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from pydantic import BaseModel

from schemas.clearance import ReasonOut
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.events.payloads_trips import Channel
from schemas.fleets import VehicleKind
from schemas.health_notes import Declared, Measured, ProofRecorded
from schemas.permissions import Role
from schemas.policies import (
    ContactRule,
    DriverHours,
    OccupancyByRisk,
    PolicyIn,
    PolicyVersion,
    ProofValidity,
    RiskArea,
    RiskLevel,
)
from schemas.questions import FIVE_OF_2020
from schemas.trips import TripState
from service.auth import Actor
from service.contacts.rules.meeting import find_reach
from service.days import CHINA
from service.health.answers import show_reasons
from service.health.notes import HealthFacts, Noted
from service.health.rules import ClearanceFacts, Obstacle, Occasion, clear
from service.policies.files import write_policy
from service.policies.rules import (
    PolicyBook,
    is_too_warm,
    isolation_rows,
    occupancy_limit,
    select_policy,
)
from service.recording.order import Heard
from service.trips.rules import driving, planning
from service.trips.rules.gate import list_trip_obstacles
from service.trips.rules.needs import Brief, Seen, list_needs
from service.trips.rules.overview import Plan, Point, TripView
from service.trips.rules.told import Acknowledged, WhatWasTold
from service.trips.rules.trips import Course

PERSON: Final = UUID(int=1)
ON: Final = date(2020, 3, 24)
ARRIVAL: Final = datetime(2020, 3, 24, 20, tzinfo=CHINA)
Decide = Callable[[PolicyVersion], object]


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2020, 3, day, hour, tzinfo=CHINA)


COORDINATOR = Actor("211221", UUID(int=1), Role.COUNTY_COORDINATOR)


def make(**told: Any) -> PolicyVersion:
    return PolicyVersion.model_validate({"version": "one", "title": "甲"} | told)


# --- decisions ------------------------------------------------------------------------------------
def who_holds(policy: PolicyVersion) -> object:
    """Beside one that always holds, the wider and the older."""
    others = (make(version="base"), make(version="city", region="2112", valid_from="2020-03-01"))
    return select_policy((*others, policy), county_code="211221", on=ON).version


def shown(policy: PolicyVersion) -> object:
    reasons: list[ReasonOut] = show_reasons(
        [Obstacle(ErrorCode.RISK_AREA, {"level": "high"})], policy, actor=COORDINATOR
    )
    return reasons[0].document, policy.title, write_policy(policy)


def carried(policy: PolicyVersion) -> object:
    """In a coach and in a car, at each level of risk, within a city and beyond."""
    return [
        occupancy_limit(
            policy,
            licensed_places=places,
            crew_seats=1,
            kept_free=len(isolation_rows(policy, rows=range(1, 12), licensed_places=places)) * 4,
            risk=risk,
            between_cities=beyond,
        )
        for places in (9, 55)
        for risk in (None, *RiskLevel)
        for beyond in (True, False)
    ]


def rated(policy: PolicyVersion) -> object:
    area = RiskArea(area_code="320500", level="high", scheme="2020", valid_from=ON)  # type: ignore[arg-type]
    book = PolicyBook("211221", (policy,), (area,))
    return book.find_risk(policy.risk_scheme, ["211221", "320500"], on=ON)


def warm(policy: PolicyVersion) -> object:
    return [is_too_warm(policy, tenths) for tenths in range(360, 390)]


def cleared(policy: PolicyVersion, *, arrival: datetime = ARRIVAL) -> object:
    """Of people with a reading, papers and answers of many days, at every level of risk."""
    return [
        clear(_person(day, kind, region), _occasion(policy, risk, arrival)).obstacles
        for day in (1, 5, 9, 10, 11, 20, 23)
        for kind in ("health_certificate", "nucleic_test")
        for region in ("21", "33")
        for risk in (None, *RiskLevel)
    ] + [clear(ClearanceFacts(PERSON, PersonRole.WORKER), _occasion(policy, None, arrival))]


def _occasion(policy: PolicyVersion, risk: RiskLevel | None, arrival: datetime) -> Occasion:
    return Occasion(policy, PolicyBook("211221", (policy,)), ON, arrival, risk)


def _person(day: int, kind: str, region: str) -> ClearanceFacts:
    answers = {each.code: False for each in FIVE_OF_2020.questions}
    told = {"question_set": "2020-five", "version": 1, "answers": answers}
    declared = Declared(what="declared", asked_by="村医", signed="paper", **told)  # type: ignore[arg-type]
    sites = {"forehead": 375, "armpit": 365}
    readings = [{"code": "body_temperature", "site": k, "value": v} for k, v in sites.items()]
    measured = Measured.model_validate({"what": "measured", "readings": readings})
    paper = ProofRecorded.model_validate(
        {
            "what": "proof",
            "kind": kind,
            "result": "negative" if kind == "nucleic_test" else None,
            "issuing_region": region,
            "issued_on": date(2020, 3, day),
            "sampled_at": at(day - 1 or 1, 6),
        }
    )
    health = HealthFacts(
        PERSON,
        declarations=(Noted(UUID(int=2), at(day), declared),),
        measurements=(Noted(UUID(int=3), at(24), measured),),
        proofs=(Noted(UUID(int=4), at(day), paper),),
    )
    return replace(ClearanceFacts(PERSON, PersonRole.WORKER), health=health)


def held_back(policy: PolicyVersion) -> object:
    return list_trip_obstacles(_view(), vehicle=None, policy=policy)


def _view(**course: Any) -> TripView:
    point = Point(UUID(int=7), "handover", 1, "厂门", None, None, "320500")
    plan = Plan(
        *(UUID(int=6), "T-1", "211221", "320500", at(24), at(25, 0), None, frozenset(), (point,)),
        *(True, "ordinary-1", 1),
    )
    return TripView(UUID(int=8), plan, Course(UUID(int=8), places=2, **course), {})


def needed(policy: PolicyVersion) -> object:
    """Of a trip under way that said its last word at eight, through the night."""
    seen = Seen(TripState.IN_TRANSIT, at(24), at(26), None, _heard(), policy=policy)
    return [list_needs(seen, now=at(24, hour)) for hour in range(8, 24)]


def _heard() -> Brief:
    heard = Heard(at(24), EventKind.STOP_BEGUN, UUID(int=5))
    return Brief(heard=heard, measured_at=at(24), disinfected_at=at(24))


def driven(policy: PolicyVersion) -> object:
    """How many drivers, and who drives when, for many distances and hours of departure."""
    hours = policy.driver_hours
    return [
        (
            driving.count_drivers(km, hours, expressway=expressway),
            driving.plan_rests(km, hours, departure=at(24, hour), drivers=2),
        )
        for km in (300, 450, 650, 1500)
        for expressway in (True, False)
        for hour in (6, 20)
    ]


def papers(policy: PolicyVersion) -> object:
    return planning.list_lacking(_view().plan, vehicle=None, policy=policy)


def reached(policy: PolicyVersion) -> object:
    """Who on each kind of vehicle rode with somebody."""
    return [
        find_reach(policy, kind=kind, air_sealed=sealed)
        for kind in VehicleKind
        for sealed in (True, False)
    ]


def acknowledged(policy: PolicyVersion) -> object:
    """A plan that arrives later than what was said yes to."""
    told = WhatWasTold("320500", (str(UUID(int=7)),), at(24, 20))
    yes = Acknowledged(at(23), Channel.LETTER, UUID(int=9), told)
    return list_trip_obstacles(_view(acknowledged=yes), vehicle=None, policy=policy)


ROWS: Final = {"vehicle": "coach", "reach": "rows", "rows": 3}
PAPERS: Final = {
    "any_proof_of": ["health_certificate"],
    "proof_validity": [{"kind": "health_certificate", "days": 14}],
}
DECISIONS: Final[dict[str, tuple[Decide, dict[str, Any], dict[str, Any]]]] = {
    "version": (who_holds, {"valid_from": "2020-03-02", "region": "2112"}, {"version": "two"}),
    "region": (who_holds, {"valid_from": "2020-03-02"}, {"region": "211221"}),
    "valid_from": (who_holds, {"region": "2112"}, {"valid_from": "2020-03-02"}),
    "valid_until": (
        who_holds,
        {"valid_from": "2020-03-02", "region": "2112"},
        {"valid_until": "2020-03-23"},
    ),
    "title": (shown, {}, {"title": "乙"}),
    "document": (shown, {}, {"document": "合成〔2020〕1号"}),
    "source": (shown, {}, {"source": "合成"}),
    "temperature_limit_tenths": (warm, {}, {"temperature_limit_tenths": 373}),
    "temperature_comparison": (
        warm,
        {"temperature_limit_tenths": 373},
        {"temperature_comparison": "at_least"},
    ),
    "temperature_sites": (
        cleared,
        {"temperature_limit_tenths": 373},
        {"temperature_sites": ["armpit"]},
    ),
    "any_proof_of": (cleared, {}, {"any_proof_of": ["nucleic_test"]}),
    "proof_validity": (
        cleared,
        PAPERS,
        {"proof_validity": [{"kind": "health_certificate", "days": 3}]},
    ),
    "ProofValidity.kind": (
        cleared,
        PAPERS,
        {"proof_validity": [{"kind": "nucleic_test", "days": 14}]},
    ),
    "ProofValidity.counts_from": (
        cleared,
        PAPERS,
        {"proof_validity": [{"kind": "health_certificate", "days": 14, "counts_from": "sampling"}]},
    ),
    "ProofValidity.days": (
        cleared,
        PAPERS,
        {"proof_validity": [{"kind": "health_certificate", "days": 13}]},
    ),
    "ProofValidity.hours": (
        cleared,
        PAPERS,
        {"proof_validity": [{"kind": "health_certificate", "hours": 48}]},
    ),
    "proofs_recognised_from": (cleared, PAPERS, {"proofs_recognised_from": ["21"]}),
    "question_set": (cleared, {}, {"question_set": "2020-five"}),
    "exposure_window_days": (
        cleared,
        {"question_set": "2020-five"},
        {"exposure_window_days": 14},
    ),
    "risk_scheme": (rated, {}, {"risk_scheme": "2020"}),
    "deny_risk": (cleared, {}, {"deny_risk": ["medium"]}),
    "occupancy_percent": (carried, {}, {"occupancy_percent": 50}),
    "occupancy_by_risk": (carried, {}, {"occupancy_by_risk": {"high": 50}}),
    "OccupancyByRisk.high": (carried, {}, {"occupancy_by_risk": {"high": 50}}),
    "OccupancyByRisk.medium": (carried, {}, {"occupancy_by_risk": {"medium": 50}}),
    "OccupancyByRisk.low": (carried, {}, {"occupancy_by_risk": {"low": 50}}),
    "occupancy_between_cities_only": (
        carried,
        {"occupancy_percent": 50},
        {"occupancy_between_cities_only": True},
    ),
    "crew_counts": (carried, {"occupancy_percent": 50}, {"crew_counts": True}),
    "isolation_rows": (carried, {}, {"isolation_rows": 2}),
    "isolation_from_places": (carried, {"isolation_rows": 1}, {"isolation_from_places": 60}),
    "filing_acknowledgement_required": (
        held_back,
        {},
        {"filing_acknowledgement_required": True},
    ),
    "arrival_change_hours": (
        acknowledged,
        {"filing_acknowledgement_required": True},
        {"arrival_change_hours": 4},
    ),
    "driver_hours": (driven, {}, {"driver_hours": {"hours_in_24": 6}}),
    **{
        f"DriverHours.{name}": (driven, {}, {"driver_hours": {name: value}})
        for name, value in {
            "day_hours": 2,
            "night_hours": 1,
            "rest_minutes": 60,
            "hours_in_24": 6,
            "no_driving_from_hour": 1,
            "no_driving_until_hour": 4,
            "two_drivers_above_km": 200,
            "two_drivers_above_expressway_km": 200,
            "speed_kmh": 60,
        }.items()
    },
    "stamp_required": (papers, {}, {"stamp_required": True}),
    "toll_free": (papers, {}, {"toll_free": True}),
    "contact_rules": (reached, {}, {"contact_rules": [ROWS]}),
    "ContactRule.vehicle": (
        reached,
        {"contact_rules": [ROWS]},
        {"contact_rules": [ROWS | {"vehicle": "minibus"}]},
    ),
    "ContactRule.air_sealed": (
        reached,
        {"contact_rules": [ROWS]},
        {"contact_rules": [ROWS | {"air_sealed": False}]},
    ),
    "ContactRule.reach": (
        reached,
        {"contact_rules": [ROWS]},
        {"contact_rules": [{"vehicle": "coach", "reach": "everybody"}]},
    ),
    "ContactRule.rows": (
        reached,
        {"contact_rules": [ROWS]},
        {"contact_rules": [ROWS | {"rows": 2}]},
    ),
    "remeasure_hours": (needed, {}, {"remeasure_hours": 4}),
    "disinfect_interval_hours": (needed, {}, {"disinfect_interval_hours": 4}),
    "silent_hours": (needed, {}, {"silent_hours": 5}),
}
"""Field → a decision, a policy, and what is changed of it."""


def list_fields() -> set[str]:
    """`Model.field` of the models that a policy is made of; of the policy itself the field alone."""
    inner: tuple[type[BaseModel], ...] = (ProofValidity, OccupancyByRisk, DriverHours, ContactRule)
    nested = {f"{model.__name__}.{name}" for model in inner for name in model.model_fields}
    return set(PolicyIn.model_fields) | nested


@pytest.mark.parametrize(("decide", "told", "changed"), DECISIONS.values(), ids=DECISIONS)
def test_changing_it_changes_a_decision(
    decide: Decide, told: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert decide(make(**told)) != decide(make(**(told | changed)))


BY_SCENES: Final = frozenset(
    {
        "disinfect_before_boarding",
        "disinfect_on_return",
        "follow_up_days",
        "lookback_days",
        "DriverHours.hours_in_7_days",
    }
)
"""What only a trip's own handlers and lists read: tests/service/trips/test_policy_fields.py."""


def test_no_field_is_left_out() -> None:
    assert list_fields() - DECISIONS.keys() == BY_SCENES
