"""A vehicle's seats: found by what is painted on them, and drawn as text without names: who is asked about, who
is within the rule, who is unsure. Pure.
"""

import unicodedata
from collections.abc import Collection, Iterable
from itertools import groupby
from uuid import UUID

from service.contacts.rules.meeting import Rider
from service.fleets.rules import Seat

_NOBODY = "·"
_MARKS = {"asked": ("[", "]"), "within": ("", ""), "aboard": ("(", ")")}


def find_seats(seats: Iterable[Seat], typed: str) -> list[Seat]:
    """Those with this label, as people write it: 5排C座, 5C and ５ｃ are one, 17号 is 17."""
    return [each for each in seats if _read_label(each.label) == _read_label(typed)]


def _read_label(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().translate(_LEFT_OUT)


_LEFT_OUT = str.maketrans(dict.fromkeys("第排座号 "))


def draw_seats(
    seats: Iterable[Seat],
    *,
    asked: Rider | None,
    riders: Iterable[Rider],
    within: Collection[UUID],
) -> str:
    """A line for each row, front to back, with the aisle where a column is missing: `[17]` asked about, `17`
    within the rule, `(17)` aboard only, a question mark where the seat stands in the plan alone, `·` nobody.
    Who changed seats stands on each."""
    listed = sorted(seats, key=lambda each: (each.row, each.column))
    marks: dict[tuple[int | None, int | None], tuple[int, str, bool]] = {}
    for rider in riders:
        kind = "within" if rider.id in within else "aboard"
        if asked is not None and rider.id == asked.id:
            kind = "asked"
        rank = list(_MARKS).index(kind)
        for each in rider.sittings:
            place = (each.row, each.column)
            known = marks.get(place)
            if known is None or rank < known[0]:
                marks[place] = (rank, kind, each.is_sure)
    columns = range(1, max((each.column for each in listed), default=0) + 1)
    width = max((_measure(each.label) for each in listed), default=1) + 3
    lines = []
    for row, group in groupby(listed, key=lambda each: each.row):
        by_column = {each.column: each for each in group}
        cells = [_draw(by_column.get(column), marks) for column in columns]
        lines.append(f"{row:>2} " + "".join(_pad(cell, width) for cell in cells).rstrip())
    return "\n".join(lines)


def _draw(
    seat: Seat | None, marks: dict[tuple[int | None, int | None], tuple[int, str, bool]]
) -> str:
    if seat is None:
        return ""
    found = marks.get((seat.row, seat.column))
    if found is None:
        return _NOBODY
    before, after = _MARKS[found[1]]
    return f"{before}{seat.label}{'' if found[2] else '?'}{after}"


def _pad(text: str, width: int) -> str:
    return text + " " * max(1, width + 1 - _measure(text))


def _measure(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
