"""Whom we believe about a worker: tables of what is stored, what comes in, and what then holds."""

from datetime import date
from typing import Any

import pytest

from schemas.workers import Feed
from service.registry.merging import Source, merge

HOME, ELSEWHERE = "211221105", "211221101"
MARCH_1, MARCH_9 = date(2020, 3, 1), date(2020, 3, 9)
OWN = Source(Feed.OWN, "", MARCH_1)
TOWNSHIP = Source(Feed.TOWNSHIP, HOME, MARCH_9)
OTHER_TOWNSHIP = Source(Feed.TOWNSHIP, ELSEWHERE, MARCH_9)
ENTERPRISE = Source(Feed.ENTERPRISE, "", MARCH_9)

CASES: dict[str, tuple[Any, ...]] = {
    # name: stored, origins, incoming, source, values after, origins after, changed
    "first statement": ({}, {}, {"phone": "1"}, TOWNSHIP, {"phone": "1"}, {}, ("phone",)),
    "first from an enterprise": (
        {}, {}, {"phone": "1"}, ENTERPRISE, {"phone": "1"}, {"phone": "0@2020-03-09"}, ("phone",),
    ),
    "an empty cell never erases": (
        {"phone": "1", "village": "东兴村"}, {}, {"phone": "1"}, TOWNSHIP,
        {"phone": "1", "village": "东兴村"}, {}, (),
    ),
    "the newest of one source": (
        {"phone": "1"}, {}, {"phone": "2"}, TOWNSHIP, {"phone": "2"}, {}, ("phone",),
    ),
    "an enterprise does not correct the township": (
        {"phone": "1"}, {}, {"phone": "2"}, ENTERPRISE, {"phone": "1"}, {}, (),
    ),
    "an enterprise fills a gap": (
        {"phone": "1"}, {}, {"phone": "2", "employer": "厂"}, ENTERPRISE,
        {"phone": "1", "employer": "厂"}, {"employer": "0@2020-03-09"}, ("employer",),
    ),
    "the township corrects an enterprise": (
        {"employer": "厂"}, {"employer": "0@2020-03-09"}, {"employer": "店"},
        Source(Feed.TOWNSHIP, HOME, MARCH_1), {"employer": "店"}, {}, ("employer",),
    ),
    "another township is believed no more than an enterprise": (
        {"phone": "1"}, {}, {"phone": "2", "village": "甲村"}, OTHER_TOWNSHIP,
        {"phone": "1", "village": "甲村"}, {"village": "0@2020-03-09"}, ("village",),
    ),
    "of two enterprises the newest": (
        {"employer": "厂"}, {"employer": "0@2020-03-01"}, {"employer": "店"}, ENTERPRISE,
        {"employer": "店"}, {"employer": "0@2020-03-09"}, ("employer",),
    ),
    "of two enterprises not the older": (
        {"employer": "厂"}, {"employer": "0@2020-03-09"}, {"employer": "店"},
        Source(Feed.ENTERPRISE, "", MARCH_1), {"employer": "厂"}, {"employer": "0@2020-03-09"}, (),
    ),
    "the own sign-up stands over all": (
        {"phone": "1"}, {}, {"phone": "2"}, OWN, {"phone": "2"}, {"phone": "2@2020-03-01"},
        ("phone",),
    ),
    "the township does not correct the own sign-up": (
        {"phone": "2"}, {"phone": "2@2020-03-01"}, {"phone": "3"}, TOWNSHIP,
        {"phone": "2"}, {"phone": "2@2020-03-01"}, (),
    ),
    "one cell is one statement": (
        {"destination": "苏州", "destination_code": "320500"}, {}, {"destination": "老张那儿"},
        TOWNSHIP, {"destination": "老张那儿"}, {}, ("destination", "destination_code"),
    ),
    "a date takes the place of a text": (
        {"departure_text": "待定"}, {}, {"departure_date": "2020-03-26"}, TOWNSHIP,
        {"departure_date": "2020-03-26"}, {}, ("departure_date", "departure_text"),
    ),
    "a landline does not erase a mobile": (
        {"phone": "1"}, {}, {"other_phones": ["024-1"]}, TOWNSHIP,
        {"phone": "1", "other_phones": ["024-1"]}, {}, ("other_phones",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_merge(case: tuple[Any, ...]) -> None:
    stored, origins, incoming, source, values, origins_after, changed = case
    merged = merge(stored, origins, incoming=incoming, source=source, residence=HOME)
    assert (merged.values, merged.origins, merged.changed) == (values, origins_after, changed)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_merging_again_changes_nothing(case: tuple[Any, ...]) -> None:
    stored, origins, incoming, source, *_ = case
    once = merge(stored, origins, incoming=incoming, source=source, residence=HOME)
    again = merge(once.values, once.origins, incoming=incoming, source=source, residence=HOME)
    assert (again.values, again.origins, again.changed) == (once.values, once.origins, ())
