"""One whole trip, from the plan until it is closed, in the season of every policy that is shipped and in an
ordinary year; and of all that a policy asks for: what is left out holds the trip back, what is given cures it.
"""

from datetime import timedelta
from uuid import UUID

import pytest

from service.settings import Settings
from tests.journeys.seasons import Case, Season, codes, list_cases, measured
from tests.service.trips.scenes import Ride

CASES = list_cases()
EVERY = pytest.mark.parametrize("case", CASES, ids=[each.name for each in CASES])
YES, NEEDS_SOMEBODY = 0, 7


@pytest.fixture
def settings(settings: Settings, case: Case) -> Settings:
    """In the policy's own county."""
    return settings.model_copy(update={"county_code": case.county})


# --- a whole trip ---------------------------------------------------------------------------------
def _note_at_the_desk(season: Season, worker: UUID) -> None:
    """What the policy asks of one person, typed by the coordinator."""
    rules, at = season.case.rules, f"{season.scene.now:%Y-%m-%dT%H:%M}"
    typed = {}
    if rules.question_set:
        answers = [f"{number}=否" for number in range(1, 6)]
        typed["健康申报"] = [*answers, "询问人=网格员", "签名方式=纸质签字"]
    if rules.any_proof_of:
        paper = season.make_proof(rules.any_proof_of[0])
        dated = f"签发日期={paper.get('issued_on')}"
        if "sampled_at" in paper:
            dated = f"采样时间={paper['sampled_at'][:16]}"
        kind, region = f"证明种类={paper['kind']}", f"签发地代码={paper['issuing_region']}"
        result = [f"结果={paper['result']}"] if paper["result"] else []
        typed["健康证明"] = [kind, region, dated, *result]
    if rules.temperature_limit_tenths is not None:
        typed["测量"] = ["体温=36.5", "部位=额温"]
    for what, lines in typed.items():
        command = ("health", "record", str(worker), "--what", what, "--at", at)
        done = season.desk.run(*command, typed="\n".join([*lines, "", ""]))
        assert done.code == 0, done.err


def _disinfect(season: Season, trip: UUID, before: str) -> None:
    """Left out, it holds the trip back; told, it does not."""
    season.refused(trip, before, "not-disinfected")
    season.say(trip, "vehicle.disinfected", "area=whole", "concentration_mg_l=500")


def _be_on_the_road(season: Season, ride: Ride, hours: int) -> None:
    """A round of temperatures and a disinfection are due an interval after the departure, and told a minute
    later than that."""
    rules, clock = season.case.rules, season.world.clock
    left = clock.now
    due: list[tuple[int, str, tuple[str, ...]]] = []
    if rules.remeasure_hours:
        taken = ("temperature_round.taken", f"measured={len(ride.passengers)}", "highest=36.9")
        due.append((rules.remeasure_hours, "temperature-due", taken))
    if rules.disinfect_interval_hours:
        done = ("vehicle.disinfected", "area=cabin")
        due.append((rules.disinfect_interval_hours, "disinfection-due", done))
    for after, code, told in due:
        clock.now = left + timedelta(hours=after)
        assert code not in season.needs(ride.trip)
        clock.advance(minutes=1)
        assert code in season.needs(ride.trip)
        season.say(ride.trip, *told)
        assert code not in season.needs(ride.trip)
    clock.now = left + timedelta(hours=hours)


