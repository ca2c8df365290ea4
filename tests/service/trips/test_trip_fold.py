"""The trip's fold over the full product of states and kinds, and the few places where it is not just
a table.
"""

from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, Mode, SubjectKind
from schemas.events.specs import EVENT_SPECS
from schemas.trips import TripState
from service.recording.handlers import Fact
from service.trips.rules.trip_states import ALLOWED, TOLD, TRANSITIONS, irregularity
from service.trips.rules.trips import Course, step

START = datetime(2020, 3, 24, 0, 0, tzinfo=UTC)
TRIP = UUID(int=1)
KINDS = [
    kind
    for kind, spec in EVENT_SPECS.items()
    if spec.subject is SubjectKind.TRIP and kind is not EventKind.EVENT_REVERSED
]
DATA: dict[EventKind, dict[str, Any]] = {
    EventKind.TRIP_DELAYED: {"expected_at": "2020-03-24T20:00:00+08:00"},
    EventKind.FILING_ACKNOWLEDGED: {"channel": "letter"},
    EventKind.HANDOVER_SIGNED: {"method": "telephone", "passenger_ids": []},
    EventKind.EXCEPTION_EXPLAINED: {"code": "out-of-order"},
}
_K = EventKind


def make_fact(kind: EventKind, minute: int = 0, **data: Any) -> Fact:
    return Fact(
        id=UUID(int=1000 + minute),
        seq=minute,
        kind=kind,
        at=START + timedelta(minutes=minute),
        unit=timedelta(microseconds=1),
        subject_id=TRIP,
        worker_id=None,
        data={**DATA.get(kind, {}), **data},
        decided={},
        mode=Mode.AFTERWARDS,
        actor_id=UUID(int=3),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", list(TripState))
def test_every_pair_of_state_and_kind_has_an_answer(state: TripState, kind: EventKind) -> None:
    filed_at = START if state is TripState.FILED else None
    after = step(Course(TRIP, state=state, filed_at=filed_at), make_fact(kind))
    target = TRANSITIONS.get((state, kind))
    if target is None and state not in ALLOWED.get(kind, frozenset()):
        assert after.raised == ((irregularity(state, kind), ((UUID(int=1000), 0),)),)
        target = None if state is TripState.CLOSED else TOLD.get(kind)
    else:
        assert after.raised == ()
    if kind is _K.MANIFEST_UNLOCKED and target is TripState.FILED:
        target = TripState.READY  # it was never filed
    assert after.state is (target or state)


def course(*facts: Fact) -> Course:
    return reduce(step, facts, Course(TRIP, handover_point_ids=(UUID(int=8), UUID(int=9))))


def test_a_list_is_locked_between_locking_and_unlocking() -> None:
    end = course(
        make_fact(_K.MANIFEST_LOCKED, 10),
        make_fact(_K.MANIFEST_UNLOCKED, 20),
        make_fact(_K.MANIFEST_LOCKED, 30),
    )
    moments = {
        minute: end.locked_about(START + timedelta(minutes=minute)) for minute in range(0, 50, 5)
    }
    assert moments == {m: 10 <= m < 20 or m >= 30 for m in range(0, 50, 5)}


def test_arrived_is_the_first_time_that_all_points_were_reached() -> None:
    first, last = {"point_id": str(UUID(int=8))}, {"point_id": str(UUID(int=9))}
    end = course(
        make_fact(_K.TRIP_DEPARTED, 0),
        make_fact(_K.TRIP_ARRIVED, 10, **first),
        make_fact(_K.TRIP_ARRIVED, 20, **last),
        make_fact(_K.TRIP_ARRIVED, 30, **last),
        make_fact(_K.TRIP_ARRIVED, 40, **first),
    )
    assert end.arrived_at == START + timedelta(minutes=20)
    assert end.state is TripState.ARRIVED
    assert dict(end.arrivals) == {
        UUID(int=8): START + timedelta(minutes=10),
        UUID(int=9): START + timedelta(minutes=20),
    }


@pytest.mark.parametrize(
    ("kinds", "over"),
    [
        ([_K.TRIP_DEPARTED], None),
        ([_K.TRIP_DEPARTED, _K.TRIP_ARRIVED], 1),
        ([_K.TRIP_DEPARTED, _K.TRIP_ARRIVED, _K.TRIP_TURNED_BACK], None),
        ([_K.TRIP_DEPARTED, _K.TRIP_TURNED_BACK, _K.TRIP_RETURNED], 2),
        ([_K.TRIP_DEPARTED, _K.TRIP_RETURNED], 1),
        ([_K.TRIP_CANCELLED], 0),
    ],
)
def test_when_the_escorts_work_is_over(kinds: list[EventKind], over: int | None) -> None:
    end = course(*[make_fact(kind, minute) for minute, kind in enumerate(kinds)])
    assert end.over_at == (START + timedelta(minutes=over) if over is not None else None)
