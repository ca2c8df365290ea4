"""Scenarios 7, 8, 9, 13, 16, 25, 26 and 27 of the field under the policies that they name, as shipped: by the
command line and through the API.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from schemas.policies import ProofKind
from service.days import CHINA
from service.policies import files
from service.settings import Settings
from tests.journeys.seasons import Case, Season, codes, make_case
from tests.service.trips.bodies import make_coach
from tests.service.trips.scenes import Ride


def under(version: str, day: date | None = None) -> pytest.MarkDecorator:
    policy = files.get_shipped(version)
    assert policy is not None
    case = make_case(policy)
    if day is not None:
        case = Case(policy, case.county, day)
    return pytest.mark.parametrize("case", [case], ids=[version])


@pytest.fixture
def settings(settings: Settings, case: Case) -> Settings:
    """In the policy's own county."""
    return settings.model_copy(update={"county_code": case.county})


def load_changed(season: Season, version: str, old: str, new: str) -> None:
    """The shipped policy, written out, changed in one line, and loaded as the county's own."""
    text = season.program("policy", "show", season.case.name).out
    assert old in text
    named = f'"{version}"\nregion = "{season.case.county}"'
    text = text.replace(f'"{season.case.name}"', named, 1).replace(old, new)
    path = season.desk.folder / f"{version}.toml"
    path.write_text(text, encoding="utf-8")
    season.load(str(path))


def list_ready(season: Season, people: int, **changes: Any) -> Ride:
    """Everybody has what the policy asks for; filed, and acknowledged where that is asked."""
    workers = season.make_people(people)
    season.give_everything(*workers)
    trip = season.open_trip(**changes)
    ride = Ride(trip, season.scene.assign(trip, workers), workers)
    season.file(trip)
    if season.case.rules.filing_acknowledgement_required:
        season.acknowledge(trip)
    return ride


# --- 7 ------------------------------------------------------------------------------------------
def make_coach_of_55(season: Season) -> UUID:
    """One crew seat; more than 54 seats for passengers, nine of them in the last two rows."""
    identifier = season.world.new_id()
    body = make_coach("辽M00055", rows=14) | {"licensed_places": 55, "crew_seats": 1}
    owner = {"id": str(identifier), "carrier_id": str(season.scene.carrier_id)}
    season.scene.ok(season.scene.coordinator.post("/v1/vehicles", {**owner, **body}), 201)
    return identifier


def show_places(season: Season, trip: UUID) -> str:
    """`people/places`, as `fangang trip list` has it."""
    season.desk.sit_down(season.scene.coordinator)
    number = season.scene.trip(trip)["number"]
    lines = season.desk.run("trip", "list").out.splitlines()
    (line,) = [each for each in lines if number in each]
    (cell,) = [each for each in line.split() if "/" in each]
    return cell


def list_kept_free(season: Season, ride: Ride, last: int) -> list[str]:
    """The codes with which the nine seats of the last two rows are refused."""
    rows = {last - 1: (1, 2, 4, 5), last: (1, 2, 3, 4, 5)}
    seats = [
        season.scene.event(
            "passenger.seat_changed",
            passenger_id=ride.passengers[0],
            seat_row=row,
            seat_column=column,
        )
        for row, columns in rows.items()
        for column in columns
    ]
    return [each["problem"]["code"] for each in season.scene.send(ride.trip, *seats)]


@under("national-2020-02")
def test_scenario_7_half_full_and_the_last_two_rows_free(season: Season) -> None:
    """55座大客去苏州，选50%规则只许坐27人，后两排9座不能派座。"""
    season.load_policy()
    workers = season.make_people(28)
    season.give_everything(*workers)
    trip = season.open_trip(vehicle_id=str(make_coach_of_55(season)))
    ride = Ride(trip, season.scene.assign(trip, workers[:27]), workers)
    assert show_places(season, trip) == "27/27"
    answer, _ = season.scene.try_assign(trip, workers[27:])
    assert answer["outcomes"][0]["problem"]["code"] == "over-capacity"
    person = (f"passenger_id={season.world.new_id()}", f"worker_id={workers[27]}")
    season.refused(trip, "passenger.assigned", "over-capacity", *person)
    assert list_kept_free(season, ride, 14) == ["seat-kept-free"] * 9
    seated = {each["seat_row"] for each in season.scene.people(trip).values()}
    assert seated <= set(range(1, 13))


