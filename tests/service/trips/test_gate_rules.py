"""What stands against a trip and a person, as plain values: which arrival counts, what an officer's decision
covers, what holds the trip itself back.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.clearance import Verdict
from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from schemas.fleets import VehicleKind
from schemas.policies import PolicyVersion, RiskArea, RiskLevel
from schemas.trips import PassengerStatus
from service.fleets.rules import Seat, VehicleFacts
from service.health.notes import HealthFacts
from service.health.rules import ClearanceFacts, on_day
from service.policies.rules import ORDINARY, PolicyBook
from service.registry.people import Guardian
from service.trips.rules.gate import (
    UNPLANNED,
    find_risk,
    judge_person,
    list_against_minor,
    list_misplaced,
    list_trip_obstacles,
    make_occasion,
    measure_room,
)
from service.trips.rules.overview import Plan, Point, TripView
from service.trips.rules.passenger_states import ON_VEHICLE, RIDES_ALONG
from service.trips.rules.passengers import Exemption, PassengerState
from service.trips.rules.told import Consent
from service.trips.rules.trips import Course

LEAVES = datetime(2020, 3, 24, 1, tzinfo=UTC)
ARRIVES = LEAVES + timedelta(hours=14)
TRIP, PERSON, WORKER = UUID(int=1), UUID(int=2), UUID(int=3)
BOOK = PolicyBook("211221")
MINUTE = timedelta(minutes=1)


def make_view(
    *people: PassengerState, course: dict[str, Any] | None = None, **plan: Any
) -> TripView:
    points = (
        Point(UUID(int=11), "boarding", 1, "镇政府", None, None, "211221105"),
        Point(UUID(int=12), "handover", 1, "厂门", None, None, "320583"),
    )
    known = Plan(
        batch_id=UUID(int=4),
        number="T-1",
        county_code="211221",
        destination_code="320500",
        planned_departure_at=LEAVES,
        planned_arrival_at=ARRIVES,
        carrier_id=None,
        kept_free_rows=frozenset(),
        points=points,
        has_contacts=True,
        policy_version="ordinary-1",
        version=1,
    )
    state = Course(TRIP, **{"places": 2, **(course or {})})
    return TripView(TRIP, replace(known, **plan), state, {each.id: each for each in people})


def listed(number: int = 1, **more: Any) -> PassengerState:
    known = {"status": PassengerStatus.LISTED, "worker_id": WORKER, "place_given": True}
    return PassengerState(UUID(int=100 + number), **(known | more))


@pytest.mark.parametrize(
    ("expected", "arrival"),
    [
        (None, ARRIVES),
        (ARRIVES + timedelta(hours=3), ARRIVES + timedelta(hours=3)),
        (ARRIVES - timedelta(hours=3), ARRIVES),
    ],
)
def test_a_delay_counts_and_an_early_coach_does_not(
    expected: datetime | None, arrival: datetime
) -> None:
    view = make_view(course={"expected_at": expected})
    occasion = make_occasion(view, policy=ORDINARY, book=BOOK, now=LEAVES)
    assert (occasion.arrival, occasion.departure_on) == (arrival, LEAVES.date())


def test_an_arrival_that_is_not_planned_is_a_day_later() -> None:
    bare = make_view(planned_arrival_at=None)
    assert make_occasion(bare, policy=ORDINARY, book=BOOK, now=LEAVES).arrival == LEAVES + UNPLANNED
    none = make_view(planned_arrival_at=None, planned_departure_at=None)
    now = LEAVES + timedelta(days=2)
    occasion = make_occasion(none, policy=ORDINARY, book=BOOK, now=now)
    assert (occasion.arrival, occasion.departure_on) == (now + UNPLANNED, now.date())


@pytest.mark.parametrize(
    ("area", "days", "level"),
    [
        ("320583", (24, 24), RiskLevel.HIGH),
        ("320500", (24, 24), RiskLevel.HIGH),
        ("211221", (24, 30), RiskLevel.HIGH),
        ("110000", (24, 24), RiskLevel.LOW),
        ("320583", (25, 30), RiskLevel.LOW),
        ("320583", (20, 23), RiskLevel.LOW),
    ],
)
def test_the_highest_level_on_the_way(area: str, days: tuple[int, int], level: RiskLevel) -> None:
    policy = PolicyVersion.model_validate(
        {"version": "rated", "title": "甲", "risk_scheme": "2020"}
    )
    told = {"valid_from": f"2020-03-{days[0]}", "valid_until": f"2020-03-{days[1]}"}
    known = RiskArea.model_validate({"area_code": area, "level": "high", "scheme": "2020", **told})
    book = PolicyBook("211221", (policy,), (known,))
    assert find_risk(make_view(), policy=policy, book=book, now=LEAVES) is level
    assert find_risk(make_view(), policy=ORDINARY, book=book, now=LEAVES) is None


FACTS = ClearanceFacts(WORKER, PersonRole.WORKER, withdrawn=True)
HELD = replace(FACTS, withdrawn=False, holds=frozenset({UUID(int=9)}), held_at=LEAVES)
YOUNG = replace(FACTS, withdrawn=False, sixteen_on=LEAVES.date() + timedelta(days=1))

ADULT = replace(FACTS, withdrawn=False)


def let_pass(at: datetime) -> PassengerState:
    return listed(exemptions=(Exemption(UUID(int=20), at, phoned=False),))


@pytest.mark.parametrize(
    ("facts", "passenger", "may_board", "passed"),
    [
        (FACTS, listed(), False, 0),
        (FACTS, let_pass(LEAVES), True, 1),
        (HELD, let_pass(LEAVES - MINUTE), False, 0),
        (HELD, let_pass(LEAVES), True, 1),
        (HELD, let_pass(LEAVES + MINUTE), True, 1),
        (YOUNG, let_pass(LEAVES), False, 0),
        (ADULT, listed(role=PersonRole.CHILD), True, 0),
        (YOUNG, None, False, 0),
    ],
)
def test_what_a_decision_covers(
    facts: ClearanceFacts, passenger: PassengerState | None, *, may_board: bool, passed: int
) -> None:
    occasion = on_day(ORDINARY, BOOK, LEAVES.date())
    judged = judge_person(facts, occasion, view=make_view(), passenger=passenger)
    assert (judged.may_board, len(judged.let_pass)) == (may_board, passed)
    assert judged.verdict is (Verdict.CLEARED if may_board else Verdict.HELD)


GUARDIAN = UUID(int=41)
CARER = listed(2, worker_id=UUID(int=42))
SIXTEEN_SOON = LEAVES.date() + timedelta(days=1)
FOURTEEN_SOON = date(2022, 3, 25)
OF_AGE = LEAVES.date()


def consented(companion: PassengerState | None = None) -> dict[str, Any]:
    return {"consent": Consent(UUID(int=30), companion.id if companion else None, "mark")}


@pytest.mark.parametrize(
    ("sixteen_on", "minor", "others", "found"),
    [
        (FOURTEEN_SOON, {}, (), (ErrorCode.CONSENT_MISSING, 14)),
        (date(2022, 3, 24), {}, (), (ErrorCode.CONSENT_MISSING, 16)),
        (SIXTEEN_SOON, {}, (), (ErrorCode.CONSENT_MISSING, 16)),
        (SIXTEEN_SOON, {"role": PersonRole.FAMILY}, (), (ErrorCode.CONSENT_MISSING, 16)),
        (OF_AGE, {}, (), None),
        (None, {}, (), None),
        (FOURTEEN_SOON, {}, (listed(3, worker_id=GUARDIAN),), None),
        (
            FOURTEEN_SOON,
            {},
            (listed(3, worker_id=GUARDIAN, status=PassengerStatus.BOARDED),),
            None,
        ),
        *(
            (
                FOURTEEN_SOON,
                {},
                (listed(3, worker_id=GUARDIAN, status=status),),
                (ErrorCode.CONSENT_MISSING, 14),
            )
            for status in (
                PassengerStatus.STAND_BY,
                PassengerStatus.NO_SHOW,
                PassengerStatus.DENIED,
                PassengerStatus.REMOVED,
                PassengerStatus.LEFT,
            )
        ),
        (FOURTEEN_SOON, {}, (CARER,), (ErrorCode.CONSENT_MISSING, 14)),
        (FOURTEEN_SOON, consented(), (), None),
        (FOURTEEN_SOON, consented(CARER), (CARER,), None),
        (FOURTEEN_SOON, consented(CARER), (), (ErrorCode.COMPANION_ABSENT, None)),
        (
            FOURTEEN_SOON,
            consented(CARER),
            (replace(CARER, status=PassengerStatus.NO_SHOW),),
            (ErrorCode.COMPANION_ABSENT, None),
        ),
        (
            FOURTEEN_SOON,
            {**consented(CARER)},
            (listed(3, worker_id=GUARDIAN),),
            None,
        ),
    ],
)
def test_what_stands_against_a_minor(
    sixteen_on: date | None,
    minor: dict[str, Any],
    others: tuple[PassengerState, ...],
    found: tuple[ErrorCode, int | None] | None,
) -> None:
    passenger = listed(**{"role": PersonRole.CHILD, **minor})
    facts = replace(ADULT, sixteen_on=sixteen_on, guardian=Guardian(GUARDIAN))
    view = make_view(passenger, *others)
    occasion = on_day(ORDINARY, BOOK, LEAVES.date())
    judged = judge_person(facts, occasion, view=view, passenger=passenger)
    told = [(each.code, each.facts.get("age")) for each in judged.open]
    assert told == ([found] if found else [])
    assert judged.verdict is (Verdict.MISSING if found else Verdict.CLEARED)
    let = replace(passenger, exemptions=(Exemption(UUID(int=20), LEAVES, phoned=False),))
    assert judge_person(facts, occasion, view=view, passenger=let).open == judged.open
    new = judge_person(facts, occasion, view=view, passenger=None, role=passenger.role)
    assert new.may_board


@pytest.mark.parametrize(
    ("sixteen_on", "grown"),
    [
        (None, True),
        (date(2018, 3, 24), True),
        (date(2018, 3, 25), False),
        (date(2016, 2, 29), True),
        (FOURTEEN_SOON, False),
    ],
)
def test_a_guardian_is_of_age_on_the_day_of_departure(
    sixteen_on: date | None, *, grown: bool
) -> None:
    minor = listed(role=PersonRole.CHILD)
    guardian = Guardian(GUARDIAN, sixteen_on)
    view = make_view(minor, listed(3, worker_id=GUARDIAN))
    facts = replace(ADULT, sixteen_on=FOURTEEN_SOON, guardian=guardian)
    found = list_against_minor(facts, view, minor, on=LEAVES.date())
    assert [each.code for each in found] == ([] if grown else [ErrorCode.CONSENT_MISSING])


@pytest.mark.parametrize("status", list(PassengerStatus))
def test_who_is_with_a_minor(status: PassengerStatus) -> None:
    """On the list and the way: whoever is to ride, rides or rode to the end; at the departure who is aboard."""
    minor = listed(role=PersonRole.CHILD)
    facts = replace(ADULT, sixteen_on=FOURTEEN_SOON, guardian=Guardian(GUARDIAN))
    view = make_view(minor, listed(3, worker_id=GUARDIAN, status=status))
    along = {"listed", "checked_in", "boarded", "received", "refused", "returned"}
    for statuses, expected in ((RIDES_ALONG, along), (ON_VEHICLE, {"boarded"})):
        found = list_against_minor(facts, view, minor, on=LEAVES.date(), along=statuses)
        assert (found == []) is (status in expected)


@pytest.mark.parametrize(
    ("child", "guardian", "alone"),
    [
        (PassengerStatus.STAND_BY, PassengerStatus.STAND_BY, False),
        (PassengerStatus.STAND_BY, PassengerStatus.NO_SHOW, True),
        (PassengerStatus.LISTED, PassengerStatus.STAND_BY, True),
    ],
)
def test_two_stand_bys_wait_together(
    child: PassengerStatus, guardian: PassengerStatus, *, alone: bool
) -> None:
    passenger = listed(role=PersonRole.CHILD, status=child)
    view = make_view(passenger, listed(3, worker_id=GUARDIAN, status=guardian))
    facts = replace(ADULT, sixteen_on=FOURTEEN_SOON, guardian=Guardian(GUARDIAN))
    occasion = on_day(ORDINARY, BOOK, LEAVES.date())
    judged = judge_person(facts, occasion, view=view, passenger=passenger)
    assert judged.may_board is not alone


PROOFS = PolicyVersion.model_validate(
    {"version": "proofs", "title": "甲", "any_proof_of": ["health_certificate"]}
)
HOLD = str(UUID(int=9))


@pytest.mark.parametrize(
    ("decided", "holds", "at", "open_codes"),
    [
        ({"proof-missing"}, (), LEAVES, []),
        ({"exposure-declared"}, (), LEAVES, ["proof-missing"]),
        (set(), (), LEAVES, ["proof-missing"]),
        ({"proof-missing", "health-hold", HOLD}, (9,), LEAVES - MINUTE, []),
        ({"proof-missing", "health-hold"}, (9,), LEAVES + MINUTE, ["health-hold"]),
        ({"proof-missing", "health-hold", HOLD}, (9, 10), LEAVES + MINUTE, ["health-hold"]),
    ],
)
def test_a_decision_that_can_be_read_covers_what_it_names(
    decided: set[str], holds: tuple[int, ...], at: datetime, open_codes: list[str]
) -> None:
    """Codes and holds, whatever the clocks say of them."""
    health = HealthFacts(WORKER, let_pass={UUID(int=20): frozenset(decided)})
    held = {"holds": frozenset(UUID(int=each) for each in holds), "held_at": LEAVES}
    facts = replace(FACTS, withdrawn=False, health=health, **(held if holds else {}))
    judged = judge_person(
        facts, on_day(PROOFS, BOOK, LEAVES.date()), view=make_view(), passenger=let_pass(at)
    )
    assert [str(each.code) for each in judged.open] == open_codes


def test_a_role_that_is_named_counts_before_the_list() -> None:
    occasion = on_day(ORDINARY, BOOK, LEAVES.date())
    child = judge_person(
        YOUNG, occasion, view=make_view(), passenger=listed(), role=PersonRole.CHILD
    )
    assert child.may_board


ASKING = PolicyVersion(version="asks", title="甲", filing_acknowledgement_required=True)


@pytest.mark.parametrize(
    ("view", "policy", "codes"),
    [
        (make_view(), ORDINARY, [ErrorCode.PLAN_INCOMPLETE, ErrorCode.LIST_EMPTY]),
        (
            make_view(listed()),
            ASKING,
            [ErrorCode.PLAN_INCOMPLETE, ErrorCode.FILING_UNACKNOWLEDGED],
        ),
        (
            make_view(listed(1), listed(2), listed(3)),
            ORDINARY,
            [ErrorCode.PLAN_INCOMPLETE, ErrorCode.OVER_CAPACITY],
        ),
        (make_view(listed(1), listed(2)), ORDINARY, [ErrorCode.PLAN_INCOMPLETE]),
        (
            make_view(listed(seat_row=9), course={"isolation_rows": frozenset({9, 10})}),
            ORDINARY,
            [ErrorCode.PLAN_INCOMPLETE, ErrorCode.SEAT_KEPT_FREE],
        ),
    ],
)
def test_what_holds_a_trip_back(
    view: TripView, policy: PolicyVersion, codes: list[ErrorCode]
) -> None:
    found = list_trip_obstacles(view, vehicle=None, policy=policy)
    assert [each.code for each in found] == codes


def test_who_cannot_be_reached_holds_the_trip_back() -> None:
    view = make_view(listed())
    found = list_trip_obstacles(view, vehicle=None, policy=ORDINARY, unreachable=[listed()])
    assert (found[-1].code, found[-1].facts) == (ErrorCode.PHONE_UNREACHABLE, {"people": 1})


def test_only_held_places_are_misplaced() -> None:
    waiting = listed(2, status=PassengerStatus.STAND_BY, seat_row=9)
    gone = listed(3, status=PassengerStatus.REMOVED, seat_row=9)
    view = make_view(listed(1, seat_row=9), waiting, gone, listed(4, seat_row=8))
    found = list_misplaced(view, kept_free_rows=frozenset({9}))
    assert [each.id for each in found] == [UUID(int=101)]


def make_coach(seats: int) -> VehicleFacts:
    """Rows of two, one crew seat; fourteen licensed places."""
    placed = tuple(Seat(1 + n // 2, 1 + n % 2, str(n)) for n in range(seats))
    return VehicleFacts(
        UUID(int=8),
        UUID(int=9),
        VehicleKind.COACH,
        "辽M00014",
        14,
        1,
        air_sealed=True,
        seats=placed,
        licence_valid_until=None,
    )


@pytest.mark.parametrize(
    ("told", "plan", "seats", "drivers", "room"),
    [
        ({}, {}, 14, 1, (12, set())),  # a driver and an escort
        ({}, {}, 14, 3, (10, set())),
        ({}, {"has_contacts": False}, 14, 1, (13, set())),
        ({}, {}, 8, 1, (8, set())),
        ({}, {"kept_free_rows": frozenset({1})}, 10, 1, (8, set())),
        ({"occupancy_percent": 50}, {}, 14, 1, (7, set())),
        ({"isolation_rows": 2}, {}, 12, 1, (8, {5, 6})),
        ({"isolation_rows": 2, "isolation_from_places": 15}, {}, 12, 1, (12, set())),
        (
            {"occupancy_percent": 50, "occupancy_between_cities_only": True},
            {"destination_code": "211281"},
            14,
            1,
            (12, set()),
        ),
    ],
)
def test_how_much_room_there_is(
    told: dict[str, Any], plan: dict[str, Any], seats: int, drivers: int, room: tuple[int, set[int]]
) -> None:
    policy = PolicyVersion(version="room", title="甲", **told)
    found = measure_room(
        make_view(**plan), make_coach(seats), policy=policy, book=BOOK, drivers=drivers, now=LEAVES
    )
    assert (found.places, set(found.isolation_rows)) == room