@EVERY
def test_one_whole_trip(season: Season) -> None:
    scene, rules = season.scene, season.case.rules
    season.load_policy()
    people = season.make_people(3)
    _note_at_the_desk(season, people[0])
    season.give_everything(*people[1:])
    hours = 26 if rules.disinfect_interval_hours else 14
    arrives = scene.now + timedelta(hours=1 + hours)
    trip = season.open_trip(planned_arrival_at=arrives.isoformat())
    assert scene.trip(trip)["policy_version"] == season.case.name
    ride = Ride(trip, scene.assign(trip, people), people)
    season.file(trip)
    if rules.filing_acknowledgement_required:
        season.refused(trip, "manifest.locked", "filing-unacknowledged")
        season.acknowledge(trip)
    checked = season.check(trip)
    assert checked.code == YES, checked.out
    assert f"（{season.case.name}）" in checked.out
    season.say(trip, "manifest.locked")
    if rules.disinfect_before_boarding:
        _disinfect(season, trip, "trip.boarding_opened")
    season.say(trip, "trip.boarding_opened")
    if rules.temperature_limit_tenths is not None:
        warm = ("temperature=37.4", "--passenger", str(ride.passengers[0]))
        season.refused(trip, "passenger.boarded", "temperature-high", *warm)
        season.world.clock.advance(minutes=10)
    season.ride_on(ride, temperature=366 if rules.temperature_limit_tenths else None)
    _be_on_the_road(season, ride, hours)
    season.say(trip, "trip.arrived", "aboard=3")
    season.hand_over(ride)
    season.world.clock.advance(minutes=30)
    if rules.disinfect_on_return:
        _disinfect(season, trip, "trip.closed")
    season.say(trip, "trip.closed")
    done = scene.trip(trip)
    assert (done["state"], done["exceptions"]) == ("closed", [])
    assert done["policy_version"] == season.case.name
    assert done["balance"]["line"] == "上车3 = 接收3；未平0"
    season.world.clock.advance(days=1)
    due = season.desk.run("health", "due", "--json").json["items"]
    assert len(due) == (3 if rules.follow_up_days else 0)
    season.assert_sound()


# --- what is left out -----------------------------------------------------------------------------
LACKING = ("declaration", "proof")


def _seat(season: Season, trip: UUID, passenger: UUID, seat: tuple[int, int]) -> None:
    row, column = seat
    told = season.scene.event(
        "passenger.seat_changed", passenger_id=passenger, seat_row=row, seat_column=column
    )
    season.scene.record(trip, told)


def _lay_out(season: Season) -> tuple[Ride, dict[int, list[str]]]:
    """Before the policy came: nine people on twelve places. Then one has not declared, one has no
    paper, one is too warm, and one sits where nobody is to sit."""
    scene, rules = season.scene, season.case.rules
    trip = season.open_trip()
    people = season.make_people(9)
    passengers = scene.assign(trip, people)
    _seat(season, trip, passengers[3], (6, 1))
    season.load_policy()
    for worker, thing in zip(people, LACKING, strict=False):
        season.give_everything(worker, leave_out=thing)
    season.give_everything(*people[2:])
    expected: dict[int, list[str]] = {}
    if rules.question_set:
        expected[0] = ["declaration-missing"]
    if rules.any_proof_of:
        expected[1] = ["proof-missing"]
    if rules.temperature_limit_tenths is not None:
        season.world.clock.advance(minutes=1)
        season.note(people[2], measured(374))
        expected[2] = ["temperature-high"]
    return Ride(trip, passengers, people), expected


def _cure_people(season: Season, ride: Ride, expected: dict[int, list[str]]) -> None:
    """Each with what they lack; the others stay held."""
    season.world.clock.advance(minutes=1)
    for place in list(expected):
        if place == 0:
            content = season.make_declaration()
        elif place == 1:
            content = season.make_proof(season.case.rules.any_proof_of[-1])
        else:
            content = measured(373)
        season.note(ride.workers[place], content)
        del expected[place]
        shown = season.gate(ride.trip)
        held = {n: codes(line) for n, line in enumerate(shown["lines"]) if not line["may_board"]}
        assert held == expected


def _cure_list(season: Season, ride: Ride, lacks: list[str]) -> None:
    """What holds the trip itself: one thing after the other, until nothing is left."""
    scene = season.scene
    for code in list(lacks):
        if code == "filing-unacknowledged":
            season.acknowledge(ride.trip)
        elif code == "over-capacity":
            for each in ride.passengers[_count_places(season) :]:
                scene.tell(ride.trip, "passenger.unassigned", passenger_id=each)
        else:
            for line in list(scene.people(ride.trip).values()):
                if line["status"] == "listed" and line["seat_row"] > 4:
                    _seat(season, ride.trip, UUID(line["id"]), _find_free(season, ride))
        lacks.remove(code)
        assert codes(season.gate(ride.trip)) == lacks


