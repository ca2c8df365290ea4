"""The one order of facts: the same from every order of arrival, never by an id or by a sequence first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, Mode
from service.recording.order import (
    KIND_ORDER,
    find_contradictions,
    sort_facts,
    told_unit,
)

_K = EventKind
START: Final = datetime(2020, 3, 24, 5, 0, tzinfo=UTC)
OTHER: Final = {"reading": 2}


class Told(NamedTuple):
    """`at`: seconds after five o'clock."""

    kind: EventKind
    seconds: float
    id: UUID = UUID(int=1)
    device: str | None = None
    device_sequence: int | None = None
    data: dict[str, Any] = {}  # noqa: RUF012  a NamedTuple's default
    mode: Mode = Mode.AFTERWARDS

    @property
    def at(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    @property
    def unit(self) -> timedelta:
        return told_unit(self.at, kind=self.kind, mode=self.mode)

    @property
    def decided(self) -> dict[str, Any]:
        return {}


CHECKED, BOARDED, LEFT = _K.PASSENGER_CHECKED_IN, _K.PASSENGER_BOARDED, _K.PASSENGER_LEFT
ORDERS: dict[str, Sequence[Told]] = {
    "told in minutes, before the first of a later kind": [
        Told(BOARDED, 300),
        Told(LEFT, 320.5),
        Told(CHECKED, 340.5),
    ],
    "told in minutes, after what is of an earlier kind": [Told(CHECKED, 340.5), Told(BOARDED, 300)],
    "told in seconds": [Told(CHECKED, 301.4), Told(BOARDED, 301), Told(LEFT, 301.9)],
    "a minute ends": [Told(BOARDED, 300), Told(CHECKED, 360.5)],
    "one exact moment, by kind": [Told(CHECKED, 0.25), Told(BOARDED, 0.25), Told(LEFT, 0.25)],
    "one minute, by kind": [Told(CHECKED, 60), Told(BOARDED, 60), Told(LEFT, 60)],
    "of one kind, by device and sequence": [
        Told(BOARDED, 0.25, device="a", device_sequence=None),
        Told(BOARDED, 0.25, device="a", device_sequence=2),
        Told(BOARDED, 0.25, device="a", device_sequence=9),
        Told(BOARDED, 0.25, device="b", device_sequence=1),
    ],
    "a sequence never outranks a moment": [
        Told(BOARDED, 0.25, device="a", device_sequence=9),
        Told(CHECKED, 0.5, device="a", device_sequence=1),
    ],
    "no sequence is not 0": [
        Told(BOARDED, 0.25, device="a"),
        Told(BOARDED, 0.25, device="a", device_sequence=0),
    ],
    "beginnings first, whatever their clock": [
        Told(_K.PASSENGER_ASSIGNED, 600.5),
        Told(BOARDED, 0.25),
    ],
    "a live decision is exact": [
        Told(_K.PASSENGER_SEAT_CHANGED, 300, mode=Mode.LIVE),
        Told(BOARDED, 300.5),
        Told(_K.PASSENGER_UNASSIGNED, 360, mode=Mode.LIVE),
    ],
    "among exact ones, after those of its own kind": [
        Told(CHECKED, 330.5),
        Told(BOARDED, 345.5),
        Told(BOARDED, 300),
        Told(LEFT, 351.5),
    ],
}


@pytest.mark.parametrize("name", ORDERS)
def test_every_order_of_arrival_and_all_ids_give_one_order(name: str) -> None:
    wanted = ORDERS[name]
    for arrival in permutations(range(len(wanted))):
        for ids in permutations(range(1, len(wanted) + 1)):
            told = [wanted[n]._replace(id=UUID(int=ids[n])) for n in arrival]
            bare = [each._replace(id=UUID(int=1)) for each in sort_facts(told)]
            assert bare == list(wanted)


def test_of_one_device_and_moment_the_content_decides() -> None:
    """Two readings without a sequence: the same one is last whatever came first, whatever the ids."""
    ends = set()
    for ids in permutations((1, 2)):
        one = Told(_K.PASSENGER_FEVER_FOUND, 0.25, id=UUID(int=ids[0]), data={"reading": 1})
        two = Told(_K.PASSENGER_FEVER_FOUND, 0.25, id=UUID(int=ids[1]), data=OTHER)
        ends |= {sort_facts(order)[-1].data["reading"] for order in permutations((one, two))}
    assert len(ends) == 1


def test_every_kind_has_one_place() -> None:
    assert sorted(KIND_ORDER) == sorted(EventKind)


CONTRADICTIONS: dict[str, tuple[Told, bool]] = {
    "another reading": (Told(BOARDED, 60, device="b", data=OTHER), True),
    "the same reading": (Told(BOARDED, 60, device="b"), False),
    "the same device": (Told(BOARDED, 60, device="a", data=OTHER), False),
    "no device": (Told(BOARDED, 60, data=OTHER), False),
    "another moment": (Told(BOARDED, 60.5, device="b", data=OTHER), False),
    "another kind": (Told(LEFT, 60, device="b", data=OTHER), False),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_contradicts(name: str) -> None:
    other, wanted = CONTRADICTIONS[name]
    one, two = Told(BOARDED, 60, device="a"), other._replace(id=UUID(int=2))
    expected = {one.id: (two.id,), two.id: (one.id,)} if wanted else {}
    assert find_contradictions([one, two]) == find_contradictions([two, one]) == expected
