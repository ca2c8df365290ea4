"""What needs several subjects is judged once for a group: the exceptions of one subject are found alone as they
are found with all, and nothing that judging or a trip's row reads is taken for unchanged."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, Mode
from service.recording.commands import trip_stream
from service.recording.handlers import Fact, Workspace
from service.trips.events.aggregate import TripAggregate, see_outside
from service.trips.queries.states import COUNTED, derived_trip
from service.trips.rules.judging import find_of, judge
from service.trips.rules.overview import Plan, Point, TripView
from service.trips.rules.passengers import NOT_JUDGED, PassengerState
from service.trips.rules.trips import Course
from service.vault.vault import BlindIndex
from tests.factories import START

_K = EventKind
TRIP, PEOPLE, POINT = UUID(int=1), [UUID(int=10 + each) for each in range(6)], UUID(int=5)
OF_TRIP = (
    _K.MANIFEST_LOCKED,
    _K.TRIP_DEPARTED,
    _K.TRIP_ARRIVED,
    _K.HANDOVER_SIGNED,
    _K.TRIP_CLOSED,
)
OF_PEOPLE = (
    *(_K.PASSENGER_ASSIGNED, _K.PASSENGER_NOTIFIED, _K.PASSENGER_CHECKED_IN, _K.PASSENGER_BOARDED),
    *(_K.PASSENGER_SEAT_CHANGED, _K.PASSENGER_FOUND_ABOARD, _K.PASSENGER_LEFT, _K.PASSENGER_FOUND),
    *(_K.PASSENGER_RECEIVED, _K.PASSENGER_REFUSED, _K.PASSENGER_MISSING, _K.PASSENGER_NO_SHOW),
)
SEEDS = range(40)


def tell(dice: random.Random, number: int) -> Fact:
    """Any fact, fitting or not, a few minutes after the one before."""
    about_trip = dice.random() < 0.2
    who = TRIP if about_trip else dice.choice(PEOPLE)
    seat = {"seat_row": dice.randint(1, 3), "seat_column": 1} if dice.random() < 0.6 else {}
    data: dict[str, Any] = {
        **seat,
        "passenger_id": str(who),
        "aboard": dice.randint(0, 4),
        "point_id": str(POINT),
        "party": "enterprise",
        "role": "worker",
        "passenger_ids": [str(dice.choice(PEOPLE))],
        "next_holder": dice.choice(["escort", "township"]),
        "method": "code",
    }
    return Fact(
        id=UUID(int=1000 + number),
        seq=number + 1,
        kind=dice.choice(OF_TRIP if about_trip else OF_PEOPLE),
        at=START + timedelta(minutes=3 * number),
        unit=timedelta(microseconds=1),
        subject_id=who,
        worker_id=UUID(int=50 + who.int),
        data=data,
        decided={"receipts": {}, "stand_by": dice.random() < 0.1, "places": 2, "list_version": 0},
        mode=Mode.AFTERWARDS,
        actor_id=UUID(int=2),
    )


def empty_view() -> TripView:
    point = Point(POINT, "handover", 1, "厂门", None, None, "320500")
    plan = Plan(
        *(UUID(int=3), "T-1", "211221", "320500", None, None, None, frozenset(), (point,), False),
        *("ordinary", 1),
    )
    return TripView(TRIP, plan, Course(TRIP, places=2), {})


def tell_story(seed: int, number: int = 40) -> Iterator[tuple[TripView, TripView]]:
    """The view judged once at the end, beside the one that is judged after each fact."""
    dice, late, step = random.Random(seed), empty_view(), TripAggregate().step
    at_once = late
    for each in range(number):
        fact = tell(dice, each)
        late, at_once = step(late, fact), step(at_once, fact)
        at_once = at_once if at_once.judged else judge(at_once)
        yield late, at_once


def show(view: TripView) -> dict[UUID, list[str]]:
    found = {view.id: find_of(view, view.id)}
    found |= {each: find_of(view, each) for each in view.passengers}
    return {key: sorted(str(each) for each in value) for key, value in found.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_judged_at_the_end_as_after_each_fact(seed: int) -> None:
    for late, at_once in tell_story(seed):
        assert show(late) == show(at_once)
        assert judge(late) == at_once


def test_a_decision_that_asks_twice_has_the_trip_judged_once() -> None:
    *_, (view, _) = tell_story(0)
    assert not view.judged
    workspace = Workspace(BlindIndex(bytes(32)), START)
    workspace.states[trip_stream(TRIP)] = view
    seen = see_outside(workspace, view).view
    assert seen.judged
    assert see_outside(workspace, view).view is seen
    assert workspace.get_state(trip_stream(TRIP), TripView) is seen


def test_the_stories_are_worth_judging() -> None:
    """They hold exceptions of every kind that is judged here and can be told of six people."""
    codes = {
        str(finding.code)
        for seed in SEEDS
        for _, view in tell_story(seed)
        for finding in view.findings()
    }
    assert codes >= {
        "boarded-after-departure",
        "count-differs",
        "departed-empty",
        "manifest-not-locked",
        "open-after-closing",
        "over-capacity",
        "received-before-arrival",
        "seat-taken",
        "signed-not-received",
    }


# --- what is read ---------------------------------------------------------------------------------
_FIELDS = frozenset(each.name for each in fields(PassengerState))


def watch(view: TripView, read: set[str], *, judged: bool = False) -> TripView:
    """The view with passengers who note which of their fields are read."""

    class Watched(PassengerState):
        def __getattribute__(self, name: str) -> Any:
            if name in _FIELDS:
                read.add(name)
            return super().__getattribute__(name)

    def copy(state: PassengerState) -> PassengerState:
        watched = object.__new__(Watched)
        watched.__dict__.update(state.__dict__)
        return watched

    people = {key: copy(each) for key, each in view.passengers.items()}
    return TripView(view.id, view.plan, view.course, people, judged)


def views() -> Iterable[TripView]:
    return (view for seed in SEEDS for _, view in tell_story(seed))


def test_judging_reads_nothing_that_counts_as_unchanged() -> None:
    read: set[str] = set()
    for view in views():
        watched = watch(view, read)
        judge(watched)
        for each in watched.passengers:
            find_of(watched, each)
    assert read & NOT_JUDGED <= {"judged", "seat_held", "raised"}, "results, which are compared"
    assert read >= {
        "boarded_at",
        "found",
        "next_holder",
        "place_given",
        "seat_row",
        "status",
        "stays",
    }


def test_a_trips_row_reads_of_passengers_what_is_compared() -> None:
    read: set[str] = set()
    for view in views():
        derived_trip(watch(view, read, judged=True))
    assert read <= {*COUNTED, "id", "worker_id"}
    assert read >= {"status", "place_given", "raised", "judged", "list_version", "carried"}