def _count_places(season: Season) -> int:
    """Of fourteen licensed places: the smaller of a percentage rounded down and of what two of the crew and
    four seats kept free leave."""
    rules = season.case.rules
    by_risk = rules.occupancy_by_risk
    percent = by_risk.medium if by_risk else rules.occupancy_percent
    kept_free = 4 if rules.isolation_rows else 0
    return min(14 * (percent or 100) // 100, 14 - 2 - kept_free)


def _find_free(season: Season, ride: Ride) -> tuple[int, int]:
    lines = season.scene.people(ride.trip).values()
    taken = {
        (each["seat_row"], each["seat_column"]) for each in lines if each["status"] == "listed"
    }
    return next(
        (row, column) for row in range(1, 5) for column in (1, 2) if (row, column) not in taken
    )


def _say_what_the_trip_lacks(season: Season) -> list[str]:
    rules = season.case.rules
    by_risk = rules.occupancy_by_risk
    limited = rules.occupancy_percent or (by_risk and by_risk.medium) or rules.isolation_rows
    found = {
        "filing-unacknowledged": rules.filing_acknowledgement_required,
        "over-capacity": limited,
        "seat-kept-free": rules.isolation_rows,
    }
    return [code for code, asked in found.items() if asked]


@EVERY
def test_what_is_left_out_before_the_list_is_locked(season: Season) -> None:
    scene, rules = season.scene, season.case.rules
    ride, expected = _lay_out(season)
    if rules.occupancy_by_risk:
        season.load_level("medium")
    lacks = _say_what_the_trip_lacks(season)
    tried = season.gate(ride.trip, policy=season.case.name)
    assert codes(tried) == lacks, "what the policy would change is told before it is the trip's"
    season.file(ride.trip)
    shown = season.gate(ride.trip)
    assert shown["policy_version"] == season.case.name
    assert codes(shown) == lacks
    held = {n: codes(line) for n, line in enumerate(shown["lines"]) if not line["may_board"]}
    assert held == expected
    assert {each["document"] for line in shown["lines"] for each in line["reasons"]} <= {
        rules.document
    }
    asks = bool(lacks or expected)
    assert shown["may_lock"] is not asks
    checked = season.check(ride.trip)
    assert checked.code == (NEEDS_SOMEBODY if asks else YES), checked.out
    assert f"{len(expected)} 人未通过" in checked.out
    _cure_list(season, ride, lacks)
    trip = scene.trip(ride.trip)
    assert (trip["places"], trip["taken"]) == (_count_places(season), min(9, _count_places(season)))
    if expected:
        code = scene.refused(ride.trip, "manifest.locked")
        assert [code] in expected.values()
    _cure_people(season, ride, expected)
    assert season.gate(ride.trip)["may_lock"] is True
    assert season.check(ride.trip).code == YES
    scene.tell(ride.trip, "manifest.locked")


@pytest.mark.parametrize(
    ("case", "level"),
    [(each, level) for each in CASES for level in each.rules.deny_risk],
    ids=lambda each: each.name if isinstance(each, Case) else str(each),
)
def test_nobody_goes_where_the_level_forbids_it(season: Season, level: str) -> None:
    scene = season.scene
    season.load_policy()
    people = season.make_people(2)
    season.give_everything(*people)
    trip = season.open_trip()
    scene.assign(trip, people)
    season.load_level(level)
    assert [codes(each) for each in season.gate(trip)["lines"]] == [["risk-area"]] * 2
    checked = season.check(trip)
    assert checked.code == NEEDS_SOMEBODY
    assert "2 人未通过" in checked.out
    assert scene.refused(trip, "manifest.locked") == "risk-area"
    season.load_level("low")
    assert season.check(trip).code == YES
    scene.tell(trip, "manifest.locked")
