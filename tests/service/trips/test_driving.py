"""Drivers by the hour rules: the worked examples, and what every proposed rest plan keeps to."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.policies import DriverHours
from service.days import CHINA
from service.trips.rules import driving
from service.trips.rules.driving import RestPlan, Share
from tests.service.trips.scenes import Scene

HOURS = DriverHours()
MORNING = datetime(2020, 3, 24, 6, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("distance_km", "expressway", "needed"),
    [
        (390, False, 1),
        (400, False, 1),
        (401, False, 2),
        (600, True, 1),
        (610, True, 2),  # 7.6 h of driving: one by the hours, two by the distance
        (640, True, 2),
        (900, True, 2),  # 11.25 h
        (1280, True, 2),  # 16 h
        (1281, True, 3),
        (1500, True, 3),  # 18.75 h
        (1920, True, 3),  # 24 h
        (1921, True, 2),  # a second day: 16 h for each
        (6000, True, 3),
    ],
)
def test_how_many_a_distance_needs(distance_km: int, expressway: bool, needed: int) -> None:  # noqa: FBT001
    assert max(driving.count_drivers(distance_km, HOURS, expressway=expressway).values()) == needed


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, {"hours": 3, "expressway_distance": 2}),
        ({"speed_kmh": 100}, {"hours": 2, "expressway_distance": 2}),
        ({"hours_in_24": 10}, {"hours": 2, "expressway_distance": 2}),
        ({"two_drivers_above_expressway_km": 1500}, {"hours": 3, "expressway_distance": 1}),
    ],
)
def test_every_rule_is_a_parameter(changes: Any, needed: dict[str, int]) -> None:
    hours = DriverHours(**changes)
    assert driving.count_drivers(1500, hours, expressway=True) == needed


def test_who_halts_for_the_night_needs_fewer() -> None:
    """1,500 km with two drivers take some 29 h, with an overnight halt; planned for 26 h they take three."""
    arrivals = [MORNING + timedelta(hours=each) for each in (26, 30)]
    counted = [
        driving.count_drivers(1500, HOURS, expressway=True, departure=MORNING, arrival=each)
        for each in arrivals
    ]
    assert [each["hours"] for each in counted] == [3, 2]  # type: ignore[index]


def test_a_rest_plan() -> None:
    """1,500 km from six in the morning: four hours at a time, two at night, nobody drives from two to five."""
    plan = driving.plan_rests(1500, HOURS, departure=MORNING, drivers=3)
    turns = [(each.driver, f"{each.from_at:%H:%M}", f"{each.to_at:%H:%M}") for each in plan.pieces]
    assert turns == [
        (0, "06:00", "10:00"),
        (1, "10:20", "14:20"),
        (2, "14:40", "18:40"),
        (0, "19:00", "22:00"),
        (1, "22:20", "00:20"),
        (2, "00:40", "02:00"),
        (2, "05:00", "05:25"),
    ]
    assert [str(each.reason) for each in plan.stops] == [*["rest"] * 5, "closed_hours"]
    assert plan.arrival_at == plan.pieces[-1].to_at == MORNING + timedelta(hours=23, minutes=25)


@pytest.mark.parametrize("hour", [0, 3, 12])
def test_a_rule_without_closed_hours_closes_none(hour: int) -> None:
    """From two to two: only the breaks of drivers who changed seats."""
    open_always = HOURS.model_copy(update={"no_driving_from_hour": 2, "no_driving_until_hour": 2})
    plan = driving.plan_rests(1500, open_always, departure=MORNING.replace(hour=hour), drivers=3)
    assert {str(each.reason) for each in plan.stops} == {"rest"}
    assert plan.arrival_at - plan.pieces[0].from_at < timedelta(hours=21)


@pytest.mark.parametrize(
    ("departure", "first"),
    [
        (6, 240),  # four hours by day
        (
            19,
            180,
        ),  # at the third hour it is night, of which two are allowed: three are behind by then
        (21, 120),
        (0, 120),
    ],
)
def test_the_first_stretch(departure: int, first: int) -> None:
    plan = driving.plan_rests(1500, HOURS, departure=MORNING.replace(hour=departure), drivers=3)
    begun = plan.pieces[0]
    assert (begun.to_at - begun.from_at) == timedelta(minutes=first)


def check_lawful(plan: RestPlan, hours: DriverHours, minutes: int) -> None:
    spans = [(each.to_at - each.from_at) // timedelta(minutes=1) for each in plan.pieces]
    assert sum(spans) == minutes
    for one, following in pairwise(plan.pieces):
        assert following.from_at - one.to_at >= timedelta(minutes=hours.rest_minutes)
    for each, span in zip(plan.pieces, spans, strict=True):
        moments = [each.from_at + timedelta(minutes=one) for one in range(span)]
        for behind, moment in enumerate(moments):
            night = not 6 <= moment.hour < 22
            assert behind <= 60 * (hours.night_hours if night else hours.day_hours)
            assert not hours.no_driving_from_hour <= moment.hour < hours.no_driving_until_hour
    for driver in {each.driver for each in plan.pieces}:
        own = [each for each in plan.pieces if each.driver == driver]
        for end in own:
            begun = end.to_at - timedelta(hours=24)
            driven = sum(
                (
                    (each.to_at - max(each.from_at, begun))
                    for each in own
                    if each.to_at > begun and each.from_at < end.to_at
                ),
                timedelta(),
            )
            assert driven <= timedelta(hours=hours.hours_in_24)


@given(
    distance_km=st.integers(1, 3000),
    leaves=st.integers(0, 24 * 60 - 1),
    drivers=st.integers(1, 4),
    hours=st.builds(
        DriverHours,
        day_hours=st.integers(1, 5),
        night_hours=st.integers(1, 3),
        rest_minutes=st.integers(10, 60),
        hours_in_24=st.integers(4, 12),
        speed_kmh=st.integers(60, 100),
    ),
)
def test_every_rest_plan_keeps_the_rules(
    distance_km: int, leaves: int, drivers: int, hours: DriverHours
) -> None:
    departure = datetime(2020, 3, 24, tzinfo=CHINA) + timedelta(minutes=leaves)
    plan = driving.plan_rests(distance_km, hours, departure=departure, drivers=drivers)
    check_lawful(plan, hours, driving.driving_minutes(distance_km, hours))


def test_seven_days() -> None:
    """Only what lies in seven days with the trip is added up."""
    days = [Share(MORNING + timedelta(days=each), 600) for each in (-7, -6, -3, 0, 3, 7)]
    assert driving.most_in_seven_days(days, around=MORNING) == 3 * 600
    assert driving.most_in_seven_days([], around=MORNING) == 0


# --- on a trip ----------------------------------------------------------------------------------
def test_too_few_drivers_hold_the_plan_back(scene: Scene) -> None:
    trip = scene.open_trip(distance_km=1500, expressway=True)
    (driver,) = scene.trip(trip)["driver_ids"]
    assert scene.trip(trip)["state"] == "draft"
    problem = scene.send(trip, scene.event("manifest.locked"))[0]["problem"]
    assert (problem["code"], problem["facts"]) == (
        "plan-incomplete",
        {"missing": ["driver_ids"], "drivers": 1, "needed": 3},
    )
    assert problem["detail"].startswith("缺：驾驶员（按里程要3名，现1名：")
    checked = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/plan-check"))
    assert (checked["drivers_needed"], checked["drivers_named"]) == (3, 1)
    assert [(each["rule"], each["drivers"]) for each in checked["because"]] == [
        ("hours", 3),
        ("expressway_distance", 2),
    ]
    assert checked["because"][0]["reason"] == "驾驶约18.8小时，每人24小时内不超过8小时"
    assert {each["driver_id"] for each in checked["driving"]} == {driver, None}
    assert checked["missing"] == [{"field": "driver_ids", "name": "驾驶员"}]
    assert checked["late"].startswith("按停靠方案最早2020-03-25")
    for _ in range(2):
        scene.tell(trip, "driver.replaced", driver_id=scene.make_driver())
    assert scene.trip(trip)["state"] == "ready"
    checked = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/plan-check"))
    assert (checked["drivers_named"], checked["missing"]) == (3, [])
    assert None not in {each["driver_id"] for each in checked["driving"]}


def test_one_for_another_is_not_one_more(scene: Scene) -> None:
    trip = scene.open_trip(distance_km=500)
    new = scene.make_driver()
    scene.tell(trip, "driver.replaced", driver_id=new, replaces_driver_id=scene.driver_id)
    assert scene.trip(trip)["state"] == "draft"
    scene.world.clock.advance(minutes=1)
    scene.tell(trip, "driver.replaced", driver_id=scene.driver_id)
    assert scene.trip(trip)["state"] == "ready"


def test_the_distance_is_asked_for(scene: Scene) -> None:
    trip = scene.open_trip(distance_km=None)
    checked = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/plan-check"))
    [gap] = checked["missing"]
    assert (gap["field"], checked["drivers_needed"]) == ("distance_km", None)
    assert (checked["driving"], checked["arrives_at"], checked["late"]) == ([], None, None)


def test_a_policy_has_its_own_hours(scene: Scene) -> None:
    own = {"driver_hours": {"speed_kmh": 60, "hours_in_24": 6}}
    body = {"version": "slow", "title": "合成", "valid_from": "2020-01-01", **own}
    scene.ok(scene.coordinator.post("/v1/policies", body), 201)
    trip = scene.open_trip(distance_km=380)  # 6.3 h
    assert scene.trip(trip)["state"] == "draft"
    scene.tell(trip, "driver.replaced", driver_id=scene.make_driver())
    assert scene.trip(trip)["state"] == "ready"


def test_a_refused_seat_tells_what_the_plan_lacks(scene: Scene) -> None:
    body = {"version": "slow", "title": "合成", "valid_from": "2020-01-01"}
    scene.ok(scene.coordinator.post("/v1/policies", body), 201)
    trip = scene.open_trip(vehicle_id=None)
    person = {"passenger_id": scene.world.new_id(), "worker_id": scene.make_workers()[0]}
    scene.afterwards(trip, "passenger.found_aboard", **person)
    seat = {"passenger_id": person["passenger_id"], "seat_row": 1, "seat_column": 1}
    assert scene.refused(trip, "passenger.seat_changed", **seat) == "plan-incomplete"


def test_no_driver_is_overworked_in_seven_days(scene: Scene) -> None:
    """Each trip is 7.5 h for its one driver: the sixth in a week is 45 h, of which 44 are allowed."""
    one = {"driver_ids": [str(scene.driver_id)], "distance_km": 600, "expressway": True}
    rides = [scene.listed(1, hours=24 * day, **one) for day in range(6)]
    for ride in rides[:5]:
        scene.tell(ride.trip, "policy.switched", policy="ordinary-1", reason="合成")
    problem = scene.send(rides[5].trip, scene.event("manifest.locked"))[0]["problem"]
    assert problem["code"] == "driver-overworked"
    assert problem["facts"] == {
        "driver_id": str(scene.driver_id),
        "minutes": 6 * 450,
        "limit_hours": 44,
    }
    assert problem["detail"].startswith("7天内要驾驶约45.0小时，上限44小时。")
    scene.tell(rides[5].trip, "driver.replaced", driver_id=scene.make_driver())
    scene.tell(rides[5].trip, "manifest.locked")
