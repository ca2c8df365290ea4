"""The rule by its tables: which vehicles and policies reach how far, who is near whom, from when to when, what
an unsure seat does.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.contacts import Basis, LookBack, Relation, SeatSource
from schemas.events.kinds import EventKind
from schemas.events.specs import EVENT_SPECS
from schemas.fleets import VehicleKind
from schemas.policies import ContactReach, ContactRule, PolicyVersion
from schemas.trips import PassengerStatus
from service.contacts.rules.bulletin import Accident, write_bulletin
from service.contacts.rules.meeting import (
    NAMING_SEATS,
    NO_RULE,
    Meeting,
    Reach,
    Rider,
    SeatSaid,
    Sitting,
    Span,
    are_family,
    find_reach,
    join_meetings,
    list_aboard,
    list_meetings,
    list_sittings,
    meet_crew,
)
from service.contacts.rules.presence import LastRide, choose_latest
from service.contacts.rules.rides import (
    Window,
    find_first_day,
    find_latest,
    find_nearest,
    list_touching,
)
from service.contacts.rules.seat_maps import draw_seats, find_seats
from service.fleets.rules import Seat
from service.policies.rules import ORDINARY
from service.trips.rules.passengers import PassengerState, Stay
from service.trips.rules.vehicle_runs import VehicleRun
from tests.service.trips.test_gate_rules import make_view

T = datetime(2020, 3, 24, 0, 0, tzinfo=UTC)
EVERYBODY = Reach(Basis.EVERYBODY)
THREE = Reach(Basis.ROWS, 3)


def hours(count: float) -> datetime:
    return T + timedelta(hours=count)


def sat(
    row: int | None, begun: float = 0, ended: float | None = 10, *, sure: bool = True
) -> Sitting:
    source = SeatSource.BOARDING if sure else SeatSource.PLAN
    column = None if row is None else 1
    return Sitting(hours(begun), None if ended is None else hours(ended), row, column, source)


def rider(number: int, *sittings: Sitting, **more: Any) -> Rider:
    return Rider(UUID(int=number), UUID(int=1000 + number), sittings, **more)


# --- which rule -------------------------------------------------------------------------------------
def rule(
    kind: str, reach: str, rows: int | None = None, *, sealed: bool | None = None
) -> ContactRule:
    return ContactRule(
        vehicle=VehicleKind(kind), air_sealed=sealed, reach=ContactReach(reach), rows=rows
    )


COACHES = PolicyVersion(
    version="probe-1",
    title="合成",
    contact_rules=(
        rule("coach", "everybody"),
        rule("coach", "rows", 3, sealed=False),
        rule("carriage", "everybody"),
        rule("minibus", "rows", 1, sealed=None),
    ),
)


@pytest.mark.parametrize(
    ("kind", "sealed", "reach"),
    [
        ("coach", True, EVERYBODY),
        ("coach", False, THREE),
        ("carriage", True, EVERYBODY),
        ("carriage", False, EVERYBODY),
        ("minibus", True, Reach(Basis.ROWS, 1)),
        ("minibus", False, Reach(Basis.ROWS, 1)),
        ("car", False, NO_RULE),
    ],
)
def test_reach(kind: str, *, sealed: bool, reach: Reach) -> None:
    assert find_reach(COACHES, kind=VehicleKind(kind), air_sealed=sealed) == reach


@pytest.mark.parametrize("kind", VehicleKind)
def test_an_ordinary_year_has_no_rule(kind: VehicleKind) -> None:
    assert find_reach(ORDINARY, kind=kind, air_sealed=True) == NO_RULE


# --- who sat where ----------------------------------------------------------------------------------
_K = EventKind
SEATED_BY_A_DECISION = {_K.PASSENGER_ASSIGNED}
WHO = UUID(int=7)
FACT: Any = ("probe", T)


def test_every_observation_that_names_a_seat_counts() -> None:
    naming = {kind for kind, spec in EVENT_SPECS.items() if "seat_row" in spec.payload.model_fields}
    assert naming - SEATED_BY_A_DECISION == set(NAMING_SEATS)


def said(kind: EventKind, at: float, row: int = 5, *, who: UUID = WHO) -> SeatSaid:
    return SeatSaid(who, kind, hours(at), row, 1)


@pytest.mark.parametrize(
    ("named", "source"),
    [
        ([], SeatSource.PLAN),
        ([said(_K.PASSENGER_BOARDED, 2)], SeatSource.BOARDING),
        ([said(_K.PASSENGER_NOTED, 3)], SeatSource.SEAT_CHANGE),
        ([said(_K.PASSENGER_BOARDED, 3, who=UUID(int=8))], SeatSource.PLAN),
        ([said(_K.PASSENGER_BOARDED, 3, row=6)], SeatSource.PLAN),
        ([said(_K.PASSENGER_SEAT_CHANGED, 1)], SeatSource.PLAN),  # before they boarded
        ([said(_K.PASSENGER_NOTED, 8)], SeatSource.PLAN),  # when they had left already
        ([said(_K.PASSENGER_NOTED, 7)], SeatSource.PLAN),  # in the next vehicle
    ],
)
def test_what_a_seat_is_known_from(named: list[SeatSaid], source: SeatSource) -> None:
    stay = Stay(hours(2), hours(8), 5, 1, "boarding")
    passenger = PassengerState(WHO, stays=(stay,))
    vehicle = VehicleRun(UUID(int=3), None, hours(7), FACT)
    (found,) = list_sittings(make_view(passenger), passenger, vehicle, named)
    assert found == Sitting(hours(2), hours(7), 5, 1, source)


@pytest.mark.parametrize(("at", "source"), [(3.9, "plan"), (4, "seat_change")])
def test_in_a_new_vehicle_the_seat_is_told_anew(at: float, source: str) -> None:
    passenger = PassengerState(WHO, stays=(Stay(hours(2), None, 5, 1, "boarding"),))
    vehicle = VehicleRun(UUID(int=3), hours(4), None, FACT)
    named = [said(_K.PASSENGER_NOTED, at)]
    (found,) = list_sittings(make_view(passenger), passenger, vehicle, named)
    assert found == Sitting(hours(4), None, 5, 1, SeatSource(source))


@pytest.mark.parametrize(
    ("carried", "departed", "planned", "since", "sat"),
    [
        (True, 1, 0, 9, [(1, 9)]),
        (True, None, 0, 9, [(0, 9)]),
        (True, None, None, 9, []),  # no time to have been aboard in
        (True, 10, 0, 9, []),  # received, by the clocks, before the departure
        (True, 1, 0, None, []),
        (False, 1, 0, 9, []),
    ],
)
def test_who_was_carried_without_a_boarding(
    carried: bool,  # noqa: FBT001
    departed: float | None,
    planned: float | None,
    since: float | None,
    sat: list[tuple[float, float]],
) -> None:
    passenger = PassengerState(
        WHO,
        carried=carried,
        seat_row=5,
        seat_column=1,
        status_since=None if since is None else hours(since),
    )
    view = make_view(
        passenger,
        course={"departed_at": None if departed is None else hours(departed)},
        planned_departure_at=None if planned is None else hours(planned),
    )
    vehicle = VehicleRun(UUID(int=3), None, None, FACT)
    found = list_sittings(view, passenger, vehicle, [])
    assert [(each.from_at, each.to_at, each.row, each.is_sure) for each in found] == [
        (hours(begun), hours(ended), 5, False) for begun, ended in sat
    ]


# --- who was near -----------------------------------------------------------------------------------
def meet(own: Rider, other: Rider, reach: Reach = THREE, isolation: Any = ()) -> Meeting | None:
    found = list_meetings(own, [own, other], reach=reach, isolation=isolation)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("own", "other", "reach", "basis", "distance"),
    [
        (sat(5), sat(8), THREE, Basis.ROWS, 3),
        (sat(5), sat(2), THREE, Basis.ROWS, 3),
        (sat(5), sat(5), THREE, Basis.ROWS, 0),
        (sat(5), sat(9), THREE, None, None),
        (sat(5), sat(1), THREE, None, None),
        (sat(5), sat(9), EVERYBODY, Basis.EVERYBODY, 4),
        (sat(5), sat(9), NO_RULE, Basis.NO_RULE, 4),
        (sat(5, sure=False), sat(9), THREE, Basis.SEAT_UNSURE, None),
        (sat(5), sat(9, sure=False), THREE, Basis.SEAT_UNSURE, None),
        (sat(None), sat(9), THREE, Basis.SEAT_UNSURE, None),
        (sat(5, sure=False), sat(9), EVERYBODY, Basis.EVERYBODY, None),
        (sat(5, 0, 4), sat(5, 4, 8), THREE, None, None),
        (sat(5, 0, 4), sat(5, 4, 8), EVERYBODY, None, None),
        (sat(5, 0, None), sat(5, 9, None), THREE, Basis.ROWS, 0),
    ],
)
def test_near(
    own: Sitting, other: Sitting, reach: Reach, basis: Basis | None, distance: Any
) -> None:
    found = meet(rider(1, own), rider(2, other), reach)
    assert (found.basis if found else None) is basis
    assert (found.distance if found else None) == distance
    back = meet(rider(2, other), rider(1, own), reach)
    assert (back.basis if back else None) is basis


def test_times_are_of_the_part_that_counts() -> None:
    """Near for the first four hours, far after a change of seats."""
    own = rider(1, sat(5, 0, 10))
    found = meet(own, rider(2, sat(6, 1, 4), sat(11, 4, 9)))
    assert found is not None
    assert (found.first_at, found.last_at) == (hours(1), hours(4))
    by_all = meet(own, rider(2, sat(6, 1, 4), sat(11, 4, 9)), EVERYBODY)
    assert by_all is not None
    assert (by_all.first_at, by_all.last_at) == (hours(1), hours(9))
    still = meet(rider(1, sat(5, 0, None)), rider(2, sat(6, 1, None)))
    assert still is not None
    assert still.last_at is None


FAMILY = [
    ({"household": "h"}, {"household": "h"}, {Relation.COMPANION}),
    ({"household": "h"}, {"household": "i"}, None),
    ({}, {}, None),
    ({"guardian_id": UUID(int=7)}, {"guardian_id": UUID(int=7)}, {Relation.COMPANION}),
    ({"guardian_id": UUID(int=1002)}, {}, {Relation.CARER}),
    ({}, {"guardian_id": UUID(int=1001)}, {Relation.CARER}),
    ({"companion_id": UUID(int=2)}, {}, {Relation.CARER}),
    ({}, {"companion_id": UUID(int=1)}, {Relation.CARER}),
    ({"companion_id": UUID(int=3)}, {"companion_id": UUID(int=3)}, None),
]


@pytest.mark.parametrize(("own", "other", "relations"), FAMILY)
def test_a_companion_by_consent_is_no_family(own: Any, other: Any, relations: Any) -> None:
    by_consent = "companion_id" in {*own, *other}
    found = are_family(rider(1, sat(1), **own), rider(2, sat(12), **other))
    assert found is (relations is not None and not by_consent)


@pytest.mark.parametrize(("own", "other", "relations"), FAMILY)
def test_family_counts_at_any_distance(own: Any, other: Any, relations: Any) -> None:
    found = meet(rider(1, sat(1), **own), rider(2, sat(12), **other))
    assert (set(found.relations) if found else None) == relations
    assert found is None or found.basis is Basis.ROWS


@pytest.mark.parametrize(
    ("row", "isolated"), [(12, True), (11, True), (9, True), (8, False), (1, False)]
)
def test_isolation_rows(row: int, *, isolated: bool) -> None:
    """Who was moved to the last of two isolation rows: so many rows from either of them."""
    found = meet(rider(1, sat(13)), rider(2, sat(row)), isolation={12, 13})
    assert (found is not None and Relation.ISOLATION in found.relations) is isolated


def test_aboard_at_a_moment() -> None:
    people = [
        rider(1, sat(1, 0, 4), sat(2, 4, 9)),
        rider(2, sat(3, 5, None)),
        rider(3, sat(4, 0, 5)),
    ]
    assert [e.rider_id.int for e in list_aboard(people)] == [1, 2, 3]
    at = list_aboard(people, at=hours(5))
    assert [(e.rider_id.int, e.sitting.row) for e in at] == [(1, 2), (2, 3)]
    assert list_aboard(people, at=hours(5))[1].last_at is None


def test_several_vehicles_of_a_trip_are_joined() -> None:
    one = meet(rider(1, sat(5, 0, 4)), rider(2, sat(9, 0, 4, sure=False)))
    other = meet(rider(1, sat(5, 4, 9)), rider(2, sat(6, 4, 9)))
    assert one is not None
    assert other is not None
    joined = join_meetings([one, other])
    assert (joined.first_at, joined.last_at, joined.distance) == (hours(0), hours(9), 1)
    assert joined.basis is Basis.ROWS


@pytest.mark.parametrize(
    ("begun", "ended", "together"),
    [
        (None, None, (0, 10)),
        (None, 4, (0, 4)),
        (4, None, (4, 10)),
        (10, None, None),
        (None, 0, None),
    ],
)
def test_crew(begun: Any, ended: Any, together: Any) -> None:
    span = Span(*(None if each is None else hours(each) for each in (begun, ended)))
    found = meet_crew([sat(5)], span)
    assert found == (None if together is None else Span(*map(hours, together)))


# --- which rides ------------------------------------------------------------------------------------
class Ride:
    def __init__(self, begun: float, ended: float | None) -> None:
        self.planned_departure_at = hours(begun)
        self.planned_arrival_at = hours(begun + 14)
        self.departed_at = hours(begun)
        self.over_at = None if ended is None else hours(ended)


DAY = Window(hours(0), hours(24))


@pytest.mark.parametrize(
    ("begun", "ended", "touches"),
    [
        (-10, -1, False),
        (-10, 0, True),
        (-10, 3, True),
        (23, 40, True),
        (24, 40, False),
        (-90, None, True),
    ],
)
def test_touching(begun: float, ended: float | None, *, touches: bool) -> None:
    found = list_touching([Ride(begun, ended)], DAY, now=hours(30))
    assert bool(found) is touches


def test_nearest_and_latest() -> None:
    rides = [Ride(-50, -40), Ride(-20, -12), Ride(40, 50)]
    assert find_nearest(rides, DAY) == hours(40)
    assert find_nearest(rides[:2], DAY) == hours(-20)
    assert find_nearest([], DAY) is None
    assert find_latest(rides, now=hours(0)) == hours(-20)
    assert find_latest(rides[2:], now=hours(0)) == hours(40)
    assert find_latest([], now=hours(0)) is None


def test_look_back() -> None:
    day = T.date()
    assert find_first_day(day, look_back=LookBack.POLICY, lookback_days=2) == day - timedelta(
        days=2
    )
    assert find_first_day(day, look_back=LookBack.POLICY, lookback_days=None) == day
    assert find_first_day(day, look_back=LookBack.TRIP, lookback_days=2) == day


@pytest.mark.parametrize("typed", ["5C", "5排C座", "5c", "５Ｃ", "第5排C", "5C号"])
def test_seats_as_people_write_them(typed: str) -> None:
    seats = [Seat(5, 3, "5C"), Seat(5, 4, "5D"), Seat(1, 1, "15C")]
    assert find_seats(seats, typed) == seats[:1]
    painted = [Seat(5, 3, "5排C座"), Seat(5, 4, "5排D座")]
    assert find_seats(painted, typed) == painted[:1]


def test_seat_map() -> None:
    seats = [
        Seat(row, column, str((row - 1) * 2 + at))
        for row in (1, 2)
        for at, column in ((1, 1), (2, 4))
    ]
    asked = rider(1, Sitting(hours(0), None, 1, 1, SeatSource.BOARDING))
    near = rider(2, Sitting(hours(0), None, 1, 4, SeatSource.PLAN))
    far = rider(3, Sitting(hours(0), None, 2, 1, SeatSource.BOARDING))
    drawn = draw_seats(seats, asked=asked, riders=[asked, near, far], within={near.id})
    assert drawn.split() == ["1", "[1]", "2?", "2", "(3)", "·"]


# --- whereabouts ------------------------------------------------------------------------------------
_S = PassengerStatus
LATEST = [
    ([("received", 5), ("received", 9)], 1),
    ([("received", 9), ("listed", 12)], 0),
    ([("moved", 9), ("boarded", 9)], 1),
    ([("moved", 9), ("listed", 12)], 0),
    ([("removed", 3), ("listed", 5)], 1),
    ([], None),
]


@pytest.mark.parametrize(("rides", "chosen"), LATEST)
def test_the_ride_that_tells_last(rides: Any, chosen: int | None) -> None:
    listed = [
        LastRide(UUID(int=number), UUID(int=7), UUID(int=8), _S(status), hours(at))
        for number, (status, at) in enumerate(rides)
    ]
    found = choose_latest(listed)
    assert (found.trip_id.int if found else None) == chosen


# --- the bulletin -----------------------------------------------------------------------------------
UNKNOWN = Accident(
    case="SG-1",
    at=None,
    place=None,
    place_at=None,
    plate="辽M12345",
    number="P-1",
    people=3,
    crew=2,
    counted=None,
    counted_at=None,
    transferred=0,
)


def test_what_is_unknown_is_said_so() -> None:
    assert write_bulletin([UNKNOWN]).split("\n") == [
        "事故快报",
        "编号：SG-1",
        "时间：不详",
        "地点：不详",
        "车辆：辽M12345（趟次P-1）",
        "人数：记录在车乘客3人，司乘2人",
        "最近一次清点：无",
        "已知伤亡：尚无登记，不详",
    ]


def test_what_is_known() -> None:
    known = replace(
        UNKNOWN,
        at="2020-03-24 10:00",
        place="合成服务区",
        place_at="2020-03-24 09:40",
        counted=5,
        counted_at="2020-03-24 09:50",
        transferred=1,
    )
    told = write_bulletin([known, UNKNOWN]).split("\n")
    assert told[2:4] == [
        "时间：2020-03-24 10:00",
        "地点：最近登记的地点为合成服务区（2020-03-24 09:40）",
    ]
    assert told[6:9] == [
        "最近一次清点：5人（2020-03-24 09:50）",
        "已知伤亡：登记移交医疗机构1人，伤亡情况不详",
        "",
    ]
