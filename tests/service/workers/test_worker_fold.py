"""The fold of a worker's own events: no order of arrival changes the end, and it never raises."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, Mode
from service.recording.handlers import Fact, in_order
from service.recording.order import BEGINNINGS, Last
from service.workers.rules import HoldTime, WorkerState, fold, step

WORKER, FIRST, SECOND = UUID(int=1), UUID(int=11), UUID(int=12)
START = datetime(2020, 3, 24, tzinfo=UTC)


def _fact(kind: EventKind, *, minute: int, **data: Any) -> Fact:
    public = {name: str(value) for name, value in data.items()}
    return Fact(
        id=UUID(int=100 + minute),
        seq=minute,
        kind=kind,
        at=START + timedelta(minutes=minute),
        unit=timedelta(microseconds=1),
        subject_id=WORKER,
        worker_id=WORKER,
        data=public,
        decided={},
        mode=Mode.AFTERWARDS,
        actor_id=UUID(int=9),
    )


_CHANGED = EventKind.WORKER_TRAVEL_CHANGED
HELD = _fact(_CHANGED, minute=1, hold_id=FIRST, action="held")
RELEASED = _fact(_CHANGED, minute=2, hold_id=FIRST, action="released")
RELEASED_BEFORE = _fact(_CHANGED, minute=0, hold_id=FIRST, action="released")
HELD_AGAIN = _fact(_CHANGED, minute=3, hold_id=SECOND, action="held")
HELD_BEFORE = _fact(EventKind.WORKER_HELD, minute=1, hold_id=FIRST)
RELEASED_IN_OLD_KIND = _fact(EventKind.WORKER_HOLD_RELEASED, minute=2, hold_id=FIRST)
WITHDRAWN = _fact(EventKind.WORKER_WITHDRAWN, minute=4)
OTHER = _fact(EventKind.INCIDENT_REPORTED, minute=5)


def _reversal(of: Fact, *, minute: int = 9) -> Fact:
    return _fact(EventKind.EVENT_REVERSED, minute=minute, event_id=of.id)


STORIES: dict[str, tuple[list[Fact], set[UUID], bool, datetime | None]] = {
    "nothing": ([], set(), False, None),
    "held": ([HELD], {FIRST}, False, HELD.at),
    "held, told in the kind of before": ([HELD_BEFORE], {FIRST}, False, HELD.at),
    "held in the old kind, released in the new": (
        [HELD_BEFORE, RELEASED],
        set(),
        False,
        RELEASED.at,
    ),
    "held in the new kind, released in the old": (
        [HELD, RELEASED_IN_OLD_KIND],
        set(),
        False,
        RELEASED.at,
    ),
    "held and released": ([HELD, RELEASED], set(), False, RELEASED.at),
    "released by a clock that was behind": ([HELD, RELEASED_BEFORE], set(), False, HELD.at),
    "held twice, released once": (
        [HELD, RELEASED, HELD_AGAIN, WITHDRAWN],
        {SECOND},
        True,
        WITHDRAWN.at,
    ),
    "the release was wrong": ([HELD, RELEASED, _reversal(RELEASED)], {FIRST}, False, HELD.at),
    "the hold was wrong": (
        [HELD, HELD_AGAIN, _reversal(HELD), OTHER],
        {SECOND},
        False,
        OTHER.at,
    ),
    "nothing is left": ([WITHDRAWN, _reversal(WITHDRAWN)], set(), False, None),
}


@pytest.mark.parametrize(("facts", "holds", "withdrawn", "last"), STORIES.values(), ids=STORIES)
def test_every_order_of_arrival_ends_the_same(
    *, facts: list[Fact], holds: set[UUID], withdrawn: bool, last: datetime | None
) -> None:
    ends = {fold(WORKER, in_order(order)) for order in permutations(facts)}
    assert len(ends) == 1
    (end,) = ends
    assert (set(end.holds), end.withdrawn) == (holds, withdrawn)
    assert (end.last.at if end.last else None) == last


def test_even_unsorted_steps_end_the_same() -> None:
    facts = [HELD, RELEASED_BEFORE, HELD_AGAIN, WITHDRAWN]
    ends = {reduce(step, order, WorkerState(WORKER)) for order in permutations(facts)}
    released = frozenset({HoldTime(FIRST, RELEASED_BEFORE.at)})
    held = frozenset({HoldTime(FIRST, HELD.at), HoldTime(SECOND, HELD_AGAIN.at)})
    last = Last(WITHDRAWN.at, WITHDRAWN.at + WITHDRAWN.unit)
    assert ends == {WorkerState(WORKER, held, released, withdrawn=True, last=last)}


def test_holds_at_a_moment() -> None:
    state = fold(WORKER, in_order([HELD, RELEASED, HELD_AGAIN]))
    moments = {
        minute: set(state.holds_at(START + timedelta(minutes=minute))) for minute in range(5)
    }
    assert moments == {0: set(), 1: {FIRST}, 2: set(), 3: {SECOND}, 4: {SECOND}}


@pytest.mark.parametrize("kind", EventKind)
def test_no_kind_of_event_breaks_the_fold(kind: EventKind) -> None:
    bare = _fact(kind, minute=7)
    state = step(WorkerState(WORKER), bare)
    silent = kind in {EventKind.EVENT_REVERSED, EventKind.WORKER_CHANGED, *BEGINNINGS}
    silent |= kind is EventKind.WORKER_HEALTH_NOTED
    expected = None if silent else Last(bare.at, bare.at + bare.unit)
    assert (state.holds, state.last) == (frozenset(), expected)
