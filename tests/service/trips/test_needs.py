"""What needs somebody: the rule as a table, and twenty mishaps on a day of coaches, each found in one call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.needs import NeedCode
from schemas.permissions import Role
from schemas.policies import PolicyVersion
from schemas.trips import TripState
from service.recording.order import Heard
from service.trips.rules.needs import (
    AskedFor,
    Brief,
    Declined,
    Elsewhere,
    OpenException,
    Seen,
    Standing,
    list_needs,
)
from service.trips.rules.told import Acknowledged
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

LEAVES = datetime.fromisoformat("2020-03-25T05:30:00+08:00")
ARRIVES = LEAVES + timedelta(hours=15)
DRIVER, PERSON, EVENT = UUID(int=1), UUID(int=2), UUID(int=3)
READY = Brief(driver_ids=(DRIVER,))
LATER = timedelta(seconds=1)
_C, _T = NeedCode, TripState
PROTECTED = PolicyVersion(
    version="protected", title="合成", remeasure_hours=4, disinfect_interval_hours=4
)


def seen(state: TripState, brief: Brief = READY, **changes: Any) -> Seen:
    return Seen(state, LEAVES, ARRIVES, None, brief, **changes)


def heard(at: datetime) -> Brief:
    return replace(READY, heard=Heard(at, EventKind.STOP_ENDED, EVENT))


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


NOTHING: list[str] = []
MOVED = Elsewhere(between=(LEAVES, LEAVES + minutes(5)))
TABLE: list[tuple[str, Seen, datetime, list[str]]] = [
    ("a plan for next week", seen(_T.READY, Brief()), LEAVES - minutes(721), NOTHING),
    (
        "not ready 12 hours before",
        seen(_T.DRAFT, Brief()),
        LEAVES - minutes(720),
        ["no-driver", "not-locked"],
    ),
    (
        "a railway carriage, whose plan is complete without a driver",
        seen(_T.READY, Brief()),
        LEAVES - minutes(720),
        ["not-locked"],
    ),
    ("a list that is locked", seen(_T.LOCKED), LEAVES - minutes(60), NOTHING),
    (
        "without a departure",
        replace(seen(_T.DRAFT, Brief()), planned_departure_at=None),
        LEAVES,
        NOTHING,
    ),
    (
        "filed, no answer",
        seen(_T.LOCKED, replace(READY, filed_at=LEAVES - minutes(900))),
        LEAVES - minutes(720),
        ["not-acknowledged"],
    ),
    (
        "filed, no answer, days before",
        seen(_T.LOCKED, replace(READY, filed_at=LEAVES - minutes(900))),
        LEAVES - minutes(721),
        NOTHING,
    ),
    (
        "filed and answered",
        seen(
            _T.LOCKED,
            replace(
                READY,
                filed_at=LEAVES - minutes(900),
                acknowledged=Acknowledged(LEAVES - minutes(800), "telephone", EVENT),  # type: ignore[arg-type]
            ),
        ),
        LEAVES,
        NOTHING,
    ),
    ("three not told", seen(_T.LOCKED, replace(READY, unreached=3)), LEAVES, ["not-reached 3"]),
    (
        "not told, days before",
        seen(_T.LOCKED, replace(READY, unreached=3)),
        LEAVES - minutes(721),
        NOTHING,
    ),
    ("a quarter of an hour", seen(_T.LOCKED), LEAVES + minutes(15), NOTHING),
    ("should have left", seen(_T.LOCKED), LEAVES + minutes(15) + LATER, ["should-have-left"]),
    (
        "a draft should have left, too",
        seen(_T.DRAFT, Brief()),
        LEAVES + minutes(16),
        ["should-have-left", "no-driver", "not-locked"],
    ),
    (
        "told to come an hour later, and so to leave later",
        seen(_T.LOCKED, replace(READY, expected_at=ARRIVES + minutes(60))),
        LEAVES + minutes(75),
        NOTHING,
    ),
    (
        "should have left, even an hour later",
        seen(_T.LOCKED, replace(READY, expected_at=ARRIVES + minutes(60))),
        LEAVES + minutes(76),
        ["should-have-left"],
    ),
    ("cancelled", seen(_T.CANCELLED, Brief()), LEAVES + minutes(1000), NOTHING),
    ("on its way", seen(_T.IN_TRANSIT, heard(ARRIVES)), ARRIVES + minutes(15), NOTHING),
    (
        "a round and a disinfection are overdue",
        replace(
            seen(_T.IN_TRANSIT, replace(heard(ARRIVES), departed_at=LEAVES)),
            policy=PROTECTED,
        ),
        LEAVES + minutes(240) + LATER,
        ["disinfection-due", "temperature-due"],
    ),
    (
        "should have arrived",
        seen(_T.IN_TRANSIT, heard(ARRIVES)),
        ARRIVES + minutes(15) + LATER,
        ["should-have-arrived"],
    ),
    (
        "expected later",
        seen(_T.IN_TRANSIT, replace(heard(ARRIVES), expected_at=ARRIVES + minutes(60))),
        ARRIVES + minutes(60),
        NOTHING,
    ),
    (
        "later than expected",
        seen(_T.HELD_UP, replace(heard(ARRIVES), expected_at=ARRIVES + minutes(60))),
        ARRIVES + minutes(76),
        ["should-have-arrived"],
    ),
    ("three hours", seen(_T.IN_TRANSIT, heard(LEAVES)), LEAVES + minutes(180), NOTHING),
    ("silent", seen(_T.IN_TRANSIT, heard(LEAVES)), LEAVES + minutes(180) + LATER, ["silent"]),
    (
        "silent on the way back",
        seen(_T.TURNED_BACK, heard(LEAVES)),
        LEAVES + minutes(181),
        ["silent"],
    ),
    ("silent at home", seen(_T.RETURNED, heard(LEAVES)), LEAVES + minutes(1000), NOTHING),
    (
        "an hour at the gate",
        replace(seen(_T.ARRIVED, replace(READY, unsigned=4)), arrived_at=ARRIVES),
        ARRIVES + minutes(60),
        NOTHING,
    ),
    (
        "not signed",
        replace(seen(_T.ARRIVED, replace(READY, unsigned=4)), arrived_at=ARRIVES),
        ARRIVES + minutes(60) + LATER,
        ["not-signed 4"],
    ),
    (
        "nobody to sign for",
        replace(seen(_T.ARRIVED), arrived_at=ARRIVES),
        ARRIVES + minutes(600),
        NOTHING,
    ),
    (
        "handed over",
        replace(seen(_T.HANDED_OVER), arrived_at=ARRIVES),
        ARRIVES + minutes(600),
        NOTHING,
    ),
    ("two moved", seen(_T.CLOSED, elsewhere=MOVED), ARRIVES, ["moved-not-arrived 2"]),
    (
        "held and declined: one person",
        seen(
            _T.LOCKED,
            replace(READY, declined=(Declined(PERSON, LEAVES),)),
            elsewhere=Elsewhere(stopped={PERSON: LEAVES, EVENT: None}),
        ),
        LEAVES - minutes(3000),
        ["not-travelling 2"],
    ),
    (
        "held, but on the road",
        seen(_T.IN_TRANSIT, heard(LEAVES), elsewhere=Elsewhere(stopped={PERSON: LEAVES})),
        LEAVES,
        NOTHING,
    ),
    (
        "the health office asked who rode along, also of a trip that is closed",
        seen(_T.CLOSED, READY, elsewhere=Elsewhere(asked=AskedFor(LEAVES, 17))),
        LEAVES + minutes(3000),
        ["contacts-asked 17"],
    ),
    (
        "what stands is shown before what the clock says, by rank",
        seen(
            _T.IN_TRANSIT,
            replace(
                heard(LEAVES),
                standing=(
                    Standing(_C.DELAYED, LEAVES),
                    Standing(_C.DESTINATION_UNTOLD, LEAVES),
                    Standing(_C.LEFT, LEAVES, 2),
                    Standing(_C.FEVER, LEAVES + minutes(1)),
                    Standing(_C.MISSING, LEAVES),
                ),
            ),
        ),
        LEAVES + minutes(200),
        ["missing", "fever", "silent", "left 2", "destination-untold", "delayed"],
    ),
    (
        "exceptions by name",
        seen(
            _T.CLOSED,
            replace(
                READY,
                exceptions=(
                    OpenException(ExceptionCode.SEAT_TAKEN, (EVENT,)),
                    OpenException(ExceptionCode.COUNT_DIFFERS, (EVENT,)),
                    OpenException(ExceptionCode.SEAT_TAKEN, (PERSON,)),
                ),
            ),
            elsewhere=Elsewhere(
                exceptions=(
                    OpenException(ExceptionCode.ABOARD_ELSEWHERE, (EVENT,)),
                    OpenException(ExceptionCode.MOVED_NOT_ARRIVED, (EVENT,)),
                )
            ),
        ),
        ARRIVES,
        ["aboard-elsewhere", "count-differs", "seat-taken 2"],
    ),
]


@pytest.mark.parametrize(
    ("trip", "now", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_table(trip: Seen, now: datetime, wanted: list[str]) -> None:
    assert [_say(each) for each in list_needs(trip, now=now)] == wanted


def _say(need: Any) -> str:
    name = need.exception or need.code
    return f"{name} {need.count}" if need.count > 1 else str(name)


def test_an_exception_stands_since_its_first_event() -> None:
    """Since the last of the facts that make it, of several the earliest."""
    told = {EVENT: LEAVES, PERSON: LEAVES + minutes(5), DRIVER: LEAVES + minutes(9)}
    found = (
        OpenException(ExceptionCode.SEAT_TAKEN, (EVENT, PERSON)),
        OpenException(ExceptionCode.SEAT_TAKEN, (DRIVER,)),
    )
    trip = seen(_T.CLOSED, replace(READY, exceptions=found), told_at=told)
    (need,) = list_needs(trip, now=ARRIVES)
    assert (need.since, need.count) == (LEAVES + minutes(5), 2)


def test_every_code_is_found_by_the_table_or_a_mishap() -> None:
    by_table = {each.code for _, trip, now, _ in TABLE for each in list_needs(trip, now=now)}
    by_mishap = {code for _, code in MISHAPS.values()}
    assert by_table | by_mishap == set(NeedCode)


# --- mishaps ------------------------------------------------------------------------------------
def board(client: Client, **params: Any) -> dict[str, list[str]]:
    """Trip → its needs, by one call."""
    answer = client.get("/v1/trips", limit=200, **params)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["items"]
    return {row["id"]: [each["exception"] or each["code"] for each in row["needs"]] for row in rows}


def _leave(scene: Scene, ride: Ride, kind: str, **data: Any) -> None:
    scene.tell(ride.trip, kind, passenger_id=ride.passengers[0], **data)


def _hold(scene: Scene, ride: Ride) -> None:
    officer = scene.world.client(Role.HEALTH_OFFICER)
    body = {"hold_id": str(scene.world.new_id()), "reason": "合成"}
    event = scene.event("worker.travel_changed", action="held", reason_class="health", **body)
    answer = officer.post(f"/v1/workers/{ride.workers[0]}/events", {"events": [event]})
    assert answer.json()["outcomes"][0]["status"] == "recorded", answer.text


def _move(scene: Scene, ride: Ride) -> None:
    other = scene.open_trip(hours=30)
    _leave(scene, ride, "passenger.moved", to_trip_id=other)


def _file(scene: Scene, ride: Ride) -> None:
    scene.tell(ride.trip, "trip.filed", channel="letter", recipient_unit="合成人社局")


def _find_stranger(scene: Scene, ride: Ride) -> None:
    found = {"unregistered": True, "name": "合成乘客", "passenger_id": scene.world.new_id()}
    scene.record(ride.trip, scene.event("passenger.found_aboard", mode="afterwards", **found))


Mishap = Callable[[Scene, Ride], object]


def _tell(kind: str, **data: Any) -> Mishap:
    return lambda scene, ride: scene.tell(ride.trip, kind, **data)


def _of_one(kind: str, **data: Any) -> Mishap:
    return lambda scene, ride: _leave(scene, ride, kind, **data)


def _later(hours: float) -> Mishap:
    return lambda scene, _: scene.world.clock.advance(hours=hours)


def _nothing(scene: Scene, ride: Ride) -> None:
    """The stage itself is the mishap."""


MISHAPS: dict[str, tuple[tuple[str, Mishap], NeedCode]] = {
    "fog": (("departed", _tell("trip.held_up", reason="合成：雾")), _C.HELD_UP),
    "sent back": (("departed", _tell("trip.turned_back", authority="合成卡口")), _C.TURNED_BACK),
    "gone at a stop": (
        ("departed", _of_one("passenger.missing", last_seen="服务区", reported_to="派出所")),
        _C.MISSING,
    ),
    "fever on the way": (
        ("departed", _of_one("passenger.noted", what="fever", temperature=385)),
        _C.FEVER,
    ),
    "an accident": (
        ("departed", _tell("incident.reported", description="合成：追尾")),
        _C.INCIDENT,
    ),
    "refused at the gate": (("arrived", _of_one("passenger.refused")), _C.NOBODYS_HANDS),
    "moved, not seen there": (("departed", _move), _C.MOVED_NOT_ARRIVED),
    "never left": (("locked", _later(1.5)), _C.SHOULD_HAVE_LEFT),
    "18 hours overdue": (("locked", _later(19)), _C.SHOULD_HAVE_LEFT),
    "not there in time": (("departed", _later(15)), _C.SHOULD_HAVE_ARRIVED),
    "no word": (("departed", _later(3.1)), _C.SILENT),
    "nobody signs": (("arrived", _later(1.1)), _C.NOT_SIGNED),
    "a wrong count": (("boarded", _tell("trip.departed", aboard=9)), _C.COUNT_DIFFERS),
    "got off": (("departed", _of_one("passenger.left", place="服务区")), _C.LEFT),
    "no driver": (("undriven", _nothing), _C.NO_DRIVER),
    "an open list": (("listed", _nothing), _C.NOT_LOCKED),
    "no answer to the filing": (("locked", _file), _C.NOT_ACKNOWLEDGED),
    "held": (("locked", _hold), _C.NOT_TRAVELLING),
    "wants not": (
        ("locked", _of_one("passenger.notified", channel="telephone", outcome="declined")),
        _C.NOT_TRAVELLING,
    ),
    "not told": (("locked", _nothing), _C.NOT_REACHED),
    "late": (
        ("departed", _tell("trip.delayed", expected_at="2020-03-25T03:00:00+08:00")),
        _C.DELAYED,
    ),
    "somebody aboard in no registry": (("departed", _find_stranger), _C.EXCEPTION),
}


def stage(scene: Scene, name: str) -> Ride:
    """A trip that lacks nothing up to there."""
    if name == "undriven":
        return scene.listed(2, driver_ids=[])
    ride: Ride = getattr(scene, name)(2)
    return ride


@pytest.mark.parametrize("name", MISHAPS)
def test_each_mishap_is_found_at_its_trip(scene: Scene, name: str) -> None:
    (stage_name, happens), code = MISHAPS[name]
    ride = stage(scene, stage_name)
    happens(scene, ride)
    rows = scene.ok(scene.coordinator.get("/v1/trips", limit=200))["items"]
    row = next(each for each in rows if each["id"] == str(ride.trip))
    found = {each["code"]: each for each in row["needs"]}
    assert code in found
    assert found[code]["since"] is not None
    assert datetime.fromisoformat(found[code]["since"]) <= scene.now + minutes(1)
    assert str(ride.trip) in board(scene.coordinator, attention=True)
    assert scene.trip(ride.trip)["needs"] == row["needs"]


@pytest.mark.parametrize(("asked", "needs"), [(True, ["not-acknowledged"]), (False, [])])
def test_an_answer_that_is_taken_back_under_a_locked_list(
    scene: Scene, *, asked: bool, needs: list[str]
) -> None:
    """Days before the departure, where the policy asks for it; until it is given again."""
    policy = {"version": "asks", "title": "合成", "filing_acknowledgement_required": asked}
    scene.ok(scene.coordinator.post("/v1/policies", policy | {"valid_from": "2020-01-01"}), 201)
    ride = scene.listed(1, hours=100)
    _file(scene, ride)
    yes = {"channel": "telephone", "person": "合成", "unit": "苏州市人社局", "post": "科员"}
    answered = {**yes, "approved_at": scene.now.isoformat()}
    told = scene.tell(ride.trip, "filing.acknowledged", **answered)
    scene.tell(ride.trip, "manifest.locked")
    assert board(scene.coordinator, attention=True) == {}
    scene.tell(ride.trip, "event.reversed", event_id=told["id"], reason="合成：误报")
    found = {str(ride.trip): needs} if needs else {}
    assert board(scene.coordinator, attention=True) == found
    assert [each["code"] for each in scene.trip(ride.trip)["needs"]] == needs
    scene.tell(ride.trip, "filing.acknowledged", **answered)
    assert board(scene.coordinator, attention=True) == {}


def test_a_quiet_day_needs_nobody(scene: Scene) -> None:
    """The whole way, with everybody told, and at each stage nothing to do."""
    ride = scene.listed(2, hours=20)
    reached = {"channel": "telephone", "outcome": "reached"}
    found = [board(scene.coordinator)[str(ride.trip)]]
    scene.record(
        ride.trip,
        *(scene.event("passenger.notified", passenger_id=p, **reached) for p in ride.passengers),
        scene.event("manifest.locked"),
    )
    scene.world.clock.advance(hours=20.5)
    found.append(board(scene.coordinator)[str(ride.trip)])
    scene.record(
        ride.trip,
        *scene.roll_call(ride.passengers),
        scene.event("trip.departed", aboard=2),
    )
    scene.world.clock.advance(hours=2.9)
    found.append(board(scene.coordinator)[str(ride.trip)])
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, ride.passengers)
    scene.world.clock.advance(hours=5)
    found.append(board(scene.coordinator)[str(ride.trip)])
    scene.tell(ride.trip, "trip.closed")
    found.append(board(scene.coordinator)[str(ride.trip)])
    assert found == [[]] * 5
    assert board(scene.coordinator, attention=True) == {}


def test_needs_go_when_they_are_met(scene: Scene) -> None:
    ride = scene.departed(2)
    first, second = ride.passengers
    report = scene.tell(ride.trip, "incident.reported", description="合成：追尾")
    scene.tell(ride.trip, "passenger.noted", what="fever", passenger_id=first, temperature=385)
    scene.tell(
        ride.trip, "passenger.missing", passenger_id=second, last_seen="车站", reported_to="派出所"
    )
    assert board(scene.coordinator)[str(ride.trip)] == ["fever", "incident", "missing"]
    scene.tell(ride.trip, "incident.settled", incident_id=report["id"], outcome="合成：已处理")
    scene.tell(
        ride.trip,
        "passenger.left",
        end="given_on",
        given_to="health_point",
        passenger_id=first,
        unit="合成医院",
    )
    scene.tell(ride.trip, "passenger.found", passenger_id=second, place="车站")
    assert board(scene.coordinator)[str(ride.trip)] == []


def test_a_closed_trip_shows_what_is_open(scene: Scene) -> None:
    ride = scene.departed(2)
    scene.tell(ride.trip, "incident.reported", description="合成：追尾")
    scene.tell(ride.trip, "passenger.left", passenger_id=ride.passengers[0], place="服务区")
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, ride.passengers[1:])
    scene.tell(ride.trip, "trip.closed")
    assert board(scene.coordinator)[str(ride.trip)] == ["incident"]