@under("spring-festival-2021")
def test_scenario_7_ninety_per_cent_where_the_risk_is_low(season: Season) -> None:
    """换成2021春运低风险90%规则，按 min(49, 55-1-9)=45人；三名驾驶员和领队时 min(49, 55-4-9)=42人。"""
    season.load_policy()
    coach = make_coach_of_55(season)
    workers = season.make_people(46)
    season.give_everything(*workers)
    trip = season.open_trip(vehicle_id=str(coach), contacts=None)
    ride = Ride(trip, season.scene.assign(trip, workers[:45]), workers)
    assert show_places(season, trip) == "45/45"
    person = (f"passenger_id={season.world.new_id()}", f"worker_id={workers[45]}")
    season.refused(trip, "passenger.assigned", "over-capacity", *person)
    assert list_kept_free(season, ride, 14) == ["seat-kept-free"] * 9
    drivers = [str(season.scene.make_driver()) for _ in range(3)]
    far = {"hours": 48, "vehicle_id": str(coach), "driver_ids": drivers}
    assert season.scene.trip(season.open_trip(**far))["places"] == 42


# --- 8 ------------------------------------------------------------------------------------------
@under("national-2020-02")
def test_scenario_8_three_drivers_and_nobody_drives_from_two_to_five(season: Season) -> None:
    """行程1500公里，系统提示至少3名驾驶员、2至5点停驶，排出休息点。"""
    season.load_policy()
    arrives = (season.scene.now + timedelta(hours=26)).isoformat()
    long = {"distance_km": 1500, "expressway": True, "planned_arrival_at": arrives}
    workers = season.make_people(1)
    season.give_everything(*workers)
    trip = season.open_trip(**long)
    season.scene.assign(trip, workers)
    season.desk.sit_down(season.scene.coordinator)
    shown = season.desk.run("trip", "plan", str(trip))
    assert "要3名驾驶员，现1名：登记“更换驾驶员”" in shown.out.replace(" ", "")
    assert "缺：驾驶员。" in shown.out
    plan = season.desk.run("trip", "plan", str(trip), "--json").json
    assert (plan["policy_version"], plan["drivers_needed"]) == ("national-2020-02", 3)
    assert {each["driver"] for each in plan["driving"]} == {1, 2, 3}
    closed = [each for each in plan["stops"] if each["reason"] == "closed_hours"]
    assert [_read_clock(each) for each in closed] == [("02:00", "05:00")]
    assert all(not _crosses_night(each) for each in plan["driving"])
    assert len(plan["stops"]) == len(plan["driving"]) - 1
    season.refused(trip, "manifest.locked", "plan-incomplete")
    filed = ("channel=letter", "recipient_unit=苏州市人社局")
    season.refused(trip, "trip.filed", "plan-incomplete", *filed)
    assert codes(season.gate(trip)) == ["plan-incomplete", "filing-unacknowledged"]
    for _ in range(2):
        season.say(trip, "driver.replaced", f"driver_id={season.scene.make_driver()}")
    season.world.clock.advance(minutes=1)
    season.file(trip)
    season.acknowledge(trip)
    assert season.check(trip).code == 0
    season.say(trip, "manifest.locked")


def _read_clock(piece: dict[str, str]) -> tuple[str, str]:
    begins, ends = (_moment(piece[name]) for name in ("from_at", "to_at"))
    return f"{begins:%H:%M}", f"{ends:%H:%M}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(CHINA)


