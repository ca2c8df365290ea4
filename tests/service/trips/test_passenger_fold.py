"""The passenger's fold over the full product of states and kinds, and in every order."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, Mode, SubjectKind
from schemas.events.specs import EVENT_SPECS
from schemas.trips import PassengerStatus
from service.recording.handlers import Fact, in_order
from service.trips.rules.passenger_states import SILENT, TOLD, TRANSITIONS, irregularity
from service.trips.rules.passengers import PassengerState, step

START = datetime(2020, 3, 24, 0, 0, tzinfo=UTC)
PASSENGER = UUID(int=1)
KINDS = [kind for kind, spec in EVENT_SPECS.items() if spec.subject is SubjectKind.PASSENGER]


def make_fact(kind: EventKind, minute: int = 0, **data: object) -> Fact:
    return Fact(
        id=UUID(int=1000 + minute),
        seq=minute,
        kind=kind,
        at=START + timedelta(minutes=minute),
        unit=timedelta(microseconds=1),
        subject_id=PASSENGER,
        worker_id=UUID(int=2),
        data={"passenger_id": str(PASSENGER), **data},
        decided={"role": "worker"},
        mode=Mode.AFTERWARDS,
        actor_id=UUID(int=3),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", list(PassengerStatus))
def test_every_pair_of_state_and_kind_has_an_answer(
    status: PassengerStatus, kind: EventKind
) -> None:
    data = {"to_trip_id": str(UUID(int=9))} if kind is EventKind.PASSENGER_MOVED else {}
    after = step(PassengerState(PASSENGER, status=status), make_fact(kind, **data))

    if (status, kind) in TRANSITIONS or kind in SILENT:
        assert (after.status, after.raised) == (TRANSITIONS.get((status, kind), status), ())
    else:
        assert after.status is TOLD.get(kind, status)
        fact = (UUID(int=1000), 0)
        assert after.raised == ((irregularity(status, kind), (fact,)),)


FACTS = [
    make_fact(EventKind.PASSENGER_ASSIGNED, 0, seat_row=3, seat_column=1),
    make_fact(EventKind.PASSENGER_CHECKED_IN, 60, identity_shown="card"),
    make_fact(EventKind.PASSENGER_BOARDED, 70),
    make_fact(EventKind.PASSENGER_RECEIVED, 900, party="enterprise"),
]


def test_four_facts_end_in_one_state_in_all_24_orders() -> None:
    ends = {
        reduce(step, in_order(order), PassengerState(PASSENGER)) for order in permutations(FACTS)
    }
    assert len(ends) == 1
    end = ends.pop()
    assert end.status is PassengerStatus.RECEIVED
    assert end.raised == ()
    assert [(stay.row, stay.column, stay.to_at) for stay in end.stays] == [
        (3, 1, START + timedelta(minutes=900))
    ]


def test_a_reversed_fact_is_left_out_of_the_fold() -> None:
    reversal = make_fact(EventKind.EVENT_REVERSED, 80, event_id=str(FACTS[2].id))
    end = reduce(step, in_order([*FACTS[:3], reversal]), PassengerState(PASSENGER))
    assert (end.status, end.boarded_at, end.stays) == (PassengerStatus.CHECKED_IN, None, ())


def test_a_stay_changes_with_the_seat_and_ends_off_the_vehicle() -> None:
    facts = [
        *FACTS[:3],
        make_fact(EventKind.PASSENGER_SEAT_CHANGED, 100, seat_row=9, seat_column=2),
        make_fact(EventKind.PASSENGER_TRANSFERRED, 200, unit="x"),
    ]
    end = reduce(step, facts, PassengerState(PASSENGER))
    minutes = [
        (s.row, (s.from_at - START).seconds // 60, s.to_at and (s.to_at - START).seconds // 60)
        for s in end.stays
    ]
    assert minutes == [(3, 70, 100), (9, 100, 200)]
