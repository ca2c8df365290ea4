"""Digests and derived columns of a worker."""

from datetime import date
from typing import Any

import pytest

from service.registry.columns import (
    WorkerIndex,
    derive_columns,
    find_sixteenth_birthday,
    is_reachable,
)
from service.vault.vault import BlindIndex
from tests.factories import make_id_number
from tests.registry import make_values

INDEX = WorkerIndex(BlindIndex(bytes(32)), "211221")


@pytest.mark.parametrize(
    ("birth", "sixteen_on"),
    [
        ("2002-03-24", None),  # 18 on the day
        ("2002-03-25", date(2018, 3, 25)),
        ("2004-02-29", date(2020, 2, 29)),
        ("2010-01-01", date(2026, 1, 1)),
        ("1978-05-12", None),
    ],
)
def test_the_sixteenth_birthday_is_kept_only_of_the_young(
    birth: str, sixteen_on: date | None
) -> None:
    number = make_id_number(birth=birth)
    assert find_sixteenth_birthday(number, entered_on=date(2020, 3, 24)) == sixteen_on


@pytest.mark.parametrize(
    ("values", "reachable"),
    [
        ({"phone": "15400000001"}, True),
        ({"other_phones": ["024-74840000"]}, True),
        ({"emergency_phone": "15400000002"}, True),
        ({"emergency_phone": "15400000002、024-74840000"}, True),
        ({"emergency_phone": "找村主任"}, False),
        ({"phone_text": "同上"}, False),
        ({}, False),
    ],
)
def test_reachable(values: dict[str, Any], reachable: bool) -> None:  # noqa: FBT001 (a table)
    assert is_reachable(values) is reachable


def test_a_family_shares_a_household() -> None:
    mother = make_values(1, emergency_phone="15400009999")
    father = make_values(2, emergency_phone="15400009999、024-74840000")
    stranger = make_values(3, emergency_phone="15400008888")
    alone = make_values(4)
    child = make_values(5, guardian_id=alone["id_number"])
    keys = [INDEX.household(each) for each in (mother, father, stranger, alone, child)]
    assert keys[0] == keys[1]
    assert keys[3] == keys[4]
    assert len(set(keys)) == 3


def test_spellings_of_one_employer_share_a_key() -> None:
    keys = {
        INDEX.employer(text) for text in ("合成电子(苏州)有限公司", "合成电子 （苏州） 有限公司")
    }
    assert len(keys) == 1
    assert INDEX.employer("合成电子有限公司") not in keys


def test_digests_of_another_county_differ() -> None:
    values = make_values(1)
    other = WorkerIndex(BlindIndex(bytes(32)), "211223")
    ours, theirs = (
        derive_columns(values, township_code="211221105", index=index, entered_on=date(2020, 3, 24))
        for index in (INDEX, other)
    )
    digests = [name for name in ours if name.endswith(("_index", "_key")) and ours[name]]
    assert len(digests) == 6
    assert [name for name in digests if ours[name] == theirs[name]] == []
