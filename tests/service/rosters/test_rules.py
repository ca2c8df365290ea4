"""Receipts, and the root over the rows of a chunk."""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table

from service.demand.queries import DEMAND
from service.ledger.bodies import encode_canonical
from service.registry.queries import WORKER
from service.rosters.queries.imports import BEFORE, WORKER_SOURCE
from service.rosters.rules.imports import Before, Leaf, hash_leaf, make_receipt, make_root
from service.rosters.rules.rows import (
    WORKER_COLUMNS,
    StagedRow,
    StoredDemand,
    encode_rows,
)
from service.stranded.queries import STRANDED, StrandedRow

_ID = UUID("01710a3e-2400-7000-8000-000000000001")
_DOMAIN = b"fangang/roster-row/1\0"


_FIRST = Leaf(
    county_code="211221",
    import_id=_ID,
    chunk=0,
    place=0,
    worker_id=_ID,
    feed="township",
    township_code="211221105",
    as_of=date(2020, 3, 24),
    sheet=0,
    row_number=4,
    outcome="new",
    code=None,
    content_mac=bytes(32),
    worker_version=1,
)


def _leaf(place: int, **changed: Any) -> Leaf:
    return _FIRST._replace(**{"place": place, "row_number": place + 4, **changed})


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + _DOMAIN + left + right).digest()


def test_the_root_pairs_from_the_left() -> None:
    one, two, three, four, five = (hash_leaf(_leaf(place)) for place in range(5))
    rows = [_leaf(place) for place in range(5)]
    pairs = _node(_node(one, two), _node(three, four))
    assert make_root(rows[:1]) == one.hex()
    assert make_root(rows[:3]) == _node(_node(one, two), three).hex()
    assert make_root(rows) == _node(pairs, five).hex()


@pytest.mark.parametrize(
    "changed",
    [
        {"worker_id": None},
        {"township_code": None},
        {"as_of": date(2020, 3, 25)},
        {"row_number": 9},
        {"outcome": "conflict"},
        {"code": "older-source"},
        {"content_mac": bytes(31) + b"\x01"},
    ],
)
def test_every_column_is_under_the_root(changed: dict[str, Any]) -> None:
    assert make_root([_leaf(0, **changed), _leaf(1)]) != make_root([_leaf(0), _leaf(1)])


def test_a_leaf_is_the_hash_of_the_canonical_form() -> None:
    for worker_id in (_ID, None):
        content = {
            "import": str(_ID),
            "chunk": 0,
            "place": 7,
            "worker": worker_id and str(worker_id),
            "feed": "township",
            "township": "211221105",
            "as_of": "2020-03-24",
            "sheet": 0,
            "row": 11,
            "outcome": "new",
            "code": None,
            "content_mac": "00" * 32,
        }
        leaf = hashlib.sha256(b"\x00" + _DOMAIN + encode_canonical(content)).digest()
        assert hash_leaf(_leaf(7, worker_id=worker_id)) == leaf


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text()), max_size=4))
def test_staged_rows_have_one_text(record: dict[str, Any]) -> None:
    """The one that the standard library gives with sorted keys: digests of it are stored."""
    rows = [StagedRow(0, 4, dict(sorted(record.items())))]
    plain = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert encode_rows(rows) == plain


def test_a_receipt_is_short_and_the_next_one_is_another() -> None:
    first = make_receipt(_ID, day=date(2020, 3, 24), taken=())
    assert first[:11] == "R-20200324-"
    assert len(first) == 15
    assert make_receipt(_ID, day=date(2020, 3, 24), taken={first})[:15] == first
    assert len(make_receipt(_ID, day=date(2020, 3, 24), taken={first})) == 16


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (WORKER, WORKER_COLUMNS),
        (DEMAND, tuple(StoredDemand.__slots__)),
        (WORKER_SOURCE, tuple(_FIRST.columns)),
        (BEFORE, Before._fields),
        (STRANDED, StrandedRow._fields),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_rows_are_whole(table: Table, names: tuple[str, ...]) -> None:
    """What is restored from them must not lack a column."""
    assert sorted(names) == sorted(table.c.keys())