def _crosses_night(piece: dict[str, str]) -> bool:
    """Whether any minute of it lies between two and five."""
    begins, ends = (_moment(piece[name]) for name in ("from_at", "to_at"))
    span = int((ends - begins).total_seconds() // 60)
    return any(2 <= (begins + timedelta(minutes=each)).hour < 5 for each in range(span))


# --- 9 ------------------------------------------------------------------------------------------
@under("national-2020-02")
def test_scenario_9_no_lock_before_the_destination_answers(season: Season) -> None:
    """报备后输入地人社局回执号能录入，未回执不能锁名册（可按政策关闭）。"""
    season.load_policy()
    workers = season.make_people(1)
    season.give_everything(*workers)
    trip = season.open_trip()
    season.scene.assign(trip, workers)
    season.refused(trip, "manifest.locked", "filing-unacknowledged")
    season.file(trip)
    season.refused(trip, "manifest.locked", "filing-unacknowledged")
    held = season.check(trip)
    assert held.code == 7
    assert "输入地" in held.out
    told = (
        "channel=letter",
        "person=钱科长",
        "unit=苏州市人社局",
        "reference=苏人社回〔2020〕17号",
    )
    season.say(trip, "filing.acknowledged", *told)
    assert season.check(trip).code == 0
    season.say(trip, "manifest.locked")

    line = "filing_acknowledgement_required = true"
    load_changed(season, "unasked", line, line.replace("true", "false"))
    later = season.open_trip(hours=48, vehicle_id=str(season.make_minibus("辽M00015")))
    others = season.make_people(1)
    season.give_everything(*others)
    season.scene.assign(later, others)
    season.file(later)
    assert season.scene.trip(later)["policy_version"] == "unasked"
    season.say(later, "manifest.locked")


# --- 13 -----------------------------------------------------------------------------------------
@under("national-2020-03", date(2020, 3, 24))
def test_scenario_13_by_the_rule_that_is_in_force(season: Season) -> None:
    """卫健局问"3月24日辽M12345这趟，5排前后三排是谁"：通风的普通客车按三排，封闭空调车按全车。"""
    season.load_policy()
    for plate, sealed, said, within in (
        ("辽M20001", False, "前后3排", 5),
        ("辽M20002", True, "全车", 6),
    ):
        coach = {
            **make_coach(plate, rows=12),
            "air_sealed": sealed,
            "id": str(season.world.new_id()),
            "carrier_id": str(season.scene.carrier_id),
        }
        season.scene.ok(season.scene.coordinator.post("/v1/vehicles", coach), 201)
        ride = list_ready(season, 7, vehicle_id=coach["id"])
        season.scene.tell(ride.trip, "manifest.locked")
        season.scene.tell(ride.trip, "vehicle.disinfected", area="whole")
        escort = season.scene.escort_of(ride.trip)
        rows = (5, 2, 3, 6, 8, 5, 9)
        aboard = [
            season.scene.event(
                "passenger.boarded",
                passenger_id=each,
                seat_row=row,
                seat_column=4 if place == 5 else 5,
            )
            for place, (each, row) in enumerate(zip(ride.passengers, rows, strict=True))
        ]
        season.scene.record(ride.trip, *aboard, by=escort)
        season.world.clock.advance(hours=1)
        season.scene.tell(ride.trip, "trip.departed", by=escort, aboard=7)
        season.desk.sit_down(season.world.client(Role.HEALTH_OFFICER))
        label = str(4 * 5)
        asked = ("contacts", plate, "--date", "2020-03-24", "--seat", label)
        shown = season.desk.run(*asked, "--purpose", "流调：疾控来函", "--case", "LD-13")
        assert shown.code == 0, shown.err
        assert said in shown.out
        assert f"其中在范围内{within}人" in shown.out, shown.out


# --- 16 -----------------------------------------------------------------------------------------
@under("from-2023-01", date(2023, 2, 6))
def test_scenario_16_from_2023_nothing_of_health_is_asked(season: Season) -> None:
    """2023年以后按"不查验"政策，不录健康信息也能走完全程。"""
    season.load_policy()
    ride = list_ready(season, 3)
    assert season.check(ride.trip).code == 0
    season.say(ride.trip, "manifest.locked")
    season.ride_on(ride, temperature=None)
    season.world.clock.advance(hours=14)
    assert not {"temperature-due", "disinfection-due"} & season.needs(ride.trip)
    season.say(ride.trip, "trip.arrived", "aboard=3")
    season.hand_over(ride)
    season.world.clock.advance(minutes=10)
    season.say(ride.trip, "trip.closed")
    season.world.clock.advance(days=1)
    for command in ("due", "missing"):
        assert season.desk.run("health", command, "--json").json["items"] == []
    for kind, stream in [
        (StreamKind.TRIP, ride.trip),
        *((StreamKind.WORKER, each) for each in ride.workers),
    ]:
        told = {each["kind"] for each in season.world.list_bodies(kind, stream)}
        health = {"worker.health_noted", "temperature_round.taken", "vehicle.disinfected"}
        assert not told & health
    assert season.scene.trip(ride.trip)["state"] == "closed"
    season.assert_sound()


# --- 25 -----------------------------------------------------------------------------------------
@under("national-2020-02")
def test_scenario_25_above_and_at_least(season: Season) -> None:
    """体温37.3放行、37.4不许上车（规则">37.3"）；规则改成">=37.3"后37.3也不行。"""
    season.load_policy()
    ride = list_ready(season, 4)
    season.say(ride.trip, "manifest.locked")
    season.say(ride.trip, "vehicle.disinfected", "area=whole")
    season.say(ride.trip, "trip.boarding_opened")

    def who(place: int) -> tuple[str, str]:
        return "--passenger", str(ride.passengers[place])

    season.say(ride.trip, "passenger.boarded", "temperature=37.3", *who(0))
    season.refused(ride.trip, "passenger.boarded", "temperature-high", "temperature=37.4", *who(1))
    shown = ("identity_shown=card", "temperature=37.4")
    season.say(ride.trip, "passenger.checked_in", *shown, *who(2))
    season.refused(ride.trip, "passenger.boarded", "temperature-high", *who(2))
    assert codes(season.gate(ride.trip)["lines"][2]) == ["temperature-high"]
    held = season.check(ride.trip)
    assert (held.code, "37.4℃" in held.out) == (7, True)

    line = 'temperature_comparison = "at_least"\n'
    load_changed(season, "at-least", "temperature_limit_tenths", f"{line}temperature_limit_tenths")
    tried = season.check(ride.trip, "--policy", "at-least")
    assert "（at-least）" in tried.out
    told = ("policy=at-least", "reason=县指挥部通知：37.3℃及以上不得乘车")
    season.say(ride.trip, "policy.switched", *told)
    season.refused(ride.trip, "passenger.boarded", "temperature-high", "temperature=37.3", *who(3))
    season.say(ride.trip, "passenger.boarded", "temperature=37.2", *who(3))
    assert season.scene.trip(ride.trip)["aboard"] == 2
    season.assert_sound()


# --- 26 -----------------------------------------------------------------------------------------
@under("sichuan-2020-02-26", date(2020, 2, 27))
def test_scenario_26_certificates_of_two_days_at_the_lock(season: Season) -> None:
    """健康证明到达当天已过期：锁名册时拦住；2月25日开的按3天、2月26日开的按14天。"""
    season.load("sichuan-2020-02-17")
    season.load_policy()
    earlier, later = season.make_people(2)
    for worker, day in ((earlier, "2020-02-25"), (later, "2020-02-26")):
        paper = season.make_proof(ProofKind.HEALTH_CERTIFICATE) | {"issued_on": day}
        season.note_all([(worker, season.make_declaration()), (worker, paper)])
    leaves = season.scene.now.replace(hour=20)
    arrives = leaves.replace(day=28, hour=23, minute=50)
    times = {
        "planned_departure_at": leaves.isoformat(),
        "planned_arrival_at": arrives.isoformat(),
    }
    trip = season.open_trip(**times)
    season.scene.assign(trip, [earlier, later])
    season.file(trip)
    season.acknowledge(trip)
    assert season.check(trip).code == 0, "on the third day both hold"
    expected = arrives.replace(day=29, hour=0, minute=10)
    season.scene.tell(trip, "trip.delayed", expected_at=expected.isoformat())
    lines = season.gate(trip)["lines"]
    assert [codes(each) for each in lines] == [["proof-expired"], []]
    says = "健康申报证明2月28日到期，到达为2月29日：请重新开具"
    assert [each["says"] for each in lines[0]["reasons"]] == [says]
    shown = season.check(trip)
    assert (shown.code, says in shown.out.replace("\n", "")) == (7, True)
    season.refused(trip, "manifest.locked", "proof-expired")
    renewed = season.make_proof(ProofKind.HEALTH_CERTIFICATE) | {"issued_on": "2020-02-27"}
    season.note(earlier, renewed)
    season.say(trip, "manifest.locked")


@under("sichuan-2020-02-26", date(2020, 3, 10))
@pytest.mark.parametrize(("days", "holds"), [(0, True), (1, False)])
def test_scenario_26_the_fourteenth_day(season: Season, days: int, *, holds: bool) -> None:
    """2月26日开的，3月11日到达可以，3月12日到达不可以。"""
    season.load("sichuan-2020-02-17")
    season.load_policy()
    (worker,) = season.make_people(1)
    paper = season.make_proof(ProofKind.HEALTH_CERTIFICATE) | {"issued_on": "2020-02-26"}
    season.note_all([(worker, season.make_declaration()), (worker, paper)])
    arrives = season.scene.now + timedelta(days=1 + days)
    trip = season.open_trip(planned_arrival_at=arrives.isoformat())
    season.scene.assign(trip, [worker])
    season.file(trip)
    season.acknowledge(trip)
    if holds:
        season.say(trip, "manifest.locked")
    else:
        season.refused(trip, "manifest.locked", "proof-expired")


# --- 27 -----------------------------------------------------------------------------------------
@under("national-2020-02")
def test_scenario_27_all_that_is_always_stopped(season: Season) -> None:
    """超员、占用隔离座、同一人排进两趟车、名单外的人上车：一律拦住。"""
    season.load_policy()
    ride = list_ready(season, 7)
    (eighth,) = others = season.make_people(1)
    season.give_everything(*others)
    assert show_places(season, ride.trip) == "7/7"
    new = f"passenger_id={season.world.new_id()}"
    season.refused(ride.trip, "passenger.assigned", "over-capacity", new, f"worker_id={eighth}")
    isolation = ("seat=5A", "--passenger", str(ride.passengers[0]))
    season.refused(ride.trip, "passenger.seat_changed", "seat-kept-free", *isolation)
    at_once = season.open_trip(hours=2, vehicle_id=str(season.make_minibus("辽M00016")))
    twice = f"worker_id={ride.workers[0]}"
    season.refused(at_once, "passenger.assigned", "already-on-trip", new, twice)

    season.say(ride.trip, "manifest.locked")
    season.say(ride.trip, "vehicle.disinfected", "area=whole")
    season.say(ride.trip, "trip.boarding_opened")
    stranger = ("--passenger", str(season.world.new_id()))
    season.refused(ride.trip, "passenger.boarded", "not-on-list", *stranger)
    season.refused(ride.trip, "passenger.boarded", "seat-kept-free", *isolation)
    officer = season.world.client(Role.HEALTH_OFFICER)
    let_pass: dict[str, Any] = {"passenger_id": ride.passengers[0], "reason": "合成：同意乘车"}
    code = season.scene.refused(ride.trip, "passenger.exempted", by=officer, **let_pass)
    assert code == "nothing-held", "none of these is an officer's to let pass"
    assert season.scene.trip(ride.trip)["aboard"] == 0
