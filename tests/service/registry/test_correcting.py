"""What a correction by hand makes of what is stored, and what later rosters make of the correction."""

from datetime import date
from typing import Any

import pytest

from schemas.workers import Feed
from service.registry.merging import Source, correct, merge

HOME = "211221105"
DAY = date(2020, 3, 24)
EARLIER, LATER = date(2020, 3, 20), date(2020, 3, 30)

CASES: dict[str, tuple[Any, ...]] = {
    # name: stored, origins, given, values after, origins after, changed
    "the township's value": (
        {"phone": "1"}, {}, {"phone": "2"}, {"phone": "2"}, {"phone": "1@2020-03-24"}, ("phone",),
    ),
    "an enterprise's value": (
        {"employer": "厂"}, {"employer": "0@2020-03-30"}, {"employer": "店"},
        {"employer": "店"}, {"employer": "1@2020-03-24"}, ("employer",),
    ),
    "the worker's own word": (
        {"phone": "1"}, {"phone": "2@2020-03-20"}, {"phone": "2"},
        {"phone": "2"}, {"phone": "2@2020-03-24"}, ("phone",),
    ),
    "the worker's word of a later day keeps its day": (
        {"phone": "1"}, {"phone": "2@2020-03-30"}, {"phone": "2"},
        {"phone": "2"}, {"phone": "2@2020-03-30"}, ("phone",),
    ),
    "a gap": ({}, {}, {"village": "东兴村"}, {"village": "东兴村"},
              {"village": "1@2020-03-24"}, ("village",)),
    "emptied": ({"phone": "1"}, {}, {"phone": None}, {}, {"phone": "1@2020-03-24"}, ("phone",)),
    "a gap emptied": ({}, {}, {"phone": None}, {}, {}, ()),
    "said as it stands": (
        {"phone": "1"}, {"phone": "0@2020-03-01"}, {"phone": "1"},
        {"phone": "1"}, {"phone": "0@2020-03-01"}, (),
    ),
    "one cell together": (
        {"departure_text": "待定"}, {}, {"departure_date": "2020-03-28"},
        {"departure_date": "2020-03-28"}, {"departure_date": "1@2020-03-24"},
        ("departure_date", "departure_text"),
    ),
    "a cell emptied": (
        {"destination": "苏州", "destination_code": "320500"}, {}, {"destination": None},
        {}, {"destination": "1@2020-03-24"}, ("destination", "destination_code"),
    ),
    "others stay": (
        {"phone": "1", "village": "甲村"}, {"village": "0@2020-03-01"}, {"phone": "2"},
        {"phone": "2", "village": "甲村"},
        {"phone": "1@2020-03-24", "village": "0@2020-03-01"}, ("phone",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_correct(case: tuple[Any, ...]) -> None:
    stored, origins, given, *after = case
    corrected = correct(stored, origins, given=given, on=DAY)
    assert [corrected.values, corrected.origins, corrected.changed] == after
    again = correct(corrected.values, corrected.origins, given=given, on=LATER)
    assert (again.values, again.origins, again.changed) == (
        corrected.values, corrected.origins, (),
    )  # fmt: skip


AT_HOME, ELSEWHERE = Source(Feed.TOWNSHIP, HOME, DAY), Source(Feed.TOWNSHIP, "211221101", LATER)
SIGN_UP = Source(Feed.OWN, "", DAY)
# What the phone is after the correction of a value of this origin, and then this source saying 3.
LATER_STATEMENTS = [
    (None, AT_HOME._replace(as_of=EARLIER), "2"),
    (None, AT_HOME, "3"),
    (None, AT_HOME._replace(as_of=LATER), "3"),
    (None, ELSEWHERE, "2"),
    (None, Source(Feed.ENTERPRISE, "", LATER), "2"),
    (None, SIGN_UP._replace(as_of=EARLIER), "3"),
    ("2@2020-03-01", AT_HOME._replace(as_of=LATER), "2"),
    ("2@2020-03-01", SIGN_UP._replace(as_of=EARLIER), "2"),
    ("2@2020-03-01", SIGN_UP, "3"),
]


@pytest.mark.parametrize(("origin", "source", "expected"), LATER_STATEMENTS)
@pytest.mark.parametrize("said", ["2", None])
def test_what_is_said_afterwards(
    origin: str | None, source: Source, expected: str, said: str | None
) -> None:
    """The same for a correction that empties: what does not win over it does not fill it either."""
    origins = {"phone": origin} if origin else {}
    corrected = correct({"phone": "1"}, origins, given={"phone": said}, on=DAY)
    merged = merge(
        corrected.values,
        corrected.origins,
        incoming={"phone": "3"},
        source=source,
        residence=HOME,
    )
    assert merged.values.get("phone") == ("3" if expected == "3" else said)
    if expected == "3" and source.feed is Feed.TOWNSHIP:
        assert merged.origins == {}
