"""Who sits where: in the order asked, employers, villages and families together."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from service.trips.rules.seating import seating_order


@dataclass(frozen=True)
class Somebody:
    id: UUID
    household_key: str | None = None
    employer_key: str | None = None
    village_key: str | None = None


def somebody(number: int, *, home: str = "", firm: str = "", village: str = "") -> Somebody:
    return Somebody(UUID(int=number), home or None, firm or None, village or None)


@pytest.mark.parametrize(
    ("people", "order"),
    [
        ([], []),
        ([somebody(2), somebody(1), somebody(3)], [2, 1, 3]),
        ([somebody(1, firm="a"), somebody(2, firm="b"), somebody(3, firm="a")], [1, 3, 2]),
        (
            [
                somebody(1, firm="a", village="x"),
                somebody(2, firm="a", village="y"),
                somebody(3, firm="a", village="x"),
            ],
            [1, 3, 2],
        ),
        (
            [somebody(1, home="h"), somebody(2, home="g"), somebody(3, home="h")],
            [1, 3, 2],
        ),
        # A child without an employer sits beside the mother who has one.
        (
            [
                somebody(1, firm="a", village="x"),
                somebody(2, firm="a", village="x", home="h"),
                somebody(3, firm="b", village="x"),
                somebody(4, village="x", home="h"),
            ],
            [1, 2, 4, 3],
        ),
    ],
)
def test_seating_order(people: list[Somebody], order: list[int]) -> None:
    assert seating_order(people) == [UUID(int=each) for each in order]
